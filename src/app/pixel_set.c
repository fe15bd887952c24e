/*
 * Feature vectors that are pixels: 160 kB a face, quicker to compute from the picture
 * than worth storing.
 */
#include "pixel_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/image.h"
#include "sitter/pool.h"

const char PIXEL_SET_NAME[] = "pixels";

static const char PROVENANCE[] =
    "{\"revision\":1,\"side_px\":200,\"resize\":\"bilinear\","
    "\"grey\":\"BT.601\"}";

enum {
    BLOCK_FACES = 64,
    UNSTORED_SET_ID = 0, /* no row has it; so no face has a vector of it, either */
};

/* Faces whose vectors are computed side by side. */
struct pixel_block {
    size_t n;
    int64_t ids[BLOCK_FACES];
    struct sit_buf pictures[BLOCK_FACES];
    enum sit_status status[BLOCK_FACES];
    float *x; /* (BLOCK_FACES, PIXEL_SET_DIM) */
};

static enum sit_status make_set(struct sit_project *project, struct sit_error *err)
{
    int64_t id;
    enum sit_status status = sit_project_begin_feature_set(
        project, PIXEL_SET_NAME, PIXEL_SET_DIM, PIXEL_SET_NAME, PROVENANCE, &id, err);
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(project, id, err);
    return status;
}

enum sit_status feature_set_for_head(struct sit_project *project,
                                     enum sit_head_kind kind, const char *name,
                                     struct sit_feature_set *out, struct sit_error *err)
{
    if (name != NULL || kind != SIT_HEAD_FISHER)
        return sit_project_feature_set(project, name, out, err);
    enum sit_status status = sit_project_feature_set(project, PIXEL_SET_NAME, out, err);
    if (status != SIT_E_NOT_FOUND)
        return status;
    status = make_set(project, err);
    if (status == SIT_OK)
        status = sit_project_feature_set(project, PIXEL_SET_NAME, out, err);
    return status;
}

enum sit_status feature_set_to_read(struct sit_project *project,
                                    enum sit_head_kind kind, const char *name,
                                    struct sit_feature_set *out, struct sit_error *err)
{
    if (name == NULL && kind == SIT_HEAD_FISHER)
        name = PIXEL_SET_NAME;
    enum sit_status status = sit_project_feature_set(project, name, out, err);
    if (status != SIT_E_NOT_FOUND || name == NULL || strcmp(name, PIXEL_SET_NAME) != 0)
        return status;
    *out = (struct sit_feature_set){
        .id = UNSTORED_SET_ID, .dim = PIXEL_SET_DIM, .complete = true};
    snprintf(out->name, sizeof out->name, "%s", PIXEL_SET_NAME);
    snprintf(out->model, sizeof out->model, "%s", PIXEL_SET_NAME);
    return SIT_OK;
}

static enum sit_status is_pixel_set(struct sit_project *project, int64_t set_id,
                                    bool *yes, struct sit_error *err)
{
    struct sit_feature_set *sets = NULL;
    size_t n = 0;
    enum sit_status status = sit_project_feature_sets(project, &sets, &n, err);
    *yes = set_id == UNSTORED_SET_ID;
    for (size_t i = 0; status == SIT_OK && i < n; i++)
        *yes = *yes ||
               (sets[i].id == set_id && strcmp(sets[i].model, PIXEL_SET_NAME) == 0);
    sit_feature_sets_release(sets, n);
    return status;
}

enum sit_status feature_set_is_stored(struct sit_project *project, int64_t set_id,
                                      bool *stored, struct sit_error *err)
{
    bool computed = false;
    enum sit_status status = is_pixel_set(project, set_id, &computed, err);
    if (status == SIT_OK)
        *stored = !computed;
    return status;
}

static void compute_one(void *context, size_t i, size_t worker)
{
    (void)worker;
    struct pixel_block *block = context;
    struct sit_image face = {0}, sized = {0};
    struct sit_buf *picture = &block->pictures[i];
    enum sit_status status = sit_image_decode(sit_buf_text(picture), picture->n_bytes,
                                              "picture", &face, NULL);
    if (status == SIT_OK)
        status = sit_image_resize_bilinear(&face, PIXEL_SET_SIDE_PX, PIXEL_SET_SIDE_PX,
                                           &sized, NULL);
    if (status == SIT_OK)
        sit_image_to_grey(&sized, block->x + i * PIXEL_SET_DIM);
    block->status[i] = status;
    sit_image_release(&face);
    sit_image_release(&sized);
}

/* The block's pictures from the project, its vectors, and the visitor. *more says
 * whether the visitor wants further ones. */
static enum sit_status visit_block(struct sit_project *project, struct sit_pool *pool,
                                   struct pixel_block *block, sit_feature_fn *visit,
                                   void *context, bool *more, struct sit_error *err)
{
    for (size_t i = 0; i < block->n; i++) {
        sit_buf_reset(&block->pictures[i]);
        enum sit_status status = sit_project_face_picture(project, block->ids[i],
                                                          &block->pictures[i], err);
        if (status != SIT_OK)
            return status;
    }
    sit_pool_run(pool, compute_one, block, block->n);
    /* A picture that cannot be read has no vector; want of memory is another matter. */
    for (size_t i = 0; i < block->n; i++)
        if (block->status[i] == SIT_E_NOMEM)
            return sit_error_nomem(err);
    for (size_t i = 0; *more && i < block->n; i++)
        if (block->status[i] == SIT_OK)
            *more = visit(context, block->ids[i], block->x + i * PIXEL_SET_DIM);
    block->n = 0;
    return SIT_OK;
}

static enum sit_status walk_pixels(struct sit_project *project, int64_t set_id,
                                   int64_t after_id, feature_wanted_fn *wanted,
                                   sit_feature_fn *visit, void *context,
                                   struct sit_error *err)
{
    struct pixel_block *block = sit_calloc(1, sizeof *block);
    struct sit_pool *pool = NULL;
    int64_t *ids = NULL;
    size_t n = 0;
    bool more = true;
    enum sit_status status = sit_pool_new(0, &pool, err);
    if (block != NULL)
        block->x = sit_malloc_array(BLOCK_FACES, PIXEL_SET_DIM * sizeof *block->x);
    if (status == SIT_OK && (block == NULL || block->x == NULL))
        status = sit_error_nomem(err);
    /* Nothing is stored, so all faces are without. */
    if (status == SIT_OK)
        status = sit_project_faces_without_feature(project, set_id, &ids, &n, err);
    for (size_t i = 0; status == SIT_OK && more && i < n; i++) {
        if (ids[i] > after_id && (wanted == NULL || wanted(context, ids[i])))
            block->ids[block->n++] = ids[i];
        if (block->n == BLOCK_FACES)
            status = visit_block(project, pool, block, visit, context, &more, err);
    }
    if (status == SIT_OK && more && block->n > 0)
        status = visit_block(project, pool, block, visit, context, &more, err);
    for (size_t i = 0; block != NULL && i < BLOCK_FACES; i++)
        sit_buf_release(&block->pictures[i]);
    if (block != NULL)
        free(block->x);
    free(block);
    free(ids);
    sit_pool_free(pool);
    return status;
}

enum sit_status feature_walk(struct sit_project *project, int64_t set_id, size_t dim,
                             int64_t after_id, feature_wanted_fn *wanted,
                             sit_feature_fn *visit, void *context,
                             struct sit_error *err)
{
    bool computed = false;
    enum sit_status status = is_pixel_set(project, set_id, &computed, err);
    if (status != SIT_OK)
        return status;
    if (computed)
        return walk_pixels(project, set_id, after_id, wanted, visit, context, err);
    return sit_project_features(project, set_id, dim, after_id, visit, context, err);
}
