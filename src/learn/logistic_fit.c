/*
 * One logistic fit on all rows, and what every fit needs: which space to work in, the
 * matrix there, and the rows' weights.
 */
#include "logistic_fit.h"

#include <stdlib.h>

#include "head_internal.h"
#include "newton.h"
#include "row_kernels.h"
#include "sitter/alloc.h"
#include "sitter/matrix.h"

/* A Gram matrix of more floats (1 GB) is not worth its memory. */
static const size_t max_gram_floats = (size_t)1 << 28;

static bool gram_is_cheaper(size_t n_rows, size_t n_features, size_t n_factors)
{
    double n = (double)n_rows, d = (double)n_features, k = (double)n_factors;
    return n_factors > 0 &&
           n * n * d + k * n * n * n / 3 < k * (n * d * d + d * d * d / 3) &&
           n_rows <= max_gram_floats / n_rows;
}

/* Copy the lower triangle to the upper, in blocks for the cache. */
static void mirror(float *gram, size_t n)
{
    enum { BLOCK = 32 };
    for (size_t i0 = 0; i0 < n; i0 += BLOCK)
        for (size_t j0 = 0; j0 <= i0; j0 += BLOCK)
            for (size_t i = i0; i < i0 + BLOCK && i < n; i++)
                for (size_t j = j0; j < j0 + BLOCK && j < i; j++)
                    gram[j * n + i] = gram[i * n + j];
}

enum sit_status logistic_matrix_init(struct logistic_matrix *matrix, const double *x,
                                     size_t n, size_t d, size_t n_factors,
                                     struct sit_error *err)
{
    *matrix = (struct logistic_matrix){.in_gram = gram_is_cheaper(n, d, n_factors)};
    size_t n_x, n_gram;
    float *narrow = NULL;
    if (!sit_mul_size(n, d, &n_x) || !sit_mul_size(n, n, &n_gram))
        return sit_error_nomem(err);
    narrow = sit_malloc_array(n_x, sizeof *narrow);
    if (narrow == NULL)
        return sit_error_nomem(err);
    row_kernels_best()->narrow(x, n_x, narrow);
    matrix->values = narrow;
    if (!matrix->in_gram)
        return SIT_OK;
    matrix->values = sit_malloc_array(n_gram, sizeof *matrix->values);
    enum sit_status status = SIT_OK;
    if (matrix->values == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_matrix_ssyrk(false, n, d, 1, narrow, 0, matrix->values, err);
    if (status == SIT_OK)
        mirror(matrix->values, n);
    else
        logistic_matrix_release(matrix);
    free(narrow);
    return status;
}

void logistic_matrix_release(struct logistic_matrix *matrix)
{
    free(matrix->values);
    matrix->values = NULL;
}

void logistic_row_weights(const uint8_t *y, size_t n, bool balanced, double *s)
{
    size_t counts[UINT8_MAX + 1] = {0}, n_classes = 0;
    for (size_t i = 0; i < n; i++)
        n_classes += counts[y[i]]++ == 0;
    for (size_t i = 0; i < n; i++)
        s[i] = balanced ? (double)n / ((double)n_classes * (double)counts[y[i]]) : 1;
}

/* Hessians of more multiplications than this are worth a pool of threads. */
static const double least_parallel = 1e8;

static enum sit_status fit_in(const struct newton_problem *problem, double c,
                              const struct fit_watch *watch, double *w,
                              struct fit_result *result, struct sit_error *err)
{
    struct newton_goal goal = {.c = c, .gradient = 1e-8, .decrement = 1e-14};
    struct newton *solver = NULL;
    struct sit_pool *pool = NULL;
    double d = (double)problem->d;
    enum sit_status status = newton_new(problem, &solver, err);
    if (status == SIT_OK && !problem->in_gram &&
        (double)problem->n * d * d > least_parallel)
        status = sit_pool_new(0, &pool, err);
    if (status != SIT_OK)
        goto done;
    newton_use_pool(solver, pool);
    status = newton_fit(solver, &goal, watch, result, err);
    if (status == SIT_OK)
        status = newton_weights(solver, w, err);
done:
    newton_free(solver);
    sit_pool_free(pool);
    return status;
}

enum sit_status logistic_fit_rows(const struct logistic_rows *rows,
                                  const struct logistic_matrix *matrix, double c,
                                  const struct fit_watch *watch, double *w,
                                  struct fit_result *result, struct sit_error *err)
{
    struct newton_problem problem = {.x = rows->x,
                                     .matrix = matrix->values,
                                     .in_gram = matrix->in_gram,
                                     .y = rows->y,
                                     .s = rows->s,
                                     .n = rows->n,
                                     .d = rows->d,
                                     .n_outputs = head_n_outputs(rows->n_classes)};
    enum sit_status status = fit_in(&problem, c, watch, w, result, err);
    if (status != SIT_E_NOT_CONVERGED || !matrix->in_gram)
        return status;
    /* A Gram matrix of low rank and a weak penalty leave Gram space too little that is
     * not rounding. */
    struct logistic_matrix in_features = {0};
    status = logistic_matrix_init(&in_features, rows->x, rows->n, rows->d, 0, err);
    problem.matrix = in_features.values;
    problem.in_gram = false;
    if (status == SIT_OK)
        status = fit_in(&problem, c, watch, w, result, err);
    logistic_matrix_release(&in_features);
    return status;
}

enum sit_status logistic_fit(const struct sit_dataset *data, const double *x,
                             const struct logistic_matrix *matrix, double c,
                             bool balanced, const struct fit_watch *watch, double *w,
                             struct fit_result *result, struct sit_error *err)
{
    double *s = sit_malloc_array(data->n, sizeof *s);
    if (s == NULL)
        return sit_error_nomem(err);
    logistic_row_weights(data->y, data->n, balanced, s);
    struct logistic_rows rows = {x, data->y, s, data->n, data->d, data->n_classes};
    enum sit_status status = logistic_fit_rows(&rows, matrix, c, watch, w, result, err);
    free(s);
    return status;
}
