/*
 * Training the multilayer perceptron: epochs, batches, held-out accuracy. Everything
 * random comes from one generator, in a fixed order: initial weights, then for each
 * epoch the shuffle and the dropout of its batches.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp.h"
#include "sitter/alloc.h"
#include "sitter/metrics.h"

enum { EVALUATION_ROWS = 64 };

/* All that training allocates. */
struct trainer {
    struct mlp_workspace passes, watching;
    float *gradient, *a; /* (n_params) */
    float *batch_x;      /* (batch_size, d) */
    uint8_t *batch_y;    /* (batch_size) */
    float *held_out_p;   /* (EVALUATION_ROWS, n_classes) */
    size_t *order;       /* (n) */
};

static void release(struct trainer *tr)
{
    mlp_workspace_release(&tr->passes);
    mlp_workspace_release(&tr->watching);
    free(tr->gradient);
    free(tr->a);
    free(tr->batch_x);
    free(tr->batch_y);
    free(tr->held_out_p);
    free(tr->order);
}

static enum sit_status prepare(struct trainer *tr, const struct mlp_shape *shape,
                               size_t n_rows, size_t batch_size, struct sit_error *err)
{
    *tr = (struct trainer){0};
    size_t n_params = mlp_n_params(shape), n_batch;
    if (!sit_mul_size(batch_size, shape->sizes[0], &n_batch))
        return sit_error_nomem(err);
    enum sit_status status = mlp_workspace_init(&tr->passes, shape, batch_size, true,
                                                err);
    if (status == SIT_OK)
        status = mlp_workspace_init(&tr->watching, shape, EVALUATION_ROWS, false, err);
    if (status != SIT_OK)
        return status;
    tr->gradient = sit_malloc_array(n_params, sizeof *tr->gradient);
    tr->a = sit_calloc(n_params, sizeof *tr->a);
    tr->batch_x = sit_malloc_array(n_batch, sizeof *tr->batch_x);
    tr->batch_y = sit_malloc_array(batch_size, sizeof *tr->batch_y);
    tr->held_out_p = sit_malloc_array(EVALUATION_ROWS * SIT_HEAD_MAX_CLASSES,
                                      sizeof *tr->held_out_p);
    tr->order = sit_malloc_array(n_rows, sizeof *tr->order);
    if (tr->gradient == NULL || tr->a == NULL || tr->batch_x == NULL ||
        tr->batch_y == NULL || tr->held_out_p == NULL || tr->order == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n_rows; i++)
        tr->order[i] = i;
    return SIT_OK;
}

/* One batch: the rows order[0..n). */
static enum sit_status train_batch(struct trainer *tr, const struct mlp_shape *shape,
                                   const struct mlp_rows *rows, const size_t *order,
                                   size_t n, const struct sit_head_options *options,
                                   struct sit_rng *rng, float *params, double *loss,
                                   struct sit_error *err)
{
    size_t d = shape->sizes[0];
    for (size_t i = 0; i < n; i++) {
        memcpy(tr->batch_x + i * d, rows->x + order[i] * d, d * sizeof *rows->x);
        tr->batch_y[i] = rows->y[order[i]];
    }
    enum sit_status status = mlp_forward(shape, params, tr->batch_x, n,
                                         options->dropout > 0 ? rng : NULL,
                                         options->dropout, &tr->passes, err);
    if (status == SIT_OK)
        status = mlp_backward(shape, params, tr->batch_x, tr->batch_y, n, &tr->passes,
                              loss, tr->gradient, err);
    if (status == SIT_OK)
        mlp_rmsprop_step(mlp_n_params(shape), (float)options->learning_rate,
                         tr->gradient, tr->a, params);
    return status;
}

static enum sit_status train_epoch(struct trainer *tr, const struct mlp_shape *shape,
                                   const struct mlp_rows *rows, size_t batch_size,
                                   const struct sit_head_options *options,
                                   struct sit_rng *rng, float *params,
                                   double *mean_loss, struct sit_error *err)
{
    double sum = 0;
    sit_rng_shuffle(rng, tr->order, rows->n);
    for (size_t done = 0; done < rows->n;) {
        size_t n = rows->n - done < batch_size ? rows->n - done : batch_size;
        double loss;
        enum sit_status status = train_batch(tr, shape, rows, tr->order + done, n,
                                             options, rng, params, &loss, err);
        if (status != SIT_OK)
            return status;
        sum += loss * (double)n;
        done += n;
    }
    *mean_loss = sum / (double)rows->n;
    return SIT_OK;
}

static enum sit_status accuracy(struct trainer *tr, const struct mlp_shape *shape,
                                const struct mlp_rows *rows, const float *params,
                                double *out, struct sit_error *err)
{
    size_t n_outputs = shape->sizes[shape->n_layers], n_correct = 0;
    size_t n_classes = n_outputs == 1 ? 2 : n_outputs;
    for (size_t done = 0; done < rows->n;) {
        size_t n = rows->n - done < EVALUATION_ROWS ? rows->n - done : EVALUATION_ROWS;
        enum sit_status status = mlp_forward(shape, params,
                                             rows->x + done * shape->sizes[0], n, NULL,
                                             0, &tr->watching, err);
        if (status != SIT_OK)
            return status;
        mlp_probabilities(shape, n, &tr->watching, tr->held_out_p);
        for (size_t i = 0; i < n; i++)
            n_correct += sit_argmax(tr->held_out_p + i * n_classes, n_classes) ==
                         rows->y[done + i];
        done += n;
    }
    *out = (double)n_correct / (double)rows->n;
    return SIT_OK;
}

static bool all_finite(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* Tell the epoch's numbers; cancelled where the user wants to stop. */
static enum sit_status report_epoch(struct trainer *tr, const struct mlp_shape *shape,
                                    const struct mlp_rows *held_out,
                                    const float *params, size_t epoch, size_t n_epochs,
                                    double loss, const struct sit_progress *progress,
                                    struct sit_error *err)
{
    char text[96];
    if (progress == NULL || progress->report == NULL)
        return SIT_OK;
    int n = snprintf(text, sizeof text, "epoch %zu, loss %.4f", epoch, loss);
    if (held_out != NULL && held_out->n > 0) {
        double value;
        enum sit_status status = accuracy(tr, shape, held_out, params, &value, err);
        if (status != SIT_OK)
            return status;
        snprintf(text + n, sizeof text - (size_t)n, ", held-out %.3f", value);
    }
    if (!sit_progress_report(progress, epoch, n_epochs, text))
        return sit_error_set(err, SIT_E_CANCELLED, "training was cancelled");
    return SIT_OK;
}

enum sit_status mlp_train(const struct mlp_shape *shape, const struct mlp_rows *rows,
                          const struct mlp_rows *held_out,
                          const struct sit_head_options *options,
                          const struct sit_progress *progress, float *params,
                          struct sit_head_report *report, struct sit_error *err)
{
    struct trainer tr;
    struct sit_rng rng;
    size_t batch_size = options->batch_size < rows->n ? options->batch_size : rows->n;
    double loss = NAN;
    enum sit_status status = prepare(&tr, shape, rows->n, batch_size, err);
    if (status != SIT_OK)
        goto done;
    sit_rng_init(&rng, options->seed);
    mlp_init_params(shape, &rng, params);
    for (size_t epoch = 1; epoch <= options->n_epochs; epoch++) {
        status = train_epoch(&tr, shape, rows, batch_size, options, &rng, params, &loss,
                             err);
        if (status != SIT_OK)
            goto done;
        if (!isfinite(loss) || !all_finite(params, mlp_n_params(shape))) {
            status = sit_error_set(err, SIT_E_NUMERIC,
                                   "training diverged in epoch %zu (learning rate %g)",
                                   epoch, options->learning_rate);
            goto done;
        }
        status = report_epoch(&tr, shape, held_out, params, epoch, options->n_epochs,
                              loss, progress, err);
        if (status != SIT_OK)
            goto done;
    }
    *report = (struct sit_head_report){.c = NAN,
                                       .objective = loss,
                                       .n_iterations = options->n_epochs,
                                       .converged = true};
done:
    release(&tr);
    return status;
}
