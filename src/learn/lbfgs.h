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

/** direction (n) = (an approximate inverse Hessian) direction, at x, before the step of
 * that number (from 0). */
typedef enum sit_status lbfgs_precondition_fn(void *context, size_t step,
                                              const double *x, double *direction,
                                              struct sit_error *err);

/** A minimisation with an approximate inverse Hessian to start from. */
struct lbfgs_task {
    lbfgs_fn *fn;
    lbfgs_precondition_fn *precondition; /* NULL: none */
    void *context;                       /* of both */
    size_t n;
    double threshold; /* stop where max|gradient| is no larger */
    double decrement; /* or where the next step promises to lower the objective by no
                         more than this part of it; 0: only the gradient counts */
    size_t max_steps;
};

/** As lbfgs_minimise(). */
enum sit_status lbfgs_run(const struct lbfgs_task *task, const struct fit_watch *watch,
                          double *x, struct fit_result *result, struct sit_error *err);

#endif
