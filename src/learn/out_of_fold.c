/*
 * Out-of-fold probabilities: a head for each fold, trained on the other folds' rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "head_internal.h"
#include "logistic.h"
#include "sitter/alloc.h"

/* A fold's own progress, told as part of the whole. */
struct fold_progress {
    const struct sit_progress *outer;
    size_t fold, n_folds;
};

static bool report_fold(void *context, size_t done, size_t total, const char *text)
{
    const struct fold_progress *fp = context;
    char longer[160];
    (void)done;
    (void)total;
    if (text == NULL)
        return sit_progress_report(fp->outer, fp->fold, fp->n_folds, NULL);
    snprintf(longer, sizeof longer, "fold %zu of %zu: %s", fp->fold + 1, fp->n_folds,
             text);
    return sit_progress_report(fp->outer, fp->fold, fp->n_folds, longer);
}

/* Room for one fold's training rows and one fold's held-out rows. */
struct room {
    uint32_t *fold;        /* (n) */
    float *train_x;        /* (n, d) */
    float *held_x;         /* (n, d) */
    float *held_p;         /* (n, n_classes) */
    uint8_t *train_y;      /* (n) */
    uint32_t *train_group; /* (n) */
};

static void release(struct room *room)
{
    free(room->fold);
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
    room->fold = sit_malloc_array(data->n, sizeof *room->fold);
    room->train_x = sit_malloc_array(n_x, sizeof *room->train_x);
    room->held_x = sit_malloc_array(n_x, sizeof *room->held_x);
    room->held_p = sit_malloc_array(data->n, data->n_classes * sizeof *room->held_p);
    room->train_y = sit_malloc_array(data->n, sizeof *room->train_y);
    room->train_group = sit_malloc_array(data->n, sizeof *room->train_group);
    if (room->fold == NULL || room->train_x == NULL || room->held_x == NULL ||
        room->held_p == NULL || room->train_y == NULL || room->train_group == NULL)
        return sit_error_nomem(err);
    return SIT_OK;
}

/* Split the rows; classes without training rows take no part, the others are numbered
 * anew: class_of gives the old number back. Returns the number of held-out rows. */
static size_t split_rows(const struct sit_dataset *data, uint32_t held_out,
                         struct room *room, struct sit_dataset *train,
                         size_t class_of[SIT_HEAD_MAX_CLASSES])
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0}, n_held = 0, d = data->d;
    uint8_t number[SIT_HEAD_MAX_CLASSES] = {0};
    *train = (struct sit_dataset){
        .x = room->train_x, .y = room->train_y, .group = room->train_group, .d = d};
    for (size_t i = 0; i < data->n; i++)
        counts[data->y[i]] += room->fold[i] != held_out;
    for (size_t k = 0; k < data->n_classes; k++) {
        if (counts[k] == 0)
            continue;
        number[k] = (uint8_t)train->n_classes;
        class_of[train->n_classes++] = k;
    }
    for (size_t i = 0; i < data->n; i++) {
        const float *row = data->x + i * d;
        if (room->fold[i] == held_out) {
            memcpy(room->held_x + n_held++ * d, row, d * sizeof *row);
            continue;
        }
        memcpy(room->train_x + train->n * d, row, d * sizeof *row);
        room->train_y[train->n] = number[data->y[i]];
        room->train_group[train->n++] = data->group[i];
    }
    return n_held;
}

static enum sit_status predict_fold(const struct sit_dataset *data, uint32_t held_out,
                                    const struct sit_head_options *options,
                                    const struct sit_progress *progress,
                                    struct room *room, float *p, struct sit_error *err)
{
    struct sit_dataset train;
    struct sit_head *head = NULL;
    size_t class_of[SIT_HEAD_MAX_CLASSES], n_classes = data->n_classes;
    size_t n_held = split_rows(data, held_out, room, &train, class_of);
    if (n_held == 0)
        return SIT_OK;
    if (train.n_classes > 1) {
        enum sit_status status = sit_head_train(&train, NULL, options, progress, &head,
                                                NULL, err);
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
        if (room->fold[i] != held_out)
            continue;
        memset(p + i * n_classes, 0, n_classes * sizeof *p);
        for (size_t k = 0; k < train.n_classes; k++)
            p[i * n_classes + class_of[k]] = *from++;
    }
    return SIT_OK;
}

enum sit_status sit_head_out_of_fold(const struct sit_dataset *data,
                                     const struct sit_head_options *options,
                                     size_t n_folds,
                                     const struct sit_progress *progress, float *p,
                                     struct sit_error *err)
{
    struct room room = {0};
    struct sit_head_options fixed = *options;
    float *found = NULL;
    enum sit_status status = head_check_options(options, err);
    if (status == SIT_OK)
        status = head_check_dataset(data, "rows", err);
    if (status != SIT_OK)
        return status;
    status = prepare(&room, data, err);
    if (status != SIT_OK)
        goto done;
    status = sit_folds_assign(data->y, data->group, data->n, data->n_classes, n_folds,
                              room.fold, err);
    if (status == SIT_OK && options->kind == SIT_HEAD_LOGISTIC && options->c == 0)
        status = logistic_choose_c(data, options, progress, &fixed.c, err);
    if (status != SIT_OK)
        goto done;
    found = sit_malloc_array(data->n, data->n_classes * sizeof *found);
    if (found == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    for (uint32_t f = 0; status == SIT_OK && f < n_folds; f++) {
        struct fold_progress fp = {progress, f, n_folds};
        struct sit_progress inner = {report_fold, &fp};
        status = predict_fold(data, f, &fixed, &inner, &room, found, err);
    }
    if (status == SIT_OK)
        memcpy(p, found, data->n * data->n_classes * sizeof *p);
done:
    free(found);
    release(&room);
    return status;
}
