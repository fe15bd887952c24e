/*
 * What is typed after ":": reading it, completing it, and remembering it. Pure.
 */
#ifndef SITTER_TUI_COMMAND_H
#define SITTER_TUI_COMMAND_H

#include "screen.h"

/** Make an effect of a command; *effect is NONE where there is nothing to do. The
 * notice says what is wrong with one that is none. */
void sit_command_run(const char *text, struct sit_screen *screen, size_t n_positions,
                     struct sit_effect *effect);

/**
 * Append to *out what `typed` could go on as: candidate k, counting on from the first
 * again after the last. False where there is none. Field names and values after
 * "filter ", queues after "queue ", else the commands themselves.
 */
bool sit_command_candidate(const char *typed, enum sit_command_set set,
                           const struct sit_class_list *classes, size_t k,
                           struct sit_buf *out);

/** The number of commands of a set, and one of them for the help: ":export FILE", and
 * what it does. */
size_t sit_command_n_help(enum sit_command_set set);
void sit_command_help(enum sit_command_set set, size_t i, struct sit_buf *command,
                      struct sit_buf *help);

enum { SIT_HISTORY_LINES = 50 };

/** The commands of before, the newest last. Zero-initialise. */
struct sit_history {
    size_t n;
    bool is_new; /* lines have been added since it was loaded */
    char lines[SIT_HISTORY_LINES][SIT_PROMPT_BYTES];
};

/** Add a line, unless it is empty or the newest already; the oldest gives way. */
void sit_history_add(struct sit_history *history, const char *line);
/** The lines of a file, one a line; what is not fit for a prompt is left out. */
void sit_history_parse(struct sit_history *history, const char *bytes, size_t n_bytes);
void sit_history_print(const struct sit_history *history, struct sit_buf *out);

/** The history of $XDG_STATE_HOME/sitter (~/.local/state/sitter), and back to it where
 * it is not what it was. A convenience: that it cannot be read or written is no error.
 */
void sit_history_load(struct sit_history *history);
void sit_history_save(const struct sit_history *history);

/**
 * A key while something is being typed. In a prompt for commands Tab completes, Up and
 * Down go through the history, and what is entered is run. SIT_PROMPT_ACCEPTED: a line
 * of another purpose has been entered, which the screen has to do.
 */
enum sit_prompt_outcome sit_command_key(struct sit_screen *screen,
                                        const struct sit_class_list *classes,
                                        size_t n_positions, uint32_t key,
                                        struct sit_effect *effect);

#endif
