/*
 * What a session keeps to, and what its annotator remarks: filters, bookmarks,
 * comments.
 */
#include <stdlib.h>
#include <string.h>

#include "session_parts.h"
#include "sitter/alloc.h"

static bool matches_now(const struct sit_session *session,
                        const struct sit_filter *filter, size_t i)
{
    struct sit_suggestion says = {.class_index = SIT_NO_CLASS};
    if (sit_filter_needs_prediction(filter))
        says = sit_session_suggestion(session, i);
    return sit_filter_matches(filter, sit_labels_table(session->labels), i,
                              says.class_index, says.p);
}

/* The faces that match; false where memory is short. */
static bool find_matching(const struct sit_session *session,
                          const struct sit_filter *filter, struct index_set *out)
{
    size_t n = sit_labels_table(session->labels)->n;
    if (!index_set_init(out, n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (matches_now(session, filter, i))
            index_set_put(out, i, true);
    return true;
}

bool sit_session_matches(const struct sit_session *session, size_t index)
{
    return session->filter == NULL || index_set_has(&session->matching, index);
}

void session_rematch(struct sit_session *session, size_t i)
{
    if (session->filter == NULL)
        return;
    index_set_put(&session->matching, i, matches_now(session, session->filter, i));
    session->view.n_matching = session->matching.count;
}

enum sit_status session_rematch_all(struct sit_session *session, bool ask_file,
                                    struct sit_error *err)
{
    struct index_set matching;
    enum sit_status status = SIT_OK;
    if (session->filter == NULL) {
        session->view.n_matching = sit_labels_table(session->labels)->n;
        return SIT_OK;
    }
    if (ask_file)
        status = sit_filter_renew(session->filter, sit_labels_project(session->labels),
                                  sit_labels_table(session->labels), SIZE_MAX, err);
    if (status == SIT_OK && !find_matching(session, session->filter, &matching))
        status = sit_error_nomem(err);
    if (status != SIT_OK)
        return status;
    index_set_release(&session->matching);
    session->matching = matching;
    session->view.n_matching = matching.count;
    return SIT_OK;
}

/* Take a new filter (NULL: none) and who matches it over. */
static void adopt(struct sit_session *session, struct sit_filter *filter, char *text,
                  const struct index_set *matching)
{
    sit_filter_free(session->filter);
    free(session->filter_text);
    index_set_release(&session->matching);
    session->filter = filter;
    session->filter_text = text;
    session->matching = *matching;
    session->view.filter = text != NULL ? text : "";
    session->view.n_matching = filter != NULL ? matching->count
                                              : sit_labels_table(session->labels)->n;
}

enum sit_status sit_session_set_filter(struct sit_session *session, const char *text,
                                       struct sit_error *err)
{
    struct sit_filter_terms terms;
    struct sit_filter *filter = NULL;
    struct index_set matching = {0};
    char *copy = NULL;
    enum sit_status status = sit_filter_parse(text, &terms, err);
    if (status != SIT_OK)
        return status;
    if (terms.n > 0) {
        copy = sit_strdup(text);
        status = copy != NULL ? sit_filter_new(sit_labels_project(session->labels),
                                               sit_labels_table(session->labels),
                                               &terms, &filter, err)
                              : sit_error_nomem(err);
        if (status == SIT_OK && !find_matching(session, filter, &matching))
            status = sit_error_nomem(err);
        if (status == SIT_OK && matching.count == 0)
            status = sit_error_set(err, SIT_E_NOT_FOUND, "no face matches");
    }
    if (status != SIT_OK) {
        sit_filter_free(filter);
        index_set_release(&matching);
        free(copy);
        return status;
    }
    adopt(session, filter, copy, &matching);
    session_reopen(session);
    return SIT_OK;
}

enum sit_status sit_session_toggle_bookmark(struct sit_session *session,
                                            struct sit_error *err)
{
    enum sit_status status = sit_labels_set_bookmark(
        session->labels, session->view.position, !session->view.bookmarked, err);
    if (status == SIT_OK)
        status = session_follow(session, NULL, err);
    return status == SIT_OK ? session_show(session, session->view.position, err)
                            : status;
}

enum sit_status sit_session_set_comment(struct sit_session *session, const char *text,
                                        struct sit_error *err)
{
    size_t position = session->view.position;
    enum sit_status status = sit_labels_set_comment(session->labels, position, text,
                                                    err);
    if (status == SIT_OK && session->filter != NULL) {
        status = sit_filter_renew(session->filter, sit_labels_project(session->labels),
                                  sit_labels_table(session->labels), position, err);
        session_touch(session, position);
    }
    if (status == SIT_OK)
        status = session_follow(session, NULL, err);
    return status == SIT_OK ? session_show(session, position, err) : status;
}
