/*
 * Filling a project's feature sets: from .npy files, or computed from the pictures.
 */
#ifndef SITTER_FEATURE_JOB_H
#define SITTER_FEATURE_JOB_H

#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"

struct sit_feature_result {
    size_t n_rows;    /* rows in the file, or faces to compute */
    size_t n_stored;  /* vectors written */
    size_t n_unknown; /* rows whose name is no face of the project */
    size_t n_failed;  /* pictures that could not be read */
    size_t n_missing; /* faces without a vector afterwards */
    size_t dim;
};

/**
 * Import FILE.npy, row i belonging to the name on line i of names_path. A name is a
 * face's name, with or without leading folders and ending. All is checked before
 * anything is written: sizes, names, every value finite. The set appears when it is
 * whole. Importing the same file again fills in faces that came later.
 * SIT_E_FORMAT, SIT_E_NUMERIC, SIT_E_NOT_FOUND (no name is a face's), SIT_E_EXISTS (the
 * set was made otherwise).
 */
enum sit_status sit_features_import(struct sit_project *project, const char *npy_path,
                                    const char *names_path, const char *set_name,
                                    const struct sit_notes *notes,
                                    const struct sit_progress *progress,
                                    struct sit_feature_result *out,
                                    struct sit_error *err);

/**
 * Compute the built-in HOG features of all faces that lack them in the set. Stored in
 * short transactions; interrupted, a second run goes on. `limit` faces at most (0:
 * all).
 */
enum sit_status sit_features_extract_hog(struct sit_project *project,
                                         const char *set_name, size_t limit,
                                         const struct sit_notes *notes,
                                         const struct sit_progress *progress,
                                         struct sit_feature_result *out,
                                         struct sit_error *err);

/** Write a set as .npy and names, one a line, by face id. */
enum sit_status sit_features_export(struct sit_project *project, const char *set_name,
                                    const char *npy_path, const char *names_path,
                                    size_t *n_faces, struct sit_error *err);

#endif
