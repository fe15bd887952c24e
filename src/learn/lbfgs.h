/*
 * Limited-memory BFGS (Nocedal 1980) with a weak Wolfe line search, in double.
 */
#ifndef SITTER_LBFGS_H
#define SITTER_LBFGS_H

#include "fit_watch.h"

/** Objective and gradient at x. */
typedef enum sit_status lbfgs_fn(void *context, const double *x, double *objective,
                                 double *gradient, struct sit_error *err);

/**
 * Minimise from x (n), which is replaced; stop where max|gradient| <= threshold.
 * SIT_E_NOT_CONVERGED after max_steps or where rounding allows no progress;
 * SIT_E_CANCELLED, SIT_E_NOMEM, and whatever fn returns. x is undefined on failure.
 */
enum sit_status lbfgs_minimise(lbfgs_fn *fn, void *context, size_t n, double threshold,
                               size_t max_steps, const struct fit_watch *watch,
                               double *x, struct fit_result *result,
                               struct sit_error *err);

#endif
