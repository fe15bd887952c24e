/*
 * Training a perceptron: epochs and batches, when to stop, what is told meanwhile.
 * Everything random comes from one generator, in a fixed order: initial weights, then
 * for each epoch the shuffle and the dropout of its batches.
 */
#include "mlp_train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp_predict.h"
#include "mlp_step.h"
#include "sitter/alloc.h"

/* All that training allocates. */
struct trainer {
    const struct mlp_task *task;
    size_t n_params;
    struct mlp_net net;
    struct mlp_predictor predictor;
    float *room, *z; /* the predictor's */
    float *best;     /* (n_params) where training can stop early */
    size_t *order;   /* the rows that are trained on */
    size_t n;
    size_t *stop_rows; /* the others */
    size_t n_stop;
    size_t *held_out_rows; /* all of the held-out rows */
};

static void release(struct trainer *tr)
{
    mlp_net_release(&tr->net);
    mlp_predictor_release(&tr->predictor);
    free(tr->room);
    free(tr->z);
    free(tr->best);
    free(tr->order);
    free(tr->stop_rows);
    free(tr->held_out_rows);
}

static enum sit_status list_rows(struct trainer *tr, struct sit_error *err)
{
    const struct mlp_task *task = tr->task;
    size_t n_held_out = task->held_out != NULL ? task->held_out->n : 0;
    tr->order = sit_malloc_array(task->rows->n, sizeof *tr->order);
    tr->stop_rows = sit_malloc_array(task->rows->n, sizeof *tr->stop_rows);
    tr->held_out_rows = sit_malloc_array(n_held_out, sizeof *tr->held_out_rows);
    if (tr->order == NULL || tr->stop_rows == NULL || tr->held_out_rows == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < task->rows->n; i++)
        if (task->is_stop != NULL && task->is_stop[i])
            tr->stop_rows[tr->n_stop++] = i;
        else
            tr->order[tr->n++] = i;
    for (size_t i = 0; i < n_held_out; i++)
        tr->held_out_rows[i] = i;
    return SIT_OK;
}

static enum sit_status prepare(struct trainer *tr, const struct mlp_task *task,
                               struct sit_error *err)
{
    *tr = (struct trainer){.task = task, .n_params = mlp_n_params(task->shape)};
    const struct mlp_kernels *kernels = mlp_kernels_best();
    enum sit_status status = list_rows(tr, err);
    if (status == SIT_OK)
        status = mlp_net_init(&tr->net, task->shape, kernels, task->options, err);
    if (status == SIT_OK)
        status = mlp_predictor_init(&tr->predictor, task->shape, kernels, err);
    if (status != SIT_OK)
        return status;
    tr->room = sit_malloc_array(mlp_predictor_room(&tr->predictor), sizeof *tr->room);
    tr->z = sit_malloc_array(MLP_CHUNK_ROWS * SIT_HEAD_MAX_CLASSES, sizeof *tr->z);
    if (tr->n_stop > 0)
        tr->best = sit_malloc_array(tr->n_params, sizeof *tr->best);
    if (tr->room == NULL || tr->z == NULL || (tr->n_stop > 0 && tr->best == NULL))
        return sit_error_nomem(err);
    return SIT_OK;
}

static size_t batch_at(const struct trainer *tr, size_t done, struct mlp_batch *batch)
{
    size_t size = tr->task->options->batch_size;
    *batch = (struct mlp_batch){tr->order + done,
                                tr->n - done < size ? tr->n - done : size};
    return done + batch->n;
}

/* Mean loss, each batch's before its step. */
static double train_epoch(struct trainer *tr, struct sit_rng *rng)
{
    struct mlp_batch batch, next;
    double sum = 0;
    sit_rng_shuffle(rng, tr->order, tr->n);
    for (size_t done = batch_at(tr, 0, &batch); batch.n > 0; batch = next) {
        done = batch_at(tr, done, &next);
        sum += (double)batch.n * mlp_net_step(&tr->net, tr->task->rows, &batch,
                                              next.n > 0 ? &next : NULL, rng);
    }
    return sum / (double)tr->n;
}

static bool all_finite(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

static enum sit_status diverged(const struct trainer *tr, size_t epoch,
                                struct sit_error *err)
{
    return sit_error_set(err, SIT_E_NUMERIC,
                         "training diverged in epoch %zu (learning rate %g)", epoch,
                         tr->task->options->learning_rate);
}

/* The predictor's parameters on the rows numbered: mean loss and accuracy. */
static void judge(struct trainer *tr, const struct mlp_rows *rows,
                  const size_t *numbers, size_t n, double *loss, double *accuracy)
{
    const struct mlp_shape *shape = tr->task->shape;
    size_t stride = mlp_padded(shape->sizes[0] + 1), n_correct = 0;
    size_t n_outputs = shape->sizes[shape->n_layers];
    double sum = 0;
    for (size_t done = 0; done < n;) {
        const float *x[MLP_CHUNK_ROWS];
        size_t n_now = n - done < MLP_CHUNK_ROWS ? n - done : MLP_CHUNK_ROWS;
        for (size_t i = 0; i < n_now; i++)
            x[i] = rows->x + numbers[done + i] * stride;
        mlp_predictor_chunk(&tr->predictor, x, n_now, tr->room, tr->z);
        for (size_t i = 0; i < n_now; i++) {
            const float *z = tr->z + i * n_outputs;
            uint8_t y = rows->y[numbers[done + i]];
            size_t best = n_outputs == 1 && z[0] > 0;
            for (size_t k = 1; k < n_outputs; k++)
                best = z[k] > z[best] ? k : best;
            n_correct += best == y;
            sum += rows->weight[y] * mlp_row_loss(z, n_outputs, y, NULL);
        }
        done += n_now;
    }
    *loss = sum / (double)n;
    *accuracy = (double)n_correct / (double)n;
}

/* Whether the epoch just done is the best so far: its weights are then kept. */
static void note_stop_loss(struct trainer *tr, const float *params,
                           struct sit_head_restart *result)
{
    double loss, accuracy;
    judge(tr, tr->task->rows, tr->stop_rows, tr->n_stop, &loss, &accuracy);
    if (result->best_epoch > 0 && !(loss < result->stop_loss))
        return;
    result->best_epoch = result->n_epochs;
    result->stop_loss = loss;
    memcpy(tr->best, params, tr->n_params * sizeof *params);
}

/* Tell the epoch's numbers; cancelled where the user wants to stop. */
static enum sit_status report_epoch(struct trainer *tr, size_t epoch, double loss,
                                    const struct sit_progress *progress,
                                    struct sit_error *err)
{
    char text[96];
    const struct mlp_rows *held_out = tr->task->held_out;
    if (progress == NULL || progress->report == NULL)
        return SIT_OK;
    int n = snprintf(text, sizeof text, "epoch %zu, loss %.4f", epoch, loss);
    if (held_out != NULL && held_out->n > 0) {
        double ignored, accuracy;
        judge(tr, held_out, tr->held_out_rows, held_out->n, &ignored, &accuracy);
        snprintf(text + n, sizeof text - (size_t)n, ", held-out %.3f", accuracy);
    }
    if (!sit_progress_report(progress, epoch, tr->task->options->n_epochs, text))
        return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
    return SIT_OK;
}

/* One epoch with all that follows it. */
static enum sit_status run_epoch(struct trainer *tr, struct sit_rng *rng,
                                 const struct sit_progress *progress, float *params,
                                 struct sit_head_restart *result, struct sit_error *err)
{
    double best_loss = result->loss, loss = train_epoch(tr, rng);
    size_t epoch = ++result->n_epochs;
    if (!isfinite(loss))
        return diverged(tr, epoch, err);
    result->loss = loss;
    bool watched = progress != NULL && progress->report != NULL &&
                   tr->task->held_out != NULL;
    if (tr->n_stop > 0 || watched || epoch == tr->task->options->n_epochs) {
        mlp_net_get(&tr->net, params);
        mlp_predictor_put(&tr->predictor, params);
    }
    if (tr->n_stop > 0) {
        note_stop_loss(tr, params, result);
        if (result->best_epoch < epoch)
            result->loss = best_loss;
    } else {
        result->best_epoch = epoch;
    }
    return report_epoch(tr, epoch, loss, progress, err);
}

enum sit_status mlp_train(const struct mlp_task *task,
                          const struct sit_progress *progress, float *params,
                          struct sit_head_restart *result, struct sit_error *err)
{
    struct trainer tr;
    struct sit_rng rng;
    struct sit_head_restart found = {.loss = NAN, .stop_loss = NAN};
    enum sit_status status = prepare(&tr, task, err);
    if (status != SIT_OK)
        goto done;
    found.n_stop = tr.n_stop;
    sit_rng_init(&rng, task->seed);
    mlp_init_params(task->shape, &rng, params);
    mlp_net_put(&tr.net, params);
    while (status == SIT_OK && found.n_epochs < task->options->n_epochs &&
           found.n_epochs - found.best_epoch < task->options->patience)
        status = run_epoch(&tr, &rng, progress, params, &found, err);
    if (status != SIT_OK)
        goto done;
    if (tr.n_stop > 0)
        memcpy(params, tr.best, tr.n_params * sizeof *params);
    if (!all_finite(params, tr.n_params)) {
        status = diverged(&tr, found.n_epochs, err);
        goto done;
    }
    *result = found;
done:
    release(&tr);
    return status;
}
