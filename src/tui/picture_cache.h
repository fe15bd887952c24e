/*
 * Pictures made ready ahead of time: worker threads read, decode, scale and encode what
 * the screen is likely to show next, each through a connection of its own. A picture
 * that cannot be shown is a state with a reason, never an error.
 */
#ifndef SITTER_TUI_PICTURE_CACHE_H
#define SITTER_TUI_PICTURE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"
#include "sitter/term.h"
#include "strip.h"

enum { SIT_PICTURE_CACHE_MAX_WANTED = 64 };

enum sit_picture_state {
    SIT_PICTURE_PENDING,
    SIT_PICTURE_READY,
    SIT_PICTURE_FAILED,
};

struct sit_picture_cache;

/** Pictures go by the id of their face; that of the face's poster by this. */
static inline int64_t sit_picture_of_poster(int64_t face_id)
{
    return -face_id;
}
static inline bool sit_picture_is_poster(int64_t picture_id)
{
    return picture_id < 0;
}

/** And that of the middle of the face, twice as large, by this. */
#define SIT_PICTURE_ZOOMED ((int64_t)1 << 61)
static inline int64_t sit_picture_of_middle(int64_t face_id)
{
    return face_id | SIT_PICTURE_ZOOMED;
}
static inline bool sit_picture_is_middle(int64_t picture_id)
{
    return picture_id > 0 && (picture_id & SIT_PICTURE_ZOOMED) != 0;
}
/** The face of any of them. */
static inline int64_t sit_picture_face(int64_t picture_id)
{
    return picture_id < 0 ? -picture_id : picture_id & ~SIT_PICTURE_ZOOMED;
}

/** What is drawn, and how. */
struct sit_picture {
    struct sit_picture_format format;
    int64_t picture_id;
    struct sit_strip strip; /* with tiles: a row of faces, and picture_id is 0 */
};

/** Pictures of the project at `path`; at most about max_bytes are kept. A byte is
 * written to wake_fd (not blocking) whenever a picture becomes ready or fails. */
enum sit_status sit_picture_cache_new(const char *path, size_t max_bytes, int wake_fd,
                                      struct sit_picture_cache **out,
                                      struct sit_error *err);
/** Ends the threads, waiting for the picture at hand. NULL is fine. */
void sit_picture_cache_free(struct sit_picture_cache *cache);

/** What to make ready from now on, first things first; replaces what was wanted before.
 */
void sit_picture_cache_want(struct sit_picture_cache *cache,
                            const struct sit_picture *pictures, size_t n);

/**
 * A wanted picture, waited for at most timeout_ms. READY appends its bytes
 * to *bytes (may be NULL); FAILED gives the reason.
 */
enum sit_picture_state sit_picture_cache_get(struct sit_picture_cache *cache,
                                             const struct sit_picture *picture,
                                             int timeout_ms, struct sit_buf *bytes,
                                             struct sit_error *why);

/** Try again what has failed. */
void sit_picture_cache_forget_failures(struct sit_picture_cache *cache);

#endif
