/*
 * Thumbnails in blocks: the caller's thread reads a block of pictures from the project,
 * all threads shrink them, the caller's hands them on in order.
 */
#include "thumbs.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/pool.h"

enum { BLOCK = 128 };

struct thumb {
    struct sit_buf bytes;   /* the stored picture */
    struct sit_image image; /* side_px x side_px */
    struct sit_buf jpeg;
    bool made;
    struct sit_error err;
};

struct block {
    const struct thumbs_job *job;
    struct thumb *thumbs; /* (BLOCK) */
    size_t first, n;
};

/* The middle square: a face is centred, and stretching would change it. */
static enum sit_status shrink(const struct sit_image *picture, size_t side_px,
                              struct sit_image *out, struct sit_error *err)
{
    if (picture->width_px == picture->height_px)
        return sit_image_scale(picture, side_px, side_px, out, err);
    size_t side = picture->width_px < picture->height_px ? picture->width_px
                                                         : picture->height_px;
    struct sit_image square = {0};
    enum sit_status status = sit_image_crop(picture, (picture->width_px - side) / 2,
                                            (picture->height_px - side) / 2, side, side,
                                            &square, err);
    if (status == SIT_OK)
        status = sit_image_scale(&square, side_px, side_px, out, err);
    sit_image_release(&square);
    return status;
}

static void make_one(void *context, size_t task, size_t worker)
{
    struct block *block = context;
    struct thumb *thumb = &block->thumbs[task];
    const struct thumbs_job *job = block->job;
    (void)worker;
    const char *name = job->report->faces[job->faces[block->first + task]].name;
    struct sit_image picture = {0};
    if (thumb->bytes.n_bytes == 0)
        return;
    enum sit_status status = sit_image_decode(thumb->bytes.data, thumb->bytes.n_bytes,
                                              name, &picture, &thumb->err);
    if (status == SIT_OK)
        status = shrink(&picture, job->side_px, &thumb->image, &thumb->err);
    if (status == SIT_OK && job->jpeg_quality > 0)
        status = sit_image_encode_jpeg(&thumb->image, job->jpeg_quality, &thumb->jpeg,
                                       &thumb->err);
    thumb->made = status == SIT_OK;
    sit_image_release(&picture);
}

static void reset(struct thumb *thumb)
{
    sit_buf_reset(&thumb->bytes);
    sit_buf_reset(&thumb->jpeg);
    sit_image_release(&thumb->image);
    thumb->made = false;
    thumb->err = (struct sit_error){0};
}

static enum sit_status read_block(struct block *block, struct sit_error *err)
{
    const struct thumbs_job *job = block->job;
    for (size_t i = 0; i < block->n; i++) {
        struct thumb *thumb = &block->thumbs[i];
        reset(thumb);
        int64_t id = job->report->faces[job->faces[block->first + i]].id;
        enum sit_status status = sit_project_face_picture(job->project, id,
                                                          &thumb->bytes, &thumb->err);
        if (status != SIT_OK && status != SIT_E_NOT_FOUND)
            return sit_error_set(err, status, "%s", thumb->err.message);
    }
    return SIT_OK;
}

/* One bad picture must not cost the report. */
static enum sit_status put_blank(const struct thumbs_job *job, struct thumb *thumb,
                                 struct sit_error *err)
{
    enum { GREY = 128 };
    if (thumb->err.status == SIT_E_NOMEM)
        return sit_error_nomem(err);
    sit_note(job->notes, "%s", thumb->err.message);
    sit_image_release(&thumb->image);
    sit_buf_reset(&thumb->jpeg);
    enum sit_status status = sit_image_new(job->side_px, job->side_px, &thumb->image,
                                           err);
    if (status == SIT_OK)
        memset(thumb->image.rgb, GREY, 3 * job->side_px * job->side_px);
    return status;
}

static enum sit_status hand_on(struct block *block, thumbs_fn *visit, void *context,
                               struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < block->n; i++) {
        struct thumb *thumb = &block->thumbs[i];
        if (!thumb->made)
            status = put_blank(block->job, thumb, err);
        if (status == SIT_OK)
            status = visit(context, block->first + i, &thumb->image, &thumb->jpeg, err);
    }
    return status;
}

enum sit_status thumbs_walk(const struct thumbs_job *job, thumbs_fn *visit,
                            void *context, struct sit_error *err)
{
    struct sit_pool *pool = NULL;
    struct block block = {.job = job,
                          .thumbs = sit_calloc(BLOCK, sizeof(struct thumb))};
    enum sit_status status = block.thumbs == NULL
                                 ? sit_error_nomem(err)
                                 : sit_pool_new(job->n_threads, &pool, err);
    for (; status == SIT_OK && block.first < job->n_faces; block.first += block.n) {
        block.n = job->n_faces - block.first;
        block.n = block.n < BLOCK ? block.n : BLOCK;
        if (!sit_progress_report(job->progress, block.first, job->n_faces, NULL)) {
            status = sit_error_set(err, SIT_E_CANCELLED, "interrupted");
            break;
        }
        status = read_block(&block, err);
        if (status != SIT_OK)
            break;
        sit_pool_run(pool, make_one, &block, block.n);
        status = hand_on(&block, visit, context, err);
    }
    sit_pool_free(pool);
    for (size_t i = 0; block.thumbs != NULL && i < BLOCK; i++) {
        sit_buf_release(&block.thumbs[i].bytes);
        sit_buf_release(&block.thumbs[i].jpeg);
        sit_image_release(&block.thumbs[i].image);
    }
    free(block.thumbs);
    return status;
}
