/*
 * The polygon rasteriser behind the canvas, for code of this folder that colours the
 * covered pixels in its own way.
 */
#ifndef SITTER_CANVAS_RASTER_H
#define SITTER_CANVAS_RASTER_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/canvas.h"

/** Gets pixels x0 to x1 - 1 of row y; coverage[x - x0] is 0 to 1. */
typedef void canvas_row_fn(void *context, size_t y, size_t x0, size_t x1,
                           const float *coverage);

/**
 * Hand the rows that a polygon (even-odd) covers to `row`, clipped to the picture
 * size. Polygons with a coordinate that is not finite cover nothing. False without
 * memory.
 */
bool canvas_raster(const struct sit_point *points, size_t n, size_t width_px,
                   size_t height_px, canvas_row_fn *row, void *context);

/** Blend a colour onto one pixel. */
static inline void canvas_blend(uint8_t *pixel, const struct sit_colour *colour,
                                float alpha)
{
    float from[3] = {colour->r, colour->g, colour->b};
    for (int k = 0; k < 3; k++) {
        float old = (float)pixel[k];
        pixel[k] = (uint8_t)(int)(old + (from[k] * 255.0f - old) * alpha + 0.5f);
    }
}

#endif
