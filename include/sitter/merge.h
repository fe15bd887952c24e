/*
 * Joining copies of a project that were labelled apart.
 */
#ifndef SITTER_MERGE_H
#define SITTER_MERGE_H

#include "sitter/merge_rows.h"

struct sit_merge_options {
    bool force;   /* also where no face is in both */
    bool dry_run; /* say what would come, and leave all as it is */
};

struct sit_merge_result {
    struct sit_merge_counts counts; /* over all files */
    size_t n_faces;                 /* in the project afterwards */
    size_t n_disputed_before, n_disputed;
};

/** Merge n files into the project in one transaction: all or nothing. The files are
 * only read; features, models and predictions are not taken over. Errors name the file;
 * those of sit_project_merge_rows(), and SIT_E_ARG where a file is the project itself.
 */
enum sit_status sit_merge(struct sit_project *project, const char *const *paths,
                          size_t n, const struct sit_merge_options *options,
                          const struct sit_notes *notes, struct sit_merge_result *out,
                          struct sit_error *err);

#endif
