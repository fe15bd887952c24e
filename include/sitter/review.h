/*
 * The review session: faces whose label and prediction disagree, worst loss first, or
 * whose label is suspect; relabelling and confirming them; retraining. Knows the
 * project, no terminal.
 */
#ifndef SITTER_REVIEW_H
#define SITTER_REVIEW_H

#include "sitter/labels.h"
#include "sitter/progress.h"

enum sit_review_scope {
    SIT_REVIEW_ALL = 0, /* test and train together */
    SIT_REVIEW_TEST,    /* test faces, by the model's own probabilities */
    SIT_REVIEW_TRAIN,   /* train faces, by out-of-fold probabilities */
};
/** "all", "test", "train". */
const char *sit_review_scope_name(enum sit_review_scope scope);

/** The two lists of a review. */
enum sit_review_kind {
    SIT_REVIEW_MISTAKES = 0, /* misclassified by the model */
    SIT_REVIEW_SUSPECTS,     /* suspect by confident learning (sitter/suspect_list.h) */
    SIT_REVIEW_N_KINDS,
};
/** "mistakes", "suspects". */
const char *sit_review_kind_name(enum sit_review_kind kind);

struct sit_review_item {
    int64_t face_id;
    enum sit_split split;
    sit_class_index given;     /* the label when the list was made */
    sit_class_index predicted; /* most probable class; of a suspect the suggested one */
    double p_predicted;
    double p_given;
    double loss; /* -log p_given */
};

/** What was computed: every misclassified labelled face with features, worst first, or
 * every suspect label; without those confirmed in an earlier review. */
struct sit_review_list {
    enum sit_review_kind kind;
    struct sit_review_item *items;
    size_t n;
    int64_t model_id; /* 0: not computed yet */
    char head[16];
    char features[64];
    size_t n_test, n_test_correct;   /* labelled test faces of the model's classes */
    size_t n_train, n_train_correct; /* likewise train, by out-of-fold probabilities */
    size_t n_judged;  /* suspects: labels judged, test and train together */
    size_t n_suspect; /* suspects: with those that were confirmed */
};
void sit_review_list_release(struct sit_review_list *list);

/**
 * Compute the list for a model (0: the newest); with `retrain` train a new model first,
 * with the same head, features and options, on the labels as they are now, and store
 * it. Opens its own connection to the project at `path`, so that it may run in another
 * thread while the screen goes on. SIT_E_NOT_FOUND (no model, no labels),
 * SIT_E_CANCELLED.
 */
enum sit_status sit_review_compute(const char *path, int64_t model_id, bool retrain,
                                   const struct sit_progress *progress,
                                   struct sit_review_list *out, struct sit_error *err);

/** Compute the list of suspect labels, of the classes and features of a model (0: the
 * newest); likewise on its own connection. Errors as of sit_suspects_find(). */
enum sit_status sit_review_compute_suspects(const char *path, int64_t model_id,
                                            const struct sit_progress *progress,
                                            struct sit_review_list *out,
                                            struct sit_error *err);

struct sit_review;

/** Opens on a borrowed project with an empty list. */
enum sit_status sit_review_open(struct sit_project *project, const char *annotator,
                                enum sit_review_scope scope, struct sit_review **out,
                                struct sit_error *err);
void sit_review_free(struct sit_review *review);

/** Hand a computed list over (its content moves; *list is empty then) and show it. The
 * other list is dropped where it is of another model. */
enum sit_status sit_review_take_list(struct sit_review *review,
                                     struct sit_review_list *list,
                                     struct sit_error *err);

enum sit_review_state {
    SIT_REVIEW_OPEN = 0,  /* not decided yet */
    SIT_REVIEW_CONFIRMED, /* in this session */
    SIT_REVIEW_RELABELLED,
};

/** What the screen shows; borrowed, valid until the next call on the review. */
struct sit_review_view {
    const char *project_path;
    const char *annotator;
    enum sit_review_scope scope;
    enum sit_review_kind kind; /* which list is shown */
    const struct sit_class_list *classes;
    const struct sit_review_list *list; /* the one shown, as computed */
    const char *filter;                 /* as it was given; "" none */
    size_t n_shown;                     /* items of the scope that match the filter */
    size_t position;                    /* among those */
    size_t n_decided;                   /* of those */
    const struct sit_review_item *item; /* the current one; NULL where n_shown is 0 */
    enum sit_review_state state;        /* of the current one */
    const struct sit_face_detail *face; /* of the current one; NULL likewise */
};
const struct sit_review_view *sit_review_get_view(const struct sit_review *review);
/** Borrowed. */
struct sit_labels *sit_review_labels(struct sit_review *review);
/** Item `i` of those shown with its state (for the list beside the face). */
const struct sit_review_item *sit_review_item_at(const struct sit_review *review,
                                                 size_t i,
                                                 enum sit_review_state *state);

/** Relabel or confirm the current face (one committed transaction), then go to the next
 * undecided one; stay where none is left. Relabelling as what it is labelled confirms.
 */
enum sit_status sit_review_relabel(struct sit_review *review,
                                   sit_class_index class_index, int64_t spent_ms,
                                   struct sit_error *err);
enum sit_status sit_review_confirm(struct sit_review *review, int64_t spent_ms,
                                   struct sit_error *err);
enum sit_status sit_review_move(struct sit_review *review, long by,
                                struct sit_error *err);
/** First or last. */
enum sit_status sit_review_go(struct sit_review *review, size_t position,
                              struct sit_error *err);
enum sit_status sit_review_set_scope(struct sit_review *review,
                                     enum sit_review_scope scope,
                                     struct sit_error *err);
/** Keep to faces that match (sitter/filter.h) when this is called or a list comes; ""
 * to all. What is decided on stays in the list. SIT_E_ARG: it is no filter;
 * SIT_E_NOT_FOUND: nothing in the list matches; the old one stays then. */
enum sit_status sit_review_set_filter(struct sit_review *review, const char *filter,
                                      struct sit_error *err);
/** Show the other list; an empty one (model_id 0) where it has not been computed. */
enum sit_status sit_review_set_kind(struct sit_review *review,
                                    enum sit_review_kind kind, struct sit_error *err);
/** Undo, redo this annotator's decisions; the face becomes current if it is in the
 * list. */
enum sit_status sit_review_undo(struct sit_review *review,
                                struct sit_undo_result *result, struct sit_error *err);
enum sit_status sit_review_redo(struct sit_review *review,
                                struct sit_undo_result *result, struct sit_error *err);
enum sit_status sit_review_refresh(struct sit_review *review, bool *changed,
                                   struct sit_error *err);
/** As sit_session_upcoming() and sit_session_idle(). */
size_t sit_review_upcoming(const struct sit_review *review, int64_t *face_ids,
                           size_t n);
void sit_review_idle(struct sit_review *review);

#endif
