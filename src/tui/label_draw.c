/*
 * Drawing the labelling screen: the picture, and beside it what the room allows, the
 * most useful first.
 */
#include "label_screen.h"

#include <stdio.h>
#include <string.h>

#include "sitter/text.h"

static size_t percent(size_t part, size_t whole)
{
    return whole == 0 ? 0 : part * 100 / whole;
}

/*
 * The face
 */

static void draw_name(const struct sit_session_view *view, struct sit_grid *grid,
                      struct sit_area area, size_t row)
{
    size_t used = 0;
    enum { WORD_COLS = 30 };
    if (view->bookmarked)
        used = 1 + sit_grid_put_right(grid, area, row, SIZE_MAX, SIT_STYLE_WARN,
                                      area.n_cols >= WORD_COLS ? "bookmarked" : "b");
    if (area.n_cols > used)
        sit_grid_put(grid, area, row, 0, area.n_cols - used, SIT_STYLE_BOLD,
                     view->face->name);
}

static void draw_source(const struct sit_session_view *view, struct sit_grid *grid,
                        struct sit_area area, size_t row)
{
    const struct sit_face_detail *face = view->face;
    const char *split = sit_split_name(face->split);
    size_t split_cells = strlen(split) + 1;
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM, "source ");
    if (area.n_cols > col + split_cells)
        col += sit_grid_put(grid, area, row, col, area.n_cols - col - split_cells,
                            SIT_STYLE_NORMAL, face->source) +
               1;
    sit_grid_put(grid, area, row, col, SIZE_MAX,
                 face->split == SIT_TEST ? SIT_STYLE_WARN : SIT_STYLE_DIM, split);
}

static void draw_label(const struct sit_session_view *view, struct sit_grid *grid,
                       struct sit_area area, size_t row)
{
    const struct sit_face_detail *face = view->face;
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM, "label  ");
    col += sit_grid_put(grid, area, row, col, SIZE_MAX, sit_class_style(face->label),
                        sit_class_display_name(view->classes, face->label));
    if (face->label != SIT_NO_CLASS && face->annotator != NULL) {
        col += sit_grid_put(grid, area, row, col, SIZE_MAX, SIT_STYLE_DIM, " by ");
        sit_grid_put(grid, area, row, col, SIZE_MAX, SIT_STYLE_DIM, face->annotator);
    }
}

static void draw_comment(const struct sit_session_view *view, struct sit_grid *grid,
                         struct sit_area area, size_t row)
{
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM, "note   ");
    sit_grid_put(grid, area, row, col, SIZE_MAX, SIT_STYLE_NORMAL, view->comment);
}

/*
 * The model
 */

/* "male 93 % ███████░  Enter": the bar and the key where there is room. */
static void draw_suggestion(const struct sit_session_view *view, struct sit_grid *grid,
                            struct sit_area area, size_t row, size_t col)
{
    enum { BAR_CELLS = 10, LEAST_BAR = 4 };
    sit_class_index class_index = view->suggestion.class_index;
    double p = view->suggestion.p;
    char number[16];
    /* 100 % would claim more than any model knows. */
    snprintf(number, sizeof number, " %.0f %%",
             p >= 0.995 && p < 1.0 ? 99.0 : 100.0 * p);
    size_t room = area.n_cols > col + strlen(number)
                      ? area.n_cols - col - strlen(number)
                      : 0;
    col += sit_grid_put(grid, area, row, col, room, sit_class_style(class_index),
                        sit_class_display_name(view->classes, class_index));
    col += sit_grid_put(grid, area, row, col, SIZE_MAX, SIT_STYLE_BOLD, number);
    struct sit_buf key = {0};
    sit_keymap_key_of(&sit_label_keymap, view->classes, SIT_REQUEST_ACCEPT, &key);
    size_t key_cells = key.n_bytes > 0 ? sit_text_width(sit_buf_text(&key)) + 1 : 0;
    size_t left = area.n_cols > col + 1 ? area.n_cols - col - 1 : 0;
    size_t bar = left > key_cells ? left - key_cells : 0;
    bar = bar < BAR_CELLS ? bar : BAR_CELLS;
    if (bar >= LEAST_BAR) {
        sit_grid_bar(grid, area, row, col + 1, bar, (size_t)(p * 1000.0), 1000,
                     sit_class_style(class_index));
        sit_grid_put(grid, area, row, col + 1 + bar + 1, SIZE_MAX, SIT_STYLE_KEY,
                     sit_buf_text(&key));
    }
    sit_buf_release(&key);
}

/* Why there is no suggestion, in a few words. */
static void draw_no_suggestion(const struct sit_session_view *view,
                               struct sit_grid *grid, struct sit_area area, size_t row,
                               size_t col)
{
    enum { ROOMY = 22 };
    bool roomy = area.n_cols >= col + ROOMY;
    const struct sit_live_state *live = &view->live;
    enum sit_style style = SIT_STYLE_DIM;
    char text[200];
    const char *words = text;
    switch (live->phase) {
    case SIT_LIVE_LOADING: words = roomy ? "reading the features" : "loading"; break;
    case SIT_LIVE_WAITING:
        words = roomy ? "label two classes first" : "needs labels";
        break;
    case SIT_LIVE_FAILED:
        snprintf(text, sizeof text, "stopped: %s", live->problem);
        style = SIT_STYLE_WARN;
        break;
    default:
        if (view->suggestions_hidden) {
            struct sit_buf key = {0};
            sit_keymap_key_of(&sit_label_keymap, view->classes,
                              SIT_REQUEST_HIDE_SUGGESTIONS, &key);
            snprintf(text, sizeof text, roomy ? "hidden (%s shows it)" : "hidden (%s)",
                     sit_buf_text(&key));
            sit_buf_release(&key);
        } else if (view->face->split == SIT_TEST && view->face->label == SIT_NO_CLASS) {
            words = roomy ? "quiet on test faces" : "test face";
        } else {
            words = roomy ? "no suggestion yet" : "none yet";
        }
    }
    sit_grid_put(grid, area, row, col, SIZE_MAX, style, words);
}

static void draw_model(const struct sit_session_view *view, struct sit_grid *grid,
                       struct sit_area area, size_t row)
{
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM, "model  ");
    if (view->suggestion.class_index != SIT_NO_CLASS && !view->suggestions_hidden)
        draw_suggestion(view, grid, area, row, col);
    else
        draw_no_suggestion(view, grid, area, row, col);
}

/* How often the model is right on faces that it has not learnt from. */
static void draw_accuracy(const struct sit_session_view *view, struct sit_grid *grid,
                          struct sit_area area, size_t row)
{
    const struct sit_live_state *live = &view->live;
    enum { WIDE = 35, MIDDLE = 26 };
    const char *lead = area.n_cols >= MIDDLE ? "accuracy " : "acc. ";
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM, lead);
    col += sit_grid_putf(grid, area, row, col, SIT_STYLE_NORMAL, "%.0f %%",
                         100.0 * live->accuracy);
    col += sit_grid_putf(grid, area, row, col, SIT_STYLE_DIM,
                         area.n_cols >= MIDDLE ? " (%.0f to %.0f)" : " (%.0f-%.0f)",
                         100.0 * live->low, 100.0 * live->high);
    if (area.n_cols >= WIDE)
        sit_grid_putf(grid, area, row, col, SIT_STYLE_DIM, " of %zu", live->n_labels);
}

static void draw_can_stop(const struct sit_session_view *view, struct sit_grid *grid,
                          struct sit_area area, size_t row)
{
    (void)view;
    enum { ROOMY = 34 };
    sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_GOOD,
                 area.n_cols >= ROOMY ? "the model is steady: you can stop"
                                      : "you can stop here");
}

/*
 * The work
 */

/* "23 min left", in whole words of time. */
static void time_left(int64_t left_ms, char *out, size_t n_bytes)
{
    double minutes = (double)left_ms / 60000.0;
    if (minutes < 1.0)
        snprintf(out, n_bytes, "1 min left");
    else if (minutes < 99.5)
        snprintf(out, n_bytes, "%.0f min left", minutes);
    else if (minutes < 10 * 60)
        snprintf(out, n_bytes, "%.1f h left", minutes / 60.0);
    else
        snprintf(out, n_bytes, "%.0f h left", minutes / 60.0);
}

static void draw_pace(const struct sit_session_view *view, struct sit_grid *grid,
                      struct sit_area area, size_t row)
{
    char left[48] = "";
    double pace = view->labels_per_minute;
    if (view->left_ms > 0)
        time_left(view->left_ms, left, sizeof left);
    sit_grid_putf(grid, area, row, 0, SIT_STYLE_DIM,
                  pace < 9.95 ? "%.1f/min%s%s" : "%.0f/min%s%s", pace,
                  left[0] != '\0' ? ", " : "", left);
}

static void draw_queue(const struct sit_session_view *view, struct sit_grid *grid,
                       struct sit_area area, size_t row)
{
    size_t col = sit_grid_put(grid, area, row, 0, SIZE_MAX, SIT_STYLE_DIM, "queue  ");
    sit_grid_put(grid, area, row, col, SIZE_MAX, SIT_STYLE_NORMAL,
                 sit_queue_name(view->queue));
}

static void draw_filter(const struct sit_session_view *view, struct sit_grid *grid,
                        struct sit_area area, size_t row)
{
    char number[48];
    snprintf(number, sizeof number, " %zu", view->n_matching);
    size_t used = sit_grid_put_right(grid, area, row, SIZE_MAX, SIT_STYLE_DIM, number);
    size_t col = sit_grid_put(grid, area, row, 0, area.n_cols - used, SIT_STYLE_DIM,
                              "filter ");
    if (area.n_cols > used + col)
        sit_grid_put(grid, area, row, col, area.n_cols - used - col, SIT_STYLE_WARN,
                     view->filter);
}

static void draw_progress(const struct sit_session_view *view, struct sit_grid *grid,
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
static void draw_counts(const struct sit_session_view *view, struct sit_grid *grid,
                        struct sit_area area, size_t row)
{
    sit_grid_put_right(grid, area, row++, SIZE_MAX, SIT_STYLE_DIM, "  train   test");
    for (size_t i = 0; i < view->classes->n; i++)
        draw_count_row(grid, area, row++, sit_class_style((sit_class_index)i),
                       view->classes->items[i].key, view->classes->items[i].name,
                       view->counts->by_class[i]);
    draw_count_row(grid, area, row++, SIT_STYLE_DIM, NULL, "unlabelled",
                   view->counts->unlabelled);
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
static void draw_counts_short(const struct sit_session_view *view,
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
            snprintf(label, sizeof label, "undone");
        else
            snprintf(label, sizeof label, "%s%s", event_word(event->kind),
                     sit_class_display_name(view->classes, event->class_index));
        size_t used = sit_grid_put_right(grid, area, i + 1, area.n_cols / 2,
                                         sit_class_style(event->class_index), label);
        if (used < area.n_cols) /* and a gap, which is of no class */
            sit_grid_put(grid, area, i + 1, 0, area.n_cols - used - 1, SIT_STYLE_NORMAL,
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

/*
 * The panel
 */

typedef void draw_line_fn(const struct sit_session_view *view, struct sit_grid *grid,
                          struct sit_area area, size_t row);

/* A part of the panel. */
struct line {
    draw_line_fn *draw;
    size_t rank; /* where there is not room for all, the lowest first */
    size_t n_rows;
    bool wanted;
    bool opens; /* a blank line before it where there is room for it */
    bool shown;
};

enum { MAX_LINES = 12, TABLE_COLS = 28, AIRY_REST = 6 };

/* The parts in the order in which they are shown. */
static size_t list_lines(const struct sit_session_view *view, size_t n_cols,
                         size_t n_rows, struct line *lines)
{
    bool ready = view->live.phase == SIT_LIVE_READY;
    bool judged = ready && view->live.high - view->live.low < 1.0; /* else nothing */
    size_t table = view->classes->n + 2;
    bool as_table = n_cols >= TABLE_COLS && table + 4 <= n_rows;
    const struct line all[] = {
        {draw_name, 0, 1, .wanted = true},
        {draw_source, 4, 1, .wanted = true},
        {draw_label, 1, 1, .wanted = true},
        {draw_model, 1, 1, .wanted = view->live.phase != SIT_LIVE_OFF},
        {draw_comment, 6, 1, .wanted = view->comment[0] != '\0'},
        {draw_progress, 2, 1, .wanted = true, .opens = true},
        {draw_pace, 5, 1, .wanted = view->labels_per_minute > 0.0},
        {draw_accuracy, 5, 1, .wanted = judged},
        {draw_can_stop, 8, 1, .wanted = ready && view->live.can_stop},
        {draw_filter, 3, 1, .wanted = view->filter[0] != '\0'},
        {draw_queue, 9, 1,
         .wanted = view->queue != SIT_QUEUE_GIVEN || view->live.phase != SIT_LIVE_OFF},
        {as_table ? draw_counts : draw_counts_short, 7, as_table ? table : 2,
         .wanted = true},
    };
    _Static_assert(sizeof all / sizeof all[0] == MAX_LINES, "room for all lines");
    memcpy(lines, all, sizeof all);
    return MAX_LINES;
}

/* Choose what there is room for; returns the rows used. */
static size_t choose_lines(struct line *lines, size_t n, size_t n_rows)
{
    size_t used = 0;
    for (size_t rank = 0; rank < 10; rank++) {
        for (size_t i = 0; i < n; i++) {
            struct line *line = &lines[i];
            if (!line->wanted || line->rank != rank || used + line->n_rows > n_rows)
                continue;
            line->shown = true;
            used += line->n_rows;
        }
    }
    return used;
}

static void draw_panel(const struct sit_session_view *view, struct sit_grid *grid,
                       struct sit_area area)
{
    struct line lines[MAX_LINES];
    size_t n = list_lines(view, area.n_cols, area.n_rows, lines);
    size_t used = choose_lines(lines, n, area.n_rows);
    bool airy = used + 2 + AIRY_REST <= area.n_rows;
    size_t row = 0;
    for (size_t i = 0; i < n; i++) {
        if (!lines[i].shown)
            continue;
        row += lines[i].opens && airy ? 1 : 0;
        lines[i].draw(view, grid, area, row);
        row += lines[i].n_rows;
    }
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
    sit_screen_place_face(base, grid, &layout, metrics, view->face->face_id);
    struct sit_buf left = {0};
    sit_buf_appendf(&left, "sitter label  %s  %s", view->project_path, view->annotator);
    char right[64];
    snprintf(right, sizeof right, "face %zu of %zu", view->position + 1, view->n_faces);
    sit_screen_draw_frame(base, &layout, &sit_label_keymap, view->classes,
                          sit_buf_text(&left), right, grid);
    sit_buf_release(&left);
    sit_screen_draw_work(base, grid, layout.notice);
    if (sit_label_all_labelled(view) && base->mode == SIT_MODE_FACES &&
        base->notice.text[0] == '\0' && base->work[0] == '\0')
        sit_grid_putf(grid, layout.notice, 0, 0, SIT_STYLE_GOOD,
                      "all %zu faces are labelled; next: %s, then sitter train",
                      view->n_faces, sit_label_quit_key(view).text);
    draw_panel(view, grid, layout.panel);
}
