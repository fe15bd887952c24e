/*
 * The common interface over the kinds of heads: checking arguments, scaling, training,
 * prediction. How a head is stored is head_file.c's; folds are out_of_fold.c's.
 */
#include "sitter/head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "head_internal.h"
#include "logistic.h"
#include "sitter/alloc.h"
#include "softmax.h"
#include "standardise.h"

enum { PREDICTION_ROWS = 64 };

const char *sit_head_kind_name(enum sit_head_kind kind)
{
    switch (kind) {
    case SIT_HEAD_LOGISTIC: return "logistic";
    case SIT_HEAD_MLP: return "mlp";
    }
    return NULL;
}

void sit_head_options_init(struct sit_head_options *options, enum sit_head_kind kind)
{
    *options = (struct sit_head_options){.kind = kind,
                                         .n_hidden = 2,
                                         .hidden = {256, 64},
                                         .n_epochs = 100,
                                         .batch_size = 10,
                                         .dropout = 0.5,
                                         .learning_rate = 1e-3};
}

size_t head_n_outputs(size_t n_classes)
{
    return n_classes == 2 ? 1 : n_classes;
}

enum sit_status head_check_options(const struct sit_head_options *o,
                                   struct sit_error *err)
{
    if (sit_head_kind_name(o->kind) == NULL)
        return sit_error_set(err, SIT_E_ARG, "unknown kind of head %d", (int)o->kind);
    if (o->kind == SIT_HEAD_LOGISTIC) {
        if (!isfinite(o->c) || o->c < 0)
            return sit_error_set(err, SIT_E_ARG, "C is %g, must be above 0", o->c);
        return SIT_OK;
    }
    if (o->n_hidden > SIT_HEAD_MAX_HIDDEN)
        return sit_error_set(err, SIT_E_ARG, "%zu hidden layers, at most %d",
                             o->n_hidden, SIT_HEAD_MAX_HIDDEN);
    for (size_t l = 0; l < o->n_hidden; l++)
        if (o->hidden[l] < 1 || o->hidden[l] > HEAD_MAX_LAYER)
            return sit_error_set(err, SIT_E_ARG,
                                 "hidden layer %zu has %zu units, must be 1 to %d",
                                 l + 1, o->hidden[l], HEAD_MAX_LAYER);
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

enum sit_status head_check_dataset(const struct sit_dataset *data, const char *what,
                                   struct sit_error *err)
{
    if (data->n == 0)
        return sit_error_set(err, SIT_E_ARG, "%s: no rows", what);
    if (data->d == 0 || data->d > HEAD_MAX_DIM)
        return sit_error_set(err, SIT_E_ARG, "%s: %zu features, must be 1 to %d", what,
                             data->d, HEAD_MAX_DIM);
    if (data->n_classes < 2)
        return sit_error_set(err, SIT_E_ARG,
                             "%s: only one class, there must be two or more", what);
    if (data->n_classes > SIT_HEAD_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "%s: %zu classes, at most %d", what,
                             data->n_classes, SIT_HEAD_MAX_CLASSES);
    for (size_t i = 0; i < data->n; i++)
        if (data->y[i] >= data->n_classes)
            return sit_error_set(err, SIT_E_ARG, "%s: row %zu has class %u of %zu",
                                 what, i, (unsigned)data->y[i], data->n_classes);
    return standardise_check(data->x, data->n, data->d, what, err);
}

static enum sit_status check_classes(const struct sit_dataset *data,
                                     struct sit_error *err)
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0};
    for (size_t i = 0; i < data->n; i++)
        counts[data->y[i]]++;
    for (size_t k = 0; k < data->n_classes; k++)
        if (counts[k] == data->n)
            return sit_error_set(err, SIT_E_ARG,
                                 "training rows: all are of class %zu, there must be "
                                 "two classes or more",
                                 k);
    for (size_t k = 0; k < data->n_classes; k++)
        if (counts[k] == 0)
            return sit_error_set(err, SIT_E_ARG, "training rows: none is of class %zu",
                                 k);
    return SIT_OK;
}

static enum sit_status alloc_arrays(struct sit_head *head, struct sit_error *err)
{
    head->mean = sit_calloc(head->d, sizeof *head->mean);
    head->deviation = sit_calloc(head->d, sizeof *head->deviation);
    if (head->kind == SIT_HEAD_LOGISTIC)
        head->w = sit_calloc(head_n_outputs(head->n_classes) * (head->d + 1),
                             sizeof *head->w);
    else
        head->params = sit_calloc(mlp_n_params(&head->shape), sizeof *head->params);
    if (head->mean == NULL || head->deviation == NULL ||
        (head->w == NULL && head->params == NULL))
        return sit_error_nomem(err);
    for (size_t j = 0; j < head->d; j++)
        head->deviation[j] = 1;
    return SIT_OK;
}

enum sit_status head_new(enum sit_head_kind kind, size_t d, size_t n_classes,
                         size_t n_hidden, const size_t *hidden, struct sit_head **out,
                         struct sit_error *err)
{
    if (sit_head_kind_name(kind) == NULL || d < 1 || d > HEAD_MAX_DIM ||
        n_classes < 2 || n_classes > SIT_HEAD_MAX_CLASSES ||
        n_hidden > SIT_HEAD_MAX_HIDDEN)
        return sit_error_set(err, SIT_E_ARG, "a head of that size is not supported");
    struct sit_head *head = sit_calloc(1, sizeof *head);
    if (head == NULL)
        return sit_error_nomem(err);
    enum sit_status status = SIT_OK;
    head->kind = kind;
    head->d = d;
    head->n_classes = n_classes;
    if (kind == SIT_HEAD_MLP) {
        head->shape.n_layers = n_hidden + 1;
        head->shape.sizes[0] = d;
        for (size_t l = 0; l < n_hidden; l++) {
            if (hidden[l] < 1 || hidden[l] > HEAD_MAX_LAYER)
                status = sit_error_set(err, SIT_E_ARG, "a layer of %zu units",
                                       hidden[l]);
            head->shape.sizes[l + 1] = hidden[l];
        }
        head->shape.sizes[n_hidden + 1] = head_n_outputs(n_classes);
        if (status == SIT_OK && mlp_n_params(&head->shape) > HEAD_MAX_PARAMS)
            status = sit_error_set(err, SIT_E_ARG, "more than %d parameters",
                                   HEAD_MAX_PARAMS);
    }
    if (status == SIT_OK)
        status = alloc_arrays(head, err);
    if (status == SIT_OK)
        *out = head;
    else
        sit_head_free(head);
    return status;
}

void sit_head_free(struct sit_head *head)
{
    if (head == NULL)
        return;
    free(head->mean);
    free(head->deviation);
    free(head->w);
    free(head->params);
    free(head);
}

enum sit_head_kind sit_head_get_kind(const struct sit_head *head)
{
    return head->kind;
}

size_t sit_head_dim(const struct sit_head *head)
{
    return head->d;
}

size_t sit_head_n_classes(const struct sit_head *head)
{
    return head->n_classes;
}

static enum sit_status train_logistic(struct sit_head *head,
                                      const struct sit_dataset *data,
                                      const struct sit_head_options *options,
                                      const struct sit_progress *progress,
                                      struct sit_head_report *report,
                                      struct sit_error *err)
{
    size_t n_x;
    double *x = NULL;
    if (sit_mul_size(data->n, data->d, &n_x))
        x = sit_malloc_array(n_x, sizeof *x);
    if (x == NULL)
        return sit_error_nomem(err);
    standardise_apply(data->x, data->n, data->d, head->mean, head->deviation, x);
    enum sit_status status = logistic_train(data, x, options, progress, head->w, report,
                                            err);
    free(x);
    return status;
}

static float *scaled_rows(const struct sit_head *head, const struct sit_dataset *data)
{
    size_t n_x;
    if (!sit_mul_size(data->n, data->d, &n_x))
        return NULL;
    float *x = sit_malloc_array(n_x, sizeof *x);
    if (x != NULL)
        standardise_apply_float(data->x, data->n, data->d, head->mean, head->deviation,
                                x);
    return x;
}

static enum sit_status train_mlp(struct sit_head *head, const struct sit_dataset *data,
                                 const struct sit_dataset *held_out,
                                 const struct sit_head_options *options,
                                 const struct sit_progress *progress,
                                 struct sit_head_report *report, struct sit_error *err)
{
    struct mlp_rows rows = {.y = data->y, .n = data->n}, watched = {0};
    float *x = scaled_rows(head, data), *watched_x = NULL;
    enum sit_status status = SIT_OK;
    if (x == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    rows.x = x;
    if (held_out != NULL) {
        watched_x = scaled_rows(head, held_out);
        if (watched_x == NULL) {
            status = sit_error_nomem(err);
            goto done;
        }
        watched = (struct mlp_rows){.x = watched_x, .y = held_out->y, .n = held_out->n};
    }
    status = mlp_train(&head->shape, &rows, held_out != NULL ? &watched : NULL, options,
                       progress, head->params, report, err);
done:
    free(x);
    free(watched_x);
    return status;
}

enum sit_status sit_head_train(const struct sit_dataset *data,
                               const struct sit_dataset *held_out,
                               const struct sit_head_options *options,
                               const struct sit_progress *progress,
                               struct sit_head **out, struct sit_head_report *report,
                               struct sit_error *err)
{
    struct sit_head *head = NULL;
    struct sit_head_report found = {0};
    /* No held-out rows are as good as no held-out set. */
    if (held_out != NULL && held_out->n == 0)
        held_out = NULL;
    enum sit_status status = head_check_options(options, err);
    if (status == SIT_OK)
        status = head_check_dataset(data, "training rows", err);
    if (status == SIT_OK)
        status = check_classes(data, err);
    if (status == SIT_OK && held_out != NULL) {
        if (held_out->d != data->d || held_out->n_classes != data->n_classes)
            status = sit_error_set(
                err, SIT_E_ARG,
                "held-out rows: features or classes differ in number "
                "from the training rows'");
        else
            status = head_check_dataset(held_out, "held-out rows", err);
    }
    if (status == SIT_OK)
        status = head_new(options->kind, data->d, data->n_classes, options->n_hidden,
                          options->hidden, &head, err);
    if (status != SIT_OK)
        return status;
    standardise_fit(data->x, data->n, data->d, head->mean, head->deviation);
    if (options->kind == SIT_HEAD_LOGISTIC)
        status = train_logistic(head, data, options, progress, &found, err);
    else
        status = train_mlp(head, data, held_out, options, progress, &found, err);
    if (status != SIT_OK) {
        sit_head_free(head);
        return status;
    }
    *out = head;
    if (report != NULL)
        *report = found;
    return SIT_OK;
}

/* In plain C rather than BLAS: a row's result must not depend on how many rows come
 * with it. */
static void predict_logistic(const struct sit_head *head, const float *x, size_t n,
                             double *scaled, float *p)
{
    size_t d = head->d, n_outputs = head_n_outputs(head->n_classes);
    for (size_t i = 0; i < n; i++) {
        double z[SIT_HEAD_MAX_CLASSES];
        standardise_apply(x + i * d, 1, d, head->mean, head->deviation, scaled);
        for (size_t k = 0; k < n_outputs; k++) {
            const double *w = head->w + k * (d + 1);
            z[k] = w[d];
            for (size_t j = 0; j < d; j++)
                z[k] += w[j] * scaled[j];
        }
        if (n_outputs == 1) {
            double score = z[0];
            z[0] = 1 / (1 + exp(score));
            z[1] = 1 / (1 + exp(-score));
        } else {
            softmax_normalise(z, n_outputs);
        }
        for (size_t k = 0; k < head->n_classes; k++)
            p[i * head->n_classes + k] = (float)z[k];
    }
}

static enum sit_status predict_mlp(const struct sit_head *head, const float *x,
                                   size_t n, float *p, struct sit_error *err)
{
    struct mlp_workspace ws = {0};
    float *scaled = sit_malloc_array(head->d, PREDICTION_ROWS * sizeof *scaled);
    enum sit_status status = SIT_OK;
    if (scaled == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = mlp_workspace_init(&ws, &head->shape, PREDICTION_ROWS, false, err);
    for (size_t done = 0; status == SIT_OK && done < n;) {
        size_t n_now = n - done < PREDICTION_ROWS ? n - done : PREDICTION_ROWS;
        standardise_apply_float(x + done * head->d, n_now, head->d, head->mean,
                                head->deviation, scaled);
        status = mlp_forward(&head->shape, head->params, scaled, n_now, NULL, 0, &ws,
                             err);
        if (status == SIT_OK)
            mlp_probabilities(&head->shape, n_now, &ws, p + done * head->n_classes);
        done += n_now;
    }
    mlp_workspace_release(&ws);
    free(scaled);
    return status;
}

enum sit_status sit_head_predict(const struct sit_head *head, const float *x, size_t n,
                                 size_t d, float *p, struct sit_error *err)
{
    if (d != head->d)
        return sit_error_set(
            err, SIT_E_ARG,
            "the features have %zu columns, the head was trained on %zu", d, head->d);
    enum sit_status status = standardise_check(x, n, d, "features", err);
    if (status != SIT_OK)
        return status;
    if (head->kind == SIT_HEAD_LOGISTIC) {
        double *scaled = sit_malloc_array(d, sizeof *scaled);
        if (scaled == NULL)
            return sit_error_nomem(err);
        predict_logistic(head, x, n, scaled, p);
        free(scaled);
    } else {
        status = predict_mlp(head, x, n, p, err);
    }
    for (size_t i = 0; status == SIT_OK && i < n * head->n_classes; i++)
        if (!isfinite(p[i]))
            status = sit_error_set(err, SIT_E_NUMERIC,
                                   "the head gives no finite probability for row %zu "
                                   "(counted from 0)",
                                   i / head->n_classes);
    return status;
}
