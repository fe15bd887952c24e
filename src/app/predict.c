/*
 * Predicting the whole collection: blocks of features in, short transactions of
 * probabilities out.
 */
#include <stdlib.h>
#include <string.h>

#include "model_load.h"
#include "pixel_set.h"
#include "sitter/alloc.h"
#include "sitter/pool.h"
#include "sitter/train.h"

/* A transaction writes a few thousand faces in some hundredths of a second. */
enum { MAX_BLOCK_FACES = 8192, MIN_BLOCK_FACES = 256, BLOCK_VALUES = 1 << 22 };

/* A block of vectors on their way to predictions. */
struct block {
    struct sit_pool *pool;
    size_t n, d, capacity;
    int64_t *face_id; /* (capacity) */
    float *x;         /* (capacity, d) */
    float *p;         /* (capacity, n_classes) */
};

static void release(struct block *block)
{
    free(block->face_id);
    free(block->x);
    free(block->p);
    sit_pool_free(block->pool);
}

static enum sit_status prepare(struct block *block, size_t d, size_t n_classes,
                               struct sit_error *err)
{
    size_t capacity = BLOCK_VALUES / d;
    capacity = capacity < MIN_BLOCK_FACES ? MIN_BLOCK_FACES : capacity;
    capacity = capacity > MAX_BLOCK_FACES ? MAX_BLOCK_FACES : capacity;
    *block = (struct block){
        .d = d,
        .capacity = capacity,
        .face_id = sit_malloc_array(capacity, sizeof *block->face_id),
        .x = sit_malloc_array(capacity, d * sizeof *block->x),
        .p = sit_malloc_array(capacity, n_classes * sizeof *block->p),
    };
    if (block->face_id == NULL || block->x == NULL || block->p == NULL)
        return sit_error_nomem(err);
    return sit_pool_new(0, &block->pool, err);
}

static bool fill_block(void *context, int64_t face_id, const float *vector)
{
    struct block *block = context;
    memcpy(block->x + block->n * block->d, vector, block->d * sizeof *vector);
    block->face_id[block->n++] = face_id;
    return block->n < block->capacity;
}

static enum sit_status store_block(struct sit_project *project,
                                   const struct block *block,
                                   const struct sit_model *model, struct sit_error *err)
{
    enum sit_status status = sit_project_begin(project, err);
    for (size_t i = 0; status == SIT_OK && i < block->n; i++)
        status = sit_project_put_prediction(project, model, block->face_id[i],
                                            block->p + i * model->n_classes, err);
    if (status == SIT_OK)
        return sit_project_commit(project, err);
    sit_project_rollback(project);
    return status;
}

static enum sit_status predict_all(struct sit_project *project,
                                   const struct loaded_model *loaded,
                                   struct block *block,
                                   const struct sit_progress *progress, size_t *n_faces,
                                   struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    int64_t last_id = 0;
    size_t n_done = 0;
    do {
        if (!sit_progress_report(progress, n_done, loaded->set.n_faces, NULL))
            return sit_error_set(err, SIT_E_CANCELLED,
                                 "interrupted: %zu faces are predicted", n_done);
        block->n = 0;
        status = feature_walk(project, loaded->set.id, loaded->set.dim, last_id, NULL,
                              fill_block, block, err);
        if (status == SIT_OK && block->n > 0)
            status = sit_head_predict_on(loaded->head, block->pool, block->x, block->n,
                                         block->d, block->p, err);
        if (status == SIT_OK && block->n > 0)
            status = store_block(project, block, &loaded->model, err);
        if (block->n > 0)
            last_id = block->face_id[block->n - 1];
        n_done += block->n;
    } while (status == SIT_OK && block->n == block->capacity);
    if (status == SIT_OK)
        sit_progress_report(progress, n_done, n_done, NULL);
    *n_faces = n_done;
    return status;
}

enum sit_status sit_predict(struct sit_project *project, int64_t model_id,
                            const struct sit_progress *progress, int64_t *model_used,
                            size_t *n_faces, struct sit_error *err)
{
    struct loaded_model loaded = {0};
    enum sit_status status = loaded_model_open(project, model_id, &loaded, err);
    if (status != SIT_OK)
        return status;
    struct block block;
    size_t n_done = 0;
    status = prepare(&block, loaded.set.dim, loaded.model.n_classes, err);
    if (status == SIT_OK)
        status = predict_all(project, &loaded, &block, progress, &n_done, err);
    if (status == SIT_OK) {
        *model_used = loaded.model.id;
        *n_faces = n_done;
    }
    release(&block);
    loaded_model_release(&loaded);
    return status;
}
