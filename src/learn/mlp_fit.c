/*
 * Training an MLP head: rows scaled once, then every restart from its own seed, side by
 * side where there are processors. How one perceptron is trained is mlp_train.c's.
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "mlp_head.h"
#include "mlp_kernels.h"
#include "mlp_train.h"
#include "sitter/alloc.h"
#include "sitter/pool.h"

/* Rows as mlp_rows has them, with the memory they lie in. */
struct scaled {
    struct mlp_rows rows;
    float *memory;
};

static enum sit_status scale(const struct standardisation *scaling,
                             const struct sit_dataset *data, struct scaled *out,
                             struct sit_error *err)
{
    size_t d = data->d, stride = mlp_padded(d + 1), n_floats;
    if (sit_mul_size(data->n + 1, stride, &n_floats))
        out->memory = sit_calloc(n_floats, sizeof *out->memory);
    if (out->memory == NULL)
        return sit_error_nomem(err);
    float *x = mlp_align(out->memory);
    for (size_t i = 0; i < data->n; i++) {
        standardise_apply_float(data->x + i * d, 1, d, scaling->mean,
                                scaling->deviation, x + i * stride);
        x[i * stride + d] = 1;
    }
    out->rows.x = x;
    out->rows.y = data->y;
    out->rows.n = data->n;
    return SIT_OK;
}

/* n / (K n_k) where balanced, else 1. */
static void weigh_classes(const struct sit_dataset *data, bool balanced, double *weight)
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0};
    for (size_t i = 0; i < data->n; i++)
        counts[data->y[i]]++;
    for (size_t k = 0; k < data->n_classes; k++)
        weight[k] = balanced ? (double)data->n /
                                   ((double)data->n_classes * (double)counts[k])
                             : 1;
}

/* What the restarts share. */
struct fit {
    struct mlp_task task; /* but for seed and is_stop */
    const struct sit_dataset *data;
    const struct sit_progress *outer;
    struct mlp_body *body;
    struct sit_head_restart *results; /* (n_restarts) */
    pthread_mutex_t mutex;            /* guards what follows */
    size_t n_epochs_done;
    bool cancelled;
    enum sit_status status; /* the first failure's */
    struct sit_error err;
};

/* One restart's progress, told as part of the whole. */
struct restart_progress {
    struct fit *fit;
    size_t restart;
};

static bool report_restart(void *context, size_t done, size_t total, const char *text)
{
    const struct restart_progress *rp = context;
    struct fit *fit = rp->fit;
    size_t n_restarts = fit->body->n_members;
    char longer[160];
    snprintf(longer, sizeof longer, "restart %zu of %zu: %s", rp->restart + 1,
             n_restarts, text != NULL ? text : "");
    (void)done;
    pthread_mutex_lock(&fit->mutex);
    fit->n_epochs_done++;
    /* Another's failure ends this one too. */
    bool go_on = !fit->cancelled && fit->status == SIT_OK;
    if (go_on && !sit_progress_report(fit->outer, fit->n_epochs_done,
                                      n_restarts * total, longer)) {
        fit->cancelled = true;
        go_on = false;
    }
    pthread_mutex_unlock(&fit->mutex);
    return go_on;
}

static enum sit_status run_restart(struct fit *fit, size_t restart,
                                   const struct sit_progress *progress,
                                   struct sit_error *err)
{
    const struct sit_head_options *options = fit->task.options;
    struct mlp_task task = fit->task;
    uint8_t *is_stop = NULL;
    enum sit_status status = SIT_OK;
    task.seed = options->seed + restart;
    if (options->early_stop > 0) {
        is_stop = sit_malloc_array(fit->data->n, 1);
        status = is_stop != NULL ? mlp_stop_choose(fit->data, options->early_stop,
                                                   task.seed, is_stop, err)
                                 : sit_error_nomem(err);
        task.is_stop = is_stop;
    }
    if (status == SIT_OK)
        status = mlp_train(&task, progress,
                           fit->body->params +
                               restart * mlp_n_params(&fit->body->shape),
                           &fit->results[restart], err);
    free(is_stop);
    return status;
}

static void run_task(void *context, size_t restart, size_t worker)
{
    struct fit *fit = context;
    struct restart_progress rp = {fit, restart};
    struct sit_progress progress = {report_restart, &rp};
    struct sit_error err;
    (void)worker;
    pthread_mutex_lock(&fit->mutex);
    bool wanted = !fit->cancelled && fit->status == SIT_OK;
    pthread_mutex_unlock(&fit->mutex);
    if (!wanted)
        return;
    enum sit_status status = run_restart(fit, restart, &progress, &err);
    pthread_mutex_lock(&fit->mutex);
    if (status != SIT_OK && fit->status == SIT_OK) {
        fit->status = status;
        fit->err = err;
    }
    pthread_mutex_unlock(&fit->mutex);
}

static enum sit_status run_restarts(struct fit *fit, struct sit_error *err)
{
    struct sit_pool *pool = NULL;
    if (fit->body->n_members == 1)
        return run_restart(fit, 0, fit->outer, err);
    enum sit_status status = sit_pool_new(0, &pool, err);
    if (status != SIT_OK)
        return status;
    pthread_mutex_init(&fit->mutex, NULL);
    sit_pool_run(pool, run_task, fit, fit->body->n_members);
    pthread_mutex_destroy(&fit->mutex);
    sit_pool_free(pool);
    if (fit->status != SIT_OK && err != NULL)
        *err = fit->err;
    return fit->status;
}

static void summarise(size_t n_restarts, struct sit_head_report *report)
{
    double sum = 0;
    size_t most = 0;
    for (size_t m = 0; m < n_restarts; m++) {
        const struct sit_head_restart *r = &report->restart[m];
        sum += r->loss;
        most = r->n_epochs > most ? r->n_epochs : most;
    }
    report->c = NAN;
    report->objective = sum / (double)n_restarts;
    report->n_iterations = most;
    report->converged = true;
    report->n_restarts = n_restarts;
}

enum sit_status mlp_body_train(struct mlp_body *body, const struct sit_dataset *data,
                               const struct sit_dataset *held_out,
                               const struct sit_head_options *options,
                               const struct sit_progress *progress,
                               struct sit_head_report *report, struct sit_error *err)
{
    struct scaled rows = {.memory = NULL}, watched = {.memory = NULL};
    struct sit_head_report found = {0};
    if (!options->raw_inputs)
        standardise_fit(data->x, data->n, data->d, body->scaling.mean,
                        body->scaling.deviation);
    weigh_classes(data, options->balanced, rows.rows.weight);
    enum sit_status status = scale(&body->scaling, data, &rows, err);
    if (status == SIT_OK && held_out != NULL)
        status = scale(&body->scaling, held_out, &watched, err);
    if (status == SIT_OK) {
        struct fit fit = {.task = {.shape = &body->shape,
                                   .rows = &rows.rows,
                                   .held_out = held_out != NULL ? &watched.rows : NULL,
                                   .options = options},
                          .data = data,
                          .outer = progress,
                          .body = body,
                          .results = found.restart};
        status = run_restarts(&fit, err);
    }
    if (status == SIT_OK) {
        summarise(body->n_members, &found);
        *report = found;
    }
    free(rows.memory);
    free(watched.memory);
    return status;
}
