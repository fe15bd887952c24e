/*
 * Private to the report: how a chart's lines are divided on a terminal, label | plot |
 * numbers, and the lines that are text in every kind of chart.
 */
#ifndef SITTER_CHART_LAYOUT_H
#define SITTER_CHART_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "chart_model.h"
#include "sitter/buf.h"

struct chart_layout {
    size_t n_cols;
    size_t label_cols, plot_cols, value_cols; /* with a blank between each */
    size_t number_cols; /* of the longest number: they are flush right */
    bool with_interval; /* numbers are followed by "[low, high]" */
    bool ascii;
};

/* False without memory. */
bool chart_layout_make(const struct chart *chart, size_t n_cols, bool ascii,
                       struct chart_layout *out);

/* Escaped text cut to n_cells and padded with blanks. ASCII terminals get '?' for what
 * they cannot draw. Returns nothing; the text takes exactly n_cells. */
void chart_layout_put(const struct chart_layout *layout, const char *text,
                      size_t n_cells, struct sit_buf *out);

void chart_layout_title(const struct chart *chart, const struct chart_layout *layout,
                        struct sit_buf *out);
void chart_layout_label(const struct chart_layout *layout,
                        const struct chart_point *point, struct sit_buf *out);
void chart_layout_value(const struct chart *chart, const struct chart_layout *layout,
                        const struct chart_point *point, struct sit_buf *out);
/* The axis under the plot: a rule with ticks, and their numbers. */
void chart_layout_axis(const struct chart *chart, const struct chart_layout *layout,
                       struct sit_buf *out);
/* "MARK text", wrapped. */
void chart_layout_mark(const struct chart_layout *layout, const char *mark,
                       const char *text, struct sit_buf *out);
/* That rows are left out, and what ! and ~ mean, where they occur; `bar` is how their
 * bars look, or NULL. */
void chart_layout_notes(const struct chart *chart, const struct chart_layout *layout,
                        const char *bar, struct sit_buf *out);

#endif
