/*
 * The penalised logistic loss of many rows and its gradient, from one walk over float
 * features that stay as they are: neither a standardised copy nor one in double is
 * needed. Products and sums are in double, so that the optimum is that of the
 * standardised problem. Source: methods.md, "Logistic head".
 */
#ifndef SITTER_LOGISTIC_LOSS_H
#define SITTER_LOGISTIC_LOSS_H

#include "column_moments.h"
#include "folded_weights.h"
#include "row_kernels.h"

/** What is fitted: which rows, with what weights. Borrowed throughout. */
struct logistic_target {
    struct row_mask mask;
    const double *mean, *deviation;            /* (d) */
    size_t n_classes;                          /* that have rows which take part */
    uint8_t number[SIT_HEAD_MAX_CLASSES];      /* of a class in this fit */
    double class_weight[SIT_HEAD_MAX_CLASSES]; /* of a row, by class */
    double c;
};

/** Outputs of the fit: one for two classes, else one a class. */
static inline size_t logistic_target_n_outputs(const struct logistic_target *target)
{
    return target->n_classes == 2 ? 1 : target->n_classes;
}

/**
 * Scores z (n_outputs) of one row of class number y become probabilities less the
 * truth, in place; returns the loss. For one output, z is the score of class 1.
 */
double logistic_residual(double *z, size_t n_outputs, uint8_t y);

/** The objective as a function of w, with its workspace. */
struct logistic_loss {
    struct row_walk *walk;
    const struct logistic_target *target;
    const struct row_kernels *kernels;
    struct folded_weights folded;
    double *sums;    /* (shares): each 1 loss, n_outputs residuals, gradient */
    double *scratch; /* (workers, ROW_WALK_MAX_BLOCK, n_outputs) */
    size_t sum_stride;
};

enum sit_status logistic_loss_init(struct logistic_loss *loss, struct row_walk *walk,
                                   const struct logistic_target *target,
                                   struct sit_error *err);
void logistic_loss_release(struct logistic_loss *loss);

/** Objective and gradient at w (n_outputs, d + 1); an lbfgs_fn but for its context. */
enum sit_status logistic_loss_evaluate(struct logistic_loss *loss, const double *w,
                                       double *objective, double *gradient,
                                       struct sit_error *err);

/** Largest entry of the gradient at w = 0, from what the moments' walk summed up. */
double logistic_gradient_at_zero(const struct logistic_target *target, size_t d,
                                 const struct column_moments *moments,
                                 size_t n_all_classes);

#endif
