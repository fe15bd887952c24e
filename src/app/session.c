/*
 * The labelling session: the current face and where each action leads.
 */
#include "sitter/session.h"

#include <stdlib.h>
#include <string.h>

#include "session_parts.h"
#include "sitter/alloc.h"

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

/* Whether a face has been labelled a second time on purpose. */
static bool note_retest(void *context, const struct sit_event *event)
{
    bool *is_retested = context;
    *is_retested = event->reason != NULL && strcmp(event->reason, "retest") == 0;
    return !*is_retested;
}

/* Asks the file about one face. */
static bool wants_retest(void *context, size_t i)
{
    struct sit_session *session = context;
    const struct sit_face_table *table = sit_labels_table(session->labels);
    bool is_retested = false;
    if (i >= table->n || !session_is_for_retest(session, i) ||
        !sit_session_matches(session, i))
        return false;
    return sit_project_events(sit_labels_project(session->labels), 0,
                              sit_labels_annotator_id(session->labels), table->id[i],
                              note_retest, &is_retested, NULL) == SIT_OK &&
           !is_retested;
}

/* A face that comes again to be judged anew looks as it did the first time. */
static void hide_label(struct sit_session *session)
{
    session->detail.label = SIT_NO_CLASS;
    free(session->detail.annotator);
    session->detail.annotator = NULL;
}

static void renew_pace(struct sit_session *session)
{
    double gap_ms = pace_gap_ms(&session->pace);
    size_t n_left = queue_n_left(&session->queue);
    session->view.labels_per_minute = gap_ms > 0 ? 60000 / gap_ms : 0;
    session->view.left_ms = gap_ms > 0 ? (int64_t)(gap_ms * (double)n_left) : -1;
}

enum sit_status session_show(struct sit_session *session, size_t position,
                             struct sit_error *err)
{
    session_keep_seat(session, position);
    const struct sit_face_table *table = sit_labels_table(session->labels);
    enum sit_status status = sit_project_face_detail(
        sit_labels_project(session->labels), table->id[position],
        sit_labels_annotator_id(session->labels), &session->detail, err);
    if (status == SIT_OK)
        status = load_recent(session, err);
    if (status != SIT_OK)
        return status;
    if (queue_current(&session->queue).how == QUEUE_BY_RETEST)
        hide_label(session);
    session->view.position = position;
    session->view.n_faces = table->n;
    session->view.bookmarked = (table->flags[position] & SIT_FACE_BOOKMARKED) != 0;
    session->view.comment = session->detail.comment != NULL ? session->detail.comment
                                                            : "";
    session->has_suggestion = false;
    session_want(session);
    session_suggest(session);
    renew_pace(session);
    return SIT_OK;
}

enum sit_status session_visit(struct sit_session *session, size_t position,
                              enum queue_how how, struct sit_error *err)
{
    queue_visit(&session->queue, position, how);
    return session_show(session, position, err);
}

/* Where this annotator left off: in the given order after the last face decided on, in
 * others at the first of the plan. */
static size_t resume_position(struct sit_session *session, enum queue_how *how)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    size_t last = SIZE_MAX;
    struct queue_entry next;
    if (session->view.n_recent > 0)
        last = sit_face_table_find(table, session->recent[0].face_id);
    *how = QUEUE_BY_PERSON;
    /* An undone face is where one wants to go on. */
    if (last != SIZE_MAX && session_is_open(session, last))
        return last;
    session->queue.anchor = last != SIZE_MAX ? last : table->n - 1;
    queue_settle(&session->queue);
    if (queue_peek(&session->queue, 0, &next)) {
        *how = next.how;
        return next.index;
    }
    return last != SIZE_MAX ? last : 0;
}

/* Who begins at the same moment begins elsewhere: what others have done since the table
 * was read is looked at once more while nobody else can choose. */
static enum sit_status begin(struct sit_session *session, struct sit_error *err)
{
    enum queue_how how;
    bool sits = session_begin_seat(session);
    size_t position = resume_position(session, &how);
    queue_visit(&session->queue, position, how);
    if (sits)
        session_end_seat(session, position);
    return session_show(session, position, err);
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
    session->no_live = options->no_live;
    enum sit_status status = session->annotator != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK && options->features != NULL) {
        session->features = sit_strdup(options->features);
        status = session->features != NULL ? SIT_OK : sit_error_nomem(err);
    }
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
        /* Annotators who begin with the same seed should not meet at the same faces. */
        session->seed = options->seed ^
                        (uint64_t)sit_labels_annotator_id(session->labels) << 32;
        status = load_recent(session, err);
    }
    if (status == SIT_OK)
        status = session_follow_first(session, options->queue, err);
    session->queue.wants_retest = wants_retest;
    session->queue.retest_context = session;
    if (status == SIT_OK && options->filter != NULL)
        status = sit_session_set_filter(session, options->filter, err);
    if (status == SIT_OK) {
        status = begin(session, err);
    }
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
    if (session->labels != NULL) {
        session_leave_seat(session);
        sit_project_set_auto_checkpoint(sit_labels_project(session->labels), true);
    }
    live_model_free(session->live);
    queue_release(&session->queue);
    sit_filter_free(session->filter);
    free(session->filter_text);
    index_set_release(&session->matching);
    sit_recent_events_release(session->recent, session->view.n_recent);
    sit_face_detail_release(&session->detail);
    sit_labels_free(session->labels);
    free(session->seen_label);
    free(session->changes);
    free(session->annotator);
    free(session->features);
    free(session->seen_flags);
    free(session);
}

const struct sit_session_view *sit_session_get_view(const struct sit_session *session)
{
    return &session->view;
}

enum sit_status sit_session_refresh(struct sit_session *session, bool *changed,
                                    struct sit_error *err)
{
    bool any = false, followed = false, moved = false;
    enum sit_status status = sit_labels_refresh(session->labels, &any, err);
    if (status == SIT_OK)
        status = session_follow(session, &followed, err);
    if (status == SIT_OK)
        session_look_at_seats(session, &moved);
    if (status == SIT_OK && (any || followed || moved))
        status = session_show(session, session->view.position, err);
    if (changed != NULL)
        *changed = any || followed || moved;
    return status;
}

enum sit_status sit_session_set_queue(struct sit_session *session, enum sit_queue queue,
                                      struct sit_error *err)
{
    enum sit_status status = queue_set_kind(&session->queue, queue, err);
    if (status != SIT_OK)
        return status;
    session->view.queue = queue;
    if (session->live != NULL)
        live_model_set_queue(session->live, queue);
    session_want(session);
    return SIT_OK;
}

void sit_session_idle(struct sit_session *session)
{
    sit_project_checkpoint(sit_labels_project(session->labels));
    if (!session->is_stale)
        return;
    session->is_stale = false;
    if (session_rematch_all(session, false, NULL) == SIT_OK)
        session_reopen(session);
}

struct sit_labels *sit_session_labels(struct sit_session *session)
{
    return session->labels;
}
