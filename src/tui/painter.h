/*
 * Puts a grid onto the terminal through curses, which sends the differences only. The
 * one user of curses.h. Pictures are not its business, except that it can erase the
 * rows they are on. One at a time in a process, as curses is.
 */
#ifndef SITTER_TUI_PAINTER_H
#define SITTER_TUI_PAINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "grid.h"
#include "sitter/buf.h"
#include "sitter/status.h"

struct sit_painter;

/** Whether $TERM can have a full screen, before anything is sent to the terminal.
 * SIT_E_UNSUPPORTED: it is unknown or cannot move the cursor. */
enum sit_status sit_painter_check(struct sit_error *err);

/** Take over the terminal on stdin and stdout, raw and without echo. `n_colours`
 * is what the terminal is known to have, whatever $TERM says of it; 0: use none.
 * `background` is the colour (red, green, blue) behind the text; NULL: not known.
 * SIT_E_UNSUPPORTED: a $TERM that is unknown or cannot move the cursor. */
enum sit_status sit_painter_open(int n_colours, const uint8_t *background,
                                 struct sit_painter **out, struct sit_error *err);
/** Back to the shell's screen and modes. NULL is fine. */
void sit_painter_close(struct sit_painter *painter);

/** For a while: the next flush comes back. */
void sit_painter_leave(struct sit_painter *painter);
/** The modes may have been changed behind our back. */
void sit_painter_return(struct sit_painter *painter);

void sit_painter_resize(struct sit_painter *painter, size_t n_cols, size_t n_rows);
/** Send everything at the next flush, from a cleared screen. */
void sit_painter_repaint(struct sit_painter *painter);
/** Send these rows wholly at the next flush: blanks too, which erase pictures. */
void sit_painter_erase_rows(struct sit_painter *painter, size_t row, size_t n_rows);

/** Take over what differs from the grid drawn last; true where anything does, or a
 * repaint or erasure is due. */
bool sit_painter_draw(struct sit_painter *painter, const struct sit_grid *grid);
/** Append what brings the terminal there to *out, to be sent in one go: each write
 * wakes the terminal, and curses writes dozens of times. Where that cannot be had, or
 * *out is NULL, it has been sent, after what *out held. The cursor is at (row, col)
 * then. */
void sit_painter_flush(struct sit_painter *painter, size_t row, size_t col,
                       struct sit_buf *out);

#endif
