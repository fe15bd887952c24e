/*
 * Private to app: the parts of a session, for the files that make it up.
 */
#ifndef SITTER_SESSION_PARTS_H
#define SITTER_SESSION_PARTS_H

#include "live_model.h"
#include "pace.h"
#include "queue.h"
#include "sitter/filter.h"
#include "sitter/session.h"

enum { SESSION_MAX_WANTED = 256 };

struct sit_session {
    struct sit_labels *labels;
    char *annotator, *features;
    uint64_t seed;
    bool no_live;
    struct sit_face_detail detail;
    struct sit_recent_event recent[SIT_SESSION_N_RECENT];
    struct sit_session_view view;
    struct queue queue;
    struct pace pace;

    /* The table as it was when the queue and the live model last heard of it: whatever
     * changes it, also another screen, is found by comparing. */
    size_t n_seen;
    sit_class_index *seen_label; /* (n_seen) */
    uint8_t *seen_flags;         /* (n_seen) */
    struct sit_filter *filter;   /* NULL: none */
    char *filter_text;
    struct index_set matching; /* faces that match it */
    bool is_stale; /* predictions have changed since the filter asked for them */

    int64_t seat_id, next_seat_id; /* as the project has this annotator's seat; 0 */

    struct live_model *live;
    struct live_change *changes; /* room for sending */
    size_t n_changes, change_capacity;
    uint32_t wanted[SESSION_MAX_WANTED]; /* by other screens */
    size_t n_wanted;
    struct sit_suggestion suggestion; /* of the current face, hidden or not */
    bool has_suggestion;              /* it stays while the face is shown */
};

/* Make face `position`, which the queue has as the current one, the one that the view
 * shows. */
enum sit_status session_show(struct sit_session *session, size_t position,
                             struct sit_error *err);
/* A person went there. */
enum sit_status session_visit(struct sit_session *session, size_t position,
                              enum queue_how how, struct sit_error *err);

/* Whether face i is to be labelled by this annotator, and matches. */
bool session_is_open(const struct sit_session *session, size_t i);

/* Whether this annotator has labelled face i and is to be asked again. */
bool session_is_for_retest(const struct sit_session *session, size_t i);

/* The filter on face i, or on all (asking the file again), by what is there now. */
void session_rematch(struct sit_session *session, size_t i);
enum sit_status session_rematch_all(struct sit_session *session, bool ask_file,
                                    struct sit_error *err);
/* Who matches has changed: open and close all faces accordingly. */
void session_reopen(struct sit_session *session);
/* Face i is to be looked at again by the next session_follow(). */
void session_touch(struct sit_session *session, size_t i);

/* Let queue and live model know how the table is now; *changed (may be NULL): they did
 * not. */
enum sit_status session_follow(struct sit_session *session, bool *changed,
                               struct sit_error *err);
/* From nothing. */
enum sit_status session_follow_first(struct sit_session *session, enum sit_queue queue,
                                     struct sit_error *err);

/* The suggestion for the face that is shown, as far as there is one. */
void session_suggest(struct sit_session *session);
/* Tell the live model which faces are shown now and next. */
void session_want(struct sit_session *session);

/* Take in what others have done and keep away from where they are; *changed (may be
 * NULL): they were elsewhere. */
void session_look_at_seats(struct sit_session *session, bool *changed);
/* Within a label's transaction: move on to the seat of the face after this one. The
 * context is the session. */
enum sit_status session_take_next_seat(void *context, struct sit_error *err);
/* To choose a face while nobody else does, and to sit down on it. False where others
 * are at it for too long: then there is nothing to end. */
bool session_begin_seat(struct sit_session *session);
void session_end_seat(struct sit_session *session, size_t position);
/* What was written of the seat has been rolled back. */
void session_seat_is_lost(struct sit_session *session);
/* The seat is that of the face at `position`, which is to be shown. */
void session_keep_seat(struct sit_session *session, size_t position);
void session_leave_seat(struct sit_session *session);

#endif
