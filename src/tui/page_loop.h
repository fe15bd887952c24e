/*
 * The grid beside the labelling screen: one session, two screens, a key to change
 * between them.
 */
#ifndef SITTER_TUI_PAGE_LOOP_H
#define SITTER_TUI_PAGE_LOOP_H

#include "loop.h"
#include "screen.h"
#include "sitter/session.h"

struct sit_page_loop;

/** A driver that passes on to `faces`, the driver of the labelling screen on the
 * session, and is the grid after SIT_EFFECT_GRID (from the start where begins_in_grid).
 * `faces_screen` is that screen's state: its commands, work and history are the grid's
 * too. All are borrowed. */
enum sit_status sit_page_loop_new(const struct sit_screen_driver *faces,
                                  struct sit_screen *faces_screen,
                                  struct sit_session *session, bool begins_in_grid,
                                  struct sit_page_loop **out, struct sit_error *err);
void sit_page_loop_free(struct sit_page_loop *loop);
const struct sit_screen_driver *sit_page_loop_driver(const struct sit_page_loop *loop);

#endif
