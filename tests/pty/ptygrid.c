/*
 * The grid of the screen model: cells, the cursor, scrolling, erasing. Which sequence
 * does what is ptyscreen.c's.
 */
#include "ptygrid.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/text.h"

uint32_t *ptygrid_new_cells(size_t n_cols, size_t n_rows)
{
    size_t n;
    uint32_t *cells = NULL;
    if (sit_mul_size(n_cols, n_rows, &n))
        cells = sit_malloc_array(n, sizeof *cells);
    for (size_t i = 0; cells != NULL && i < n; i++)
        cells[i] = ' ';
    return cells;
}

void ptygrid_erase_pictures(struct ptyscreen *screen)
{
    for (size_t i = 0; i < screen->n_pictures; i++)
        screen->pictures[i].is_erased = true;
}

bool ptygrid_resize_cells(uint32_t **cells, size_t old_cols, size_t old_rows,
                          size_t n_cols, size_t n_rows)
{
    if (*cells == NULL)
        return true;
    uint32_t *bigger = ptygrid_new_cells(n_cols, n_rows);
    if (bigger == NULL)
        return false;
    size_t rows = old_rows < n_rows ? old_rows : n_rows;
    size_t cols = old_cols < n_cols ? old_cols : n_cols;
    for (size_t r = 0; r < rows; r++)
        memcpy(bigger + r * n_cols, *cells + r * old_cols, cols * sizeof *bigger);
    free(*cells);
    *cells = bigger;
    return true;
}

void ptygrid_blank(struct ptyscreen *screen, size_t row, size_t col, size_t n)
{
    for (size_t i = 0; i < n && col + i < screen->n_cols; i++)
        screen->cells[row * screen->n_cols + col + i] = ' ';
}

void ptygrid_move_to(struct ptyscreen *screen, size_t row, size_t col)
{
    screen->row = row < screen->n_rows ? row : screen->n_rows - 1;
    screen->col = col < screen->n_cols ? col : screen->n_cols - 1;
    screen->is_wrap_pending = false;
}

void ptygrid_scroll(struct ptyscreen *screen, size_t first, size_t last, size_t n,
                    bool up)
{
    if (first > last)
        return;
    size_t n_lines = last - first + 1;
    if (n > n_lines)
        n = n_lines;
    uint32_t *base = screen->cells + first * screen->n_cols;
    size_t kept = (n_lines - n) * screen->n_cols * sizeof *base;
    uint32_t *shifted = base + n * screen->n_cols;
    memmove(up ? base : shifted, up ? shifted : base, kept);
    for (size_t i = 0; i < n; i++)
        ptygrid_blank(screen, up ? last - i : first + i, 0, screen->n_cols);
    screen->n_scrolls += n;
}

void ptygrid_line_feed(struct ptyscreen *screen)
{
    if (screen->row == screen->bottom)
        ptygrid_scroll(screen, screen->top, screen->bottom, 1, true);
    else if (screen->row + 1 < screen->n_rows)
        screen->row++;
    screen->is_wrap_pending = false;
}

void ptygrid_reverse_line_feed(struct ptyscreen *screen)
{
    if (screen->row == screen->top)
        ptygrid_scroll(screen, screen->top, screen->bottom, 1, false);
    else if (screen->row > 0)
        screen->row--;
    screen->is_wrap_pending = false;
}

/* DEC line drawing, as curses uses it where it thinks the terminal has no Unicode. */
static uint32_t line_drawing(uint32_t code)
{
    static const char from[] = "jklmnqtuvwx";
    static const uint32_t to[] = {0x2518, 0x2510, 0x250c, 0x2514, 0x253c, 0x2500,
                                  0x251c, 0x2524, 0x2534, 0x252c, 0x2502};
    const char *found = code < 0x80 ? strchr(from, (int)code) : NULL;
    return found != NULL && code != 0 ? to[found - from] : code;
}

void ptygrid_put_code(struct ptyscreen *screen, uint32_t code)
{
    if (screen->is_line_drawing)
        code = line_drawing(code);
    int width = sit_text_code_width(code);
    if (width <= 0)
        return; /* combining marks are not kept */
    size_t n = (size_t)width;
    if (n > screen->n_cols)
        return;
    if (screen->is_wrap_pending || screen->col + n > screen->n_cols) {
        screen->col = 0;
        ptygrid_line_feed(screen);
    }
    uint32_t *cell = screen->cells + screen->row * screen->n_cols + screen->col;
    if (cell[0] == 0 && screen->col > 0)
        cell[-1] = ' '; /* half of a wide character is none */
    if (screen->col + n < screen->n_cols && cell[n] == 0)
        cell[n] = ' ';
    cell[0] = code;
    if (n == 2)
        cell[1] = 0;
    screen->last_code = code;
    screen->col += n;
    if (screen->col >= screen->n_cols) {
        screen->col = screen->n_cols - 1;
        screen->is_wrap_pending = true;
    }
}

void ptygrid_put_control(struct ptyscreen *screen, char control)
{
    switch (control) {
    case '\r': ptygrid_move_to(screen, screen->row, 0); break;
    case '\n':
    case '\v':
    case '\f': ptygrid_line_feed(screen); break;
    case '\b':
        if (screen->col > 0)
            ptygrid_move_to(screen, screen->row, screen->col - 1);
        break;
    case '\t': ptygrid_move_to(screen, screen->row, (screen->col / 8 + 1) * 8); break;
    default: break;
    }
}

void ptygrid_erase_display(struct ptyscreen *screen, size_t mode)
{
    size_t first = mode == 0 ? screen->row + 1 : 0;
    size_t end = mode == 1 ? screen->row : screen->n_rows;
    for (size_t r = first; r < end; r++)
        ptygrid_blank(screen, r, 0, screen->n_cols);
    if (mode == 0)
        ptygrid_blank(screen, screen->row, screen->col, screen->n_cols);
    if (mode == 1)
        ptygrid_blank(screen, screen->row, 0, screen->col + 1);
    if (mode >= 2 || (mode == 0 && screen->row == 0 && screen->col == 0))
        ptygrid_erase_pictures(screen);
}

void ptygrid_erase_line(struct ptyscreen *screen, size_t mode)
{
    size_t first = mode == 0 ? screen->col : 0;
    size_t end = mode == 1 ? screen->col + 1 : screen->n_cols;
    ptygrid_blank(screen, screen->row, first, end - first);
}

/* Insert or delete characters from the cursor to the end of its line. */
void ptygrid_shift_line(struct ptyscreen *screen, size_t n, bool insert)
{
    size_t left = screen->n_cols - screen->col;
    if (n > left)
        n = left;
    uint32_t *at = screen->cells + screen->row * screen->n_cols + screen->col;
    memmove(insert ? at + n : at, insert ? at : at + n, (left - n) * sizeof *at);
    ptygrid_blank(screen, screen->row, insert ? screen->col : screen->n_cols - n, n);
}
