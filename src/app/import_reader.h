/*
 * Private to app: reading and checking picture files ahead in threads, handed over in
 * order.
 */
#ifndef SITTER_APP_IMPORT_READER_H
#define SITTER_APP_IMPORT_READER_H

#include "import_scan.h"
#include "sitter/image.h"

/* One file, read. Either `status` is SIT_OK and the rest is filled, or `error` says why
 * not. */
struct import_picture {
    enum sit_status status;
    struct sit_error error;
    struct sit_buf bytes;
    uint8_t sha256[SIT_SHA256_BYTES];
    bool known; /* the content is in the project: it was not decoded again */
    struct sit_image_info info;
};

struct import_reader;

/* Start n_jobs threads over borrowed files; `known` (n_known sorted digests) too. */
enum sit_status import_reader_start(const struct import_files *files,
                                    const uint8_t *known, size_t n_known, size_t n_jobs,
                                    struct import_reader **out, struct sit_error *err);

/* Wait for the next picture, in order. Borrowed until import_reader_done(). At most
 * once a file. */
struct import_picture *import_reader_next(struct import_reader *reader);

/* Give the picture's place back; the next one follows. */
void import_reader_done(struct import_reader *reader);

/* Stop the threads and free; NULL is fine. */
void import_reader_free(struct import_reader *reader);

#endif
