/*
 * Stepping the grid. page_draw.c draws it.
 */
#include "page_screen.h"

#include <string.h>

#include "command.h"
#include "page_select.h"

static void turn(struct sit_page_screen *screen, const struct sit_page_view *page,
                 enum sit_request request, struct sit_effect *effect)
{
    size_t last = page->n_pages > 0 ? page->n_pages - 1 : 0, to = page->page;
    switch (request) {
    case SIT_REQUEST_PAGE_BACK: to -= to > 0 ? 1 : 0; break;
    case SIT_REQUEST_PAGE_ON: to += to < last ? 1 : 0; break;
    case SIT_REQUEST_FIRST: to = 0; break;
    default: to = last;
    }
    if (to == page->page)
        sit_screen_notice(&screen->base, SIT_STYLE_DIM, "this is the %s page",
                          to == 0 && request != SIT_REQUEST_PAGE_ON &&
                                  request != SIT_REQUEST_LAST
                              ? "first"
                              : "last");
    if (to == page->page)
        return;
    effect->kind = SIT_EFFECT_GO;
    effect->position = to;
}

/*
 * Deciding
 */

static bool has_seen(struct sit_page_screen *screen,
                     const struct sit_page_screen_view *view, int64_t at_ms)
{
    struct sit_screen *base = &screen->base;
    if (sit_screen_spent_ms(base, view->page->revision, at_ms) >= 0)
        return true;
    sit_held_key_dropped(&base->held);
    sit_screen_notice(base, SIT_STYLE_WARN, "too early: look at the faces first");
    return false;
}

/* Since the page was shown, or since the last decision on it. */
static int64_t spent_ms(struct sit_page_screen *screen, int64_t at_ms)
{
    int64_t since_ms = screen->base.shown_at_ms;
    if (screen->decided_at_ms > since_ms)
        since_ms = screen->decided_at_ms;
    return at_ms > since_ms ? at_ms - since_ms : 0;
}

static void decide(struct sit_page_screen *screen, enum sit_effect_kind kind,
                   int64_t at_ms, struct sit_effect *effect)
{
    effect->kind = kind;
    effect->spent_ms = spent_ms(screen, at_ms);
    screen->decided_at_ms = at_ms;
}

/* A mark is no decision yet: a repeat of its key has nothing to take back. */
static void mark(struct sit_page_screen *screen, bool marked, sit_class_index instead,
                 struct sit_effect *effect)
{
    sit_held_key_failed(&screen->base.held);
    effect->kind = SIT_EFFECT_MARK;
    effect->marks = marked;
    effect->class_index = instead;
}

static void target_selection(struct sit_page_screen *screen, size_t n)
{
    bool any = sit_page_has_selection(screen, n);
    for (size_t i = 0; i < n; i++)
        screen->targets[i] = any ? sit_page_screen_is_selected(screen, i)
                                 : i == screen->cursor;
}

/* Marks where any of the targets has none, else takes the marks away. */
static void toggle_marks(struct sit_page_screen *screen,
                         const struct sit_page_screen_view *view, int64_t at_ms,
                         struct sit_effect *effect)
{
    bool all = true;
    if (view->page->n == 0 || !has_seen(screen, view, at_ms))
        return;
    target_selection(screen, view->page->n);
    for (size_t i = 0; i < view->page->n; i++)
        all = all && (!screen->targets[i] || view->page->faces[i].marked);
    mark(screen, !all, SIT_NO_CLASS, effect);
}

static void class_key(struct sit_page_screen *screen,
                      const struct sit_page_screen_view *view,
                      sit_class_index class_index, int64_t at_ms,
                      struct sit_effect *effect)
{
    const struct sit_page_view *page = view->page;
    if (page->n == 0 || !has_seen(screen, view, at_ms))
        return;
    target_selection(screen, page->n);
    if (!sit_page_has_selection(screen, page->n) &&
        page->faces[screen->cursor].marked) {
        mark(screen, true, class_index, effect);
        return;
    }
    decide(screen, SIT_EFFECT_LABEL, at_ms, effect);
    effect->class_index = class_index;
}

static bool can_accept(const struct sit_page_view *page)
{
    for (size_t i = 0; i < page->n; i++) {
        const struct sit_page_face *face = &page->faces[i];
        if (face->marked ? face->instead != SIT_NO_CLASS
                         : sit_page_face_is_in_doubt(face))
            return true;
    }
    return false;
}

static void accept(struct sit_page_screen *screen,
                   const struct sit_page_screen_view *view, int64_t at_ms,
                   struct sit_effect *effect)
{
    if (!can_accept(view->page)) {
        sit_held_key_failed(&screen->base.held);
        sit_screen_notice(&screen->base, SIT_STYLE_WARN, "%s",
                          view->suggestions_hidden
                              ? "the suggestions are hidden"
                              : "nothing is suggested on this page");
    } else if (has_seen(screen, view, at_ms)) {
        decide(screen, SIT_EFFECT_ACCEPT, at_ms, effect);
    }
}

/*
 * Picking
 */

static size_t face_of_hint(const struct sit_page_screen_view *view, uint32_t key)
{
    for (size_t i = 0; i < view->page->n; i++) {
        char hint = sit_page_hint(view->classes, i);
        if (hint != 0 && (uint32_t)hint == key)
            return i;
    }
    return SIZE_MAX;
}

static void start_picking(struct sit_page_screen *screen,
                          const struct sit_page_screen_view *view, int64_t at_ms)
{
    if (view->page->n == 0 || !has_seen(screen, view, at_ms))
        return;
    sit_page_select_nothing(screen);
    screen->is_picking = true;
    sit_screen_notice(
        &screen->base, SIT_STYLE_NORMAL,
        "letters mark faces, a class key says what those are; Enter ends");
}

/* Marks the face, or not: a held key counts once. */
static void pick(struct sit_page_screen *screen,
                 const struct sit_page_screen_view *view, size_t at,
                 const struct sit_ui_event *event, struct sit_effect *effect)
{
    if (sit_held_key_feed(&screen->base.held, event->key, true, event->at_ms) ==
        SIT_HELD_REPEATED)
        return; /* what is to be taken back is a mark too: it changes once more */
    memset(screen->targets, 0, sizeof screen->targets);
    screen->targets[at] = true;
    screen->picked[at] = !view->page->faces[at].marked;
    screen->cursor = at;
    effect->kind = SIT_EFFECT_MARK;
    effect->marks = screen->picked[at];
}

static void picking_key(struct sit_page_screen *screen,
                        const struct sit_page_screen_view *view,
                        const struct sit_ui_event *event, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    sit_class_index class_index;
    size_t at = face_of_hint(view, event->key);
    if (at != SIZE_MAX) {
        pick(screen, view, at, event, effect);
        return;
    }
    enum sit_request request = sit_screen_key(base, &sit_page_keymap, view->classes,
                                              event, &class_index, effect);
    if (request == SIT_REQUEST_CLASS) {
        memcpy(screen->targets, screen->picked, sizeof screen->targets);
        memset(screen->picked, 0, sizeof screen->picked);
        mark(screen, true, class_index, effect);
    } else if (request == SIT_REQUEST_ACCEPT) {
        sit_page_stop_picking(screen);
        accept(screen, view, event->at_ms, effect);
    } else if (request == SIT_REQUEST_QUIT || request == SIT_REQUEST_HELP) {
        sit_screen_common_request(base, request, 0, 1, effect);
    } else {
        if (effect->kind == SIT_EFFECT_NONE)
            sit_held_key_failed(&base->held);
        sit_page_stop_picking(screen);
    }
}

/*
 * Events
 */

static void next_scope(const struct sit_page_view *page, struct sit_effect *effect)
{
    effect->kind = SIT_EFFECT_ARRANGE;
    effect->order = page->order;
    effect->page_scope = (enum sit_page_scope)((page->scope + 1) % SIT_N_PAGE_SCOPES);
}

/* What is being sorted is passed over. */
static void next_order(const struct sit_page_screen_view *view,
                       struct sit_effect *effect)
{
    enum sit_page_order now = view->is_sorting ? SIT_PAGE_SIMILAR : view->page->order;
    effect->kind = SIT_EFFECT_ARRANGE;
    effect->order = (enum sit_page_order)((now + 1) % SIT_N_PAGE_ORDERS);
    effect->page_scope = view->page->scope;
}

static void clear(struct sit_page_screen *screen,
                  const struct sit_page_screen_view *view, struct sit_effect *effect)
{
    if (sit_page_has_selection(screen, view->page->n) || screen->is_extending) {
        sit_page_select_nothing(screen);
    } else if (view->page->n_marked > 0) {
        memset(screen->targets, true, sizeof screen->targets);
        mark(screen, false, SIT_NO_CLASS, effect);
    }
}

static void faces_key(struct sit_page_screen *screen,
                      const struct sit_page_screen_view *view,
                      const struct sit_ui_event *event, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    const struct sit_page_view *page = view->page;
    sit_class_index class_index;
    enum sit_request request = sit_screen_key(base, &sit_page_keymap, view->classes,
                                              event, &class_index, effect);
    switch (request) {
    case SIT_REQUEST_CLASS:
        class_key(screen, view, class_index, event->at_ms, effect);
        break;
    case SIT_REQUEST_ACCEPT: accept(screen, view, event->at_ms, effect); break;
    case SIT_REQUEST_MARK: toggle_marks(screen, view, event->at_ms, effect); break;
    case SIT_REQUEST_PICK: start_picking(screen, view, event->at_ms); break;
    case SIT_REQUEST_RANGE:
        screen->is_extending = !screen->is_extending;
        screen->anchor = screen->cursor;
        break;
    case SIT_REQUEST_ROW: sit_page_choose_row(screen, view); break;
    case SIT_REQUEST_ALL: sit_page_toggle_selection(screen, 0, page->n); break;
    case SIT_REQUEST_CLEAR: clear(screen, view, effect); break;
    case SIT_REQUEST_DOUBT_NEXT: sit_page_move_by_doubt(screen, page, false); break;
    case SIT_REQUEST_DOUBT_PREVIOUS: sit_page_move_by_doubt(screen, page, true); break;
    case SIT_REQUEST_BACK:
    case SIT_REQUEST_ON:
    case SIT_REQUEST_UP:
    case SIT_REQUEST_DOWN: sit_page_move(screen, view, request); break;
    case SIT_REQUEST_PAGE_BACK:
    case SIT_REQUEST_PAGE_ON:
    case SIT_REQUEST_FIRST:
    case SIT_REQUEST_LAST: turn(screen, page, request, effect); break;
    case SIT_REQUEST_ORDER: next_order(view, effect); break;
    case SIT_REQUEST_COMMAND: sit_screen_ask(base, SIT_PROMPT_COMMAND, ""); break;
    case SIT_REQUEST_SCOPE: next_scope(page, effect); break;
    case SIT_REQUEST_GRID: effect->kind = SIT_EFFECT_GRID; break;
    default: sit_screen_common_request(base, request, 0, 1, effect);
    }
}

/* The face at a cell; SIZE_MAX: none. */
static size_t face_at(const struct sit_page_screen_view *view, size_t row, size_t col)
{
    const struct sit_page_geometry *g = &view->geometry;
    size_t height = g->tile_rows + g->caption_rows;
    if (g->n_cols == 0 || row < g->row || col < g->col ||
        (col - g->col) / g->tile_cols >= g->n_cols)
        return SIZE_MAX;
    size_t at = (row - g->row) / height * g->n_cols + (col - g->col) / g->tile_cols;
    return at < view->page->n ? at : SIZE_MAX;
}

/* A click is the cursor's; with a key held (which one reaches us depends on the
 * terminal) all from the cursor is selected; the right button marks. */
static void mouse(struct sit_page_screen *screen,
                  const struct sit_page_screen_view *view,
                  const struct sit_ui_event *event, struct sit_effect *effect)
{
    unsigned button = event->button &
                      ~(unsigned)(SIT_MOUSE_SHIFT | SIT_MOUSE_ALT | SIT_MOUSE_CTRL);
    bool extends = button != event->button;
    size_t at = face_at(view, event->mouse_row, event->mouse_col);
    if (screen->base.mode != SIT_MODE_FACES)
        return;
    if (button == SIT_MOUSE_WHEEL_UP || button == SIT_MOUSE_WHEEL_DOWN) {
        turn(screen, view->page,
             button == SIT_MOUSE_WHEEL_UP ? SIT_REQUEST_PAGE_BACK : SIT_REQUEST_PAGE_ON,
             effect);
        return;
    }
    if (at == SIZE_MAX)
        return;
    screen->base.notice.text[0] = '\0'; /* as a key does */
    if (extends && !screen->is_extending) {
        screen->is_extending = true;
        screen->anchor = screen->cursor;
    } else if (!extends) {
        sit_page_select_nothing(screen);
    }
    screen->cursor = at;
    if (button == SIT_MOUSE_RIGHT)
        toggle_marks(screen, view, event->at_ms, effect);
}

void sit_page_screen_step(struct sit_page_screen *screen,
                          const struct sit_page_screen_view *view,
                          const struct sit_ui_event *event, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    *effect = (struct sit_effect){.spent_ms = -1, .class_index = SIT_NO_CLASS};
    sit_page_take(screen, view);
    switch (event->kind) {
    case SIT_UI_SHOWN: sit_screen_shown(base, event->face_id, event->at_ms); return;
    case SIT_UI_MOUSE: mouse(screen, view, event, effect); return;
    case SIT_UI_KEY: break;
    }
    effect->page_scope = view->page->scope;
    if (sit_screen_take_paste(base, event->key) ||
        sit_screen_global_key(event->key, effect))
        return;
    if (base->mode == SIT_MODE_HELP)
        sit_screen_help_key(base, event->key, effect);
    else if (base->mode == SIT_MODE_PROMPT)
        sit_command_key(base, view->classes, view->page->n_pages, event->key, effect);
    else if (screen->is_picking)
        picking_key(screen, view, event, effect);
    else
        faces_key(screen, view, event, effect);
}

/*
 * Results
 */

static void failed(struct sit_screen *base, const struct sit_effect *effect,
                   const struct sit_effect_result *result)
{
    sit_screen_failed(base, effect, result);
    if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_FIND)
        sit_screen_notice(base, SIT_STYLE_WARN, "no name here contains \"%s\"",
                          effect->text);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void accepted(struct sit_screen *base, const struct sit_effect_result *result)
{
    if (result->n_left > 0)
        sit_screen_notice(base, SIT_STYLE_GOOD, "%zu face%s labelled, %zu left out",
                          result->n_faces, plural(result->n_faces), result->n_left);
    else
        sit_screen_notice(base, SIT_STYLE_GOOD, "%zu face%s labelled", result->n_faces,
                          plural(result->n_faces));
}

/* To the first face that an undo was about. */
static void point_to(struct sit_page_screen *screen,
                     const struct sit_page_screen_view *view, size_t index)
{
    for (size_t i = 0; i < view->page->n; i++) {
        if (view->page->faces[i].index == index)
            sit_page_screen_point(screen, view, i);
    }
}

/* On to the next face without a label; where all have one the cursor stays. */
static void point_on(struct sit_page_screen *screen,
                     const struct sit_page_screen_view *view)
{
    for (size_t k = 1; k < view->page->n; k++) {
        size_t at = (screen->cursor + k) % view->page->n;
        if (view->page->faces[at].label == SIT_NO_CLASS) {
            screen->cursor = at;
            return;
        }
    }
}

static void labelled(struct sit_page_screen *screen,
                     const struct sit_page_screen_view *view,
                     const struct sit_effect *effect,
                     const struct sit_effect_result *result)
{
    sit_screen_notice(&screen->base, sit_class_style(effect->class_index),
                      "%zu face%s: %s", result->n_faces, plural(result->n_faces),
                      sit_class_display_name(view->classes, effect->class_index));
    sit_page_select_nothing(screen);
    if (sit_page_is_current(screen, view))
        point_on(screen, view);
}

void sit_page_screen_done(struct sit_page_screen *screen,
                          const struct sit_page_screen_view *view,
                          const struct sit_effect *effect,
                          const struct sit_effect_result *result)
{
    struct sit_screen *base = &screen->base;
    if (result->status != SIT_OK) {
        failed(base, effect, result);
        return;
    }
    switch (effect->kind) {
    case SIT_EFFECT_LABEL: labelled(screen, view, effect, result); break;
    case SIT_EFFECT_ACCEPT: accepted(base, result); break;
    case SIT_EFFECT_UNDO:
    case SIT_EFFECT_REDO:
        point_to(screen, view, result->undo.index);
        sit_screen_undo_notice(base, effect, &result->undo, view->classes, "this face");
        break;
    case SIT_EFFECT_FILTER:
        sit_screen_filter_notice(base, view->filter, view->n_matching, view->n_faces);
        break;
    case SIT_EFFECT_ARRANGE:
        if (view->is_sorting) /* by and by; the line of work says so */
            break;
        sit_screen_notice(base, SIT_STYLE_NORMAL, "%s faces, order: %s",
                          sit_page_scope_name(view->page->scope),
                          sit_page_order_name(view->page->order));
        break;
    default: break;
    }
    sit_page_take(screen, view);
}
