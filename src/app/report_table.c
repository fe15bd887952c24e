/*
 * Tables as they grow: owned text, columns, rows with a figure a column.
 */
#include "report_table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

char *report_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = n < 0 ? NULL : sit_malloc_array((size_t)n + 1, 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)n + 1, format, arguments);
    va_end(arguments);
    return text;
}

const char *report_class_name(const struct sit_report *report, sit_class_index k)
{
    return report->classes.items[k].name;
}

struct sit_report_table *report_add_table(struct sit_report *report, const char *id,
                                          char *title, const char *unit,
                                          const char *field)
{
    void *tables = report->tables;
    if (!sit_grow_array(&tables, &report->table_capacity, report->n_tables + 1,
                        sizeof *report->tables)) {
        free(title);
        return NULL;
    }
    report->tables = tables;
    struct sit_report_table *table = &report->tables[report->n_tables++];
    *table = (struct sit_report_table){.id = sit_strdup(id),
                                       .title = title,
                                       .note = sit_strdup(""),
                                       .unit = unit,
                                       .field = sit_strdup(field),
                                       .reference = NAN};
    bool whole = table->id != NULL && title != NULL && table->note != NULL &&
                 table->field != NULL;
    return whole ? table : NULL;
}

enum sit_status report_add_column(struct sit_report_table *table, const char *id,
                                  char *name, enum sit_figure_kind kind,
                                  sit_class_index class_index, struct sit_error *err)
{
    struct sit_report_column *columns = sit_realloc_array(
        table->columns, table->n_columns + 1, sizeof *columns);
    if (columns == NULL) {
        free(name);
        return sit_error_nomem(err);
    }
    table->columns = columns;
    struct sit_report_column *column = &columns[table->n_columns++];
    *column = (struct sit_report_column){
        .id = sit_strdup(id), .name = name, .kind = kind, .class_index = class_index};
    return column->id != NULL && name != NULL ? SIT_OK : sit_error_nomem(err);
}

enum sit_status report_add_row(struct sit_report_table *table, const char *label,
                               const char *label2, struct sit_report_row **out,
                               struct sit_error *err)
{
    void *rows = table->rows;
    if (!sit_grow_array(&rows, &table->row_capacity, table->n_rows + 1,
                        sizeof *table->rows))
        return sit_error_nomem(err);
    table->rows = rows;
    struct sit_report_row *row = &table->rows[table->n_rows++];
    *row = (struct sit_report_row){
        .label = sit_strdup(label),
        .label2 = label2 != NULL ? sit_strdup(label2) : NULL,
        .x = NAN,
        .figures = sit_calloc(table->n_columns, sizeof *row->figures)};
    if (row->label == NULL || (label2 != NULL && row->label2 == NULL) ||
        row->figures == NULL)
        return sit_error_nomem(err);
    for (size_t c = 0; c < table->n_columns; c++) {
        row->figures[c] = report_empty_share();
        row->figures[c].kind = SIT_FIGURE_NONE;
    }
    *out = row;
    return SIT_OK;
}

enum sit_status report_add_note(struct sit_report_table *table, char *sentence,
                                struct sit_error *err)
{
    char *note = sentence == NULL
                     ? NULL
                     : report_text("%s%s%s", table->note,
                                   table->note[0] != '\0' ? " " : "", sentence);
    free(sentence);
    if (note == NULL)
        return sit_error_nomem(err);
    free(table->note);
    table->note = note;
    return SIT_OK;
}

void report_table_release(struct sit_report_table *table)
{
    for (size_t c = 0; c < table->n_columns; c++) {
        free(table->columns[c].id);
        free(table->columns[c].name);
    }
    for (size_t i = 0; i < table->n_rows; i++) {
        free(table->rows[i].label);
        free(table->rows[i].label2);
        free(table->rows[i].figures);
        free(table->rows[i].faces);
    }
    free(table->columns);
    free(table->rows);
    free(table->id);
    free(table->title);
    free(table->note);
    free(table->field);
    free(table->field2);
}
