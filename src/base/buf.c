/*
 * The growing byte buffer.
 */
#include "sitter/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

void sit_buf_release(struct sit_buf *buf)
{
    free(buf->data);
    *buf = (struct sit_buf){0};
}

void sit_buf_reset(struct sit_buf *buf)
{
    buf->n_bytes = 0;
    buf->failed = false;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

bool sit_buf_reserve(struct sit_buf *buf, size_t n_bytes)
{
    if (n_bytes > SIZE_MAX - buf->n_bytes - 1) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->n_bytes + n_bytes + 1;
    void *data = buf->data;
    if (!sit_grow_array(&data, &buf->capacity, need, 1)) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->data[buf->n_bytes] = '\0';
    return true;
}

void sit_buf_append(struct sit_buf *buf, const void *bytes, size_t n_bytes)
{
    if (n_bytes == 0 || !sit_buf_reserve(buf, n_bytes))
        return;
    memcpy(buf->data + buf->n_bytes, bytes, n_bytes);
    buf->n_bytes += n_bytes;
    buf->data[buf->n_bytes] = '\0';
}

void sit_buf_append_text(struct sit_buf *buf, const char *text)
{
    sit_buf_append(buf, text, strlen(text));
}

void sit_buf_append_char(struct sit_buf *buf, char c)
{
    sit_buf_append(buf, &c, 1);
}

void sit_buf_appendf(struct sit_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0 && sit_buf_reserve(buf, (size_t)n)) {
        vsnprintf(buf->data + buf->n_bytes, (size_t)n + 1, format, again);
        buf->n_bytes += (size_t)n;
    }
    va_end(again);
}

const char *sit_buf_text(const struct sit_buf *buf)
{
    return buf->data != NULL ? buf->data : "";
}

char *sit_buf_take(struct sit_buf *buf)
{
    char *data = buf->data;
    *buf = (struct sit_buf){0};
    return data;
}
