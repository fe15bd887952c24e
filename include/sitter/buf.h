/*
 * A growing byte buffer, always NUL-terminated, used for text and for bytes.
 */
#ifndef SITTER_BUF_H
#define SITTER_BUF_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Zero-initialise ({0}) or sit_buf_release() before use. data may be NULL while empty.
 */
struct sit_buf {
    char *data; /* n_bytes bytes, then a NUL */
    size_t n_bytes;
    size_t capacity; /* allocated bytes */
    bool failed;     /* an append ran out of memory; content is then incomplete */
};

/** Free the bytes and make the buffer empty and usable again. */
void sit_buf_release(struct sit_buf *buf);

/** Make the buffer empty, keep its memory. Clears `failed`. */
void sit_buf_reset(struct sit_buf *buf);

/** Make room for `n_bytes` more. False (and `failed`) without memory. */
bool sit_buf_reserve(struct sit_buf *buf, size_t n_bytes);

/*
 * Appends. On no memory they set `failed`, which stays until reset: a caller may
 * append many times and test `failed` once.
 */
void sit_buf_append(struct sit_buf *buf, const void *bytes, size_t n_bytes);
void sit_buf_append_text(struct sit_buf *buf, const char *text);
void sit_buf_append_char(struct sit_buf *buf, char c);
void sit_buf_appendf(struct sit_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The text; "" while empty. Borrowed. */
const char *sit_buf_text(const struct sit_buf *buf);

/** Hand the bytes to the caller, who frees them; the buffer is empty then. NULL if
 * empty. */
char *sit_buf_take(struct sit_buf *buf);

#ifdef __cplusplus
}
#endif
#endif
