/*
 * Drawing the grid: rows of faces as strips, and what is known of the face with the
 * cursor. Block characters are too coarse for letters and frames: there a line of text
 * below each row of faces says what pixels say elsewhere.
 */
#include <stdio.h>
#include <string.h>

#include "glyph.h"
#include "page_screen.h"
#include "sitter/text.h"

enum {
    TITLE_ROWS = 1,
    FOOT_ROWS = 2, /* notice, keys */
    TILE_PX = 100, /* ten of them are as wide as pictures get */
    MAX_COLS = 10,
    MAX_ROWS = 6,
    MAX_FACES = MAX_COLS * MAX_ROWS,
    MAX_PICTURE_PX = 1000,
    BLOCK_ROWS_MOST = 8,
    BLOCK_ROWS_LEAST = 4,
    BLOCK_FACES_ENOUGH = 12,
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t at_least_1(size_t n)
{
    return n > 0 ? n : 1;
}

/*
 * Geometry
 */

static void fit_pixels(const struct sit_screen_metrics *metrics, size_t room_cols,
                       size_t room_rows, struct sit_page_geometry *out)
{
    size_t max_px = MAX_PICTURE_PX;
    if (metrics->max_picture_px > 0 && metrics->max_picture_px < max_px)
        max_px = metrics->max_picture_px;
    size_t cell_w = metrics->cell_width_px, cell_h = metrics->cell_height_px;
    out->tile_rows = least(at_least_1((TILE_PX + cell_h / 2) / cell_h), room_rows);
    out->tile_cols = at_least_1(least(TILE_PX, out->tile_rows * cell_h) / cell_w);
    out->n_cols = least(least(room_cols / out->tile_cols, MAX_COLS),
                        max_px / (out->tile_cols * cell_w));
    out->n_rows = out->tile_rows > 0 ? least(room_rows / out->tile_rows, MAX_ROWS) : 0;
}

/* The largest tiles that let enough fit. */
static void fit_blocks(size_t room_cols, size_t room_rows,
                       struct sit_page_geometry *out)
{
    out->caption_rows = 1;
    for (size_t rows = BLOCK_ROWS_MOST; rows >= BLOCK_ROWS_LEAST; rows--) {
        out->tile_rows = rows;
        out->tile_cols = 2 * rows + 1;
        out->n_cols = least(room_cols / out->tile_cols, SIT_STRIP_MAX_TILES);
        out->n_rows = least(room_rows / (rows + 1), SIT_GRID_MAX_SLOTS);
        if (out->n_cols * out->n_rows >= BLOCK_FACES_ENOUGH)
            break;
    }
    if (out->n_cols * out->n_rows > MAX_FACES)
        out->n_rows = MAX_FACES / out->n_cols;
}

struct sit_page_geometry sit_page_geometry(const struct sit_screen_metrics *metrics,
                                           size_t n_cols, size_t n_rows)
{
    struct sit_page_geometry out = {.row = TITLE_ROWS};
    if (n_cols < SIT_SCREEN_MIN_COLS || n_rows < SIT_SCREEN_MIN_ROWS)
        return out;
    size_t room_cols = n_cols - 1; /* off the last column */
    size_t room_rows = n_rows - TITLE_ROWS - FOOT_ROWS;
    if (sit_graphics_has_pixels(metrics->graphics) && metrics->cell_width_px > 0 &&
        metrics->cell_height_px > 0)
        fit_pixels(metrics, room_cols, room_rows, &out);
    else
        fit_blocks(room_cols, room_rows, &out);
    if (out.n_cols == 0 || out.n_rows == 0)
        return (struct sit_page_geometry){.row = TITLE_ROWS};
    out.col = (room_cols - out.n_cols * out.tile_cols) / 2;
    return out;
}

/*
 * Faces
 */

/* What a face is taken for: its label, what a mark says, or the suggestion. */
static sit_class_index shown_class(const struct sit_page_face *face)
{
    if (face->marked && face->instead != SIT_NO_CLASS)
        return face->instead;
    return face->label != SIT_NO_CLASS ? face->label : face->suggestion.class_index;
}

/* The key of a class where there is a shape for it, else its number. */
static char class_letter(const struct sit_class_list *classes, sit_class_index at)
{
    const char *key = classes->items[at].key;
    if (key[0] != '\0' && key[1] == '\0' && sit_glyph_exists(key[0]))
        return key[0];
    return at < 9 ? (char)('1' + at) : 0;
}

static struct sit_tile tile_of(const struct sit_page_screen *screen,
                               const struct sit_page_screen_view *view, size_t at)
{
    const struct sit_page_face *face = &view->page->faces[at];
    bool is_current = screen->serial == view->page->serial;
    sit_class_index class_index = shown_class(face);
    struct sit_tile tile = {.face_id = face->face_id};
    if (at == sit_page_screen_cursor(screen, view))
        tile.look |= SIT_TILE_CURSOR;
    if (is_current && sit_page_screen_is_selected(screen, at))
        tile.look |= SIT_TILE_SELECTED;
    if (face->marked)
        tile.look |= SIT_TILE_MARKED;
    if (class_index != SIT_NO_CLASS) {
        bool told = face->label != SIT_NO_CLASS ||
                    (face->marked && face->instead != SIT_NO_CLASS);
        tile.look |= told ? SIT_TILE_LABELLED : SIT_TILE_SUGGESTED;
        tile.colour = (uint8_t)(class_index % SIT_N_CLASS_STYLES);
        tile.letter = class_letter(view->classes, class_index);
    }
    if (is_current && screen->is_picking)
        tile.hint = sit_page_hint(view->classes, at);
    return tile;
}

/* "a m?" in a line below: letter to pick, class, question mark where it is a
 * suggestion, "!" where it is marked, "*" where it is selected. */
static void draw_caption(struct sit_grid *grid, struct sit_area area,
                         const struct sit_tile *tile, const char *class_name)
{
    char text[64] = "";
    size_t n = 0;
    if (tile->hint != 0)
        n += (size_t)snprintf(text, sizeof text, "[%c] ", tile->hint);
    snprintf(text + n, sizeof text - n, "%s%s%.24s%s",
             (tile->look & SIT_TILE_SELECTED) != 0 ? "*" : "",
             (tile->look & SIT_TILE_MARKED) != 0 ? "!" : "", class_name,
             (tile->look & SIT_TILE_SUGGESTED) != 0 ? "?" : "");
    enum sit_style style = SIT_STYLE_DIM;
    if (tile->letter != 0)
        style = (enum sit_style)(SIT_STYLE_CLASS + tile->colour);
    if ((tile->look & SIT_TILE_CURSOR) != 0) {
        style = SIT_STYLE_CURSOR;
        sit_grid_fill(grid, area, style);
    }
    sit_grid_put(grid, area, 0, 0, SIZE_MAX, style, text);
}

static void draw_row(const struct sit_page_screen *screen,
                     const struct sit_page_screen_view *view, size_t row,
                     struct sit_grid *grid)
{
    const struct sit_page_geometry *g = &view->geometry;
    struct sit_strip strip = {.n_tiles = g->n_cols};
    size_t top = g->row + row * (g->tile_rows + g->caption_rows);
    for (size_t i = 0; i < g->n_cols; i++) {
        size_t at = row * g->n_cols + i;
        if (at >= view->page->n)
            break;
        strip.tiles[i] = tile_of(screen, view, at);
        if (g->caption_rows == 0)
            continue;
        sit_class_index class_index = shown_class(&view->page->faces[at]);
        draw_caption(grid,
                     (struct sit_area){g->col + i * g->tile_cols, top + g->tile_rows,
                                       g->tile_cols - 1, 1},
                     &strip.tiles[i],
                     class_index != SIT_NO_CLASS
                         ? sit_class_display_name(view->classes, class_index)
                     : view->page->faces[at].is_test ? "test"
                                                     : "-");
        /* The picture stays the same whatever is known of its faces. */
        strip.tiles[i] = (struct sit_tile){.face_id = strip.tiles[i].face_id};
    }
    sit_grid_add_strip(
        grid, (struct sit_area){g->col, top, g->n_cols * g->tile_cols, g->tile_rows},
        &strip);
}

static void draw_nothing(const struct sit_page_screen_view *view, struct sit_grid *grid)
{
    struct sit_area all = sit_grid_area(grid);
    char text[96];
    snprintf(text, sizeof text, "no %s faces here",
             view->page->scope == SIT_PAGE_ALL
                 ? "more"
                 : sit_page_scope_name(view->page->scope));
    sit_grid_put_centred(grid, all, all.n_rows / 2, SIT_STYLE_DIM, text);
}

/*
 * Text
 */

/* "57 suggested, 2 marked   this face: male? 93 %" */
static void draw_state(const struct sit_page_screen *screen,
                       const struct sit_page_screen_view *view, struct sit_grid *grid,
                       struct sit_area area)
{
    const struct sit_page_view *page = view->page;
    size_t at = sit_page_screen_cursor(screen, view);
    if (at == SIZE_MAX)
        return;
    const struct sit_page_face *face = &page->faces[at];
    char text[128];
    snprintf(text, sizeof text,
             "%zu suggested, %zu marked   this face: ", page->n_suggested,
             page->n_marked);
    size_t col = sit_grid_put(grid, area, 0, 0, SIZE_MAX, SIT_STYLE_DIM, text);
    sit_class_index class_index = shown_class(face);
    col += sit_grid_put(grid, area, 0, col, SIZE_MAX, sit_class_style(class_index),
                        sit_class_display_name(view->classes, class_index));
    if (face->label == SIT_NO_CLASS && !face->marked && class_index != SIT_NO_CLASS)
        col += sit_grid_putf(grid, area, 0, col, SIT_STYLE_DIM, "? %.0f %%",
                             100.0 * face->suggestion.p);
    else if (face->marked && face->instead == SIT_NO_CLASS)
        col += sit_grid_put(grid, area, 0, col, SIZE_MAX, SIT_STYLE_WARN, ", marked");
    if (face->is_test)
        sit_grid_put(grid, area, 0, col, SIZE_MAX, SIT_STYLE_WARN, "  test");
}

static void draw_texts(const struct sit_page_screen *screen,
                       const struct sit_page_screen_view *view, struct sit_grid *grid)
{
    const struct sit_page_view *page = view->page;
    size_t n_rows = grid->n_rows, n_cols = grid->n_cols;
    const struct sit_layout layout = {.title = {0, 0, n_cols, 1},
                                      .notice = {0, n_rows - 2, n_cols, 1},
                                      .keys = {0, n_rows - 1, n_cols, 1}};
    struct sit_buf left = {0};
    char right[96];
    sit_buf_appendf(&left, "sitter label  %s  %s", view->project_path, view->annotator);
    if (view->filter != NULL && view->filter[0] != '\0')
        sit_buf_appendf(&left, "  filter %s", view->filter);
    snprintf(right, sizeof right, "%s, %s  page %zu of %zu",
             sit_page_order_name(page->order), sit_page_scope_name(page->scope),
             page->n_pages > 0 ? page->page + 1 : 0, page->n_pages);
    sit_screen_draw_frame(&screen->base, &layout, &sit_page_keymap, view->classes,
                          sit_buf_text(&left), right, grid);
    sit_screen_draw_work(&screen->base, grid, layout.notice);
    sit_buf_release(&left);
    if (screen->base.notice.text[0] == '\0' && screen->base.mode == SIT_MODE_FACES)
        draw_state(screen, view, grid, layout.notice);
}

void sit_page_screen_draw(const struct sit_page_screen *screen,
                          const struct sit_page_screen_view *view,
                          struct sit_grid *grid)
{
    const struct sit_page_geometry *g = &view->geometry;
    if (screen->base.mode == SIT_MODE_HELP) {
        sit_screen_draw_help(&screen->base, &sit_page_keymap, view->classes, grid);
        return;
    }
    if (g->n_cols == 0 || g->n_rows == 0) {
        sit_screen_draw_too_small(grid);
        return;
    }
    draw_texts(screen, view, grid);
    if (view->page->n == 0)
        draw_nothing(view, grid);
    for (size_t row = 0; row * g->n_cols < view->page->n && row < g->n_rows; row++)
        draw_row(screen, view, row, grid);
    if (view->page->n > 0)
        grid->shown_id = view->page->revision;
}
