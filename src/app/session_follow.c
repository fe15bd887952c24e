/*
 * Keeping a session's queue and live model in step with the table of labels, which
 * other screens and other processes change too.
 */
#include "session_parts.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

/* Faces compared at once: most blocks have not changed. */
enum { BLOCK = 4096 };

bool session_is_open(const struct sit_session *session, size_t i)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    /* What others have labelled is theirs, but in the overlap. */
    bool is_others = (table->flags[i] & SIT_FACE_OTHERS) != 0 &&
                     (table->flags[i] & SIT_FACE_OVERLAP) == 0;
    return table->label[i] == SIT_NO_CLASS && !is_others &&
           sit_session_matches(session, i);
}

bool session_is_for_retest(const struct sit_session *session, size_t i)
{
    enum { BOTH = SIT_FACE_RETEST | SIT_FACE_OWN };
    const struct sit_face_table *table = sit_labels_table(session->labels);
    return (table->flags[i] & BOTH) == BOTH && table->label[i] != SIT_NO_CLASS;
}

/* How face i is now: to the queue, and among the changes for the live model. */
static void file_face(struct sit_session *session, size_t i)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    bool is_open = session_is_open(session, i);
    queue_set_open(&session->queue, i, is_open);
    void *grown = session->changes;
    if (session->live == NULL ||
        !sit_grow_array(&grown, &session->change_capacity, session->n_changes + 1,
                        sizeof *session->changes))
        return;
    session->changes = grown;
    session->changes[session->n_changes++] = (struct live_change){
        (uint32_t)i, table->label[i], is_open && table->split[i] == SIT_TRAIN};
}

/* Face i has changed, or is new. */
static void note_change(struct sit_session *session, size_t i, size_t *n_changes)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    bool was_own = (session->seen_flags[i] & SIT_FACE_OWN) != 0;
    session->seen_label[i] = table->label[i];
    session->seen_flags[i] = table->flags[i];
    ++*n_changes;
    if (!was_own && session_is_for_retest(session, i))
        queue_add_retest(&session->queue, i);
    session_rematch(session, i);
    file_face(session, i);
}

void session_touch(struct sit_session *session, size_t i)
{
    if (i < session->n_seen)
        session->seen_flags[i] = (uint8_t)~session->seen_flags[i];
}

/* Changes that there was no memory for are lost; the next start knows them. */
static void send(struct sit_session *session, const struct sit_face_table *grown)
{
    if (session->live != NULL && (grown != NULL || session->n_changes > 0))
        live_model_send(session->live, grown, session->changes, session->n_changes);
    session->n_changes = 0;
}

void session_reopen(struct sit_session *session)
{
    for (size_t i = 0; i < session->n_seen; i++) {
        bool was_open = index_set_has(&session->queue.open, i);
        if (was_open != session_is_open(session, i))
            file_face(session, i);
    }
    queue_settle(&session->queue);
    send(session, NULL);
    session_want(session);
}

/* More faces have come. */
static enum sit_status grow(struct sit_session *session, size_t *n_changes,
                            struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    size_t old = session->n_seen, n = table->n;
    sit_class_index *seen = sit_realloc_array(session->seen_label, n, sizeof *seen);
    if (seen == NULL)
        return sit_error_nomem(err);
    session->seen_label = seen;
    uint8_t *flags = sit_realloc_array(session->seen_flags, n, sizeof *flags);
    if (flags == NULL)
        return sit_error_nomem(err);
    session->seen_flags = flags;
    memset(flags + old, 0, n - old);
    enum sit_status status = queue_grow(&session->queue, table->split, n, err);
    if (status == SIT_OK)
        status = session_rematch_all(session, true, err);
    if (status != SIT_OK)
        return status;
    session->n_seen = n;
    for (size_t i = 0; i < old; i++)
        queue_set_open(&session->queue, i, session_is_open(session, i));
    for (size_t i = old; i < n; i++)
        note_change(session, i, n_changes);
    return SIT_OK;
}

enum sit_status session_follow(struct sit_session *session, bool *changed,
                               struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    enum sit_status status = SIT_OK;
    size_t n_changes = 0;
    bool has_grown = table->n != session->n_seen;
    size_t n_before = session->n_seen;
    if (has_grown)
        status = grow(session, &n_changes, err);
    if (status != SIT_OK)
        return status;
    for (size_t from = 0; from < n_before; from += BLOCK) {
        size_t n = n_before - from < BLOCK ? n_before - from : BLOCK;
        if (memcmp(session->seen_label + from, table->label + from, n) == 0 &&
            memcmp(session->seen_flags + from, table->flags + from, n) == 0)
            continue;
        for (size_t i = from; i < from + n; i++)
            if (session->seen_label[i] != table->label[i] ||
                session->seen_flags[i] != table->flags[i])
                note_change(session, i, &n_changes);
    }
    send(session, has_grown ? table : NULL);
    queue_settle(&session->queue);
    if (changed != NULL)
        *changed = has_grown || n_changes > 0;
    return SIT_OK;
}

enum sit_status session_follow_first(struct sit_session *session, enum sit_queue queue,
                                     struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    size_t n_changes = 0;
    session->seen_label = sit_malloc_array(table->n, sizeof *session->seen_label);
    session->seen_flags = sit_calloc(table->n, sizeof *session->seen_flags);
    if (session->seen_label == NULL || session->seen_flags == NULL)
        return sit_error_nomem(err);
    session->n_seen = table->n;
    enum sit_status status = queue_init(&session->queue, table->split, table->n,
                                        SIT_QUEUE_GIVEN, session->seed, err);
    for (size_t i = 0; status == SIT_OK && i < table->n; i++)
        note_change(session, i, &n_changes);
    if (status == SIT_OK)
        status = queue_set_kind(&session->queue, queue, err);
    return status;
}
