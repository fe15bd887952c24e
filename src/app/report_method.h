/*
 * Private to app: the page that says how a report's figures were found out.
 */
#ifndef SITTER_APP_REPORT_METHOD_H
#define SITTER_APP_REPORT_METHOD_H

#include "report_data.h"

/* Labels, annotators, split, leak, model, test figures, calibration. */
enum sit_status report_method_fill(struct sit_project *project,
                                   const struct report_data *data,
                                   const struct sit_progress *progress,
                                   struct sit_report *report, struct sit_error *err);

/* What the figures do not say, and the paragraph to cite; after the tables. */
enum sit_status report_method_tell(const struct report_data *data,
                                   struct sit_report *report, struct sit_error *err);

void report_method_release(struct sit_report_method *method);

#endif
