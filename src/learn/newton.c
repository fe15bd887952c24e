/*
 * Newton's method for the logistic losses: the outer loop, its line search, when it is
 * content and when the preconditioner is renewed. The parts are newton_space.c (passes
 * over the matrix), newton_gradient.c, newton_loss.c, newton_factor.c and newton_cg.c;
 * which C to use and how weights become a head is decided elsewhere.
 */
#include "newton.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "newton_parts.h"
#include "sitter/alloc.h"

/* From PATIENT_STEPS on x in double takes part in every product, not only in the
 * gradient: float then seems to be what is in the way. */
enum { MAX_STEPS = 200, MAX_HALVINGS = 60, PATIENT_STEPS = 25 };

/* Factors that cost fewer iterations are made without waiting for a need. */
enum { CHEAP_FACTOR = 8 };

/* A fit from zero in Gram space, where passes count beside factors, begins in float: at
 * most so many steps, and until one promises less of the objective. */
enum { ROUGH_STEPS = 6 };
static const double rough_enough = 1e-6;

size_t newton_dim(const struct newton_problem *p)
{
    return p->in_gram ? p->n : p->d;
}

double *newton_coefficients(struct newton *solver)
{
    return solver->theta.coef;
}

double *newton_intercepts(struct newton *solver)
{
    return solver->theta.b;
}

const double *newton_scores(const struct newton *solver)
{
    return solver->z;
}

static struct newton_vector carve(double **at, const struct newton_problem *p)
{
    struct newton_vector v;
    v.coef = *at, *at += p->n_outputs * newton_dim(p);
    v.score = *at, *at += p->n_outputs * p->n;
    v.b = *at, *at += p->n_outputs;
    v.image = p->in_gram ? v.score : v.coef;
    return v;
}

static bool allocate(struct newton *solver)
{
    const struct newton_problem *p = solver->problem;
    size_t q = newton_dim(p), most = p->n > p->d ? p->n : p->d;
    enum { N_VECTORS = 7, N_ROW_ARRAYS = 5 };
    size_t n_doubles = N_VECTORS * (q + p->n + 1) + N_ROW_ARRAYS * p->n + p->d;
    if (!sit_mul_size(n_doubles, p->n_outputs, &n_doubles))
        return false;
    solver->memory = sit_calloc(n_doubles, sizeof *solver->memory);
    solver->space.in = sit_malloc_array(most, 2 * p->n_outputs * sizeof(float));
    if (solver->memory == NULL || solver->space.in == NULL ||
        !newton_factor_init(&solver->factor, p))
        return false;
    double *at = solver->memory;
    size_t n_scores = p->n_outputs * p->n;
    solver->theta = carve(&at, p);
    solver->step = carve(&at, p);
    solver->last = carve(&at, p);
    solver->cg.r = carve(&at, p);
    solver->cg.zeta = carve(&at, p);
    solver->cg.p = carve(&at, p);
    solver->cg.hp = carve(&at, p);
    solver->z = at, at += n_scores;
    solver->cg.t = at, at += n_scores;
    solver->loss.g = at, at += n_scores;
    solver->loss.p = at, at += n_scores;
    if (p->in_gram)
        solver->cg.hp.image = at; /* its scores are in use at the same time */
    at += n_scores;
    solver->space.w = at;
    solver->space.out = solver->space.in + p->n_outputs * most;
    return true;
}

enum sit_status newton_new(const struct newton_problem *problem, struct newton **out,
                           struct sit_error *err)
{
    struct newton *solver = sit_calloc(1, sizeof *solver);
    if (solver == NULL)
        return sit_error_nomem(err);
    solver->problem = problem;
    solver->space.problem = problem;
    solver->cg.space = &solver->space;
    solver->cg.loss = &solver->loss;
    solver->cg.factor = &solver->factor;
    if (!allocate(solver)) {
        newton_free(solver);
        return sit_error_nomem(err);
    }
    *out = solver;
    return SIT_OK;
}

void newton_free(struct newton *solver)
{
    if (solver == NULL)
        return;
    newton_factor_release(&solver->factor);
    free(solver->space.in);
    free(solver->memory);
    free(solver);
}

void newton_use_pool(struct newton *solver, struct sit_pool *pool)
{
    solver->factor.pool = pool;
}

const double *newton_first_derivatives(const struct newton *solver)
{
    return solver->loss.g;
}

const double *newton_second_derivatives(const struct newton *solver)
{
    return solver->loss.p;
}

void newton_continue(struct newton *solver, struct newton *from)
{
    size_t q = newton_dim(solver->problem), q_from = newton_dim(from->problem);
    for (size_t k = 0; k < solver->problem->n_outputs; k++) {
        memcpy(solver->theta.coef + k * q, from->theta.coef + k * q_from,
               (q < q_from ? q : q_from) * sizeof *solver->theta.coef);
        solver->theta.b[k] = from->theta.b[k];
    }
    solver->scale = from->scale;
    struct newton_factor *to = &solver->factor, *old = &from->factor;
    if (to->side != old->side || to->n_blocks != old->n_blocks || old->wide ||
        solver->problem->in_gram)
        return;
    to->blocks = old->blocks;
    to->c = old->c;
    old->blocks = NULL;
    old->c = 0;
}

enum sit_status newton_leverage(struct newton *solver, double c, double *q,
                                struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    newton_loss_derive(p, solver->z, &solver->loss);
    solver->factor.wide = false;
    enum sit_status status = newton_factor_make(&solver->factor, p, &solver->loss, c,
                                                err);
    return status == SIT_OK ? newton_factor_leverage(&solver->factor, p, q, err)
                            : status;
}

enum sit_status newton_weights(const struct newton *solver, double *w,
                               struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    const double *coef = solver->theta.coef;
    enum sit_status status = SIT_OK;
    if (p->in_gram) {
        status = newton_space_weights(&solver->space, coef, err);
        coef = solver->space.w;
    }
    for (size_t k = 0; status == SIT_OK && k < p->n_outputs; k++) {
        memcpy(w + k * (p->d + 1), coef + k * p->d, p->d * sizeof *w);
        w[k * (p->d + 1) + p->d] = solver->theta.b[k];
    }
    return status;
}

/* The objective along the step: loss, and |W|^2 as a polynomial of t. */
struct along_step {
    double norm[3];
    double slope;
};

static struct along_step measure_step(const struct newton *solver, double expected)
{
    const struct newton_vector *theta = &solver->theta, *step = &solver->step;
    size_t n_coef = solver->problem->n_outputs * newton_dim(solver->problem);
    return (struct along_step){{newton_dot(theta->coef, theta->image, n_coef),
                                2 * newton_dot(step->coef, theta->image, n_coef),
                                newton_dot(step->coef, step->image, n_coef)},
                               -expected};
}

/* Largest t of 1, 1/2, 1/4, ... with enough decrease; 0 where there is none.
 * cg.hp.score is the step's scores. */
static double line_search(const struct newton *solver, double c,
                          const struct along_step *along, double *objective)
{
    double t = 1, start = *objective;
    for (int i = 0; i < MAX_HALVINGS; i++, t /= 2) {
        double norm = along->norm[0] + t * (along->norm[1] + t * along->norm[2]);
        double value = newton_loss_along(solver->problem, solver->z,
                                         solver->cg.hp.score, t) +
                       norm / (2 * c);
        if (value <= start + 1e-4 * t * along->slope + 1e-14 * fabs(start)) {
            *objective = value;
            return t;
        }
    }
    return 0;
}

/* The Newton direction into solver->step, its scores with intercepts into cg.hp.score;
 * cg.r is consumed. The smaller the gradient (relative), the more exact; *expected is
 * how steeply the objective falls along it. */
static enum sit_status find_step(struct newton *solver, double c, double gradient,
                                 double *expected, struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    size_t worth = newton_factor_worth(&solver->factor, p), n_iterations = 0;
    /* Without x, as in cross-validation, a few digits are all that is wanted. */
    double eta = fmin(0.1, fmax(p->x != NULL ? 1e-3 : 0.03, sqrt(gradient)));
    bool renew = solver->renew || solver->factor.c <= 0;
    /* Another C is some seven iterations away. */
    if (solver->factor.c != c && worth < CHEAP_FACTOR)
        renew = true;
    enum sit_status status = SIT_OK;
    if (renew)
        status = newton_factor_make(&solver->factor, p, &solver->loss, c, err);
    solver->cg.c = c;
    if (status == SIT_OK)
        status = newton_cg_solve(&solver->cg, eta, renew ? 100 : 2 * worth,
                                 &solver->step, expected, &n_iterations, err);
    solver->renew = !renew && n_iterations > worth;
    for (size_t k = 0; k < p->n_outputs; k++)
        for (size_t i = 0; i < p->n; i++)
            solver->cg.hp.score[k * p->n + i] = solver->step.score[k * p->n + i] +
                                                solver->step.b[k];
    if (status == SIT_OK && !isfinite(newton_dot(solver->step.coef, solver->step.image,
                                                 p->n_outputs * newton_dim(p))))
        status = sit_error_set(err, SIT_E_NUMERIC,
                               "a step of the logistic fit (C %g) is not finite", c);
    return status;
}

static void move(struct newton *solver, double t)
{
    const struct newton_problem *p = solver->problem;
    struct newton_vector *theta = &solver->theta, *step = &solver->step;
    for (size_t i = 0; i < p->n_outputs * newton_dim(p); i++)
        theta->coef[i] += t * step->coef[i];
    for (size_t k = 0; k < p->n_outputs; k++)
        theta->b[k] += t * step->b[k];
    for (size_t i = 0; i < p->n_outputs * p->n; i++) {
        solver->z[i] += t * solver->cg.hp.score[i];
        theta->score[i] += t * step->score[i];
    }
}

/* Along a path of C at equal ratios the next solution lies about as far again from the
 * last as that from the one before: start there if the objective says so too. */
static enum sit_status predict(struct newton *solver, double c, struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    struct newton_vector *theta = &solver->theta, *last = &solver->last;
    size_t n_coef = p->n_outputs * newton_dim(p), n_scores = p->n_outputs * p->n;
    enum sit_status status = newton_update_scores(solver, err);
    if (status != SIT_OK)
        return status;
    double *dz = solver->cg.hp.score;
    for (size_t k = 0; k < p->n_outputs; k++)
        for (size_t i = 0; i < p->n; i++)
            dz[k * p->n + i] = theta->score[k * p->n + i] - last->score[k * p->n + i] +
                               theta->b[k] - last->b[k];
    if (solver->n_fits >= 2) {
        struct newton_vector *step = &solver->step;
        for (size_t i = 0; i < n_coef; i++)
            step->coef[i] = theta->coef[i] - last->coef[i];
        for (size_t i = 0; i < n_scores; i++)
            step->score[i] = theta->score[i] - last->score[i];
        for (size_t k = 0; k < p->n_outputs; k++)
            step->b[k] = theta->b[k] - last->b[k];
    }
    memcpy(last->coef, theta->coef, n_coef * sizeof *last->coef);
    memcpy(last->score, theta->score, n_scores * sizeof *last->score);
    memcpy(last->b, theta->b, p->n_outputs * sizeof *last->b);
    if (solver->n_fits < 2)
        return SIT_OK;
    struct along_step along = measure_step(solver, 0);
    double start = newton_loss_total(p, solver->z) + along.norm[0] / (2 * c);
    double there = newton_loss_along(p, solver->z, dz, 1) +
                   (along.norm[0] + along.norm[1] + along.norm[2]) / (2 * c);
    if (there < start)
        move(solver, 1);
    return SIT_OK;
}

static enum sit_status iterate(struct newton *solver, const struct newton_goal *goal,
                               const struct fit_watch *watch, struct fit_result *result,
                               struct sit_error *err)
{
    const struct newton_problem *p = solver->problem;
    enum sit_status status = SIT_OK;
    bool exact = p->x != NULL, scores_fresh = true;
    double last_expected = 0, objective = 0;
    for (size_t k = 0; status == SIT_OK; k++) {
        double size, expected;
        status = newton_look_around(solver, goal->c, scores_fresh,
                                    k > 0 && scores_fresh, &objective, &size, err);
        if (status != SIT_OK)
            return status;
        *result = (struct fit_result){
            objective, k, !solver->rough && size <= goal->gradient * solver->scale};
        if (result->converged || k == MAX_STEPS)
            break;
        status = fit_watch_step(watch, k, objective, err);
        solver->space.exact = solver->factor.wide = exact && k >= PATIENT_STEPS;
        solver->renew = solver->renew || k == PATIENT_STEPS;
        if (status == SIT_OK)
            status = find_step(solver, goal->c, size / solver->scale, &expected, err);
        if (status != SIT_OK)
            return status;
        struct along_step along = measure_step(solver, expected);
        double t = 0;
        if (expected > 0)
            t = line_search(solver, goal->c, &along, &objective);
        result->objective = objective;
        move(solver, t);
        bool was_rough = solver->rough;
        solver->rough = was_rough && t > 0 && k + 1 < ROUGH_STEPS &&
                        expected > rough_enough * objective;
        /* Float has told what it can; a factor made so near the end serves to it. */
        if (was_rough && !solver->rough)
            solver->renew = newton_factor_worth(&solver->factor, p) < CHEAP_FACTOR;
        scores_fresh = !newton_looks_exactly(solver);
        /* Half the step's squared length in the Hessian's norm: what the objective
         * could still lose. */
        double enough = goal->decrement * (exact ? 1 : objective);
        double left = expected / 2;
        /* What the next step would find falls at least as fast again. */
        if (!exact && t == 1 && expected < last_expected)
            left *= expected / last_expected;
        if (t > 0)
            last_expected = expected;
        result->n_iterations = k + 1;
        if (t > 0 && left < enough && !was_rough) {
            result->converged = true;
            break;
        }
        if (t > 0 || was_rough)
            continue;
        if (!exact || solver->space.exact) {
            /* Rounding allows no progress; that may be near enough. */
            result->converged = k > 0 && last_expected <=
                                             (exact ? 1e-9 : 1e-4) * objective + 1e-12;
            break;
        }
        /* Perhaps in double. */
        k = k < PATIENT_STEPS ? PATIENT_STEPS - 1 : k;
        solver->renew = true;
    }
    if (status == SIT_OK && !result->converged)
        status = sit_error_set(err, SIT_E_NOT_CONVERGED,
                               "the logistic fit (C %g) did not converge in %zu steps",
                               goal->c, result->n_iterations);
    return status;
}

static void start_from_zero(struct newton *solver)
{
    const struct newton_problem *p = solver->problem;
    solver->n_fits = 0;
    memset(solver->theta.coef, 0,
           p->n_outputs * newton_dim(p) * sizeof *solver->theta.coef);
    memset(solver->theta.b, 0, p->n_outputs * sizeof *solver->theta.b);
    solver->factor.c = 0;
}

enum sit_status newton_fit(struct newton *solver, const struct newton_goal *goal,
                           const struct fit_watch *watch, struct fit_result *result,
                           struct sit_error *err)
{
    struct fit_result found = {0};
    enum sit_status status = SIT_OK;
    if (solver->scale <= 0)
        status = newton_find_scale(solver, err);
    /* A start near a solution is looked at exactly at once. */
    solver->rough = solver->problem->x != NULL && solver->problem->in_gram &&
                    newton_largest(solver->theta.coef,
                                   solver->problem->n_outputs *
                                       newton_dim(solver->problem)) == 0;
    if (status == SIT_OK)
        status = predict(solver, goal->c, err);
    if (status == SIT_OK)
        status = iterate(solver, goal, watch, &found, err);
    if (status == SIT_OK)
        solver->n_fits++;
    if (status == SIT_OK)
        *result = found;
    else
        start_from_zero(solver);
    return status;
}
