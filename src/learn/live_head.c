/*
 * The live head: keeps its rows standardised in double for gradients and in float for
 * factors, or as a float Gram matrix while there are few, and hands the solver of the
 * last fit to the next. What a fit is, is newton.c's.
 */
#include "sitter/live_head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "head_internal.h"
#include "logistic.h"
#include "logistic_fit.h"
#include "newton.h"
#include "sitter/alloc.h"
#include "sitter/alo.h"
#include "sitter/matrix.h"
#include "softmax.h"
#include "standardise.h"

enum { FIRST_CAPACITY = 64, PREDICTION_ROWS = 128 };

/* A fit with all that belongs to it. The solver borrows the problem, which borrows the
 * rows as they were: it is not asked once they have changed. */
struct live_fit {
    struct newton_problem problem;
    struct newton *solver;
    double *mean, *deviation; /* (d) */
    double *w;                /* (outputs, d + 1) */
};

struct sit_live_head {
    size_t d, n_classes;
    double c;
    bool balanced;
    struct sit_pool *pool;

    size_t n, capacity;
    float *x;              /* (capacity, d) as they came */
    uint8_t *y;            /* (capacity) */
    double *s;             /* (capacity) weights */
    double *wide;          /* (capacity, d) standardised */
    float *narrow;         /* (capacity, d) the same */
    size_t n_standardised; /* rows of wide and narrow that are up to date */

    struct standardisation scaling;
    size_t n_at_renewal; /* 0: standardise anew */
    float *gram;         /* (gram_side, gram_side), where fits are in Gram space */
    size_t gram_side;
    size_t n_in_gram; /* first rows and columns of gram that are up to date */

    struct live_fit *fit; /* the last; NULL before the first */
    size_t n_same;        /* first rows that are where they were then */
    bool fresh;           /* all rows and their classes are as then */
};

static void fit_free(struct live_fit *fit)
{
    if (fit == NULL)
        return;
    newton_free(fit->solver);
    free(fit->mean);
    free(fit->w);
    free(fit);
}

void sit_live_head_free(struct sit_live_head *live)
{
    if (live == NULL)
        return;
    fit_free(live->fit);
    sit_pool_free(live->pool);
    standardisation_release(&live->scaling);
    free(live->x);
    free(live->y);
    free(live->s);
    free(live->wide);
    free(live->narrow);
    free(live->gram);
    free(live);
}

enum sit_status sit_live_head_new(size_t d, size_t n_classes, double c, bool balanced,
                                  struct sit_live_head **out, struct sit_error *err)
{
    if (d == 0 || d > HEAD_MAX_DIM)
        return sit_error_set(err, SIT_E_ARG, "%zu features, must be 1 to %d", d,
                             HEAD_MAX_DIM);
    if (n_classes < 2 || n_classes > SIT_HEAD_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "%zu classes, must be 2 to %d", n_classes,
                             SIT_HEAD_MAX_CLASSES);
    if (!isfinite(c) || c <= 0)
        return sit_error_set(err, SIT_E_ARG, "C is %g, must be above 0", c);
    struct sit_live_head *live = sit_calloc(1, sizeof *live);
    if (live == NULL)
        return sit_error_nomem(err);
    live->d = d;
    live->n_classes = n_classes;
    live->c = c;
    live->balanced = balanced;
    enum sit_status status = standardisation_init(&live->scaling, d)
                                 ? sit_pool_new(0, &live->pool, err)
                                 : sit_error_nomem(err);
    if (status != SIT_OK) {
        sit_live_head_free(live);
        return status;
    }
    *out = live;
    return SIT_OK;
}

size_t sit_live_head_n_rows(const struct sit_live_head *live)
{
    return live->n;
}

/* Where one array cannot grow the others may have: there is only more room then. */
static bool grow(struct sit_live_head *live)
{
    size_t n = live->n > 0 ? 2 * live->n : FIRST_CAPACITY, d = live->d;
    float *x = sit_realloc_array(live->x, n, d * sizeof *x);
    live->x = x != NULL ? x : live->x;
    uint8_t *y = sit_realloc_array(live->y, n, sizeof *y);
    live->y = y != NULL ? y : live->y;
    double *s = sit_realloc_array(live->s, n, sizeof *s);
    live->s = s != NULL ? s : live->s;
    double *wide = sit_realloc_array(live->wide, n, d * sizeof *wide);
    live->wide = wide != NULL ? wide : live->wide;
    float *narrow = sit_realloc_array(live->narrow, n, d * sizeof *narrow);
    live->narrow = narrow != NULL ? narrow : live->narrow;
    if (x == NULL || y == NULL || s == NULL || wide == NULL || narrow == NULL)
        return false;
    live->capacity = n;
    return true;
}

static enum sit_status check_class(const struct sit_live_head *live, uint8_t y,
                                   struct sit_error *err)
{
    if (y < live->n_classes)
        return SIT_OK;
    return sit_error_set(err, SIT_E_ARG, "class %u of %zu", (unsigned)y,
                         live->n_classes);
}

static enum sit_status check_index(const struct sit_live_head *live, size_t index,
                                   struct sit_error *err)
{
    if (index < live->n)
        return SIT_OK;
    return sit_error_set(err, SIT_E_ARG, "row %zu of %zu", index, live->n);
}

enum sit_status sit_live_head_add(struct sit_live_head *live, const float *x, uint8_t y,
                                  struct sit_error *err)
{
    enum sit_status status = check_class(live, y, err);
    if (status == SIT_OK)
        status = standardise_check(x, 1, live->d, "a new row", err);
    if (status != SIT_OK)
        return status;
    if (live->n == live->capacity && !grow(live))
        return sit_error_nomem(err);
    memcpy(live->x + live->n * live->d, x, live->d * sizeof *x);
    live->y[live->n++] = y;
    live->fresh = false;
    return SIT_OK;
}

enum sit_status sit_live_head_relabel(struct sit_live_head *live, size_t index,
                                      uint8_t y, struct sit_error *err)
{
    enum sit_status status = check_index(live, index, err);
    if (status == SIT_OK)
        status = check_class(live, y, err);
    if (status != SIT_OK)
        return status;
    live->y[index] = y;
    live->fresh = false;
    return SIT_OK;
}

enum sit_status sit_live_head_remove(struct sit_live_head *live, size_t index,
                                     struct sit_error *err)
{
    enum sit_status status = check_index(live, index, err);
    if (status != SIT_OK)
        return status;
    size_t last = --live->n, d = live->d;
    memmove(live->x + index * d, live->x + last * d, d * sizeof *live->x);
    live->y[index] = live->y[last];
    if (live->n_standardised > index)
        live->n_standardised = index;
    if (live->n_in_gram > index)
        live->n_in_gram = index;
    if (live->n_same > index)
        live->n_same = index;
    live->fresh = false;
    return SIT_OK;
}

void sit_live_head_renew(struct sit_live_head *live)
{
    live->n_at_renewal = 0;
}

static enum sit_status check_rows(const struct sit_live_head *live,
                                  struct sit_error *err)
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0};
    for (size_t i = 0; i < live->n; i++)
        counts[live->y[i]]++;
    for (size_t k = 0; k < live->n_classes; k++)
        if (counts[k] == 0)
            return sit_error_set(err, SIT_E_ARG, "live head: no row is of class %zu",
                                 k);
    return SIT_OK;
}

/* Whether the standardisation is new: the last fit's weights then mean other things. */
static bool standardise(struct sit_live_head *live)
{
    size_t d = live->d, at = live->n_at_renewal;
    size_t moved = live->n > at ? live->n - at : at - live->n;
    bool renew = at == 0 || moved * 10 >= at;
    if (renew) {
        standardise_fit(live->x, live->n, d, live->scaling.mean,
                        live->scaling.deviation);
        live->n_at_renewal = live->n;
        live->n_standardised = 0;
        live->n_in_gram = 0;
    }
    size_t from = live->n_standardised;
    standardise_apply(live->x + from * d, live->n - from, d, live->scaling.mean,
                      live->scaling.deviation, live->wide + from * d);
    for (size_t j = from * d; j < live->n * d; j++)
        live->narrow[j] = (float)live->wide[j];
    live->n_standardised = live->n;
    return renew;
}

/* Columns and rows of the Gram matrix that are not as the rows are now. */
static enum sit_status update_gram(struct sit_live_head *live, struct sit_error *err)
{
    size_t n = live->n, d = live->d, old = live->gram_side, first = live->n_in_gram;
    float *gram = live->gram, *part = NULL;
    enum sit_status status = SIT_OK;
    if (n != old) {
        gram = sit_malloc_array(n, n * sizeof *gram);
        if (gram == NULL)
            return sit_error_nomem(err);
        for (size_t i = 0; i < first; i++)
            memcpy(gram + i * n, live->gram + i * old, first * sizeof *gram);
        free(live->gram);
        live->gram = gram;
        live->gram_side = n;
    }
    if (first == n)
        return SIT_OK;
    part = sit_malloc_array(n - first, n * sizeof *part);
    if (part == NULL)
        return sit_error_nomem(err);
    status = sit_matrix_sgemm(false, true, n - first, n, d, 1, live->narrow + first * d,
                              live->narrow, 0, part, err);
    for (size_t i = first; status == SIT_OK && i < n; i++)
        for (size_t j = 0; j < n; j++)
            gram[i * n + j] = gram[j * n + i] = part[(i - first) * n + j];
    if (status == SIT_OK)
        live->n_in_gram = n;
    free(part);
    return status;
}

static enum sit_status fit_new(const struct sit_live_head *live, struct live_fit **out,
                               struct sit_error *err)
{
    size_t d = live->d, n_outputs = head_n_outputs(live->n_classes);
    struct live_fit *fit = sit_calloc(1, sizeof *fit);
    if (fit == NULL)
        return sit_error_nomem(err);
    fit->mean = sit_malloc_array(d, 2 * sizeof *fit->mean);
    fit->w = sit_malloc_array(d + 1, n_outputs * sizeof *fit->w);
    bool in_gram = live->n < live->d;
    fit->problem = (struct newton_problem){.x = live->wide,
                                           .matrix = in_gram ? live->gram
                                                             : live->narrow,
                                           .in_gram = in_gram,
                                           .y = live->y,
                                           .s = live->s,
                                           .n = live->n,
                                           .d = d,
                                           .n_outputs = n_outputs};
    enum sit_status status = SIT_OK;
    if (fit->mean == NULL || fit->w == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = newton_new(&fit->problem, &fit->solver, err);
    if (status != SIT_OK) {
        fit_free(fit);
        return status;
    }
    newton_use_pool(fit->solver, live->pool);
    fit->deviation = fit->mean + d;
    memcpy(fit->mean, live->scaling.mean, d * sizeof *fit->mean);
    memcpy(fit->deviation, live->scaling.deviation, d * sizeof *fit->deviation);
    *out = fit;
    return SIT_OK;
}

/* The last fit's weights, said in the new standardisation. */
static void translate(const struct live_fit *last, struct live_fit *fit)
{
    size_t d = fit->problem.d;
    for (size_t k = 0; k < fit->problem.n_outputs; k++) {
        const double *w = last->w + k * (d + 1);
        double *coef = newton_coefficients(fit->solver) + k * d, b = w[d];
        for (size_t j = 0; j < d; j++) {
            coef[j] = w[j] * fit->deviation[j] / last->deviation[j];
            b += w[j] * (fit->mean[j] - last->mean[j]) / last->deviation[j];
        }
        newton_intercepts(fit->solver)[k] = b;
    }
}

/* Start where the last fit ended. In Gram space coefficients belong to rows: only if
 * the first `n_same` rows, all of the last fit's, are where they were. */
static void start(const struct sit_live_head *live, struct live_fit *fit, bool renewed,
                  size_t n_same)
{
    struct live_fit *last = live->fit;
    if (last == NULL)
        return;
    bool in_gram = fit->problem.in_gram;
    if (!in_gram && (renewed || last->problem.in_gram))
        translate(last, fit);
    else if (in_gram == last->problem.in_gram &&
             (!in_gram || n_same >= last->problem.n))
        newton_continue(fit->solver, last->solver);
}

enum sit_status sit_live_head_fit(struct sit_live_head *live,
                                  const struct sit_progress *progress,
                                  struct sit_head_report *report, struct sit_error *err)
{
    struct live_fit *fit = NULL;
    struct fit_result result;
    struct fit_watch watch = {.progress = progress};
    struct newton_goal goal = {.c = live->c, .gradient = 1e-8, .decrement = 1e-14};
    enum sit_status status = check_rows(live, err);
    if (status != SIT_OK)
        return status;
    size_t n_same = live->n_same;
    live->fresh = false;
    bool renewed = standardise(live);
    logistic_row_weights(live->y, live->n, live->balanced, live->s);
    if (live->n < live->d)
        status = update_gram(live, err);
    if (status == SIT_OK)
        status = fit_new(live, &fit, err);
    if (status != SIT_OK)
        return status;
    start(live, fit, renewed, n_same);
    status = newton_fit(fit->solver, &goal, &watch, &result, err);
    if (status == SIT_OK)
        status = newton_weights(fit->solver, fit->w, err);
    if (status != SIT_OK) {
        fit_free(fit);
        return status;
    }
    fit_free(live->fit);
    live->fit = fit;
    live->n_same = live->n;
    live->fresh = true;
    if (report != NULL)
        *report = (struct sit_head_report){.c = live->c,
                                           .objective = result.objective,
                                           .n_iterations = result.n_iterations,
                                           .converged = result.converged};
    return SIT_OK;
}

static enum sit_status no_fit(struct sit_error *err)
{
    return sit_error_set(err, SIT_E_ARG, "the live head has not been fitted");
}

enum sit_status sit_live_head_copy(const struct sit_live_head *live,
                                   struct sit_head **out, struct sit_error *err)
{
    if (live->fit == NULL)
        return no_fit(err);
    return logistic_head_new(live->d, live->n_classes, live->fit->mean,
                             live->fit->deviation, live->fit->w, out, err);
}

/* The long way, in double. */
static enum sit_status leave_out_in_double(const struct sit_live_head *live, float *p,
                                           struct sit_error *err)
{
    struct sit_head *head = NULL;
    struct sit_dataset data = {.x = live->x,
                               .y = live->y,
                               .n = live->n,
                               .d = live->d,
                               .n_classes = live->n_classes};
    enum sit_status status = sit_live_head_copy(live, &head, err);
    if (status == SIT_OK)
        status = sit_alo(head, &data, live->c, live->balanced, SIT_ALO_ROW, p, err);
    sit_head_free(head);
    return status;
}

enum sit_status sit_live_head_leave_one_out(struct sit_live_head *live, float *p,
                                            struct sit_error *err)
{
    if (live->fit == NULL)
        return no_fit(err);
    if (!live->fresh)
        return sit_error_set(err, SIT_E_ARG,
                             "the live head's rows have changed since its fit");
    if (live->n_classes > 2)
        return leave_out_in_double(live, p, err);
    double *q = sit_malloc_array(live->n, sizeof *q);
    if (q == NULL)
        return sit_error_nomem(err);
    struct newton *solver = live->fit->solver;
    const double *z = newton_scores(solver);
    enum sit_status status = newton_leverage(solver, live->c, q, err);
    const double *first = newton_first_derivatives(solver);
    const double *second = newton_second_derivatives(solver);
    for (size_t i = 0; status == SIT_OK && i < live->n; i++) {
        double kept = 1 - second[i] * q[i];
        if (!(kept > 0)) {
            status = SIT_E_NUMERIC;
            break;
        }
        double moved = z[i] + first[i] * q[i] / kept;
        p[2 * i] = (float)(1 / (1 + exp(moved)));
        p[2 * i + 1] = (float)(1 / (1 + exp(-moved)));
    }
    free(q);
    return status == SIT_E_NUMERIC ? leave_out_in_double(live, p, err) : status;
}

/* Scores of up to PREDICTION_ROWS rows, standardised into `rows`, as probabilities. */
static enum sit_status predict_block(const struct sit_live_head *live,
                                     const float *weights, const float *x, size_t n,
                                     float *rows, float *z, float *p,
                                     struct sit_error *err)
{
    const struct live_fit *fit = live->fit;
    size_t d = live->d, n_classes = live->n_classes, n_outputs = fit->problem.n_outputs;
    standardise_apply_float(x, n, d, fit->mean, fit->deviation, rows);
    enum sit_status status = n_outputs == 1
                                 ? sit_matrix_sgemv(false, n, d, 1, rows, weights, 0, z,
                                                    err)
                                 : sit_matrix_sgemm(false, true, n, n_outputs, d, 1,
                                                    rows, weights, 0, z, err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        double scores[SIT_HEAD_MAX_CLASSES] = {0};
        for (size_t k = 0; k < n_outputs; k++)
            scores[n_classes - n_outputs + k] = (double)z[i * n_outputs + k] +
                                                fit->w[k * (d + 1) + d];
        if (!isfinite(softmax_normalise(scores, n_classes)))
            return sit_error_set(err, SIT_E_NUMERIC,
                                 "the features to predict are not finite");
        for (size_t k = 0; k < n_classes; k++)
            p[i * n_classes + k] = (float)scores[k];
    }
    return status;
}

enum sit_status sit_live_head_predict(const struct sit_live_head *live, const float *x,
                                      size_t n, float *p, struct sit_error *err)
{
    const struct live_fit *fit = live->fit;
    if (fit == NULL)
        return no_fit(err);
    size_t d = live->d, n_outputs = fit->problem.n_outputs;
    float *weights = sit_malloc_array(d, n_outputs * sizeof *weights);
    float *rows = sit_malloc_array(d, PREDICTION_ROWS * sizeof *rows);
    float z[PREDICTION_ROWS * SIT_HEAD_MAX_CLASSES];
    enum sit_status status = SIT_OK;
    if (weights == NULL || rows == NULL)
        status = sit_error_nomem(err);
    for (size_t k = 0; status == SIT_OK && k < n_outputs; k++)
        for (size_t j = 0; j < d; j++)
            weights[k * d + j] = (float)fit->w[k * (d + 1) + j];
    for (size_t done = 0; status == SIT_OK && done < n; done += PREDICTION_ROWS) {
        size_t n_now = n - done < PREDICTION_ROWS ? n - done : PREDICTION_ROWS;
        status = predict_block(live, weights, x + done * d, n_now, rows, z,
                               p + done * live->n_classes, err);
    }
    free(weights);
    free(rows);
    return status;
}
