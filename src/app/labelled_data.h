/*
 * Private to app: labelled rows put to use, whether their features are in memory or are
 * read from the project as they are needed.
 */
#ifndef SITTER_APP_LABELLED_DATA_H
#define SITTER_APP_LABELLED_DATA_H

#include "dataset.h"

/* Rows of one side of the split and where their features are; borrowed. */
struct labelled_data {
    struct sit_project *project;
    int64_t set_id;
    const struct labelled_rows *rows;
    size_t n_classes;
};

/* As sit_head_train(); `held_out` may be NULL and is only watched where it is in
 * memory. SIT_E_UNSUPPORTED where the head needs rows in memory and they are not. */
enum sit_status labelled_data_train(
    const struct labelled_data *data, const struct labelled_data *held_out,
    const struct sit_head_options *options, const struct sit_progress *progress,
    struct sit_head **out, struct sit_head_report *report, struct sit_error *err);

/* As sit_head_out_of_fold(). */
enum sit_status labelled_data_out_of_fold(const struct labelled_data *data,
                                          const struct sit_head_options *options,
                                          size_t n_folds,
                                          const struct sit_progress *progress, float *p,
                                          struct sit_error *err);

/* As sit_head_predict(). */
enum sit_status labelled_data_predict(const struct labelled_data *data,
                                      const struct sit_head *head, float *p,
                                      struct sit_error *err);

#endif
