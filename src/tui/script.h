/*
 * Keys from a text instead of a keyboard: the same screens and sessions without a
 * terminal, for automation and tests.
 */
#ifndef SITTER_TUI_SCRIPT_H
#define SITTER_TUI_SCRIPT_H

#include "loop.h"
#include "sitter/tui.h"

/** The keys of a script, one after another. */
struct sit_script_keys {
    uint32_t *keys;
    size_t n, capacity;
};

/**
 * Read a script (docs/labelling.md, "Scripts"): names of keys parted by blanks and line
 * ends, text to type between quotation marks ("\"" and "\\" within), "#" to the end of
 * the line a comment. SIT_E_ARG says which key is none and where. *out is to be
 * released.
 */
enum sit_status sit_script_parse(const char *text, size_t n_bytes,
                                 struct sit_script_keys *out, struct sit_error *err);
void sit_script_keys_release(struct sit_script_keys *keys);

/** Step the screen with each key as if its face had been seen, and wait for background
 * work where a key begins some. As sit_tui_label_script(). */
enum sit_status sit_script_run(const struct sit_screen_driver *driver,
                               const struct sit_tui_script *script,
                               struct sit_tui_script_result *result,
                               struct sit_error *err);

#endif
