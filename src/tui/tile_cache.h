/*
 * Small pictures of faces, decoded and scaled, kept for strips to be composed of: the
 * same face is drawn again whenever what is known of it, or the cursor, changes.
 */
#ifndef SITTER_TUI_TILE_CACHE_H
#define SITTER_TUI_TILE_CACHE_H

#include "sitter/image.h"
#include "sitter/project.h"

struct sit_tile_cache;

/** At most about max_bytes are kept. */
enum sit_status sit_tile_cache_new(size_t max_bytes, struct sit_tile_cache **out,
                                   struct sit_error *err);
void sit_tile_cache_free(struct sit_tile_cache *cache);

/**
 * Draw a face as large as fits into width_px x height_px of `canvas` at (x_px, y_px),
 * black around it; the canvas must have room. Reads the face through `project` where
 * it is not kept. Thread-safe, each thread with a project of its own. SIT_E_NOT_FOUND,
 * SIT_E_FORMAT and so on where there is no picture; the canvas is untouched then.
 */
enum sit_status sit_tile_cache_draw(struct sit_tile_cache *cache,
                                    struct sit_project *project, int64_t face_id,
                                    size_t width_px, size_t height_px,
                                    struct sit_image *canvas, size_t x_px, size_t y_px,
                                    struct sit_error *err);

#endif
