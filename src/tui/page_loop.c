/*
 * The grid on a terminal: joins the pure screen, its pages and the session; and the
 * driver that passes everything on to the screen that is shown.
 */
#include "page_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page_screen.h"
#include "page_sort.h"
#include "sitter/alloc.h"
#include "sitter/page.h"

struct sit_page_loop {
    struct sit_screen_driver driver;
    const struct sit_screen_driver *faces; /* the labelling screen */
    struct sit_screen *faces_screen;       /* and its state */
    struct sit_session *session;
    struct sit_page *page; /* NULL until the grid is shown first */
    struct sit_page_screen screen;
    struct sit_page_screen_view view;
    struct sit_page_sort sort;
    bool in_grid;
    int64_t wanted;    /* the revision that suggestions have been asked for */
    bool is_untouched; /* no key since it was arranged: it may be arranged better */
};

/*
 * Pages
 */

static struct sit_suggestion suggest(void *context, size_t index)
{
    const struct sit_page_loop *loop = context;
    if (sit_session_get_view(loop->session)->suggestions_hidden)
        return (struct sit_suggestion){.class_index = SIT_NO_CLASS};
    return sit_session_suggestion(loop->session, index);
}

static bool matches(void *context, size_t index)
{
    return sit_session_matches(((const struct sit_page_loop *)context)->session, index);
}

static bool is_others(void *context, size_t index)
{
    return sit_session_is_others(((const struct sit_page_loop *)context)->session,
                                 index);
}

/* The order, or the first one after it that can be had; "given" always can. */
static enum sit_status arrange(struct sit_page_loop *loop, enum sit_page_order order,
                               enum sit_page_scope scope, struct sit_error *err)
{
    struct sit_labels *labels = sit_session_labels(loop->session);
    const struct sit_page_view *page = sit_page_get_view(loop->page);
    size_t at = sit_page_screen_cursor(&loop->screen, &loop->view);
    size_t like = at != SIZE_MAX ? page->faces[at].index
                                 : sit_session_get_view(loop->session)->position;
    sit_page_sort_give_up(&loop->sort);
    for (;;) {
        enum sit_status status =
            order == SIT_PAGE_SIMILAR
                ? sit_page_sort_begin(&loop->sort, loop->page,
                                      sit_labels_project(labels), scope, like, err)
                : sit_page_arrange(loop->page, order, scope, like, err);
        if (status != SIT_E_NOT_FOUND || order == SIT_PAGE_GIVEN)
            return status;
        order++;
    }
}

static enum sit_status open_page(struct sit_page_loop *loop, struct sit_error *err)
{
    const struct sit_page_owner owner = {.context = loop,
                                         .suggest = suggest,
                                         .matches = matches,
                                         .is_others = is_others};
    enum sit_status status = sit_page_open(sit_session_labels(loop->session), &owner,
                                           &loop->page, err);
    if (status != SIT_OK)
        return status;
    const struct sit_session_view *session = sit_session_get_view(loop->session);
    loop->view = (struct sit_page_screen_view){
        .page = sit_page_get_view(loop->page),
        .classes = session->classes,
        .project_path = session->project_path,
        .annotator = session->annotator,
        .geometry = {.n_cols = 10, .n_rows = 6}, /* until it is drawn, if ever */
    };
    sit_page_set_size(loop->page, 60);
    return SIT_OK;
}

/* Sorted by class where the model knows one, else as given: not by similarity, which
 * nobody has asked for. */
static enum sit_status arrange_at_first(struct sit_page_loop *loop,
                                        struct sit_error *err)
{
    enum sit_page_scope scope = sit_page_get_view(loop->page)->scope;
    enum sit_status status = sit_page_arrange(loop->page, SIT_PAGE_PREDICTED, scope, 0,
                                              err);
    if (status == SIT_E_NOT_FOUND)
        status = sit_page_arrange(loop->page, SIT_PAGE_GIVEN, scope, 0, err);
    return status;
}

/* From the labelling screen: the labels given there are not among the unlabelled. */
static enum sit_status enter(struct sit_page_loop *loop, struct sit_error *err)
{
    enum sit_status status = loop->page == NULL ? open_page(loop, err) : SIT_OK;
    if (status == SIT_OK)
        status = arrange_at_first(loop, err);
    if (status != SIT_OK)
        return status;
    loop->in_grid = true;
    loop->is_untouched = true;
    loop->screen.base.notice.text[0] = '\0';
    return SIT_OK;
}

/* Back, at the face with the cursor. */
static enum sit_status leave(struct sit_page_loop *loop, struct sit_error *err)
{
    const struct sit_page_view *page = sit_page_get_view(loop->page);
    size_t at = sit_page_screen_cursor(&loop->screen, &loop->view);
    loop->in_grid = false;
    loop->wanted = 0;
    sit_page_sort_give_up(&loop->sort);
    sit_session_want_suggestions(loop->session, NULL, 0);
    if (at == SIZE_MAX)
        return SIT_OK;
    return sit_session_go(loop->session, page->faces[at].index, err);
}

/*
 * Acting
 */

static enum sit_status label(struct sit_page_loop *loop,
                             const struct sit_effect *effect,
                             struct sit_effect_result *result, struct sit_error *err)
{
    const struct sit_page_view *page = sit_page_get_view(loop->page);
    for (size_t i = 0; i < page->n; i++)
        result->n_faces += loop->screen.targets[i] ? 1 : 0;
    enum sit_status status = sit_page_label(loop->page, loop->screen.targets,
                                            effect->class_index, effect->spent_ms, err);
    if (status == SIT_OK && page->scope == SIT_PAGE_UNLABELLED)
        sit_page_go_on(loop->page);
    return status;
}

static void mark(struct sit_page_loop *loop, const struct sit_effect *effect)
{
    size_t n = sit_page_get_view(loop->page)->n;
    for (size_t i = 0; i < n; i++) {
        if (loop->screen.targets[i])
            sit_page_mark(loop->page, i, effect->marks, effect->class_index);
    }
}

/* What the session has not been told of: it keeps its own view of the labels. */
static enum sit_status decided(struct sit_page_loop *loop, enum sit_status status,
                               struct sit_error *err)
{
    bool changed = false;
    if (status != SIT_OK)
        return status;
    return sit_session_refresh(loop->session, &changed, err);
}

/* The next face with that in its name that is on a page. */
static enum sit_status find(struct sit_page_loop *loop, const struct sit_effect *effect,
                            struct sit_error *err)
{
    const struct sit_session_view *session = sit_session_get_view(loop->session);
    size_t first = SIZE_MAX;
    for (;;) {
        enum sit_status status = sit_session_find(loop->session, effect->text,
                                                  effect->backwards, err);
        if (status != SIT_OK)
            return status;
        if (sit_page_go_to_face(loop->page, session->position))
            break;
        if (session->position == first)
            return sit_error_set(err, SIT_E_NOT_FOUND, "no name here contains it");
        if (first == SIZE_MAX)
            first = session->position;
    }
    for (size_t i = 0; i < loop->view.page->n; i++) {
        if (loop->view.page->faces[i].index == session->position)
            sit_page_screen_point(&loop->screen, &loop->view, i);
    }
    return SIT_OK;
}

/* The session's, which is the labelling screen's to set; then the pages follow. */
static enum sit_status filter(struct sit_page_loop *loop,
                              const struct sit_effect *effect,
                              struct sit_effect_result *result, struct sit_error *err)
{
    const struct sit_page_view *page = sit_page_get_view(loop->page);
    enum sit_status status = loop->faces->act(loop->faces->context, effect, result,
                                              err);
    return status == SIT_OK ? arrange(loop, page->order, page->scope, err) : status;
}

static enum sit_status act_in_grid(struct sit_page_loop *loop,
                                   const struct sit_effect *effect,
                                   struct sit_effect_result *result,
                                   struct sit_error *err)
{
    switch (effect->kind) {
    case SIT_EFFECT_LABEL: return decided(loop, label(loop, effect, result, err), err);
    case SIT_EFFECT_ACCEPT:
        return decided(loop,
                       sit_page_accept(loop->page, effect->spent_ms, &result->n_faces,
                                       &result->n_left, err),
                       err);
    case SIT_EFFECT_UNDO:
        return decided(loop, sit_page_undo(loop->page, &result->undo, err), err);
    case SIT_EFFECT_REDO:
        return decided(loop, sit_page_redo(loop->page, &result->undo, err), err);
    case SIT_EFFECT_MARK: mark(loop, effect); return SIT_OK;
    case SIT_EFFECT_GO: sit_page_go(loop->page, effect->position); return SIT_OK;
    case SIT_EFFECT_ARRANGE:
        return arrange(loop, effect->order, effect->page_scope, err);
    case SIT_EFFECT_FIND: return find(loop, effect, err);
    case SIT_EFFECT_FILTER: return filter(loop, effect, result, err);
    case SIT_EFFECT_WORK:
        return loop->faces->act(loop->faces->context, effect, result, err);
    default: return SIT_OK;
    }
}

/*
 * The driver
 */

static enum sit_status start(void *context, int wake_fd, struct sit_error *err)
{
    struct sit_page_loop *loop = context;
    enum sit_status status = SIT_OK;
    loop->sort.wake_fd = wake_fd;
    if (loop->faces->start != NULL)
        status = loop->faces->start(loop->faces->context, wake_fd, err);
    if (status == SIT_OK && loop->in_grid)
        status = enter(loop, err);
    return status;
}

static void stop(void *context)
{
    struct sit_page_loop *loop = context;
    sit_page_sort_give_up(&loop->sort);
    if (loop->faces->stop != NULL)
        loop->faces->stop(loop->faces->context);
}

/* What is at work, for both screens the same; sorting is soon done again, so that
 * quitting need not ask. */
static void look_at_work(struct sit_page_loop *loop)
{
    struct sit_screen *base = &loop->screen.base;
    const char *work = loop->faces_screen->work;
    if (strcmp(base->work, work) != 0)
        sit_screen_work_began(base, work);
    memcpy(base->progress, loop->faces_screen->progress, sizeof base->progress);
    loop->view.is_sorting = loop->sort.sorting != NULL;
    if (work[0] != '\0' || !loop->view.is_sorting)
        return;
    sit_screen_work_began(base, "sorting by similarity");
    base->warned_of_quitting = true;
    if (loop->sort.total > 0)
        snprintf(base->progress, sizeof base->progress, "%zu %%",
                 100 * loop->sort.done / loop->sort.total);
}

static void look_at_session(struct sit_page_loop *loop)
{
    const struct sit_session_view *session = sit_session_get_view(loop->session);
    loop->view.suggestions_hidden = session->suggestions_hidden;
    loop->view.filter = session->filter;
    loop->view.n_matching = session->n_matching;
    loop->view.n_faces = session->n_faces;
    look_at_work(loop);
}

static void step(void *context, const struct sit_ui_event *event,
                 struct sit_effect *effect)
{
    struct sit_page_loop *loop = context;
    if (!loop->in_grid) {
        loop->faces->step(loop->faces->context, event, effect);
        return;
    }
    if (event->kind != SIT_UI_SHOWN)
        loop->is_untouched = false;
    sit_page_screen_step(&loop->screen, &loop->view, event, effect);
}

static enum sit_status act(void *context, const struct sit_effect *effect,
                           struct sit_effect_result *result, struct sit_error *err)
{
    struct sit_page_loop *loop = context;
    if (effect->kind == SIT_EFFECT_GRID)
        return loop->in_grid ? leave(loop, err) : enter(loop, err);
    if (loop->in_grid) {
        const struct sit_labels *labels = sit_session_labels(loop->session);
        size_t n_before = sit_labels_n_written(labels);
        enum sit_status status = act_in_grid(loop, effect, result, err);
        result->saved = sit_labels_n_written(labels) != n_before;
        return status;
    }
    return loop->faces->act(loop->faces->context, effect, result, err);
}

static void done(void *context, const struct sit_effect *effect,
                 const struct sit_effect_result *result)
{
    struct sit_page_loop *loop = context;
    if (loop->in_grid)
        look_at_session(loop);
    if (loop->in_grid)
        sit_page_screen_done(&loop->screen, &loop->view, effect, result);
    else
        loop->faces->done(loop->faces->context, effect, result);
}

/* Of a large project the model looks at a part only, unless it is asked. */
static void want_suggestions(struct sit_page_loop *loop)
{
    struct sit_page_face next[SIT_PAGE_MAX_FACES];
    size_t indices[2 * SIT_PAGE_MAX_FACES], n = 0;
    const struct sit_page_view *page = loop->view.page;
    if (loop->wanted == page->revision)
        return;
    loop->wanted = page->revision;
    for (size_t i = 0; i < page->n; i++)
        indices[n++] = page->faces[i].index;
    size_t n_next = sit_page_peek(loop->page, page->page + 1, next);
    for (size_t i = 0; i < n_next; i++)
        indices[n++] = next[i].index;
    sit_session_want_suggestions(loop->session, indices, n);
}

static void draw(void *context, const struct sit_screen_metrics *metrics,
                 struct sit_grid *grid)
{
    struct sit_page_loop *loop = context;
    if (!loop->in_grid) {
        loop->faces->draw(loop->faces->context, metrics, grid);
        return;
    }
    struct sit_page_geometry *g = &loop->view.geometry;
    *g = sit_page_geometry(metrics, grid->n_cols, grid->n_rows);
    if (g->n_cols > 0)
        sit_page_set_size(loop->page, g->n_cols * g->n_rows);
    want_suggestions(loop);
    look_at_session(loop);
    sit_page_screen_draw(&loop->screen, &loop->view, grid);
}

/* The next page, as it comes. */
static bool draw_ahead(void *context, size_t i,
                       const struct sit_screen_metrics *metrics, struct sit_grid *grid)
{
    static const struct sit_page_screen fresh;
    struct sit_page_loop *loop = context;
    struct sit_page_face faces[SIT_PAGE_MAX_FACES];
    (void)metrics;
    if (!loop->in_grid || i > 0)
        return false;
    struct sit_page_view page = *loop->view.page;
    page.page++;
    page.serial++;
    page.faces = faces;
    page.n = sit_page_peek(loop->page, page.page, faces);
    if (page.n == 0)
        return false;
    struct sit_page_screen_view view = loop->view;
    view.page = &page;
    sit_page_screen_draw(&fresh, &view, grid);
    return true;
}

static enum sit_status refresh(void *context, bool *changed, struct sit_error *err)
{
    struct sit_page_loop *loop = context;
    enum sit_status status = loop->faces->refresh(loop->faces->context, changed, err);
    if (status == SIT_OK && loop->in_grid)
        sit_page_update(loop->page);
    return status;
}

static void idle(void *context)
{
    struct sit_page_loop *loop = context;
    if (loop->faces->idle != NULL)
        loop->faces->idle(loop->faces->context);
}

static size_t upcoming(void *context, int64_t *face_ids, size_t n)
{
    struct sit_page_loop *loop = context;
    if (loop->in_grid || loop->faces->upcoming == NULL)
        return 0;
    return loop->faces->upcoming(loop->faces->context, face_ids, n);
}

static bool take_sorted(struct sit_page_loop *loop)
{
    struct sit_error err;
    enum sit_status status;
    bool has_news = sit_page_sort_take(&loop->sort, loop->page, &status, &err);
    if (status != SIT_OK)
        sit_screen_notice(&loop->screen.base, SIT_STYLE_BAD, "not sorted: %s",
                          err.message);
    else if (has_news && loop->sort.sorting == NULL)
        sit_screen_notice(&loop->screen.base, SIT_STYLE_NORMAL, "%s faces, order: %s",
                          sit_page_scope_name(loop->view.page->scope),
                          sit_page_order_name(loop->view.page->order));
    return has_news;
}

/* What the labelling screen would say now is said here. */
static void take_notice(struct sit_page_loop *loop)
{
    struct sit_notice *from = &loop->faces_screen->notice;
    if (from->text[0] == '\0')
        return;
    loop->screen.base.notice = *from;
    from->text[0] = '\0';
}

/* Newer suggestions are for the pages to come; a page that nobody has touched yet may
 * itself be one of them. */
static bool on_wake(void *context)
{
    struct sit_page_loop *loop = context;
    if (loop->in_grid)
        loop->faces_screen->notice.text[0] = '\0';
    bool changed = loop->faces->on_wake != NULL &&
                   loop->faces->on_wake(loop->faces->context);
    if (!loop->in_grid)
        return changed;
    take_notice(loop);
    bool sorted = take_sorted(loop);
    if (!changed)
        return sorted;
    const struct sit_page_view *page = loop->view.page;
    bool is_full = page->n == loop->view.geometry.n_cols * loop->view.geometry.n_rows;
    if (loop->is_untouched && (page->order == SIT_PAGE_GIVEN || !is_full))
        arrange_at_first(loop, NULL);
    else
        sit_page_renew(loop->page, NULL); /* without memory they come as they were */
    return true;
}

static bool wants_mouse(void *context)
{
    const struct sit_page_loop *loop = context;
    return loop->in_grid || (loop->faces->wants_mouse != NULL &&
                             loop->faces->wants_mouse(loop->faces->context));
}

static int64_t face_id(void *context)
{
    struct sit_page_loop *loop = context;
    return loop->in_grid ? loop->view.page->revision
                         : loop->faces->face_id(loop->faces->context);
}

static struct sit_notice *notice(void *context)
{
    struct sit_page_loop *loop = context;
    return loop->in_grid ? &loop->screen.base.notice
                         : loop->faces->notice(loop->faces->context);
}

static bool is_busy(void *context, uint32_t key)
{
    const struct sit_page_loop *loop = context;
    if (loop->sort.sorting != NULL)
        return true;
    return loop->faces->is_busy != NULL &&
           loop->faces->is_busy(loop->faces->context, key);
}

enum sit_status sit_page_loop_new(const struct sit_screen_driver *faces,
                                  struct sit_screen *faces_screen,
                                  struct sit_session *session, bool begins_in_grid,
                                  struct sit_page_loop **out, struct sit_error *err)
{
    struct sit_page_loop *loop = sit_calloc(1, sizeof *loop);
    if (loop == NULL)
        return sit_error_nomem(err);
    loop->faces = faces;
    loop->faces_screen = faces_screen;
    loop->screen.base.commands = SIT_COMMANDS_GRID;
    loop->screen.base.history = faces_screen->history;
    loop->session = session;
    loop->sort.project_path = faces->project_path;
    loop->in_grid = begins_in_grid;
    loop->driver = (struct sit_screen_driver){
        .project_path = faces->project_path,
        .context = loop,
        .start = start,
        .step = step,
        .act = act,
        .done = done,
        .draw = draw,
        .refresh = refresh,
        .idle = idle,
        .upcoming = upcoming,
        .draw_ahead = draw_ahead,
        .on_wake = on_wake,
        .face_id = face_id,
        .notice = notice,
        .is_busy = is_busy,
        .wants_mouse = wants_mouse,
        .stop = stop,
    };
    *out = loop;
    return SIT_OK;
}

void sit_page_loop_free(struct sit_page_loop *loop)
{
    if (loop == NULL)
        return;
    sit_page_free(loop->page);
    free(loop);
}

const struct sit_screen_driver *sit_page_loop_driver(const struct sit_page_loop *loop)
{
    return &loop->driver;
}
