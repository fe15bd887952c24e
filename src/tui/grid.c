/*
 * The cell grid: clipping, escaping, wide and combining characters, wrapping, dumping.
 */
#include "grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "picture_cache.h"
#include "sitter/text.h"

static const struct sit_cell blank_cell = {
    .text = " ", .n_bytes = 1, .n_codes = 1, .width = 1, .style = SIT_STYLE_NORMAL};

bool sit_grid_resize(struct sit_grid *grid, size_t n_cols, size_t n_rows)
{
    n_cols = n_cols < 1 ? 1 : n_cols > SIT_GRID_MAX_SIDE ? SIT_GRID_MAX_SIDE : n_cols;
    n_rows = n_rows < 1 ? 1 : n_rows > SIT_GRID_MAX_SIDE ? SIT_GRID_MAX_SIDE : n_rows;
    if (grid->cells == NULL || grid->n_cols != n_cols || grid->n_rows != n_rows) {
        struct sit_cell *cells = sit_malloc_array(n_cols * n_rows,
                                                  sizeof(struct sit_cell));
        if (cells == NULL)
            return false;
        free(grid->cells);
        grid->cells = cells;
        grid->n_cols = n_cols;
        grid->n_rows = n_rows;
    }
    sit_grid_clear(grid);
    return true;
}

void sit_grid_release(struct sit_grid *grid)
{
    free(grid->cells);
    *grid = (struct sit_grid){0};
}

void sit_grid_clear(struct sit_grid *grid)
{
    for (size_t i = 0; i < grid->n_cols * grid->n_rows; i++)
        grid->cells[i] = blank_cell;
    grid->n_slots = 0;
    grid->shown_id = 0;
}

struct sit_area sit_grid_area(const struct sit_grid *grid)
{
    return (struct sit_area){.n_cols = grid->n_cols, .n_rows = grid->n_rows};
}

struct sit_area sit_area_within(struct sit_area outer, struct sit_area area)
{
    struct sit_area out = {.col = outer.col, .row = outer.row};
    if (area.col >= outer.n_cols || area.row >= outer.n_rows)
        return out;
    out.col += area.col;
    out.row += area.row;
    out.n_cols = outer.n_cols - area.col;
    out.n_rows = outer.n_rows - area.row;
    if (out.n_cols > area.n_cols)
        out.n_cols = area.n_cols;
    if (out.n_rows > area.n_rows)
        out.n_rows = area.n_rows;
    return out;
}

/* Areas come from arithmetic on any screen size: trust none of them. */
static struct sit_area clip(const struct sit_grid *grid, struct sit_area area)
{
    return sit_area_within(sit_grid_area(grid), area);
}

static struct sit_cell *cell_at(struct sit_grid *grid, size_t row, size_t col)
{
    return &grid->cells[row * grid->n_cols + col];
}

/* Before a cell is overwritten: no half of a wide character may stay behind. */
static void break_wide(struct sit_grid *grid, size_t row, size_t col)
{
    struct sit_cell *cell = cell_at(grid, row, col);
    if (cell->width == 0 && col > 0)
        *cell_at(grid, row, col - 1) = blank_cell;
    if (cell->width == 2 && col + 1 < grid->n_cols)
        *cell_at(grid, row, col + 1) = blank_cell;
    *cell = blank_cell;
}

/* Joiners and variation selectors make some terminals change the width of what they
 * follow, so that the columns would no longer agree. */
static bool changes_width(uint32_t code)
{
    return (code >= 0x200b && code <= 0x200d) || (code >= 0x2060 && code <= 0x2064) ||
           (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0x1f3fb && code <= 0x1f3ff) ||
           (code >= 0xe0100 && code <= 0xe01ef);
}

static void combine(struct sit_cell *cell, const char *bytes, size_t n_bytes)
{
    if (cell->n_codes >= SIT_CELL_MAX_CODES ||
        cell->n_bytes + n_bytes >= sizeof cell->text)
        return;
    memcpy(cell->text + cell->n_bytes, bytes, n_bytes);
    cell->n_bytes = (uint8_t)(cell->n_bytes + n_bytes);
    cell->text[cell->n_bytes] = '\0';
    cell->n_codes++;
}

/* A character's cells on a terminal that draws no UTF-8. */
static void put_substitute(struct sit_grid *grid, size_t row, size_t at, int width,
                           enum sit_style style, uint32_t code)
{
    enum { ELLIPSIS = 0x2026 };
    for (int k = 0; k < width; k++) {
        struct sit_cell *cell = cell_at(grid, row, at + (size_t)k);
        *cell = (struct sit_cell){
            .n_bytes = 1, .n_codes = 1, .width = 1, .style = (uint8_t)style};
        cell->text[0] = code == ELLIPSIS ? '~' : '?';
    }
}

/* Put escaped text at an absolute place, in [col, end). Returns the cells used. */
static size_t put_escaped(struct sit_grid *grid, size_t row, size_t col, size_t end,
                          enum sit_style style, const char *text, size_t n_bytes)
{
    size_t at = col;
    struct sit_cell *base = NULL;
    for (size_t i = 0; i < n_bytes;) {
        uint32_t code;
        const char *bytes = text + i;
        size_t used = sit_utf8_decode(bytes, n_bytes - i, &code);
        i += used;
        int width = code == UINT32_MAX ? -1 : sit_text_code_width(code);
        if (width < 0 || (width == 0 && base == NULL) || changes_width(code))
            continue;
        if (width == 0) {
            if (!grid->ascii)
                combine(base, bytes, used);
            continue;
        }
        if (at + (size_t)width > end)
            break;
        for (int k = 0; k < width; k++)
            break_wide(grid, row, at + (size_t)k);
        base = cell_at(grid, row, at);
        if (grid->ascii && code >= 0x80) {
            put_substitute(grid, row, at, width, style, code);
            at += (size_t)width;
            continue;
        }
        memcpy(base->text, bytes, used);
        base->text[used] = '\0';
        base->n_bytes = (uint8_t)used;
        base->width = (uint8_t)width;
        base->style = (uint8_t)style;
        if (width == 2)
            *cell_at(grid, row, at + 1) = (struct sit_cell){.width = 0,
                                                            .style = (uint8_t)style};
        at += (size_t)width;
    }
    return at - col;
}

size_t sit_grid_put(struct sit_grid *grid, struct sit_area area, size_t row, size_t col,
                    size_t n_cells, enum sit_style style, const char *text)
{
    area = clip(grid, area);
    if (row >= area.n_rows || col >= area.n_cols || text == NULL)
        return 0;
    if (n_cells > area.n_cols - col)
        n_cells = area.n_cols - col;
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, text, n_cells);
    size_t used = put_escaped(grid, area.row + row, area.col + col,
                              area.col + col + n_cells, style, sit_buf_text(&fitted),
                              fitted.n_bytes);
    sit_buf_release(&fitted);
    return used;
}

size_t sit_grid_putf(struct sit_grid *grid, struct sit_area area, size_t row,
                     size_t col, enum sit_style style, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return sit_grid_put(grid, area, row, col, SIZE_MAX, style, text);
}

/* Cells that put_escaped() will use for the text, escaped and cut to n_cells. */
static size_t fitted_width(const char *text, size_t n_cells)
{
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, text, n_cells);
    size_t width = sit_text_width(sit_buf_text(&fitted));
    sit_buf_release(&fitted);
    return width;
}

size_t sit_grid_put_right(struct sit_grid *grid, struct sit_area area, size_t row,
                          size_t n_cells, enum sit_style style, const char *text)
{
    area = clip(grid, area);
    if (n_cells > area.n_cols)
        n_cells = area.n_cols;
    size_t width = fitted_width(text, n_cells);
    return sit_grid_put(grid, area, row, area.n_cols - width, width, style, text);
}

void sit_grid_put_centred(struct sit_grid *grid, struct sit_area area, size_t row,
                          enum sit_style style, const char *text)
{
    area = clip(grid, area);
    size_t width = fitted_width(text, area.n_cols);
    sit_grid_put(grid, area, row, (area.n_cols - width) / 2, SIZE_MAX, style, text);
}

/* The bytes of `text` that make one row of n_cells: up to the last space that fits,
 * else as many characters as fit (at least one, so that wrapping comes to an end).
 * *skip is the blanks after them. */
static size_t row_bytes(const char *text, size_t n_cells, size_t *skip)
{
    size_t n_bytes = strlen(text), cells = 0, i = 0, last_space = 0;
    while (i < n_bytes) {
        uint32_t code;
        size_t used = sit_utf8_decode(text + i, n_bytes - i, &code);
        int width = code == UINT32_MAX ? 0 : sit_text_code_width(code);
        if (width > 0 && cells + (size_t)width > n_cells) {
            if (code == ' ') /* the row ends with a whole word */
                last_space = i;
            break;
        }
        if (code == ' ')
            last_space = i;
        cells += width > 0 ? (size_t)width : 0;
        i += used;
    }
    size_t end = i == n_bytes ? i : last_space > 0 ? last_space : i;
    if (end == 0 && n_bytes > 0) {
        uint32_t code;
        end = sit_utf8_decode(text, n_bytes, &code);
    }
    *skip = strspn(text + end, " ");
    return end;
}

size_t sit_grid_wrap(struct sit_grid *grid, struct sit_area area, size_t indent,
                     enum sit_style style, const char *text)
{
    if (grid != NULL)
        area = clip(grid, area);
    if (text == NULL || area.n_cols <= indent)
        return 0;
    struct sit_buf escaped = {0};
    sit_text_escape(&escaped, text, strlen(text));
    const char *rest = sit_buf_text(&escaped);
    rest += strspn(rest, " ");
    size_t row = 0;
    for (; row < area.n_rows && *rest != '\0'; row++, indent = 0) {
        size_t skip, n = row_bytes(rest, area.n_cols - indent, &skip);
        bool last = row + 1 == area.n_rows;
        if (grid != NULL && last) /* put() cuts it with "…" */
            sit_grid_put(grid, area, row, indent, SIZE_MAX, style, rest);
        else if (grid != NULL)
            put_escaped(grid, area.row + row, area.col + indent, area.col + area.n_cols,
                        style, rest, n);
        rest += n + skip;
    }
    sit_buf_release(&escaped);
    return row;
}

void sit_grid_fill(struct sit_grid *grid, struct sit_area area, enum sit_style style)
{
    area = clip(grid, area);
    for (size_t row = 0; row < area.n_rows; row++) {
        for (size_t col = 0; col < area.n_cols; col++) {
            break_wide(grid, area.row + row, area.col + col);
            cell_at(grid, area.row + row, area.col + col)->style = (uint8_t)style;
        }
    }
}

void sit_grid_bar(struct sit_grid *grid, struct sit_area area, size_t row, size_t col,
                  size_t n_cells, size_t done, size_t total, enum sit_style style)
{
    double fraction = total == 0 ? 0 : (double)done / (double)total;
    size_t filled = (size_t)((double)n_cells * (fraction < 1 ? fraction : 1));
    for (size_t i = 0; i < n_cells; i++) {
        const char *glyph = i < filled    ? (grid->ascii ? "#" : "█")
                            : grid->ascii ? "."
                                          : "░";
        sit_grid_put(grid, area, row, col + i, 1, i < filled ? style : SIT_STYLE_DIM,
                     glyph);
    }
}

void sit_grid_vertical_line(struct sit_grid *grid, struct sit_area area, size_t col)
{
    for (size_t row = 0; row < area.n_rows; row++)
        sit_grid_put(grid, area, row, col, 1, SIT_STYLE_DIM, grid->ascii ? "|" : "│");
}

static void add_slot(struct sit_grid *grid, struct sit_picture_slot slot)
{
    slot.area = clip(grid, slot.area);
    if (slot.area.n_cols == 0 || slot.area.n_rows == 0 ||
        grid->n_slots == SIT_GRID_MAX_SLOTS)
        return;
    if (grid->n_slots == 0)
        grid->shown_id = sit_picture_face(slot.picture_id);
    grid->slots[grid->n_slots++] = slot;
    sit_grid_fill(grid, slot.area, SIT_STYLE_NORMAL);
}

void sit_grid_add_slot(struct sit_grid *grid, struct sit_area area, int64_t picture_id)
{
    add_slot(grid, (struct sit_picture_slot){
                       .area = area, .is_square = true, .picture_id = picture_id});
}

void sit_grid_add_wide_slot(struct sit_grid *grid, struct sit_area area,
                            int64_t picture_id)
{
    add_slot(grid, (struct sit_picture_slot){.area = area, .picture_id = picture_id});
}

void sit_grid_add_strip(struct sit_grid *grid, struct sit_area area,
                        const struct sit_strip *strip)
{
    add_slot(grid, (struct sit_picture_slot){.area = area, .strip = *strip});
}

static bool is_on_edge(const struct sit_area *area, size_t row, size_t col)
{
    if (row < area->row || row >= area->row + area->n_rows || col < area->col ||
        col >= area->col + area->n_cols)
        return false;
    return row == area->row || row + 1 == area->row + area->n_rows ||
           col == area->col || col + 1 == area->col + area->n_cols;
}

/* The frame of a slot in a dump: NULL for cells that are not on one. */
static const char *slot_mark(const struct sit_grid *grid, size_t row, size_t col)
{
    for (size_t i = 0; i < grid->n_slots; i++) {
        if (is_on_edge(&grid->slots[i].area, row, col))
            return "#";
    }
    return NULL;
}

static void dump_tile(const struct sit_tile *tile, struct sit_buf *out)
{
    if (tile->face_id == 0) {
        sit_buf_append_text(out, " -");
        return;
    }
    sit_buf_appendf(out, " %lld", (long long)tile->face_id);
    if (tile->letter != 0)
        sit_buf_appendf(out, "%s%c",
                        (tile->look & SIT_TILE_LABELLED) != 0    ? "="
                        : (tile->look & SIT_TILE_SUGGESTED) != 0 ? "?"
                                                                 : ":",
                        tile->letter);
    if ((tile->look & SIT_TILE_MARKED) != 0)
        sit_buf_append_text(out, "!");
    if ((tile->look & SIT_TILE_SELECTED) != 0)
        sit_buf_append_text(out, "*");
    if ((tile->look & SIT_TILE_CURSOR) != 0)
        sit_buf_append_text(out, "<");
    if (tile->hint != 0)
        sit_buf_appendf(out, "(%c)", tile->hint);
}

static void dump_slot(const struct sit_picture_slot *slot, struct sit_buf *out)
{
    if (slot->strip.n_tiles > 0) {
        sit_buf_append_text(out, "strip of");
        for (size_t i = 0; i < slot->strip.n_tiles; i++)
            dump_tile(&slot->strip.tiles[i], out);
    } else {
        sit_buf_appendf(out, "picture of %s %lld",
                        slot->picture_id < 0                      ? "the poster of face"
                        : sit_picture_is_middle(slot->picture_id) ? "the middle of face"
                                                                  : "face",
                        (long long)sit_picture_face(slot->picture_id));
    }
    sit_buf_appendf(out, ": %zu x %zu cells at row %zu, column %zu\n",
                    slot->area.n_cols, slot->area.n_rows, slot->area.row,
                    slot->area.col);
}

void sit_grid_dump(const struct sit_grid *grid, struct sit_buf *out)
{
    for (size_t row = 0; row < grid->n_rows; row++) {
        size_t n_kept = out->n_bytes;
        for (size_t col = 0; col < grid->n_cols; col++) {
            const struct sit_cell *cell = &grid->cells[row * grid->n_cols + col];
            const char *mark = slot_mark(grid, row, col);
            sit_buf_append_text(out, mark != NULL ? mark : cell->text);
            if (mark != NULL || (cell->n_bytes > 0 && strcmp(cell->text, " ") != 0))
                n_kept = out->n_bytes;
        }
        if (!out->failed) {
            out->n_bytes = n_kept;
            sit_buf_append_char(out, '\n');
        }
    }
    for (size_t i = 0; i < grid->n_slots; i++)
        dump_slot(&grid->slots[i], out);
}
