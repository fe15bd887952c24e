/*
 * The demo collection as files and as a project: pictures drawn by sit_demo_*, with
 * sources, years, keywords, descriptions and HOG features.
 */
#ifndef SITTER_DEMO_PROJECT_H
#define SITTER_DEMO_PROJECT_H

#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"

enum { SIT_DEMO_DEFAULT_FACES = 300 };

struct sit_demo_options {
    size_t n_faces; /* at least; whole posters are drawn */
    uint64_t seed;
    bool posters;  /* also draw the whole posters */
    bool features; /* compute HOG features */
};

/**
 * Make `dir` with faces/<id>_<j>.jpg, posters/<id>/<id>.jpg, metadata.csv, truth.csv
 * (what is drawn, readable by labels import) and sitter.db with the faces imported,
 * unlabelled. A folder that holds something else is an error (SIT_E_EXISTS); an
 * interrupted demo is gone on with.
 */
enum sit_status sit_demo_make(const char *dir, const struct sit_demo_options *options,
                              const struct sit_notes *notes,
                              const struct sit_progress *progress, size_t *n_faces,
                              struct sit_error *err);

#endif
