/*
 * The cache of small pictures. One mutex guards the list; decoding happens outside it,
 * so that two threads may at worst make the same tile twice.
 */
#include "tile_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

struct kept {
    int64_t face_id;
    struct sit_image image; /* its size is part of the key */
    uint64_t used_at;       /* of the cache's counter: the least goes first */
};

struct sit_tile_cache {
    pthread_mutex_t mutex;
    size_t max_bytes, n_bytes;
    struct kept *kept;
    size_t n, capacity;
    uint64_t counter;
};

enum sit_status sit_tile_cache_new(size_t max_bytes, struct sit_tile_cache **out,
                                   struct sit_error *err)
{
    struct sit_tile_cache *cache = sit_calloc(1, sizeof *cache);
    if (cache == NULL || pthread_mutex_init(&cache->mutex, NULL) != 0) {
        free(cache);
        return sit_error_nomem(err);
    }
    cache->max_bytes = max_bytes;
    *out = cache;
    return SIT_OK;
}

void sit_tile_cache_free(struct sit_tile_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < cache->n; i++)
        sit_image_release(&cache->kept[i].image);
    free(cache->kept);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

static size_t bytes_of(const struct sit_image *image)
{
    return sizeof(struct kept) + image->width_px * image->height_px * 3;
}

static void paste(const struct sit_image *tile, struct sit_image *canvas, size_t x_px,
                  size_t y_px)
{
    for (size_t y = 0; y < tile->height_px; y++)
        memcpy(canvas->rgb + 3 * ((y_px + y) * canvas->width_px + x_px),
               tile->rgb + 3 * y * tile->width_px, 3 * tile->width_px);
}

/* False where the tile is not kept. */
static bool draw_kept(struct sit_tile_cache *cache, int64_t face_id, size_t width_px,
                      size_t height_px, struct sit_image *canvas, size_t x_px,
                      size_t y_px)
{
    bool found = false;
    pthread_mutex_lock(&cache->mutex);
    for (size_t i = 0; !found && i < cache->n; i++) {
        struct kept *kept = &cache->kept[i];
        if (kept->face_id != face_id || kept->image.width_px != width_px ||
            kept->image.height_px != height_px)
            continue;
        kept->used_at = ++cache->counter;
        paste(&kept->image, canvas, x_px, y_px);
        found = true;
    }
    pthread_mutex_unlock(&cache->mutex);
    return found;
}

static void remove_oldest(struct sit_tile_cache *cache)
{
    size_t oldest = 0;
    for (size_t i = 1; i < cache->n; i++)
        oldest = cache->kept[i].used_at < cache->kept[oldest].used_at ? i : oldest;
    cache->n_bytes -= bytes_of(&cache->kept[oldest].image);
    sit_image_release(&cache->kept[oldest].image);
    cache->kept[oldest] = cache->kept[--cache->n];
}

/* Takes the tile over; without memory it is not kept. */
static void keep(struct sit_tile_cache *cache, int64_t face_id, struct sit_image *tile)
{
    pthread_mutex_lock(&cache->mutex);
    while (cache->n > 0 && cache->n_bytes + bytes_of(tile) > cache->max_bytes)
        remove_oldest(cache);
    if (sit_grow_array((void **)&cache->kept, &cache->capacity, cache->n + 1,
                       sizeof *cache->kept)) {
        cache->n_bytes += bytes_of(tile);
        cache->kept[cache->n++] = (struct kept){face_id, *tile, ++cache->counter};
        *tile = (struct sit_image){0};
    }
    pthread_mutex_unlock(&cache->mutex);
    sit_image_release(tile);
}

enum sit_status sit_tile_cache_draw(struct sit_tile_cache *cache,
                                    struct sit_project *project, int64_t face_id,
                                    size_t width_px, size_t height_px,
                                    struct sit_image *canvas, size_t x_px, size_t y_px,
                                    struct sit_error *err)
{
    static const uint8_t black[3];
    if (draw_kept(cache, face_id, width_px, height_px, canvas, x_px, y_px))
        return SIT_OK;
    struct sit_buf file = {0};
    struct sit_image image = {0}, tile = {0};
    enum sit_status status = sit_project_face_picture(project, face_id, &file, err);
    if (status == SIT_OK)
        status = sit_image_decode_small(sit_buf_text(&file), file.n_bytes, "picture",
                                        width_px, height_px, &image, err);
    if (status == SIT_OK)
        status = sit_image_fit(&image, width_px, height_px, black, &tile, err);
    if (status == SIT_OK) {
        paste(&tile, canvas, x_px, y_px);
        keep(cache, face_id, &tile);
    }
    sit_image_release(&image);
    sit_buf_release(&file);
    return status;
}
