/*
 * A ring of posters between searching threads and the one that writes. Pixels under way
 * are counted, so that many threads on large posters do not take all memory.
 */
#include "detect_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sitter/alloc.h"
#include "sitter/thread.h"

enum {
    MAX_JOBS = 64,
    SLOTS_A_JOB = 8, /* results wait for slower posters before them */
    RING_SLOTS = SLOTS_A_JOB * MAX_JOBS,
};

/* Enlarged pixels in work at a time; a poster alone may always go. The search takes
 * about 15 bytes a pixel. */
static const double MAX_PIXELS_IN_WORK = (double)SIT_IMAGE_MAX_PIXELS;

struct detect_pool {
    const struct import_files *files;
    const struct detect_settings *settings;
    const uint8_t *known;
    size_t n_known, n_slots;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t next_to_hand; /* file number; slots before it are free */
    double pixels_in_work;
    bool stop;
    off_t *file_bytes; /* (files->n) how much work a poster may be */
    bool taken[RING_SLOTS], ready[RING_SLOTS];
    struct detect_found ring[RING_SLOTS];
    size_t n_started; /* threads, each of which takes the next detector */
    struct sit_detector *detectors[MAX_JOBS];
    pthread_t threads[MAX_JOBS];
    size_t n_threads, n_detectors;
};

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, SIT_SHA256_BYTES);
}

/* Wait until that many pixels fit. */
static void take_pixels(struct detect_pool *pool, double n_pixels)
{
    pthread_mutex_lock(&pool->mutex);
    while (pool->pixels_in_work > 0.0 &&
           pool->pixels_in_work + n_pixels > MAX_PIXELS_IN_WORK)
        pthread_cond_wait(&pool->changed, &pool->mutex);
    pool->pixels_in_work += n_pixels;
    pthread_mutex_unlock(&pool->mutex);
}

static void give_pixels(struct detect_pool *pool, double n_pixels)
{
    pthread_mutex_lock(&pool->mutex);
    pool->pixels_in_work -= n_pixels;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
}

static void search_bytes(struct detect_pool *pool, struct sit_detector *detector,
                         const char *path, const struct sit_buf *bytes,
                         struct detect_found *found)
{
    struct sit_error *err = &found->error;
    struct sit_image_info info;
    found->n_bytes = bytes->n_bytes;
    sit_sha256(sit_buf_text(bytes), bytes->n_bytes, found->sha256);
    found->known = pool->n_known > 0 &&
                   bsearch(found->sha256, pool->known, pool->n_known, SIT_SHA256_BYTES,
                           compare_digests) != NULL;
    if (found->known)
        return;
    found->status = sit_image_probe(sit_buf_text(bytes), bytes->n_bytes, path, &info,
                                    err);
    if (found->status != SIT_OK)
        return;
    double scale = detect_scale(pool->settings->upscale, info.width_px, info.height_px);
    double n_pixels = (double)info.width_px * (double)info.height_px * scale * scale;
    take_pixels(pool, n_pixels);
    found->status = detect_poster(pool->settings, detector, bytes, path, &found->faces,
                                  err);
    give_pixels(pool, n_pixels);
}

static void search_file(struct detect_pool *pool, struct sit_detector *detector,
                        const char *path, struct detect_found *found)
{
    struct sit_buf bytes = {0};
    *found = (struct detect_found){0};
    found->status = sit_file_read(path, SIT_IMAGE_MAX_FILE_BYTES, &bytes,
                                  &found->error);
    if (found->status == SIT_OK)
        search_bytes(pool, detector, path, &bytes, found);
    sit_buf_release(&bytes);
}

/* The largest file that nobody has taken among those there is room for: small ones fill
 * the gaps at the end. SIZE_MAX where there is none. */
static size_t choose_file(const struct detect_pool *pool)
{
    size_t end = pool->next_to_hand + pool->n_slots, chosen = SIZE_MAX;
    for (size_t i = pool->next_to_hand; i < end && i < pool->files->n; i++)
        if (!pool->taken[i % pool->n_slots] &&
            (chosen == SIZE_MAX || pool->file_bytes[i] > pool->file_bytes[chosen]))
            chosen = i;
    return chosen;
}

static void *search_ahead(void *context)
{
    struct detect_pool *pool = context;
    pthread_mutex_lock(&pool->mutex);
    struct sit_detector *detector = pool->detectors[pool->n_started++];
    while (!pool->stop && pool->next_to_hand < pool->files->n) {
        size_t i = choose_file(pool);
        if (i == SIZE_MAX) {
            pthread_cond_wait(&pool->changed, &pool->mutex);
            continue;
        }
        pool->taken[i % pool->n_slots] = true;
        pthread_mutex_unlock(&pool->mutex);
        search_file(pool, detector, pool->files->items[i].path,
                    &pool->ring[i % pool->n_slots]);
        pthread_mutex_lock(&pool->mutex);
        pool->ready[i % pool->n_slots] = true;
        pthread_cond_broadcast(&pool->changed);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static enum sit_status measure_files(struct detect_pool *pool, struct sit_error *err)
{
    pool->file_bytes = sit_calloc(pool->files->n, sizeof *pool->file_bytes);
    if (pool->file_bytes == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < pool->files->n; i++) {
        struct stat info;
        if (stat(pool->files->items[i].path, &info) == 0)
            pool->file_bytes[i] = info.st_size;
    }
    return SIT_OK;
}

static enum sit_status copy_detectors(struct detect_pool *pool,
                                      const struct sit_detector *detector, size_t n,
                                      struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    while (status == SIT_OK && pool->n_detectors < n) {
        status = sit_detector_copy(detector, &pool->detectors[pool->n_detectors], err);
        pool->n_detectors += status == SIT_OK;
    }
    return status;
}

enum sit_status detect_pool_start(const struct import_files *files,
                                  const struct detect_settings *settings,
                                  const struct sit_detector *detector,
                                  const uint8_t *known, size_t n_known, size_t n_jobs,
                                  struct detect_pool **out, struct sit_error *err)
{
    struct detect_pool *pool = sit_calloc(1, sizeof *pool);
    if (pool == NULL)
        return sit_error_nomem(err);
    pool->files = files;
    pool->settings = settings;
    pool->known = known;
    pool->n_known = n_known;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->changed, NULL);
    if (n_jobs > MAX_JOBS)
        n_jobs = MAX_JOBS;
    if (n_jobs > files->n)
        n_jobs = files->n;
    pool->n_slots = n_jobs * SLOTS_A_JOB;
    enum sit_status status = measure_files(pool, err);
    if (status == SIT_OK)
        status = copy_detectors(pool, detector, n_jobs, err);
    while (status == SIT_OK && pool->n_threads < n_jobs &&
           sit_thread_start(&pool->threads[pool->n_threads], search_ahead, pool))
        pool->n_threads++;
    if (status == SIT_OK && pool->n_threads == 0)
        status = sit_error_set(err, SIT_E_IO, "cannot start a thread");
    if (status != SIT_OK) {
        detect_pool_free(pool);
        return status;
    }
    *out = pool;
    return SIT_OK;
}

struct detect_found *detect_pool_next(struct detect_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    size_t i = pool->next_to_hand;
    while (!pool->ready[i % pool->n_slots])
        pthread_cond_wait(&pool->changed, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    return &pool->ring[i % pool->n_slots];
}

void detect_pool_done(struct detect_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    size_t slot = pool->next_to_hand % pool->n_slots;
    poster_faces_release(&pool->ring[slot].faces);
    pool->ready[slot] = pool->taken[slot] = false;
    pool->next_to_hand++;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
}

void detect_pool_free(struct detect_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->stop = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->n_threads; i++)
        pthread_join(pool->threads[i], NULL);
    for (size_t i = 0; i < RING_SLOTS; i++)
        poster_faces_release(&pool->ring[i].faces);
    for (size_t i = 0; i < pool->n_detectors; i++)
        sit_detector_free(pool->detectors[i]);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->file_bytes);
    free(pool);
}
