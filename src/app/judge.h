/*
 * Private to app: from a head and labelled rows to an evaluation.
 */
#ifndef SITTER_APP_JUDGE_H
#define SITTER_APP_JUDGE_H

#include "labelled_data.h"
#include "model_json.h"

/* What is known of the model apart from its head. */
struct judged {
    const struct sit_class_list *list;
    const struct sit_model *model;
    struct model_report report;
    double temperature;                  /* of the head */
    const struct sit_progress *progress; /* of the intervals; NULL is fine */
};

/* Metrics of the head on the rows (none with n 0). */
enum sit_status judge_rows(const struct judged *judged, const struct sit_head *head,
                           const struct labelled_data *data, const char *split,
                           const struct sit_leak *leak, struct sit_evaluation *out,
                           struct sit_error *err);

/* The same from probabilities p (n, n_classes) that are there already. */
enum sit_status judge_probabilities(const struct judged *judged, const float *p,
                                    const struct sit_dataset *rows, const char *split,
                                    const struct sit_leak *leak,
                                    struct sit_evaluation *out, struct sit_error *err);

#endif
