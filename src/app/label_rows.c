/*
 * Parsing label files: CSV by csv_read.c, JSON lines by jansson.
 */
#include "label_rows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_read.h"
#include "sitter/alloc.h"
#include "sitter/progress.h"

void label_rows_release(struct label_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        free(rows->items[i].face);
        free(rows->items[i].label);
        free(rows->items[i].annotator);
    }
    free(rows->items);
    *rows = (struct label_rows){0};
}

/* The row's time; 0 where none is told. */
static enum sit_status take_time(struct label_row *row, const char *text,
                                 const char *name, struct sit_error *err)
{
    if (text == NULL || text[0] == '\0' || sit_time_parse(text, &row->at_ms))
        return SIT_OK;
    return sit_error_set(err, SIT_E_FORMAT,
                         "'%s', line %zu: '%s' is no time as in 2026-03-01T12:00:00Z",
                         name, row->line, text);
}

static struct label_row *add_row(struct label_rows *rows, size_t line)
{
    void *items = rows->items;
    if (!sit_grow_array(&items, &rows->capacity, rows->n + 1, sizeof *rows->items))
        return NULL;
    rows->items = items;
    rows->items[rows->n] = (struct label_row){.line = line};
    return &rows->items[rows->n++];
}

/*
 * CSV
 */

enum column { COLUMN_FACE, COLUMN_LABEL, COLUMN_ANNOTATOR, COLUMN_TIME, N_COLUMNS };
static const char *const COLUMN_NAMES[N_COLUMNS] = {"face", "label", "annotator",
                                                    "labelled_at"};

struct csv_columns {
    struct label_rows *rows;
    size_t position[N_COLUMNS]; /* field of each column, SIZE_MAX for none */
};

static enum sit_status take_header(void *context, const struct csv_record *record,
                                   struct sit_error *err)
{
    struct csv_columns *columns = context;
    for (size_t i = 0; i < record->n_fields; i++)
        for (size_t c = 0; c < N_COLUMNS; c++) {
            if (strcmp(record->fields[i], COLUMN_NAMES[c]) != 0)
                continue;
            if (columns->position[c] != SIZE_MAX)
                return sit_error_set(err, SIT_E_FORMAT,
                                     "'%s': column '%s' is there twice", record->name,
                                     COLUMN_NAMES[c]);
            columns->position[c] = i;
        }
    if (columns->position[COLUMN_FACE] == SIZE_MAX ||
        columns->position[COLUMN_LABEL] == SIZE_MAX)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': the header has no columns 'face' and 'label'%s",
                             record->name, csv_separator_hint(record));
    return SIT_OK;
}

/* The field of a column; NULL where there is none. */
static const char *field_of(const struct csv_columns *columns,
                            const struct csv_record *record, enum column column)
{
    size_t position = columns->position[column];
    return position != SIZE_MAX ? record->fields[position] : NULL;
}

/* False where memory is short. */
static bool copy_field(const char *field, char **out)
{
    *out = field != NULL ? sit_strdup(field) : NULL;
    return field == NULL || *out != NULL;
}

static enum sit_status take_record(void *context, const struct csv_record *record,
                                   struct sit_error *err)
{
    struct csv_columns *columns = context;
    struct label_row *row = add_row(columns->rows, record->line);
    if (row == NULL ||
        !copy_field(field_of(columns, record, COLUMN_FACE), &row->face) ||
        !copy_field(field_of(columns, record, COLUMN_LABEL), &row->label) ||
        !copy_field(field_of(columns, record, COLUMN_ANNOTATOR), &row->annotator))
        return sit_error_nomem(err);
    return take_time(row, field_of(columns, record, COLUMN_TIME), record->name, err);
}

static enum sit_status parse_csv(const char *bytes, size_t n_bytes, const char *name,
                                 struct label_rows *rows, struct sit_error *err)
{
    struct csv_columns columns = {.rows = rows};
    for (size_t c = 0; c < N_COLUMNS; c++)
        columns.position[c] = SIZE_MAX;
    return csv_read(bytes, n_bytes, name, take_header, take_record, &columns, err);
}

/*
 * JSON lines
 */

static enum sit_status copy_member(const json_t *object, const char *key, char **out,
                                   const char *name, size_t line, struct sit_error *err)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value))
        return SIT_OK;
    if (!json_is_string(value))
        return sit_error_set(err, SIT_E_FORMAT, "'%s', line %zu: '%s' is no text", name,
                             line, key);
    *out = sit_strdup(json_string_value(value));
    return *out != NULL ? SIT_OK : sit_error_nomem(err);
}

static enum sit_status parse_json_line(const char *bytes, size_t n_bytes,
                                       const char *name, size_t line,
                                       struct label_rows *rows, struct sit_error *err)
{
    json_error_t cause;
    json_t *object = json_loadb(bytes, n_bytes, JSON_REJECT_DUPLICATES, &cause);
    if (object == NULL &&
        (json_error_code(&cause) == json_error_out_of_memory || cause.text[0] == '\0'))
        return sit_error_nomem(err);
    if (!json_is_object(object)) {
        json_decref(object);
        return sit_error_set(err, SIT_E_FORMAT, "'%s', line %zu: no JSON object (%s)",
                             name, line, object != NULL ? "another type" : cause.text);
    }
    struct label_row *row = add_row(rows, line);
    char *time = NULL;
    enum sit_status status = row != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK)
        status = copy_member(object, "face", &row->face, name, line, err);
    if (status == SIT_OK)
        status = copy_member(object, "label", &row->label, name, line, err);
    if (status == SIT_OK)
        status = copy_member(object, "annotator", &row->annotator, name, line, err);
    if (status == SIT_OK)
        status = copy_member(object, "labelled_at", &time, name, line, err);
    if (status == SIT_OK) {
        status = take_time(row, time, name, err);
        if (status == SIT_OK && row->face == NULL)
            status = sit_error_set(err, SIT_E_FORMAT, "'%s', line %zu: no field 'face'",
                                   name, line);
    }
    free(time);
    json_decref(object);
    return status;
}

static enum sit_status parse_jsonl(const char *bytes, size_t n_bytes, const char *name,
                                   struct label_rows *rows, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    size_t line = 1;
    for (size_t at = 0; status == SIT_OK && at < n_bytes; line++) {
        const char *end = memchr(bytes + at, '\n', n_bytes - at);
        size_t length = end != NULL ? (size_t)(end - bytes) - at : n_bytes - at;
        size_t blank = 0;
        while (blank < length && strchr(" \t\r", bytes[at + blank]) != NULL &&
               bytes[at + blank] != '\0')
            blank++;
        if (blank < length)
            status = parse_json_line(bytes + at, length, name, line, rows, err);
        at += length + 1;
    }
    return status;
}

enum sit_status label_rows_parse(const char *bytes, size_t n_bytes, const char *name,
                                 struct label_rows *out, struct sit_error *err)
{
    struct label_rows rows = {0};
    if (n_bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) { /* byte order mark */
        bytes += 3;
        n_bytes -= 3;
    }
    size_t first = 0;
    while (first < n_bytes && (bytes[first] == ' ' || bytes[first] == '\n' ||
                               bytes[first] == '\r' || bytes[first] == '\t'))
        first++;
    enum sit_status status = first < n_bytes && bytes[first] == '{'
                                 ? parse_jsonl(bytes, n_bytes, name, &rows, err)
                                 : parse_csv(bytes, n_bytes, name, &rows, err);
    if (status != SIT_OK) {
        label_rows_release(&rows);
        return status;
    }
    *out = rows;
    return SIT_OK;
}
