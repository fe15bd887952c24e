/*
 * The multilayer perceptron as a kind of head: standardisation, layers, their scores
 * and their bytes. The passes are mlp.c's, training is mlp_train.c's.
 *
 * As bytes: 4 hidden layers (h), 4h their sizes, 8d means, 8d deviations, then 4-byte
 * floats: each layer's kernel (in, out) and biases.
 */
#include "mlp_head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

enum { PREDICTION_ROWS = 64 };

static const char *const OPTIMISERS[] = {[SIT_HEAD_RMSPROP] = "rmsprop",
                                         [SIT_HEAD_ADAM] = "adam",
                                         [SIT_HEAD_ADAMW] = "adamw"};
enum { N_OPTIMISERS = sizeof OPTIMISERS / sizeof OPTIMISERS[0] };

const char *sit_head_optimiser_name(enum sit_head_optimiser optimiser)
{
    return (size_t)optimiser < N_OPTIMISERS ? OPTIMISERS[optimiser] : NULL;
}

bool sit_head_optimiser_find(const char *name, enum sit_head_optimiser *optimiser)
{
    for (size_t i = 0; i < N_OPTIMISERS; i++)
        if (strcmp(OPTIMISERS[i], name) == 0) {
            *optimiser = (enum sit_head_optimiser)i;
            return true;
        }
    return false;
}

static void free_body(void *body)
{
    struct mlp_body *mlp = body;
    if (mlp == NULL)
        return;
    standardisation_release(&mlp->scaling);
    free(mlp->params);
    free(mlp);
}

static enum sit_status check_hidden(size_t n_hidden, const size_t *hidden,
                                    struct sit_error *err)
{
    if (n_hidden > SIT_HEAD_MAX_HIDDEN)
        return sit_error_set(err, SIT_E_ARG, "%zu hidden layers, at most %d", n_hidden,
                             SIT_HEAD_MAX_HIDDEN);
    for (size_t l = 0; l < n_hidden; l++)
        if (hidden[l] < 1 || hidden[l] > HEAD_MAX_LAYER)
            return sit_error_set(err, SIT_E_ARG,
                                 "hidden layer %zu has %zu units, must be 1 to %d",
                                 l + 1, hidden[l], HEAD_MAX_LAYER);
    return SIT_OK;
}

static enum sit_status make_shape(const struct sit_head *head, size_t n_hidden,
                                  const size_t *hidden, struct mlp_shape *shape,
                                  struct sit_error *err)
{
    enum sit_status status = check_hidden(n_hidden, hidden, err);
    if (status != SIT_OK)
        return status;
    shape->n_layers = n_hidden + 1;
    shape->sizes[0] = head->d;
    for (size_t l = 0; l < n_hidden; l++)
        shape->sizes[l + 1] = hidden[l];
    shape->sizes[n_hidden + 1] = head_n_outputs(head->n_classes);
    if (mlp_n_params(shape) > HEAD_MAX_PARAMS)
        return sit_error_set(err, SIT_E_ARG, "more than %d parameters",
                             HEAD_MAX_PARAMS);
    return SIT_OK;
}

enum sit_status mlp_body_new(struct sit_head *head, size_t n_hidden,
                             const size_t *hidden, struct mlp_body **out,
                             struct sit_error *err)
{
    struct mlp_shape shape;
    enum sit_status status = make_shape(head, n_hidden, hidden, &shape, err);
    if (status != SIT_OK)
        return status;
    struct mlp_body *body = sit_calloc(1, sizeof *body);
    head->body = body;
    if (body == NULL || !standardisation_init(&body->scaling, head->d))
        return sit_error_nomem(err);
    body->shape = shape;
    body->params = sit_calloc(mlp_n_params(&shape), sizeof *body->params);
    if (body->params == NULL)
        return sit_error_nomem(err);
    *out = body;
    return SIT_OK;
}

static enum sit_status check_options(const struct sit_head_options *o,
                                     struct sit_error *err)
{
    enum sit_status status = check_hidden(o->n_hidden, o->hidden, err);
    if (status != SIT_OK)
        return status;
    if (o->n_epochs < 1)
        return sit_error_set(err, SIT_E_ARG, "0 epochs, must be at least 1");
    if (o->batch_size < 1)
        return sit_error_set(err, SIT_E_ARG, "batch size is 0, must be at least 1");
    if (!(o->dropout >= 0 && o->dropout < 1))
        return sit_error_set(err, SIT_E_ARG, "dropout is %g, must be in [0, 1)",
                             o->dropout);
    if (!isfinite(o->learning_rate) || o->learning_rate <= 0)
        return sit_error_set(err, SIT_E_ARG, "learning rate is %g, must be above 0",
                             o->learning_rate);
    return SIT_OK;
}

static float *scaled_rows(const struct mlp_body *body, const struct sit_dataset *data)
{
    size_t n_x;
    if (!sit_mul_size(data->n, data->d, &n_x))
        return NULL;
    float *x = sit_malloc_array(n_x, sizeof *x);
    if (x != NULL)
        standardise_apply_float(data->x, data->n, data->d, body->scaling.mean,
                                body->scaling.deviation, x);
    return x;
}

static enum sit_status train(struct sit_head *head, const struct sit_dataset *data,
                             const struct sit_dataset *held_out,
                             const struct sit_head_options *options,
                             const struct sit_progress *progress,
                             struct sit_head_report *report, struct sit_error *err)
{
    struct mlp_body *body = NULL;
    enum sit_status status = mlp_body_new(head, options->n_hidden, options->hidden,
                                          &body, err);
    if (status != SIT_OK)
        return status;
    standardise_fit(data->x, data->n, data->d, body->scaling.mean,
                    body->scaling.deviation);
    struct mlp_rows rows = {.y = data->y, .n = data->n}, watched = {0};
    float *x = scaled_rows(body, data), *watched_x = NULL;
    if (x == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    rows.x = x;
    if (held_out != NULL) {
        watched_x = scaled_rows(body, held_out);
        if (watched_x == NULL) {
            status = sit_error_nomem(err);
            goto done;
        }
        watched = (struct mlp_rows){.x = watched_x, .y = held_out->y, .n = held_out->n};
    }
    status = mlp_train(&body->shape, &rows, held_out != NULL ? &watched : NULL, options,
                       progress, body->params, report, err);
done:
    free(x);
    free(watched_x);
    return status;
}

static enum sit_status scores(const struct sit_head *head, const float *x, size_t n,
                              double *z, struct sit_error *err)
{
    const struct mlp_body *body = head->body;
    size_t n_outputs = head_n_outputs(head->n_classes);
    struct mlp_workspace ws = {0};
    float *scaled = sit_malloc_array(head->d, PREDICTION_ROWS * sizeof *scaled);
    enum sit_status status = SIT_OK;
    if (scaled == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = mlp_workspace_init(&ws, &body->shape, PREDICTION_ROWS, false, err);
    for (size_t done = 0; status == SIT_OK && done < n;) {
        size_t n_now = n - done < PREDICTION_ROWS ? n - done : PREDICTION_ROWS;
        standardise_apply_float(x + done * head->d, n_now, head->d, body->scaling.mean,
                                body->scaling.deviation, scaled);
        status = mlp_forward(&body->shape, body->params, scaled, n_now, NULL, 0, &ws,
                             err);
        const float *last = ws.outputs[body->shape.n_layers - 1];
        for (size_t i = 0; status == SIT_OK && i < n_now * n_outputs; i++)
            z[done * n_outputs + i] = (double)last[i];
        done += n_now;
    }
    mlp_workspace_release(&ws);
    free(scaled);
    return status;
}

static void append(const struct sit_head *head, struct sit_buf *out)
{
    const struct mlp_body *body = head->body;
    size_t n_hidden = body->shape.n_layers - 1;
    head_append_u32(out, n_hidden);
    for (size_t l = 0; l < n_hidden; l++)
        head_append_u32(out, body->shape.sizes[l + 1]);
    standardisation_append(&body->scaling, head->d, out);
    head_append_floats(out, body->params, mlp_n_params(&body->shape));
}

static enum sit_status impossible(const struct head_reader *reader,
                                  struct sit_error *err)
{
    return sit_error_set(err, SIT_E_FORMAT, "%s: impossible sizes", reader->name);
}

static enum sit_status parse(struct head_reader *reader, struct sit_head *head,
                             struct sit_error *err)
{
    struct mlp_body *body = NULL;
    struct mlp_shape shape;
    size_t n_hidden, hidden[SIT_HEAD_MAX_HIDDEN];
    enum sit_status status = head_read_u32(reader, &n_hidden, err);
    if (status == SIT_OK && n_hidden > SIT_HEAD_MAX_HIDDEN)
        status = impossible(reader, err);
    for (size_t l = 0; status == SIT_OK && l < n_hidden; l++)
        status = head_read_u32(reader, &hidden[l], err);
    if (status != SIT_OK)
        return status;
    if (make_shape(head, n_hidden, hidden, &shape, NULL) != SIT_OK)
        return impossible(reader, err);
    status = head_reader_expect(reader, mlp_n_params(&shape) + 4 * head->d, 4, err);
    if (status == SIT_OK)
        status = mlp_body_new(head, n_hidden, hidden, &body, err);
    if (status == SIT_OK)
        status = standardisation_parse(reader, head->d, &body->scaling, err);
    if (status == SIT_OK)
        status = head_read_floats(reader, body->params, mlp_n_params(&body->shape),
                                  err);
    return status;
}

const struct head_ops mlp_head_ops = {
    .kind = SIT_HEAD_MLP,
    .name = "mlp",
    .check_options = check_options,
    .train = train,
    .free_body = free_body,
    .scores = scores,
    .append = append,
    .parse = parse,
};
