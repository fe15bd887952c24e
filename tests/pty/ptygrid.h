/*
 * The grid of the screen model; private to it.
 */
#ifndef PTYGRID_H
#define PTYGRID_H

#include "ptyscreen.h"

/** Blank cells; NULL without memory. */
uint32_t *ptygrid_new_cells(size_t n_cols, size_t n_rows);

/** All pictures are gone from the screen. */
void ptygrid_erase_pictures(struct ptyscreen *screen);

/** Replace *cells (may be NULL) by a grid of another size; what fits stays. */
bool ptygrid_resize_cells(uint32_t **cells, size_t old_cols, size_t old_rows,
                          size_t n_cols, size_t n_rows);

/** Blank n cells from (row, col), as far as the row goes. */
void ptygrid_blank(struct ptyscreen *screen, size_t row, size_t col, size_t n);

/** Move the cursor, as far as the screen goes. */
void ptygrid_move_to(struct ptyscreen *screen, size_t row, size_t col);

/** Move lines first to last by n towards the top, or towards the bottom. */
void ptygrid_scroll(struct ptyscreen *screen, size_t first, size_t last, size_t n,
                    bool up);

/** A line down or up, scrolling at the edge of the region. */
void ptygrid_line_feed(struct ptyscreen *screen);
void ptygrid_reverse_line_feed(struct ptyscreen *screen);

/** Write a character at the cursor; wraps, and knows wide ones. */
void ptygrid_put_code(struct ptyscreen *screen, uint32_t code);

/** CR, LF, BS, HT; others are ignored. */
void ptygrid_put_control(struct ptyscreen *screen, char control);

/** ED and EL with their parameter. */
void ptygrid_erase_display(struct ptyscreen *screen, size_t mode);
void ptygrid_erase_line(struct ptyscreen *screen, size_t mode);

/** Insert or delete n characters at the cursor. */
void ptygrid_shift_line(struct ptyscreen *screen, size_t n, bool insert);

#endif
