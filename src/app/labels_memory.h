/*
 * Private to app: what labels.c, labels_write.c and labels_undo.c share: the labels in
 * memory and how a write leads from the file to them.
 */
#ifndef SITTER_APP_LABELS_MEMORY_H
#define SITTER_APP_LABELS_MEMORY_H

#include "label_history.h"
#include "sitter/labels.h"

struct sit_labels {
    struct sit_project *project;
    int64_t annotator_id;
    bool is_scripted;  /* keys come from a script */
    int64_t viewer_id; /* whose sight the table is: the annotator's, or 0 resolved */
    struct sit_class_list classes;
    struct sit_face_table table;
    struct sit_label_counts counts;
    double shares[2]; /* by enum sit_share, as the table was loaded with */
    struct label_history history;
    bool history_loaded;   /* replayed at the first undo only: opening must be quick */
    int64_t history_clock; /* of the newest event in it */
    int64_t data_version;
    size_t n_written; /* transactions */
};

/* SIT_E_ARG where there is no such face. */
enum sit_status labels_check_index(const struct sit_labels *labels, size_t index,
                                   struct sit_error *err);

/* Begin a transaction on top of everything that is committed. */
enum sit_status labels_begin_write(struct sit_labels *labels, struct sit_error *err);

/* Append an event, giving it id and clock. */
enum sit_status labels_append(struct sit_labels *labels, struct sit_event *event,
                              struct sit_error *err);

/* Commit where status is SIT_OK, and only then let memory know of the n events; else
 * roll back. */
enum sit_status labels_finish_write(struct sit_labels *labels,
                                    const struct sit_event *events, size_t n,
                                    enum sit_status status, struct sit_error *err);

struct sit_event labels_new_event(const struct sit_labels *labels, int64_t face_id,
                                  enum sit_event_kind kind,
                                  enum sit_event_origin origin);

/* Replay what can be undone and redone, unless that is known. */
enum sit_status labels_load_history(struct sit_labels *labels, struct sit_error *err);

/* A label of the annotator's at some point of their decisions on a face. */
struct label_state {
    sit_class_index class_index;
    bool confirmed;
    int64_t label_event; /* the event that gave the label; 0 none */
};

/* Of the annotator's own label of a face, or of their adjudication: before and after
 * an event, and now. */
struct label_states {
    struct label_state before, after, now;
};
enum sit_status labels_find_states(struct sit_labels *labels, int64_t face_id,
                                   bool adjudicates, int64_t event_id,
                                   struct label_states *out, struct sit_error *err);

#endif
