/*
 * Charts of a report's tables: as lines of text, as a sixel picture between lines of
 * text, as SVG. A table's charted column is drawn row by row with its intervals; rows
 * without a value ("year unknown") are left to the table.
 */
#ifndef SITTER_CHART_H
#define SITTER_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/buf.h"
#include "sitter/report.h"
#include "sitter/status.h"
#include "sitter/term.h"

enum {
    SIT_CHART_MIN_COLS = 40,
    SIT_CHART_MAX_COLS = 120,
    SIT_CHART_MAX_BARS = 200, /* further rows are left to the table, which is said */
};

/** Whether the table asks for a chart and has a row that can be drawn. */
bool sit_chart_exists(const struct sit_report_table *table);

struct sit_chart_text_options {
    size_t n_cols; /* of the window; held between the limits above */
    bool ascii;    /* the terminal draws no UTF-8 */
    bool colour;   /* SGR colours: a terminal without $NO_COLOR */
};

/**
 * Append the chart as lines of text, none wider than n_cols: a bar a row with its
 * interval (`├─╋─┤`), for SIT_CHART_LINE a point; an axis; what the marks mean. Text
 * from the project is escaped. Bars without an interval end in eighths of a cell.
 * Nothing where sit_chart_exists() is false. SIT_E_NOMEM; *out grows on success only.
 */
enum sit_status sit_chart_unicode(const struct sit_report_table *table,
                                  const struct sit_chart_text_options *options,
                                  struct sit_buf *out, struct sit_error *err);

/**
 * The same for a terminal with sixels: bars and plots are pictures that cover whole
 * cells, labels and numbers are text beside them. What is appended moves the cursor
 * relatively, scrolls where the window ends, and leaves the cursor at the start of a
 * line below. `caps` as sit_term_query() found them; no row may be under 2 x 4 px.
 * SIT_E_ARG, SIT_E_NOMEM.
 */
enum sit_status sit_chart_sixel(const struct sit_report_table *table,
                                const struct sit_term_caps *caps, struct sit_buf *out,
                                struct sit_error *err);

/**
 * The same as SVG. Text is currentColor, shapes have classes that a page styles; a
 * `standalone` file brings its own styles (light and dark) and name space. `id` must
 * be unlike others on the page: title and description are named by it. SIT_E_NOMEM.
 */
enum sit_status sit_chart_svg(const struct sit_report_table *table, const char *id,
                              bool standalone, struct sit_buf *out,
                              struct sit_error *err);

#endif
