/*
 * A screen in memory: cells with a style, and slots that say where a picture goes.
 * Screens draw into it, the painter copies it to the terminal, tests dump it. No write
 * leaves it, whatever its size, and no text reaches it that a terminal could act on.
 */
#ifndef SITTER_TUI_GRID_H
#define SITTER_TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "strip.h"

/** What a cell looks like; the painter knows how each is shown on a given terminal. */
enum sit_style {
    SIT_STYLE_NORMAL = 0,
    SIT_STYLE_DIM,
    SIT_STYLE_BOLD,
    SIT_STYLE_TITLE, /* the bar at the top */
    SIT_STYLE_KEY,   /* the name of a key */
    SIT_STYLE_CURSOR,
    SIT_STYLE_GOOD,
    SIT_STYLE_WARN,
    SIT_STYLE_BAD,
    SIT_STYLE_CLASS, /* the first class; the others follow, modulo SIT_N_CLASS_STYLES */
};
enum { SIT_N_CLASS_STYLES = 6, SIT_N_STYLES = SIT_STYLE_CLASS + SIT_N_CLASS_STYLES };

enum { SIT_CELL_BYTES = 20, SIT_CELL_MAX_CODES = 5, SIT_GRID_MAX_SIDE = 1000 };

/** One cell. The right half of a wide character has width 0 and no text. */
struct sit_cell {
    char text[SIT_CELL_BYTES]; /* UTF-8, terminated: a character and its combining ones
                                */
    uint8_t n_bytes;
    uint8_t n_codes;
    uint8_t width;
    uint8_t style;
};

/** A rectangle of cells. */
struct sit_area {
    size_t col, row, n_cols, n_rows;
};

/** Where a picture goes; the cells there stay blank. Text to the left of a picture has
 * to stay as it is: a terminal that is told to clear the rest of a row takes the
 * picture too. */
struct sit_picture_slot {
    struct sit_area area;
    bool is_square;         /* draw the largest square in it only */
    int64_t picture_id;     /* picture_cache.h: a face's id, or one that stands for its
                               poster */
    struct sit_strip strip; /* with tiles: a row of faces, and picture_id is 0 */
};

/** Terminals keep 10 (tmux) or 16 (xterm) pictures. */
enum { SIT_GRID_MAX_SLOTS = 16 };

struct sit_grid {
    size_t n_cols, n_rows;
    struct sit_cell *cells; /* n_rows * n_cols */
    bool ascii;             /* ASCII only: other characters become "?", "…" a "~" */
    size_t n_slots;
    struct sit_picture_slot slots[SIT_GRID_MAX_SLOTS]; /* they do not overlap */
    int64_t shown_id; /* what SIT_UI_SHOWN tells once all pictures are on the screen:
                         the face of the first slot unless the screen says otherwise */
};

/** Make it n_cols x n_rows (1 to SIT_GRID_MAX_SIDE each) and blank. False without
 * memory; the grid is then as it was. */
bool sit_grid_resize(struct sit_grid *grid, size_t n_cols, size_t n_rows);
void sit_grid_release(struct sit_grid *grid);
void sit_grid_clear(struct sit_grid *grid);

/** The whole grid; the part of `area` (relative to `outer`) that lies within `outer`.
 */
struct sit_area sit_grid_area(const struct sit_grid *grid);
struct sit_area sit_area_within(struct sit_area outer, struct sit_area area);

/**
 * Put text at (row, col) of `area`, escaped and cut to n_cells and to the area's right
 * edge ("…" where something was cut). Wide characters are whole or absent. Returns the
 * cells used.
 */
size_t sit_grid_put(struct sit_grid *grid, struct sit_area area, size_t row, size_t col,
                    size_t n_cells, enum sit_style style, const char *text);
/** As above, to the right edge, the text made by printf. */
size_t sit_grid_putf(struct sit_grid *grid, struct sit_area area, size_t row,
                     size_t col, enum sit_style style, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/** Ending at the right edge of the area, in at most n_cells. */
size_t sit_grid_put_right(struct sit_grid *grid, struct sit_area area, size_t row,
                          size_t n_cells, enum sit_style style, const char *text);
/** In the middle of the row. */
void sit_grid_put_centred(struct sit_grid *grid, struct sit_area area, size_t row,
                          enum sit_style style, const char *text);

/**
 * Wrap text at spaces (else anywhere) over the rows of `area`, the first row indented
 * by `indent` cells; the last row ends in "…" where there is more. With grid NULL it
 * only counts. Returns the rows used.
 */
size_t sit_grid_wrap(struct sit_grid *grid, struct sit_area area, size_t indent,
                     enum sit_style style, const char *text);

/** Blanks of a style. */
void sit_grid_fill(struct sit_grid *grid, struct sit_area area, enum sit_style style);
/** A bar of n_cells, `done` of `total` filled. */
void sit_grid_bar(struct sit_grid *grid, struct sit_area area, size_t row, size_t col,
                  size_t n_cells, size_t done, size_t total, enum sit_style style);
/** A vertical line over the height of the area, in its column `col`. */
void sit_grid_vertical_line(struct sit_grid *grid, struct sit_area area, size_t col);

/** Reserve the area (absolute) for a square picture: of a face, or of its poster.
 * Nothing where the area is empty or all slots are taken. */
void sit_grid_add_slot(struct sit_grid *grid, struct sit_area area, int64_t picture_id);
/** The same for a picture that fills the area. */
void sit_grid_add_wide_slot(struct sit_grid *grid, struct sit_area area,
                            int64_t picture_id);
/** The same for a row of faces. */
void sit_grid_add_strip(struct sit_grid *grid, struct sit_area area,
                        const struct sit_strip *strip);

/** Append the text of the grid, a line a row, trailing blanks cut; slots are frames of
 * '#', and listed below with what is in them. */
void sit_grid_dump(const struct sit_grid *grid, struct sit_buf *out);

#endif
