/*
 * The pieces that both screens draw: layout, frame, the place of the picture, what is
 * known of the source, the help screen.
 */
#include "screen.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "picture_cache.h"
#include "sitter/text.h"

enum {
    WIDE_COLS = 60, /* from here on the panel has PANEL_COLS at least */
    PANEL_COLS = 30,
    NARROW_PANEL_COLS = 20,
    TALL_ROWS = 26, /* a narrow screen this high has the panel below the picture */
    BELOW_ROWS = 11,
};

const char *sit_class_display_name(const struct sit_class_list *classes,
                                   sit_class_index class_index)
{
    if (class_index < 0 || (size_t)class_index >= classes->n)
        return "unlabelled";
    return classes->items[class_index].name;
}

enum sit_style sit_class_style(sit_class_index class_index)
{
    if (class_index < 0)
        return SIT_STYLE_DIM;
    return (enum sit_style)(SIT_STYLE_CLASS + class_index % SIT_N_CLASS_STYLES);
}

/* The columns that a square picture of n_rows rows has. */
static size_t square_cols(const struct sit_screen_metrics *metrics, size_t n_rows)
{
    if (!sit_graphics_has_pixels(metrics->graphics) || metrics->cell_width_px == 0 ||
        metrics->cell_height_px == 0)
        return 2 * n_rows; /* block characters: two square pixels above each other */
    return (n_rows * metrics->cell_height_px + metrics->cell_width_px - 1) /
           metrics->cell_width_px;
}

/* The rows of a square picture of n_cols columns. */
static size_t square_rows(const struct sit_screen_metrics *metrics, size_t n_cols)
{
    if (!sit_graphics_has_pixels(metrics->graphics) || metrics->cell_width_px == 0 ||
        metrics->cell_height_px == 0)
        return (n_cols + 1) / 2;
    return (n_cols * metrics->cell_width_px + metrics->cell_height_px - 1) /
           metrics->cell_height_px;
}

/* The largest area of a picture, in cells. */
static void picture_limit(const struct sit_screen_metrics *metrics, size_t *n_cols,
                          size_t *n_rows)
{
    *n_cols = *n_rows = SIZE_MAX;
    if (!sit_graphics_has_pixels(metrics->graphics) || metrics->cell_width_px == 0 ||
        metrics->cell_height_px == 0)
        return;
    size_t max_px = SIT_SCREEN_PICTURE_MAX_PX;
    if (metrics->max_picture_px > 0 && metrics->max_picture_px < max_px)
        max_px = metrics->max_picture_px;
    *n_cols = max_px / metrics->cell_width_px;
    *n_rows = max_px / metrics->cell_height_px;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void layout_side_by_side(const struct sit_screen_metrics *metrics,
                                struct sit_area body, struct sit_layout *out)
{
    size_t panel = body.n_cols >= WIDE_COLS ? PANEL_COLS : NARROW_PANEL_COLS;
    size_t limit_cols, limit_rows;
    picture_limit(metrics, &limit_cols, &limit_rows);
    size_t n_cols = least(square_cols(metrics, least(body.n_rows, limit_rows)),
                          limit_cols);
    n_cols = least(n_cols, body.n_cols - panel - 2);
    out->picture = (struct sit_area){body.col, body.row, n_cols, body.n_rows};
    out->separator_col = body.col + n_cols;
    out->panel = (struct sit_area){body.col + n_cols + 2, body.row,
                                   body.n_cols - n_cols - 2, body.n_rows};
}

static void layout_stacked(const struct sit_screen_metrics *metrics,
                           struct sit_area body, struct sit_layout *out)
{
    size_t limit_cols, limit_rows;
    picture_limit(metrics, &limit_cols, &limit_rows);
    size_t n_rows = least(body.n_rows - BELOW_ROWS - 1,
                          square_rows(metrics, least(body.n_cols, limit_cols)));
    n_rows = least(n_rows, limit_rows);
    out->picture = (struct sit_area){body.col, body.row, body.n_cols, n_rows};
    out->separator_col = 0;
    out->panel = (struct sit_area){body.col, body.row + n_rows + 1, body.n_cols,
                                   body.n_rows - n_rows - 1};
}

void sit_screen_draw_too_small(struct sit_grid *grid)
{
    struct sit_area all = sit_grid_area(grid);
    char text[96];
    snprintf(text, sizeof text, "terminal too small: needs at least %dx%d, has %zux%zu",
             SIT_SCREEN_MIN_COLS, SIT_SCREEN_MIN_ROWS, grid->n_cols, grid->n_rows);
    size_t n_rows = sit_grid_wrap(NULL, all, 0, SIT_STYLE_NORMAL, text);
    if (n_rows == 1) {
        sit_grid_put_centred(grid, all, (all.n_rows - 1) / 2, SIT_STYLE_WARN, text);
        return;
    }
    all.row = (all.n_rows - n_rows) / 2;
    all.n_rows -= all.row;
    sit_grid_wrap(grid, all, 0, SIT_STYLE_WARN, text);
}

static void lay_out(size_t n_cols, size_t n_rows,
                    const struct sit_screen_metrics *metrics, struct sit_layout *out)
{
    *out = (struct sit_layout){
        .title = {0, 0, n_cols, 1},
        .notice = {0, n_rows - 2, n_cols, 1},
        .keys = {0, n_rows - 1, n_cols, 1},
    };
    struct sit_area body = {0, 1, n_cols, n_rows - 3};
    if (n_cols < WIDE_COLS && n_rows >= TALL_ROWS)
        layout_stacked(metrics, body, out);
    else
        layout_side_by_side(metrics, body, out);
}

bool sit_screen_layout(struct sit_grid *grid, const struct sit_screen_metrics *metrics,
                       struct sit_layout *out)
{
    if (grid->n_cols < SIT_SCREEN_MIN_COLS || grid->n_rows < SIT_SCREEN_MIN_ROWS) {
        sit_screen_draw_too_small(grid);
        return false;
    }
    lay_out(grid->n_cols, grid->n_rows, metrics, out);
    return true;
}

static const char *prompt_label(enum sit_prompt_purpose purpose)
{
    switch (purpose) {
    case SIT_PROMPT_COMMENT: return "comment: ";
    case SIT_PROMPT_COMMAND: return ":";
    default: return "find: ";
    }
}

void sit_screen_draw_frame(const struct sit_screen *screen,
                           const struct sit_layout *layout,
                           const struct sit_keymap *keymap,
                           const struct sit_class_list *classes, const char *title_left,
                           const char *title_right, struct sit_grid *grid)
{
    sit_grid_fill(grid, layout->title, SIT_STYLE_TITLE);
    size_t right = sit_grid_put_right(grid, layout->title, 0, SIZE_MAX, SIT_STYLE_TITLE,
                                      title_right);
    if (layout->title.n_cols > right + 2)
        sit_grid_put(grid, layout->title, 0, 0, layout->title.n_cols - right - 2,
                     SIT_STYLE_TITLE, title_left);
    if (layout->separator_col > 0)
        sit_grid_vertical_line(
            grid,
            (struct sit_area){0, layout->panel.row, grid->n_cols, layout->panel.n_rows},
            layout->separator_col);
    if (screen->mode == SIT_MODE_PROMPT)
        sit_prompt_draw(&screen->prompt, prompt_label(screen->purpose), grid,
                        layout->notice, 0);
    else
        sit_grid_put(grid, layout->notice, 0, 0, SIZE_MAX, screen->notice.style,
                     screen->notice.text);
    sit_keymap_draw_bar(keymap, classes, grid, layout->keys, 0);
}

void sit_screen_draw_work(const struct sit_screen *screen, struct sit_grid *grid,
                          struct sit_area area)
{
    if (screen->work[0] == '\0' || screen->mode == SIT_MODE_PROMPT)
        return;
    char text[300];
    snprintf(text, sizeof text, "  %s%s%s", screen->work,
             screen->progress[0] != '\0' ? ": " : "", screen->progress);
    size_t room = screen->notice.text[0] != '\0' ? area.n_cols / 2 : area.n_cols;
    sit_grid_put_right(grid, area, 0, room, SIT_STYLE_WARN, text);
}

int64_t sit_screen_picture(const struct sit_screen *screen, int64_t face_id)
{
    if (screen->context_face_id == face_id && !screen->has_room)
        return sit_picture_of_poster(face_id);
    return screen->zoomed_face_id == face_id ? sit_picture_of_middle(face_id) : face_id;
}

bool sit_screen_layout_beside(struct sit_layout *layout,
                              const struct sit_screen_metrics *metrics,
                              struct sit_area *poster)
{
    struct sit_area *panel = &layout->panel;
    enum { LEAST_POSTER = 20, LEAST_PANEL = 36, GAP = 2 };
    if (layout->separator_col == 0 || panel->n_cols < LEAST_POSTER + GAP + LEAST_PANEL)
        return false;
    size_t limit_cols, limit_rows;
    picture_limit(metrics, &limit_cols, &limit_rows);
    size_t n_rows = least(panel->n_rows, limit_rows);
    size_t n_cols = least(square_cols(metrics, n_rows), limit_cols);
    n_cols = least(n_cols, panel->n_cols - GAP - LEAST_PANEL);
    *poster = (struct sit_area){layout->separator_col + 1, panel->row, n_cols,
                                panel->n_rows};
    panel->n_cols -= n_cols + 1;
    panel->col += n_cols + 1;
    layout->separator_col += n_cols + 1;
    return true;
}

bool sit_screen_has_room(size_t n_cols, size_t n_rows,
                         const struct sit_screen_metrics *metrics)
{
    struct sit_layout layout;
    struct sit_area poster;
    if (n_cols < SIT_SCREEN_MIN_COLS || n_rows < SIT_SCREEN_MIN_ROWS)
        return false;
    lay_out(n_cols, n_rows, metrics, &layout);
    return sit_screen_layout_beside(&layout, metrics, &poster);
}

void sit_screen_place_face(const struct sit_screen *screen, struct sit_grid *grid,
                           struct sit_layout *layout,
                           const struct sit_screen_metrics *metrics, int64_t face_id)
{
    struct sit_area poster;
    sit_screen_place_picture(grid, layout->picture, metrics,
                             sit_screen_picture(screen, face_id));
    if (screen->context_beside && screen->has_room &&
        sit_screen_layout_beside(layout, metrics, &poster))
        sit_screen_place_picture(grid, poster, metrics, sit_picture_of_poster(face_id));
}

void sit_screen_place_picture(struct sit_grid *grid, struct sit_area area,
                              const struct sit_screen_metrics *metrics,
                              int64_t picture_id)
{
    size_t limit_cols, limit_rows;
    picture_limit(metrics, &limit_cols, &limit_rows);
    struct sit_area slot = area;
    slot.n_cols = least(area.n_cols, limit_cols);
    slot.n_rows = least(area.n_rows, limit_rows);
    slot.n_cols = least(slot.n_cols, square_cols(metrics, slot.n_rows));
    slot.n_rows = least(slot.n_rows, square_rows(metrics, slot.n_cols));
    slot.col += (area.n_cols - slot.n_cols) / 2;
    sit_grid_add_slot(grid, slot, picture_id);
}

size_t sit_screen_draw_facts(struct sit_grid *grid, struct sit_area area,
                             const struct sit_face_detail *face)
{
    const struct {
        const char *name, *text;
    } facts[] = {
        {"title", face->title},       {"artist", face->artist},
        {"year", face->year},         {"keywords", face->keywords},
        {"about", face->description},
    };
    size_t row = 0;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (facts[i].text == NULL || facts[i].text[0] == '\0')
            continue;
        struct sit_area rest = sit_area_within(
            area, (struct sit_area){0, row, area.n_cols, area.n_rows});
        if (rest.n_rows == 0)
            break;
        if (grid != NULL)
            sit_grid_put(grid, rest, 0, 0, SIZE_MAX, SIT_STYLE_DIM, facts[i].name);
        row += sit_grid_wrap(grid, rest, strlen(facts[i].name) + 1, SIT_STYLE_NORMAL,
                             facts[i].text);
    }
    return row;
}

/* Whose help it is. */
struct help {
    const struct sit_keymap *keymap;
    const struct sit_class_list *classes;
    bool has_commands;
    enum sit_command_set commands;
};

static bool has_commands(const struct sit_keymap *keymap)
{
    for (size_t i = 0; i < keymap->n; i++) {
        if (keymap->bindings[i].request == SIT_REQUEST_COMMAND)
            return true;
    }
    return false;
}

/* Lines of help: the keys, then the commands. */
static size_t n_help_lines(const struct help *of)
{
    return sit_keymap_n_help(of->keymap, of->classes) +
           (of->has_commands ? sit_command_n_help(of->commands) : 0);
}

static void help_line(const struct help *of, size_t i, struct sit_buf *keys,
                      struct sit_buf *help)
{
    size_t n = sit_keymap_n_help(of->keymap, of->classes);
    if (i < n)
        sit_keymap_help(of->keymap, of->classes, i, keys, help);
    else
        sit_command_help(of->commands, i - n, keys, help);
}

/* Columns of the help screen for the names of the keys. */
static size_t help_key_cells(const struct help *of)
{
    size_t n = n_help_lines(of), widest = 0;
    struct sit_buf keys = {0}, help = {0};
    for (size_t i = 0; i < n; i++) {
        sit_buf_reset(&keys);
        help_line(of, i, &keys, &help);
        size_t width = sit_text_width(sit_buf_text(&keys));
        widest = width > widest ? width : widest;
    }
    sit_buf_release(&keys);
    sit_buf_release(&help);
    return widest;
}

/* One line of help at the top of the area; with grid NULL only its rows are counted. */
static size_t draw_help_line(const struct help *of, size_t i, size_t key_cells,
                             struct sit_grid *grid, struct sit_area area)
{
    struct sit_buf keys = {0}, help = {0};
    help_line(of, i, &keys, &help);
    if (grid != NULL)
        sit_grid_put(grid, area, 0, 0, key_cells, SIT_STYLE_KEY, sit_buf_text(&keys));
    struct sit_area right = sit_area_within(
        area, (struct sit_area){key_cells + 2, 0, area.n_cols, area.n_rows});
    size_t n_rows = sit_grid_wrap(grid, right, 0, SIT_STYLE_NORMAL,
                                  sit_buf_text(&help));
    sit_buf_release(&keys);
    sit_buf_release(&help);
    return n_rows;
}

/* Draw page `page`, whole lines only; with grid NULL nothing. Returns the pages. */
static size_t draw_help_pages(const struct help *of, size_t page, struct sit_grid *grid,
                              struct sit_area area)
{
    size_t n = n_help_lines(of);
    size_t key_cells = help_key_cells(of);
    size_t at_page = 0, row = 0;
    for (size_t i = 0; i < n; i++) {
        size_t need = draw_help_line(of, i, key_cells, NULL, area);
        if (row + need > area.n_rows) {
            at_page++;
            row = 0;
        }
        if (grid != NULL && at_page == page)
            draw_help_line(of, i, key_cells, grid,
                           sit_area_within(area, (struct sit_area){0, row, area.n_cols,
                                                                   area.n_rows}));
        row += need;
    }
    return at_page + 1;
}

void sit_screen_draw_help(const struct sit_screen *screen,
                          const struct sit_keymap *keymap,
                          const struct sit_class_list *classes, struct sit_grid *grid)
{
    struct sit_area all = sit_grid_area(grid);
    if (all.n_cols < SIT_SCREEN_MIN_COLS || all.n_rows < SIT_SCREEN_MIN_ROWS) {
        sit_screen_draw_too_small(grid);
        return;
    }
    sit_grid_fill(grid, (struct sit_area){0, 0, all.n_cols, 1}, SIT_STYLE_TITLE);
    sit_grid_put(grid, all, 0, 0, SIZE_MAX, SIT_STYLE_TITLE, keymap->title);
    struct sit_area body = {0, 1, all.n_cols, all.n_rows - 3};
    const struct help of = {keymap, classes, has_commands(keymap), screen->commands};
    size_t n_pages = draw_help_pages(&of, 0, NULL, body);
    size_t page = screen->help_page % n_pages;
    draw_help_pages(&of, page, grid, body);
    if (n_pages > 1)
        sit_grid_putf(grid, all, all.n_rows - 1, 0, SIT_STYLE_DIM,
                      "page %zu of %zu  Space next page  q back", page + 1, n_pages);
    else
        sit_grid_put(grid, all, all.n_rows - 1, 0, SIZE_MAX, SIT_STYLE_DIM,
                     "q back to the faces");
}

void sit_screen_draw_no_picture(struct sit_grid *grid, struct sit_area area,
                                const char *text)
{
    size_t n_rows = sit_grid_wrap(NULL, area, 0, SIT_STYLE_NORMAL, text);
    size_t above = (area.n_rows - n_rows) / 2;
    struct sit_area rest = sit_area_within(
        area, (struct sit_area){0, above, area.n_cols, area.n_rows});
    if (n_rows == 1)
        sit_grid_put_centred(grid, rest, 0, SIT_STYLE_DIM, text);
    else
        sit_grid_wrap(grid, rest, 0, SIT_STYLE_DIM, text);
}
