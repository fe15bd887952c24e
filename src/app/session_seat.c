/*
 * Seats: a session tells others which face it shows and which comes next, and keeps
 * away from theirs. Read and written in the transaction of a label, they keep people
 * apart for certain; elsewhere as well as can be had without making anybody wait.
 */
#include "session_parts.h"

#include <string.h>

#include "sitter/progress.h"

enum {
    SEAT_MS = 5 * 60 * 1000, /* who has not come on for so long has left */
    SEAT_BUSY_MS = 20,       /* a seat is not worth a longer wait */
};

/* Let the queue keep away from where others are. In the overlap everybody meets. */
static enum sit_status look(struct sit_session *session, bool *changed,
                            struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    int64_t ids[QUEUE_MAX_AWAY], now_ms = sit_time_ms();
    uint32_t away[QUEUE_MAX_AWAY];
    size_t n_ids, n = 0;
    enum sit_status status = sit_project_seats(
        sit_labels_project(session->labels), sit_labels_annotator_id(session->labels),
        now_ms - SEAT_MS, now_ms + SEAT_MS, ids, QUEUE_MAX_AWAY, &n_ids, err);
    if (status != SIT_OK)
        return status;
    for (size_t k = 0; k < n_ids; k++) {
        size_t i = sit_face_table_find(table, ids[k]);
        if (i != SIZE_MAX && (table->flags[i] & SIT_FACE_OVERLAP) == 0)
            away[n++] = (uint32_t)i;
    }
    bool differs = queue_set_away(&session->queue, away, n);
    if (differs)
        queue_settle(&session->queue);
    if (changed != NULL)
        *changed = differs;
    return SIT_OK;
}

void session_look_at_seats(struct sit_session *session, bool *changed)
{
    bool any = false;
    if (changed != NULL)
        *changed = false;
    /* Where something cannot be read, what was known last holds on. */
    if (sit_labels_refresh(session->labels, &any, NULL) == SIT_OK &&
        session_follow(session, NULL, NULL) == SIT_OK)
        look(session, changed, NULL);
}

bool sit_session_is_others(const struct sit_session *session, size_t index)
{
    return queue_is_away(&session->queue, index);
}

/* The id of the k-th face to come; 0: there is none. */
static int64_t id_to_come(const struct sit_session *session, size_t k)
{
    struct queue_entry entry;
    if (!queue_peek(&session->queue, k, &entry))
        return 0;
    return sit_labels_table(session->labels)->id[entry.index];
}

static enum sit_status write_seat(struct sit_session *session, int64_t face_id,
                                  int64_t next_id, struct sit_error *err)
{
    enum sit_status status = sit_project_take_seat(
        sit_labels_project(session->labels), sit_labels_annotator_id(session->labels),
        face_id, next_id, sit_time_ms(), err);
    if (status == SIT_OK) {
        session->seat_id = face_id;
        session->next_seat_id = next_id;
    }
    return status;
}

enum sit_status session_take_next_seat(void *context, struct sit_error *err)
{
    struct sit_session *session = context;
    const struct sit_face_table *table = sit_labels_table(session->labels);
    enum sit_status status = session_follow(session, NULL, err);
    if (status == SIT_OK)
        status = look(session, NULL, err);
    if (status != SIT_OK)
        return status;
    int64_t next_id = id_to_come(session, 0), after_id = id_to_come(session, 1);
    if (next_id == 0)
        next_id = table->id[session->view.position];
    return write_seat(session, next_id, after_id, err);
}

void session_seat_is_lost(struct sit_session *session)
{
    session->next_seat_id = -1; /* it is taken anew with the next face */
}

bool session_begin_seat(struct sit_session *session)
{
    struct sit_project *project = sit_labels_project(session->labels);
    sit_project_set_busy_ms(project, SEAT_BUSY_MS);
    bool ok = sit_project_begin_unsynced(project, NULL) == SIT_OK;
    sit_project_set_busy_ms(project, SIT_PROJECT_SCREEN_BUSY_MS);
    if (ok)
        session_look_at_seats(session, NULL);
    return ok;
}

void session_end_seat(struct sit_session *session, size_t position)
{
    struct sit_project *project = sit_labels_project(session->labels);
    int64_t face_id = sit_labels_table(session->labels)->id[position];
    bool ok = write_seat(session, face_id, id_to_come(session, 0), NULL) == SIT_OK;
    if (!ok || sit_project_commit(project, NULL) != SIT_OK)
        session_seat_is_lost(session);
    sit_project_end_unsynced(project);
}

void session_keep_seat(struct sit_session *session, size_t position)
{
    int64_t face_id = sit_labels_table(session->labels)->id[position];
    if (session->seat_id == face_id && session->next_seat_id == id_to_come(session, 0))
        return;
    if (session_begin_seat(session))
        session_end_seat(session, position);
}

void session_leave_seat(struct sit_session *session)
{
    struct sit_project *project = sit_labels_project(session->labels);
    if (session->seat_id == 0 || sit_project_begin_unsynced(project, NULL) != SIT_OK)
        return;
    if (sit_project_free_seat(project, sit_labels_annotator_id(session->labels),
                              NULL) == SIT_OK)
        sit_project_commit(project, NULL);
    sit_project_end_unsynced(project);
}
