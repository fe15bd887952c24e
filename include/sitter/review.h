/*
 * The review session: lists of faces worth a second look (misclassified, suspect,
 * labelled differently, bookmarked, doubtful to the model), worst first; deciding on
 * them, blind if wanted, for oneself or for all. Knows the project, no terminal.
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

/** The lists of a review. */
enum sit_review_kind {
    SIT_REVIEW_MISTAKES = 0, /* misclassified by the model */
    SIT_REVIEW_SUSPECTS,     /* suspect by confident learning (sitter/suspect_list.h) */
    SIT_REVIEW_DISAGREEMENTS, /* persons' labels differ, or a person's from the file's
                               */
    SIT_REVIEW_BOOKMARKED,
    SIT_REVIEW_ABSTAINED, /* the stored predictions' best p is low; labelled or not */
    SIT_REVIEW_N_KINDS,
};
/** "misclassified", "suspects", "disagreements", "bookmarked", "abstained". */
const char *sit_review_kind_name(enum sit_review_kind kind);
/** The list of a name. SIT_E_ARG lists the names. */
enum sit_status sit_review_kind_parse(const char *name, enum sit_review_kind *out,
                                      struct sit_error *err);
/** Whether a list takes a model (and its features). */
bool sit_review_kind_needs_model(enum sit_review_kind kind);

struct sit_review_item {
    int64_t face_id;
    enum sit_split split;
    sit_class_index given;     /* the label when the list was made; SIT_NO_CLASS */
    sit_class_index predicted; /* most probable class; of a suspect the suggested one;
                                  SIT_NO_CLASS where the list takes no model */
    double p_predicted;
    double p_given;
    double loss;        /* what the list is sorted by: -log p_given, or how far labels
                           differ (2 and more: disputed), or 1 - p_predicted */
    bool is_control;    /* mixed in: label and prediction agree */
    bool was_confirmed; /* when the list was taken */
    bool is_decided;    /* in this session */
    size_t index;       /* in the table of faces; set when the list is taken */
};

/** What was computed, worst first. Without what was confirmed in an earlier review, but
 * for bookmarked faces and those of which persons differ; where it was adjudicated they
 * do not any more. */
struct sit_review_list {
    enum sit_review_kind kind;
    bool is_computed;
    struct sit_review_item *items;
    size_t n;
    size_t n_controls; /* of those */
    int64_t model_id;  /* 0: it takes none */
    char head[16];
    char features[64];
    size_t n_test, n_test_correct;   /* labelled test faces of the model's classes */
    size_t n_train, n_train_correct; /* likewise train, by out-of-fold probabilities */
    size_t n_judged;   /* suspects: labels judged, test and train together */
    size_t n_suspect;  /* suspects: with those that were confirmed */
    size_t n_disputed; /* disagreements: no majority */
    double threshold;  /* abstained: p was below it */
};
void sit_review_list_release(struct sit_review_list *list);

/** How to compute. Zeros are the defaults. */
struct sit_review_options {
    int64_t model_id;     /* of lists that take a model; 0: the newest */
    bool retrain;         /* of MISTAKES: first train anew, with the same head, features
                             and options, on the labels as they are now, and store it */
    int64_t annotator_id; /* whose bookmarks; 0: anybody's */
    double abstain;       /* ABSTAINED: below this p; 0: SIT_REVIEW_ABSTAIN */
    /* This share of the list (up to 0.5) are faces whose label and prediction agree,
     * chosen and mixed in at random by `seed`. MISTAKES take their own predictions, the
     * others the stored ones, without which there are no controls. */
    double controls;
    uint64_t seed;
};
#define SIT_REVIEW_ABSTAIN 0.7

/**
 * Compute a list; options NULL: the defaults. Opens its own connection to the project
 * at `path`, so that it may run in another thread while the screen goes on. Unlabelled
 * test faces are in no list that takes predictions. SIT_E_NOT_FOUND (no model, no
 * labels, no predictions), SIT_E_CANCELLED, those of sit_suspects_find().
 */
enum sit_status sit_review_compute(const char *path, enum sit_review_kind kind,
                                   const struct sit_review_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_review_list *out, struct sit_error *err);

struct sit_review;

/** How a review is opened. Zeros are the defaults. */
struct sit_review_settings {
    enum sit_review_scope scope;
    bool blind; /* label and prediction are hidden until the decision */
    /* Labels are shown as resolved, and a decision on a face that another person has
     * labelled, or that is adjudicated, holds for all. */
    bool adjudicates;
    /* The adjudication screen: every decision holds for all. `adjudicates` too. */
    bool is_adjudication;
    bool hides_names; /* of the annotators: what was said is shown without */
};

/** Opens on a borrowed project with an empty list; settings NULL: the defaults. */
enum sit_status sit_review_open(struct sit_project *project, const char *annotator,
                                const struct sit_review_settings *settings,
                                struct sit_review **out, struct sit_error *err);
void sit_review_free(struct sit_review *review);

/** Hand a computed list over (its content moves; *list is empty then) and show it.
 * Others of models are dropped where they are of another one. */
enum sit_status sit_review_take_list(struct sit_review *review,
                                     struct sit_review_list *list,
                                     struct sit_error *err);

enum sit_review_state {
    SIT_REVIEW_OPEN = 0,  /* not decided yet */
    SIT_REVIEW_CONFIRMED, /* in this session */
    SIT_REVIEW_RELABELLED,
};

/** What an annotator, or a file, says of a face. */
struct sit_review_say {
    char name[64]; /* cut; hostile; "" where names are hidden */
    sit_class_index class_index;
    bool is_person;
    bool adjudicates; /* an adjudication */
};
enum { SIT_REVIEW_MAX_SAYS = 12 };

/** What came of the decision made last, until anything else is done. */
struct sit_review_outcome {
    int64_t face_id; /* 0: there is none */
    bool was_blind;
    sit_class_index before, decided;
    sit_class_index predicted; /* SIT_NO_CLASS: nothing is known */
    double p_predicted;
    bool for_all; /* it was an adjudication */
    /* Another person's word counts as well: what holds for all now, SIT_NO_CLASS where
     * it is disputed. */
    bool is_contested;
    sit_class_index resolved;
    struct sit_buf others; /* "ann says female, bob says other" */
};

/** What the screen shows; borrowed, valid until the next call on the review. Nothing in
 * it tells what is hidden. */
struct sit_review_view {
    const char *project_path;
    const char *annotator;
    int64_t annotator_id;
    enum sit_review_scope scope;
    enum sit_review_kind kind;                             /* which list is shown */
    bool blind, adjudicates, is_adjudication, hides_names; /* as opened, or changed */
    const struct sit_class_list *classes;
    const struct sit_review_list *list; /* the one shown, as computed */
    const char *filter;                 /* as it was given; "" none */
    size_t n_shown;                     /* items of the scope that match the filter */
    size_t position;                    /* among those */
    size_t n_decided;                   /* of those */
    const struct sit_review_item *item; /* the current one; NULL where n_shown is 0 */
    enum sit_review_state state;        /* of the current one */
    bool is_hidden;                     /* its label and prediction are */
    const struct sit_face_detail *face; /* of the current one; NULL likewise */
    /* Who says what of it, the first word first; none where hidden. */
    size_t n_says; /* may be more than there are in `says` */
    const struct sit_review_say *says;
    bool bookmarked; /* by this annotator */
    const struct sit_review_outcome *outcome;
};
const struct sit_review_view *sit_review_get_view(const struct sit_review *review);
/** Borrowed. */
struct sit_labels *sit_review_labels(struct sit_review *review);
/** Item `i` of those shown with its state (for the list beside the face); what is
 * hidden is SIT_NO_CLASS in the copy. False where there is none. */
bool sit_review_item_at(const struct sit_review *review, size_t i,
                        struct sit_review_item *item, enum sit_review_state *state);

/**
 * Relabel or confirm the current face (one committed transaction), then go to the next
 * undecided one; stay where none is left. Relabelling as what it is labelled confirms.
 * The view's outcome says what came of it. SIT_E_ARG: nothing to confirm, or hidden.
 */
enum sit_status sit_review_relabel(struct sit_review *review,
                                   sit_class_index class_index, int64_t spent_ms,
                                   struct sit_error *err);
enum sit_status sit_review_confirm(struct sit_review *review, int64_t spent_ms,
                                   struct sit_error *err);
/** What was decided last, or else one's own label of the current face, is to hold for
 * all: an adjudication. SIT_E_NOT_FOUND: there is neither. */
enum sit_status sit_review_decide_for_all(struct sit_review *review, int64_t spent_ms,
                                          struct sit_error *err);
enum sit_status sit_review_set_blind(struct sit_review *review, bool blind,
                                     struct sit_error *err);
enum sit_status sit_review_toggle_bookmark(struct sit_review *review,
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
/** Show another list; an empty one where it has not been computed. */
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
