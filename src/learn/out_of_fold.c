/*
 * Out-of-fold probabilities: a head for each fold, trained on the other folds' rows;
 * heads that are trained on one thread, several folds at a time.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "head_internal.h"
#include "logistic.h"
#include "logistic_large.h"
#include "sitter/alloc.h"
#include "sitter/pool.h"

/* What the folds have in common. */
struct folds {
    const struct sit_dataset *data;
    const struct sit_head_options *options;
    const struct sit_progress *outer;
    size_t n_folds;
    uint32_t *fold;        /* (n) which fold a row is in */
    struct room *rooms;    /* one a worker */
    float *p;              /* (n, n_classes), each fold's rows written by its worker */
    pthread_mutex_t mutex; /* guards what follows, and calls of outer */
    size_t n_done;
    enum sit_status status; /* the first failure's */
    struct sit_error err;
};

/* A fold's own progress, told as part of the whole. */
struct fold_progress {
    struct folds *folds;
    size_t fold;
};

static bool report_fold(void *context, size_t done, size_t total, const char *text)
{
    const struct fold_progress *fp = context;
    struct folds *folds = fp->folds;
    char longer[160];
    (void)done;
    (void)total;
    if (text != NULL)
        snprintf(longer, sizeof longer, "fold %zu of %zu: %s", fp->fold + 1,
                 folds->n_folds, text);
    pthread_mutex_lock(&folds->mutex);
    /* Another's failure ends this one too; nobody is asked again who wants to stop. */
    bool go_on = folds->status == SIT_OK;
    if (go_on && !sit_progress_report(folds->outer, folds->n_done, folds->n_folds,
                                      text != NULL ? longer : NULL)) {
        folds->status = sit_error_set(&folds->err, SIT_E_CANCELLED, "interrupted");
        go_on = false;
    }
    pthread_mutex_unlock(&folds->mutex);
    return go_on;
}

/* Room for one fold's training rows and one fold's held-out rows. */
struct room {
    float *train_x;        /* (n, d) */
    float *held_x;         /* (n, d) */
    float *held_p;         /* (n, n_classes) */
    uint8_t *train_y;      /* (n) */
    uint32_t *train_group; /* (n) */
};

static void release(struct room *room)
{
    free(room->train_x);
    free(room->held_x);
    free(room->held_p);
    free(room->train_y);
    free(room->train_group);
}

static enum sit_status prepare(struct room *room, const struct sit_dataset *data,
                               struct sit_error *err)
{
    size_t n_x;
    *room = (struct room){0};
    if (!sit_mul_size(data->n, data->d, &n_x))
        return sit_error_nomem(err);
    room->train_x = sit_malloc_array(n_x, sizeof *room->train_x);
    room->held_x = sit_malloc_array(n_x, sizeof *room->held_x);
    room->held_p = sit_malloc_array(data->n, data->n_classes * sizeof *room->held_p);
    room->train_y = sit_malloc_array(data->n, sizeof *room->train_y);
    room->train_group = sit_malloc_array(data->n, sizeof *room->train_group);
    if (room->train_x == NULL || room->held_x == NULL || room->held_p == NULL ||
        room->train_y == NULL || room->train_group == NULL)
        return sit_error_nomem(err);
    return SIT_OK;
}

/* Split the rows; classes without training rows take no part, the others are numbered
 * anew: class_of gives the old number back. Returns the number of held-out rows. */
static size_t split_rows(const struct sit_dataset *data, const uint32_t *fold,
                         uint32_t held_out, struct room *room,
                         struct sit_dataset *train,
                         size_t class_of[SIT_HEAD_MAX_CLASSES])
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0}, n_held = 0, d = data->d;
    uint8_t number[SIT_HEAD_MAX_CLASSES] = {0};
    *train = (struct sit_dataset){
        .x = room->train_x, .y = room->train_y, .group = room->train_group, .d = d};
    for (size_t i = 0; i < data->n; i++)
        counts[data->y[i]] += fold[i] != held_out;
    for (size_t k = 0; k < data->n_classes; k++) {
        if (counts[k] == 0)
            continue;
        number[k] = (uint8_t)train->n_classes;
        class_of[train->n_classes++] = k;
    }
    for (size_t i = 0; i < data->n; i++) {
        const float *row = data->x + i * d;
        if (fold[i] == held_out) {
            memcpy(room->held_x + n_held++ * d, row, d * sizeof *row);
            continue;
        }
        memcpy(room->train_x + train->n * d, row, d * sizeof *row);
        room->train_y[train->n] = number[data->y[i]];
        room->train_group[train->n++] = data->group[i];
    }
    return n_held;
}

static enum sit_status predict_fold(const struct folds *folds, uint32_t held_out,
                                    struct room *room,
                                    const struct sit_progress *progress,
                                    struct sit_error *err)
{
    const struct sit_dataset *data = folds->data;
    struct sit_dataset train;
    struct sit_head *head = NULL;
    size_t class_of[SIT_HEAD_MAX_CLASSES], n_classes = data->n_classes;
    size_t n_held = split_rows(data, folds->fold, held_out, room, &train, class_of);
    if (n_held == 0)
        return SIT_OK;
    if (train.n_classes > 1) {
        enum sit_status status = sit_head_train(&train, NULL, folds->options, progress,
                                                &head, NULL, err);
        if (status == SIT_OK)
            status = sit_head_predict(head, room->held_x, n_held, data->d, room->held_p,
                                      err);
        sit_head_free(head);
        if (status != SIT_OK)
            return status;
    } else {
        /* All that is left to learn from is one class. */
        for (size_t i = 0; i < n_held; i++)
            room->held_p[i] = 1;
    }
    const float *from = room->held_p;
    for (size_t i = 0; i < data->n; i++) {
        if (folds->fold[i] != held_out)
            continue;
        float *p = folds->p + i * n_classes;
        memset(p, 0, n_classes * sizeof *p);
        for (size_t k = 0; k < train.n_classes; k++)
            p[class_of[k]] = *from++;
    }
    return SIT_OK;
}

static void run_fold(void *context, size_t fold, size_t worker)
{
    struct folds *folds = context;
    struct fold_progress fp = {folds, fold};
    struct sit_progress progress = {report_fold, &fp};
    struct sit_error err;
    pthread_mutex_lock(&folds->mutex);
    bool wanted = folds->status == SIT_OK;
    pthread_mutex_unlock(&folds->mutex);
    if (!wanted)
        return;
    enum sit_status status = predict_fold(folds, (uint32_t)fold, &folds->rooms[worker],
                                          &progress, &err);
    pthread_mutex_lock(&folds->mutex);
    folds->n_done++;
    if (status != SIT_OK && folds->status == SIT_OK) {
        folds->status = status;
        folds->err = err;
    }
    pthread_mutex_unlock(&folds->mutex);
}

/* Threads that pay: an MLP is trained on one, unless it has restarts to share out. Each
 * needs the rows twice. */
static size_t choose_threads(const struct sit_dataset *data,
                             const struct sit_head_options *options)
{
    enum { MOST_VALUES = 1 << 24 };
    bool alone = options->kind == SIT_HEAD_MLP && options->n_restarts == 1;
    return alone && data->n <= MOST_VALUES / data->d ? 0 : 1;
}

static enum sit_status run_folds(struct folds *folds, struct sit_error *err)
{
    struct sit_pool *pool = NULL;
    enum sit_status status = sit_pool_new(choose_threads(folds->data, folds->options),
                                          &pool, err);
    if (status != SIT_OK)
        return status;
    size_t n_workers = sit_pool_n_threads(pool);
    folds->rooms = sit_calloc(n_workers, sizeof *folds->rooms);
    if (folds->rooms == NULL)
        status = sit_error_nomem(err);
    for (size_t w = 0; status == SIT_OK && w < n_workers; w++)
        status = prepare(&folds->rooms[w], folds->data, err);
    if (status == SIT_OK) {
        pthread_mutex_init(&folds->mutex, NULL);
        sit_pool_run(pool, run_fold, folds, folds->n_folds);
        pthread_mutex_destroy(&folds->mutex);
        status = folds->status;
        if (status != SIT_OK && err != NULL)
            *err = folds->err;
    }
    for (size_t w = 0; folds->rooms != NULL && w < n_workers; w++)
        release(&folds->rooms[w]);
    free(folds->rooms);
    sit_pool_free(pool);
    return status;
}

enum sit_status sit_head_out_of_fold(const struct sit_dataset *data,
                                     const struct sit_head_options *options,
                                     size_t n_folds,
                                     const struct sit_progress *progress, float *p,
                                     struct sit_error *err)
{
    struct sit_head_options fixed = *options;
    struct folds folds = {
        .data = data, .options = &fixed, .outer = progress, .n_folds = n_folds};
    enum sit_status status = head_check_options(options, err);
    if (status == SIT_OK)
        status = head_check_dataset(data, options->kind, "rows", err);
    if (status != SIT_OK)
        return status;
    if (options->kind == SIT_HEAD_LOGISTIC && logistic_large_applies(data))
        return logistic_large_out_of_fold(data, NULL, options, n_folds, progress, p,
                                          err);
    folds.fold = sit_malloc_array(data->n, sizeof *folds.fold);
    folds.p = sit_malloc_array(data->n, data->n_classes * sizeof *folds.p);
    if (folds.fold == NULL || folds.p == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_folds_assign(data->y, data->group, data->n, data->n_classes,
                                  n_folds, folds.fold, err);
    if (status == SIT_OK && options->kind == SIT_HEAD_LOGISTIC && options->c == 0)
        status = logistic_choose_c(data, options, progress, &fixed.c, err);
    if (status == SIT_OK)
        status = run_folds(&folds, err);
    if (status == SIT_OK)
        memcpy(p, folds.p, data->n * data->n_classes * sizeof *p);
    free(folds.p);
    free(folds.fold);
    return status;
}

enum sit_status sit_head_out_of_fold_read(const struct sit_dataset *data,
                                          const struct sit_row_source *source,
                                          const struct sit_head_options *options,
                                          size_t n_folds,
                                          const struct sit_progress *progress, float *p,
                                          struct sit_error *err)
{
    enum sit_status status = head_check_options(options, err);
    if (status == SIT_OK)
        status = head_check_reads(options, err);
    if (status == SIT_OK)
        status = head_check_dataset(data, options->kind, "rows", err);
    if (status == SIT_OK)
        status = logistic_large_out_of_fold(data, source, options, n_folds, progress, p,
                                            err);
    return status;
}
