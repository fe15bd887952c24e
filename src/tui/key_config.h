/*
 * Keys of the user's own: a configuration file read, checked as a whole, and put in
 * place of the keys of the tables in keymap.c. What a key name means is keymap.c's.
 */
#ifndef SITTER_TUI_KEY_CONFIG_H
#define SITTER_TUI_KEY_CONFIG_H

#include "keymap.h"
#include "sitter/status.h"

enum { SIT_KEY_CONFIG_MAX_KEYMAPS = 8, SIT_KEY_CONFIG_MAX_BINDINGS = 48 };

/** The keys of all tables. */
struct sit_key_config {
    uint32_t keys[SIT_KEY_CONFIG_MAX_KEYMAPS][SIT_KEY_CONFIG_MAX_BINDINGS]
                 [SIT_BINDING_MAX_KEYS];
};

/** The keys as the tables have them now. */
void sit_key_config_take(struct sit_key_config *out);

/** Put them into the tables: before a screen opens, not while one is open. */
void sit_key_config_apply(const struct sit_key_config *config);

/**
 * Read `screen.request = key key ...` lines on top of *config; `#` begins a comment
 * line, no key after the sign leaves a request without. A key that is given to one
 * request is taken from another that had it by default. Ctrl-C, Ctrl-L and Ctrl-Z mean
 * the same always, so that any screen can be left. `path` is for messages, which name
 * the line: SIT_E_FORMAT for an unknown name, a key given twice, a request that lost
 * its last key to another, quit or help without a key that every keyboard has. *config
 * is written on success only.
 */
enum sit_status sit_key_config_parse(const char *text, size_t n_bytes, const char *path,
                                     struct sit_key_config *config,
                                     struct sit_error *err);

/** Append all keys in the form that is read. */
void sit_key_config_print(const struct sit_key_config *config, struct sit_buf *out);

#endif
