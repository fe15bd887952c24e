/*
 * Private to app: files of names, one a line.
 */
#ifndef SITTER_APP_NAME_LINES_H
#define SITTER_APP_NAME_LINES_H

#include "sitter/buf.h"
#include "sitter/status.h"

/* The lines of a names file; the pointers lead into its bytes. Zero-initialise. */
struct name_lines {
    struct sit_buf bytes;
    char **lines;
    size_t n;
};

/* SIT_E_IO, SIT_E_LIMIT, SIT_E_NOMEM; SIT_E_FORMAT where it is no text. */
enum sit_status name_lines_read(const char *path, struct name_lines *out,
                                struct sit_error *err);
void name_lines_release(struct name_lines *lines);

#endif
