/*
 * What another copy of a project knows more, row by row: labelling events, remarks, and
 * the faces, annotators and classes that they need.
 */
#ifndef SITTER_MERGE_ROWS_H
#define SITTER_MERGE_ROWS_H

#include "sitter/notes.h"
#include "sitter/project.h"

/** Open a copy to read from, whatever its schema, and leave its file as it is: an older
 * one is migrated in a copy of its own that goes when it is closed. Otherwise as
 * sit_project_open(). */
enum sit_status sit_project_open_other(const char *path, struct sit_project **out,
                                       struct sit_error *err);

struct sit_merge_counts {
    size_t n_events_new, n_events_known;
    size_t n_remarks_new, n_remarks_known;
    size_t n_faces_common; /* summed over the files */
    size_t n_faces_new;
    size_t n_sources_new, n_annotators_new, n_classes_new;
};

/**
 * Bring what `from` has and `into` lacks, inside a transaction of `into`; the counts
 * are added to *counts.
 *
 * Faces are matched by their pictures, classes by key, annotators by name, events and
 * remarks by uid; what comes keeps its uid, clock and text. Faces come only where an
 * event or a remark needs them.
 *
 * SIT_E_ARG: a class means something else in `from`, or no face is in both (unless
 * `force`); SIT_E_LIMIT: too many classes; SIT_E_FORMAT: `from` is damaged.
 */
enum sit_status sit_project_merge_rows(struct sit_project *into,
                                       struct sit_project *from, bool force,
                                       const struct sit_notes *notes,
                                       struct sit_merge_counts *counts,
                                       struct sit_error *err);

#endif
