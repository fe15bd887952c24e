/*
 * Newton's method for the binary logistic head. One loop serves both spaces; they
 * differ in how theta becomes scores, in the gradient, and in the linear system of a
 * step. Which C to use and how weights become a head is decided elsewhere.
 *
 * Gram space: w = x' a, so z = K a + b with K = x x'. With D the diagonal of the loss's
 * second derivatives and g its first, the Newton step (da, db) solves
 *     (I + c D K) da = -(a + c g) - c D 1 db,    sum(a + da) = 0,
 * where I + c D K = D^1/2 B D^-1/2 and B = I + c D^1/2 K D^1/2 has no eigenvalue
 * below 1.
 */
#include "newton.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/matrix.h"

enum { MAX_STEPS = 200, MAX_HALVINGS = 60, SYRK_BLOCK_ROWS = 256 };

/* One allocation, carved. m rows have s > 0; q = newton_dim. */
struct workspace {
    size_t m;
    size_t *rows;     /* (m) */
    double *z, *dz;   /* (n) scores and their change along the step */
    double *g, *h;    /* (n) first and second loss derivatives, 0 where s is 0 */
    double *residual; /* (n) Gram space: a / c + g */
    double *gradient; /* (d + 1) */
    double *step;     /* (q + 1) */
    double *system;   /* (m, m) or (d + 1, d + 1) */
    double *scaled;   /* Gram: (2, m) right-hand sides; else (SYRK_BLOCK_ROWS, d + 1) */
    double *memory;
};

size_t newton_dim(const struct newton_problem *p)
{
    return p->gram != NULL ? p->n : p->d;
}

static void release(struct workspace *ws)
{
    free(ws->rows);
    free(ws->memory);
}

static enum sit_status prepare(const struct newton_problem *p, struct workspace *ws,
                               struct sit_error *err)
{
    *ws = (struct workspace){0};
    ws->rows = sit_malloc_array(p->n, sizeof *ws->rows);
    if (ws->rows == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < p->n; i++)
        if (p->s[i] > 0)
            ws->rows[ws->m++] = i;
    size_t side = p->gram != NULL ? ws->m : p->d + 1;
    size_t n_scaled = p->gram != NULL ? 2 * ws->m : SYRK_BLOCK_ROWS * (p->d + 1);
    size_t n_system;
    size_t n_vectors = 5 * p->n + (p->d + 1) + (newton_dim(p) + 1) + n_scaled;
    if (!sit_mul_size(side, side, &n_system) || n_system > SIZE_MAX - n_vectors)
        return sit_error_nomem(err);
    ws->memory = sit_calloc(n_system + n_vectors, sizeof *ws->memory);
    if (ws->memory == NULL)
        return sit_error_nomem(err);
    double *at = ws->memory;
    ws->z = at, at += p->n;
    ws->dz = at, at += p->n;
    ws->g = at, at += p->n;
    ws->h = at, at += p->n;
    ws->residual = at, at += p->n;
    ws->gradient = at, at += p->d + 1;
    ws->step = at, at += newton_dim(p) + 1;
    ws->scaled = at, at += n_scaled;
    ws->system = at;
    return SIT_OK;
}

enum sit_status newton_scores(const struct newton_problem *p, const double *theta,
                              double *z, struct sit_error *err)
{
    size_t q = newton_dim(p);
    for (size_t i = 0; i < p->n; i++)
        z[i] = theta[q];
    return sit_matrix_dgemv(false, p->n, q, 1, p->gram != NULL ? p->gram : p->x, theta,
                            1, z, err);
}

enum sit_status newton_weights(const struct newton_problem *p, const double *theta,
                               double *w, struct sit_error *err)
{
    if (p->gram == NULL) {
        memcpy(w, theta, (p->d + 1) * sizeof *w);
        return SIT_OK;
    }
    w[p->d] = theta[p->n];
    return sit_matrix_dgemv(true, p->n, p->d, 1, p->x, theta, 0, w, err);
}

/* log(1 + exp(-t)) without overflow. */
static double softplus_of_minus(double t)
{
    return t > 0 ? log1p(exp(-t)) : log1p(exp(t)) - t;
}

static double total_loss(const struct newton_problem *p, const struct workspace *ws,
                         double t)
{
    double sum = 0;
    for (size_t k = 0; k < ws->m; k++) {
        size_t i = ws->rows[k];
        double z = ws->z[i] + t * ws->dz[i];
        sum += p->s[i] * softplus_of_minus(p->y[i] ? z : -z);
    }
    return sum;
}

/* First and second derivative of each row's loss in its score. */
static void derivatives(const struct newton_problem *p, struct workspace *ws)
{
    for (size_t k = 0; k < ws->m; k++) {
        size_t i = ws->rows[k];
        double e = exp(-fabs(ws->z[i]));
        double p_small = e / (1 + e); /* of the less likely class */
        double p_one = ws->z[i] > 0 ? 1 - p_small : p_small;
        double wrong = (ws->z[i] > 0) == (p->y[i] != 0) ? p_small : 1 - p_small;
        ws->g[i] = p->s[i] * (p->y[i] ? -wrong : wrong);
        /* A floor: a step with too much curvature is only shorter, one with none is
         * not a step. */
        ws->h[i] = p->s[i] * fmax(p_one * (1 - p_one), 1e-12);
    }
}

static double largest(const double *values, size_t n)
{
    double max = 0;
    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs(values[i]));
    return max;
}

static double sum_of(const double *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return sum;
}

/* Gradient in (w, b) at theta, from ws->g. */
static enum sit_status gradient_at(const struct newton_problem *p, const double *theta,
                                   struct workspace *ws, struct sit_error *err)
{
    const double *row_factors = ws->g;
    if (p->gram != NULL) {
        for (size_t i = 0; i < p->n; i++)
            ws->residual[i] = theta[i] / p->c + ws->g[i];
        row_factors = ws->residual;
    }
    ws->gradient[p->d] = sum_of(ws->g, p->n);
    enum sit_status status = sit_matrix_dgemv(true, p->n, p->d, 1, p->x, row_factors, 0,
                                              ws->gradient, err);
    if (status == SIT_OK && p->gram == NULL)
        for (size_t j = 0; j < p->d; j++)
            ws->gradient[j] += theta[j] / p->c;
    return status;
}

/* The largest |gradient| where all scores are 0, which tolerances are relative to. */
static enum sit_status gradient_scale(const struct newton_problem *p,
                                      struct workspace *ws, double *scale,
                                      struct sit_error *err)
{
    for (size_t k = 0; k < ws->m; k++) {
        size_t i = ws->rows[k];
        ws->g[i] = p->s[i] * (p->y[i] ? -0.5 : 0.5);
    }
    enum sit_status status = sit_matrix_dgemv(true, p->n, p->d, 1, p->x, ws->g, 0,
                                              ws->gradient, err);
    ws->gradient[p->d] = sum_of(ws->g, p->n);
    *scale = fmax(1, largest(ws->gradient, p->d + 1));
    return status;
}

static enum sit_status gram_step(const struct newton_problem *p, const double *a,
                                 struct workspace *ws, struct sit_error *err)
{
    size_t m = ws->m;
    double *u = ws->scaled, *v = ws->scaled + m;
    for (size_t k = 0; k < m; k++) {
        size_t i = ws->rows[k];
        double root = sqrt(ws->h[i]);
        double *row = ws->system + k * m;
        for (size_t l = 0; l <= k; l++)
            row[l] = p->c * root * sqrt(ws->h[ws->rows[l]]) *
                     p->gram[i * p->n + ws->rows[l]];
        row[k] += 1;
        u[k] = -(a[i] + p->c * ws->g[i]) / root;
        v[k] = p->c * root;
    }
    enum sit_status status = sit_matrix_cholesky(m, ws->system, err);
    if (status == SIT_OK)
        status = sit_matrix_cholesky_solve(m, ws->system, 2, ws->scaled, err);
    if (status != SIT_OK)
        return status;
    double numerator = 0, denominator = 0;
    for (size_t k = 0; k < m; k++) {
        double root = sqrt(ws->h[ws->rows[k]]);
        numerator += a[ws->rows[k]] + root * u[k];
        denominator += root * v[k];
    }
    double db = numerator / denominator;
    memset(ws->step, 0, p->n * sizeof *ws->step);
    for (size_t k = 0; k < m; k++)
        ws->step[ws->rows[k]] = sqrt(ws->h[ws->rows[k]]) * (u[k] - db * v[k]);
    ws->step[p->n] = db;
    return SIT_OK;
}

static enum sit_status feature_step(const struct newton_problem *p,
                                    struct workspace *ws, struct sit_error *err)
{
    size_t side = p->d + 1;
    enum sit_status status = SIT_OK;
    /* Hessian: the rows (x_i, 1) scaled by sqrt(h_i), block by block. */
    for (size_t done = 0; done < ws->m && status == SIT_OK;) {
        size_t n_now = ws->m - done < SYRK_BLOCK_ROWS ? ws->m - done : SYRK_BLOCK_ROWS;
        for (size_t k = 0; k < n_now; k++) {
            size_t i = ws->rows[done + k];
            double root = sqrt(ws->h[i]);
            for (size_t j = 0; j < p->d; j++)
                ws->scaled[k * side + j] = root * p->x[i * p->d + j];
            ws->scaled[k * side + p->d] = root;
        }
        status = sit_matrix_dsyrk(true, side, n_now, 1, ws->scaled, done == 0 ? 0 : 1,
                                  ws->system, err);
        done += n_now;
    }
    for (size_t j = 0; j < p->d; j++)
        ws->system[j * side + j] += 1 / p->c;
    for (size_t j = 0; j < side; j++)
        ws->step[j] = -ws->gradient[j];
    if (status == SIT_OK)
        status = sit_matrix_cholesky(side, ws->system, err);
    if (status == SIT_OK)
        status = sit_matrix_cholesky_solve(side, ws->system, 1, ws->step, err);
    return status;
}

/* |w|^2 along the step: constant, linear and quadratic coefficient in t; and the slope
 * of the objective at t = 0. z and dz are up to date. */
struct along_step {
    double norm[3];
    double slope;
};

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static struct along_step measure_step(const struct newton_problem *p,
                                      const double *theta, const struct workspace *ws)
{
    struct along_step along;
    size_t q = newton_dim(p);
    if (p->gram == NULL) {
        along.norm[0] = dot(theta, theta, q);
        along.norm[1] = 2 * dot(theta, ws->step, q);
        along.norm[2] = dot(ws->step, ws->step, q);
        along.slope = dot(ws->gradient, ws->step, q + 1);
        return along;
    }
    /* K a and K da are the scores without their intercepts. */
    double b = theta[q], db = ws->step[q];
    along.norm[0] = along.norm[1] = along.norm[2] = 0;
    along.slope = ws->gradient[p->d] * db;
    for (size_t i = 0; i < p->n; i++) {
        along.norm[0] += theta[i] * (ws->z[i] - b);
        along.norm[1] += 2 * ws->step[i] * (ws->z[i] - b);
        along.norm[2] += ws->step[i] * (ws->dz[i] - db);
        along.slope += ws->residual[i] * (ws->dz[i] - db);
    }
    return along;
}

/* Largest t of 1, 1/2, 1/4, ... with enough decrease; 0 where there is none. */
static double line_search(const struct newton_problem *p, const struct workspace *ws,
                          const struct along_step *along, double *objective)
{
    double start = total_loss(p, ws, 0) + along->norm[0] / (2 * p->c);
    double t = 1;
    for (int i = 0; i < MAX_HALVINGS; i++, t /= 2) {
        double norm = along->norm[0] + t * (along->norm[1] + t * along->norm[2]);
        double value = total_loss(p, ws, t) + norm / (2 * p->c);
        if (value <= start + 1e-4 * t * along->slope + 1e-14 * fabs(start)) {
            *objective = value;
            return t;
        }
    }
    *objective = start;
    return 0;
}

static enum sit_status compute_step(const struct newton_problem *p, const double *theta,
                                    struct workspace *ws, struct sit_error *err)
{
    enum sit_status status = p->gram != NULL ? gram_step(p, theta, ws, err)
                                             : feature_step(p, ws, err);
    if (status == SIT_OK)
        status = newton_scores(p, ws->step, ws->dz, err);
    if (status == SIT_OK && !isfinite(sum_of(ws->step, newton_dim(p) + 1)))
        status = sit_error_set(err, SIT_E_NUMERIC,
                               "a step of the logistic fit (C %g) is not finite", p->c);
    return status;
}

static enum sit_status iterate(const struct newton_problem *p,
                               const struct fit_watch *watch, struct workspace *ws,
                               double *theta, struct fit_result *result,
                               struct sit_error *err)
{
    double scale;
    enum sit_status status = gradient_scale(p, ws, &scale, err);
    for (size_t k = 0; status == SIT_OK; k++) {
        status = newton_scores(p, theta, ws->z, err);
        if (status != SIT_OK)
            return status;
        derivatives(p, ws);
        status = gradient_at(p, theta, ws, err);
        if (status != SIT_OK)
            return status;
        double gradient = largest(ws->gradient, p->d + 1);
        memset(ws->step, 0, (newton_dim(p) + 1) * sizeof *ws->step);
        memset(ws->dz, 0, p->n * sizeof *ws->dz);
        struct along_step along = measure_step(p, theta, ws);
        result->objective = total_loss(p, ws, 0) + along.norm[0] / (2 * p->c);
        result->n_iterations = k;
        if (gradient <= p->tolerance * scale) {
            result->converged = true;
            return SIT_OK;
        }
        if (k == MAX_STEPS)
            break;
        status = fit_watch_step(watch, k, result->objective, err);
        if (status == SIT_OK)
            status = compute_step(p, theta, ws, err);
        if (status != SIT_OK)
            return status;
        along = measure_step(p, theta, ws);
        double t = line_search(p, ws, &along, &result->objective);
        for (size_t j = 0; j <= newton_dim(p); j++)
            theta[j] += t * ws->step[j];
        /* The Newton decrement, half the step's squared length in the Hessian's norm:
         * what the objective can still lose. */
        if (-along.slope / 2 < 1e-12) {
            result->n_iterations = k + 1;
            result->converged = true;
            return SIT_OK;
        }
        if (t == 0)
            break; /* rounding allows no progress */
    }
    if (status == SIT_OK)
        status = sit_error_set(err, SIT_E_NOT_CONVERGED,
                               "the logistic fit (C %g) did not converge in %zu steps",
                               p->c, result->n_iterations);
    return status;
}

enum sit_status newton_fit(const struct newton_problem *p,
                           const struct fit_watch *watch, double *theta,
                           struct fit_result *result, struct sit_error *err)
{
    struct workspace ws;
    struct fit_result found = {0};
    enum sit_status status = prepare(p, &ws, err);
    if (status == SIT_OK)
        status = iterate(p, watch, &ws, theta, &found, err);
    if (status == SIT_OK)
        *result = found;
    release(&ws);
    return status;
}
