/*
 * A small model of a terminal's screen, for tests: feed it what a program wrote and ask
 * what is shown. It knows the sequences that curses sends for xterm-256color and sixel
 * pictures, ignores attributes, and hands queries to a callback. No process here.
 */
#ifndef PTYSCREEN_H
#define PTYSCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "sitter/image.h"

/** One picture that was sent: sixel, or by the kitty protocol. */
struct ptyscreen_picture {
    size_t row, col; /* the cell of its top left corner, from 0 */
    char *bytes;     /* from ESC P to ESC \; kitty: the PNG */
    size_t n_bytes;
    bool is_kitty;
    uint32_t id;         /* kitty's */
    size_t max_register; /* the highest colour register it uses */
    bool is_in_sync;     /* sent within synchronised output */
    bool is_erased;      /* the screen was cleared or left since */
    int64_t end_us;      /* when its last byte was read */
    int64_t frame_us;    /* when the synchronised update around it ended; 0: not yet */
};

/** Called for every CSI that asks the terminal something, whole. */
typedef void ptyscreen_query_fn(void *context, const char *sequence, size_t n_bytes);

struct ptyscreen {
    size_t n_cols, n_rows;
    size_t cell_height_px;
    uint32_t *cells;      /* (n_rows, n_cols) code points; 0 right of a wide one */
    uint32_t *main_cells; /* the main screen while the alternate one is shown */
    size_t row, col;      /* the cursor */
    size_t saved_row, saved_col;
    size_t top, bottom; /* the scrolling region, inclusive */
    bool is_wrap_pending;
    uint32_t last_code; /* for REP */
    bool is_alternate, is_cursor_visible, is_sync_open, is_line_drawing;
    size_t n_sync_ends, n_alternate_entries, n_alternate_leaves;
    size_t n_scrolls; /* lines scrolled, by text or by a picture in the last row */
    size_t n_unknown; /* sequences it knows nothing of */
    char unknown[64]; /* the last of them */
    struct ptyscreen_picture *pictures;
    size_t n_pictures, pictures_capacity;
    bool kitty_open; /* pieces of a picture have come, but not the last */
    uint32_t kitty_id;
    struct sit_buf kitty;   /* what has come of it */
    struct sit_buf pending; /* an unfinished sequence or character */
    ptyscreen_query_fn *query;
    void *query_context;
};

/** False without memory. `query` may be NULL. */
bool ptyscreen_init(struct ptyscreen *screen, size_t n_cols, size_t n_rows,
                    size_t cell_height_px, ptyscreen_query_fn *query,
                    void *query_context);
void ptyscreen_release(struct ptyscreen *screen);

/** Another size: what fits stays, pictures are erased. */
bool ptyscreen_resize(struct ptyscreen *screen, size_t n_cols, size_t n_rows);

/** Bytes as a program wrote them, read at `now_us`. */
void ptyscreen_feed(struct ptyscreen *screen, const char *bytes, size_t n_bytes,
                    int64_t now_us);

/** No sequence or character is unfinished. */
bool ptyscreen_is_ground(const struct ptyscreen *screen);

/** Append the text of a row, without blanks at its end. */
void ptyscreen_row_text(const struct ptyscreen *screen, size_t row,
                        struct sit_buf *out);

/** Whether a string is a command of the kitty protocol, and obeying it: false where it
 * is none that a careful program sends. */
bool ptyscreen_is_kitty(const char *bytes, size_t n_bytes);
bool ptyscreen_do_kitty(struct ptyscreen *screen, const char *bytes, size_t n_bytes,
                        int64_t now_us);

/** Pictures that nothing has erased. */
size_t ptyscreen_n_standing(const struct ptyscreen *screen);

/** Whether a DCS string, from ESC P to ESC \\, is a picture. */
bool ptyscreen_is_sixel(const char *bytes, size_t n_bytes);

/** The highest colour register that a sixel string selects or defines by "#n". */
size_t ptyscreen_sixel_max_register(const char *bytes, size_t n_bytes);

/** The height that its raster attributes give, or 0. */
size_t ptyscreen_sixel_height_px(const char *bytes, size_t n_bytes);

/** Decode a picture, by libsixel where it is sixels. */
enum sit_status ptyscreen_decode(const struct ptyscreen_picture *picture,
                                 struct sit_image *out, struct sit_error *err);

#endif
