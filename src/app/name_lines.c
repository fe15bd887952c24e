/*
 * Reading files of names. What the names mean is face_names.c's.
 */
#include "name_lines.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/file.h"

enum { MAX_NAMES_BYTES = 256 * 1024 * 1024 };

void name_lines_release(struct name_lines *lines)
{
    free(lines->lines);
    sit_buf_release(&lines->bytes);
}

enum sit_status name_lines_read(const char *path, struct name_lines *out,
                                struct sit_error *err)
{
    struct name_lines result = {0};
    enum sit_status status = sit_file_read(path, MAX_NAMES_BYTES, &result.bytes, err);
    if (status != SIT_OK)
        return status;
    size_t capacity = 0, n_bytes = result.bytes.n_bytes;
    char *text = result.bytes.data;
    if (n_bytes > 0 && memchr(text, '\0', n_bytes) != NULL)
        status = sit_error_set(err, SIT_E_FORMAT, "'%s' is no text: it has NUL bytes",
                               path);
    for (size_t at = 0; status == SIT_OK && at < n_bytes;) {
        char *end = memchr(text + at, '\n', n_bytes - at);
        size_t length = end != NULL ? (size_t)(end - text) - at : n_bytes - at;
        void *lines = result.lines;
        if (!sit_grow_array(&lines, &capacity, result.n + 1, sizeof *result.lines)) {
            status = sit_error_nomem(err);
            break;
        }
        result.lines = lines;
        result.lines[result.n++] = text + at;
        size_t next = at + length + 1;
        text[at + length] = '\0'; /* the buffer has a byte to spare */
        if (length > 0 && text[at + length - 1] == '\r')
            text[at + length - 1] = '\0';
        at = next;
    }
    if (status != SIT_OK) {
        name_lines_release(&result);
        return status;
    }
    *out = result;
    return SIT_OK;
}
