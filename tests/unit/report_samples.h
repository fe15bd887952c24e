/*
 * Tables as a report has them, made by hand, for the tests of charts and pages.
 */
#ifndef REPORT_SAMPLES_H
#define REPORT_SAMPLES_H

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/report.h"

struct sample_row {
    const char *label;
    double x, share, low, high;
    bool weak;
};

static inline struct sit_figure sample_share(const struct sample_row *row)
{
    return (struct sit_figure){.kind = SIT_FIGURE_SHARE,
                               .n = 200,
                               .n_labelled = row->weak ? 3 : 50,
                               .n_predicted = row->weak ? 197 : 150,
                               .n_random = row->weak ? 3 : 50,
                               .n_sources = 40,
                               .count = row->share * 200,
                               .raw = row->share,
                               .estimate = row->share,
                               .low = row->low,
                               .high = row->high,
                               .method = row->weak ? "model-based" : "PPI++",
                               .few = row->weak,
                               .model_based = row->weak,
                               .p = NAN,
                               .q = NAN};
}

/* One column, "share of female", charted as `kind`. */
static inline struct sit_report_table
sample_table(enum sit_report_chart kind, const struct sample_row *rows, size_t n_rows)
{
    struct sit_report_table table = {
        .id = sit_strdup("decade"),
        .title = sit_strdup("Faces by decade"),
        .note = sit_strdup(""),
        .unit = "face",
        .field = sit_strdup("decade"),
        .chart = kind,
        .reference = 0.30,
        .columns = sit_calloc(1, sizeof(struct sit_report_column)),
        .n_columns = 1,
        .rows = sit_calloc(n_rows, sizeof(struct sit_report_row)),
        .n_rows = n_rows,
    };
    table.columns[0] = (struct sit_report_column){.id = sit_strdup("share"),
                                                  .name = sit_strdup("share of female"),
                                                  .kind = SIT_FIGURE_SHARE,
                                                  .class_index = 1};
    for (size_t i = 0; i < n_rows; i++) {
        table.rows[i] = (struct sit_report_row){
            .label = sit_strdup(rows[i].label),
            .x = rows[i].x,
            .figures = sit_calloc(1, sizeof(struct sit_figure))};
        table.rows[i].figures[0] = sample_share(&rows[i]);
    }
    return table;
}

static inline void sample_table_release(struct sit_report_table *table)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        free(table->rows[i].label);
        free(table->rows[i].figures);
        free(table->rows[i].faces);
    }
    free(table->rows);
    for (size_t i = 0; i < table->n_columns; i++) {
        free(table->columns[i].id);
        free(table->columns[i].name);
    }
    free(table->columns);
    free(table->id);
    free(table->title);
    free(table->note);
    free(table->field);
}

#endif
