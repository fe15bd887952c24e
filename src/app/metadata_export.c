/*
 * Metadata as CSV, so that importing it gives the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "csv_write.h"
#include "sitter/alloc.h"
#include "sitter/metadata.h"

struct exporter {
    struct sit_buf *out;
    char **columns; /* names of further columns, sorted */
    size_t n_columns, capacity;
    size_t n_sources;
};

/* Where a column is, or would be. */
static size_t column_at(const struct exporter *exporter, const char *name, bool *found)
{
    size_t low = 0, high = exporter->n_columns;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(exporter->columns[middle], name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static enum sit_status note_columns(void *context, const struct sit_source_row *row,
                                    struct sit_error *err)
{
    struct exporter *exporter = context;
    for (size_t i = 0; i < row->facts.n_fields; i++) {
        bool found;
        size_t at = column_at(exporter, row->facts.fields[i].name, &found);
        if (found)
            continue;
        void *columns = exporter->columns;
        if (!sit_grow_array(&columns, &exporter->capacity, exporter->n_columns + 1,
                            sizeof *exporter->columns))
            return sit_error_nomem(err);
        exporter->columns = columns;
        char *name = sit_strdup(row->facts.fields[i].name);
        if (name == NULL)
            return sit_error_nomem(err);
        memmove(exporter->columns + at + 1, exporter->columns + at,
                (exporter->n_columns - at) * sizeof *exporter->columns);
        exporter->columns[at] = name;
        exporter->n_columns++;
    }
    return SIT_OK;
}

static void append_cell(struct sit_buf *out, const char *text)
{
    sit_buf_append_char(out, ',');
    if (text != NULL)
        csv_append_field(out, text);
}

static void append_keywords(struct sit_buf *out, const struct sit_source_facts *facts)
{
    struct sit_buf joined = {0};
    for (size_t i = 0; i < facts->n_keywords; i++) {
        sit_buf_append_text(&joined, i > 0 ? "; " : "");
        sit_buf_append_text(&joined, facts->keywords[i]);
    }
    out->failed = out->failed || joined.failed;
    append_cell(out, sit_buf_text(&joined));
    sit_buf_release(&joined);
}

static enum sit_status write_row(void *context, const struct sit_source_row *row,
                                 struct sit_error *err)
{
    struct exporter *exporter = context;
    const struct sit_source_facts *facts = &row->facts;
    struct sit_buf *out = exporter->out;
    csv_append_field(out, row->name);
    append_cell(out, facts->title);
    append_cell(out, facts->artist);
    append_cell(out, facts->year_text);
    append_keywords(out, facts);
    append_cell(out, facts->description);
    /* The fields come in the order of the columns. */
    for (size_t c = 0, f = 0; c < exporter->n_columns; c++) {
        bool here = f < facts->n_fields &&
                    strcmp(facts->fields[f].name, exporter->columns[c]) == 0;
        append_cell(out, here ? facts->fields[f].value : NULL);
        f += here;
    }
    sit_buf_append_text(out, "\r\n");
    exporter->n_sources++;
    return out->failed ? sit_error_nomem(err) : SIT_OK;
}

enum sit_status sit_metadata_export(struct sit_project *project, struct sit_buf *out,
                                    size_t *n_sources, struct sit_error *err)
{
    struct exporter exporter = {.out = out};
    enum sit_status status = sit_project_sources(project, NULL, note_columns, &exporter,
                                                 err);
    for (int c = 0; c < SIT_METADATA_N_COLUMNS; c++) {
        sit_buf_append_text(out, c > 0 ? "," : "");
        sit_buf_append_text(out, sit_metadata_column_name((enum sit_metadata_column)c));
    }
    for (size_t i = 0; i < exporter.n_columns; i++)
        append_cell(out, exporter.columns[i]);
    sit_buf_append_text(out, "\r\n");
    if (status == SIT_OK)
        status = sit_project_sources(project, NULL, write_row, &exporter, err);
    for (size_t i = 0; i < exporter.n_columns; i++)
        free(exporter.columns[i]);
    free(exporter.columns);
    if (status == SIT_OK && n_sources != NULL)
        *n_sources = exporter.n_sources;
    return status;
}
