/*
 * Computing HOG features of a project's faces, in as many threads as there are cores;
 * one of them, the caller's, writes.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/feature_job.h"
#include "sitter/hog.h"
#include "sitter/thread.h"

enum { BLOCK_FACES = 256, MAX_JOBS = 64 };

static const char PROVENANCE[] =
    "{\"side_px\":64,\"cell_px\":8,\"bins\":9,\"block\":2}";

/* Faces whose pictures are read, and whose features are computed side by side. */
struct hog_block {
    size_t n;
    struct sit_buf *pictures; /* (BLOCK_FACES) */
    float *x;                 /* (BLOCK_FACES, SIT_HOG_DIM) */
    enum sit_status *status;  /* (BLOCK_FACES) */
    struct sit_error *errors; /* (BLOCK_FACES) */
    const int64_t *face_ids;
    pthread_mutex_t mutex;
    size_t next;
};

static void compute_one(struct hog_block *block, size_t i)
{
    char name[40];
    snprintf(name, sizeof name, "picture of face %lld", (long long)block->face_ids[i]);
    struct sit_grey image = {0};
    struct sit_error *err = &block->errors[i];
    block->status[i] = sit_grey_decode(sit_buf_text(&block->pictures[i]),
                                       block->pictures[i].n_bytes, name, &image, err);
    if (block->status[i] == SIT_OK)
        block->status[i] = sit_hog_extract(&image, block->x + i * SIT_HOG_DIM, err);
    sit_grey_release(&image);
}

static void *compute_some(void *context)
{
    struct hog_block *block = context;
    for (;;) {
        pthread_mutex_lock(&block->mutex);
        size_t i = block->next++;
        pthread_mutex_unlock(&block->mutex);
        if (i >= block->n)
            return NULL;
        compute_one(block, i);
    }
}

static void compute_block(struct hog_block *block)
{
    pthread_t threads[MAX_JOBS];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n_threads = 0, n_wanted = cores > 1 ? (size_t)cores - 1 : 0;
    block->next = 0;
    while (n_threads < n_wanted && n_threads < MAX_JOBS &&
           sit_thread_start(&threads[n_threads], compute_some, block))
        n_threads++;
    compute_some(block);
    for (size_t i = 0; i < n_threads; i++)
        pthread_join(threads[i], NULL);
}

static enum sit_status store_block(struct sit_project *project, int64_t set_id,
                                   const struct hog_block *block,
                                   const struct sit_notes *notes,
                                   struct sit_feature_result *result,
                                   struct sit_error *err)
{
    size_t n_stored = 0, n_failed = 0;
    enum sit_status status = sit_project_begin(project, err);
    for (size_t i = 0; status == SIT_OK && i < block->n; i++) {
        if (block->status[i] == SIT_E_NOMEM) {
            status = sit_error_nomem(err);
        } else if (block->status[i] != SIT_OK) {
            sit_note(notes, "%s", block->errors[i].message);
            n_failed++;
        } else {
            status = sit_project_put_feature(project, set_id, block->face_ids[i],
                                             block->x + i * SIT_HOG_DIM, SIT_HOG_DIM,
                                             err);
            n_stored++;
        }
    }
    if (status == SIT_OK)
        status = sit_project_commit(project, err);
    if (status != SIT_OK) {
        sit_project_rollback(project);
        return status;
    }
    result->n_stored += n_stored;
    result->n_failed += n_failed;
    return SIT_OK;
}

static enum sit_status
extract_faces(struct sit_project *project, int64_t set_id, const int64_t *ids, size_t n,
              struct hog_block *block, const struct sit_notes *notes,
              const struct sit_progress *progress, struct sit_feature_result *result,
              struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t at = 0; status == SIT_OK && at < n; at += block->n) {
        if (!sit_progress_report(progress, at, n, NULL))
            return sit_error_set(
                err, SIT_E_CANCELLED,
                "interrupted: %zu faces have features; run it again to go "
                "on",
                at);
        block->n = n - at < BLOCK_FACES ? n - at : BLOCK_FACES;
        block->face_ids = ids + at;
        for (size_t i = 0; status == SIT_OK && i < block->n; i++) {
            sit_buf_reset(&block->pictures[i]);
            status = sit_project_face_picture(project, ids[at + i], &block->pictures[i],
                                              err);
        }
        if (status == SIT_OK) {
            compute_block(block);
            status = store_block(project, set_id, block, notes, result, err);
        }
    }
    if (status == SIT_OK)
        sit_progress_report(progress, n, n, NULL);
    return status;
}

static void block_release(struct hog_block *block)
{
    for (size_t i = 0; block->pictures != NULL && i < BLOCK_FACES; i++)
        sit_buf_release(&block->pictures[i]);
    free(block->pictures);
    free(block->x);
    free(block->status);
    free(block->errors);
}

enum sit_status sit_features_extract_hog(struct sit_project *project,
                                         const char *set_name, size_t limit,
                                         const struct sit_notes *notes,
                                         const struct sit_progress *progress,
                                         struct sit_feature_result *out,
                                         struct sit_error *err)
{
    struct sit_feature_result result = {.dim = SIT_HOG_DIM};
    struct hog_block block = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    int64_t set_id, *ids = NULL;
    size_t n = 0;
    enum sit_status status = sit_project_begin_feature_set(
        project, set_name, SIT_HOG_DIM, "hog", PROVENANCE, &set_id, err);
    if (status != SIT_OK)
        return status;
    status = sit_project_faces_without_feature(project, set_id, &ids, &n, err);
    if (status == SIT_OK) {
        result.n_rows = limit > 0 && limit < n ? limit : n;
        block.pictures = sit_calloc(BLOCK_FACES, sizeof *block.pictures);
        block.x = sit_malloc_array(BLOCK_FACES, SIT_HOG_DIM * sizeof *block.x);
        block.status = sit_calloc(BLOCK_FACES, sizeof *block.status);
        block.errors = sit_calloc(BLOCK_FACES, sizeof *block.errors);
        if (block.pictures == NULL || block.x == NULL || block.status == NULL ||
            block.errors == NULL)
            status = sit_error_nomem(err);
    }
    if (status == SIT_OK)
        status = extract_faces(project, set_id, ids, result.n_rows, &block, notes,
                               progress, &result, err);
    /* Each vector is right on its own: a set with gaps may be used, and says so. */
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(project, set_id, err);
    result.n_missing = n - result.n_stored;
    if (status == SIT_OK)
        *out = result;
    block_release(&block);
    free(ids);
    return status;
}
