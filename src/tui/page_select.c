/*
 * The cursor and the selection of the grid.
 */
#include "page_select.h"

#include <string.h>

bool sit_page_is_current(const struct sit_page_screen *screen,
                         const struct sit_page_screen_view *view)
{
    return screen->serial == view->page->serial;
}

size_t sit_page_screen_cursor(const struct sit_page_screen *screen,
                              const struct sit_page_screen_view *view)
{
    if (view->page->n == 0)
        return SIZE_MAX;
    size_t cursor = sit_page_is_current(screen, view) ? screen->cursor : 0;
    return cursor < view->page->n ? cursor : view->page->n - 1;
}

bool sit_page_screen_is_selected(const struct sit_page_screen *screen, size_t at)
{
    size_t low = screen->anchor < screen->cursor ? screen->anchor : screen->cursor;
    size_t high = screen->anchor < screen->cursor ? screen->cursor : screen->anchor;
    return screen->chosen[at] || (screen->is_extending && at >= low && at <= high);
}

bool sit_page_has_selection(const struct sit_page_screen *screen, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (sit_page_screen_is_selected(screen, i))
            return true;
    }
    return false;
}

void sit_page_select_nothing(struct sit_page_screen *screen)
{
    screen->is_extending = false;
    memset(screen->chosen, 0, sizeof screen->chosen);
}

void sit_page_stop_picking(struct sit_page_screen *screen)
{
    screen->is_picking = false;
    memset(screen->picked, 0, sizeof screen->picked);
}

/* Another page: nothing is selected on it, and no letter is waited for. */
void sit_page_take(struct sit_page_screen *screen,
                   const struct sit_page_screen_view *view)
{
    if (sit_page_is_current(screen, view))
        return;
    screen->serial = view->page->serial;
    screen->cursor = 0;
    screen->decided_at_ms = 0;
    sit_page_select_nothing(screen);
    sit_page_stop_picking(screen);
}

void sit_page_screen_point(struct sit_page_screen *screen,
                           const struct sit_page_screen_view *view, size_t at)
{
    sit_page_take(screen, view);
    if (at < view->page->n)
        screen->cursor = at;
}

/* All of the targets, unless all are selected already: then none. */
void sit_page_toggle_selection(struct sit_page_screen *screen, size_t first, size_t end)
{
    bool all = true;
    for (size_t i = first; i < end; i++)
        all = all && screen->chosen[i];
    for (size_t i = first; i < end; i++)
        screen->chosen[i] = !all;
}

void sit_page_choose_row(struct sit_page_screen *screen,
                         const struct sit_page_screen_view *view)
{
    size_t n_cols = view->geometry.n_cols > 0 ? view->geometry.n_cols : 1;
    size_t first = screen->cursor / n_cols * n_cols, end = first + n_cols;
    sit_page_toggle_selection(screen, first, end < view->page->n ? end : view->page->n);
}

/*
 * Moving
 */

void sit_page_move(struct sit_page_screen *screen,
                   const struct sit_page_screen_view *view, enum sit_request request)
{
    size_t n = view->page->n, n_cols = view->geometry.n_cols;
    size_t *cursor = &screen->cursor;
    switch (request) {
    case SIT_REQUEST_BACK: *cursor -= *cursor > 0 ? 1 : 0; break;
    case SIT_REQUEST_ON: *cursor += *cursor + 1 < n ? 1 : 0; break;
    case SIT_REQUEST_UP: *cursor -= *cursor >= n_cols ? n_cols : 0; break;
    case SIT_REQUEST_DOWN: *cursor += *cursor + n_cols < n ? n_cols : 0; break;
    default: break;
    }
}

/* Whether x comes before y: the less sure one, then the earlier one. */
static bool is_less_sure(const struct sit_page_view *page, size_t x, size_t y)
{
    double p = page->faces[x].suggestion.p, q = page->faces[y].suggestion.p;
    return p < q || (p == q && x < y);
}

bool sit_page_face_is_in_doubt(const struct sit_page_face *face)
{
    return face->label == SIT_NO_CLASS && face->suggestion.class_index != SIT_NO_CLASS;
}

/* The next face in the order of doubt, or the previous one; around at the ends. */
void sit_page_move_by_doubt(struct sit_page_screen *screen,
                            const struct sit_page_view *page, bool backwards)
{
    size_t here = screen->cursor, next = SIZE_MAX, around = SIZE_MAX;
    for (size_t i = 0; i < page->n; i++) {
        if (i == here || !sit_page_face_is_in_doubt(&page->faces[i]))
            continue;
        bool after = is_less_sure(page, here, i) != backwards;
        size_t *best = after ? &next : &around;
        if (*best == SIZE_MAX || is_less_sure(page, i, *best) != backwards)
            *best = i;
    }
    if (next != SIZE_MAX || around != SIZE_MAX)
        screen->cursor = next != SIZE_MAX ? next : around;
    else
        sit_screen_notice(&screen->base, SIT_STYLE_DIM, "no other face is in doubt");
}
