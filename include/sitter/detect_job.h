/*
 * Posters into faces: searching pictures, aligning what is found, putting it into a
 * project.
 */
#ifndef SITTER_DETECT_JOB_H
#define SITTER_DETECT_JOB_H

#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"

struct sit_detect_options {
    double upscale;        /* posters are enlarged by this before the search */
    size_t size_px;        /* of a face, a side */
    double min_score;      /* 0 is dlib's threshold; lower finds more */
    double margin;         /* around a face without landmarks, in box sides */
    const char *landmarks; /* a model file; NULL: the usual one, if there; "none" */
    size_t n_jobs;         /* threads; 0: one a core */
    bool split_unit_given;
    enum sit_split_unit split_unit;
};

/** What the study used: 2.5, 224 px, 0; margin 0.4. */
void sit_detect_options_init(struct sit_detect_options *options);

struct sit_detect_result {
    size_t n_posters;       /* picture files found */
    size_t n_searched;      /* new in the project */
    size_t n_without_faces; /* of these */
    size_t n_faces;         /* added */
    size_t n_known;         /* searched before */
    size_t n_duplicates;    /* the same file as another poster: left out */
    size_t n_changed;       /* another file of a known name: left out */
    size_t n_failed;        /* not readable, or too large */
    size_t n_ignored;       /* files that are no pictures by their ending */
    bool aligned;           /* by landmarks; otherwise plain crops */
};

/**
 * Search each path: a poster, or a folder of posters with its subfolders. A poster's
 * name, and its source's, is the file's without folders and ending; its faces are
 * "NAME_0", "NAME_1", ... by falling score. One transaction a poster: interrupted
 * (SIT_E_CANCELLED), what is done stays, and a second run goes on. What cannot be read
 * is noted. *out says what was done also where it ends with an error. SIT_E_ARG: an
 * option out of range, another split unit than the project's; SIT_E_UNSUPPORTED: built
 * without dlib; SIT_E_FORMAT: the landmark model.
 */
enum sit_status sit_detect_paths(struct sit_project *project, const char *const *paths,
                                 size_t n_paths,
                                 const struct sit_detect_options *options,
                                 const struct sit_notes *notes,
                                 const struct sit_progress *progress,
                                 struct sit_detect_result *out, struct sit_error *err);

#endif
