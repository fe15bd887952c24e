/*
 * Private to app: label files parsed into rows, before the project is asked anything.
 */
#ifndef SITTER_APP_LABEL_ROWS_H
#define SITTER_APP_LABEL_ROWS_H

#include "sitter/project.h"

struct label_row {
    size_t line; /* 1 based */
    char *face;
    char *label;     /* NULL or "": none */
    char *annotator; /* NULL or "": not told */
    int64_t at_ms;   /* 0: not told */
};

struct label_rows {
    struct label_row *items;
    size_t n, capacity;
};

/* CSV with a header line, or JSON lines where the first character is '{'. */
enum sit_status label_rows_parse(const char *bytes, size_t n_bytes, const char *name,
                                 struct label_rows *out, struct sit_error *err);
void label_rows_release(struct label_rows *rows);

#endif
