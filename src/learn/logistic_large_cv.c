/*
 * Choosing C where rows are many: a part of them is copied, and the solver for few rows
 * cross-validates on it.
 */
#include "logistic_large_cv.h"

#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/rng.h"

/* A row on its way to be chosen or not. */
struct candidate {
    uint64_t order; /* of its source, the same for all of its rows */
    size_t row;
    uint8_t y;
};

static int by_class_and_order(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    if (left->y != right->y)
        return left->y < right->y ? -1 : 1;
    if (left->order != right->order)
        return left->order < right->order ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

static int by_row(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return left < right ? -1 : left > right;
}

static uint64_t order_of(uint32_t group)
{
    struct sit_rng rng;
    sit_rng_init(&rng, group);
    return sit_rng_next(&rng);
}

/* A part of the rows, as a dataset of its own. */
struct part {
    struct candidate *candidates; /* (all rows) */
    size_t *rows;                 /* (n) ascending */
    float *x;                     /* (n, d) */
    uint8_t *y;
    uint32_t *group;
    size_t n;
};

static void release(struct part *part)
{
    free(part->candidates);
    free(part->rows);
    free(part->x);
    free(part->y);
    free(part->group);
}

static enum sit_status prepare(struct part *part, const struct sit_dataset *data,
                               size_t n_most, struct sit_error *err)
{
    *part = (struct part){
        .candidates = sit_malloc_array(data->n, sizeof *part->candidates),
        .rows = sit_malloc_array(n_most, sizeof *part->rows),
        .x = sit_malloc_array(n_most, data->d * sizeof *part->x),
        .y = sit_malloc_array(n_most, sizeof *part->y),
        .group = sit_malloc_array(n_most, sizeof *part->group),
    };
    if (part->candidates == NULL || part->rows == NULL || part->x == NULL ||
        part->y == NULL || part->group == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < data->n; i++)
        part->candidates[i] = (struct candidate){order_of(data->group[i]), i,
                                                 data->y[i]};
    qsort(part->candidates, data->n, sizeof *part->candidates, by_class_and_order);
    return SIT_OK;
}

/* Of each class its share, the sources that come first; at most n_most in all. */
static void choose(struct part *part, const struct sit_dataset *data, size_t n_most)
{
    size_t least = n_most / (4 * data->n_classes);
    /* What the least may add is taken off beforehand. */
    double share = (double)(n_most - least * data->n_classes) / (double)data->n;
    for (size_t first = 0; first < data->n;) {
        size_t end = first + 1;
        while (end < data->n && part->candidates[end].y == part->candidates[first].y)
            end++;
        size_t n = least + (size_t)((double)(end - first) * share);
        n = n < end - first ? n : end - first;
        for (size_t i = 0; i < n; i++)
            part->rows[part->n++] = part->candidates[first + i].row;
        first = end;
    }
    qsort(part->rows, part->n, sizeof *part->rows, by_row);
    for (size_t i = 0; i < part->n; i++) {
        part->y[i] = data->y[part->rows[i]];
        part->group[i] = data->group[part->rows[i]];
    }
}

/* What a walk that only copies works with. */
struct copying {
    struct row_choice choice;
    size_t d;
};

static void copy_block(void *context, size_t share, size_t worker, size_t first,
                       size_t n, const float *x)
{
    const struct copying *copying = context;
    (void)share;
    (void)worker;
    row_choice_copy(&copying->choice, first, n, copying->d, x);
}

enum sit_status logistic_large_choose_c(struct row_walk *walk,
                                        const struct sit_head_options *options,
                                        const struct sit_progress *progress,
                                        struct sit_head_report *report,
                                        struct sit_error *err)
{
    const struct sit_dataset *data = walk->data;
    struct part part;
    struct sit_head *head = NULL;
    struct sit_head_report found;
    size_t n_most = (LOGISTIC_LARGE_VALUES - 1) / data->d;
    if (n_most > data->n)
        n_most = data->n;
    enum sit_status status = prepare(&part, data, n_most, err);
    if (status == SIT_OK) {
        choose(&part, data, n_most);
        struct copying copying = {{part.rows, part.n, part.x}, data->d};
        status = row_walk_run(walk, copy_block, &copying, err);
    }
    struct sit_dataset rows = {.x = part.x,
                               .y = part.y,
                               .group = part.group,
                               .n = part.n,
                               .d = data->d,
                               .n_classes = data->n_classes};
    if (status == SIT_OK)
        status = sit_head_train(&rows, NULL, options, progress, &head, &found, err);
    if (status == SIT_OK)
        *report = found;
    sit_head_free(head);
    release(&part);
    return status;
}
