/*
 * The pool: threads that sleep on a condition until a loop is announced, and then draw
 * task numbers from a common counter. What the tasks do, and their errors, are the
 * caller's.
 */
#include "sitter/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/cpu.h"
#include "sitter/thread.h"

struct worker {
    struct sit_pool *pool;
    pthread_t thread;
    size_t index;
};

struct sit_pool {
    pthread_mutex_t mutex;
    pthread_cond_t announced; /* a new loop, or the end */
    pthread_cond_t finished;  /* no worker is in the loop any more */
    size_t n_loops;           /* announced so far */
    size_t n_busy;            /* workers that have not left the newest loop */
    bool ending;
    sit_pool_fn *fn;
    void *context;
    size_t n_tasks;
    atomic_size_t next_task;
    struct worker *workers; /* without the caller, who is worker 0 */
    size_t n_workers;
};

static void work(struct sit_pool *pool, size_t index)
{
    for (;;) {
        size_t task = atomic_fetch_add(&pool->next_task, 1);
        if (task >= pool->n_tasks)
            return;
        pool->fn(pool->context, task, index);
    }
}

static void *run_worker(void *context)
{
    const struct worker *worker = context;
    struct sit_pool *pool = worker->pool;
    size_t n_seen = 0;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (!pool->ending && pool->n_loops == n_seen)
            pthread_cond_wait(&pool->announced, &pool->mutex);
        if (pool->ending)
            break;
        n_seen = pool->n_loops;
        pthread_mutex_unlock(&pool->mutex);
        work(pool, worker->index);
        pthread_mutex_lock(&pool->mutex);
        pool->n_busy--;
        if (pool->n_busy == 0)
            pthread_cond_signal(&pool->finished);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

enum sit_status sit_pool_new(size_t n_threads, struct sit_pool **out,
                             struct sit_error *err)
{
    if (n_threads == 0)
        n_threads = sit_cpu_count();
    if (n_threads > SIT_POOL_MAX_THREADS)
        n_threads = SIT_POOL_MAX_THREADS;
    struct sit_pool *pool = sit_calloc(1, sizeof *pool);
    struct worker *workers = sit_calloc(n_threads - 1, sizeof *workers);
    if (pool == NULL || workers == NULL) {
        free(workers);
        free(pool);
        return sit_error_nomem(err);
    }
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->announced, NULL);
    pthread_cond_init(&pool->finished, NULL);
    pool->workers = workers;
    size_t n_started = 0;
    for (; n_started < n_threads - 1; n_started++) {
        struct worker *worker = &workers[n_started];
        worker->pool = pool;
        worker->index = n_started + 1;
        if (!sit_thread_start(&worker->thread, run_worker, worker))
            break;
    }
    pool->n_workers = n_started;
    *out = pool;
    return SIT_OK;
}

void sit_pool_free(struct sit_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->announced);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->n_workers; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->finished);
    pthread_cond_destroy(&pool->announced);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->workers);
    free(pool);
}

size_t sit_pool_n_threads(const struct sit_pool *pool)
{
    return pool->n_workers + 1;
}

void sit_pool_run(struct sit_pool *pool, sit_pool_fn *fn, void *context, size_t n_tasks)
{
    bool alone = pool->n_workers == 0 || n_tasks < 2;
    pthread_mutex_lock(&pool->mutex);
    pool->fn = fn;
    pool->context = context;
    pool->n_tasks = n_tasks;
    atomic_store(&pool->next_task, 0);
    if (!alone) {
        pool->n_busy = pool->n_workers;
        pool->n_loops++;
        pthread_cond_broadcast(&pool->announced);
    }
    pthread_mutex_unlock(&pool->mutex);
    work(pool, 0);
    pthread_mutex_lock(&pool->mutex);
    while (pool->n_busy > 0)
        pthread_cond_wait(&pool->finished, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}
