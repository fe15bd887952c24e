/*
 * The colours of text: which of the 256 can be read on what background. Arithmetic
 * only; the painter gives them to curses.
 */
#ifndef SITTER_TUI_PALETTE_H
#define SITTER_TUI_PALETTE_H

#include <stdint.h>

#include "grid.h"

/** The red, green and blue of colour 16 to 255: the same on every terminal. */
void sit_palette_rgb(int colour, uint8_t rgb[3]);

/** The contrast of two colours, 1 to 21 (WCAG 2, relative luminance). */
double sit_palette_contrast(const uint8_t a[3], const uint8_t b[3]);

/**
 * The colour of a style, 16 to 255, or -1 for the terminal's own. `background` NULL:
 * not known; a contrast of 3 and more on black and on white. Else 4.5 and more, in
 * black or white where nothing of that hue has it.
 */
int sit_palette_colour(enum sit_style style, const uint8_t *background);

#endif
