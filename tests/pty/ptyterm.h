/*
 * Runs a program in a pseudo-terminal and is its terminal: answers the probe as the
 * chosen profile would, sends keys, keeps everything that was written and a model of
 * the screen (ptyscreen.h). Waiting is polling with a limit; nothing sleeps blindly.
 *
 * Call sit_text_init_locale() first: widths of characters need a UTF-8 locale.
 */
#ifndef PTYTERM_H
#define PTYTERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "ptyscreen.h"

/** Which terminal to be. */
struct ptyterm_profile {
    const char *name;
    bool is_silent;         /* answers nothing at all */
    bool has_sync;          /* mode 2026 */
    bool answers_cell_size; /* CSI 16 t */
    bool has_pixels;        /* TIOCSWINSZ with a size in pixels */
    const char *da1;        /* "?62;4;22c" */
    const char *version;    /* for XTVERSION; NULL: no answer */
    bool has_kitty;         /* kitty graphics */
    size_t n_registers;     /* at the start; 0: no XTSMGRAPHICS */
    size_t max_registers;   /* what they can be raised to */
    size_t max_side_px;     /* the largest picture; 0: no answer */
    size_t cell_width_px, cell_height_px;
    size_t bytes_per_s; /* what the line carries, from far away; 0: as fast as it can */
    const char *colorterm; /* $COLORTERM for the program; NULL: unset */
};

extern const struct ptyterm_profile ptyterm_sixel_sync; /* 256 registers, mode 2026 */
extern const struct ptyterm_profile ptyterm_sixel;      /* 256 registers */
extern const struct ptyterm_profile ptyterm_xterm16; /* 16 registers, can be raised */
extern const struct ptyterm_profile ptyterm_plain;   /* xterm without sixel */
extern const struct ptyterm_profile ptyterm_silent;
extern const struct ptyterm_profile ptyterm_truecolor; /* no sixel, 24-bit colours */

extern const struct ptyterm_profile ptyterm_kitty; /* kitty graphics, no sixel */

/** A running program and its terminal. Fields are for reading. */
struct ptyterm {
    const struct ptyterm_profile *profile;
    struct ptyscreen screen;
    struct sit_buf output;  /* everything the program wrote */
    int64_t last_output_us; /* sit_clock_us() of the last byte read; 0: none yet */
    size_t n_registers;     /* colour registers now */
    size_t n_queries;       /* questions it was asked, answered or not */
    int master;
    pid_t pid;       /* 0 once it was waited for */
    int exit_status; /* as waitpid() gives it, once pid is 0 */
    bool is_closed;  /* the program's side is closed */
    struct termios modes_before;
    struct sit_buf row_text;
};

/**
 * Start argv in a terminal of n_cols x n_rows. `env` are "NAME=VALUE" strings, NULL at
 * the end (or NULL), on top of this process's environment; TERM is xterm-256color and
 * LC_ALL is C.UTF-8 unless they say otherwise; variables that would name another
 * terminal, and all SITTER_..., are not passed on. SIT_E_IO, SIT_E_NOMEM.
 */
enum sit_status ptyterm_start(struct ptyterm *term,
                              const struct ptyterm_profile *profile, size_t n_cols,
                              size_t n_rows, char *const argv[], char *const env[],
                              struct sit_error *err);

/** Kill what still runs, wait for it, free everything. */
void ptyterm_stop(struct ptyterm *term);

/** Type. False where the program's side is closed. */
bool ptyterm_send(struct ptyterm *term, const char *keys);

/** Read and answer what comes within timeout_ms; returns at the first bytes. True where
 * something came. */
bool ptyterm_pump(struct ptyterm *term, int timeout_ms);

/** Pump until the predicate holds. False where the time is up or the program has ended
 * and it does not. A NULL predicate waits for the end of the output. */
typedef bool ptyterm_predicate(struct ptyterm *term, void *context);
bool ptyterm_wait(struct ptyterm *term, ptyterm_predicate *predicate, void *context,
                  int timeout_ms);

/** Wait for a text anywhere on the screen. */
bool ptyterm_wait_text(struct ptyterm *term, const char *text, int timeout_ms);

/** Pump until nothing has come for quiet_ms; for pictures and texts there are better
 * ways to wait. False where it never was quiet. */
bool ptyterm_wait_quiet(struct ptyterm *term, int quiet_ms, int timeout_ms);

/** The text of a row without blanks at its end; valid until the next call. */
const char *ptyterm_row_text(struct ptyterm *term, size_t row);

/** Whether a row shows the text. */
bool ptyterm_screen_has(struct ptyterm *term, const char *text);

/** The whole screen, a line a row, for failure messages; valid until the next call. */
const char *ptyterm_screen_text(struct ptyterm *term);

/** Pictures sent so far, erased ones included. */
size_t ptyterm_n_pictures(const struct ptyterm *term);

/** Decode picture i; where it is goes to *row and *col (either may be NULL). */
enum sit_status ptyterm_picture(const struct ptyterm *term, size_t i,
                                struct sit_image *out, size_t *row, size_t *col,
                                struct sit_error *err);

/**
 * Whether the frame after a key is complete: a picture more than n_before has been
 * sent, the parser is between sequences, and no synchronised update is open. The
 * frame's time is pictures[i].frame_us.
 */
bool ptyterm_picture_ended(const struct ptyterm *term, size_t n_before);

/** Wait for that. */
bool ptyterm_expect_picture_end(struct ptyterm *term, size_t n_before, int timeout_ms);

/** Another window size; the kernel sends SIGWINCH. */
bool ptyterm_resize(struct ptyterm *term, size_t n_cols, size_t n_rows);

/** Signal the program (alone). */
bool ptyterm_kill(struct ptyterm *term, int signal_number);

/** Read on until the program has ended; its status as waitpid() gives it. */
bool ptyterm_wait_exit(struct ptyterm *term, int timeout_ms, int *status);

/** The line's modes are what they were before the program ran. */
bool ptyterm_termios_restored(const struct ptyterm *term);

/** Main screen, cursor shown, no update and no sequence open, modes as before. */
bool ptyterm_is_restored(const struct ptyterm *term);

#endif
