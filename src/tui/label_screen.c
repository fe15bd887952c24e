/*
 * Stepping and drawing the labelling screen.
 */
#include "label_screen.h"

#include <stdio.h>
#include <string.h>

#include "sitter/text.h"

/*
 * Keys
 */

static void start_find(struct sit_screen *base)
{
    base->mode = SIT_MODE_PROMPT;
    sit_prompt_reset(&base->prompt);
}

static void find_again(struct sit_screen *base, bool backwards,
                       struct sit_effect *effect)
{
    if (base->sought[0] == '\0') {
        sit_screen_notice(base, SIT_STYLE_WARN,
                          "nothing to find yet; / asks for a name");
        return;
    }
    effect->kind = SIT_EFFECT_FIND;
    effect->backwards = backwards;
    memcpy(effect->text, base->sought, sizeof effect->text);
}

static void prompt_key(struct sit_screen *base, uint32_t key, struct sit_effect *effect)
{
    enum sit_prompt_outcome outcome = sit_prompt_key(&base->prompt, key);
    if (outcome == SIT_PROMPT_GOES_ON)
        return;
    base->mode = SIT_MODE_FACES;
    base->notice.text[0] = '\0';
    if (outcome == SIT_PROMPT_LEFT)
        return;
    if (base->prompt.n_bytes > 0)
        memcpy(base->sought, base->prompt.text, sizeof base->sought);
    find_again(base, false, effect);
}

static void label(struct sit_screen *base, const struct sit_session_view *view,
                  sit_class_index class_index, int64_t at_ms, struct sit_effect *effect)
{
    if (!sit_screen_has_seen(base, view->face->face_id, at_ms))
        return;
    effect->kind = SIT_EFFECT_LABEL;
    effect->class_index = class_index;
    effect->spent_ms = sit_screen_spent_ms(base, view->face->face_id, at_ms);
    sit_screen_act_on(base, view->face->name);
}

static void faces_key(struct sit_label_screen *screen,
                      const struct sit_session_view *view,
                      const struct sit_ui_event *event, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    sit_class_index class_index;
    enum sit_request request = sit_screen_key(base, &sit_label_keymap, view->classes,
                                              event, &class_index, effect);
    switch (request) {
    case SIT_REQUEST_CLASS: label(base, view, class_index, event->at_ms, effect); break;
    case SIT_REQUEST_SKIP: effect->kind = SIT_EFFECT_SKIP; break;
    case SIT_REQUEST_CONTEXT:
        sit_screen_toggle_context(base, view->face->face_id);
        break;
    case SIT_REQUEST_FIND: start_find(base); break;
    case SIT_REQUEST_FIND_NEXT: find_again(base, false, effect); break;
    case SIT_REQUEST_FIND_PREVIOUS: find_again(base, true, effect); break;
    default:
        sit_screen_common_request(base, request, view->position, view->n_faces, effect);
    }
}

void sit_label_screen_step(struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_ui_event *event, struct sit_effect *effect)
{
    *effect = (struct sit_effect){.spent_ms = -1, .class_index = SIT_NO_CLASS};
    if (event->kind == SIT_UI_SHOWN) {
        sit_screen_shown(&screen->base, event->face_id, event->at_ms);
        return;
    }
    if (event->kind != SIT_UI_KEY)
        return;
    if (sit_screen_take_paste(&screen->base, event->key) ||
        sit_screen_global_key(event->key, effect))
        return;
    switch (screen->base.mode) {
    case SIT_MODE_PROMPT: prompt_key(&screen->base, event->key, effect); break;
    case SIT_MODE_HELP: sit_screen_help_key(&screen->base, event->key, effect); break;
    case SIT_MODE_FACES: faces_key(screen, view, event, effect); break;
    }
}

static bool all_labelled(const struct sit_session_view *view)
{
    return view->counts->n_labelled >= view->counts->n_faces;
}

static void failed(struct sit_screen *base, const struct sit_effect *effect,
                   const struct sit_effect_result *result)
{
    sit_held_key_failed(&base->held);
    if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_UNDO)
        sit_screen_notice(base, SIT_STYLE_WARN, "nothing to undo");
    else if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_REDO)
        sit_screen_notice(base, SIT_STYLE_WARN, "nothing to redo");
    else if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_FIND)
        sit_screen_notice(base, SIT_STYLE_WARN, "no name contains \"%s\"",
                          effect->text);
    else if (effect->kind == SIT_EFFECT_LABEL)
        sit_screen_notice(base, SIT_STYLE_BAD, "not saved: %s", result->message);
    else
        sit_screen_notice(base, SIT_STYLE_BAD, "%s", result->message);
}

static void labelled_notice(struct sit_screen *base,
                            const struct sit_session_view *view,
                            sit_class_index class_index)
{
    const char *name = sit_class_display_name(view->classes, class_index);
    enum sit_style style = sit_class_style(class_index);
    if (all_labelled(view))
        sit_screen_notice(base, style,
                          "%s: %s; all %zu faces are labelled: q, then sitter train",
                          base->acted_on, name, view->n_faces);
    else
        sit_screen_notice(base, style, "%s: %s", base->acted_on, name);
}

void sit_label_screen_done(struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_effect *effect,
                           const struct sit_effect_result *result)
{
    struct sit_screen *base = &screen->base;
    if (result->status != SIT_OK) {
        failed(base, effect, result);
        return;
    }
    switch (effect->kind) {
    case SIT_EFFECT_LABEL: labelled_notice(base, view, effect->class_index); break;
    case SIT_EFFECT_UNDO:
    case SIT_EFFECT_REDO:
        sit_screen_undo_notice(base, effect, &result->undo, view->classes,
                               view->face->name);
        break;
    case SIT_EFFECT_SKIP:
        if (!result->moved)
            sit_screen_notice(base, SIT_STYLE_WARN, "no other unlabelled face");
        break;
    default: break;
    }
}

/*
 * Drawing
 */

static size_t percent(size_t part, size_t whole)
{
    return whole == 0 ? 0 : part * 100 / whole;
}

/* Name, source and split, label. Returns the rows used. */
static size_t draw_face(const struct sit_session_view *view, struct sit_grid *grid,
                        struct sit_area area)
{
    const struct sit_face_detail *face = view->face;
    sit_grid_put(grid, area, 0, 0, SIZE_MAX, SIT_STYLE_BOLD, face->name);
    const char *split = sit_split_name(face->split);
    size_t split_cells = strlen(split) + 1;
    size_t col = sit_grid_put(grid, area, 1, 0, SIZE_MAX, SIT_STYLE_DIM, "source ");
    if (area.n_cols > col + split_cells)
        col += sit_grid_put(grid, area, 1, col, area.n_cols - col - split_cells,
                            SIT_STYLE_NORMAL, face->source) +
               1;
    sit_grid_put(grid, area, 1, col, SIZE_MAX,
                 face->split == SIT_TEST ? SIT_STYLE_WARN : SIT_STYLE_DIM, split);
    col = sit_grid_put(grid, area, 2, 0, SIZE_MAX, SIT_STYLE_DIM, "label  ");
    col += sit_grid_put(grid, area, 2, col, SIZE_MAX, sit_class_style(face->label),
                        sit_class_display_name(view->classes, face->label));
    if (face->label != SIT_NO_CLASS && face->annotator != NULL) {
        col += sit_grid_put(grid, area, 2, col, SIZE_MAX, SIT_STYLE_DIM, " by ");
        sit_grid_put(grid, area, 2, col, SIZE_MAX, SIT_STYLE_DIM, face->annotator);
    }
    return 3;
}

static size_t draw_progress(const struct sit_session_view *view, struct sit_grid *grid,
                            struct sit_area area, size_t row)
{
    const struct sit_label_counts *counts = view->counts;
    char text[64];
    snprintf(text, sizeof text, "%zu of %zu %3zu %%", counts->n_labelled,
             counts->n_faces, percent(counts->n_labelled, counts->n_faces));
    size_t used = sit_grid_put_right(grid, area, row, SIZE_MAX, SIT_STYLE_NORMAL, text);
    if (area.n_cols > used + 1)
        sit_grid_bar(grid, area, row, 0, area.n_cols - used - 1, counts->n_labelled,
                     counts->n_faces, SIT_STYLE_GOOD);
    return row + 1;
}

static void draw_count_row(struct sit_grid *grid, struct sit_area area, size_t row,
                           enum sit_style style, const char *key, const char *name,
                           const size_t n[2])
{
    enum { NUMBER_CELLS = 7 };
    size_t numbers = 2 * NUMBER_CELLS;
    size_t room = area.n_cols > numbers ? area.n_cols - numbers : 0;
    size_t col = key != NULL
                     ? sit_grid_put(grid, area, row, 0, room, SIT_STYLE_KEY, key) + 1
                     : 0;
    if (room > col)
        sit_grid_put(grid, area, row, col, room - col, style, name);
    sit_grid_putf(grid, area, row, room, SIT_STYLE_NORMAL, "%7zu%7zu", n[SIT_TRAIN],
                  n[SIT_TEST]);
}

/* The table of counts, a row a class. */
static size_t draw_counts(const struct sit_session_view *view, struct sit_grid *grid,
                          struct sit_area area, size_t row)
{
    sit_grid_put_right(grid, area, row++, SIZE_MAX, SIT_STYLE_DIM, "  train   test");
    for (size_t i = 0; i < view->classes->n; i++)
        draw_count_row(grid, area, row++, sit_class_style((sit_class_index)i),
                       view->classes->items[i].key, view->classes->items[i].name,
                       view->counts->by_class[i]);
    draw_count_row(grid, area, row++, SIT_STYLE_DIM, NULL, "unlabelled",
                   view->counts->unlabelled);
    return row;
}

/* Put "key n" at (*row, *col), or at the beginning of the next row. False where there
 * is no room. */
static bool put_total(struct sit_grid *grid, struct sit_area area, size_t *row,
                      size_t *col, enum sit_style style, const char *key, size_t n)
{
    enum { GAP = 2 };
    char number[32];
    snprintf(number, sizeof number, "%zu", n);
    size_t need = sit_text_width(key) + 1 + strlen(number);
    if (*col > 0 && *col + GAP + need > area.n_cols) {
        *col = 0;
        ++*row;
    }
    if (need > area.n_cols || *row >= area.n_rows)
        return false;
    *col += *col > 0 ? GAP : 0;
    *col += sit_grid_put(grid, area, *row, *col, SIZE_MAX, style, key) + 1;
    *col += sit_grid_put(grid, area, *row, *col, SIZE_MAX, SIT_STYLE_NORMAL, number);
    return true;
}

/* The same where there is no room for a table, train and test together: "left 167
 * m 63  f 53". */
static size_t draw_counts_short(const struct sit_session_view *view,
                                struct sit_grid *grid, struct sit_area area, size_t row)
{
    const struct sit_label_counts *counts = view->counts;
    size_t at_row = 0, col = 0;
    struct sit_area rest = sit_area_within(area,
                                           (struct sit_area){0, row, area.n_cols, 2});
    bool fits = put_total(grid, rest, &at_row, &col, SIT_STYLE_DIM, "left",
                          counts->unlabelled[SIT_TRAIN] + counts->unlabelled[SIT_TEST]);
    for (size_t i = 0; fits && i < view->classes->n; i++)
        fits = put_total(
            grid, rest, &at_row, &col, SIT_STYLE_KEY, view->classes->items[i].key,
            counts->by_class[i][SIT_TRAIN] + counts->by_class[i][SIT_TEST]);
    return row + (at_row < rest.n_rows ? at_row + 1 : rest.n_rows);
}

static const char *event_word(enum sit_event_kind kind)
{
    switch (kind) {
    case SIT_EVENT_CONFIRM: return "kept ";
    case SIT_EVENT_UNDO: return "undo ";
    case SIT_EVENT_REDO: return "redo ";
    default: return "";
    }
}

static void draw_recent(const struct sit_session_view *view, struct sit_grid *grid,
                        struct sit_area area)
{
    sit_grid_put(grid, area, 0, 0, SIZE_MAX, SIT_STYLE_DIM, "last decisions");
    for (size_t i = 0; i < view->n_recent && i + 1 < area.n_rows; i++) {
        const struct sit_recent_event *event = &view->recent[i];
        char label[96];
        if (event->kind == SIT_EVENT_UNDO && event->class_index == SIT_NO_CLASS)
            snprintf(label, sizeof label, " undone");
        else
            snprintf(label, sizeof label, " %s%s", event_word(event->kind),
                     sit_class_display_name(view->classes, event->class_index));
        size_t used = sit_grid_put_right(grid, area, i + 1, area.n_cols / 2,
                                         sit_class_style(event->class_index), label);
        sit_grid_put(grid, area, i + 1, 0, area.n_cols - used, SIT_STYLE_NORMAL,
                     event->name);
    }
}

/* What is known of the source, and the last decisions, share what is left. */
static void draw_rest(const struct sit_session_view *view, struct sit_grid *grid,
                      struct sit_area area)
{
    struct sit_area unlimited = area;
    unlimited.n_rows = SIT_GRID_MAX_SIDE;
    size_t facts = sit_screen_draw_facts(NULL, unlimited, view->face);
    size_t recent = view->n_recent > 0 ? view->n_recent + 1 : 0;
    size_t gap = facts > 0 && recent > 0 ? 1 : 0;
    if (facts + gap + recent > area.n_rows) {
        size_t half = area.n_rows / 2;
        size_t left = facts + gap < area.n_rows ? area.n_rows - facts - gap : 0;
        if (recent > (left > half ? left : half))
            recent = left > half ? left : half;
        if (recent < 2) /* a heading alone says nothing */
            recent = gap = 0;
        facts = area.n_rows - recent - gap;
    }
    sit_screen_draw_facts(
        grid, sit_area_within(area, (struct sit_area){0, 0, area.n_cols, facts}),
        view->face);
    if (recent > 0)
        draw_recent(view, grid,
                    sit_area_within(
                        area, (struct sit_area){0, facts + gap, area.n_cols, recent}));
}

static void draw_panel(const struct sit_session_view *view, struct sit_grid *grid,
                       struct sit_area area)
{
    size_t row = draw_face(view, grid, area);
    size_t table = view->classes->n + 2;
    size_t spare = area.n_rows > 4 ? area.n_rows - 4 : 0;
    enum { TABLE_COLS = 28 };
    bool airy = spare >= table + 6;
    row += airy ? 1 : 0;
    row = draw_progress(view, grid, area, row);
    if (table <= spare && area.n_cols >= TABLE_COLS)
        row = draw_counts(view, grid, area, row);
    else
        row = draw_counts_short(view, grid, area, row);
    row += airy ? 1 : 0;
    if (row < area.n_rows)
        draw_rest(
            view, grid,
            sit_area_within(area, (struct sit_area){0, row, area.n_cols, area.n_rows}));
}

void sit_label_screen_draw(const struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_screen_metrics *metrics,
                           struct sit_grid *grid)
{
    const struct sit_screen *base = &screen->base;
    struct sit_layout layout;
    if (base->mode == SIT_MODE_HELP) {
        sit_screen_draw_help(base, &sit_label_keymap, view->classes, grid);
        return;
    }
    if (!sit_screen_layout(grid, metrics, &layout))
        return;
    struct sit_buf left = {0};
    sit_buf_appendf(&left, "sitter label  %s  %s", view->project_path, view->annotator);
    char right[64];
    snprintf(right, sizeof right, "face %zu of %zu", view->position + 1, view->n_faces);
    sit_screen_draw_frame(base, &layout, &sit_label_keymap, view->classes,
                          sit_buf_text(&left), right, grid);
    sit_buf_release(&left);
    if (all_labelled(view) && base->mode == SIT_MODE_FACES &&
        base->notice.text[0] == '\0')
        sit_grid_putf(grid, layout.notice, 0, 0, SIT_STYLE_GOOD,
                      "all %zu faces are labelled; next: q, then sitter train",
                      view->n_faces);
    sit_screen_place_picture(grid, layout.picture, metrics,
                             sit_screen_picture(base, view->face->face_id));
    draw_panel(view, grid, layout.panel);
}
