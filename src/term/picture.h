/*
 * The encoders behind sit_picture_encode(), which has checked their arguments: the
 * canvas has the format's canvas size. Private to the term layer.
 */
#ifndef SITTER_TERM_PICTURE_H
#define SITTER_TERM_PICTURE_H

#include "sitter/term.h"

/** One DCS of sixels, at most n_colours (2 to 256) colours. */
enum sit_status sit_picture_encode_sixel(const struct sit_image *canvas,
                                         size_t n_colours, struct sit_buf *out,
                                         struct sit_error *err);

/** PNG by the kitty protocol, to be scaled to n_cols x n_rows cells; 0: as it is. */
enum sit_status sit_picture_encode_kitty(const struct sit_image *canvas, size_t n_cols,
                                         size_t n_rows, struct sit_buf *out,
                                         struct sit_error *err);

/** Rows of half blocks, or of ASCII shades for SIT_GRAPHICS_NONE. Running out of memory
 * is left in out->failed. */
void sit_picture_encode_blocks(const struct sit_image *canvas,
                               enum sit_graphics graphics, struct sit_buf *out);

#endif
