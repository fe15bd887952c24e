/*
 * Composing a strip: its faces side by side, frames, letters and crosses drawn in.
 */
#ifndef SITTER_TUI_STRIP_PICTURE_H
#define SITTER_TUI_STRIP_PICTURE_H

#include "sitter/image.h"
#include "sitter/project.h"
#include "strip.h"
#include "tile_cache.h"

/** Where a face is within its tile, the same for every look: its frames lie outside. */
struct sit_image_placement sit_strip_face_place(size_t tile_width_px,
                                                size_t tile_height_px, bool with_looks);

/** Draw onto a new canvas; without looks (block characters are too coarse for them)
 * the faces alone. A face without a picture is a question mark. SIT_E_NOMEM; SIT_E_ARG
 * where the tiles would have no width. */
enum sit_status sit_strip_picture(const struct sit_strip *strip, bool with_looks,
                                  struct sit_tile_cache *cache,
                                  struct sit_project *project, size_t width_px,
                                  size_t height_px, struct sit_image *out,
                                  struct sit_error *err);

#endif
