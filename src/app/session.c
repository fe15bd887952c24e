/*
 * The labelling session: the current face and where each action leads.
 */
#include "sitter/session.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

struct sit_session {
    struct sit_labels *labels;
    char *annotator;
    struct sit_face_detail detail;
    struct sit_recent_event recent[SIT_SESSION_N_RECENT];
    struct sit_session_view view;
};

/* The next unlabelled face after `from`, wrapping around; SIZE_MAX where none is. */
static size_t next_unlabelled(const struct sit_face_table *table, size_t from)
{
    for (size_t i = from + 1; i < table->n; i++)
        if (table->label[i] == SIT_NO_CLASS)
            return i;
    for (size_t i = 0; i <= from && i < table->n; i++)
        if (table->label[i] == SIT_NO_CLASS)
            return i;
    return SIZE_MAX;
}

static enum sit_status load_recent(struct sit_session *session, struct sit_error *err)
{
    struct sit_recent_event recent[SIT_SESSION_N_RECENT];
    size_t n;
    enum sit_status status = sit_project_recent_events(
        sit_labels_project(session->labels), sit_labels_annotator_id(session->labels),
        SIT_SESSION_N_RECENT, recent, &n, err);
    if (status != SIT_OK)
        return status;
    sit_recent_events_release(session->recent, session->view.n_recent);
    memcpy(session->recent, recent, n * sizeof *recent);
    session->view.n_recent = n;
    return SIT_OK;
}

/* Make face `position` the current one and renew all that the view shows. */
static enum sit_status show(struct sit_session *session, size_t position,
                            struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    enum sit_status status = sit_project_face_detail(
        sit_labels_project(session->labels), table->id[position],
        sit_labels_annotator_id(session->labels), &session->detail, err);
    if (status == SIT_OK)
        status = load_recent(session, err);
    if (status != SIT_OK)
        return status;
    session->view.position = position;
    session->view.n_faces = table->n;
    return SIT_OK;
}

/* Where this annotator left off: after the last face decided on. */
static size_t resume_position(struct sit_session *session)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    size_t last = SIZE_MAX;
    if (session->view.n_recent > 0)
        last = sit_face_table_find(table, session->recent[0].face_id);
    if (last == SIZE_MAX) {
        size_t first = next_unlabelled(table, table->n - 1);
        return first != SIZE_MAX ? first : 0;
    }
    /* An undone face is where one wants to go on. */
    if (table->label[last] == SIT_NO_CLASS)
        return last;
    size_t next = next_unlabelled(table, last);
    return next != SIZE_MAX ? next : last;
}

const char *sit_queue_name(enum sit_queue queue)
{
    static const char *const names[SIT_N_QUEUES] = {
        [SIT_QUEUE_GIVEN] = "given",         [SIT_QUEUE_RANDOM] = "random",
        [SIT_QUEUE_UNCERTAIN] = "uncertain", [SIT_QUEUE_SPREAD] = "spread",
        [SIT_QUEUE_LEAST] = "least",
    };
    return names[queue];
}

enum sit_status sit_queue_parse(const char *name, enum sit_queue *out,
                                struct sit_error *err)
{
    for (int i = 0; i < SIT_N_QUEUES; i++)
        if (strcmp(name, sit_queue_name((enum sit_queue)i)) == 0) {
            *out = (enum sit_queue)i;
            return SIT_OK;
        }
    return sit_error_set(err, SIT_E_ARG,
                         "no queue '%s' (given, random, uncertain, spread, least)",
                         name);
}

enum sit_status sit_session_open(struct sit_project *project, const char *annotator,
                                 const struct sit_session_options *options,
                                 struct sit_session **out, struct sit_error *err)
{
    static const struct sit_session_options defaults;
    if (options == NULL)
        options = &defaults;
    struct sit_session *session = sit_calloc(1, sizeof *session);
    if (session == NULL)
        return sit_error_nomem(err);
    session->annotator = sit_strdup(annotator);
    enum sit_status status = session->annotator != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_labels_open(project, annotator, &session->labels, err);
    if (status == SIT_OK && sit_labels_table(session->labels)->n == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "'%s' has no faces yet (sitter import adds them)",
                               sit_project_path(project));
    if (status == SIT_OK) {
        session->view = (struct sit_session_view){
            .project_path = sit_project_path(project),
            .annotator = session->annotator,
            .classes = sit_labels_classes(session->labels),
            .counts = sit_labels_counts(session->labels),
            .face = &session->detail,
            .recent = session->recent,
            .queue = options->queue,
            .suggestion = {.class_index = SIT_NO_CLASS},
            .left_ms = -1,
            .filter = "",
            .n_matching = sit_labels_table(session->labels)->n,
            .comment = "",
        };
        status = load_recent(session, err);
    }
    if (status == SIT_OK)
        status = show(session, resume_position(session), err);
    if (status != SIT_OK) {
        sit_session_free(session);
        return status;
    }
    sit_project_set_auto_checkpoint(project, false);
    sit_project_set_busy_ms(project, SIT_PROJECT_SCREEN_BUSY_MS);
    *out = session;
    return SIT_OK;
}

void sit_session_free(struct sit_session *session)
{
    if (session == NULL)
        return;
    if (session->labels != NULL)
        sit_project_set_auto_checkpoint(sit_labels_project(session->labels), true);
    sit_recent_events_release(session->recent, session->view.n_recent);
    sit_face_detail_release(&session->detail);
    sit_labels_free(session->labels);
    free(session->annotator);
    free(session);
}

const struct sit_session_view *sit_session_get_view(const struct sit_session *session)
{
    return &session->view;
}

enum sit_status sit_session_label(struct sit_session *session,
                                  sit_class_index class_index, int64_t spent_ms,
                                  struct sit_error *err)
{
    struct sit_label_note note = {
        .origin = SIT_ORIGIN_SCREEN, .spent_ms = spent_ms, .suggested = SIT_NO_CLASS};
    size_t position = session->view.position;
    enum sit_status status = sit_labels_set(session->labels, position, class_index,
                                            &note, err);
    if (status != SIT_OK)
        return status;
    size_t next = next_unlabelled(sit_labels_table(session->labels), position);
    return show(session, next != SIZE_MAX ? next : position, err);
}

enum sit_status sit_session_skip(struct sit_session *session, bool *moved,
                                 struct sit_error *err)
{
    size_t position = session->view.position;
    size_t next = next_unlabelled(sit_labels_table(session->labels), position);
    *moved = next != SIZE_MAX && next != position;
    return *moved ? show(session, next, err) : SIT_OK;
}

enum sit_status sit_session_go(struct sit_session *session, size_t position,
                               struct sit_error *err)
{
    size_t last = sit_labels_table(session->labels)->n - 1;
    return show(session, position < last ? position : last, err);
}

enum sit_status sit_session_move(struct sit_session *session, long by,
                                 struct sit_error *err)
{
    size_t position = session->view.position;
    size_t distance = by < 0 ? 0 - (size_t)by : (size_t)by;
    if (by < 0)
        position = distance < position ? position - distance : 0;
    else
        position = distance < SIZE_MAX - position ? position + distance : SIZE_MAX;
    return sit_session_go(session, position, err);
}

enum sit_status sit_session_find(struct sit_session *session, const char *text,
                                 bool backwards, struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    int64_t face_id;
    enum sit_status status = sit_project_search_face(
        sit_labels_project(session->labels), text, table->id[session->view.position],
        backwards, &face_id, err);
    if (status != SIT_OK)
        return status;
    size_t position = sit_face_table_find(table, face_id);
    if (position == SIZE_MAX)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no face's name contains '%s'",
                             text);
    return show(session, position, err);
}

static enum sit_status show_result(struct sit_session *session, enum sit_status status,
                                   const struct sit_undo_result *result,
                                   struct sit_error *err)
{
    if (status != SIT_OK)
        return status;
    size_t position = result->index != SIZE_MAX ? result->index
                                                : session->view.position;
    return show(session, position, err);
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

enum sit_status sit_session_refresh(struct sit_session *session, bool *changed,
                                    struct sit_error *err)
{
    bool any = false;
    enum sit_status status = sit_labels_refresh(session->labels, &any, err);
    if (status == SIT_OK && any)
        status = show(session, session->view.position, err);
    if (changed != NULL)
        *changed = any;
    return status;
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

size_t sit_session_upcoming(const struct sit_session *session, int64_t *face_ids,
                            size_t n)
{
    enum { N_NEIGHBOURS = 3 }; /* for the arrows and for undo */
    const struct sit_face_table *table = sit_labels_table(session->labels);
    size_t position = session->view.position, used = 0;
    size_t n_next = n > N_NEIGHBOURS ? n - N_NEIGHBOURS : n;
    size_t first = next_unlabelled(table, position);
    for (size_t at = first; used < n_next && at != SIZE_MAX;) {
        used = add_upcoming(session, at, face_ids, used, n);
        at = next_unlabelled(table, at);
        if (at == first)
            break;
    }
    if (position > 0)
        used = add_upcoming(session, position - 1, face_ids, used, n);
    used = add_upcoming(session, position + 1, face_ids, used, n);
    if (session->view.n_recent > 0)
        used = add_upcoming(session,
                            sit_face_table_find(table, session->recent[0].face_id),
                            face_ids, used, n);
    return used;
}

void sit_session_idle(struct sit_session *session)
{
    sit_project_checkpoint(sit_labels_project(session->labels));
}

/*
 * The live model, the queues, filters and remarks
 */

enum sit_status sit_session_start_live(struct sit_session *session, int wake_fd,
                                       struct sit_error *err)
{
    (void)session, (void)wake_fd, (void)err;
    return SIT_OK;
}

void sit_session_stop_live(struct sit_session *session)
{
    (void)session;
}

bool sit_session_on_wake(struct sit_session *session)
{
    (void)session;
    return false;
}

enum sit_status sit_session_accept(struct sit_session *session, int64_t spent_ms,
                                   struct sit_error *err)
{
    if (session->view.suggestion.class_index == SIT_NO_CLASS)
        return sit_error_set(err, SIT_E_NOT_FOUND, "nothing is suggested");
    return sit_session_label(session, session->view.suggestion.class_index, spent_ms,
                             err);
}

enum sit_status sit_session_set_queue(struct sit_session *session, enum sit_queue queue,
                                      struct sit_error *err)
{
    (void)err;
    session->view.queue = queue;
    return SIT_OK;
}

void sit_session_hide_suggestions(struct sit_session *session, bool hidden)
{
    session->view.suggestions_hidden = hidden;
}

enum sit_status sit_session_set_filter(struct sit_session *session, const char *filter,
                                       struct sit_error *err)
{
    (void)session, (void)filter;
    return sit_error_set(err, SIT_E_UNSUPPORTED, "filters are not there yet");
}

enum sit_status sit_session_toggle_bookmark(struct sit_session *session,
                                            struct sit_error *err)
{
    (void)session;
    return sit_error_set(err, SIT_E_UNSUPPORTED, "bookmarks are not there yet");
}

enum sit_status sit_session_set_comment(struct sit_session *session, const char *text,
                                        struct sit_error *err)
{
    (void)session, (void)text;
    return sit_error_set(err, SIT_E_UNSUPPORTED, "comments are not there yet");
}

struct sit_labels *sit_session_labels(struct sit_session *session)
{
    return session->labels;
}

struct sit_suggestion sit_session_suggestion(const struct sit_session *session,
                                             size_t index)
{
    (void)session, (void)index;
    return (struct sit_suggestion){.class_index = SIT_NO_CLASS};
}

bool sit_session_matches(const struct sit_session *session, size_t index)
{
    (void)session, (void)index;
    return true;
}
