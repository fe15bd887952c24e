/*
 * The common interface over the kinds of heads: checking arguments, training,
 * prediction. What is particular to a kind is behind its table of functions; how a head
 * is stored is head_file.c's; folds are out_of_fold.c's.
 */
#include "sitter/head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "head_internal.h"
#include "sitter/alloc.h"
#include "standardise.h"

static const struct head_ops *const KINDS[] = {&logistic_head_ops, &mlp_head_ops,
                                               &fisher_head_ops};
enum { N_KINDS = sizeof KINDS / sizeof KINDS[0] };

const struct head_ops *head_ops_of(enum sit_head_kind kind)
{
    for (size_t i = 0; i < N_KINDS; i++)
        if (KINDS[i]->kind == kind)
            return KINDS[i];
    return NULL;
}

const char *sit_head_kind_name(enum sit_head_kind kind)
{
    const struct head_ops *ops = head_ops_of(kind);
    return ops != NULL ? ops->name : NULL;
}

bool sit_head_kind_find(const char *name, enum sit_head_kind *kind)
{
    for (size_t i = 0; i < N_KINDS; i++)
        if (strcmp(KINDS[i]->name, name) == 0) {
            *kind = KINDS[i]->kind;
            return true;
        }
    return false;
}

void sit_head_options_init(struct sit_head_options *options, enum sit_head_kind kind)
{
    *options = (struct sit_head_options){.kind = kind,
                                         .n_hidden = 2,
                                         .hidden = {256, 64},
                                         .n_epochs = 100,
                                         .batch_size = 10,
                                         .dropout = 0.5,
                                         .optimiser = SIT_HEAD_RMSPROP,
                                         .learning_rate = 1e-3,
                                         .weight_decay = 0.01,
                                         .patience = 10,
                                         .n_restarts = 1};
}

size_t head_n_outputs(size_t n_classes)
{
    return n_classes == 2 ? 1 : n_classes;
}

enum sit_status head_check_options(const struct sit_head_options *options,
                                   struct sit_error *err)
{
    const struct head_ops *ops = head_ops_of(options->kind);
    if (ops == NULL)
        return sit_error_set(err, SIT_E_ARG, "unknown kind of head %d",
                             (int)options->kind);
    return ops->check_options(options, err);
}

enum sit_status head_check_reads(const struct sit_head_options *options,
                                 struct sit_error *err)
{
    if (options->kind == SIT_HEAD_LOGISTIC)
        return SIT_OK;
    return sit_error_set(err, SIT_E_UNSUPPORTED,
                         "the features take more memory than is allowed, and only a "
                         "logistic head is trained without having all of them there, "
                         "not %s",
                         sit_head_kind_name(options->kind));
}

enum sit_status head_check_dataset(const struct sit_dataset *data,
                                   enum sit_head_kind kind, const char *what,
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
    /* Features that are read are looked at when they come; large fits look while they
     * walk over them. */
    const struct head_ops *ops = head_ops_of(kind);
    if (data->x == NULL || (ops->checks_features != NULL && ops->checks_features(data)))
        return SIT_OK;
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

enum sit_status head_new(enum sit_head_kind kind, size_t d, size_t n_classes,
                         struct sit_head **out, struct sit_error *err)
{
    const struct head_ops *ops = head_ops_of(kind);
    if (ops == NULL || d < 1 || d > HEAD_MAX_DIM || n_classes < 2 ||
        n_classes > SIT_HEAD_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "a head of that size is not supported");
    struct sit_head *head = sit_calloc(1, sizeof *head);
    if (head == NULL)
        return sit_error_nomem(err);
    *head = (struct sit_head){
        .ops = ops, .d = d, .n_classes = n_classes, .temperature = 1};
    *out = head;
    return SIT_OK;
}

void sit_head_free(struct sit_head *head)
{
    if (head == NULL)
        return;
    head->ops->free_body(head->body);
    free(head);
}

enum sit_head_kind sit_head_get_kind(const struct sit_head *head)
{
    return head->ops->kind;
}

size_t sit_head_dim(const struct sit_head *head)
{
    return head->d;
}

size_t sit_head_n_classes(const struct sit_head *head)
{
    return head->n_classes;
}

double sit_head_temperature(const struct sit_head *head)
{
    return head->temperature;
}

enum sit_status sit_head_set_temperature(struct sit_head *head, double temperature,
                                         struct sit_error *err)
{
    if (!isfinite(temperature) || temperature <= 0)
        return sit_error_set(err, SIT_E_ARG, "temperature is %g, must be above 0",
                             temperature);
    head->temperature = temperature;
    return SIT_OK;
}

/* Hand a head over, or free it. */
static enum sit_status finish_training(enum sit_status status, struct sit_head *head,
                                       const struct sit_head_report *found,
                                       struct sit_head **out,
                                       struct sit_head_report *report)
{
    if (status != SIT_OK) {
        sit_head_free(head);
        return status;
    }
    if (head->ops->finish != NULL)
        head->ops->finish(head);
    *out = head;
    if (report != NULL)
        *report = *found;
    return SIT_OK;
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
        status = head_check_dataset(data, options->kind, "training rows", err);
    if (status == SIT_OK)
        status = check_classes(data, err);
    if (status == SIT_OK && held_out != NULL) {
        if (held_out->d != data->d || held_out->n_classes != data->n_classes)
            status = sit_error_set(
                err, SIT_E_ARG,
                "held-out rows: features or classes differ in number "
                "from the training rows'");
        else
            status = head_check_dataset(held_out, options->kind, "held-out rows", err);
    }
    if (status == SIT_OK)
        status = head_new(options->kind, data->d, data->n_classes, &head, err);
    if (status == SIT_OK)
        status = head->ops->train(head, data, held_out, options, progress, &found, err);
    return finish_training(status, head, &found, out, report);
}

enum sit_status
sit_head_train_read(const struct sit_dataset *data, const struct sit_row_source *source,
                    const struct sit_head_options *options,
                    const struct sit_progress *progress, struct sit_head **out,
                    struct sit_head_report *report, struct sit_error *err)
{
    struct sit_head *head = NULL;
    struct sit_head_report found = {0};
    enum sit_status status = head_check_options(options, err);
    if (status == SIT_OK)
        status = head_check_reads(options, err);
    if (status == SIT_OK)
        status = head_check_dataset(data, options->kind, "training rows", err);
    if (status == SIT_OK)
        status = check_classes(data, err);
    if (status == SIT_OK)
        status = head_new(options->kind, data->d, data->n_classes, &head, err);
    if (status == SIT_OK)
        status = logistic_head_train_read(head, data, source, options, progress, &found,
                                          err);
    return finish_training(status, head, &found, out, report);
}
