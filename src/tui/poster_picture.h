/*
 * The poster of a face with the face's box on it, as a picture for the screen.
 */
#ifndef SITTER_TUI_POSTER_PICTURE_H
#define SITTER_TUI_POSTER_PICTURE_H

#include "sitter/image.h"
#include "sitter/project.h"

/** Draw it onto a new canvas of that size, as large as fits, black around it.
 * SIT_E_NOT_FOUND where the project has no poster of the face. */
enum sit_status sit_poster_picture(struct sit_project *project, int64_t face_id,
                                   size_t width_px, size_t height_px,
                                   struct sit_image *out, struct sit_error *err);

#endif
