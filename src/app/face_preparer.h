/*
 * Private to app: threads that prepare the pictures of two blocks of faces, so that one
 * is prepared while the other is computed and stored.
 */
#ifndef SITTER_APP_FACE_PREPARER_H
#define SITTER_APP_FACE_PREPARER_H

#include "extractor.h"

/* Up to `batch` faces. The caller fills in n, face_ids and pictures before submitting,
 * and reads the rest after waiting. */
struct face_block {
    size_t n;
    const int64_t *face_ids;  /* (n) borrowed */
    struct sit_buf *pictures; /* (batch) picture files */
    float *inputs;            /* (batch, n_inputs) */
    enum sit_status *status;  /* (batch) */
    struct sit_error *errors; /* (batch) */
    size_t n_taken, n_done;   /* the preparer's */
};

struct face_preparer;

/* `extractor` and `state` are borrowed. Makes do with fewer threads, even none, where
 * the system gives no more. SIT_E_NOMEM. */
enum sit_status face_preparer_new(const struct extractor *extractor, const void *state,
                                  size_t n_threads, size_t batch,
                                  struct face_preparer **out, struct sit_error *err);

/* Block 0 or 1, which must not be in work. */
struct face_block *face_preparer_block(struct face_preparer *preparer, size_t which);

void face_preparer_submit(struct face_preparer *preparer, struct face_block *block);

/* Until the block's faces are prepared. */
void face_preparer_wait(struct face_preparer *preparer, struct face_block *block);

/* Ends the threads; what they have not begun is left. NULL is harmless. */
void face_preparer_free(struct face_preparer *preparer);

#endif
