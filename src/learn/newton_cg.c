/*
 * Preconditioned conjugate gradients for the Newton step, in either space.
 */
#include <string.h>

#include "newton_parts.h"

struct sizes {
    size_t coef, score, b;
};

static void add(double *to, double factor, const double *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * from[i];
}

/* to = from + factor to */
static void extend(double *to, double factor, const double *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] + factor * to[i];
}

static double inner(const struct newton_vector *a, const struct newton_vector *b,
                    struct sizes size)
{
    return newton_dot(a->coef, b->image, size.coef) + newton_dot(a->b, b->b, size.b);
}

/* hp = H p without its scores; returns p'H p. */
static enum sit_status multiply(struct newton_cg *cg, struct sizes size, double *php,
                                struct sit_error *err)
{
    const struct newton_problem *p = cg->space->problem;
    for (size_t k = 0; k < p->n_outputs; k++)
        for (size_t i = 0; i < p->n; i++)
            cg->hp.score[k * p->n + i] = cg->p.score[k * p->n + i] + cg->p.b[k];
    newton_loss_curve(p, cg->loss, cg->hp.score, cg->t);
    *php = newton_dot(cg->p.coef, cg->p.image, size.coef) / cg->c +
           newton_dot(cg->hp.score, cg->t, size.score);
    for (size_t k = 0; k < p->n_outputs; k++) {
        cg->hp.b[k] = 0;
        for (size_t i = 0; i < p->n; i++)
            cg->hp.b[k] += cg->t[k * p->n + i];
    }
    enum sit_status status = newton_space_pull(cg->space, cg->t, cg->hp.coef,
                                               cg->hp.image, err);
    add(cg->hp.coef, 1 / cg->c, cg->p.coef, size.coef);
    if (p->in_gram)
        add(cg->hp.image, 1 / cg->c, cg->p.image, size.coef);
    return status;
}

enum sit_status newton_cg_solve(struct newton_cg *cg, double eta, size_t max_iterations,
                                struct newton_vector *step, double *expected,
                                size_t *n_iterations, struct sit_error *err)
{
    const struct newton_problem *p = cg->space->problem;
    struct sizes size = {p->n_outputs * newton_dim(p), p->n_outputs * p->n,
                         p->n_outputs};
    memset(step->coef, 0, size.coef * sizeof *step->coef);
    memset(step->score, 0, size.score * sizeof *step->score);
    memset(step->b, 0, size.b * sizeof *step->b);
    double last_rz = 0;
    enum sit_status status = SIT_OK;
    *n_iterations = 0;
    *expected = 0;
    for (size_t k = 0; status == SIT_OK && k < max_iterations; k++) {
        status = newton_factor_solve(cg->factor, p, &cg->r, &cg->zeta, err);
        if (status != SIT_OK)
            return status;
        /* What is left, in the norm of the inverse, against what has been won. */
        double rz = inner(&cg->zeta, &cg->r, size), php;
        if (!(rz > eta * eta * *expected))
            break;
        status = newton_space_score(cg->space, cg->zeta.coef, cg->zeta.score, err);
        if (status != SIT_OK)
            return status;
        double beta = k > 0 ? rz / last_rz : 0;
        extend(cg->p.coef, beta, cg->zeta.coef, size.coef);
        extend(cg->p.score, beta, cg->zeta.score, size.score);
        extend(cg->p.b, beta, cg->zeta.b, size.b);
        status = multiply(cg, size, &php, err);
        if (status != SIT_OK || !(php > 0))
            break;
        double alpha = rz / php;
        add(step->coef, alpha, cg->p.coef, size.coef);
        add(step->score, alpha, cg->p.score, size.score);
        add(step->b, alpha, cg->p.b, size.b);
        add(cg->r.coef, -alpha, cg->hp.coef, size.coef);
        if (p->in_gram)
            add(cg->r.image, -alpha, cg->hp.image, size.coef);
        add(cg->r.b, -alpha, cg->hp.b, size.b);
        *expected += alpha * rz; /* conjugate directions: r_0'p_k is r_k'p_k */
        last_rz = rz;
        *n_iterations = k + 1;
    }
    return status;
}
