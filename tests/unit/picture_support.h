/*
 * Small picture files for tests of import, features and exports.
 */
#ifndef SITTER_PICTURE_SUPPORT_H
#define SITTER_PICTURE_SUPPORT_H

#include "project_support.h"

#include "sitter/image.h"
#include "sitter/import.h"
#include "sitter/rng.h"

/* A PNG of 8 x 8 px; the same number gives the same bytes. */
static inline void png_bytes(uint64_t number, struct sit_buf *out)
{
    struct sit_image image = {0};
    struct sit_rng rng;
    sit_rng_init(&rng, number);
    assert_ok(sit_image_new(8, 8, &image, err));
    for (size_t i = 0; i < 8 * 8 * 3; i++)
        image.rgb[i] = (uint8_t)sit_rng_below(&rng, 256);
    assert_ok(sit_image_encode_png(&image, out, err));
    sit_image_release(&image);
}

/* Into dir/name, folders made as needed. */
static inline void put_png(const char *dir, const char *name, uint64_t number)
{
    char *path = in_dir(dir, name), *folder = strdup(path);
    struct sit_buf bytes = {0};
    *strrchr(folder, '/') = '\0';
    assert_ok(sit_file_make_dir(folder, err));
    png_bytes(number, &bytes);
    write_file(path, bytes.data, bytes.n_bytes);
    sit_buf_release(&bytes);
    free(folder);
    free(path);
}

/* Notes, a line each. */
static inline void collect_note(void *context, const char *message)
{
    sit_buf_appendf(context, "%s\n", message);
}

static inline struct sit_import_result import_path(const char *db, const char *path,
                                                   const char *pattern,
                                                   struct sit_buf *notes_text)
{
    struct sit_project *project = open_project(db, SIT_PROJECT_WRITE);
    struct sit_import_options options = {.source_pattern = pattern};
    struct sit_notes notes = {.note = notes_text != NULL ? collect_note : NULL,
                              .context = notes_text};
    struct sit_import_result result = {0};
    assert_ok(
        sit_import_paths(project, &path, 1, &options, &notes, NULL, &result, err));
    sit_project_close(project);
    return result;
}

/* A new project with pictures "aN_J.png": sources a0 .. , two faces each. */
static inline void make_pictures(const char *dir, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "a%03zu_%zu.png", i / 2, i % 2);
        put_png(dir, name, 1000 + i);
    }
}

#endif
