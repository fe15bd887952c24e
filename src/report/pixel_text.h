/*
 * Private to the report: plain ASCII on a picture, for headings of a contact sheet.
 */
#ifndef SITTER_PIXEL_TEXT_H
#define SITTER_PIXEL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/image.h"

enum { PIXEL_TEXT_COLS = 6, PIXEL_TEXT_ROWS = 9 };

/* Draw at (x_px, y_px), each pixel of a letter `scale` wide; parts outside are clipped.
 * Letters it does not have are '?'. */
void pixel_text(struct sit_image *image, const char *text, size_t x_px, size_t y_px,
                size_t scale, const uint8_t rgb[3]);

#endif
