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

/** PNG by the kitty protocol. */
enum sit_status sit_picture_encode_kitty(const struct sit_image *canvas,
                                         struct sit_buf *out, struct sit_error *err);

/** The pixels that stand for a cell where libchafa chooses its shape. */
enum { SIT_SYMBOL_WIDTH_PX = 8, SIT_SYMBOL_HEIGHT_PX = 16 };

/** Rows of block characters of several shapes (libchafa); the canvas has so many pixels
 * a cell. Without the library never called: sit_term_chafa_version() is NULL. */
void sit_picture_encode_symbols(const struct sit_image *image,
                                enum sit_graphics graphics, struct sit_buf *out);

/** The colours in force within a picture of block characters. */
struct sit_block_colours {
    bool is_set;
    uint32_t fore, back;
};

/** Append what changes the colours, indices or 24 bits as `graphics` has them. */
void sit_block_colours_append(struct sit_buf *out, enum sit_graphics graphics,
                              uint32_t fore, uint32_t back,
                              struct sit_block_colours *colours);

/** Rows of half blocks, or of ASCII shades for SIT_GRAPHICS_NONE. Running out of memory
 * is left in out->failed. */
void sit_picture_encode_blocks(const struct sit_image *canvas,
                               enum sit_graphics graphics, struct sit_buf *out);

#endif
