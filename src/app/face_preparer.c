/*
 * The threads and the memory of preparing. Which faces, and what becomes of them, is
 * the job's.
 */
#include "face_preparer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/thread.h"

enum { N_BLOCKS = 2, MAX_THREADS = 256 };

struct face_preparer {
    const struct extractor *extractor;
    const void *state;
    struct face_block blocks[N_BLOCKS];
    size_t batch;
    pthread_mutex_t mutex;
    pthread_cond_t submitted, done;
    struct face_block *queue[N_BLOCKS]; /* in the order of submission */
    size_t n_queued;
    bool stop;
    size_t n_threads;
    pthread_t threads[MAX_THREADS];
};

static void prepare_one(struct face_preparer *preparer, struct face_block *block,
                        size_t i)
{
    char name[40];
    snprintf(name, sizeof name, "picture of face %lld", (long long)block->face_ids[i]);
    block->status[i] = preparer->extractor->prepare(
        preparer->state, sit_buf_text(&block->pictures[i]), block->pictures[i].n_bytes,
        name, block->inputs + i * preparer->extractor->n_inputs, &block->errors[i]);
}

/* Take the next face of the oldest block, with the mutex held; NULL where there is
 * none. */
static struct face_block *take(struct face_preparer *preparer, size_t *index)
{
    for (size_t k = 0; k < preparer->n_queued; k++) {
        struct face_block *block = preparer->queue[k];
        if (block->n_taken < block->n) {
            *index = block->n_taken++;
            return block;
        }
    }
    return NULL;
}

/* Prepare one face, the mutex held before and after; false where nothing is to do. */
static bool work(struct face_preparer *preparer)
{
    size_t index = 0;
    struct face_block *block = take(preparer, &index);
    if (block == NULL)
        return false;
    pthread_mutex_unlock(&preparer->mutex);
    prepare_one(preparer, block, index);
    pthread_mutex_lock(&preparer->mutex);
    if (++block->n_done == block->n)
        pthread_cond_broadcast(&preparer->done);
    return true;
}

static void *run(void *context)
{
    struct face_preparer *preparer = context;
    pthread_mutex_lock(&preparer->mutex);
    while (!preparer->stop)
        if (!work(preparer))
            pthread_cond_wait(&preparer->submitted, &preparer->mutex);
    pthread_mutex_unlock(&preparer->mutex);
    return NULL;
}

static bool block_init(struct face_block *block, size_t batch, size_t n_inputs)
{
    size_t n_floats;
    block->pictures = sit_calloc(batch, sizeof *block->pictures);
    if (sit_mul_size(batch, n_inputs, &n_floats))
        block->inputs = sit_malloc_array(n_floats, sizeof *block->inputs);
    block->status = sit_calloc(batch, sizeof *block->status);
    block->errors = sit_calloc(batch, sizeof *block->errors);
    return block->pictures != NULL && block->inputs != NULL && block->status != NULL &&
           block->errors != NULL;
}

static void block_release(struct face_block *block, size_t batch)
{
    for (size_t i = 0; block->pictures != NULL && i < batch; i++)
        sit_buf_release(&block->pictures[i]);
    free(block->pictures);
    free(block->inputs);
    free(block->status);
    free(block->errors);
}

enum sit_status face_preparer_new(const struct extractor *extractor, const void *state,
                                  size_t n_threads, size_t batch,
                                  struct face_preparer **out, struct sit_error *err)
{
    struct face_preparer *preparer = sit_calloc(1, sizeof *preparer);
    if (preparer == NULL)
        return sit_error_nomem(err);
    preparer->extractor = extractor;
    preparer->state = state;
    preparer->batch = batch;
    pthread_mutex_init(&preparer->mutex, NULL);
    pthread_cond_init(&preparer->submitted, NULL);
    pthread_cond_init(&preparer->done, NULL);
    for (size_t k = 0; k < N_BLOCKS; k++)
        if (!block_init(&preparer->blocks[k], batch, extractor->n_inputs)) {
            face_preparer_free(preparer);
            return sit_error_nomem(err);
        }
    while (preparer->n_threads < n_threads && preparer->n_threads < MAX_THREADS &&
           sit_thread_start(&preparer->threads[preparer->n_threads], run, preparer))
        preparer->n_threads++;
    *out = preparer;
    return SIT_OK;
}

struct face_block *face_preparer_block(struct face_preparer *preparer, size_t which)
{
    return &preparer->blocks[which];
}

void face_preparer_submit(struct face_preparer *preparer, struct face_block *block)
{
    pthread_mutex_lock(&preparer->mutex);
    block->n_taken = block->n_done = 0;
    preparer->queue[preparer->n_queued++] = block;
    pthread_cond_broadcast(&preparer->submitted);
    pthread_mutex_unlock(&preparer->mutex);
}

void face_preparer_wait(struct face_preparer *preparer, struct face_block *block)
{
    pthread_mutex_lock(&preparer->mutex);
    while (block->n_done < block->n)
        if (preparer->n_threads > 0 || !work(preparer))
            pthread_cond_wait(&preparer->done, &preparer->mutex);
    if (preparer->queue[0] == block)
        preparer->queue[0] = preparer->queue[1];
    preparer->n_queued--;
    pthread_mutex_unlock(&preparer->mutex);
}

void face_preparer_free(struct face_preparer *preparer)
{
    if (preparer == NULL)
        return;
    pthread_mutex_lock(&preparer->mutex);
    preparer->stop = true;
    pthread_cond_broadcast(&preparer->submitted);
    pthread_mutex_unlock(&preparer->mutex);
    for (size_t i = 0; i < preparer->n_threads; i++)
        pthread_join(preparer->threads[i], NULL);
    for (size_t k = 0; k < N_BLOCKS; k++)
        block_release(&preparer->blocks[k], preparer->batch);
    pthread_cond_destroy(&preparer->submitted);
    pthread_cond_destroy(&preparer->done);
    pthread_mutex_destroy(&preparer->mutex);
    free(preparer);
}
