/*
 * One logistic fit: two classes go to Newton's method, more to softmax and L-BFGS.
 */
#include "logistic_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "newton.h"
#include "sitter/alloc.h"
#include "sitter/matrix.h"
#include "softmax.h"

enum sit_status logistic_data_init(struct logistic_data *data,
                                   const struct sit_dataset *rows, const double *x,
                                   struct sit_error *err)
{
    *data = (struct logistic_data){.rows = rows, .x = x};
    if (rows->n >= rows->d)
        return SIT_OK;
    size_t n_gram;
    if (sit_mul_size(rows->n, rows->n, &n_gram))
        data->gram = sit_malloc_array(n_gram, sizeof *data->gram);
    if (data->gram == NULL)
        return sit_error_nomem(err);
    enum sit_status status = sit_matrix_dsyrk(false, rows->n, rows->d, 1, x, 0,
                                              data->gram, err);
    if (status == SIT_OK)
        sit_matrix_mirror_lower(rows->n, data->gram);
    else
        logistic_data_release(data);
    return status;
}

void logistic_data_release(struct logistic_data *data)
{
    free(data->gram);
    data->gram = NULL;
}

enum sit_status logistic_subset_init(struct logistic_subset *subset, size_t n,
                                     struct sit_error *err)
{
    *subset = (struct logistic_subset){.s = sit_calloc(n, sizeof *subset->s),
                                       .y = sit_calloc(n, sizeof *subset->y)};
    if (subset->s != NULL && subset->y != NULL)
        return SIT_OK;
    logistic_subset_release(subset);
    return sit_error_nomem(err);
}

void logistic_subset_release(struct logistic_subset *subset)
{
    free(subset->s);
    free(subset->y);
    *subset = (struct logistic_subset){0};
}

void logistic_subset_select(struct logistic_subset *subset,
                            const struct sit_dataset *rows, const uint32_t *fold,
                            uint32_t held_out, bool balanced)
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0}, n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        bool use = fold == NULL || fold[i] != held_out;
        subset->s[i] = use ? 1 : 0;
        counts[rows->y[i]] += use;
        n += use;
    }
    uint8_t number[SIT_HEAD_MAX_CLASSES] = {0};
    subset->n_classes = 0;
    for (size_t k = 0; k < SIT_HEAD_MAX_CLASSES; k++) {
        subset->present[k] = counts[k] > 0;
        if (counts[k] > 0)
            number[k] = (uint8_t)subset->n_classes++;
    }
    for (size_t i = 0; i < rows->n; i++) {
        size_t k = rows->y[i];
        subset->y[i] = number[k];
        if (balanced && subset->s[i] > 0)
            subset->s[i] = (double)n / ((double)subset->n_classes * (double)counts[k]);
    }
}

static struct newton_problem binary_problem(const struct logistic_data *data,
                                            const struct logistic_subset *subset)
{
    return (struct newton_problem){.x = data->x,
                                   .gram = data->gram,
                                   .y = subset->y,
                                   .s = subset->s,
                                   .n = data->rows->n,
                                   .d = data->rows->d};
}

static struct softmax_problem multi_problem(const struct logistic_data *data,
                                            const struct logistic_subset *subset)
{
    return (struct softmax_problem){.x = data->x,
                                    .y = subset->y,
                                    .s = subset->s,
                                    .n = data->rows->n,
                                    .d = data->rows->d,
                                    .n_classes = subset->n_classes};
}

size_t logistic_theta_size(const struct logistic_data *data)
{
    size_t binary = (data->gram != NULL ? data->rows->n : data->rows->d) + 1;
    size_t multi = data->rows->n_classes * (data->rows->d + 1);
    return binary > multi ? binary : multi;
}

enum sit_status logistic_fit(const struct logistic_data *data,
                             const struct logistic_subset *subset, double c,
                             double tolerance, const struct fit_watch *watch,
                             double *theta, struct fit_result *result,
                             struct sit_error *err)
{
    if (subset->n_classes == 2) {
        struct newton_problem problem = binary_problem(data, subset);
        problem.c = c;
        problem.tolerance = tolerance;
        return newton_fit(&problem, watch, theta, result, err);
    }
    struct softmax_problem problem = multi_problem(data, subset);
    problem.c = c;
    problem.tolerance = tolerance;
    return softmax_fit(&problem, watch, theta, result, err);
}

enum sit_status logistic_probabilities(const struct logistic_data *data,
                                       const struct logistic_subset *subset,
                                       const double *theta, double *p,
                                       struct sit_error *err)
{
    size_t n = data->rows->n;
    enum sit_status status;
    if (subset->n_classes > 2) {
        struct softmax_problem problem = multi_problem(data, subset);
        status = softmax_scores(&problem, theta, p, err);
        for (size_t i = 0; status == SIT_OK && i < n; i++)
            softmax_normalise(p + i * subset->n_classes, subset->n_classes);
        return status;
    }
    struct newton_problem problem = binary_problem(data, subset);
    status = newton_scores(&problem, theta, p, err);
    /* The scores fill the first half: spread them out from the end. */
    for (size_t i = n; status == SIT_OK && i-- > 0;) {
        double z = p[i];
        p[2 * i] = 1 / (1 + exp(z));
        p[2 * i + 1] = 1 / (1 + exp(-z));
    }
    return status;
}

enum sit_status logistic_weights(const struct logistic_data *data,
                                 const struct logistic_subset *subset,
                                 const double *theta, double *w, struct sit_error *err)
{
    if (subset->n_classes == 2) {
        struct newton_problem problem = binary_problem(data, subset);
        return newton_weights(&problem, theta, w, err);
    }
    size_t d = data->rows->d;
    for (size_t k = 0; k < subset->n_classes; k++) {
        memcpy(w + k * (d + 1), theta + k * d, d * sizeof *w);
        w[k * (d + 1) + d] = theta[subset->n_classes * d + k];
    }
    return SIT_OK;
}
