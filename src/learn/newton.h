/*
 * L2-penalised logistic regression, binary or softmax, by Newton's method in feature
 * space or in Gram space (w = x' a). The system of a step is solved by conjugate
 * gradients, preconditioned by a Cholesky factor in float of an earlier Hessian: with a
 * fresh factor one iteration does, and a factor serves several steps and several C.
 * Source: methods.md, "Logistic head".
 */
#ifndef SITTER_NEWTON_H
#define SITTER_NEWTON_H

#include <stdint.h>

#include "fit_watch.h"
#include "sitter/pool.h"

/**
 * Minimise sum_i s_i loss(y_i, z_i) + |W|^2 / (2c), z_i = W x_i + b: with one output
 * the loss is log(1 + exp(-+z)), with more it is softmax's. All borrowed.
 */
struct newton_problem {
    const double *x; /* (n, d) standardised; NULL: `matrix` is exact enough */
    const float
        *matrix; /* in_gram: (n, n) x x', both triangles; else (n, d) x itself */
    bool in_gram;
    const uint8_t *y; /* (n) below max(2, n_outputs), two of them present */
    const double *s;  /* (n) row weights > 0 */
    size_t n, d, n_outputs;
};

/** What a fit is content with. */
struct newton_goal {
    double c;
    double gradient;  /* |gradient| relative to max(1, that where all scores are 0) */
    double decrement; /* what the objective can still lose; relative to it where
                         there is no x */
};

struct newton;

/** SIT_E_NOMEM. The problem must stay. Starts from zero weights. */
enum sit_status newton_new(const struct newton_problem *problem, struct newton **out,
                           struct sit_error *err);
void newton_free(struct newton *solver);

/** Let factors be made on all of a pool's threads from now on; NULL: on the caller's.
 */
void newton_use_pool(struct newton *solver, struct sit_pool *pool);

/**
 * Minimise, from where the last fit ended. Without x the fit ends content where float
 * allows no more progress. SIT_E_NOT_CONVERGED, SIT_E_NUMERIC, SIT_E_CANCELLED,
 * SIT_E_LIMIT; the solver then starts from zero again.
 */
enum sit_status newton_fit(struct newton *solver, const struct newton_goal *goal,
                           const struct fit_watch *watch, struct fit_result *result,
                           struct sit_error *err);

/**
 * Start `solver`, new and for much the same problem in the same space with as many
 * outputs, from where `from` is: its solution, and its factor where that fits. In Gram
 * space rows beyond those of `from` start from 0. `from` is left without a factor.
 */
void newton_continue(struct newton *solver, struct newton *from);

/**
 * q (n): x_i' H^-1 x_i at the solution of the last fit at c, the intercept included,
 * for one output. Makes a factor, from which the next fit gains. SIT_E_NUMERIC where
 * float cannot tell.
 */
enum sit_status newton_leverage(struct newton *solver, double c, double *q,
                                struct sit_error *err);

/** First and second derivatives of the rows' losses, as newton_leverage() left them. */
const double *newton_first_derivatives(const struct newton *solver);
const double *newton_second_derivatives(const struct newton *solver);

/** Length of an output's coefficients: n in Gram space, d in feature space. */
size_t newton_dim(const struct newton_problem *problem);

/** The solution: coefficients (n_outputs, newton_dim) and intercepts (n_outputs), to
 * read, or to start the next fit from; and the scores (n_outputs, n) of the last fit.
 */
double *newton_coefficients(struct newton *solver);
double *newton_intercepts(struct newton *solver);
const double *newton_scores(const struct newton *solver);

/** The solution as w (n_outputs, d + 1), intercept last; needs x or feature space. */
enum sit_status newton_weights(const struct newton *solver, double *w,
                               struct sit_error *err);

#endif
