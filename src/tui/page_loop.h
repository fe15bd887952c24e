/*
 * The grid beside the labelling screen: one session, two screens, a key to change
 * between them.
 */
#ifndef SITTER_TUI_PAGE_LOOP_H
#define SITTER_TUI_PAGE_LOOP_H

#include "loop.h"
#include "sitter/session.h"

/** sit_loop_run() on `faces`, the driver of the labelling screen on the session, with
 * the grid in its place after SIT_EFFECT_GRID (from the start where begins_in_grid). */
enum sit_status sit_page_loop_run(const struct sit_screen_driver *faces,
                                  struct sit_session *session, bool begins_in_grid,
                                  struct sit_error *err);

#endif
