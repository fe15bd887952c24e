/*
 * The logistic head as a kind of head: options and training. Its scores and bytes are
 * linear_head.c's, the fit logistic.c's.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linear_head.h"
#include "logistic.h"
#include "logistic_large.h"
#include "sitter/alloc.h"

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
    struct linear_body *body = NULL;
    enum sit_status status = linear_body_new(head, &body, err);
    if (status != SIT_OK)
        return status;
    if (logistic_large_applies(data))
        return logistic_large_train(data, NULL, options, progress, body->scaling.mean,
                                    body->scaling.deviation, body->w, report, err);
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

enum sit_status logistic_head_new(size_t d, size_t n_classes, const double *mean,
                                  const double *deviation, const double *w,
                                  struct sit_head **out, struct sit_error *err)
{
    struct sit_head *head = NULL;
    struct linear_body *body = NULL;
    enum sit_status status = head_new(SIT_HEAD_LOGISTIC, d, n_classes, &head, err);
    if (status == SIT_OK)
        status = linear_body_new(head, &body, err);
    if (status != SIT_OK) {
        sit_head_free(head);
        return status;
    }
    memcpy(body->scaling.mean, mean, d * sizeof *mean);
    memcpy(body->scaling.deviation, deviation, d * sizeof *deviation);
    memcpy(body->w, w, head_n_outputs(n_classes) * (d + 1) * sizeof *w);
    head->ops->finish(head);
    *out = head;
    return SIT_OK;
}

void logistic_standardise(const struct sit_head *head, const float *x, size_t n,
                          double *out)
{
    const struct linear_body *body = head->body;
    standardise_apply(x, n, head->d, body->scaling.mean, body->scaling.deviation, out);
}

enum sit_status logistic_head_train_read(struct sit_head *head,
                                         const struct sit_dataset *data,
                                         const struct sit_row_source *source,
                                         const struct sit_head_options *options,
                                         const struct sit_progress *progress,
                                         struct sit_head_report *report,
                                         struct sit_error *err)
{
    struct linear_body *body = NULL;
    enum sit_status status = linear_body_new(head, &body, err);
    if (status == SIT_OK)
        status = logistic_large_train(data, source, options, progress,
                                      body->scaling.mean, body->scaling.deviation,
                                      body->w, report, err);
    return status;
}

const struct head_ops logistic_head_ops = {
    .kind = SIT_HEAD_LOGISTIC,
    .name = "logistic",
    .check_options = check_options,
    .checks_features = logistic_large_applies,
    .train = train,
    .finish = linear_finish,
    .free_body = linear_body_free,
    .scores = linear_scores,
    .scores_show_bad_features = true,
    .append = linear_append,
    .parse = linear_parse,
};
