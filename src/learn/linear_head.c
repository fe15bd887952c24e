/*
 * What heads with linear scores share: standardisation and weights, their scores and
 * their bytes. Finding the weights is each kind's affair.
 *
 * As bytes: 8d means, 8d deviations, 8 (d + 1) weights for each output, intercept last.
 */
#include "linear_head.h"

#include <stdlib.h>

#include "row_kernels.h"
#include "sitter/alloc.h"

static size_t n_weights(const struct sit_head *head)
{
    return head_n_outputs(head->n_classes) * (head->d + 1);
}

void linear_body_free(void *body)
{
    struct linear_body *linear = body;
    if (linear == NULL)
        return;
    standardisation_release(&linear->scaling);
    folded_weights_release(&linear->folded);
    free(linear->w);
    free(linear);
}

enum sit_status linear_body_new(struct sit_head *head, struct linear_body **out,
                                struct sit_error *err)
{
    struct linear_body *body = sit_calloc(1, sizeof *body);
    head->body = body;
    if (body == NULL || !standardisation_init(&body->scaling, head->d))
        return sit_error_nomem(err);
    body->w = sit_calloc(n_weights(head), sizeof *body->w);
    if (body->w == NULL ||
        !folded_weights_init(&body->folded, head_n_outputs(head->n_classes), head->d))
        return sit_error_nomem(err);
    *out = body;
    return SIT_OK;
}

void linear_finish(struct sit_head *head)
{
    struct linear_body *body = head->body;
    folded_weights_set(&body->folded, head_n_outputs(head->n_classes), head->d, body->w,
                       body->scaling.mean, body->scaling.deviation);
}

enum sit_status linear_scores(const struct sit_head *head, const float *x, size_t n,
                              double *z, struct sit_error *err)
{
    const struct linear_body *body = head->body;
    (void)err;
    row_kernels_best()->scores(x, n, head->d, body->folded.v, body->folded.bias,
                               head_n_outputs(head->n_classes), z);
    return SIT_OK;
}

void linear_append(const struct sit_head *head, struct sit_buf *out)
{
    const struct linear_body *body = head->body;
    standardisation_append(&body->scaling, head->d, out);
    head_append_doubles(out, body->w, n_weights(head));
}

enum sit_status linear_parse(struct head_reader *reader, struct sit_head *head,
                             struct sit_error *err)
{
    struct linear_body *body = NULL;
    size_t n_hidden = 0;
    enum sit_status status = SIT_OK;
    if (reader->version == 1)
        status = head_read_u32(reader, &n_hidden, err);
    if (status == SIT_OK && n_hidden != 0)
        status = sit_error_set(err, SIT_E_FORMAT, "%s: impossible sizes", reader->name);
    if (status == SIT_OK)
        status = head_reader_expect(reader, n_weights(head) + 2 * head->d, 8, err);
    if (status == SIT_OK)
        status = linear_body_new(head, &body, err);
    if (status == SIT_OK)
        status = standardisation_parse(reader, head->d, &body->scaling, err);
    if (status == SIT_OK)
        status = head_read_doubles(reader, body->w, n_weights(head), err);
    return status;
}
