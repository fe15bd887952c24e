/*
 * A session's live model: what it suggests for the face that is shown, and how the
 * queue hears of its rankings.
 */
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"
#include "sitter/alloc.h"

/* Who may be chosen; the caller frees it. */
static uint8_t *list_candidates(const struct sit_session *session)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    uint8_t *is_candidate = sit_malloc_array(table->n, sizeof *is_candidate);
    for (size_t i = 0; is_candidate != NULL && i < table->n; i++)
        is_candidate[i] = table->split[i] == SIT_TRAIN && session_is_open(session, i);
    return is_candidate;
}

enum sit_status sit_session_start_live(struct sit_session *session, int wake_fd,
                                       struct sit_error *err)
{
    if (session->no_live || session->live != NULL)
        return SIT_OK;
    const struct live_model_options options = {
        .path = session->view.project_path,
        .features = session->features,
        .classes = session->view.classes,
        .seed = session->seed,
        .queue = session->view.queue,
        .wake_fd = wake_fd,
    };
    uint8_t *is_candidate = list_candidates(session);
    if (is_candidate == NULL)
        return sit_error_nomem(err);
    enum sit_status status = live_model_new(&options, sit_labels_table(session->labels),
                                            is_candidate, &session->live, err);
    free(is_candidate);
    if (status == SIT_OK) {
        sit_session_on_wake(session);
        session_want(session);
    }
    return status;
}

void sit_session_stop_live(struct sit_session *session)
{
    live_model_free(session->live);
    session->live = NULL;
    session->view.live = (struct sit_live_state){0};
    session->has_suggestion = false;
    session_suggest(session);
}

struct sit_suggestion sit_session_suggestion(const struct sit_session *session,
                                             size_t index)
{
    const struct sit_face_table *table = sit_labels_table(session->labels);
    struct sit_suggestion none = {.class_index = SIT_NO_CLASS};
    if (session->live == NULL || index >= table->n ||
        (table->split[index] == SIT_TEST && table->label[index] == SIT_NO_CLASS))
        return none;
    struct live_prediction says = live_model_predicted(session->live, index, NULL);
    return (struct sit_suggestion){says.class_index, (double)says.p};
}

bool sit_session_is_learning(const struct sit_session *session)
{
    if (session->live == NULL || session->view.live.phase == SIT_LIVE_OFF ||
        session->view.live.phase == SIT_LIVE_FAILED)
        return false;
    return live_model_is_busy(session->live);
}

static void renew_view(struct sit_session *session)
{
    struct sit_suggestion none = {.class_index = SIT_NO_CLASS};
    session->view.suggestion = session->view.suggestions_hidden ? none
                                                                : session->suggestion;
}

/* A suggestion comes from a model that knows all labels, and does not change under the
 * finger that is about to accept it. */
void session_suggest(struct sit_session *session)
{
    size_t position = session->view.position;
    const struct sit_face_table *table = sit_labels_table(session->labels);
    bool is_current = true;
    if (!session->has_suggestion) {
        session->suggestion = sit_session_suggestion(session, position);
        /* A test face that comes again must look like any other. */
        if (table->split[position] == SIT_TEST && session->detail.label == SIT_NO_CLASS)
            session->suggestion.class_index = SIT_NO_CLASS;
        if (session->live != NULL)
            live_model_predicted(session->live, position, &is_current);
        if (!is_current)
            session->suggestion.class_index = SIT_NO_CLASS;
        session->has_suggestion = session->suggestion.class_index != SIT_NO_CLASS;
    }
    renew_view(session);
}

bool sit_session_on_wake(struct sit_session *session)
{
    struct queue_entry ranked[QUEUE_N_RANKED];
    size_t n_ranked;
    if (session->live == NULL ||
        !live_model_take(session->live, &session->view.live, ranked, &n_ranked))
        return false;
    if (n_ranked != SIZE_MAX) {
        queue_set_ranking(&session->queue, ranked, n_ranked);
        session->is_stale = session->filter != NULL &&
                            sit_filter_needs_prediction(session->filter);
        session_want(session);
    }
    session_suggest(session);
    return true;
}

void sit_session_hide_suggestions(struct sit_session *session, bool hidden)
{
    session->view.suggestions_hidden = hidden;
    renew_view(session);
}

enum sit_status sit_session_accept(struct sit_session *session, int64_t spent_ms,
                                   struct sit_error *err)
{
    if (session->view.suggestion.class_index == SIT_NO_CLASS)
        return sit_error_set(err, SIT_E_NOT_FOUND, "nothing is suggested");
    return sit_session_label(session, session->view.suggestion.class_index, spent_ms,
                             err);
}

void session_want(struct sit_session *session)
{
    uint32_t indices[LIVE_MAX_WANTED];
    size_t n = 0;
    if (session->live == NULL)
        return;
    indices[n++] = (uint32_t)session->view.position;
    for (size_t k = 0; k < LIVE_MAX_WANTED - SESSION_MAX_WANTED - 1; k++) {
        struct queue_entry entry;
        if (queue_peek(&session->queue, k, &entry))
            indices[n++] = entry.index;
    }
    memcpy(indices + n, session->wanted, session->n_wanted * sizeof *indices);
    live_model_want(session->live, indices, n + session->n_wanted);
}

void sit_session_want_suggestions(struct sit_session *session, const size_t *indices,
                                  size_t n)
{
    session->n_wanted = n < SESSION_MAX_WANTED ? n : SESSION_MAX_WANTED;
    for (size_t k = 0; k < session->n_wanted; k++)
        session->wanted[k] = (uint32_t)indices[k];
    session_want(session);
}
