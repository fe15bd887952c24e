/*
 * The labelling session: which face is shown, what a key does to it, where one goes
 * next. Knows the project, no terminal. One thread.
 */
#ifndef SITTER_SESSION_H
#define SITTER_SESSION_H

#include "sitter/labels.h"

enum { SIT_SESSION_N_RECENT = 10 };

/** In which order unlabelled faces come. */
enum sit_queue {
    SIT_QUEUE_GIVEN = 0, /* as imported */
    SIT_QUEUE_RANDOM,    /* seeded */
    SIT_QUEUE_UNCERTAIN, /* the smallest margin first, by the live model */
    SIT_QUEUE_SPREAD,    /* typical faces of clusters that have no label yet */
    SIT_QUEUE_LEAST,     /* likely of the class with the fewest labels */
    SIT_N_QUEUES,
};
/** "given", "random", "uncertain", "spread", "least". */
const char *sit_queue_name(enum sit_queue queue);
/** The queue of a name. SIT_E_ARG lists the names. */
enum sit_status sit_queue_parse(const char *name, enum sit_queue *out,
                                struct sit_error *err);

/** What the live model makes of a face; class_index SIT_NO_CLASS where nothing. */
struct sit_suggestion {
    sit_class_index class_index;
    double p;
};

enum sit_live_phase {
    SIT_LIVE_OFF = 0, /* no features, or not wanted */
    SIT_LIVE_LOADING,
    SIT_LIVE_WAITING, /* for a label of each of two classes */
    SIT_LIVE_READY,
    SIT_LIVE_FAILED, /* problem says why */
};

/** How the live model does. */
struct sit_live_state {
    enum sit_live_phase phase;
    char features[64];
    size_t n_labels;            /* train labels that it is fitted to */
    double accuracy, low, high; /* out of sample on those, with a 95 % interval */
    bool can_stop;              /* its predictions have not changed for some rounds */
    char problem[160];
};

struct sit_session_options {
    enum sit_queue queue;
    const char *features; /* of the live model; NULL: the newest set */
    bool no_live;         /* no live model */
    uint64_t seed;        /* of random choices */
    const char *filter;   /* NULL: none; see sit_session_set_filter() */
};

struct sit_session;

/** Opens on a borrowed project; options NULL: the defaults (zeros). The current face is
 * the first unlabelled one after the annotator's last decision (wrapping around), or
 * else that last face, or the first. SIT_E_NOT_FOUND: the project has no faces. */
enum sit_status sit_session_open(struct sit_project *project, const char *annotator,
                                 const struct sit_session_options *options,
                                 struct sit_session **out, struct sit_error *err);
void sit_session_free(struct sit_session *session);

/** Start the live model in threads of its own, with connections of its own; a byte is
 * written to wake_fd (not blocking; -1: none) whenever it has something new, for
 * sit_session_on_wake(). Without features it stays off. */
enum sit_status sit_session_start_live(struct sit_session *session, int wake_fd,
                                       struct sit_error *err);
void sit_session_stop_live(struct sit_session *session);
/** Take in what the live model has found; true where the view has changed. */
bool sit_session_on_wake(struct sit_session *session);

/** What the screen shows; borrowed, valid until the next call on the session. */
struct sit_session_view {
    const char *project_path;
    const char *annotator;
    size_t position; /* index of the current face, 0 based */
    size_t n_faces;
    const struct sit_class_list *classes;
    const struct sit_label_counts *counts;
    const struct sit_face_detail *face;    /* the current one */
    const struct sit_recent_event *recent; /* newest first */
    size_t n_recent;
    enum sit_queue queue;
    struct sit_live_state live;
    /* Of the current face; none on an unlabelled test face, or where hidden. */
    struct sit_suggestion suggestion;
    bool suggestions_hidden;
    double labels_per_minute; /* 0: not known yet */
    int64_t left_ms;          /* until all is labelled, at that pace; -1: not known */
    const char *filter;       /* as it was given; "" none */
    size_t n_matching;        /* faces that match it */
    bool bookmarked;          /* the current face, by this annotator */
    const char *comment;      /* of this annotator on it; "" none */
};
const struct sit_session_view *sit_session_get_view(const struct sit_session *session);

/** Label the current face (one committed transaction), then go to the next unlabelled
 * face after it, wrapping around; stay where none is left. On an error the current face
 * stays, and nothing is written, unless it was the next face that could not be read. */
enum sit_status sit_session_label(struct sit_session *session,
                                  sit_class_index class_index, int64_t spent_ms,
                                  struct sit_error *err);

/** Label the current face as suggested. SIT_E_NOT_FOUND: nothing is. */
enum sit_status sit_session_accept(struct sit_session *session, int64_t spent_ms,
                                   struct sit_error *err);

/** Change the order; the current face stays. */
enum sit_status sit_session_set_queue(struct sit_session *session, enum sit_queue queue,
                                      struct sit_error *err);
/** Whether the live model is still at work on what it knows. Who waits until it is not,
 * and takes in what it has found (scripts do), is suggested what does not depend on
 * time.
 */
bool sit_session_is_learning(const struct sit_session *session);
/** Show no suggestions from now on, or show them again. */
void sit_session_hide_suggestions(struct sit_session *session, bool hidden);
/** Keep to faces that match (sitter/filter.h); "" to all. SIT_E_ARG: no such field, or
 * a value that is none; SIT_E_NOT_FOUND: no face matches; the old one stays then. */
enum sit_status sit_session_set_filter(struct sit_session *session, const char *filter,
                                       struct sit_error *err);
/** Bookmark the current face, or take the bookmark away. */
enum sit_status sit_session_toggle_bookmark(struct sit_session *session,
                                            struct sit_error *err);
/** This annotator's comment on the current face; "" removes it. */
enum sit_status sit_session_set_comment(struct sit_session *session, const char *text,
                                        struct sit_error *err);

/** For other screens on the same session. */
struct sit_labels *sit_session_labels(struct sit_session *session);
/** What is suggested for face `index` of the table, whether hidden or not; none for an
 * unlabelled test face. */
struct sit_suggestion sit_session_suggestion(const struct sit_session *session,
                                             size_t index);
/** Faces (at most 256) that a screen shows beside the current one: in a large
 * collection only for those, the next ones and a random part is anything suggested.
 * They are there after the next wake. */
void sit_session_want_suggestions(struct sit_session *session, const size_t *indices,
                                  size_t n);
/** Whether face `index` matches the filter. */
bool sit_session_matches(const struct sit_session *session, size_t index);

/** Whether another annotator is looking at face `index`, or has it next, and there are
 * faces enough for both. */
bool sit_session_is_others(const struct sit_session *session, size_t index);

/** To the next unlabelled face without labelling; *moved false where there is no other.
 */
enum sit_status sit_session_skip(struct sit_session *session, bool *moved,
                                 struct sit_error *err);

/** Move by faces, labelled or not; stops at both ends. */
enum sit_status sit_session_move(struct sit_session *session, long by,
                                 struct sit_error *err);
/** To a position; beyond the last is the last. */
enum sit_status sit_session_go(struct sit_session *session, size_t position,
                               struct sit_error *err);

/** To the next (or previous) face whose name contains `text`, wrapping around.
 * SIT_E_NOT_FOUND. */
enum sit_status sit_session_find(struct sit_session *session, const char *text,
                                 bool backwards, struct sit_error *err);

/** Undo, redo: the face concerned becomes the current one. SIT_E_NOT_FOUND. */
enum sit_status sit_session_undo(struct sit_session *session,
                                 struct sit_undo_result *result, struct sit_error *err);
enum sit_status sit_session_redo(struct sit_session *session,
                                 struct sit_undo_result *result, struct sit_error *err);

/** Take in what others have committed. */
enum sit_status sit_session_refresh(struct sit_session *session, bool *changed,
                                    struct sit_error *err);

/** Ids of the faces that a key would most likely show next, most likely first: the next
 * unlabelled ones, the one before, the one after, the one an undo would show. Returns
 * how many were written (at most n). */
size_t sit_session_upcoming(const struct sit_session *session, int64_t *face_ids,
                            size_t n);

/** For when the screen is idle: checkpoints the write-ahead log. */
void sit_session_idle(struct sit_session *session);

#endif
