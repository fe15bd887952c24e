/*
 * Letters drawn into pictures: five by seven dots, for the keys of classes and faces.
 */
#ifndef SITTER_TUI_GLYPH_H
#define SITTER_TUI_GLYPH_H

#include <stdbool.h>

#include "sitter/image.h"

enum { SIT_GLYPH_WIDTH = 5, SIT_GLYPH_HEIGHT = 7 };

/** Whether there is a shape for it: letters, digits, some signs. */
bool sit_glyph_exists(char letter);

/** Draw it with dots of `dot_px`, its top left corner at (x_px, y_px); what is outside
 * is clipped, and a letter without a shape is nothing. */
void sit_glyph_draw(struct sit_image *image, size_t x_px, size_t y_px, size_t dot_px,
                    const uint8_t colour[3], char letter);

#endif
