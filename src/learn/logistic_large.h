/*
 * Logistic regression on many rows: float features that are borrowed as they are or
 * read in passes, on all threads. Source: methods.md, "Logistic head".
 */
#ifndef SITTER_LOGISTIC_LARGE_H
#define SITTER_LOGISTIC_LARGE_H

#include "sitter/head.h"

/** Whether this solver is the one for rows in memory: for many values and more rows
 * than features. */
bool logistic_large_applies(const struct sit_dataset *data);

/**
 * Fit to data->x or, where that is NULL, to rows from the source; to checked labels
 * (features are checked here) and choose C first where options->c is 0. mean, deviation
 * (d) and w (1 or n_classes rows of d + 1, intercept last) are the caller's, written on
 * success. The head does not depend on the number of threads.
 */
enum sit_status logistic_large_train(const struct sit_dataset *data,
                                     const struct sit_row_source *source,
                                     const struct sit_head_options *options,
                                     const struct sit_progress *progress, double *mean,
                                     double *deviation, double *w,
                                     struct sit_head_report *report,
                                     struct sit_error *err);

/** As sit_head_out_of_fold() or, where data->x is NULL, sit_head_out_of_fold_read(),
 * without a copy of the rows. */
enum sit_status logistic_large_out_of_fold(const struct sit_dataset *data,
                                           const struct sit_row_source *source,
                                           const struct sit_head_options *options,
                                           size_t n_folds,
                                           const struct sit_progress *progress,
                                           float *p, struct sit_error *err);

#endif
