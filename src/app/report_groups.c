/*
 * Tables of groups of faces: how many posters and faces each has, and the share of the
 * class in it. By time and by keyword; those of other fields are made of the same.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_table.h"
#include "sitter/alloc.h"

enum sit_status report_add_group_columns(const struct report_data *data,
                                         struct sit_report_table *table,
                                         struct sit_error *err)
{
    const struct sit_report *report = data->report;
    enum sit_status status = report_add_column(table, "posters", sit_strdup("posters"),
                                               SIT_FIGURE_COUNT, SIT_NO_CLASS, err);
    if (status == SIT_OK)
        status = report_add_column(table, "faces", sit_strdup("faces"),
                                   SIT_FIGURE_COUNT, SIT_NO_CLASS, err);
    if (status == SIT_OK)
        status = report_add_column(
            table, "share",
            report_text("share of %s", report_class_name(report, report->share_class)),
            SIT_FIGURE_SHARE, report->share_class, err);
    for (size_t k = 0; status == SIT_OK && data->n_trained > 2 && k < data->n_trained;
         k++) {
        sit_class_index index = data->trained[k];
        if (index == report->share_class)
            continue;
        char id[32];
        snprintf(id, sizeof id, "share_%d", (int)index + 1);
        status = report_add_column(
            table, id, report_text("share of %s", report_class_name(report, index)),
            SIT_FIGURE_SHARE, index, err);
    }
    table->chart_column = 2;
    return status;
}

/* Fill the columns above; takes the cell's faces. */
static enum sit_status fill_group(struct report_estimator *e,
                                  struct sit_report_table *table,
                                  struct sit_report_row *row, struct report_cell *cell,
                                  struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    row->figures[0] = report_count((double)cell->n_sources);
    row->figures[1] = report_count((double)cell->n_faces);
    for (size_t c = 2; status == SIT_OK && c < table->n_columns; c++)
        if (table->columns[c].kind == SIT_FIGURE_SHARE &&
            table->columns[c].class_index != SIT_NO_CLASS)
            status = report_share_of_faces(e, cell->faces, cell->n_faces,
                                           table->columns[c].class_index,
                                           &row->figures[c], err);
    row->faces = cell->faces;
    row->n_faces = cell->n_faces;
    cell->faces = NULL;
    return status;
}

static double collection_share(struct report_estimator *e, sit_class_index k)
{
    return e->whole_known[k] ? e->whole[k].estimate : (double)NAN;
}

enum sit_status report_add_rows(struct report_estimator *e,
                                struct sit_report_table *table,
                                const struct report_field *a,
                                const struct report_field *b,
                                struct report_cells *cells, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < cells->n; i++) {
        struct report_cell *cell = &cells->items[i];
        struct sit_report_row *row;
        status = report_add_row(table, a->labels[cell->a],
                                b != NULL ? b->labels[cell->b] : NULL, &row, err);
        if (status != SIT_OK)
            break;
        row->x = a->x[cell->a];
        row->unknown = (a->has_unknown && cell->a == a->n_values - 1) ||
                       (b != NULL && b->has_unknown && cell->b == b->n_values - 1);
        status = fill_group(e, table, row, cell, err);
    }
    table->reference = collection_share(e, e->data->report->share_class);
    return status;
}

enum sit_status report_time_table(struct report_estimator *e, struct sit_report *report,
                                  const char *field, struct sit_error *err)
{
    struct report_field times;
    struct report_cells cells = {0};
    enum sit_status status = report_field_make(e->data, field, &times, err);
    if (status != SIT_OK)
        return status;
    bool any = times.n_values > times.has_unknown;
    if (any)
        status = report_cells_make(e->data, &times, NULL, &cells, err);
    if (any && status == SIT_OK) {
        struct sit_report_table *table = report_add_table(
            report, field,
            report_text("Share of %s by %s",
                        report_class_name(report, report->share_class), field),
            "face", field);
        status = table == NULL ? sit_error_nomem(err)
                               : report_add_group_columns(e->data, table, err);
        if (status == SIT_OK) {
            table->chart = SIT_CHART_LINE;
            status = report_add_rows(e, table, &times, NULL, &cells, err);
        }
        if (status == SIT_OK)
            status = report_trend(e, report->share_class, &table->trend, err);
    }
    report_cells_release(&cells);
    report_field_release(&times);
    return status;
}

/*
 * Keywords
 */

static enum sit_status frequent_table(const struct report_data *data,
                                      struct sit_report *report,
                                      const struct report_field *keywords,
                                      const struct report_cells *cells,
                                      struct sit_error *err)
{
    struct sit_report_table *table = report_add_table(
        report, "keywords", sit_strdup("The most frequent keywords"), "poster",
        "keyword");
    if (table == NULL)
        return sit_error_nomem(err);
    size_t n_with = 0;
    for (size_t s = 0; s < report->n_sources; s++)
        n_with += data->keywords.first[s + 1] > data->keywords.first[s];
    table->chart = SIT_CHART_BARS;
    enum sit_status status = report_add_column(table, "posters", sit_strdup("posters"),
                                               SIT_FIGURE_SHARE, SIT_NO_CLASS, err);
    for (size_t i = 0; status == SIT_OK && i < cells->n; i++) {
        const struct report_cell *cell = &cells->items[i];
        struct sit_report_row *row;
        status = report_add_row(table, keywords->labels[cell->a], NULL, &row, err);
        if (status != SIT_OK)
            break;
        struct sit_figure *figure = &row->figures[0];
        *figure = report_empty_share();
        figure->n = figure->n_sources = n_with;
        figure->count = (double)cell->n_sources;
        figure->raw = figure->count / (double)n_with;
        figure->estimate = figure->low = figure->high = figure->raw;
        figure->method = sit_prevalence_method_name(SIT_PREVALENCE_COUNTED);
        row->n_faces = cell->n_faces;
        row->faces = sit_malloc_array(cell->n_faces, sizeof *row->faces);
        if (row->faces == NULL)
            return sit_error_nomem(err);
        memcpy(row->faces, cell->faces, cell->n_faces * sizeof *row->faces);
    }
    if (status == SIT_OK)
        status = report_add_note(
            table,
            report_text("%zu different keywords on %zu posters that have any, those "
                        "without faces included. A poster has several, so the rows "
                        "overlap and do not add up.",
                        data->keyword_names.n, n_with),
            err);
    return status;
}

static int largest_share_first(const void *a, const void *b)
{
    const struct sit_report_row *x = a, *y = b;
    double p = x->figures[2].estimate, q = y->figures[2].estimate;
    if (!isfinite(p) || !isfinite(q))
        return isfinite(q) - isfinite(p);
    if (p != q)
        return p > q ? -1 : 1;
    return strcmp(x->label, y->label);
}

/* The column of the differences: p, q and which survive. */
static enum sit_status add_differences(struct report_estimator *e,
                                       struct sit_report_table *table, size_t column,
                                       struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < table->n_rows; i++) {
        struct sit_report_row *row = &table->rows[i];
        status = report_difference(e, row->faces, row->n_faces,
                                   e->data->report->share_class, &row->figures[column],
                                   err);
    }
    return status == SIT_OK ? report_adjust(table, column, err) : status;
}

static enum sit_status shares_table(struct report_estimator *e,
                                    struct sit_report *report,
                                    const struct report_field *keywords,
                                    struct report_cells *cells, struct sit_error *err)
{
    struct sit_report_table *table = report_add_table(
        report, "keyword_share",
        report_text("Share of %s by keyword",
                    report_class_name(report, report->share_class)),
        "face", "keyword");
    if (table == NULL)
        return sit_error_nomem(err);
    enum sit_status status = report_add_group_columns(e->data, table, err);
    size_t column = table->n_columns;
    table->chart = SIT_CHART_BARS;
    if (status == SIT_OK)
        status = report_add_column(table, "difference",
                                   sit_strdup("difference from the collection"),
                                   SIT_FIGURE_SHARE, SIT_NO_CLASS, err);
    if (status == SIT_OK)
        status = report_add_rows(e, table, keywords, NULL, cells, err);
    if (status == SIT_OK)
        status = add_differences(e, table, column, err);
    if (status == SIT_OK && table->n_rows > 1)
        qsort(table->rows, table->n_rows, sizeof *table->rows, largest_share_first);
    if (status == SIT_OK)
        status = report_add_note(
            table,
            sit_strdup("A poster has several keywords, so the rows overlap. Each is "
                       "tested against the posters without it; * marks differences "
                       "that survive Benjamini and Hochberg's procedure (rate of "
                       "false discoveries 5 %) over the rows that could be tested."),
            err);
    return status;
}

enum sit_status report_keyword_tables(struct report_estimator *e,
                                      struct sit_report *report, struct sit_error *err)
{
    struct report_field keywords;
    struct report_cells cells = {0};
    enum sit_status status = report_field_make(e->data, "keyword", &keywords, err);
    if (status != SIT_OK)
        return status;
    if (keywords.n_values > 0)
        status = report_cells_make(e->data, &keywords, NULL, &cells, err);
    if (status == SIT_OK && cells.n > 0)
        status = frequent_table(e->data, report, &keywords, &cells, err);
    if (status == SIT_OK && cells.n > 0)
        status = shares_table(e, report, &keywords, &cells, err);
    report_cells_release(&cells);
    report_field_release(&keywords);
    return status;
}
