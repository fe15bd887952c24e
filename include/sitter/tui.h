/*
 * The screens. Each call takes over the terminal until the user quits, and leaves it as
 * it was found on every way out.
 */
#ifndef SITTER_TUI_H
#define SITTER_TUI_H

#include "sitter/review.h"
#include "sitter/session.h"

/**
 * The labelling screen, on stdin and stdout (both a terminal). The session is borrowed;
 * pictures are read by worker threads through connections of their own.
 * SIT_E_UNSUPPORTED: no terminal; SIT_E_IO: it went away (all decisions are committed).
 */
enum sit_status sit_tui_label(struct sit_session *session, struct sit_error *err);

/** The review screen. Computes the list of that kind of `model_id` (0: newest) first,
 * in the background; `t` retrains, `v` changes to the other list. */
enum sit_status sit_tui_review(struct sit_review *review, int64_t model_id,
                               enum sit_review_kind kind, struct sit_error *err);

/** The curses in use, for diagnosis: "ncurses 6.4.20221231". */
const char *sit_tui_curses_version(void);

#endif
