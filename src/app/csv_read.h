/*
 * Private to app: CSV (RFC 4180) by libcsv in strict mode, record by record, with the
 * line of every record for errors.
 */
#ifndef SITTER_APP_CSV_READ_H
#define SITTER_APP_CSV_READ_H

#include <stddef.h>

#include "sitter/status.h"

/* One record. Borrowed until the visitor returns. */
struct csv_record {
    const char *name;          /* the file's, for errors */
    size_t line;               /* 1 based, where the record ends */
    const char *const *fields; /* without NUL bytes, and without a formula guard */
    size_t n_fields;
};

typedef enum sit_status csv_record_fn(void *context, const struct csv_record *record,
                                      struct sit_error *err);

/* The first record goes to `header`, the others, which have as many fields, to `visit`.
 * A byte order mark is skipped. Stops at a visitor's first error and returns it.
 * SIT_E_FORMAT: UTF-16, a quote in the wrong place or not closed, a NUL byte, another
 * number of fields than the header's, no header; SIT_E_NOMEM. */
enum sit_status csv_read(const char *bytes, size_t n_bytes, const char *name,
                         csv_record_fn *header, csv_record_fn *visit, void *context,
                         struct sit_error *err);

/* What to add to a complaint about a header without the right columns: " (...)" where
 * it looks as if something other than commas parted them, else "". */
const char *csv_separator_hint(const struct csv_record *header);

#endif
