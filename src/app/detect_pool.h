/*
 * Private to app: threads that search posters ahead; their results are handed over in
 * the order of the files.
 */
#ifndef SITTER_APP_DETECT_POOL_H
#define SITTER_APP_DETECT_POOL_H

#include "detect_poster.h"
#include "import_scan.h"

/* One poster, searched. Either `status` is SIT_OK and the rest is filled, or `error`
 * says why not. */
struct detect_found {
    enum sit_status status;
    struct sit_error error;
    uint8_t sha256[SIT_SHA256_BYTES]; /* of the file */
    size_t n_bytes;
    bool known; /* the file is in the project: it was not searched again */
    struct poster_faces faces;
};

struct detect_pool;

/* Start n_jobs threads over borrowed files and settings; `known` (n_known sorted
 * digests) too. SIT_E_UNSUPPORTED where there is no detector. */
enum sit_status detect_pool_start(const struct import_files *files,
                                  const struct detect_settings *settings,
                                  const struct sit_detector *detector,
                                  const uint8_t *known, size_t n_known, size_t n_jobs,
                                  struct detect_pool **out, struct sit_error *err);

/* Wait for the next poster, in order. Borrowed until detect_pool_done(). At most once a
 * file. */
struct detect_found *detect_pool_next(struct detect_pool *pool);

/* Give the poster's place back; the next one follows. */
void detect_pool_done(struct detect_pool *pool);

/* Stop the threads and free; NULL is fine. Waits for the posters under way. */
void detect_pool_free(struct detect_pool *pool);

#endif
