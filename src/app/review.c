/*
 * The review session: which list is shown, what of it, and what of a face may be seen.
 */
#include "review_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "sitter/alloc.h"

/* The row of the table; SIZE_MAX where the face is not in it. Faces are only ever added
 * at its end, so that it stays where it was. */
static size_t row_of(const struct sit_face_table *table,
                     const struct sit_review_item *item)
{
    if (item->index < table->n && table->id[item->index] == item->face_id)
        return item->index;
    return sit_face_table_find(table, item->face_id);
}

struct sit_review_item *review_raw_item(const struct sit_review *review, size_t i)
{
    const struct sit_review_view *view = &review->view;
    return i < view->n_shown ? &view->list->items[review->shown[i]] : NULL;
}

/* The label decides: undone or done elsewhere, the state follows. */
enum sit_review_state review_item_state(const struct sit_review *review,
                                        const struct sit_review_item *item)
{
    const struct sit_face_table *table = sit_labels_table(review->labels);
    size_t i = row_of(table, item);
    if (i == SIZE_MAX)
        return SIT_REVIEW_OPEN;
    if (table->label[i] == SIT_NO_CLASS) /* not theirs to see, or in dispute */
        return SIT_REVIEW_OPEN;
    if (table->label[i] != item->given)
        return SIT_REVIEW_RELABELLED;
    bool confirmed = table->confirmed[i] && !item->was_confirmed;
    return confirmed || item->is_decided ? SIT_REVIEW_CONFIRMED : SIT_REVIEW_OPEN;
}

/* Whether the label of a face must not be seen: it is of the overlap share, and this
 * annotator has not labelled it. */
static bool is_unseen(const struct sit_review *review, size_t i)
{
    const struct sit_face_table *table = sit_labels_table(review->labels);
    return !review->view.adjudicates && i < table->n &&
           (table->flags[i] & SIT_FACE_OVERLAP) != 0 &&
           (table->flags[i] & SIT_FACE_OWN) == 0;
}

static bool hides(const struct sit_review *review, enum sit_review_state state)
{
    return review->view.blind && state == SIT_REVIEW_OPEN;
}

/* The item without what may not be seen. */
static struct sit_review_item visible_part(const struct sit_review *review,
                                           const struct sit_review_item *item,
                                           enum sit_review_state state)
{
    const struct sit_face_table *table = sit_labels_table(review->labels);
    struct sit_review_item out = *item;
    size_t i = row_of(table, item);
    bool hidden = hides(review, state);
    bool no_label = i == SIZE_MAX || table->label[i] == SIT_NO_CLASS;
    if (hidden) {
        out.given = SIT_NO_CLASS;
        out.is_control = false;
    }
    if (hidden || (no_label && item->split == SIT_TEST)) {
        out.predicted = SIT_NO_CLASS;
        out.p_predicted = out.p_given = out.loss = 0;
    }
    return out;
}

bool sit_review_item_at(const struct sit_review *review, size_t i,
                        struct sit_review_item *item, enum sit_review_state *state)
{
    const struct sit_review_item *raw = review_raw_item(review, i);
    if (raw == NULL)
        return false;
    *state = review_item_state(review, raw);
    *item = visible_part(review, raw, *state);
    return true;
}

static enum sit_status take_say(void *context, const struct sit_standing_label *label,
                                struct sit_error *err)
{
    struct sit_review *review = context;
    (void)err;
    size_t i = review->view.n_says++;
    if (i >= SIT_REVIEW_MAX_SAYS)
        return SIT_OK;
    struct sit_review_say *say = &review->says[i];
    *say = (struct sit_review_say){.class_index = label->class_index,
                                   .is_person = label->is_person,
                                   .adjudicates = label->adjudicates};
    if (!review->view.hides_names)
        snprintf(say->name, sizeof say->name, "%s", label->annotator);
    return SIT_OK;
}

/* What the view tells of the current face besides its detail. */
static enum sit_status show_face(struct sit_review *review,
                                 const struct sit_review_item *raw,
                                 struct sit_error *err)
{
    struct sit_review_view *view = &review->view;
    const struct sit_face_table *table = sit_labels_table(review->labels);
    struct sit_project *project = sit_labels_project(review->labels);
    struct sit_face_state own;
    enum sit_status status = sit_project_face_state(project, raw->face_id,
                                                    view->annotator_id, &own, err);
    view->n_says = 0;
    if (status == SIT_OK && !view->is_hidden && !is_unseen(review, row_of(table, raw)))
        status = sit_project_standing_labels(project, raw->face_id, take_say, review,
                                             err);
    if (status == SIT_OK)
        view->bookmarked = (own.flags & SIT_FACE_BOOKMARKED) != 0;
    if (view->is_hidden || view->hides_names) {
        free(review->detail.annotator);
        review->detail.annotator = NULL;
    }
    if (view->is_hidden) {
        review->detail.label = SIT_NO_CLASS;
        review->detail.confirmed = false;
        review->detail.labelled_at_ms = 0;
    }
    return status;
}

enum sit_status review_show(struct sit_review *review, size_t position,
                            struct sit_error *err)
{
    struct sit_review_view *view = &review->view;
    if (view->n_shown == 0) {
        view->position = 0;
        view->n_decided = view->n_says = 0;
        view->item = NULL;
        view->face = NULL;
        view->is_hidden = view->bookmarked = false;
        return SIT_OK;
    }
    if (position >= view->n_shown)
        position = view->n_shown - 1;
    const struct sit_review_item *raw = review_raw_item(review, position);
    enum sit_status status = sit_project_face_detail(
        sit_labels_project(review->labels), raw->face_id,
        view->adjudicates ? 0 : view->annotator_id, &review->detail, err);
    if (status != SIT_OK)
        return status;
    view->position = position;
    view->state = review_item_state(review, raw);
    view->is_hidden = hides(review, view->state);
    review->item = visible_part(review, raw, view->state);
    view->item = &review->item;
    view->face = &review->detail;
    view->n_decided = 0;
    for (size_t i = 0; i < view->n_shown; i++)
        view->n_decided += review_item_state(review, review_raw_item(review, i)) !=
                           SIT_REVIEW_OPEN;
    return show_face(review, raw, err);
}

static bool matches(const struct sit_review *review, const struct sit_filter *filter,
                    const struct sit_review_item *item)
{
    const struct sit_face_table *table = sit_labels_table(review->labels);
    enum sit_review_scope scope = review->view.scope;
    if (scope != SIT_REVIEW_ALL &&
        (scope == SIT_REVIEW_TEST) != (item->split == SIT_TEST))
        return false;
    size_t i = row_of(table, item);
    /* A list would tell what others say of it. */
    if (i == SIZE_MAX ||
        (is_unseen(review, i) &&
         (item->given != SIT_NO_CLASS || (table->flags[i] & SIT_FACE_OTHERS) != 0)))
        return false;
    if (item->is_control && !review->view.blind &&
        review_item_state(review, item) == SIT_REVIEW_OPEN)
        return false; /* seen at once to be one */
    return filter == NULL ||
           sit_filter_matches(filter, table, i, item->predicted, item->p_predicted);
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
                                const struct sit_review_settings *settings,
                                struct sit_review **out, struct sit_error *err)
{
    static const struct sit_review_settings defaults = {0};
    if (settings == NULL)
        settings = &defaults;
    struct sit_review *review = sit_calloc(1, sizeof *review);
    if (review == NULL)
        return sit_error_nomem(err);
    bool adjudicates = settings->adjudicates || settings->is_adjudication;
    review->annotator = sit_strdup(annotator);
    enum sit_status status = review->annotator != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK)
        status = (adjudicates ? sit_labels_open_resolved : sit_labels_open)(
            project, annotator, &review->labels, err);
    if (status != SIT_OK) {
        sit_review_free(review);
        return status;
    }
    review->view = (struct sit_review_view){
        .project_path = sit_project_path(project),
        .annotator = review->annotator,
        .annotator_id = sit_labels_annotator_id(review->labels),
        .scope = settings->scope,
        .blind = settings->blind,
        .adjudicates = adjudicates,
        .is_adjudication = settings->is_adjudication,
        .hides_names = settings->hides_names,
        .filter = "",
        .classes = sit_labels_classes(review->labels),
        .list = &review->lists[SIT_REVIEW_MISTAKES],
        .says = review->says,
        .outcome = &review->outcome,
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
    sit_buf_release(&review->outcome.others);
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

/* What an item is compared with later. Lists of models compare labels with what the
 * model was trained on; the others with what this annotator sees. */
static void take_items(const struct sit_review *review, struct sit_review_list *list)
{
    const struct sit_face_table *table = sit_labels_table(review->labels);
    for (size_t k = 0; k < list->n; k++) {
        struct sit_review_item *item = &list->items[k];
        item->is_decided = item->was_confirmed = false;
        item->index = sit_face_table_find(table, item->face_id);
        if (item->index == SIZE_MAX)
            continue;
        bool is_of_model = sit_review_kind_needs_model(list->kind);
        if (!is_of_model)
            item->given = table->label[item->index];
        if (!is_of_model || item->is_control)
            item->was_confirmed = table->confirmed[item->index] != 0;
    }
}

/* Whether what was computed before stays beside a new list. */
static bool stays(const struct sit_review_list *old, const struct sit_review_list *list)
{
    if (old->kind == list->kind)
        return false;
    return !sit_review_kind_needs_model(old->kind) ||
           !sit_review_kind_needs_model(list->kind) || old->model_id == list->model_id;
}

enum sit_status sit_review_take_list(struct sit_review *review,
                                     struct sit_review_list *list,
                                     struct sit_error *err)
{
    size_t *shown = sit_calloc(list->n, sizeof *shown);
    if (shown == NULL)
        return sit_error_nomem(err);
    enum sit_status status = sit_labels_refresh(review->labels, NULL, err);
    if (status != SIT_OK) {
        free(shown);
        return status;
    }
    for (size_t kind = 0; kind < SIT_REVIEW_N_KINDS; kind++) {
        if (!stays(&review->lists[kind], list)) {
            sit_review_list_release(&review->lists[kind]);
            review->lists[kind].kind = (enum sit_review_kind)kind;
        }
    }
    take_items(review, list);
    review->lists[list->kind] = *list;
    show_list(review, list->kind, shown);
    *list = (struct sit_review_list){0};
    review_forget_outcome(review);
    return review_show(review, 0, err);
}

enum sit_status sit_review_set_kind(struct sit_review *review,
                                    enum sit_review_kind kind, struct sit_error *err)
{
    size_t *shown = sit_calloc(review->lists[kind].n, sizeof *shown);
    if (shown == NULL)
        return sit_error_nomem(err);
    show_list(review, kind, shown);
    review_forget_outcome(review);
    return review_show(review, 0, err);
}

struct sit_labels *sit_review_labels(struct sit_review *review)
{
    return review->labels;
}

const struct sit_review_view *sit_review_get_view(const struct sit_review *review)
{
    return &review->view;
}

size_t review_next_open(const struct sit_review *review)
{
    size_t n = review->view.n_shown, position = review->view.position;
    for (size_t step = 1; step < n; step++) {
        size_t i = (position + step) % n;
        if (review_item_state(review, review_raw_item(review, i)) == SIT_REVIEW_OPEN)
            return i;
    }
    return position;
}

void review_forget_outcome(struct sit_review *review)
{
    sit_buf_reset(&review->outcome.others);
    struct sit_buf others = review->outcome.others;
    review->outcome = (struct sit_review_outcome){.others = others};
}

enum sit_status sit_review_set_blind(struct sit_review *review, bool blind,
                                     struct sit_error *err)
{
    const struct sit_review_item *raw = review_raw_item(review, review->view.position);
    int64_t face_id = raw != NULL ? raw->face_id : 0;
    review->view.blind = blind;
    review_forget_outcome(review);
    select_scope(review);
    size_t position = 0;
    for (size_t i = 0; i < review->view.n_shown; i++)
        if (review_raw_item(review, i)->face_id == face_id)
            position = i;
    return review_show(review, position, err);
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
    review_forget_outcome(review);
    return review_show(review, position, err);
}

enum sit_status sit_review_go(struct sit_review *review, size_t position,
                              struct sit_error *err)
{
    review_forget_outcome(review);
    return review_show(review, position, err);
}

enum sit_status sit_review_set_scope(struct sit_review *review,
                                     enum sit_review_scope scope, struct sit_error *err)
{
    review->view.scope = scope;
    select_scope(review);
    review_forget_outcome(review);
    return review_show(review, 0, err);
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
    review_forget_outcome(review);
    return review_show(review, 0, err);
}

enum sit_status sit_review_refresh(struct sit_review *review, bool *changed,
                                   struct sit_error *err)
{
    bool any = false;
    enum sit_status status = sit_labels_refresh(review->labels, &any, err);
    if (status == SIT_OK && any)
        status = review_show(review, review->view.position, err);
    if (changed != NULL)
        *changed = any;
    return status;
}

size_t sit_review_upcoming(const struct sit_review *review, int64_t *face_ids, size_t n)
{
    size_t used = 0, n_shown = review->view.n_shown, position = review->view.position;
    if (n_shown == 0)
        return 0;
    size_t next = review_next_open(review);
    for (size_t i = next; used < n && i < n_shown; i++)
        if (i != position)
            face_ids[used++] = review_raw_item(review, i)->face_id;
    bool listed = position > next; /* position - 1 lies in what was just listed */
    if (used < n && position > 0 && !listed)
        face_ids[used++] = review_raw_item(review, position - 1)->face_id;
    return used;
}

void sit_review_idle(struct sit_review *review)
{
    sit_project_checkpoint(sit_labels_project(review->labels));
}
