/*
 * Out-of-fold probabilities of many rows: a fit for each fold with the others' rows
 * masked, and scores of the fold's rows where they lie.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "logistic_large.h"
#include "logistic_large_cv.h"
#include "sitter/alloc.h"
#include "softmax.h"

/* One fold's scores on their way to probabilities. */
struct prediction {
    const struct large_fit *fit;
    struct folded_weights folded;
    float *p; /* (n, n_classes) of all classes */
};

static void predict_row(const struct prediction *prediction, size_t row, const float *x)
{
    const struct large_fit *fit = prediction->fit;
    const struct logistic_target *target = &fit->target;
    size_t n_outputs = logistic_target_n_outputs(target);
    size_t n_classes = fit->data->n_classes;
    float *p = prediction->p + row * n_classes;
    double z[SIT_HEAD_MAX_CLASSES];
    fit->loss.kernels->scores(x, 1, fit->data->d, prediction->folded.v,
                              prediction->folded.bias, n_outputs, z);
    if (n_outputs == 1) {
        double score = z[0];
        z[0] = 1 / (1 + exp(score));
        z[1] = 1 / (1 + exp(-score));
    } else {
        softmax_normalise(z, n_outputs);
    }
    for (size_t k = 0; k < n_classes; k++)
        p[k] = target->class_weight[k] > 0 ? (float)z[target->number[k]] : 0;
}

static void predict_block(void *context, size_t share, size_t worker, size_t first,
                          size_t n, const float *x)
{
    const struct prediction *prediction = context;
    const struct row_mask *mask = &prediction->fit->target.mask;
    (void)share;
    (void)worker;
    for (size_t i = 0; i < n; i++)
        if (!row_takes_part(mask, first + i))
            predict_row(prediction, first + i, x + i * prediction->fit->data->d);
}

/* All that is left to learn from is one class. */
static void predict_certain(const struct large_fit *fit, float *p)
{
    const struct sit_dataset *data = fit->data;
    for (size_t i = 0; i < data->n; i++)
        for (size_t k = 0; !row_takes_part(&fit->target.mask, i) && k < data->n_classes;
             k++)
            p[i * data->n_classes + k] = fit->target.class_weight[k] > 0 ? 1 : 0;
}

static enum sit_status predict_fold(struct large_fit *fit, double c,
                                    const struct fit_watch *watch, float *p,
                                    struct sit_error *err)
{
    size_t d = fit->data->d, n_outputs = logistic_target_n_outputs(&fit->target);
    struct prediction prediction = {.fit = fit, .p = p};
    struct fit_result result;
    double *w = sit_calloc(n_outputs, (d + 1) * sizeof *w);
    enum sit_status status = SIT_OK;
    if (w == NULL || !folded_weights_init(&prediction.folded, n_outputs, d)) {
        status = sit_error_nomem(err);
        goto done;
    }
    status = large_fit_run(fit, c, watch, w, &result, err);
    if (status != SIT_OK)
        goto done;
    folded_weights_set(&prediction.folded, n_outputs, d, w, fit->moments.mean,
                       fit->moments.deviation);
    status = row_walk_run(&fit->walk, predict_block, &prediction, err);
done:
    free(w);
    folded_weights_release(&prediction.folded);
    return status;
}

static enum sit_status
run_folds(const struct sit_dataset *data, const struct sit_row_source *source,
          const struct sit_head_options *options, double c, const uint32_t *fold,
          size_t n_folds, struct sit_pool *pool, const struct sit_progress *progress,
          float *p, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (uint32_t f = 0; status == SIT_OK && f < n_folds; f++) {
        struct large_fit fit;
        struct row_mask mask = {fold, f};
        struct fit_watch watch = {progress, f, n_folds};
        status = large_fit_init(&fit, data, source, pool, mask, options->balanced, err);
        if (status == SIT_OK && fit.target.n_classes < 2)
            predict_certain(&fit, p);
        else if (status == SIT_OK)
            status = predict_fold(&fit, c, &watch, p, err);
        if (status == SIT_OK)
            large_fit_release(&fit);
    }
    return status;
}

enum sit_status logistic_large_out_of_fold(const struct sit_dataset *data,
                                           const struct sit_row_source *source,
                                           const struct sit_head_options *options,
                                           size_t n_folds,
                                           const struct sit_progress *progress,
                                           float *p, struct sit_error *err)
{
    struct sit_pool *pool = NULL;
    struct row_walk walk = {0};
    struct sit_head_report report = {.c = options->c};
    uint32_t *fold = sit_malloc_array(data->n, sizeof *fold);
    float *found = sit_malloc_array(data->n, data->n_classes * sizeof *found);
    enum sit_status status = SIT_OK;
    if (fold == NULL || found == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_folds_assign(data->y, data->group, data->n, data->n_classes,
                                  n_folds, fold, err);
    if (status == SIT_OK)
        status = sit_pool_new(options->n_threads, &pool, err);
    if (status == SIT_OK && options->c == 0) {
        status = row_walk_init(&walk, data, source, pool, err);
        if (status == SIT_OK)
            status = logistic_large_choose_c(&walk, options, progress, &report, err);
    }
    if (status == SIT_OK)
        status = run_folds(data, source, options, report.c, fold, n_folds, pool,
                           progress, found, err);
    if (status == SIT_OK)
        memcpy(p, found, data->n * data->n_classes * sizeof *p);
    row_walk_release(&walk);
    sit_pool_free(pool);
    free(fold);
    free(found);
    return status;
}
