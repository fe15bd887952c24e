/*
 * Private to the command line: a learning curve as a chart for the terminal, as SVG,
 * and in words.
 */
#ifndef SITTER_CLI_CURVE_OUT_H
#define SITTER_CLI_CURVE_OUT_H

#include <stdbool.h>

#include "sitter/buf.h"
#include "sitter/curve.h"

/* The axes both drawings have: accuracy upwards, labels to the right on a logarithmic
 * scale, to twice the last point where the law is drawn. */
struct curve_axes {
    double n_low, n_high;
    double low, high; /* accuracy, both multiples of `step` */
    double step;
};
struct curve_axes curve_axes(const struct sit_learning_curve *curve);
/* 0 to 1 along an axis. */
double curve_across(const struct curve_axes *axes, double n);
double curve_up(const struct curve_axes *axes, double accuracy);

/* At most 80 columns, with a line break at the end; ASCII only unless utf8. */
void curve_chart(const struct sit_learning_curve *curve, bool utf8,
                 struct sit_buf *out);

/* Self-contained, legible on white and on black, with title and description. */
void curve_svg(const struct sit_curve *curve, struct sit_buf *out);

/* Whether more labels are worth it, in a few lines: yes where the whole interval of the
 * gain lies above a point of accuracy, hardly where it lies below, and untold where it
 * is wider than ten. */
void curve_answer(const struct sit_curve *curve, struct sit_buf *out);

#endif
