/*
 * Private to the grid's screen: its cursor, what is selected, and moving about.
 */
#ifndef SITTER_TUI_PAGE_SELECT_H
#define SITTER_TUI_PAGE_SELECT_H

#include "page_screen.h"

/** Whether cursor and selection are about the page in the view. */
bool sit_page_is_current(const struct sit_page_screen *screen,
                         const struct sit_page_screen_view *view);
/** On another page nothing is selected, and no letter is waited for. */
void sit_page_take(struct sit_page_screen *screen,
                   const struct sit_page_screen_view *view);

bool sit_page_has_selection(const struct sit_page_screen *screen, size_t n);
void sit_page_select_nothing(struct sit_page_screen *screen);
/** Select faces first to end - 1; where all of them are, none. */
void sit_page_toggle_selection(struct sit_page_screen *screen, size_t first,
                               size_t end);
/** The same for the row with the cursor. */
void sit_page_choose_row(struct sit_page_screen *screen,
                         const struct sit_page_screen_view *view);
void sit_page_stop_picking(struct sit_page_screen *screen);

/** By one face, as BACK, ON, UP and DOWN say. */
void sit_page_move(struct sit_page_screen *screen,
                   const struct sit_page_screen_view *view, enum sit_request request);
/** To the next face in the order of doubt, or the previous one. */
void sit_page_move_by_doubt(struct sit_page_screen *screen,
                            const struct sit_page_view *page, bool backwards);
/** Unlabelled, and with a suggestion. */
bool sit_page_face_is_in_doubt(const struct sit_page_face *face);

#endif
