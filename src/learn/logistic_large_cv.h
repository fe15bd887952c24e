/*
 * Fits on part of many rows: what cross-validation and out-of-fold probabilities need
 * of the solver for many rows.
 */
#ifndef SITTER_LOGISTIC_LARGE_CV_H
#define SITTER_LOGISTIC_LARGE_CV_H

#include "fit_watch.h"
#include "logistic_hessian.h"

/** One fit, ready to be run for any C. */
struct large_fit {
    const struct sit_dataset *data;
    struct logistic_target target;
    double *scaling; /* of the moments */
    struct column_moments moments;
    struct row_walk walk;
    struct logistic_loss loss;
    struct logistic_hessian hessian;
    size_t next_build; /* the step before which the Hessian is renewed */
};

/** target.n_classes below 2 says that there is nothing to fit; then it is not to be
 * run. */
enum sit_status large_fit_init(struct large_fit *fit, const struct sit_dataset *data,
                               const struct sit_row_source *source,
                               struct sit_pool *pool, struct row_mask mask,
                               bool balanced, struct sit_error *err);
void large_fit_release(struct large_fit *fit);

/** From w (n_outputs, d + 1): zeros, or the solution for another C. */
enum sit_status large_fit_run(struct large_fit *fit, double c,
                              const struct fit_watch *watch, double *w,
                              struct fit_result *result, struct sit_error *err);

/** From so many values on, rows are many. */
enum { LOGISTIC_LARGE_VALUES = 1 << 23 };

/**
 * C by cross-validation on a part of the rows: fewer values than LOGISTIC_LARGE_VALUES,
 * of whole sources in an order of their own, each class at least a quarter of an even
 * share where it has it. C is the variance of a weight before anything is known of it;
 * it does not depend on the number of rows. Into report->c, cv and n_cv.
 */
enum sit_status logistic_large_choose_c(struct row_walk *walk,
                                        const struct sit_head_options *options,
                                        const struct sit_progress *progress,
                                        struct sit_head_report *report,
                                        struct sit_error *err);

#endif
