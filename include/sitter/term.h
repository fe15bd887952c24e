/*
 * The terminal as a device: what it can do, the bytes that draw a picture on it, the
 * keys that come from it, and leaving it as it was found. No curses here.
 */
#ifndef SITTER_TERM_H
#define SITTER_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "sitter/image.h"
#include "sitter/status.h"

/** How pictures reach the terminal. */
enum sit_graphics {
    SIT_GRAPHICS_NONE = 0,   /* no colours, or no UTF-8: ASCII shades */
    SIT_GRAPHICS_BLOCKS_16,  /* half blocks in 16 colours */
    SIT_GRAPHICS_BLOCKS_256, /* half blocks in 256 colours */
    SIT_GRAPHICS_BLOCKS_RGB, /* half blocks in 24-bit colours */
    SIT_GRAPHICS_SIXEL,
    SIT_GRAPHICS_KITTY, /* the kitty graphics protocol */
};
enum { SIT_N_GRAPHICS = SIT_GRAPHICS_KITTY + 1 };

/** Whether pictures are made of the screen's pixels, not of characters. */
static inline bool sit_graphics_has_pixels(enum sit_graphics graphics)
{
    return graphics == SIT_GRAPHICS_SIXEL || graphics == SIT_GRAPHICS_KITTY;
}

/** "sixel", "blocks-rgb", ...: the values of $SITTER_GRAPHICS. Never NULL. */
const char *sit_graphics_name(enum sit_graphics graphics);

/** Reads an environment variable; a parameter so that tests need no real environment.
 */
typedef const char *sit_getenv_fn(void *context, const char *name);

/** What was found out. Sizes in pixels and cells; 0 where unknown. */
struct sit_term_caps {
    enum sit_graphics graphics;
    bool answered;         /* DA1 came before the time was up */
    int64_t answer_ms;     /* how long that took */
    bool has_sixel;        /* DA1 has parameter 4 */
    bool has_kitty;        /* the kitty graphics protocol, by its answer or its name */
    bool knows_background; /* OSC 11 was answered: */
    uint8_t background[3]; /* the colour behind the text */
    bool has_sync;         /* synchronised output, private mode 2026 */
    size_t n_registers;    /* colour registers, after asking for more */
    size_t max_width_px, max_height_px; /* of one picture */
    size_t cell_width_px, cell_height_px;
    const char *cell_source; /* "$SITTER_CELL", "CSI 16t", "TIOCGWINSZ", "CSI 14t",
                                "XTSMGRAPHICS" or "assumed", the strongest first */
    double window_cell_width_px, window_cell_height_px; /* by TIOCGWINSZ; 0 unknown */
    size_t n_cols, n_rows;                              /* the window */
    int n_colours; /* for text: 2, 16, 256 or 1 << 24; 2 under $NO_COLOR */
    bool in_tmux;
    /* tmux has no sixel, but the terminal around it has and gets what is wrapped: */
    bool tmux_passes;
    char outer_name[64];       /* that terminal's XTVERSION */
    size_t tmux_row, tmux_col; /* where our first cell is on it */
    const char *tmux_problem;  /* why pictures are blocks all the same; NULL: sixel */
    enum sit_graphics blocks;  /* what they are then */
    bool half_blocks; /* its font has no other block characters: the Linux console's */
    bool is_utf8;     /* it draws UTF-8: by its answer, else by the locale */
    char name[64];    /* XTVERSION's answer, escaped; "" where none */
};

/*
 * The probe, pure: bytes in, capabilities out (tested and fuzzed without a terminal).
 */
struct sit_term_probe {
    char pending[256]; /* an unfinished sequence, kept over reads */
    size_t n_pending;
    bool done;                            /* DA1's answer has come */
    size_t text_width_px, text_height_px; /* CSI 14t */
    int utf8_answer; /* 1: the terminal draws UTF-8, -1: it does not, 0: not told */
    struct sit_term_caps caps;
};

void sit_term_probe_init(struct sit_term_probe *probe);

/** The questions, in one write, DA1 last. Leaves out what `name`d terminals choke on
 * ($KONSOLE_VERSION: no mode 2026 query). */
void sit_term_probe_request(struct sit_buf *out, sit_getenv_fn *env, void *env_context);

/** Feed bytes read from the terminal. What is no answer is appended to *other (may be
 * NULL): keys typed meanwhile. */
void sit_term_probe_feed(struct sit_term_probe *probe, const char *bytes,
                         size_t n_bytes, struct sit_buf *other);

/**
 * Decide from the answers, the window size (as TIOCGWINSZ has it; 0 where unknown) and
 * the environment: $SITTER_GRAPHICS and $SITTER_CELL ("10x20") override, $COLORTERM,
 * $TERM, $TMUX, $NO_COLOR are read. The first source of the cell size that is known and
 * plausible counts, in the order of cell_source. $NO_COLOR leaves pictures as they are.
 */
void sit_term_probe_finish(struct sit_term_probe *probe, size_t n_cols, size_t n_rows,
                           size_t width_px, size_t height_px, bool utf8,
                           sit_getenv_fn *env, void *env_context,
                           struct sit_term_caps *out);

/**
 * Ask the terminal behind fd_in and fd_out (both a tty): raw, no echo, at most
 * timeout_ms. Restores the tty's modes. Keys typed meanwhile go to *typed (may be
 * NULL). A terminal that answers nothing is no error: *out says what is assumed.
 * SIT_E_IO.
 */
enum sit_status sit_term_query(int fd_in, int fd_out, int timeout_ms,
                               struct sit_buf *typed, struct sit_term_caps *out,
                               struct sit_error *err);

/** Whether pictures go to the terminal around tmux: sit_term_wrap_for_tmux(). */
static inline bool sit_term_is_wrapped(const struct sit_term_caps *caps)
{
    return caps->tmux_passes && caps->tmux_problem == NULL &&
           caps->graphics == SIT_GRAPHICS_SIXEL;
}

/** Append bytes for the terminal around tmux, every ESC doubled, in pieces that tmux
 * takes. Its cursor is not ours: they have to move it to tmux_row, tmux_col and so many
 * cells on. tmux moves it back. */
void sit_term_wrap_for_tmux(struct sit_buf *out, const char *bytes, size_t n_bytes);

/** Measure the window again after a resize: cells, and the cell size where TIOCGWINSZ
 * knows it. A size that the terminal itself has told (CSI 16t) stays, in proportion to
 * what TIOCGWINSZ says: the font may have another size now. */
void sit_term_measure(int fd, struct sit_term_caps *caps);

/*
 * Pictures
 */

/** What a picture is to be drawn as; the same for every face on a screen. */
struct sit_picture_format {
    enum sit_graphics graphics;
    size_t n_cols, n_rows; /* the cells it covers */
    size_t cell_width_px, cell_height_px;
    size_t n_colours; /* sixel palette: 2 to 256 */
    size_t
        coarseness; /* of pixels, n: drawn in blocks of n x n, for fewer bytes; 0: 1 */
    bool half_blocks; /* no other block characters, whatever library is there */
    bool is_square; /* draw only the largest square in those cells: no rim round a face
                     */
};

/**
 * The canvas that fills the cells: for sixel and kitty n_cols x n_rows cells in pixels,
 * for sixel the height rounded down to a multiple of 6, no side over 1000 px; for
 * blocks n_cols x 2 n_rows, or 8 n_cols x 16 n_rows where libchafa finds the shapes.
 * With is_square the largest square in that, made of whole rows.
 */
void sit_picture_canvas_size(const struct sit_picture_format *format, size_t *width_px,
                             size_t *height_px);

/**
 * Append the bytes that draw `canvas` (of sit_picture_canvas_size()) with its top left
 * corner at the cursor: sixel in one DCS (libsixel, no dithering), kitty's PNG in APCs
 * of 4096 bytes, or rows of half blocks joined by relative cursor movements, attributes
 * reset at the end. The cursor is anywhere afterwards. Keep a picture off the last
 * column (the cursor does not go past it, which the relative movements count on) and
 * off the last row (sixel may scroll). Thread-safe. SIT_E_ARG where the canvas has
 * another size; *out grows on success only.
 */
enum sit_status sit_picture_encode(const struct sit_picture_format *format,
                                   const struct sit_image *canvas, struct sit_buf *out,
                                   struct sit_error *err);

/**
 * Kitty pictures are removed by an id, which is put into the encoded bytes that begin
 * at `at` (other bytes stay as they are), above 0. A picture of the same id replaces
 * the one before.
 */
void sit_picture_set_id(struct sit_buf *bytes, size_t at, uint32_t id);

/** Append what removes the kitty picture of that id; 0: all on the screen. */
void sit_picture_append_delete(struct sit_buf *out, uint32_t id);

/** All kitty pictures on the screen, and their data. */
#define SIT_TERM_DELETE_PICTURES "\033_Ga=d,d=A,q=2\033\\"

/** The version of libchafa it is built against, which finds better block characters
 * than halves; NULL: without. */
const char *sit_term_chafa_version(void);

/** The version of libsixel it is built against. */
const char *sit_term_sixel_version(void);

/*
 * Keys
 */

enum sit_key {
    SIT_KEY_NONE = 0,
    /* Unicode code points are themselves, controls included (Ctrl-R is 0x12). */
    SIT_KEY_ENTER = 0x0d,
    SIT_KEY_TAB = 0x09,
    SIT_KEY_ESCAPE = 0x1b,
    SIT_KEY_BACKSPACE = 0x7f,
    SIT_KEY_UP = 0x200000,
    SIT_KEY_DOWN,
    SIT_KEY_LEFT,
    SIT_KEY_RIGHT,
    SIT_KEY_HOME,
    SIT_KEY_END,
    SIT_KEY_PAGE_UP,
    SIT_KEY_PAGE_DOWN,
    SIT_KEY_INSERT,
    SIT_KEY_DELETE,
    SIT_KEY_BACKTAB,
    SIT_KEY_F1,
    SIT_KEY_F12 = SIT_KEY_F1 + 11,
    SIT_KEY_UNKNOWN, /* a sequence we know no name for; swallowed whole */
};

/** Set in the code points of pasted text: they are no keys that were pressed. */
enum { SIT_KEY_PASTED = 0x400000 };

/** What a mouse did. Releases and movements are not told. */
enum sit_mouse {
    SIT_MOUSE_LEFT = 0,
    SIT_MOUSE_MIDDLE,
    SIT_MOUSE_RIGHT,
    SIT_MOUSE_WHEEL_UP,
    SIT_MOUSE_WHEEL_DOWN,
};
/** Or'ed to it: the keys that were down. */
enum { SIT_MOUSE_SHIFT = 0x08, SIT_MOUSE_ALT = 0x10, SIT_MOUSE_CTRL = 0x20 };

/** Set in a key that is a click or a turn of the wheel at a cell. */
#define SIT_KEY_MOUSE 0x80000000u
enum { SIT_MOUSE_MAX_CELL = 0xfff }; /* clicks beyond that column or row are dropped */

/** A click as a key: `button` an enum sit_mouse, perhaps with keys; 0-based cells. */
uint32_t sit_mouse_key(unsigned button, size_t row, size_t col);
/** Whether the key is one; then what and where (each may be NULL). */
bool sit_key_is_mouse(uint32_t key, unsigned *button, size_t *row, size_t *col);

/** Reports of clicks (modes 1000 and 1006), switched on and off. While they are on, the
 * terminal selects text only with Shift held. */
#define SIT_TERM_MOUSE_ON  "\033[?1000h\033[?1006h"
#define SIT_TERM_MOUSE_OFF "\033[?1006l\033[?1000l"

/** Bracketed paste, in which the terminal marks pasted text, switched on and off. */
#define SIT_TERM_PASTE_ON  "\033[?2004h"
#define SIT_TERM_PASTE_OFF "\033[?2004l"

/**
 * The input filter: bytes to keys. Escape sequences of xterm, VT and rxvt style;
 * BS and DEL are both SIT_KEY_BACKSPACE; LF and CR both SIT_KEY_ENTER; late answers of
 * the probe (CSI ... c, S, t, y, n, R and DCS strings), also split over two reads, and
 * invalid UTF-8 are dropped. A lone ESC becomes a key after SIT_INPUT_ESCAPE_MS.
 * Between CSI 200 ~ and CSI 201 ~ all characters, controls too, are SIT_KEY_PASTED.
 * SGR mouse reports (CSI < ... M) are SIT_KEY_MOUSE; releases, movements, and buttons
 * that there is no name for are dropped.
 */
enum { SIT_INPUT_ESCAPE_MS = 50 };

/** How long the rest of a sequence or string that has begun is waited for. */
enum { SIT_INPUT_SEQUENCE_MS = 500 };

/** How long the rest of a paste is waited for. Longer, for what comes after a stall on
 * the line would be taken for keys. */
enum { SIT_INPUT_PASTE_MS = 2000 };

struct sit_input {
    char pending[64];
    size_t n_pending;
    int64_t pending_since_ms;
    uint32_t keys[128]; /* a ring; when full, further keys are dropped */
    size_t first, n_keys;
    int string_state; /* inside a DCS, OSC, PM or APC string that is being dropped */
    bool in_paste;
    size_t n_reports; /* answers to CSI 5 n so far */
};

void sit_input_init(struct sit_input *input);
void sit_input_feed(struct sit_input *input, const char *bytes, size_t n_bytes,
                    int64_t now_ms);
/** The next key, or SIT_KEY_NONE. `now_ms` decides about a lone ESC. */
uint32_t sit_input_next(struct sit_input *input, int64_t now_ms);
/** Milliseconds until sit_input_next() could answer without new bytes (0: now), or -1.
 */
int sit_input_timeout_ms(const struct sit_input *input, int64_t now_ms);

/*
 * Leaving the terminal as it was found
 */

/** Remember fd's modes and install handlers for fatal signals (SEGV, BUS, ABRT, FPE,
 * ILL) that restore the terminal and then die of the same signal. */
enum sit_status sit_term_guard_install(int fd, struct sit_error *err);

/** Kitty pictures are shown: restoring deletes them, before the screen is left. */
void sit_term_guard_pictures(enum sit_graphics graphics);

/** Restore the modes and the screen now: main screen, cursor shown, attributes off,
 * synchronised output and mouse off. Also gives the signals back, so a guard serves
 * once. Async-signal-safe; harmless when not installed. */
void sit_term_guard_restore(void);

/** Write all bytes: one loop over EINTR, EAGAIN and short writes. SIT_E_IO on a closed
 * terminal. */
enum sit_status sit_term_write(int fd, const void *bytes, size_t n_bytes,
                               struct sit_error *err);

#endif
