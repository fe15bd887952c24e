/*
 * The tables that are asked for: by one field or by two.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_table.h"
#include "sitter/alloc.h"

/* The classes within each value of another field: the field's cells, each a row for
 * every class. */
static enum sit_status
add_class_rows(struct report_estimator *e, struct sit_report_table *table,
               const struct report_field *other, bool class_first,
               const struct report_cells *cells, struct sit_error *err)
{
    const struct sit_report *report = e->data->report;
    enum sit_status status = SIT_OK;
    size_t n_classes = report->classes.n, n = cells->n * n_classes;
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        const struct report_cell *cell =
            &cells->items[class_first ? i % cells->n : i / n_classes];
        sit_class_index k = (sit_class_index)(class_first ? i / cells->n
                                                          : i % n_classes);
        const char *label = other->labels[cell->a],
                   *name = report_class_name(report, k);
        struct sit_report_row *row;
        status = report_add_row(table, class_first ? name : label,
                                class_first ? label : name, &row, err);
        if (status != SIT_OK)
            break;
        row->x = class_first ? (double)NAN : other->x[cell->a];
        row->unknown = other->has_unknown && cell->a == other->n_values - 1;
        row->figures[0] = report_count((double)cell->n_sources);
        row->figures[1] = report_count((double)cell->n_faces);
        status = report_share_of_faces(e, cell->faces, cell->n_faces, k,
                                       &row->figures[2], err);
        row->faces = sit_malloc_array(cell->n_faces, sizeof *row->faces);
        if (row->faces == NULL)
            return sit_error_nomem(err);
        for (size_t j = 0; j < cell->n_faces; j++)
            if (report->faces[cell->faces[j]].class_index == k)
                row->faces[row->n_faces++] = cell->faces[j];
    }
    return status;
}

/* A field's name as a part of a file's name. */
static void append_safe(struct sit_buf *out, const char *name)
{
    for (size_t i = 0; name[i] != '\0' && i < 40; i++) {
        char c = name[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-';
        sit_buf_append_char(out, plain ? c : '_');
    }
}

/* An id that no table has yet. */
static char *new_id(const struct sit_report *report, const char *a, const char *b)
{
    struct sit_buf id = {0};
    sit_buf_append_text(&id, "by_");
    append_safe(&id, a);
    if (b != NULL) {
        sit_buf_append_char(&id, '_');
        append_safe(&id, b);
    }
    size_t n_bytes = id.n_bytes;
    for (size_t i = 2; !id.failed && sit_report_find_table(report, id.data); i++) {
        id.n_bytes = n_bytes;
        sit_buf_appendf(&id, "_%zu", i);
    }
    if (id.failed)
        sit_buf_release(&id);
    return sit_buf_take(&id);
}

static enum sit_status new_by_table(const struct report_data *data,
                                    struct sit_report *report,
                                    const struct sit_report_by *by,
                                    struct sit_report_table **out,
                                    struct sit_error *err)
{
    const char *a = by->fields[0], *b = by->fields[1];
    bool of_class = strcmp(a, "class") == 0 || (b != NULL && strcmp(b, "class") == 0);
    char *id = new_id(report, a, b);
    if (id == NULL)
        return sit_error_nomem(err);
    char *title = of_class
                      ? report_text("Faces by %s and %s", a, b != NULL ? b : "")
                      : report_text("Share of %s by %s%s%s",
                                    report_class_name(report, report->share_class), a,
                                    b != NULL ? " and " : "", b != NULL ? b : "");
    struct sit_report_table *table = report_add_table(report, id, title, "face", a);
    free(id);
    if (table == NULL)
        return sit_error_nomem(err);
    if (b != NULL && (table->field2 = sit_strdup(b)) == NULL)
        return sit_error_nomem(err);
    enum sit_status status;
    if (!of_class)
        status = report_add_group_columns(data, table, err);
    else {
        status = report_add_column(table, "posters", sit_strdup("posters"),
                                   SIT_FIGURE_COUNT, SIT_NO_CLASS, err);
        if (status == SIT_OK)
            status = report_add_column(table, "faces", sit_strdup("faces"),
                                       SIT_FIGURE_COUNT, SIT_NO_CLASS, err);
        if (status == SIT_OK)
            status = report_add_column(table, "share", sit_strdup("share"),
                                       SIT_FIGURE_SHARE, SIT_NO_CLASS, err);
        table->chart_column = 2;
    }
    if (status == SIT_OK)
        *out = table;
    return status;
}

static enum sit_status fill_by(struct report_estimator *e,
                               struct sit_report_table *table,
                               const struct report_field *a,
                               const struct report_field *b, struct sit_error *err)
{
    struct report_cells cells = {0};
    bool crossed = b != NULL, class_first = a->is_class;
    enum sit_status status;
    if (crossed && (a->is_class || b->is_class)) {
        const struct report_field *other = class_first ? b : a;
        status = report_cells_make(e->data, other, NULL, &cells, err);
        if (status == SIT_OK)
            status = add_class_rows(e, table, other, class_first, &cells, err);
    } else {
        status = report_cells_make(e->data, a, b, &cells, err);
        if (status == SIT_OK)
            status = report_add_rows(e, table, a, b, &cells, err);
        if (status == SIT_OK && !crossed)
            table->chart = table->n_rows > 0 && isfinite(table->rows[0].x)
                               ? SIT_CHART_LINE
                               : SIT_CHART_BARS;
    }
    report_cells_release(&cells);
    if (status == SIT_OK && (strcmp(a->name, "keyword") == 0 ||
                             (crossed && strcmp(b->name, "keyword") == 0)))
        status = report_add_note(
            table,
            report_text("The %zu most frequent keywords only; a "
                        "poster has several, so rows overlap.",
                        strcmp(a->name, "keyword") == 0 ? a->n_values : b->n_values),
            err);
    return status;
}

enum sit_status report_by_table(struct report_estimator *e, struct sit_report *report,
                                const struct sit_report_by *by, struct sit_error *err)
{
    struct report_field a = {0}, b = {0};
    struct sit_report_table *table = NULL;
    bool crossed = by->fields[1] != NULL;
    if (crossed ? strcmp(by->fields[0], by->fields[1]) == 0
                : strcmp(by->fields[0], "class") == 0)
        return sit_error_set(err, SIT_E_ARG,
                             crossed ? "a table by '%s' and itself"
                                     : "a table by '%s' alone is the table of faces",
                             by->fields[0]);
    enum sit_status status = report_field_make(e->data, by->fields[0], &a, err);
    if (status == SIT_OK && crossed)
        status = report_field_make(e->data, by->fields[1], &b, err);
    if (status == SIT_OK)
        status = new_by_table(e->data, report, by, &table, err);
    if (status == SIT_OK)
        status = fill_by(e, table, &a, crossed ? &b : NULL, err);
    report_field_release(&a);
    report_field_release(&b);
    return status;
}
