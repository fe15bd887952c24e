/*
 * A ring of pictures between reading threads and the one that writes: each thread takes
 * the next file, reads, hashes and decodes it, and puts the result in that file's
 * place.
 */
#include "import_reader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/thread.h"

enum { RING_SLOTS = 64, MAX_JOBS = 64 };

struct import_reader {
    const struct import_files *files;
    const uint8_t *known;
    size_t n_known;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t next_to_read; /* file number */
    size_t next_to_hand; /* file number; slots before it are free */
    bool stop;
    bool ready[RING_SLOTS];
    struct import_picture ring[RING_SLOTS];
    pthread_t threads[MAX_JOBS];
    size_t n_threads;
};

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, SIT_SHA256_BYTES);
}

static void read_picture(const struct import_reader *reader, const char *path,
                         struct import_picture *picture)
{
    struct sit_error *err = &picture->error;
    picture->known = false;
    sit_buf_reset(&picture->bytes);
    picture->status = sit_file_read(path, SIT_IMAGE_MAX_FILE_BYTES, &picture->bytes,
                                    err);
    if (picture->status != SIT_OK)
        return;
    const char *bytes = sit_buf_text(&picture->bytes);
    size_t n_bytes = picture->bytes.n_bytes;
    sit_sha256(bytes, n_bytes, picture->sha256);
    picture->known = reader->n_known > 0 &&
                     bsearch(picture->sha256, reader->known, reader->n_known,
                             SIT_SHA256_BYTES, compare_digests) != NULL;
    if (picture->known)
        return;
    struct sit_image image = {0};
    picture->status = sit_image_probe(bytes, n_bytes, path, &picture->info, err);
    if (picture->status == SIT_OK)
        picture->status = sit_image_decode(bytes, n_bytes, path, &image, err);
    sit_image_release(&image);
}

static void *read_ahead(void *context)
{
    struct import_reader *reader = context;
    pthread_mutex_lock(&reader->mutex);
    for (;;) {
        while (!reader->stop && reader->next_to_read < reader->files->n &&
               reader->next_to_read >= reader->next_to_hand + RING_SLOTS)
            pthread_cond_wait(&reader->changed, &reader->mutex);
        if (reader->stop || reader->next_to_read >= reader->files->n)
            break;
        size_t i = reader->next_to_read++;
        pthread_mutex_unlock(&reader->mutex);
        read_picture(reader, reader->files->items[i].path,
                     &reader->ring[i % RING_SLOTS]);
        pthread_mutex_lock(&reader->mutex);
        reader->ready[i % RING_SLOTS] = true;
        pthread_cond_broadcast(&reader->changed);
    }
    pthread_mutex_unlock(&reader->mutex);
    return NULL;
}

enum sit_status import_reader_start(const struct import_files *files,
                                    const uint8_t *known, size_t n_known, size_t n_jobs,
                                    struct import_reader **out, struct sit_error *err)
{
    struct import_reader *reader = sit_calloc(1, sizeof *reader);
    if (reader == NULL)
        return sit_error_nomem(err);
    reader->files = files;
    reader->known = known;
    reader->n_known = n_known;
    pthread_mutex_init(&reader->mutex, NULL);
    pthread_cond_init(&reader->changed, NULL);
    if (n_jobs > MAX_JOBS)
        n_jobs = MAX_JOBS;
    while (reader->n_threads < n_jobs &&
           sit_thread_start(&reader->threads[reader->n_threads], read_ahead, reader))
        reader->n_threads++;
    if (reader->n_threads == 0) {
        import_reader_free(reader);
        return sit_error_set(err, SIT_E_IO, "cannot start a thread");
    }
    *out = reader;
    return SIT_OK;
}

struct import_picture *import_reader_next(struct import_reader *reader)
{
    pthread_mutex_lock(&reader->mutex);
    size_t i = reader->next_to_hand;
    while (!reader->ready[i % RING_SLOTS])
        pthread_cond_wait(&reader->changed, &reader->mutex);
    pthread_mutex_unlock(&reader->mutex);
    return &reader->ring[i % RING_SLOTS];
}

void import_reader_done(struct import_reader *reader)
{
    pthread_mutex_lock(&reader->mutex);
    reader->ready[reader->next_to_hand % RING_SLOTS] = false;
    reader->next_to_hand++;
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->mutex);
}

void import_reader_free(struct import_reader *reader)
{
    if (reader == NULL)
        return;
    pthread_mutex_lock(&reader->mutex);
    reader->stop = true;
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->mutex);
    for (size_t i = 0; i < reader->n_threads; i++)
        pthread_join(reader->threads[i], NULL);
    for (size_t i = 0; i < RING_SLOTS; i++)
        sit_buf_release(&reader->ring[i].bytes);
    pthread_cond_destroy(&reader->changed);
    pthread_mutex_destroy(&reader->mutex);
    free(reader);
}
