/*
 * An approximate inverse Hessian of the logistic loss from a sample of the rows: what
 * makes few walks over all rows enough. Being approximate costs walks, not accuracy.
 */
#ifndef SITTER_LOGISTIC_HESSIAN_H
#define SITTER_LOGISTIC_HESSIAN_H

#include "logistic_loss.h"

struct logistic_hessian {
    struct sit_pool *pool;
    const struct logistic_target *target;
    const struct row_kernels *kernels;
    size_t d, n_outputs;
    /* Moving all outputs alike changes no probability: the Hessian is that of n_free
     * coordinates along the columns of basis (n_outputs, n_free), orthonormal, each
     * adding up to 0. One output is free by itself. */
    size_t n_free;
    double basis[SIT_HEAD_MAX_CLASSES][SIT_HEAD_MAX_CLASSES];
    /* The sample: raw features and classes, and a row's weight by class. */
    size_t n;
    float *x;     /* (n, d) */
    uint8_t *y;   /* (n) */
    size_t *rows; /* (n) which rows they are */
    double class_weight[SIT_HEAD_MAX_CLASSES];
    /* Workspace and result. */
    struct folded_weights folded;
    double *p;           /* (n, n_outputs) probabilities of the outputs */
    float *scaled;       /* (N lanes, 2, chunk, d + 1) */
    float *products;     /* (N lanes, d + 1, d + 1) */
    double *factor;      /* (n_blocks, side, side), Cholesky */
    double *coordinates; /* (n_free, d + 1) */
    size_t n_blocks, side;
};

/** Choose the sample: hessian->rows are to be copied to hessian->x before it is built.
 * data is not read but for its classes. SIT_E_NOMEM. */
enum sit_status logistic_hessian_init(struct logistic_hessian *hessian,
                                      const struct sit_dataset *data,
                                      const struct logistic_target *target,
                                      size_t n_rows, struct sit_pool *pool,
                                      struct sit_error *err);
void logistic_hessian_release(struct logistic_hessian *hessian);

/** At w (n_outputs, d + 1), replacing what it was. */
enum sit_status logistic_hessian_build(struct logistic_hessian *hessian,
                                       const double *w, struct sit_error *err);

/** direction (n_outputs, d + 1) = H^-1 direction. */
enum sit_status logistic_hessian_solve(const struct logistic_hessian *hessian,
                                       double *direction, struct sit_error *err);

#endif
