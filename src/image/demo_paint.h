/*
 * The demo's brushes: smooth shapes with two-tone shading, tapered strokes, soft spots,
 * all in the coordinates of a frame that is laid on the picture.
 */
#ifndef SITTER_DEMO_PAINT_H
#define SITTER_DEMO_PAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/canvas.h"

enum { PAINT_MAX_CONTROLS = 32 };

/** Where and how large on the picture: pixel = origin + rotation(point) * scale. */
struct paint {
    struct sit_image *image;
    struct sit_point origin;
    float scale_px;
    float cos_angle, sin_angle;
    bool out_of_memory; /* something is missing in the picture */
};

struct paint paint_on(struct sit_image *image, float x_px, float y_px, float scale_px,
                      float angle);

/** The same frame, its points turned by `angle` around `pivot`. */
struct paint paint_turned(const struct paint *paint, struct sit_point pivot,
                          float angle);

/** From `light` at one point to `dark` at the other, along the line between. */
struct paint_tone {
    struct sit_colour light, dark;
    struct sit_point from, to;
};

struct paint_tone paint_flat(struct sit_colour colour);

/** A closed smooth curve through the control points, or a polygon of them. */
void paint_shape(struct paint *paint, const struct sit_point *controls, size_t n,
                 struct paint_tone tone);
void paint_polygon(struct paint *paint, const struct sit_point *corners, size_t n,
                   struct paint_tone tone);

/** An open smooth curve whose width goes from `width_begin` by `width_middle` to
 * `width_end`. */
void paint_stroke(struct paint *paint, const struct sit_point *controls, size_t n,
                  float width_begin, float width_middle, float width_end,
                  struct sit_colour colour);

void paint_ellipse(struct paint *paint, float x, float y, float rx, float ry,
                   float angle, struct sit_colour colour);

/** A spot that fades out towards the ellipse. */
void paint_soft(struct paint *paint, float x, float y, float rx, float ry, float angle,
                struct sit_colour colour);

/* Colours. */
struct sit_colour colour_mix(struct sit_colour a, struct sit_colour b, float t);
struct sit_colour colour_scale(struct sit_colour c, float k);
struct sit_colour colour_alpha(struct sit_colour c, float alpha);

#endif
