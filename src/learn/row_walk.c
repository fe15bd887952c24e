/*
 * The walk over rows. Rows that are read come in two buffers: while the threads work on
 * one, the other is filled by one of them.
 */
#include "row_walk.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

enum {
    BLOCK_VALUES = 1 << 16,  /* half of a second-level cache */
    BUFFER_VALUES = 1 << 21, /* 8 MiB */
};

static size_t at_least(size_t value, size_t least)
{
    return value > least ? value : least;
}

enum sit_status row_walk_init(struct row_walk *walk, const struct sit_dataset *data,
                              const struct sit_row_source *source,
                              struct sit_pool *pool, struct sit_error *err)
{
    *walk = (struct row_walk){.data = data, .source = source, .pool = pool};
    walk->block_rows = at_least(BLOCK_VALUES / data->d, 4);
    if (walk->block_rows > ROW_WALK_MAX_BLOCK)
        walk->block_rows = ROW_WALK_MAX_BLOCK;
    if (data->x != NULL)
        return SIT_OK;
    walk->buffer_rows = at_least(BUFFER_VALUES / data->d, ROW_WALK_N_SHARES);
    if (walk->buffer_rows > data->n)
        walk->buffer_rows = data->n;
    for (size_t i = 0; i < 2; i++) {
        walk->buffers[i] = sit_malloc_array(walk->buffer_rows,
                                            data->d * sizeof *walk->buffers[i]);
        if (walk->buffers[i] == NULL) {
            row_walk_release(walk);
            return sit_error_nomem(err);
        }
    }
    return SIT_OK;
}

void row_walk_release(struct row_walk *walk)
{
    free(walk->buffers[0]);
    free(walk->buffers[1]);
    *walk = (struct row_walk){0};
}

/* Rows that are in memory together: n of them from `first` on, at x. */
struct section {
    size_t first, n;
    const float *x;
};

/* One loop of the pool: a section is worked on, the next one read. */
struct turn {
    struct row_walk *walk;
    row_block_fn *fn;
    void *context;
    struct section now, next; /* next.n 0: nothing to read */
    float *next_x;
    enum sit_status status; /* of reading */
    struct sit_error *err;
};

static void run_share(const struct turn *turn, size_t share, size_t worker)
{
    const struct section *now = &turn->now;
    size_t d = turn->walk->data->d;
    size_t at = now->n * share / ROW_WALK_N_SHARES;
    size_t end = now->n * (share + 1) / ROW_WALK_N_SHARES;
    while (at < end) {
        size_t n = end - at < turn->walk->block_rows ? end - at
                                                     : turn->walk->block_rows;
        turn->fn(turn->context, share, worker, now->first + at, n, now->x + at * d);
        at += n;
    }
}

/* Reading is the first task: it takes longest. */
static void run_task(void *context, size_t task, size_t worker)
{
    struct turn *turn = context;
    const struct sit_row_source *source = turn->walk->source;
    if (task > 0)
        run_share(turn, task - 1, worker);
    else if (turn->next.n > 0)
        turn->status = source->read(source->context, turn->next.first, turn->next.n,
                                    turn->next_x, turn->err);
}

static struct section section_at(const struct row_walk *walk, size_t first)
{
    size_t n = walk->data->n - first;
    return (struct section){first, n < walk->buffer_rows ? n : walk->buffer_rows, NULL};
}

static enum sit_status run_read(struct turn *turn, struct sit_error *err)
{
    struct row_walk *walk = turn->walk;
    const struct sit_row_source *source = walk->source;
    size_t filled = 0;
    turn->now = section_at(walk, 0);
    turn->status = source->read(source->context, 0, turn->now.n, walk->buffers[0], err);
    while (turn->status == SIT_OK && turn->now.n > 0) {
        turn->now.x = walk->buffers[filled];
        turn->next = section_at(walk, turn->now.first + turn->now.n);
        turn->next_x = walk->buffers[1 - filled];
        sit_pool_run(walk->pool, run_task, turn, ROW_WALK_N_SHARES + 1);
        turn->now = turn->next;
        filled = 1 - filled;
    }
    return turn->status;
}

enum sit_status row_walk_run(struct row_walk *walk, row_block_fn *fn, void *context,
                             struct sit_error *err)
{
    struct turn turn = {.walk = walk, .fn = fn, .context = context, .err = err};
    if (walk->data->x == NULL)
        return run_read(&turn, err);
    turn.now = (struct section){0, walk->data->n, walk->data->x};
    sit_pool_run(walk->pool, run_task, &turn, ROW_WALK_N_SHARES + 1);
    return SIT_OK;
}

void row_choice_copy(const struct row_choice *choice, size_t first, size_t n, size_t d,
                     const float *x)
{
    size_t low = 0, high = choice->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (choice->rows[middle] < first)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < choice->n && choice->rows[low] < first + n; low++)
        memcpy(choice->x + low * d, x + (choice->rows[low] - first) * d, d * sizeof *x);
}
