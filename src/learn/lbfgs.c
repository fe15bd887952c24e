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

/* direction = -H gradient by the two-loop recursion. */
static void find_direction(struct state *st)
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
    if (st->n_pairs > 0) {
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
}

/* A step with sufficient decrease and the weak curvature condition, by bisection and
 * doubling. *found is false where there was none; trial and its gradient are set. */
static enum sit_status line_search(struct state *st, lbfgs_fn *fn, void *context,
                                   const double *x, double *objective, bool *found,
                                   struct sit_error *err)
{
    double slope = dot(st->gradient, st->direction, st->n);
    double low = 0, high = INFINITY;
    double t = st->n_pairs > 0 ? 1 : 1 / fmax(1, sqrt(-slope));
    *found = false;
    for (int k = 0; k < MAX_TRIALS && slope < 0; k++) {
        for (size_t i = 0; i < st->n; i++)
            st->trial[i] = x[i] + t * st->direction[i];
        enum sit_status status = fn(context, st->trial, objective, st->trial_gradient,
                                    err);
        if (status != SIT_OK)
            return status;
        double enough = st->objective + 1e-4 * t * slope + 1e-15 * fabs(st->objective);
        if (!(*objective <= enough)) {
            high = t;
        } else if (dot(st->trial_gradient, st->direction, st->n) < 0.9 * slope) {
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

static enum sit_status iterate(struct state *st, lbfgs_fn *fn, void *context,
                               double threshold, size_t max_steps,
                               const struct fit_watch *watch, double *x,
                               struct fit_result *result, struct sit_error *err)
{
    enum sit_status status = fn(context, x, &st->objective, st->gradient, err);
    size_t k = 0;
    for (; status == SIT_OK && k < max_steps; k++) {
        if (largest(st->gradient, st->n) <= threshold) {
            *result = (struct fit_result){st->objective, k, true};
            return SIT_OK;
        }
        status = fit_watch_step(watch, k, st->objective, err);
        if (status != SIT_OK)
            return status;
        bool found;
        double objective;
        find_direction(st);
        status = line_search(st, fn, context, x, &objective, &found, err);
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

enum sit_status lbfgs_minimise(lbfgs_fn *fn, void *context, size_t n, double threshold,
                               size_t max_steps, const struct fit_watch *watch,
                               double *x, struct fit_result *result,
                               struct sit_error *err)
{
    struct state st = {.n = n};
    size_t row_bytes;
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
    enum sit_status status = iterate(&st, fn, context, threshold, max_steps, watch, x,
                                     result, err);
    free(st.memory);
    return status;
}
