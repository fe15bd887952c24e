/*
 * Walking all rows of a dataset on all threads, block by block, wherever the rows are:
 * in memory, or read as the walk goes. What is computed from a block is the caller's.
 */
#ifndef SITTER_ROW_WALK_H
#define SITTER_ROW_WALK_H

#include "sitter/head.h"
#include "sitter/pool.h"

/** Rows are dealt to so many shares, whatever the number of threads: sums of a share,
 * added up in the order of the shares, do not depend on it. */
enum { ROW_WALK_N_SHARES = 64, ROW_WALK_MAX_BLOCK = 256 };

struct row_walk {
    const struct sit_dataset *data;      /* borrowed */
    const struct sit_row_source *source; /* where data->x is NULL; borrowed */
    struct sit_pool *pool;               /* borrowed */
    float *buffers[2];                   /* (buffer_rows, d) each where rows are read */
    size_t buffer_rows, block_rows;
};

enum sit_status row_walk_init(struct row_walk *walk, const struct sit_dataset *data,
                              const struct sit_row_source *source,
                              struct sit_pool *pool, struct sit_error *err);
void row_walk_release(struct row_walk *walk);

/**
 * Called for each block: x (n, d) are the rows from `first` on, n at most
 * ROW_WALK_MAX_BLOCK. Blocks of one share come in the order of rows and never side by
 * side; `worker` names the thread, as in sit_pool_run().
 */
typedef void row_block_fn(void *context, size_t share, size_t worker, size_t first,
                          size_t n, const float *x);

/** Walk all rows. Fails only where reading does. */
enum sit_status row_walk_run(struct row_walk *walk, row_block_fn *fn, void *context,
                             struct sit_error *err);

/** Rows to copy: `rows` (n) ascending, to `x` (n, d). */
struct row_choice {
    const size_t *rows;
    size_t n;
    float *x;
};

/** Copy those of a block, given as to a row_block_fn. */
void row_choice_copy(const struct row_choice *choice, size_t first, size_t n, size_t d,
                     const float *x);

#endif
