/*
 * Reading CSV records. What the columns mean is the caller's.
 */
#include "csv_read.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "csv_write.h"
#include "sitter/alloc.h"
#include "sitter/buf.h"

struct reader {
    struct csv_record record;
    csv_record_fn *header, *visit;
    void *context;
    struct sit_buf text; /* the record's fields, each with its NUL */
    size_t *offsets;     /* (n_fields) into text */
    size_t offset_capacity;
    const char **fields; /* (n_fields), made when the record is whole */
    size_t field_capacity;
    size_t n_columns; /* 0 until the header is read */
    enum sit_status status;
    struct sit_error error;
};

static void on_field(void *bytes, size_t n_bytes, void *context)
{
    struct reader *reader = context;
    struct csv_record *record = &reader->record;
    if (reader->status != SIT_OK)
        return;
    if (n_bytes > 0 && memchr(bytes, '\0', n_bytes) != NULL) {
        reader->status = sit_error_set(&reader->error, SIT_E_FORMAT,
                                       "'%s', line %zu: a NUL byte", record->name,
                                       record->line);
        return;
    }
    void *offsets = reader->offsets;
    if (!sit_grow_array(&offsets, &reader->offset_capacity, record->n_fields + 1,
                        sizeof *reader->offsets)) {
        reader->status = sit_error_nomem(&reader->error);
        return;
    }
    reader->offsets = offsets;
    reader->offsets[record->n_fields++] = reader->text.n_bytes;
    if (n_bytes > 0)
        sit_buf_append(&reader->text, bytes, n_bytes);
    sit_buf_append_char(&reader->text, '\0');
    if (reader->text.failed)
        reader->status = sit_error_nomem(&reader->error);
}

static enum sit_status finish_record(struct reader *reader)
{
    struct csv_record *record = &reader->record;
    if (reader->n_columns != 0 && record->n_fields != reader->n_columns)
        return sit_error_set(&reader->error, SIT_E_FORMAT,
                             "'%s', line %zu: %zu fields where the header has %zu",
                             record->name, record->line, record->n_fields,
                             reader->n_columns);
    void *fields = reader->fields;
    if (!sit_grow_array(&fields, &reader->field_capacity, record->n_fields,
                        sizeof *reader->fields))
        return sit_error_nomem(&reader->error);
    reader->fields = fields;
    for (size_t i = 0; i < record->n_fields; i++)
        reader->fields[i] = csv_unguard(reader->text.data + reader->offsets[i]);
    record->fields = reader->fields;
    csv_record_fn *visit = reader->n_columns == 0 ? reader->header : reader->visit;
    reader->n_columns = record->n_fields;
    return visit(reader->context, record, &reader->error);
}

static void on_record(int end, void *context)
{
    (void)end;
    struct reader *reader = context;
    if (reader->status != SIT_OK)
        return;
    reader->status = finish_record(reader);
    reader->record.n_fields = 0;
    sit_buf_reset(&reader->text);
}

/* Feed line by line, so that an error knows its line. */
static enum sit_status feed(struct csv_parser *parser, struct reader *reader,
                            const char *bytes, size_t n_bytes)
{
    const char *name = reader->record.name;
    size_t line = 1;
    for (size_t at = 0; at < n_bytes && reader->status == SIT_OK; line++) {
        const char *end = memchr(bytes + at, '\n', n_bytes - at);
        size_t length = end != NULL ? (size_t)(end - bytes) + 1 - at : n_bytes - at;
        reader->record.line = line;
        if (csv_parse(parser, bytes + at, length, on_field, on_record, reader) !=
            length)
            return sit_error_set(
                &reader->error, SIT_E_FORMAT, "'%s', line %zu: %s", name, line,
                csv_error(parser) == CSV_EPARSE ? "a quote in the wrong place"
                                                : csv_strerror(csv_error(parser)));
        at += length;
    }
    if (reader->status == SIT_OK && csv_fini(parser, on_field, on_record, reader) != 0)
        return sit_error_set(
            &reader->error, SIT_E_FORMAT,
            "'%s': a quoted field is not closed at the end of the file", name);
    return reader->status;
}

/* By its byte order mark, as spreadsheets write it. */
static bool is_utf16(const char *bytes, size_t n_bytes)
{
    return n_bytes >= 2 &&
           (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
}

const char *csv_separator_hint(const struct csv_record *header)
{
    if (header->n_fields != 1)
        return "";
    if (strchr(header->fields[0], ';') != NULL)
        return " (its columns seem to be parted by semicolons: commas are needed)";
    if (strchr(header->fields[0], '\t') != NULL)
        return " (its columns seem to be parted by tabs: commas are needed)";
    return "";
}

enum sit_status csv_read(const char *bytes, size_t n_bytes, const char *name,
                         csv_record_fn *header, csv_record_fn *visit, void *context,
                         struct sit_error *err)
{
    struct reader reader = {
        .record = {.name = name}, .header = header, .visit = visit, .context = context};
    struct csv_parser parser;
    if (is_utf16(bytes, n_bytes))
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s' is UTF-16 ('Unicode text'); CSV is read in UTF-8",
                             name);
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return sit_error_nomem(err);
    if (n_bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        n_bytes -= 3;
    }
    enum sit_status status = feed(&parser, &reader, bytes, n_bytes);
    if (status == SIT_OK && reader.n_columns == 0)
        status = sit_error_set(&reader.error, SIT_E_FORMAT, "'%s' is empty", name);
    if (status != SIT_OK && err != NULL)
        *err = reader.error;
    csv_free(&parser);
    sit_buf_release(&reader.text);
    free(reader.offsets);
    free(reader.fields);
    return status;
}
