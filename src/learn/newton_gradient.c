/*
 * What the Newton solver sees from where it stands: scores, objective and gradient, in
 * float while the solution is far, through x in double later. The steps are newton.c's.
 */
#include <math.h>
#include <string.h>

#include "newton_parts.h"

double newton_dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

double newton_largest(const double *values, size_t n)
{
    double max = 0;
    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs(values[i]));
    return max;
}

bool newton_looks_exactly(const struct newton *solver)
{
    return solver->problem->x != NULL && !solver->rough;
}

/* The gradient -t's largest entry, or its length where x in double is not looked at;
 * then also r. */
static enum sit_status pull_gradient(struct newton *solver, const double *t,
                                     double by_c, double *size, struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    struct newton_vector *r = &solver->cg.r;
    struct newton_space space = solver->space;
    size_t n_coef = p->n_outputs * newton_dim(p);
    space.exact = newton_looks_exactly(solver);
    enum sit_status status = newton_space_pull(&space, t, r->coef, r->image, err);
    if (status != SIT_OK)
        return status;
    if (!p->in_gram)
        for (size_t i = 0; i < n_coef; i++)
            r->coef[i] -= by_c * solver->theta.coef[i];
    if (space.exact)
        *size = fmax(
            newton_largest(p->in_gram ? space.w : r->coef, p->n_outputs * p->d),
            newton_largest(r->b, p->n_outputs));
    else
        *size = sqrt(fmax(newton_dot(r->coef, r->image, n_coef), 0) +
                     newton_dot(r->b, r->b, p->n_outputs));
    return SIT_OK;
}

/* cg.r = -(theta / c + pull of loss.g); *size is that gradient's. c 0: without theta.
 */
static enum sit_status negative_gradient(struct newton *solver, double c, double *size,
                                         struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    struct newton_vector *r = &solver->cg.r;
    size_t n_scores = p->n_outputs * p->n;
    double *t = solver->cg.t, by_c = c > 0 ? 1 / c : 0;
    for (size_t i = 0; i < n_scores; i++)
        t[i] = -solver->loss.g[i];
    for (size_t k = 0; k < p->n_outputs; k++) {
        r->b[k] = 0;
        for (size_t i = 0; i < p->n; i++)
            r->b[k] += t[k * p->n + i];
    }
    if (p->in_gram)
        for (size_t i = 0; i < n_scores; i++)
            t[i] -= by_c * solver->theta.coef[i];
    return pull_gradient(solver, t, by_c, size, err);
}

enum sit_status newton_find_scale(struct newton *solver, struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    solver->rough = false;
    memset(solver->z, 0, p->n_outputs * p->n * sizeof *solver->z);
    newton_loss_derive(p, solver->z, &solver->loss);
    double size;
    enum sit_status status = negative_gradient(solver, 0, &size, err);
    if (status == SIT_OK)
        solver->scale = fmax(1, size);
    return status;
}

enum sit_status newton_update_scores(struct newton *solver, struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    struct newton_space space = solver->space;
    struct newton_vector *theta = &solver->theta;
    space.exact = newton_looks_exactly(solver);
    enum sit_status status = newton_space_score(&space, theta->coef, theta->score, err);
    for (size_t k = 0; status == SIT_OK && k < p->n_outputs; k++)
        for (size_t i = 0; i < p->n; i++)
            solver->z[k * p->n + i] = theta->score[k * p->n + i] + theta->b[k];
    return status;
}

enum sit_status newton_look_around(struct newton *solver, double c, bool scores_fresh,
                                   bool is_known, double *objective, double *size,
                                   struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    enum sit_status status = scores_fresh ? SIT_OK : newton_update_scores(solver, err);
    if (status != SIT_OK)
        return status;
    newton_loss_derive(p, solver->z, &solver->loss);
    if (!is_known)
        *objective = newton_loss_total(p, solver->z) +
                     newton_dot(solver->theta.coef, solver->theta.image,
                                p->n_outputs * newton_dim(p)) /
                         (2 * c);
    return negative_gradient(solver, c, size, err);
}
