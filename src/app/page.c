/*
 * Pages of faces: the order, the window on it, marks, and labelling in batches.
 */
#include "sitter/page.h"

#include <stdlib.h>
#include <string.h>

#include "page_order.h"
#include "page_sorting.h"
#include "sitter/alloc.h"

struct sit_page {
    struct sit_labels *labels;
    struct sit_page_owner owner;
    size_t *order; /* (view.n_in_order) table indexes */
    size_t size;
    struct sit_page_face faces[SIT_PAGE_MAX_FACES];
    struct sit_page_view view;
};

const char *sit_page_order_name(enum sit_page_order order)
{
    static const char *const names[SIT_N_PAGE_ORDERS] = {"predicted", "similar",
                                                         "source", "given"};
    return names[order];
}

const char *sit_page_scope_name(enum sit_page_scope scope)
{
    static const char *const names[SIT_N_PAGE_SCOPES] = {"unlabelled", "labelled",
                                                         "all"};
    return names[scope];
}

/*
 * The faces of a page
 */

static bool is_blind(const struct sit_face_table *table, size_t index)
{
    return table->split[index] == SIT_TEST && table->label[index] == SIT_NO_CLASS;
}

static struct sit_suggestion suggest(const struct sit_page *page, size_t index)
{
    const struct sit_suggestion none = {.class_index = SIT_NO_CLASS};
    if (page->owner.suggest == NULL || is_blind(sit_labels_table(page->labels), index))
        return none;
    return page->owner.suggest(page->owner.context, index);
}

static size_t window_size(const struct sit_page *page, size_t number)
{
    size_t start = number * page->size;
    if (start >= page->view.n_in_order)
        return 0;
    size_t left = page->view.n_in_order - start;
    return left < page->size ? left : page->size;
}

static int less_sure_first(const void *a, const void *b)
{
    const struct sit_page_face *x = a, *y = b;
    if (x->suggestion.p != y->suggestion.p)
        return x->suggestion.p < y->suggestion.p ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

size_t sit_page_peek(const struct sit_page *page, size_t number,
                     struct sit_page_face *faces)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    size_t n = window_size(page, number);
    for (size_t i = 0; i < n; i++) {
        size_t index = page->order[number * page->size + i];
        faces[i] = (struct sit_page_face){.index = index,
                                          .face_id = table->id[index],
                                          .label = table->label[index],
                                          .suggestion = suggest(page, index),
                                          .is_test = table->split[index] == SIT_TEST,
                                          .instead = SIT_NO_CLASS};
    }
    if (page->view.order == SIT_PAGE_PREDICTED)
        qsort(faces, n, sizeof *faces, less_sure_first);
    return n;
}

static void count(struct sit_page *page)
{
    struct sit_page_view *view = &page->view;
    view->n_suggested = view->n_marked = 0;
    for (size_t i = 0; i < view->n; i++) {
        const struct sit_page_face *face = &page->faces[i];
        view->n_marked += face->marked ? 1 : 0;
        view->n_suggested += face->label == SIT_NO_CLASS &&
                                     face->suggestion.class_index != SIT_NO_CLASS
                                 ? 1
                                 : 0;
    }
}

/* Renew the faces from the order. What is suggested for a face that is on the page
 * already stays, and its mark does where `keeps_marks`. */
static void load(struct sit_page *page, size_t number, bool keeps_marks)
{
    struct sit_page_view *view = &page->view;
    struct sit_page_face before[SIT_PAGE_MAX_FACES];
    size_t n_before = view->n;
    memcpy(before, page->faces, n_before * sizeof *before);
    view->n_pages = (view->n_in_order + page->size - 1) / page->size;
    if (number >= view->n_pages)
        number = view->n_pages > 0 ? view->n_pages - 1 : 0;
    view->page = number;
    view->n = sit_page_peek(page, number, page->faces);
    bool same = view->n == n_before;
    for (size_t i = 0; i < view->n; i++) {
        struct sit_page_face *face = &page->faces[i];
        same = same && face->index == before[i].index;
        for (size_t k = 0; keeps_marks && k < n_before; k++) {
            if (before[k].index != face->index)
                continue;
            face->suggestion = before[k].suggestion;
            face->marked = before[k].marked;
            face->instead = before[k].instead;
        }
    }
    if (view->order == SIT_PAGE_PREDICTED && keeps_marks)
        qsort(page->faces, view->n, sizeof *page->faces, less_sure_first);
    if (!same || !keeps_marks)
        view->serial++;
    view->revision++;
    count(page);
}

void sit_page_update(struct sit_page *page)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    for (size_t i = 0; i < page->view.n; i++) {
        struct sit_page_face *face = &page->faces[i];
        face->label = table->label[face->index];
        if (is_blind(table, face->index)) /* its label has been taken back */
            face->suggestion = (struct sit_suggestion){.class_index = SIT_NO_CLASS};
    }
    count(page);
}

/*
 * The order
 */

static bool is_in_scope(const struct sit_page *page, enum sit_page_order order,
                        enum sit_page_scope scope, size_t index)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    bool labelled = table->label[index] != SIT_NO_CLASS;
    if ((scope == SIT_PAGE_UNLABELLED && labelled) ||
        (scope == SIT_PAGE_LABELLED && !labelled))
        return false;
    if (scope == SIT_PAGE_UNLABELLED && page->owner.is_others != NULL &&
        page->owner.is_others(page->owner.context, index))
        return false;
    if ((order == SIT_PAGE_PREDICTED || order == SIT_PAGE_SIMILAR) &&
        is_blind(table, index))
        return false;
    return page->owner.matches == NULL ||
           page->owner.matches(page->owner.context, index);
}

/* The indexes that are in scope (and not `taken`, unless NULL), sorted; for the
 * predicted order only those with a suggestion. */
static enum sit_status make_order(const struct sit_page *page,
                                  enum sit_page_order order, enum sit_page_scope scope,
                                  const bool *taken, size_t **out, size_t *n,
                                  struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    size_t *indexes = sit_malloc_array(table->n, sizeof *indexes);
    struct sit_suggestion *suggestions = NULL;
    enum sit_status status = SIT_OK;
    if (order == SIT_PAGE_PREDICTED)
        suggestions = sit_malloc_array(table->n, sizeof *suggestions);
    if (indexes == NULL || (order == SIT_PAGE_PREDICTED && suggestions == NULL))
        status = sit_error_nomem(err);
    size_t used = 0;
    for (size_t i = 0; status == SIT_OK && i < table->n; i++) {
        if ((taken != NULL && taken[i]) || !is_in_scope(page, order, scope, i))
            continue;
        if (suggestions != NULL) {
            suggestions[i] = suggest(page, i);
            if (suggestions[i].class_index == SIT_NO_CLASS)
                continue;
        }
        indexes[used++] = i;
    }
    bool has_memory = true;
    if (status == SIT_OK && order == SIT_PAGE_PREDICTED)
        has_memory = page_order_by_class(indexes, used, suggestions);
    if (status == SIT_OK && order == SIT_PAGE_SOURCE)
        has_memory = page_order_by_source(indexes, used, table);
    if (!has_memory)
        status = sit_error_nomem(err);
    free(suggestions);
    if (status != SIT_OK) {
        free(indexes);
        return status;
    }
    *out = indexes;
    *n = used;
    return SIT_OK;
}

static void take_order(struct sit_page *page, enum sit_page_order order,
                       enum sit_page_scope scope, size_t *indexes, size_t n)
{
    free(page->order);
    page->order = indexes;
    page->view.n_in_order = n;
    page->view.order = order;
    page->view.scope = scope;
    load(page, 0, false);
}

/* In one go. */
static enum sit_status arrange_by_similarity(struct sit_page *page,
                                             enum sit_page_scope scope, size_t like,
                                             struct sit_error *err)
{
    struct sit_page_sorting *sorting = NULL;
    enum sit_status status = sit_page_sorting_begin(page, scope, like, &sorting, err);
    if (status == SIT_OK)
        status = sit_page_sorting_run(sorting, sit_labels_project(page->labels), NULL,
                                      err);
    if (status == SIT_OK)
        status = sit_page_sorting_end(page, sorting, err);
    sit_page_sorting_free(sorting);
    return status;
}

enum sit_status sit_page_arrange(struct sit_page *page, enum sit_page_order order,
                                 enum sit_page_scope scope, size_t like,
                                 struct sit_error *err)
{
    size_t *indexes = NULL, n = 0;
    if (order == SIT_PAGE_SIMILAR)
        return arrange_by_similarity(page, scope, like, err);
    enum sit_status status = make_order(page, order, scope, NULL, &indexes, &n, err);
    if (status != SIT_OK)
        return status;
    if (n == 0 && order == SIT_PAGE_PREDICTED) {
        free(indexes);
        return sit_error_set(err, SIT_E_NOT_FOUND, "nothing is suggested here");
    }
    take_order(page, order, scope, indexes, n);
    return SIT_OK;
}

enum sit_status sit_page_sorting_begin(const struct sit_page *page,
                                       enum sit_page_scope scope, size_t like,
                                       struct sit_page_sorting **out,
                                       struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    struct sit_feature_set set = {0};
    enum sit_status status = sit_project_feature_set(sit_labels_project(page->labels),
                                                     NULL, &set, err);
    free(set.provenance);
    if (status != SIT_OK)
        return status;
    struct sit_page_sorting *sorting = sit_calloc(1, sizeof *sorting);
    int64_t *ids = sit_malloc_array(table->n, sizeof *ids);
    if (sorting == NULL || ids == NULL) {
        free(ids);
        free(sorting);
        return sit_error_nomem(err);
    }
    *sorting = (struct sit_page_sorting){.scope = scope,
                                         .like_id = table->id[like],
                                         .set_id = set.id,
                                         .dim = set.dim,
                                         .ids = ids};
    for (size_t i = 0; i < table->n; i++) {
        if (is_in_scope(page, SIT_PAGE_SIMILAR, scope, i))
            ids[sorting->n++] = table->id[i];
    }
    *out = sorting;
    return SIT_OK;
}

/* Some may have been labelled since it began. */
enum sit_status sit_page_sorting_end(struct sit_page *page,
                                     const struct sit_page_sorting *sorting,
                                     struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    size_t *indexes = sit_malloc_array(sorting->n, sizeof *indexes), n = 0;
    if (indexes == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < sorting->n; i++) {
        size_t index = sit_face_table_find(table, sorting->sorted[i]);
        if (index != SIZE_MAX &&
            is_in_scope(page, SIT_PAGE_SIMILAR, sorting->scope, index))
            indexes[n++] = index;
    }
    take_order(page, SIT_PAGE_SIMILAR, sorting->scope, indexes, n);
    return SIT_OK;
}

static void fill_in_suggestions(struct sit_page *page)
{
    bool any = false;
    for (size_t i = 0; i < page->view.n; i++) {
        struct sit_page_face *face = &page->faces[i];
        if (face->label != SIT_NO_CLASS || face->suggestion.class_index != SIT_NO_CLASS)
            continue;
        face->suggestion = suggest(page, face->index);
        any = any || face->suggestion.class_index != SIT_NO_CLASS;
    }
    page->view.revision += any ? 1 : 0;
    count(page);
}

enum sit_status sit_page_renew(struct sit_page *page, struct sit_error *err)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    struct sit_page_view *view = &page->view;
    size_t n_kept = view->page * page->size + view->n, n_rest = 0;
    size_t *rest = NULL;
    fill_in_suggestions(page);
    if (view->order != SIT_PAGE_PREDICTED)
        return SIT_OK;
    bool *taken = sit_calloc(table->n, sizeof *taken);
    if (taken == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n_kept; i++)
        taken[page->order[i]] = true;
    enum sit_status status = make_order(page, view->order, view->scope, taken, &rest,
                                        &n_rest, err);
    free(taken);
    if (status != SIT_OK)
        return status;
    size_t *order = sit_malloc_array(n_kept + n_rest, sizeof *order);
    if (order == NULL) {
        free(rest);
        return sit_error_nomem(err);
    }
    memcpy(order, page->order, n_kept * sizeof *order);
    memcpy(order + n_kept, rest, n_rest * sizeof *order);
    free(rest);
    free(page->order);
    page->order = order;
    view->n_in_order = n_kept + n_rest;
    view->n_pages = (view->n_in_order + page->size - 1) / page->size;
    if (window_size(page, view->page) > view->n)
        load(page, view->page, true);
    return SIT_OK;
}

/*
 * Turning pages
 */

enum sit_status sit_page_open(struct sit_labels *labels,
                              const struct sit_page_owner *owner, struct sit_page **out,
                              struct sit_error *err)
{
    struct sit_page *page = sit_calloc(1, sizeof *page);
    if (page == NULL)
        return sit_error_nomem(err);
    page->labels = labels;
    page->owner = *owner;
    page->size = 1;
    page->view.faces = page->faces;
    enum sit_status status = sit_page_arrange(page, SIT_PAGE_GIVEN, SIT_PAGE_UNLABELLED,
                                              0, err);
    if (status != SIT_OK) {
        sit_page_free(page);
        return status;
    }
    *out = page;
    return SIT_OK;
}

void sit_page_free(struct sit_page *page)
{
    if (page == NULL)
        return;
    free(page->order);
    free(page);
}

const struct sit_page_view *sit_page_get_view(const struct sit_page *page)
{
    return &page->view;
}

void sit_page_set_size(struct sit_page *page, size_t size)
{
    size = size < 1 ? 1 : size > SIT_PAGE_MAX_FACES ? SIT_PAGE_MAX_FACES : size;
    if (size == page->size)
        return;
    size_t first = page->view.page * page->size;
    page->size = size;
    load(page, first / size, true);
}

void sit_page_go(struct sit_page *page, size_t number)
{
    if (number != page->view.page)
        load(page, number, false);
}

static bool find(const struct sit_page *page, size_t index, size_t *number)
{
    for (size_t i = 0; i < page->view.n_in_order; i++) {
        if (page->order[i] == index) {
            *number = i / page->size;
            return true;
        }
    }
    return false;
}

bool sit_page_go_to_face(struct sit_page *page, size_t index)
{
    size_t number;
    if (!find(page, index, &number))
        return false;
    sit_page_go(page, number);
    return true;
}

/*
 * Deciding
 */

void sit_page_mark(struct sit_page *page, size_t at, bool marked,
                   sit_class_index instead)
{
    if (at >= page->view.n)
        return;
    page->faces[at].marked = marked;
    page->faces[at].instead = marked ? instead : SIT_NO_CLASS;
    count(page);
}

static struct sit_label_choice choice_of(const struct sit_page_face *face,
                                         sit_class_index class_index)
{
    bool suggested = face->label == SIT_NO_CLASS &&
                     face->suggestion.class_index != SIT_NO_CLASS;
    return (struct sit_label_choice){
        .index = face->index,
        .class_index = class_index,
        .suggested = suggested ? face->suggestion.class_index : SIT_NO_CLASS,
        .suggested_p = suggested ? face->suggestion.p : 0.0,
        .suggestion_visible = suggested,
    };
}

/* The time is shared out: what a face of the batch took. */
static enum sit_status write_batch(struct sit_page *page,
                                   const struct sit_label_choice *choices, size_t n,
                                   int64_t spent_ms, struct sit_error *err)
{
    if (n == 0)
        return sit_error_set(err, SIT_E_NOT_FOUND, "there is nothing to label");
    const struct sit_label_note note = {
        .origin = SIT_ORIGIN_GRID,
        .spent_ms = spent_ms >= 0 ? spent_ms / (int64_t)n : -1,
        .suggested = SIT_NO_CLASS,
        .queue = sit_page_order_name(page->view.order)};
    return sit_labels_set_batch(page->labels, choices, n, &note, err);
}

enum sit_status sit_page_label(struct sit_page *page, const bool *chosen,
                               sit_class_index class_index, int64_t spent_ms,
                               struct sit_error *err)
{
    struct sit_label_choice choices[SIT_PAGE_MAX_FACES];
    size_t n = 0;
    for (size_t i = 0; i < page->view.n; i++) {
        if (chosen[i])
            choices[n++] = choice_of(&page->faces[i], class_index);
    }
    enum sit_status status = write_batch(page, choices, n, spent_ms, err);
    for (size_t i = 0; status == SIT_OK && i < page->view.n; i++) {
        if (chosen[i])
            sit_page_mark(page, i, false, SIT_NO_CLASS);
    }
    sit_page_update(page);
    return status;
}

static bool has_unlabelled(const struct sit_page *page, size_t number)
{
    const struct sit_face_table *table = sit_labels_table(page->labels);
    size_t n = window_size(page, number);
    for (size_t i = 0; i < n; i++) {
        if (table->label[page->order[number * page->size + i]] == SIT_NO_CLASS)
            return true;
    }
    return false;
}

/* The next page with something to do. After the last one comes what has been left,
 * arranged anew; where nothing is suggested for that, as given. */
static void go_on(struct sit_page *page)
{
    struct sit_page_view *view = &page->view;
    for (size_t number = view->page + 1; number < view->n_pages; number++) {
        if (has_unlabelled(page, number)) {
            sit_page_go(page, number);
            return;
        }
    }
    if (view->scope != SIT_PAGE_UNLABELLED || view->n == 0)
        return;
    size_t like = page->faces[0].index;
    if (sit_page_arrange(page, view->order, view->scope, like, NULL) != SIT_OK)
        sit_page_arrange(page, SIT_PAGE_GIVEN, view->scope, like, NULL);
}

enum sit_status sit_page_accept(struct sit_page *page, int64_t spent_ms,
                                size_t *n_labelled, size_t *n_left,
                                struct sit_error *err)
{
    struct sit_label_choice choices[SIT_PAGE_MAX_FACES];
    size_t n = 0, left = 0;
    for (size_t i = 0; i < page->view.n; i++) {
        const struct sit_page_face *face = &page->faces[i];
        sit_class_index class_index = face->label != SIT_NO_CLASS
                                          ? SIT_NO_CLASS
                                          : face->suggestion.class_index;
        if (face->marked)
            class_index = face->instead;
        if (class_index != SIT_NO_CLASS)
            choices[n++] = choice_of(face, class_index);
        else if (face->label == SIT_NO_CLASS)
            left++;
    }
    enum sit_status status = write_batch(page, choices, n, spent_ms, err);
    if (status != SIT_OK)
        return status;
    if (n_labelled != NULL)
        *n_labelled = n;
    if (n_left != NULL)
        *n_left = left;
    sit_page_update(page);
    go_on(page);
    return SIT_OK;
}

void sit_page_go_on(struct sit_page *page)
{
    if (!has_unlabelled(page, page->view.page))
        go_on(page);
}

/* The page of the first face concerned, as it was. */
static void follow(struct sit_page *page, const struct sit_undo_result *result)
{
    struct sit_page_view *view = &page->view;
    if (result->index != SIZE_MAX && !sit_page_go_to_face(page, result->index) &&
        sit_page_arrange(page, view->order, view->scope, result->index, NULL) == SIT_OK)
        sit_page_go_to_face(page, result->index);
    sit_page_update(page);
}

enum sit_status sit_page_undo(struct sit_page *page, struct sit_undo_result *result,
                              struct sit_error *err)
{
    enum sit_status status = sit_labels_undo(page->labels, SIT_ORIGIN_GRID, result,
                                             err);
    if (status == SIT_OK)
        follow(page, result);
    return status;
}

enum sit_status sit_page_redo(struct sit_page *page, struct sit_undo_result *result,
                              struct sit_error *err)
{
    enum sit_status status = sit_labels_redo(page->labels, SIT_ORIGIN_GRID, result,
                                             err);
    if (status == SIT_OK)
        follow(page, result);
    return status;
}
