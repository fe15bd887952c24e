/*
 * Inside a tmux that has no sixel itself but lets sequences through: whether pictures
 * can be sent to the terminal around it, and where on that terminal our screen lies.
 * Private to the term layer.
 */
#ifndef SITTER_TERM_TMUX_H
#define SITTER_TERM_TMUX_H

#include "sitter/term.h"

/** What tmux is asked to print; the answer is sit_tmux_parse()'s. */
#define SIT_TMUX_FORMAT                                                                \
    "#{pane_left} #{pane_top} #{window_panes} #{window_zoomed_flag} "                  \
    "#{session_attached} #{client_width} #{client_height} #{window_width} "            \
    "#{window_height} #{status} #{status-position}"

/**
 * Where the pane's first cell is on the terminal around tmux, from 0, read from what
 * tmux printed (n_bytes). NULL, or why pictures cannot be sent: the pane shares its
 * window, the session has several clients, the window is larger than the terminal.
 */
const char *sit_tmux_parse(const char *text, size_t n_bytes, size_t *row, size_t *col);

/** Ask tmux, and set caps->tmux_row, tmux_col and tmux_problem. */
void sit_tmux_locate(struct sit_term_caps *caps);

#endif
