/*
 * A pool of threads for loops whose rounds do not depend on each other. The threads
 * wait between loops; the caller's thread works along.
 */
#ifndef SITTER_POOL_H
#define SITTER_POOL_H

#include <stddef.h>

#include "sitter/status.h"

struct sit_pool;

/** The most threads a pool has. */
enum { SIT_POOL_MAX_THREADS = 256 };

/**
 * A pool of n_threads, the caller's among them; 0: one for each processor online. Where
 * the system gives fewer, the pool makes do with those. SIT_E_NOMEM.
 */
enum sit_status sit_pool_new(size_t n_threads, struct sit_pool **out,
                             struct sit_error *err);

/** Ends the threads. No loop may be running. NULL is harmless. */
void sit_pool_free(struct sit_pool *pool);

/** How many threads work on a loop, the caller's among them; at least 1. */
size_t sit_pool_n_threads(const struct sit_pool *pool);

/** One round of a loop. `worker` is below sit_pool_n_threads() and no two rounds run at
 * the same time with the same one: it names a workspace. */
typedef void sit_pool_fn(void *context, size_t task, size_t worker);

/**
 * Call fn once for each task 0 .. n_tasks - 1, in any order and side by side; returns
 * when all are done, and what they wrote is then visible. One loop at a time: neither
 * from two threads nor from within fn.
 */
void sit_pool_run(struct sit_pool *pool, sit_pool_fn *fn, void *context,
                  size_t n_tasks);

#endif
