/*
 * The cache of encoded pictures and its worker threads. One mutex guards everything but
 * the pictures being worked on; an entry that is pending belongs to its worker and is
 * never removed.
 */
#include "picture_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "poster_picture.h"
#include "strip_picture.h"
#include "tile_cache.h"
#include "sitter/alloc.h"
#include "sitter/image.h"
#include "sitter/project.h"
#include "sitter/thread.h"

enum { N_WORKERS = 2, TILE_BYTES = 32 * 1024 * 1024 };

struct entry {
    struct sit_picture picture;
    enum sit_picture_state state;
    struct sit_buf bytes;
    struct sit_error why;
    uint64_t used_at; /* of the cache's counter: the least is evicted first */
};

struct sit_picture_cache {
    char *path;
    size_t max_bytes;
    struct sit_tile_cache *tiles;
    int wake_fd;
    pthread_mutex_t mutex;
    pthread_cond_t work;    /* something is wanted, or stop */
    pthread_cond_t settled; /* an entry is no longer pending */
    pthread_t workers[N_WORKERS];
    size_t n_workers;
    bool stop;
    struct entry **entries;
    size_t n_entries, capacity;
    size_t n_bytes;
    uint64_t counter;
    struct sit_picture wanted[SIT_PICTURE_CACHE_MAX_WANTED];
    size_t n_wanted;
};

static bool same_format(const struct sit_picture_format *a,
                        const struct sit_picture_format *b)
{
    return a->graphics == b->graphics && a->n_cols == b->n_cols &&
           a->n_rows == b->n_rows && a->cell_width_px == b->cell_width_px &&
           a->cell_height_px == b->cell_height_px && a->n_colours == b->n_colours &&
           a->is_square == b->is_square && a->half_blocks == b->half_blocks &&
           a->coarseness == b->coarseness;
}

static bool same_picture(const struct sit_picture *a, const struct sit_picture *b)
{
    return a->picture_id == b->picture_id && same_format(&a->format, &b->format) &&
           sit_strip_equals(&a->strip, &b->strip);
}

static struct entry *find(struct sit_picture_cache *cache,
                          const struct sit_picture *picture)
{
    for (size_t i = 0; i < cache->n_entries; i++) {
        struct entry *entry = cache->entries[i];
        if (same_picture(&entry->picture, picture))
            return entry;
    }
    return NULL;
}

static size_t entry_bytes(const struct entry *entry)
{
    return sizeof *entry + entry->bytes.capacity;
}

static void remove_at(struct sit_picture_cache *cache, size_t i)
{
    struct entry *entry = cache->entries[i];
    cache->n_bytes -= entry_bytes(entry);
    sit_buf_release(&entry->bytes);
    free(entry);
    cache->entries[i] = cache->entries[--cache->n_entries];
}

static bool is_wanted(const struct sit_picture_cache *cache, const struct entry *entry)
{
    for (size_t i = 0; i < cache->n_wanted; i++) {
        if (same_picture(&cache->wanted[i], &entry->picture))
            return true;
    }
    return false;
}

/* Remove what was used longest ago until the rest fits. What is wanted stays. */
static void evict(struct sit_picture_cache *cache)
{
    while (cache->n_bytes > cache->max_bytes) {
        size_t oldest = SIZE_MAX;
        for (size_t i = 0; i < cache->n_entries; i++) {
            const struct entry *entry = cache->entries[i];
            if (entry->state == SIT_PICTURE_PENDING || is_wanted(cache, entry))
                continue;
            if (oldest == SIZE_MAX || entry->used_at < cache->entries[oldest]->used_at)
                oldest = i;
        }
        if (oldest == SIZE_MAX)
            return;
        remove_at(cache, oldest);
    }
}

/* A pending entry for the first wanted picture that nobody has begun; NULL: none. */
static struct entry *begin_next(struct sit_picture_cache *cache)
{
    for (size_t i = 0; i < cache->n_wanted; i++) {
        if (find(cache, &cache->wanted[i]) != NULL)
            continue;
        struct entry *entry = sit_calloc(1, sizeof *entry);
        if (entry == NULL ||
            !sit_grow_array((void **)&cache->entries, &cache->capacity,
                            cache->n_entries + 1, sizeof(struct entry *))) {
            free(entry);
            return NULL;
        }
        entry->picture = cache->wanted[i];
        entry->state = SIT_PICTURE_PENDING;
        entry->used_at = ++cache->counter;
        cache->entries[cache->n_entries++] = entry;
        cache->n_bytes += entry_bytes(entry);
        return entry;
    }
    return NULL;
}

/* Keep the middle half of each side. */
static enum sit_status cut_to_middle(struct sit_image *image, struct sit_error *err)
{
    struct sit_image middle = {0};
    size_t width_px = image->width_px / 2, height_px = image->height_px / 2;
    if (width_px == 0 || height_px == 0)
        return SIT_OK;
    enum sit_status status = sit_image_crop(image, (image->width_px - width_px) / 2,
                                            (image->height_px - height_px) / 2,
                                            width_px, height_px, &middle, err);
    if (status != SIT_OK)
        return status;
    sit_image_release(image);
    *image = middle;
    return SIT_OK;
}

static enum sit_status draw_face(struct sit_project *project, int64_t face_id,
                                 bool middle, size_t width_px, size_t height_px,
                                 struct sit_image *canvas, struct sit_error *err)
{
    static const uint8_t black[3];
    struct sit_buf file = {0};
    struct sit_image image = {0};
    enum sit_status status = sit_project_face_picture(project, face_id, &file, err);
    if (status == SIT_OK)
        status = sit_image_decode(file.data, file.n_bytes, "picture", &image, err);
    if (status == SIT_OK && middle)
        status = cut_to_middle(&image, err);
    if (status == SIT_OK)
        status = sit_image_fit(&image, width_px, height_px, black, canvas, err);
    sit_image_release(&image);
    sit_buf_release(&file);
    return status;
}

static enum sit_status draw(const struct sit_picture_cache *cache,
                            struct sit_project *project,
                            const struct sit_picture *picture, struct sit_image *canvas,
                            struct sit_error *err)
{
    size_t width_px, height_px;
    int64_t id = picture->picture_id;
    bool with_looks = sit_graphics_has_pixels(picture->format.graphics);
    sit_picture_canvas_size(&picture->format, &width_px, &height_px);
    if (picture->strip.n_tiles > 0)
        return sit_strip_picture(&picture->strip, with_looks, cache->tiles, project,
                                 width_px, height_px, canvas, err);
    if (sit_picture_is_poster(id))
        return sit_poster_picture(project, sit_picture_face(id), width_px, height_px,
                                  canvas, err);
    return draw_face(project, sit_picture_face(id), sit_picture_is_middle(id), width_px,
                     height_px, canvas, err);
}

/* Read, decode, scale, encode. */
static enum sit_status make_picture(const struct sit_picture_cache *cache,
                                    struct sit_project *project,
                                    const struct sit_picture *picture,
                                    struct sit_buf *out, struct sit_error *err)
{
    struct sit_image canvas = {0};
    enum sit_status status = draw(cache, project, picture, &canvas, err);
    if (status == SIT_OK)
        status = sit_picture_encode(&picture->format, &canvas, out, err);
    sit_image_release(&canvas);
    return status;
}

static void wake(const struct sit_picture_cache *cache)
{
    ssize_t n = write(cache->wake_fd, "p", 1);
    (void)n; /* a full pipe wakes as well */
}

static void *work(void *context)
{
    struct sit_picture_cache *cache = context;
    struct sit_project *project = NULL;
    /* Pictures for later give way to the key that is being handled. */
    sit_thread_give_way();
    pthread_mutex_lock(&cache->mutex);
    while (!cache->stop) {
        struct entry *entry = begin_next(cache);
        if (entry == NULL) {
            pthread_cond_wait(&cache->work, &cache->mutex);
            continue;
        }
        pthread_mutex_unlock(&cache->mutex);
        struct sit_buf bytes = {0};
        struct sit_error why = {0};
        enum sit_status status = SIT_OK;
        if (project == NULL)
            status = sit_project_open(cache->path, SIT_PROJECT_READ, &project, &why);
        if (status == SIT_OK)
            status = make_picture(cache, project, &entry->picture, &bytes, &why);
        pthread_mutex_lock(&cache->mutex);
        cache->n_bytes -= entry_bytes(entry);
        entry->bytes = bytes;
        entry->why = why;
        entry->state = status == SIT_OK ? SIT_PICTURE_READY : SIT_PICTURE_FAILED;
        cache->n_bytes += entry_bytes(entry);
        evict(cache);
        pthread_cond_broadcast(&cache->settled);
        wake(cache);
    }
    pthread_mutex_unlock(&cache->mutex);
    sit_project_close(project);
    return NULL;
}

static bool init_locks(struct sit_picture_cache *cache)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool ok = pthread_mutex_init(&cache->mutex, NULL) == 0 &&
              pthread_cond_init(&cache->work, NULL) == 0 &&
              pthread_cond_init(&cache->settled, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return ok;
}

enum sit_status sit_picture_cache_new(const char *path, size_t max_bytes, int wake_fd,
                                      struct sit_picture_cache **out,
                                      struct sit_error *err)
{
    struct sit_picture_cache *cache = sit_calloc(1, sizeof *cache);
    if (cache == NULL)
        return sit_error_nomem(err);
    cache->path = sit_strdup(path);
    cache->max_bytes = max_bytes;
    cache->wake_fd = wake_fd;
    if (cache->path == NULL ||
        sit_tile_cache_new(TILE_BYTES, &cache->tiles, NULL) != SIT_OK ||
        !init_locks(cache)) {
        sit_tile_cache_free(cache->tiles);
        free(cache->path);
        free(cache);
        return sit_error_nomem(err);
    }
    while (cache->n_workers < N_WORKERS &&
           sit_thread_start(&cache->workers[cache->n_workers], work, cache))
        cache->n_workers++;
    if (cache->n_workers == 0) {
        sit_picture_cache_free(cache);
        return sit_error_set(err, SIT_E_NOMEM,
                             "cannot start a thread for the pictures");
    }
    *out = cache;
    return SIT_OK;
}

void sit_picture_cache_free(struct sit_picture_cache *cache)
{
    if (cache == NULL)
        return;
    pthread_mutex_lock(&cache->mutex);
    cache->stop = true;
    pthread_cond_broadcast(&cache->work);
    pthread_mutex_unlock(&cache->mutex);
    for (size_t i = 0; i < cache->n_workers; i++)
        pthread_join(cache->workers[i], NULL);
    while (cache->n_entries > 0)
        remove_at(cache, cache->n_entries - 1);
    pthread_cond_destroy(&cache->work);
    pthread_cond_destroy(&cache->settled);
    pthread_mutex_destroy(&cache->mutex);
    sit_tile_cache_free(cache->tiles);
    free(cache->entries);
    free(cache->path);
    free(cache);
}

void sit_picture_cache_want(struct sit_picture_cache *cache,
                            const struct sit_picture *pictures, size_t n)
{
    if (n > SIT_PICTURE_CACHE_MAX_WANTED)
        n = SIT_PICTURE_CACHE_MAX_WANTED;
    pthread_mutex_lock(&cache->mutex);
    memcpy(cache->wanted, pictures, n * sizeof *pictures);
    cache->n_wanted = n;
    pthread_cond_broadcast(&cache->work);
    pthread_mutex_unlock(&cache->mutex);
}

static void deadline_after(int timeout_ms, struct timespec *out)
{
    clock_gettime(CLOCK_MONOTONIC, out);
    out->tv_sec += timeout_ms / 1000;
    out->tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (out->tv_nsec >= 1000000000L) {
        out->tv_nsec -= 1000000000L;
        out->tv_sec++;
    }
}

enum sit_picture_state sit_picture_cache_get(struct sit_picture_cache *cache,
                                             const struct sit_picture *picture,
                                             int timeout_ms, struct sit_buf *bytes,
                                             struct sit_error *why)
{
    struct timespec deadline;
    deadline_after(timeout_ms, &deadline);
    pthread_mutex_lock(&cache->mutex);
    struct entry *entry = find(cache, picture);
    while ((entry == NULL || entry->state == SIT_PICTURE_PENDING) && timeout_ms > 0) {
        if (pthread_cond_timedwait(&cache->settled, &cache->mutex, &deadline) != 0)
            timeout_ms = 0;
        entry = find(cache, picture);
    }
    enum sit_picture_state state = entry == NULL ? SIT_PICTURE_PENDING : entry->state;
    if (entry != NULL)
        entry->used_at = ++cache->counter;
    if (state == SIT_PICTURE_READY && bytes != NULL)
        sit_buf_append(bytes, entry->bytes.data, entry->bytes.n_bytes);
    if (state == SIT_PICTURE_FAILED && why != NULL)
        *why = entry->why;
    pthread_mutex_unlock(&cache->mutex);
    return state;
}

void sit_picture_cache_forget_failures(struct sit_picture_cache *cache)
{
    pthread_mutex_lock(&cache->mutex);
    for (size_t i = cache->n_entries; i > 0; i--) {
        if (cache->entries[i - 1]->state == SIT_PICTURE_FAILED)
            remove_at(cache, i - 1);
    }
    pthread_cond_broadcast(&cache->work);
    pthread_mutex_unlock(&cache->mutex);
}
