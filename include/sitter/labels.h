/*
 * The current labels of a project in memory, and writing new ones: label, confirm,
 * undo, redo, each one committed transaction. Kept in step with what other processes
 * write. Used by the labelling and the review session alike.
 */
#ifndef SITTER_LABELS_H
#define SITTER_LABELS_H

#include "sitter/project.h"

struct sit_labels;

/** Opens on a borrowed project (open for writing, owned by the same thread). */
enum sit_status sit_labels_open(struct sit_project *project, const char *annotator,
                                struct sit_labels **out, struct sit_error *err);
void sit_labels_free(struct sit_labels *labels);

/** Borrowed; its label and confirmed columns change with every call below. */
const struct sit_face_table *sit_labels_table(const struct sit_labels *labels);
const struct sit_class_list *sit_labels_classes(const struct sit_labels *labels);
struct sit_project *sit_labels_project(struct sit_labels *labels);
int64_t sit_labels_annotator_id(const struct sit_labels *labels);

/** Counts over the whole table. */
struct sit_label_counts {
    size_t n_faces, n_labelled;
    size_t by_class[SIT_PROJECT_MAX_CLASSES][2]; /* [class][enum sit_split] */
    size_t unlabelled[2];
};
const struct sit_label_counts *sit_labels_counts(const struct sit_labels *labels);

struct sit_label_note {
    enum sit_event_origin origin;
    int64_t spent_ms;          /* -1 unknown */
    sit_class_index suggested; /* SIT_NO_CLASS: nothing was */
    double suggested_p;
    bool suggestion_visible;
};

/** Label face `index` of the table. Committed when it returns SIT_OK; else nothing is
 * written and memory is as it was. */
enum sit_status sit_labels_set(struct sit_labels *labels, size_t index,
                               sit_class_index class_index,
                               const struct sit_label_note *note,
                               struct sit_error *err);

/** Confirm the label of face `index` (SIT_E_ARG where it has none). */
enum sit_status sit_labels_confirm(struct sit_labels *labels, size_t index,
                                   const struct sit_label_note *note,
                                   struct sit_error *err);

/** What an undo or redo did. */
struct sit_undo_result {
    size_t index; /* the face, or the first of a batch */
    size_t n_faces;
    sit_class_index before, after; /* of that face */
    bool kept; /* somebody else labelled the face since: its label stays as it is */
    bool was_confirm; /* the decision taken back, or done again, confirmed a label */
};

/** Take back this annotator's newest decision (across runs, without limit).
 * SIT_E_NOT_FOUND where there is none. */
enum sit_status sit_labels_undo(struct sit_labels *labels, enum sit_event_origin origin,
                                struct sit_undo_result *result, struct sit_error *err);
/** Do again what was undone last; a new decision clears what could be redone. */
enum sit_status sit_labels_redo(struct sit_labels *labels, enum sit_event_origin origin,
                                struct sit_undo_result *result, struct sit_error *err);

/** Take in what others have committed. *changed (may be NULL) says whether anything
 * has. */
enum sit_status sit_labels_refresh(struct sit_labels *labels, bool *changed,
                                   struct sit_error *err);

#endif
