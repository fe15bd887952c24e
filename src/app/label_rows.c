/*
 * Parsing label files: CSV by libcsv in strict mode, JSON lines by jansson.
 */
#include "label_rows.h"

#include <csv.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct csv_state {
    struct label_rows *rows;
    const char *name;
    size_t line;                /* of the record, counting records' line breaks */
    size_t field;               /* within the record */
    size_t n_fields;            /* of the header */
    size_t position[N_COLUMNS]; /* field of each column, SIZE_MAX for none */
    bool in_header;
    char *values[N_COLUMNS]; /* of the record being read */
    enum sit_status status;
    struct sit_error error;
};

static void note_header(struct csv_state *state, const char *text)
{
    for (size_t c = 0; c < N_COLUMNS; c++) {
        if (strcmp(text, COLUMN_NAMES[c]) != 0)
            continue;
        if (state->position[c] != SIZE_MAX && state->status == SIT_OK)
            state->status = sit_error_set(&state->error, SIT_E_FORMAT,
                                          "'%s': column '%s' is there twice",
                                          state->name, text);
        state->position[c] = state->field;
    }
}

static void on_field(void *bytes, size_t n_bytes, void *context)
{
    struct csv_state *state = context;
    if (state->status != SIT_OK)
        return;
    const char *text = bytes != NULL ? bytes : "";
    if (memchr(text, '\0', n_bytes) != NULL) {
        state->status = sit_error_set(&state->error, SIT_E_FORMAT,
                                      "'%s', line %zu: a NUL byte", state->name,
                                      state->line);
        return;
    }
    char *copy = sit_strndup(text, n_bytes);
    if (copy == NULL) {
        state->status = sit_error_nomem(&state->error);
        return;
    }
    if (state->in_header)
        note_header(state, copy);
    for (size_t c = 0; !state->in_header && c < N_COLUMNS; c++) {
        if (state->position[c] == state->field) {
            state->values[c] = copy;
            copy = NULL;
            break;
        }
    }
    free(copy);
    state->field++;
}

static void finish_record(struct csv_state *state)
{
    if (state->field != state->n_fields) {
        state->status = sit_error_set(
            &state->error, SIT_E_FORMAT,
            "'%s', line %zu: %zu fields where the header has %zu", state->name,
            state->line, state->field, state->n_fields);
        return;
    }
    struct label_row *row = add_row(state->rows, state->line);
    if (row == NULL) {
        state->status = sit_error_nomem(&state->error);
        return;
    }
    row->face = state->values[COLUMN_FACE];
    row->label = state->values[COLUMN_LABEL];
    row->annotator = state->values[COLUMN_ANNOTATOR];
    state->status = take_time(row, state->values[COLUMN_TIME], state->name,
                              &state->error);
    free(state->values[COLUMN_TIME]);
    memset(state->values, 0, sizeof state->values);
}

static void on_record(int end, void *context)
{
    (void)end;
    struct csv_state *state = context;
    if (state->status != SIT_OK)
        return;
    if (!state->in_header) {
        finish_record(state);
    } else {
        state->in_header = false;
        state->n_fields = state->field;
        if (state->position[COLUMN_FACE] == SIZE_MAX ||
            state->position[COLUMN_LABEL] == SIZE_MAX)
            state->status = sit_error_set(&state->error, SIT_E_FORMAT,
                                          "'%s': the header has no columns 'face' and "
                                          "'label'",
                                          state->name);
    }
    state->field = 0;
}

/* Feed line by line, so that an error knows its line. */
static enum sit_status feed_csv(struct csv_parser *parser, struct csv_state *state,
                                const char *bytes, size_t n_bytes)
{
    size_t line = 1;
    for (size_t at = 0; at < n_bytes && state->status == SIT_OK; line++) {
        const char *end = memchr(bytes + at, '\n', n_bytes - at);
        size_t length = end != NULL ? (size_t)(end - bytes) + 1 - at : n_bytes - at;
        state->line = line;
        if (csv_parse(parser, bytes + at, length, on_field, on_record, state) != length)
            return sit_error_set(
                &state->error, SIT_E_FORMAT, "'%s', line %zu: %s", state->name, line,
                csv_error(parser) == CSV_EPARSE ? "a quote in the wrong place"
                                                : csv_strerror(csv_error(parser)));
        at += length;
    }
    if (state->status == SIT_OK && csv_fini(parser, on_field, on_record, state) != 0)
        return sit_error_set(
            &state->error, SIT_E_FORMAT,
            "'%s': a quoted field is not closed at the end of the file", state->name);
    return state->status;
}

static enum sit_status parse_csv(const char *bytes, size_t n_bytes, const char *name,
                                 struct label_rows *rows, struct sit_error *err)
{
    struct csv_state state = {.rows = rows, .name = name, .in_header = true};
    for (size_t c = 0; c < N_COLUMNS; c++)
        state.position[c] = SIZE_MAX;
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return sit_error_nomem(err);
    enum sit_status status = feed_csv(&parser, &state, bytes, n_bytes);
    csv_free(&parser);
    for (size_t c = 0; c < N_COLUMNS; c++)
        free(state.values[c]);
    if (status == SIT_OK && state.in_header)
        status = sit_error_set(&state.error, SIT_E_FORMAT, "'%s' is empty", name);
    if (status != SIT_OK && err != NULL)
        *err = state.error;
    return status;
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
