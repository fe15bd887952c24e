/*
 * Signals as bytes in a pipe, so that the loop can wait for them like for a key. One
 * user at a time in a process.
 */
#ifndef SITTER_TUI_SIGNALS_H
#define SITTER_TUI_SIGNALS_H

#include <stdbool.h>

#include "sitter/status.h"

/** What has happened since the last sit_signals_take(). */
struct sit_signals {
    bool resized;   /* WINCH */
    bool continued; /* CONT */
    bool stop;      /* TSTP from outside */
    bool interrupt; /* INT */
    bool terminate; /* TERM */
    bool hang_up;   /* HUP */
};

/** Catch them; *fd is readable when one has come. */
enum sit_status sit_signals_open(int *fd, struct sit_error *err);
/** As they were before. */
void sit_signals_close(void);
void sit_signals_take(struct sit_signals *out);

/** Stop this process as TSTP does; returns when it is continued. */
void sit_signals_suspend(void);

#endif
