/*
 * The review session: walking a computed list, relabelling and confirming.
 */
#include "sitter/review.h"

#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/filter.h"

struct sit_review {
    struct sit_labels *labels;
    char *annotator;
    struct sit_review_list lists[SIT_REVIEW_N_KINDS];
    size_t *shown; /* (view.n_shown) indices into the shown list's items, those of the
                      scope */
    struct sit_filter *filter; /* NULL: none */
    char *filter_text;
    struct sit_face_detail detail;
    struct sit_review_view view;
};

/* The label decides: undone or done elsewhere, the state follows. */
static enum sit_review_state item_state(const struct sit_review *review,
                                        const struct sit_review_item *item)
{
    const struct sit_face_table *table = sit_labels_table(review->labels);
    size_t i = sit_face_table_find(table, item->face_id);
    if (i == SIZE_MAX)
        return SIT_REVIEW_OPEN;
    if (table->label[i] == SIT_NO_CLASS) /* not theirs to see, or in dispute */
        return SIT_REVIEW_OPEN;
    if (table->label[i] != item->given)
        return SIT_REVIEW_RELABELLED;
    return table->confirmed[i] ? SIT_REVIEW_CONFIRMED : SIT_REVIEW_OPEN;
}

const struct sit_review_item *sit_review_item_at(const struct sit_review *review,
                                                 size_t i, enum sit_review_state *state)
{
    if (i >= review->view.n_shown)
        return NULL;
    const struct sit_review_item *item = &review->view.list->items[review->shown[i]];
    if (state != NULL)
        *state = item_state(review, item);
    return item;
}

/* Make position the current one and renew what the view shows. */
static enum sit_status show(struct sit_review *review, size_t position,
                            struct sit_error *err)
{
    struct sit_review_view *view = &review->view;
    if (view->n_shown == 0) {
        view->position = 0;
        view->n_decided = 0;
        view->item = NULL;
        view->face = NULL;
        return SIT_OK;
    }
    if (position >= view->n_shown)
        position = view->n_shown - 1;
    const struct sit_review_item *item = sit_review_item_at(review, position, NULL);
    enum sit_status status = sit_project_face_detail(
        sit_labels_project(review->labels), item->face_id,
        sit_labels_annotator_id(review->labels), &review->detail, err);
    if (status != SIT_OK)
        return status;
    view->position = position;
    view->item = item;
    view->state = item_state(review, item);
    view->face = &review->detail;
    view->n_decided = 0;
    for (size_t i = 0; i < view->n_shown; i++) {
        enum sit_review_state state;
        sit_review_item_at(review, i, &state);
        view->n_decided += state != SIT_REVIEW_OPEN;
    }
    return SIT_OK;
}

static bool matches(const struct sit_review *review, const struct sit_filter *filter,
                    const struct sit_review_item *item)
{
    const struct sit_face_table *table = sit_labels_table(review->labels);
    enum sit_review_scope scope = review->view.scope;
    if (scope != SIT_REVIEW_ALL &&
        (scope == SIT_REVIEW_TEST) != (item->split == SIT_TEST))
        return false;
    return filter == NULL ||
           sit_filter_matches(filter, table, sit_face_table_find(table, item->face_id),
                              item->predicted, item->p_predicted);
}

static size_t count_matching(const struct sit_review *review,
                             const struct sit_filter *filter)
{
    size_t n = 0;
    for (size_t i = 0; i < review->view.list->n; i++)
        n += matches(review, filter, &review->view.list->items[i]) ? 1 : 0;
    return n;
}

static void select_scope(struct sit_review *review)
{
    review->view.n_shown = 0;
    for (size_t i = 0; i < review->view.list->n; i++) {
        if (matches(review, review->filter, &review->view.list->items[i]))
            review->shown[review->view.n_shown++] = i;
    }
}

enum sit_status sit_review_open(struct sit_project *project, const char *annotator,
                                enum sit_review_scope scope, struct sit_review **out,
                                struct sit_error *err)
{
    struct sit_review *review = sit_calloc(1, sizeof *review);
    if (review == NULL)
        return sit_error_nomem(err);
    review->annotator = sit_strdup(annotator);
    enum sit_status status = review->annotator != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_labels_open(project, annotator, &review->labels, err);
    if (status != SIT_OK) {
        sit_review_free(review);
        return status;
    }
    review->view = (struct sit_review_view){
        .project_path = sit_project_path(project),
        .annotator = review->annotator,
        .scope = scope,
        .filter = "",
        .classes = sit_labels_classes(review->labels),
        .list = &review->lists[SIT_REVIEW_MISTAKES],
    };
    sit_project_set_auto_checkpoint(project, false);
    sit_project_set_busy_ms(project, SIT_PROJECT_SCREEN_BUSY_MS);
    *out = review;
    return SIT_OK;
}

void sit_review_free(struct sit_review *review)
{
    if (review == NULL)
        return;
    if (review->labels != NULL)
        sit_project_set_auto_checkpoint(sit_labels_project(review->labels), true);
    for (size_t kind = 0; kind < SIT_REVIEW_N_KINDS; kind++)
        sit_review_list_release(&review->lists[kind]);
    sit_filter_free(review->filter);
    free(review->filter_text);
    free(review->shown);
    sit_face_detail_release(&review->detail);
    sit_labels_free(review->labels);
    free(review->annotator);
    free(review);
}

/* Make a list the one shown; `shown` has room for its items and is taken over. */
static void show_list(struct sit_review *review, enum sit_review_kind kind,
                      size_t *shown)
{
    free(review->shown);
    review->shown = shown;
    review->view.kind = kind;
    review->view.list = &review->lists[kind];
    select_scope(review);
}

enum sit_status sit_review_take_list(struct sit_review *review,
                                     struct sit_review_list *list,
                                     struct sit_error *err)
{
    size_t *shown = sit_calloc(list->n, sizeof *shown);
    if (shown == NULL)
        return sit_error_nomem(err);
    for (size_t kind = 0; kind < SIT_REVIEW_N_KINDS; kind++)
        if (kind == list->kind || review->lists[kind].model_id != list->model_id)
            sit_review_list_release(&review->lists[kind]);
    review->lists[list->kind] = *list;
    show_list(review, list->kind, shown);
    *list = (struct sit_review_list){0};
    enum sit_status status = sit_labels_refresh(review->labels, NULL, err);
    return status == SIT_OK ? show(review, 0, err) : status;
}

enum sit_status sit_review_set_kind(struct sit_review *review,
                                    enum sit_review_kind kind, struct sit_error *err)
{
    size_t *shown = sit_calloc(review->lists[kind].n, sizeof *shown);
    if (shown == NULL)
        return sit_error_nomem(err);
    show_list(review, kind, shown);
    return show(review, 0, err);
}

struct sit_labels *sit_review_labels(struct sit_review *review)
{
    return review->labels;
}

const struct sit_review_view *sit_review_get_view(const struct sit_review *review)
{
    return &review->view;
}

/* The next undecided item after the current one, wrapping around, or the current one.
 */
static size_t next_open(const struct sit_review *review)
{
    size_t n = review->view.n_shown, position = review->view.position;
    for (size_t step = 1; step < n; step++) {
        size_t i = (position + step) % n;
        enum sit_review_state state;
        sit_review_item_at(review, i, &state);
        if (state == SIT_REVIEW_OPEN)
            return i;
    }
    return position;
}

/* The current face's row of the label table, and what a decision on it notes. */
static enum sit_status current_face(const struct sit_review *review, int64_t spent_ms,
                                    size_t *index, struct sit_label_note *note,
                                    struct sit_error *err)
{
    const struct sit_review_item *item = review->view.item;
    if (item == NULL)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no face to decide on");
    *index = sit_face_table_find(sit_labels_table(review->labels), item->face_id);
    *note = (struct sit_label_note){.origin = SIT_ORIGIN_REVIEW,
                                    .spent_ms = spent_ms,
                                    .suggested = item->predicted,
                                    .suggested_p = item->p_predicted,
                                    .suggestion_visible = true};
    return SIT_OK;
}

enum sit_status sit_review_relabel(struct sit_review *review,
                                   sit_class_index class_index, int64_t spent_ms,
                                   struct sit_error *err)
{
    size_t index = SIZE_MAX;
    struct sit_label_note note;
    enum sit_status status = current_face(review, spent_ms, &index, &note, err);
    if (status != SIT_OK)
        return status;
    /* The label's own key says that it is right. */
    if (class_index == sit_labels_table(review->labels)->label[index])
        status = sit_labels_confirm(review->labels, index, &note, err);
    else
        status = sit_labels_set(review->labels, index, class_index, &note, err);
    return status == SIT_OK ? show(review, next_open(review), err) : status;
}

enum sit_status sit_review_confirm(struct sit_review *review, int64_t spent_ms,
                                   struct sit_error *err)
{
    size_t index = SIZE_MAX;
    struct sit_label_note note;
    enum sit_status status = current_face(review, spent_ms, &index, &note, err);
    if (status == SIT_OK)
        status = sit_labels_confirm(review->labels, index, &note, err);
    return status == SIT_OK ? show(review, next_open(review), err) : status;
}

enum sit_status sit_review_move(struct sit_review *review, long by,
                                struct sit_error *err)
{
    size_t position = review->view.position;
    size_t distance = by < 0 ? 0 - (size_t)by : (size_t)by;
    if (by < 0)
        position = distance < position ? position - distance : 0;
    else
        position += distance;
    return show(review, position, err);
}

enum sit_status sit_review_go(struct sit_review *review, size_t position,
                              struct sit_error *err)
{
    return show(review, position, err);
}

enum sit_status sit_review_set_scope(struct sit_review *review,
                                     enum sit_review_scope scope, struct sit_error *err)
{
    review->view.scope = scope;
    select_scope(review);
    return show(review, 0, err);
}

enum sit_status sit_review_set_filter(struct sit_review *review, const char *filter,
                                      struct sit_error *err)
{
    struct sit_filter_terms terms;
    struct sit_filter *made = NULL;
    enum sit_status status = sit_filter_parse(filter, &terms, err);
    if (status == SIT_OK && terms.n > 0)
        status = sit_filter_new(sit_labels_project(review->labels),
                                sit_labels_table(review->labels), &terms, &made, err);
    char *text = status == SIT_OK ? sit_strdup(filter) : NULL;
    if (status == SIT_OK && text == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK && made != NULL && review->view.list->n > 0 &&
        count_matching(review, made) == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND, "no face in the list matches '%s'",
                               filter);
    if (status != SIT_OK) {
        sit_filter_free(made);
        free(text);
        return status;
    }
    sit_filter_free(review->filter);
    free(review->filter_text);
    review->filter = made;
    review->filter_text = text;
    review->view.filter = made != NULL ? text : "";
    select_scope(review);
    return show(review, 0, err);
}

/* After an undo or redo: go to its face if it is shown. */
static enum sit_status show_result(struct sit_review *review, enum sit_status status,
                                   const struct sit_undo_result *result,
                                   struct sit_error *err)
{
    if (status != SIT_OK)
        return status;
    const struct sit_face_table *table = sit_labels_table(review->labels);
    size_t position = review->view.position;
    for (size_t i = 0; result->index < table->n && i < review->view.n_shown; i++)
        if (sit_review_item_at(review, i, NULL)->face_id == table->id[result->index])
            position = i;
    return show(review, position, err);
}

enum sit_status sit_review_undo(struct sit_review *review,
                                struct sit_undo_result *result, struct sit_error *err)
{
    return show_result(review,
                       sit_labels_undo(review->labels, SIT_ORIGIN_REVIEW, result, err),
                       result, err);
}

enum sit_status sit_review_redo(struct sit_review *review,
                                struct sit_undo_result *result, struct sit_error *err)
{
    return show_result(review,
                       sit_labels_redo(review->labels, SIT_ORIGIN_REVIEW, result, err),
                       result, err);
}

enum sit_status sit_review_refresh(struct sit_review *review, bool *changed,
                                   struct sit_error *err)
{
    bool any = false;
    enum sit_status status = sit_labels_refresh(review->labels, &any, err);
    if (status == SIT_OK && any)
        status = show(review, review->view.position, err);
    if (changed != NULL)
        *changed = any;
    return status;
}

size_t sit_review_upcoming(const struct sit_review *review, int64_t *face_ids, size_t n)
{
    size_t used = 0, n_shown = review->view.n_shown, position = review->view.position;
    if (n_shown == 0)
        return 0;
    size_t next = next_open(review);
    for (size_t i = next; used < n && i < n_shown; i++)
        if (i != position)
            face_ids[used++] = sit_review_item_at(review, i, NULL)->face_id;
    bool listed = position > next; /* position - 1 lies in what was just listed */
    if (used < n && position > 0 && !listed)
        face_ids[used++] = sit_review_item_at(review, position - 1, NULL)->face_id;
    return used;
}

void sit_review_idle(struct sit_review *review)
{
    sit_project_checkpoint(sit_labels_project(review->labels));
}
