/*
 * Private to the command line: a report as text and as JSON.
 */
#ifndef SITTER_CLI_REPORT_OUT_H
#define SITTER_CLI_REPORT_OUT_H

#include <jansson.h>

#include "sitter/report.h"

/* Append a table as lines of at most 80 columns; ASCII only unless utf8. */
void report_append_table(struct sit_buf *out, const struct sit_report_table *table,
                         bool utf8);

/* Append the collection's facts, above the tables. */
void report_append_head(struct sit_buf *out, const struct sit_report *report);

/* Append the page that says how the figures were found out. */
void report_append_method(struct sit_buf *out, const struct sit_report *report);

/* Everything; NULL without memory. */
json_t *report_json(const struct sit_report *report);

#endif
