/*
 * Binary L2-penalised logistic regression by Newton's method, in the smaller of feature
 * space and Gram space. Source: methods.md, "Logistic head".
 */
#ifndef SITTER_NEWTON_H
#define SITTER_NEWTON_H

#include <stdint.h>

#include "fit_watch.h"

/**
 * Minimise sum_i s_i log(1 + exp(-y_i z_i)) + |w|^2 / (2c), z_i = x_i w + b.
 * All borrowed. Rows with s 0 take no part, but get scores all the same.
 */
struct newton_problem {
    const double *x;    /* (n, d) standardised */
    const double *gram; /* (n, n) x x'; NULL: work in feature space */
    const uint8_t *y;   /* (n) 0 or 1; both among the rows with s > 0 */
    const double *s;    /* (n) row weights >= 0 */
    size_t n, d;
    double c;
    double tolerance; /* of max|gradient|, relative to max(1, that at w = 0) */
};

/** Length of theta without the intercept: n in Gram space (w = x' theta), else d. */
size_t newton_dim(const struct newton_problem *problem);

/**
 * theta (newton_dim + 1), intercept last: on entry the start (zeros, or the solution
 * for another c), on success the solution; on failure undefined.
 * SIT_E_NOT_CONVERGED, SIT_E_NUMERIC, SIT_E_CANCELLED, SIT_E_LIMIT, SIT_E_NOMEM.
 */
enum sit_status newton_fit(const struct newton_problem *problem,
                           const struct fit_watch *watch, double *theta,
                           struct fit_result *result, struct sit_error *err);

/** Scores z (n) of all rows at theta. */
enum sit_status newton_scores(const struct newton_problem *problem, const double *theta,
                              double *z, struct sit_error *err);

/** theta as w (d + 1), intercept last. */
enum sit_status newton_weights(const struct newton_problem *problem,
                               const double *theta, double *w, struct sit_error *err);

#endif
