/*
 * The multilayer perceptron as a kind of head: what it keeps, its scores and its bytes.
 * Training is mlp_fit.c's, passing rows through the layers mlp_predict.c's.
 *
 * As bytes: 4 members (m), 4 hidden layers (h), 4h their sizes, 8d means, 8d
 * deviations, then 4-byte floats: for each member each layer's kernel (in, out) and
 * biases. Version 1 had one member and did not say so.
 */
#include "mlp_head.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

static void free_body(void *body)
{
    struct mlp_body *mlp = body;
    if (mlp == NULL)
        return;
    standardisation_release(&mlp->scaling);
    for (size_t m = 0; mlp->predictors != NULL && m < mlp->n_members; m++)
        mlp_predictor_release(&mlp->predictors[m]);
    free(mlp->predictors);
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
                                  const size_t *hidden, size_t n_members,
                                  struct mlp_shape *shape, struct sit_error *err)
{
    enum sit_status status = check_hidden(n_hidden, hidden, err);
    if (status != SIT_OK)
        return status;
    shape->n_layers = n_hidden + 1;
    shape->sizes[0] = head->d;
    for (size_t l = 0; l < n_hidden; l++)
        shape->sizes[l + 1] = hidden[l];
    shape->sizes[n_hidden + 1] = head_n_outputs(head->n_classes);
    if (mlp_n_params(shape) > HEAD_MAX_PARAMS / n_members)
        return sit_error_set(err, SIT_E_ARG, "more than %d parameters",
                             HEAD_MAX_PARAMS);
    return SIT_OK;
}

enum sit_status mlp_body_new_members(struct sit_head *head, size_t n_hidden,
                                     const size_t *hidden, size_t n_members,
                                     struct mlp_body **out, struct sit_error *err)
{
    struct mlp_shape shape;
    if (n_members < 1 || n_members > SIT_HEAD_MAX_RESTARTS)
        return sit_error_set(err, SIT_E_ARG, "%zu members, must be 1 to %d", n_members,
                             SIT_HEAD_MAX_RESTARTS);
    enum sit_status status = make_shape(head, n_hidden, hidden, n_members, &shape, err);
    if (status != SIT_OK)
        return status;
    struct mlp_body *body = sit_calloc(1, sizeof *body);
    head->body = body;
    if (body == NULL || !standardisation_init(&body->scaling, head->d))
        return sit_error_nomem(err);
    body->shape = shape;
    body->n_members = n_members;
    body->params = sit_calloc(n_members * mlp_n_params(&shape), sizeof *body->params);
    body->predictors = sit_calloc(n_members, sizeof *body->predictors);
    if (body->params == NULL || body->predictors == NULL)
        return sit_error_nomem(err);
    for (size_t m = 0; status == SIT_OK && m < n_members; m++)
        status = mlp_predictor_init(&body->predictors[m], &shape, mlp_kernels_best(),
                                    err);
    if (status == SIT_OK)
        *out = body;
    return status;
}

enum sit_status mlp_body_new(struct sit_head *head, size_t n_hidden,
                             const size_t *hidden, struct mlp_body **out,
                             struct sit_error *err)
{
    return mlp_body_new_members(head, n_hidden, hidden, 1, out, err);
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
    if (sit_head_optimiser_name(o->optimiser) == NULL)
        return sit_error_set(err, SIT_E_ARG, "unknown optimiser %d", (int)o->optimiser);
    if (!isfinite(o->weight_decay) || o->weight_decay < 0)
        return sit_error_set(err, SIT_E_ARG, "weight decay is %g, must be 0 or above",
                             o->weight_decay);
    if (o->early_stop != 0 && !(o->early_stop >= 0.01 && o->early_stop <= 0.5))
        return sit_error_set(err, SIT_E_ARG,
                             "early stopping on a share of %g, must be 0.01 to 0.5",
                             o->early_stop);
    if (o->patience < 1)
        return sit_error_set(err, SIT_E_ARG, "patience is 0, must be at least 1");
    if (o->n_restarts < 1 || o->n_restarts > SIT_HEAD_MAX_RESTARTS)
        return sit_error_set(err, SIT_E_ARG, "%zu restarts, must be 1 to %d",
                             o->n_restarts, SIT_HEAD_MAX_RESTARTS);
    return SIT_OK;
}

static enum sit_status train(struct sit_head *head, const struct sit_dataset *data,
                             const struct sit_dataset *held_out,
                             const struct sit_head_options *options,
                             const struct sit_progress *progress,
                             struct sit_head_report *report, struct sit_error *err)
{
    struct mlp_body *body = NULL;
    enum sit_status status = mlp_body_new_members(
        head, options->n_hidden, options->hidden, options->n_restarts, &body, err);
    if (status == SIT_OK)
        status = mlp_body_train(body, data, held_out, options, progress, report, err);
    return status;
}

/*
 * Scores
 */

/* Add the probabilities of a member's scores to p (classes). */
static void add_probabilities(const float *z, size_t n_outputs, double *p)
{
    double member[SIT_HEAD_MAX_CLASSES];
    mlp_row_probabilities(z, n_outputs, member);
    for (size_t k = 0; k < (n_outputs == 1 ? 2 : n_outputs); k++)
        p[k] += member[k];
}

/* Scores z whose probabilities are p (classes), up to a common factor. What is not a
 * number stays so. */
static void scores_of_probabilities(double *p, size_t n_outputs, double *z)
{
    const double least = 1e-300; /* its logarithm is finite */
    for (size_t k = 0; k < (n_outputs == 1 ? 2 : n_outputs); k++)
        p[k] = p[k] < least ? least : p[k];
    for (size_t k = 0; k < n_outputs; k++)
        z[k] = n_outputs == 1 ? log(p[1]) - log(p[0]) : log(p[k]);
}

static void finish(struct sit_head *head)
{
    struct mlp_body *body = head->body;
    for (size_t m = 0; m < body->n_members; m++)
        mlp_predictor_put(&body->predictors[m],
                          body->params + m * mlp_n_params(&body->shape));
}

/* Up to MLP_CHUNK_ROWS rows; room for them scaled, and for the predictor. */
static void score_chunk(const struct sit_head *head, const float *x, size_t n,
                        float *room, double *out)
{
    enum { MOST = MLP_CHUNK_ROWS * SIT_HEAD_MAX_CLASSES };
    const struct mlp_body *body = head->body;
    size_t d = head->d, n_outputs = head_n_outputs(head->n_classes);
    const float *rows[MLP_CHUNK_ROWS];
    float z[MOST];
    double p[2 * MOST] = {0};
    for (size_t i = 0; i < n; i++)
        rows[i] = room + i * d;
    standardise_apply_float(x, n, d, body->scaling.mean, body->scaling.deviation, room);
    for (size_t m = 0; m < body->n_members; m++) {
        mlp_predictor_chunk(&body->predictors[m], rows, n, room + MLP_CHUNK_ROWS * d,
                            z);
        for (size_t i = 0; body->n_members > 1 && i < n; i++)
            add_probabilities(z + i * n_outputs, n_outputs, p + i * (n_outputs + 1));
    }
    for (size_t i = 0; body->n_members == 1 && i < n * n_outputs; i++)
        out[i] = (double)z[i];
    for (size_t i = 0; body->n_members > 1 && i < n; i++)
        scores_of_probabilities(p + i * (n_outputs + 1), n_outputs,
                                out + i * n_outputs);
}

static enum sit_status scores(const struct sit_head *head, const float *x, size_t n,
                              double *z, struct sit_error *err)
{
    const struct mlp_body *body = head->body;
    size_t n_outputs = head_n_outputs(head->n_classes);
    float *room = sit_malloc_array(MLP_CHUNK_ROWS * head->d +
                                       mlp_predictor_room(&body->predictors[0]),
                                   sizeof *room);
    if (room == NULL)
        return sit_error_nomem(err);
    for (size_t done = 0; done < n; done += MLP_CHUNK_ROWS)
        score_chunk(head, x + done * head->d,
                    n - done < MLP_CHUNK_ROWS ? n - done : MLP_CHUNK_ROWS, room,
                    z + done * n_outputs);
    free(room);
    return SIT_OK;
}

/*
 * Bytes
 */

static void append(const struct sit_head *head, struct sit_buf *out)
{
    const struct mlp_body *body = head->body;
    size_t n_hidden = body->shape.n_layers - 1;
    head_append_u32(out, body->n_members);
    head_append_u32(out, n_hidden);
    for (size_t l = 0; l < n_hidden; l++)
        head_append_u32(out, body->shape.sizes[l + 1]);
    standardisation_append(&body->scaling, head->d, out);
    head_append_floats(out, body->params, body->n_members * mlp_n_params(&body->shape));
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
    size_t n_members = 1, n_hidden = 0, hidden[SIT_HEAD_MAX_HIDDEN];
    enum sit_status status = SIT_OK;
    if (reader->version > 1)
        status = head_read_u32(reader, &n_members, err);
    if (status == SIT_OK)
        status = head_read_u32(reader, &n_hidden, err);
    if (status == SIT_OK && (n_hidden > SIT_HEAD_MAX_HIDDEN || n_members < 1 ||
                             n_members > SIT_HEAD_MAX_RESTARTS))
        status = impossible(reader, err);
    for (size_t l = 0; status == SIT_OK && l < n_hidden; l++)
        status = head_read_u32(reader, &hidden[l], err);
    if (status != SIT_OK)
        return status;
    if (make_shape(head, n_hidden, hidden, n_members, &shape, NULL) != SIT_OK)
        return impossible(reader, err);
    size_t n_params = n_members * mlp_n_params(&shape);
    status = head_reader_expect(reader, n_params + 4 * head->d, 4, err);
    if (status == SIT_OK)
        status = mlp_body_new_members(head, n_hidden, hidden, n_members, &body, err);
    if (status == SIT_OK)
        status = standardisation_parse(reader, head->d, &body->scaling, err);
    if (status == SIT_OK)
        status = head_read_floats(reader, body->params, n_params, err);
    return status;
}

const struct head_ops mlp_head_ops = {
    .kind = SIT_HEAD_MLP,
    .name = "mlp",
    .check_options = check_options,
    .train = train,
    .finish = finish,
    .free_body = free_body,
    .scores = scores,
    .append = append,
    .parse = parse,
};
