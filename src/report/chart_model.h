/*
 * Private to the report: what a chart draws, taken from a table once for all three
 * ways of drawing it. Values are finite here and lie on the axis.
 */
#ifndef SITTER_CHART_MODEL_H
#define SITTER_CHART_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/buf.h"
#include "sitter/report.h"

struct chart_point {
    char *label; /* escaped; both labels of cross tables */
    double x;    /* where the chart is a line; else NAN */
    double value;
    bool has_interval;
    double low, high;
    bool weak;  /* few labels or model-based: drawn hollow and marked */
    char mark;  /* '~' model-based, '!' few labels, ' ' neither: as in the tables */
    size_t row; /* of the table */
};

struct chart {
    bool is_line;
    bool is_share; /* values are shares, shown in percent */
    char *title;   /* escaped, as the names below */
    char *measure; /* the charted column's name; "" where the title says it */
    struct chart_point *points;
    size_t n_points;
    size_t n_left_out; /* rows beyond SIT_CHART_MAX_BARS */
    bool any_interval, any_few, any_model_based;
    double axis_low, axis_high, axis_step;
    size_t n_steps;
    double reference; /* NAN: none */
    double x_low, x_high;
    struct sit_report_trend trend; /* of a line */
};

/* False without memory. Released either way by chart_release(). */
bool chart_make(const struct sit_report_table *table, struct chart *out);
void chart_release(struct chart *chart);

/* 0 at the axis's low end, 1 at its high end; clamped. */
double chart_across(const struct chart *chart, double value);

/* "42.1" of a share (in percent, without the sign), "1234" or "3.21" of numbers. */
void chart_value_text(const struct chart *chart, double value, struct sit_buf *out);
/* A tick of the axis: "40", the last one "60 %". */
void chart_tick_text(const struct chart *chart, size_t step, struct sit_buf *out);
/* "and 12 more rows in the table"; empty where all are drawn. */
void chart_rest_text(const struct chart *chart, struct sit_buf *out);
/* "all: 31.2 %"; empty without a reference. */
void chart_reference_text(const struct chart *chart, struct sit_buf *out);
/* "straight line: +2.1 points in ten years [0.4, 3.8], p = .013"; empty without one. */
void chart_trend_text(const struct chart *chart, struct sit_buf *out);

#endif
