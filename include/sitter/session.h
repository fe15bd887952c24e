/*
 * The labelling session: which face is shown, what a key does to it, where one goes
 * next. Knows the project, no terminal. One thread.
 */
#ifndef SITTER_SESSION_H
#define SITTER_SESSION_H

#include "sitter/labels.h"

enum { SIT_SESSION_N_RECENT = 10 };

struct sit_session;

/** Opens on a borrowed project. The current face is the first unlabelled one after the
 * annotator's last decision (wrapping around), or else that last face, or the first.
 * SIT_E_NOT_FOUND: the project has no faces. */
enum sit_status sit_session_open(struct sit_project *project, const char *annotator,
                                 struct sit_session **out, struct sit_error *err);
void sit_session_free(struct sit_session *session);

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
};
const struct sit_session_view *sit_session_get_view(const struct sit_session *session);

/** Label the current face (one committed transaction), then go to the next unlabelled
 * face after it, wrapping around; stay where none is left. On an error the current face
 * stays, and nothing is written, unless it was the next face that could not be read. */
enum sit_status sit_session_label(struct sit_session *session,
                                  sit_class_index class_index, int64_t spent_ms,
                                  struct sit_error *err);

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
