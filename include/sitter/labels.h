/*
 * The labels of a project in memory as one annotator sees them (project.h, "Whose
 * label"), and writing new ones: label, confirm, undo, redo, each one committed
 * transaction. Kept in step with what other processes write. Used by all screens.
 */
#ifndef SITTER_LABELS_H
#define SITTER_LABELS_H

#include "sitter/project.h"

struct sit_labels;

/** Opens on a borrowed project (open for writing, owned by the same thread). */
enum sit_status sit_labels_open(struct sit_project *project, const char *annotator,
                                struct sit_labels **out, struct sit_error *err);
/** The same with the resolved labels in the table, for adjudicating. */
enum sit_status sit_labels_open_resolved(struct sit_project *project,
                                         const char *annotator, struct sit_labels **out,
                                         struct sit_error *err);
void sit_labels_free(struct sit_labels *labels);

/** Borrowed; its label, confirmed and flags columns change with every call below. */
const struct sit_face_table *sit_labels_table(const struct sit_labels *labels);
const struct sit_class_list *sit_labels_classes(const struct sit_labels *labels);
struct sit_project *sit_labels_project(struct sit_labels *labels);
/** From now on nobody decides: each event has SIT_ORIGIN_SCRIPT. */
void sit_labels_set_scripted(struct sit_labels *labels);
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
    bool adjudicates;   /* decides for all, apart from the annotator's own label */
    bool blind;         /* nothing that others said was to be seen */
    const char *reason; /* why: "misclassified", "suspect", "disagreement" ...; NULL */
    const char *queue;  /* how the face was chosen: "given", "random" ...; NULL */
    /* May be NULL: called within sit_labels_set()'s transaction, when what others have
     * committed is taken in; what it writes goes along, its error ends all. */
    enum sit_status (*along)(void *context, struct sit_error *err);
    void *along_context;
};

/** Label face `index` of the table. Committed when it returns SIT_OK; else nothing is
 * written and memory is as it was. */
enum sit_status sit_labels_set(struct sit_labels *labels, size_t index,
                               sit_class_index class_index,
                               const struct sit_label_note *note,
                               struct sit_error *err);

/** One face of a batch. */
struct sit_label_choice {
    size_t index;
    sit_class_index class_index;
    sit_class_index suggested; /* SIT_NO_CLASS: nothing was */
    double suggested_p;
    bool suggestion_visible;
};

/** Label n faces in one transaction: all or none, and one undo takes all back. What a
 * choice says about its suggestion counts, the note's does not. No face may come twice
 * (SIT_E_ARG); n = 0 does nothing. */
enum sit_status sit_labels_set_batch(struct sit_labels *labels,
                                     const struct sit_label_choice *choices, size_t n,
                                     const struct sit_label_note *note,
                                     struct sit_error *err);

/** Bookmark face `index`, or take the bookmark away; one transaction. Not undone by
 * undo. */
enum sit_status sit_labels_set_bookmark(struct sit_labels *labels, size_t index,
                                        bool bookmarked, struct sit_error *err);
/** Comment on face `index`; "" takes the comment away. */
enum sit_status sit_labels_set_comment(struct sit_labels *labels, size_t index,
                                       const char *text, struct sit_error *err);

/** Confirm the label of face `index`, the annotator's own or else the resolved one:
 * then it becomes their label too. SIT_E_ARG where there is none. */
enum sit_status sit_labels_confirm(struct sit_labels *labels, size_t index,
                                   const struct sit_label_note *note,
                                   struct sit_error *err);

/** What an undo or redo did. */
struct sit_undo_result {
    size_t index; /* the face, or the first of a batch */
    size_t n_faces;
    sit_class_index before, after; /* of that face, as the table has it */
    bool kept; /* the annotator's label came from elsewhere since, and stays as it is */
    bool was_confirm; /* the decision taken back, or done again, confirmed a label */
    bool adjudicates; /* it was an adjudication */
};

/** Take back this annotator's newest decision (across runs, without limit): their label
 * of the face, or their adjudication, is what it was before; others' are not touched.
 * SIT_E_NOT_FOUND where there is none. */
enum sit_status sit_labels_undo(struct sit_labels *labels, enum sit_event_origin origin,
                                struct sit_undo_result *result, struct sit_error *err);
/** Do again what was undone last; a new decision clears what could be redone. */
enum sit_status sit_labels_redo(struct sit_labels *labels, enum sit_event_origin origin,
                                struct sit_undo_result *result, struct sit_error *err);

/** How many transactions the calls above have committed: whether something was written
 * although what came after it has failed. */
size_t sit_labels_n_written(const struct sit_labels *labels);

/** Take in what others have committed. *changed (may be NULL) says whether anything
 * has. */
enum sit_status sit_labels_refresh(struct sit_labels *labels, bool *changed,
                                   struct sit_error *err);

#endif
