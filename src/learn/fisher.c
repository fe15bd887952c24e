/*
 * Fisherfaces: the training rows' principal components, the discriminant among them
 * (discriminant.c), and both folded into weights on the features. There are far fewer
 * faces than pixels, so the components come from the rows' Gram matrix.
 */
#include "fisher.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "discriminant.h"
#include "head_internal.h"
#include "sitter/alloc.h"
#include "sitter/matrix.h"

/* Components with less of the largest variance than this are rounding. */
static const double variance_floor = 1e-12;

enum { BLOCK_COLUMNS = 512 };

struct fit {
    const struct sit_dataset *data;
    size_t n_kept;  /* components, m */
    double *mean;   /* (d) */
    double *block;  /* (n, BLOCK_COLUMNS): some columns of the centred rows, xc */
    double *gram;   /* (n, n) xc xc'; then its eigenvectors by row */
    double *values; /* (n) */
    double *scores; /* (n, m): the rows along the components */
    double *coef;   /* (K, m) */
    double *mix;    /* (K, n): the weights on the features are mix xc */
    double *folded; /* (K, BLOCK_COLUMNS) */
    double intercept[SIT_HEAD_MAX_CLASSES];
};

static void release(struct fit *fit)
{
    free(fit->mean);
    free(fit->block);
    free(fit->gram);
    free(fit->values);
    free(fit->scores);
    free(fit->coef);
    free(fit->mix);
    free(fit->folded);
}

static bool allocate(struct fit *fit)
{
    size_t n = fit->data->n, n_classes = fit->data->n_classes;
    fit->mean = sit_calloc(fit->data->d, sizeof *fit->mean);
    fit->block = sit_malloc_array(n, BLOCK_COLUMNS * sizeof *fit->block);
    fit->gram = sit_calloc(n, n * sizeof *fit->gram);
    fit->values = sit_malloc_array(n, sizeof *fit->values);
    fit->scores = sit_malloc_array(n, n * sizeof *fit->scores);
    fit->coef = sit_malloc_array(n_classes, n * sizeof *fit->coef);
    fit->mix = sit_malloc_array(n_classes, n * sizeof *fit->mix);
    fit->folded = sit_malloc_array(n_classes, BLOCK_COLUMNS * sizeof *fit->folded);
    return fit->mean != NULL && fit->block != NULL && fit->gram != NULL &&
           fit->values != NULL && fit->scores != NULL && fit->coef != NULL &&
           fit->mix != NULL && fit->folded != NULL;
}

static void find_mean(struct fit *fit)
{
    size_t n = fit->data->n, d = fit->data->d;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            fit->mean[j] += (double)fit->data->x[i * d + j];
    for (size_t j = 0; j < d; j++)
        fit->mean[j] /= (double)n;
}

/* Columns [first, first + width) of the centred rows. */
static void centre_block(struct fit *fit, size_t first, size_t width)
{
    for (size_t i = 0; i < fit->data->n; i++) {
        const float *row = fit->data->x + i * fit->data->d + first;
        for (size_t j = 0; j < width; j++)
            fit->block[i * width + j] = (double)row[j] - fit->mean[first + j];
    }
}

static size_t block_width(const struct fit *fit, size_t first)
{
    size_t left = fit->data->d - first;
    return left < BLOCK_COLUMNS ? left : BLOCK_COLUMNS;
}

static enum sit_status find_gram(struct fit *fit, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t first = 0, width; status == SIT_OK && first < fit->data->d;
         first += width) {
        width = block_width(fit, first);
        centre_block(fit, first, width);
        status = sit_matrix_dsyrk(false, fit->data->n, width, 1, fit->block, 1,
                                  fit->gram, err);
    }
    return status;
}

/* xc xc' u = v u: the component is xc' u / sqrt(v), the rows along it sqrt(v) u. */
static enum sit_status find_scores(struct fit *fit, struct sit_error *err)
{
    size_t n = fit->data->n;
    enum sit_status status = sit_matrix_eigen(n, fit->gram, fit->values, err);
    if (status != SIT_OK)
        return status;
    double largest = fit->values[n - 1];
    if (!(largest > 0))
        return sit_error_set(err, SIT_E_ARG, "fisher: all faces are alike");
    while (fit->n_kept < n - 2 &&
           fit->values[n - 1 - fit->n_kept] > variance_floor * largest)
        fit->n_kept++;
    for (size_t c = 0; c < fit->n_kept; c++) {
        const double *u = fit->gram + (n - 1 - c) * n;
        double length = sqrt(fit->values[n - 1 - c]);
        for (size_t i = 0; i < n; i++)
            fit->scores[i * fit->n_kept + c] = length * u[i];
    }
    return SIT_OK;
}

/* coef on the components is mix on the centred rows: sum_c coef_c u_c / sqrt(v_c). */
static void find_mix(struct fit *fit)
{
    size_t n = fit->data->n;
    memset(fit->mix, 0, fit->data->n_classes * n * sizeof *fit->mix);
    for (size_t k = 0; k < fit->data->n_classes; k++)
        for (size_t c = 0; c < fit->n_kept; c++) {
            const double *u = fit->gram + (n - 1 - c) * n;
            double factor = fit->coef[k * fit->n_kept + c] /
                            sqrt(fit->values[n - 1 - c]);
            for (size_t i = 0; i < n; i++)
                fit->mix[k * n + i] += factor * u[i];
        }
}

/* The weights on the features [first, first + width); two classes become one score, the
 * second's less the first's. */
static void put_block(struct fit *fit, size_t first, size_t width, double *w)
{
    size_t d = fit->data->d, n_classes = fit->data->n_classes;
    for (size_t k = 0; k < n_classes; k++)
        for (size_t j = 0; j < width; j++)
            fit->intercept[k] -= fit->folded[k * width + j] * fit->mean[first + j];
    for (size_t k = 0; k < head_n_outputs(n_classes); k++) {
        const double *row = fit->folded + k * width;
        for (size_t j = 0; j < width; j++)
            w[k * (d + 1) + first + j] = n_classes == 2 ? row[width + j] - row[j]
                                                        : row[j];
    }
}

static enum sit_status fold_back(struct fit *fit, double *w, struct sit_error *err)
{
    size_t d = fit->data->d, n_classes = fit->data->n_classes;
    enum sit_status status = SIT_OK;
    find_mix(fit);
    for (size_t first = 0, width; first < d; first += width) {
        width = block_width(fit, first);
        centre_block(fit, first, width);
        status = sit_matrix_dgemm(false, false, n_classes, width, fit->data->n, 1,
                                  fit->mix, fit->block, 0, fit->folded, err);
        if (status != SIT_OK)
            return status;
        put_block(fit, first, width, w);
    }
    size_t n_outputs = head_n_outputs(n_classes);
    for (size_t k = 0; k < n_outputs; k++)
        w[k * (d + 1) + d] = n_classes == 2 ? fit->intercept[1] - fit->intercept[0]
                                            : fit->intercept[k];
    for (size_t i = 0; i < n_outputs * (d + 1); i++)
        if (!isfinite(w[i]))
            return sit_error_set(err, SIT_E_NUMERIC, "fisher: no finite weights");
    return SIT_OK;
}

static enum sit_status report(const struct sit_progress *progress, size_t done,
                              const char *text, struct sit_error *err)
{
    if (!sit_progress_report(progress, done, 3, text))
        return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
    return SIT_OK;
}

enum sit_status fisher_fit(const struct sit_dataset *data,
                           const struct sit_progress *progress, double *w,
                           struct sit_error *err)
{
    struct fit fit = {.data = data};
    enum sit_status status = SIT_OK;
    if (data->n < 3)
        return sit_error_set(err, SIT_E_ARG,
                             "fisher: %zu faces, there must be 3 or more", data->n);
    if (data->n > FISHER_MAX_ROWS)
        return sit_error_set(err, SIT_E_LIMIT, "fisher: %zu faces, at most %d", data->n,
                             FISHER_MAX_ROWS);
    if (!allocate(&fit))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = report(progress, 0, "components", err);
    if (status == SIT_OK) {
        find_mean(&fit);
        status = find_gram(&fit, err);
    }
    if (status == SIT_OK)
        status = find_scores(&fit, err);
    if (status == SIT_OK)
        status = report(progress, 1, "discriminant", err);
    if (status == SIT_OK)
        status = discriminant_fit(fit.scores, data->y, data->n, fit.n_kept,
                                  data->n_classes, fit.coef, fit.intercept, err);
    if (status == SIT_OK)
        status = report(progress, 2, "weights", err);
    if (status == SIT_OK)
        status = fold_back(&fit, w, err);
    if (status == SIT_OK)
        status = report(progress, 3, NULL, err);
    release(&fit);
    return status;
}
