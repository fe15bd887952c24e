/*
 * The grid: a page of faces that are decided on together. Pure; see screen.h. Which
 * faces, and what is marked, is page.h's; here are the cursor, the selection, and what
 * keys and clicks ask for.
 */
#ifndef SITTER_TUI_PAGE_SCREEN_H
#define SITTER_TUI_PAGE_SCREEN_H

#include "screen.h"
#include "sitter/page.h"

/** Where the faces are: n_cols by n_rows tiles in cells. */
struct sit_page_geometry {
    size_t col, row;             /* of the first tile */
    size_t tile_cols, tile_rows; /* the picture */
    size_t caption_rows;         /* below each row of tiles: 1 with block characters */
    size_t n_cols, n_rows;       /* 0: no room */
};

/** Tiles of about 100 pixels, up to ten times six; of block characters as large as lets
 * a dozen fit. */
struct sit_page_geometry sit_page_geometry(const struct sit_screen_metrics *metrics,
                                           size_t n_cols, size_t n_rows);

/** What is drawn, and what keys are about; all borrowed. */
struct sit_page_screen_view {
    const struct sit_page_view *page;
    const struct sit_class_list *classes;
    const char *project_path, *annotator;
    bool suggestions_hidden;
    const char *filter; /* "" none */
    size_t n_matching, n_faces;
    bool is_sorting; /* by similarity, the order to come */
    struct sit_page_geometry geometry;
};

/** Zero-initialise. */
struct sit_page_screen {
    struct sit_screen base;
    int64_t serial; /* of the page that what follows is about */
    size_t cursor;
    bool is_extending; /* from the anchor to the cursor */
    size_t anchor;
    bool chosen[SIT_PAGE_MAX_FACES];
    bool is_picking; /* faces have letters, which mark them */
    bool picked[SIT_PAGE_MAX_FACES];
    int64_t decided_at_ms; /* the last decision on this page */
    /* What an effect is about: LABEL and MARK. */
    bool targets[SIT_PAGE_MAX_FACES];
};

void sit_page_screen_step(struct sit_page_screen *screen,
                          const struct sit_page_screen_view *view,
                          const struct sit_ui_event *event, struct sit_effect *effect);
void sit_page_screen_done(struct sit_page_screen *screen,
                          const struct sit_page_screen_view *view,
                          const struct sit_effect *effect,
                          const struct sit_effect_result *result);
void sit_page_screen_draw(const struct sit_page_screen *screen,
                          const struct sit_page_screen_view *view,
                          struct sit_grid *grid);

/** The face with the cursor; SIZE_MAX where the page is empty. */
size_t sit_page_screen_cursor(const struct sit_page_screen *screen,
                              const struct sit_page_screen_view *view);
/** Put the cursor on a face of the page. */
void sit_page_screen_point(struct sit_page_screen *screen,
                           const struct sit_page_screen_view *view, size_t at);
/** Whether a class key would label face `at`. */
bool sit_page_screen_is_selected(const struct sit_page_screen *screen, size_t at);

/** The letter of face `at` while picking, none of which means anything else then; 0:
 * there are not enough. */
char sit_page_hint(const struct sit_class_list *classes, size_t at);

#endif
