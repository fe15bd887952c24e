/*
 * L-BFGS for any smooth function; the multi-class logistic head is its user.
 */
#include "lbfgs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

enum { N_PAIRS = 10, MAX_TRIALS = 40 };

struct state {
    size_t n;
    double *gradient, *trial, *trial_gradient, *direction; /* (n) each */
    double *s, *y;                                         /* (N_PAIRS, n), a ring */
    double rho[N_PAIRS];
    size_t n_pairs, next;
    double objective;
    double *memory;
};

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static double largest(const double *values, size_t n)
{
    double max = 0;
    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs(values[i]));
    return max;
}

/* Bring what the preconditioner gave to the size that the newest step has measured. */
static enum sit_status rescale(struct state *st, const struct lbfgs_task *task,
                               size_t step, const double *x, struct sit_error *err)
{
    size_t newest = (st->next + N_PAIRS - 1) % N_PAIRS;
    const double *y = st->y + newest * st->n;
    memcpy(st->trial, y, st->n * sizeof *y);
    enum sit_status status = task->precondition(task->context, step, x, st->trial, err);
    double scale = 1 / (st->rho[newest] * dot(y, st->trial, st->n));
    for (size_t i = 0; status == SIT_OK && i < st->n; i++)
        st->direction[i] *= scale;
    return status;
}

/* direction = -H gradient by the two-loop recursion. */
static enum sit_status find_direction(struct state *st, const struct lbfgs_task *task,
                                      size_t step, const double *x,
                                      struct sit_error *err)
{
    size_t n = st->n;
    double alpha[N_PAIRS];
    for (size_t i = 0; i < n; i++)
        st->direction[i] = -st->gradient[i];
    for (size_t k = 0; k < st->n_pairs; k++) {
        size_t at = (st->next + N_PAIRS - 1 - k) % N_PAIRS;
        alpha[at] = st->rho[at] * dot(st->s + at * n, st->direction, n);
        for (size_t i = 0; i < n; i++)
            st->direction[i] -= alpha[at] * st->y[at * n + i];
    }
    if (task->precondition != NULL) {
        enum sit_status status = task->precondition(task->context, step, x,
                                                    st->direction, err);
        if (status == SIT_OK && st->n_pairs > 0)
            status = rescale(st, task, step, x, err);
        if (status != SIT_OK)
            return status;
    } else if (st->n_pairs > 0) {
        size_t newest = (st->next + N_PAIRS - 1) % N_PAIRS;
        const double *y = st->y + newest * n;
        double scale = 1 / (st->rho[newest] * dot(y, y, n));
        for (size_t i = 0; i < n; i++)
            st->direction[i] *= scale;
    }
    for (size_t k = st->n_pairs; k > 0; k--) {
        size_t at = (st->next + N_PAIRS - k) % N_PAIRS;
        double beta = st->rho[at] * dot(st->y + at * n, st->direction, n);
        for (size_t i = 0; i < n; i++)
            st->direction[i] += (alpha[at] - beta) * st->s[at * n + i];
    }
    return SIT_OK;
}

/* Sufficient decrease. Near the minimum the objective's change drowns in its rounding;
 * there the slope tells, as it would for a quadratic (Hager and Zhang 2005). */
static bool decreases(const struct state *st, double objective, double t, double slope,
                      double trial_slope)
{
    double before = st->objective, size = fabs(before);
    return objective <= before + 1e-4 * t * slope + 1e-15 * size ||
           (objective <= before + 1e-11 * size && trial_slope <= -0.8 * slope);
}

/* A step with sufficient decrease and the weak curvature condition, by bisection and
 * doubling. *found is false where there was none; trial and its gradient are set. */
static enum sit_status line_search(struct state *st, const struct lbfgs_task *task,
                                   const double *x, double slope, double *objective,
                                   bool *found, struct sit_error *err)
{
    double low = 0, high = INFINITY;
    bool scaled = st->n_pairs > 0 || task->precondition != NULL;
    double t = scaled ? 1 : 1 / fmax(1, sqrt(-slope));
    *found = false;
    for (int k = 0; k < MAX_TRIALS && slope < 0; k++) {
        for (size_t i = 0; i < st->n; i++)
            st->trial[i] = x[i] + t * st->direction[i];
        enum sit_status status = task->fn(task->context, st->trial, objective,
                                          st->trial_gradient, err);
        if (status != SIT_OK)
            return status;
        double trial_slope = dot(st->trial_gradient, st->direction, st->n);
        if (!decreases(st, *objective, t, slope, trial_slope)) {
            high = t;
        } else if (trial_slope < 0.9 * slope) {
            low = t;
        } else {
            *found = true;
            break;
        }
        t = isinf(high) ? 2 * t : (low + high) / 2;
    }
    return SIT_OK;
}

static void accept(struct state *st, double *x, double objective)
{
    double *s = st->s + st->next * st->n, *y = st->y + st->next * st->n;
    for (size_t i = 0; i < st->n; i++) {
        s[i] = st->trial[i] - x[i];
        y[i] = st->trial_gradient[i] - st->gradient[i];
    }
    double curvature = dot(s, y, st->n);
    if (curvature > 0) {
        st->rho[st->next] = 1 / curvature;
        st->next = (st->next + 1) % N_PAIRS;
        if (st->n_pairs < N_PAIRS)
            st->n_pairs++;
    }
    memcpy(x, st->trial, st->n * sizeof *x);
    memcpy(st->gradient, st->trial_gradient, st->n * sizeof *x);
    st->objective = objective;
}

static enum sit_status iterate(struct state *st, const struct lbfgs_task *task,
                               const struct fit_watch *watch, double *x,
                               struct fit_result *result, struct sit_error *err)
{
    enum sit_status status = task->fn(task->context, x, &st->objective, st->gradient,
                                      err);
    size_t k = 0;
    for (; status == SIT_OK && k < task->max_steps; k++) {
        bool done = largest(st->gradient, st->n) <= task->threshold, found;
        double objective, slope = 0;
        if (!done) {
            status = fit_watch_step(watch, k, st->objective, err);
            if (status == SIT_OK)
                status = find_direction(st, task, k, x, err);
            if (status != SIT_OK)
                return status;
            slope = dot(st->gradient, st->direction, st->n);
            done = task->decrement > 0 &&
                   fabs(slope) / 2 <= task->decrement * fabs(st->objective);
        }
        if (done) {
            *result = (struct fit_result){st->objective, k, true};
            return SIT_OK;
        }
        status = line_search(st, task, x, slope, &objective, &found, err);
        if (status != SIT_OK)
            return status;
        if (found)
            accept(st, x, objective);
        else if (st->n_pairs > 0)
            st->n_pairs = 0; /* start again from the gradient alone */
        else
            break;
    }
    if (status == SIT_OK)
        status = sit_error_set(err, SIT_E_NOT_CONVERGED,
                               "the logistic fit did not converge in %zu steps", k);
    return status;
}

enum sit_status lbfgs_run(const struct lbfgs_task *task, const struct fit_watch *watch,
                          double *x, struct fit_result *result, struct sit_error *err)
{
    size_t n = task->n, row_bytes;
    struct state st = {.n = n};
    if (!sit_mul_size(n, sizeof *st.memory, &row_bytes))
        return sit_error_nomem(err);
    st.memory = sit_malloc_array(4 + 2 * N_PAIRS, row_bytes);
    if (st.memory == NULL)
        return sit_error_nomem(err);
    st.gradient = st.memory;
    st.trial = st.gradient + n;
    st.trial_gradient = st.trial + n;
    st.direction = st.trial_gradient + n;
    st.s = st.direction + n;
    st.y = st.s + N_PAIRS * n;
    enum sit_status status = iterate(&st, task, watch, x, result, err);
    free(st.memory);
    return status;
}

enum sit_status lbfgs_minimise(lbfgs_fn *fn, void *context, size_t n, double threshold,
                               size_t max_steps, const struct fit_watch *watch,
                               double *x, struct fit_result *result,
                               struct sit_error *err)
{
    struct lbfgs_task task = {.fn = fn,
                              .context = context,
                              .n = n,
                              .threshold = threshold,
                              .max_steps = max_steps};
    return lbfgs_run(&task, watch, x, result, err);
}
