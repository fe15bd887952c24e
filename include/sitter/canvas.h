/*
 * Drawing on pictures: anti-aliased shapes in picture coordinates (pixel centres at
 * .5, y down), used by the demo's portraits and by pictures that carry marks.
 */
#ifndef SITTER_CANVAS_H
#define SITTER_CANVAS_H

#include <stdbool.h>

#include "sitter/image.h"

struct sit_point {
    float x, y;
};

/** Red, green, blue and opacity, each 0 to 1. */
struct sit_colour {
    float r, g, b, a;
};

/** Fill the whole picture with an opaque colour. */
void sit_canvas_clear(struct sit_image *image, struct sit_colour colour);

/** Fill a polygon of n >= 3 points (even-odd, edges anti-aliased). Parts outside are
 * clipped. False without memory. */
bool sit_canvas_fill_polygon(struct sit_image *image, const struct sit_point *points,
                             size_t n, struct sit_colour colour);

/** Fill an ellipse around (cx, cy), turned by `angle` radians. */
void sit_canvas_fill_ellipse(struct sit_image *image, float cx, float cy, float rx,
                             float ry, float angle, struct sit_colour colour);

/** A line of a given width with round ends. */
void sit_canvas_stroke_line(struct sit_image *image, struct sit_point from,
                            struct sit_point to, float width_px,
                            struct sit_colour colour);

/** Copy `picture` with its top left pixel at (x_px, y_px); parts outside are clipped.
 */
void sit_canvas_paste(struct sit_image *image, const struct sit_image *picture,
                      long x_px, long y_px);

#endif
