/*
 * What the files of the Newton solver share: vectors in either space, the passes over
 * the matrix, the loss, the preconditioner, conjugate gradients.
 *
 * In Gram space a vector X'q of feature space is held as q, its coefficients; inner
 * products need its image K q, which is also its scores. In feature space coefficients
 * and image are the same. Everything is (n_outputs, .) row-major.
 */
#ifndef SITTER_NEWTON_PARTS_H
#define SITTER_NEWTON_PARTS_H

#include "newton.h"

struct newton_vector {
    double *coef;  /* (n_outputs, newton_dim) */
    double *score; /* (n_outputs, n), without intercepts */
    double *image; /* coef or score */
    double *b;     /* (n_outputs) */
};

/** Passes over the matrix, with room to convert. */
struct newton_space {
    const struct newton_problem *problem;
    bool exact;      /* through x in double rather than through the matrix */
    float *in, *out; /* (n_outputs, max(n, d)) */
    double *w;       /* (n_outputs, d); NULL without x */
};

/** score = the scores of coef, through x or through the matrix. */
enum sit_status newton_space_score(const struct newton_space *space, const double *coef,
                                   double *score, struct sit_error *err);

/** Row factors t (n_outputs, n) as a vector X't: coef and, in Gram space, its image. */
enum sit_status newton_space_pull(const struct newton_space *space, const double *t,
                                  double *coef, double *image, struct sit_error *err);

/** space->w = x'coef in double; only in Gram space with x. */
enum sit_status newton_space_weights(const struct newton_space *space,
                                     const double *coef, struct sit_error *err);

/** The loss at scores z, and what follows from it. */
struct newton_loss {
    double *g; /* (n_outputs, n) first derivatives */
    double
        *p; /* (n_outputs, n) softmax probabilities; one output: second derivatives */
};

double newton_loss_total(const struct newton_problem *p, const double *z);
/** At z + t dz, without derivatives. */
double newton_loss_along(const struct newton_problem *p, const double *z,
                         const double *dz, double t);
void newton_loss_derive(const struct newton_problem *p, const double *z,
                        struct newton_loss *loss);
/** t = D v: second derivatives times scores. In place is fine. */
void newton_loss_curve(const struct newton_problem *p, const struct newton_loss *loss,
                       const double *v, double *t);

/** A Cholesky factor of the Hessian's diagonal blocks. */
struct newton_factor {
    struct sit_pool *pool; /* borrowed; NULL: work alone */
    double c;              /* it was made at; 0: there is none */
    bool wide;             /* make it in double, of x */
    bool bent;             /* there had to be more on the diagonal than the Hessian's */
    size_t n_blocks;       /* n_outputs, or 1 for all where that would be too large */
    size_t side;           /* of a block: n, or d + 1 */
    float *blocks;         /* (n_blocks, side, side); only with wide false */
    double *wide_blocks;   /* the same; only with wide true */
    double *wide_gram;     /* (n, n) lower; only with wide true, in Gram space */
    double *scale;         /* (n_blocks, n) Gram: sqrt(c D), else sqrt(D) */
    double *ones;        /* (n_blocks, n) Gram: the factor's answer to the intercept */
    double *rhs;         /* (n_outputs, max(side, n)) */
    float *narrow;       /* the same */
    void *scaled;        /* features: some rows, scaled for the Hessian */
    void *second;        /* features: the other part's Hessian */
    size_t second_bytes; /* of each of its values */
};

bool newton_factor_init(struct newton_factor *factor, const struct newton_problem *p);
void newton_factor_release(struct newton_factor *factor);
enum sit_status newton_factor_make(struct newton_factor *factor,
                                   const struct newton_problem *p,
                                   const struct newton_loss *loss, double c,
                                   struct sit_error *err);
/** out.coef and out.b = M^-1 r, from r's coef, image and b. */
enum sit_status newton_factor_solve(struct newton_factor *factor,
                                    const struct newton_problem *p,
                                    const struct newton_vector *r,
                                    struct newton_vector *out, struct sit_error *err);

/** q (n) of a fresh factor in float, for one output; see newton_leverage(). */
enum sit_status newton_factor_leverage(const struct newton_factor *factor,
                                       const struct newton_problem *p, double *q,
                                       struct sit_error *err);

/** CG iterations that cost about as much as a new factor. */
size_t newton_factor_worth(const struct newton_factor *factor,
                           const struct newton_problem *p);

/** What conjugate gradients work on. r, the negative gradient, is consumed. */
struct newton_cg {
    const struct newton_space *space;
    const struct newton_loss *loss;
    struct newton_factor *factor;
    struct newton_vector r, zeta, p, hp;
    double *t; /* (n_outputs, n) */
    double c;
};

/** step with |H step - r| <= eta |r|, or the best of max_iterations; *expected is
 * r'step, *n_iterations how many it took. */
enum sit_status newton_cg_solve(struct newton_cg *cg, double eta, size_t max_iterations,
                                struct newton_vector *step, double *expected,
                                size_t *n_iterations, struct sit_error *err);

struct newton {
    const struct newton_problem *problem;
    struct newton_space space;
    struct newton_factor factor;
    struct newton_loss loss;
    struct newton_cg cg;
    struct newton_vector theta, step;
    struct newton_vector last; /* where the fit before the last one ended */
    size_t n_fits;             /* ended since the start from zero */
    double *z;                 /* (n_outputs, n) */
    double scale;              /* |gradient| where all scores are 0; 0: not yet known */
    bool renew;
    bool rough; /* far from the solution: gradient and scores in float */
    double *memory;
};

double newton_dot(const double *a, const double *b, size_t n);
/** The largest magnitude. */
double newton_largest(const double *values, size_t n);

/** Find solver->scale, what tolerances are relative to. */
enum sit_status newton_find_scale(struct newton *solver, struct sit_error *err);

/** Scores z from theta. */
enum sit_status newton_update_scores(struct newton *solver, struct sit_error *err);

/**
 * z (where it is not fresh), loss derivatives and cg.r, the negative gradient, at
 * theta; the objective where it is not known; and the gradient's size.
 */
enum sit_status newton_look_around(struct newton *solver, double c, bool scores_fresh,
                                   bool is_known, double *objective, double *size,
                                   struct sit_error *err);

/** Whether scores and gradient go through x in double. */
bool newton_looks_exactly(const struct newton *solver);

#endif
