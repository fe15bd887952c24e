/*
 * Private to the report: a chart's bars or its plot as pixels, without any text. Rows
 * of a bar strip lie on the terminal's rows; the plot's ticks on the middle of rows.
 */
#ifndef SITTER_CHART_STRIP_H
#define SITTER_CHART_STRIP_H

#include <stddef.h>

#include "chart_model.h"
#include "sitter/image.h"
#include "sitter/status.h"

/* Bars of n_points points from `first` on, each row_px high (the last may be cut). */
enum sit_status chart_strip_bars(const struct chart *chart, size_t first,
                                 size_t n_points, size_t row_px, size_t width_px,
                                 size_t height_px, struct sit_image *out,
                                 struct sit_error *err);

/* The axis's low end lies pad_px above the bottom of n_rows rows, its high end pad_px
 * below the top. height_px may be less than n_rows * row_px. */
enum sit_status chart_strip_line(const struct chart *chart, size_t n_rows,
                                 size_t row_px, size_t width_px, size_t height_px,
                                 struct sit_image *out, struct sit_error *err);

/* Where a point of a line lies from the left, 0 to 1. */
double chart_strip_x(const struct chart *chart, double x);

#endif
