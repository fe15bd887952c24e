/*
 * Drawing groups and taking percentiles. What is measured on a sample is the caller's
 * affair; it sees a sample as a weight for each row, so that it may sort once for all.
 */
#include "sitter/bootstrap.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/rng.h"

struct sampler {
    size_t n, n_groups;
    uint32_t *index;  /* (n) of the row's group, below n_groups */
    uint32_t *times;  /* (n_groups) how often it was drawn */
    uint32_t *weight; /* (n) */
    double *values;   /* (n_values, n_replicates): one statistic's side by side */
    double *one;      /* (n_values) */
};

static void release(struct sampler *s)
{
    free(s->index);
    free(s->times);
    free(s->weight);
    free(s->values);
    free(s->one);
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

size_t sit_groups_number(const uint32_t *group, size_t n, uint32_t *room, uint32_t *out)
{
    size_t n_groups = 0;
    memcpy(room, group, n * sizeof *room);
    qsort(room, n, sizeof *room, by_number);
    for (size_t i = 0; i < n; i++)
        if (n_groups == 0 || room[n_groups - 1] != room[i])
            room[n_groups++] = room[i];
    for (size_t i = 0; i < n; i++) {
        const uint32_t *found = bsearch(&group[i], room, n_groups, sizeof *room,
                                        by_number);
        out[i] = (uint32_t)(found - room);
    }
    return n_groups;
}

static enum sit_status prepare(struct sampler *s,
                               const struct sit_bootstrap_design *design,
                               size_t n_values, struct sit_error *err)
{
    size_t n_all, n = design->n;
    *s = (struct sampler){.n = n};
    if (!sit_mul_size(n_values, design->n_replicates, &n_all))
        return sit_error_nomem(err);
    s->index = sit_malloc_array(n, sizeof *s->index);
    s->times = sit_malloc_array(n, sizeof *s->times);
    s->weight = sit_malloc_array(n, sizeof *s->weight);
    s->values = sit_malloc_array(n_all, sizeof *s->values);
    s->one = sit_malloc_array(n_values, sizeof *s->one);
    if (s->index == NULL || s->times == NULL || s->weight == NULL ||
        s->values == NULL || s->one == NULL)
        return sit_error_nomem(err);
    s->n_groups = sit_groups_number(design->group, n, s->times, s->index);
    return SIT_OK;
}

static void draw(struct sampler *s, struct sit_rng *rng)
{
    memset(s->times, 0, s->n_groups * sizeof *s->times);
    for (size_t g = 0; g < s->n_groups; g++)
        s->times[sit_rng_below(rng, s->n_groups)]++;
    for (size_t i = 0; i < s->n; i++)
        s->weight[i] = s->times[s->index[i]];
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double quantile(const double *sorted, size_t n, double share)
{
    double at = share * (double)(n - 1);
    size_t below = (size_t)at;
    if (below + 1 >= n)
        return sorted[n - 1];
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* Sorts values in place. */
static struct sit_interval percentiles(double *values, size_t n)
{
    size_t n_finite = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            values[n_finite++] = values[i];
    if (n_finite == 0 || 2 * n_finite < n)
        return (struct sit_interval){NAN, NAN};
    qsort(values, n_finite, sizeof *values, by_value);
    return (struct sit_interval){quantile(values, n_finite, 0.025),
                                 quantile(values, n_finite, 0.975)};
}

enum sit_status sit_bootstrap(const struct sit_bootstrap_design *design,
                              size_t n_values, sit_bootstrap_fn *measure, void *context,
                              const struct sit_progress *progress,
                              struct sit_interval *out, size_t *n_groups,
                              struct sit_error *err)
{
    enum { ROWS_A_REPORT = 1 << 20 };
    struct sampler s;
    struct sit_rng rng;
    size_t n_replicates = design->n_replicates;
    if (design->n == 0 || n_replicates == 0 || n_values == 0)
        return sit_error_set(err, SIT_E_ARG, "nothing to draw bootstrap samples from");
    enum sit_status status = prepare(&s, design, n_values, err);
    if (status != SIT_OK)
        goto done;
    size_t n_samples = s.n_groups < 2 ? 0 : n_replicates, since_report = 0;
    sit_rng_init(&rng, design->seed);
    for (size_t r = 0; r < n_samples; r++) {
        since_report += s.n;
        if (since_report >= ROWS_A_REPORT) {
            since_report = 0;
            if (!sit_progress_report(progress, r, n_replicates, "bootstrap")) {
                status = sit_error_set(err, SIT_E_CANCELLED, "interrupted");
                goto done;
            }
        }
        draw(&s, &rng);
        measure(context, s.weight, s.one);
        for (size_t v = 0; v < n_values; v++)
            s.values[v * n_replicates + r] = s.one[v];
    }
    for (size_t v = 0; v < n_values; v++)
        out[v] = n_samples == 0 ? (struct sit_interval){NAN, NAN}
                                : percentiles(s.values + v * n_replicates, n_samples);
    if (n_groups != NULL)
        *n_groups = s.n_groups;
done:
    release(&s);
    return status;
}
