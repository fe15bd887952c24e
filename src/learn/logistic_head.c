/*
 * The logistic head as a kind of head: standardisation and weights, their scores and
 * their bytes. Fitting them is logistic.c's.
 *
 * As bytes: 8d means, 8d deviations, 8 (d + 1) weights for each output, intercept last.
 */
#include <math.h>
#include <stdlib.h>

#include "head_internal.h"
#include "logistic.h"
#include "sitter/alloc.h"
#include "standardise.h"

struct logistic_body {
    struct standardisation scaling;
    double *w; /* (head_n_outputs(), d + 1), intercept last in each row */
};

static size_t n_weights(const struct sit_head *head)
{
    return head_n_outputs(head->n_classes) * (head->d + 1);
}

static void free_body(void *body)
{
    struct logistic_body *logistic = body;
    if (logistic == NULL)
        return;
    standardisation_release(&logistic->scaling);
    free(logistic->w);
    free(logistic);
}

static enum sit_status new_body(struct sit_head *head, struct logistic_body **out,
                                struct sit_error *err)
{
    struct logistic_body *body = sit_calloc(1, sizeof *body);
    head->body = body;
    if (body == NULL || !standardisation_init(&body->scaling, head->d))
        return sit_error_nomem(err);
    body->w = sit_calloc(n_weights(head), sizeof *body->w);
    if (body->w == NULL)
        return sit_error_nomem(err);
    *out = body;
    return SIT_OK;
}

static enum sit_status check_options(const struct sit_head_options *options,
                                     struct sit_error *err)
{
    if (!isfinite(options->c) || options->c < 0)
        return sit_error_set(err, SIT_E_ARG, "C is %g, must be above 0", options->c);
    return SIT_OK;
}

static enum sit_status train(struct sit_head *head, const struct sit_dataset *data,
                             const struct sit_dataset *held_out,
                             const struct sit_head_options *options,
                             const struct sit_progress *progress,
                             struct sit_head_report *report, struct sit_error *err)
{
    (void)held_out;
    struct logistic_body *body = NULL;
    enum sit_status status = new_body(head, &body, err);
    if (status != SIT_OK)
        return status;
    standardise_fit(data->x, data->n, data->d, body->scaling.mean,
                    body->scaling.deviation);
    size_t n_x;
    double *x = NULL;
    if (sit_mul_size(data->n, data->d, &n_x))
        x = sit_malloc_array(n_x, sizeof *x);
    if (x == NULL)
        return sit_error_nomem(err);
    standardise_apply(data->x, data->n, data->d, body->scaling.mean,
                      body->scaling.deviation, x);
    status = logistic_train(data, x, options, progress, body->w, report, err);
    free(x);
    return status;
}

/* In plain C rather than BLAS: a row's result must not depend on how many rows come
 * with it. */
static enum sit_status scores(const struct sit_head *head, const float *x, size_t n,
                              double *z, struct sit_error *err)
{
    const struct logistic_body *body = head->body;
    size_t d = head->d, n_outputs = head_n_outputs(head->n_classes);
    double *scaled = sit_malloc_array(d, sizeof *scaled);
    if (scaled == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n; i++) {
        standardise_apply(x + i * d, 1, d, body->scaling.mean, body->scaling.deviation,
                          scaled);
        for (size_t k = 0; k < n_outputs; k++) {
            const double *w = body->w + k * (d + 1);
            double score = w[d];
            for (size_t j = 0; j < d; j++)
                score += w[j] * scaled[j];
            z[i * n_outputs + k] = score;
        }
    }
    free(scaled);
    return SIT_OK;
}

static void append(const struct sit_head *head, struct sit_buf *out)
{
    const struct logistic_body *body = head->body;
    standardisation_append(&body->scaling, head->d, out);
    head_append_doubles(out, body->w, n_weights(head));
}

static enum sit_status parse(struct head_reader *reader, struct sit_head *head,
                             struct sit_error *err)
{
    struct logistic_body *body = NULL;
    size_t n_hidden = 0;
    enum sit_status status = SIT_OK;
    if (reader->version == 1)
        status = head_read_u32(reader, &n_hidden, err);
    if (status == SIT_OK && n_hidden != 0)
        status = sit_error_set(err, SIT_E_FORMAT, "%s: impossible sizes", reader->name);
    if (status == SIT_OK)
        status = head_reader_expect(reader, n_weights(head) + 2 * head->d, 8, err);
    if (status == SIT_OK)
        status = new_body(head, &body, err);
    if (status == SIT_OK)
        status = standardisation_parse(reader, head->d, &body->scaling, err);
    if (status == SIT_OK)
        status = head_read_doubles(reader, body->w, n_weights(head), err);
    return status;
}

const struct head_ops logistic_head_ops = {
    .kind = SIT_HEAD_LOGISTIC,
    .name = "logistic",
    .check_options = check_options,
    .train = train,
    .free_body = free_body,
    .scores = scores,
    .append = append,
    .parse = parse,
};
