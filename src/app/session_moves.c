/*
 * Going from face to face in a session: labelling, skipping, moving, finding, undoing,
 * and which faces a key may show next.
 */
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"
#include "sitter/progress.h"

/* How the current face was chosen, for the event; NULL: by the annotator. */
static const char *chosen_by(struct queue_entry entry)
{
    return entry.how < SIT_N_QUEUES ? sit_queue_name((enum sit_queue)entry.how) : NULL;
}

enum sit_status sit_session_label(struct sit_session *session,
                                  sit_class_index class_index, int64_t spent_ms,
                                  struct sit_error *err)
{
    struct queue_entry current = queue_current(&session->queue), next;
    struct sit_label_note note = {.origin = SIT_ORIGIN_SCREEN,
                                  .spent_ms = spent_ms,
                                  .suggested = session->suggestion.class_index,
                                  .suggested_p = session->suggestion.p,
                                  .blind = session->detail.label == SIT_NO_CLASS,
                                  .queue = chosen_by(current),
                                  .along = session_take_next_seat,
                                  .along_context = session};
    note.suggestion_visible = session->view.suggestion.class_index != SIT_NO_CLASS;
    note.reason = current.how == QUEUE_BY_RETEST ? "retest" : NULL;
    size_t position = session->view.position;
    enum sit_status status = sit_labels_set(session->labels, position, class_index,
                                            &note, err);
    if (status != SIT_OK) {
        session_seat_is_lost(session);
        return status;
    }
    pace_note(&session->pace, sit_clock_ms());
    queue_set_answered(&session->queue);
    status = session_follow(session, NULL, err);
    if (status == SIT_OK && queue_peek(&session->queue, 0, &next)) {
        queue_take(&session->queue);
        position = next.index;
    }
    return status == SIT_OK ? session_show(session, position, err) : status;
}

enum sit_status sit_session_skip(struct sit_session *session, bool *moved,
                                 struct sit_error *err)
{
    struct queue_entry next;
    session_look_at_seats(session, NULL);
    queue_skip(&session->queue);
    queue_settle(&session->queue);
    *moved = queue_peek(&session->queue, 0, &next);
    if (!*moved)
        return SIT_OK;
    queue_take(&session->queue);
    return session_show(session, next.index, err);
}

enum sit_status sit_session_go(struct sit_session *session, size_t position,
                               struct sit_error *err)
{
    size_t last = sit_labels_table(session->labels)->n - 1;
    return session_visit(session, position < last ? position : last, QUEUE_BY_PERSON,
                         err);
}

/* In the given order: by matching faces. */
static size_t position_by(const struct sit_session *session, long by)
{
    const struct index_set *matching = &session->matching;
    size_t position = session->view.position;
    size_t distance = by < 0 ? 0 - (size_t)by : (size_t)by;
    if (session->filter == NULL) {
        size_t last = session->n_seen - 1;
        if (by < 0)
            return distance < position ? position - distance : 0;
        return distance < last - position ? position + distance : last;
    }
    for (size_t k = 0; k < distance; k++) {
        size_t next = SIZE_MAX;
        if (by > 0)
            next = index_set_next(matching, position + 1);
        else if (position > 0)
            next = index_set_previous(matching, position - 1);
        if (next == SIZE_MAX)
            break;
        position = next;
    }
    return position;
}

enum sit_status sit_session_move(struct sit_session *session, long by,
                                 struct sit_error *err)
{
    struct queue_entry entry;
    bool moved;
    if (session->view.queue == SIT_QUEUE_GIVEN)
        return session_visit(session, position_by(session, by), QUEUE_BY_GIVEN, err);
    if (queue_look_back(&session->queue, by, &entry)) {
        queue_go_back(&session->queue, by);
        return session_show(session, entry.index, err);
    }
    return by == 1 ? sit_session_skip(session, &moved, err) : SIT_OK;
}

enum sit_status sit_session_find(struct sit_session *session, const char *text,
                                 bool backwards, struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    int64_t from = table->id[session->view.position], face_id = from, first = 0;
    size_t position;
    do {
        enum sit_status status = sit_project_search_face(
            sit_labels_project(session->labels), text, face_id, backwards, &face_id,
            err);
        if (status != SIT_OK)
            return status;
        position = sit_face_table_find(table, face_id);
        if (face_id == first)
            position = SIZE_MAX; /* all the way round */
        else if (first == 0)
            first = face_id;
        else
            continue;
    } while (position != SIZE_MAX && !sit_session_matches(session, position));
    if (position == SIZE_MAX)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no face's name contains '%s'",
                             text);
    return session_visit(session, position, QUEUE_BY_PERSON, err);
}

static enum sit_status show_result(struct sit_session *session, enum sit_status status,
                                   const struct sit_undo_result *result,
                                   struct sit_error *err)
{
    if (status == SIT_OK)
        status = session_follow(session, NULL, err);
    if (status != SIT_OK)
        return status;
    size_t position = result->index != SIZE_MAX ? result->index
                                                : session->view.position;
    return session_visit(session, position, QUEUE_BY_PERSON, err);
}

enum sit_status sit_session_undo(struct sit_session *session,
                                 struct sit_undo_result *result, struct sit_error *err)
{
    enum sit_status status = sit_labels_undo(session->labels, SIT_ORIGIN_SCREEN, result,
                                             err);
    return show_result(session, status, result, err);
}

enum sit_status sit_session_redo(struct sit_session *session,
                                 struct sit_undo_result *result, struct sit_error *err)
{
    enum sit_status status = sit_labels_redo(session->labels, SIT_ORIGIN_SCREEN, result,
                                             err);
    return show_result(session, status, result, err);
}

/* Append a face unless it is the current one or there already. */
static size_t add_upcoming(const struct sit_session *session, size_t position,
                           int64_t *face_ids, size_t used, size_t n)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    if (used == n || position >= table->n || position == session->view.position)
        return used;
    for (size_t i = 0; i < used; i++)
        if (face_ids[i] == table->id[position])
            return used;
    face_ids[used] = table->id[position];
    return used + 1;
}

/* Where an arrow leads. */
static size_t neighbour(const struct sit_session *session, long by)
{
    struct queue_entry entry;
    if (session->view.queue == SIT_QUEUE_GIVEN)
        return position_by(session, by);
    return queue_look_back(&session->queue, by, &entry) ? entry.index : SIZE_MAX;
}

size_t sit_session_upcoming(const struct sit_session *session, int64_t *face_ids,
                            size_t n)
{
    enum { N_NEIGHBOURS = 3 }; /* for the arrows and for undo */
    const struct sit_face_table *table = sit_labels_table(session->labels);
    size_t used = 0, n_next = n > N_NEIGHBOURS ? n - N_NEIGHBOURS : n;
    struct queue_entry entry;
    for (size_t k = 0; used < n_next && queue_peek(&session->queue, k, &entry); k++)
        used = add_upcoming(session, entry.index, face_ids, used, n);
    used = add_upcoming(session, neighbour(session, -1), face_ids, used, n);
    used = add_upcoming(session, neighbour(session, 1), face_ids, used, n);
    if (session->view.n_recent > 0)
        used = add_upcoming(session,
                            sit_face_table_find(table, session->recent[0].face_id),
                            face_ids, used, n);
    return used;
}
