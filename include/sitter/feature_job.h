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

/** What to compute; zeroed fields are the defaults. */
struct sit_extract_options {
    const char *model;        /* "hog" (default) or "vggface" */
    const char *set_name;     /* default: the model's name */
    const char *weights_path; /* vggface: what sit_vgg_weights_read() takes */
    const char *preprocess;   /* vggface: "raw" (default) or "v1" */
    size_t batch;             /* faces computed and committed together at most */
    size_t max_bytes;         /* vggface: ceiling on memory (default 1 GiB) */
    size_t n_jobs;            /* threads (default: one a processor) */
    size_t limit;             /* faces in this run at most (default: all) */
};

/**
 * Compute the features of all faces that lack them in the set. Each batch is committed;
 * killed or cancelled, a second run goes on where it was. A set is gone on with where
 * model, revision, preprocessing and weights agree: SIT_E_EXISTS tells what does not.
 * A picture that cannot be read is noted and left without.
 * SIT_E_ARG, SIT_E_CANCELLED; SIT_E_LIMIT (the ceiling is too low), SIT_E_UNSUPPORTED
 * and other errors of reading weights; SIT_E_NUMERIC (weights that give no finite
 * numbers).
 */
enum sit_status sit_features_extract(struct sit_project *project,
                                     const struct sit_extract_options *options,
                                     const struct sit_notes *notes,
                                     const struct sit_progress *progress,
                                     struct sit_feature_result *out,
                                     struct sit_error *err);

/**
 * Write a set as .npy and names, one a line, a block in memory at a time: the bits that
 * were stored, by face id (the order of import), or with `order_path` (may be NULL) the
 * faces that this file names, in its order and as it names them. Both files appear, or
 * none. SIT_E_NOT_FOUND: no such set, an empty one, or no such face in it;
 * SIT_E_CANCELLED.
 */
enum sit_status sit_features_export(struct sit_project *project, const char *set_name,
                                    const char *npy_path, const char *names_path,
                                    const char *order_path,
                                    const struct sit_progress *progress,
                                    size_t *n_faces, struct sit_error *err);

#endif
