/*
 * One piece of work at a time in a thread of its own, beside a screen: with progress
 * that the screen can read and a way to stop it. What the work is comes as a function.
 */
#ifndef SITTER_TUI_BACKGROUND_H
#define SITTER_TUI_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/progress.h"
#include "sitter/status.h"

struct sit_background;

/** The work, in its own thread. It may write what `context` points to; the screen reads
 * that after the work has ended. */
typedef enum sit_status sit_background_fn(void *context,
                                          const struct sit_progress *progress,
                                          struct sit_error *err);

/** A byte is written to wake_fd (not blocking) for news. */
enum sit_status sit_background_new(int wake_fd, struct sit_background **out,
                                   struct sit_error *err);
/** Cancels what is running and waits for it. NULL is fine. */
void sit_background_free(struct sit_background *background);

/** Begin; `context` is borrowed until the work has ended. SIT_E_BUSY: something is
 * running; SIT_E_NOMEM: no thread to be had. */
enum sit_status sit_background_start(struct sit_background *background,
                                     sit_background_fn *work, void *context,
                                     struct sit_error *err);
bool sit_background_is_running(const struct sit_background *background);
/** Ask what is running to stop; it ends with SIT_E_CANCELLED soon. */
void sit_background_cancel(struct sit_background *background);

/** What there is to know since the last call. */
struct sit_background_news {
    bool has_progress;
    size_t done, total;
    char text[128];
    bool has_ended;
    enum sit_status status;
    struct sit_error err;
};
void sit_background_take(struct sit_background *background,
                         struct sit_background_news *news);

#endif
