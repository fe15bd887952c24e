/*
 * Which key asks for what. One table a screen feeds key handling, the key bar and the
 * help screen, so that the three cannot disagree. Class keys come from the project and
 * win over a screen's own keys.
 */
#ifndef SITTER_TUI_KEYMAP_H
#define SITTER_TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grid.h"
#include "sitter/project.h"
#include "sitter/term.h"

/** What a key asks of a screen. A new one goes before SIT_N_REQUESTS and gets its name
 * in request_names[] of keymap.c. */
enum sit_request {
    SIT_REQUEST_NONE = 0,
    SIT_REQUEST_CLASS, /* label with the class of the key */
    SIT_REQUEST_CONFIRM,
    SIT_REQUEST_SKIP,
    SIT_REQUEST_UNDO,
    SIT_REQUEST_REDO,
    SIT_REQUEST_BACK,
    SIT_REQUEST_ON,
    SIT_REQUEST_PAGE_BACK,
    SIT_REQUEST_PAGE_ON,
    SIT_REQUEST_FIRST,
    SIT_REQUEST_LAST,
    SIT_REQUEST_CONTEXT,
    SIT_REQUEST_FIND,
    SIT_REQUEST_FIND_NEXT,
    SIT_REQUEST_FIND_PREVIOUS,
    SIT_REQUEST_SCOPE,
    SIT_REQUEST_LIST,
    SIT_REQUEST_RETRAIN,
    SIT_REQUEST_HELP,
    SIT_REQUEST_REPAINT,
    SIT_REQUEST_SUSPEND,
    SIT_REQUEST_QUIT,
    SIT_REQUEST_ACCEPT,
    SIT_REQUEST_HIDE_SUGGESTIONS,
    SIT_REQUEST_QUEUE,
    SIT_REQUEST_GRID,
    SIT_REQUEST_ZOOM,
    SIT_REQUEST_COMMENT,
    SIT_REQUEST_BOOKMARK,
    SIT_REQUEST_COMMAND,
    SIT_REQUEST_UP,
    SIT_REQUEST_DOWN,
    SIT_REQUEST_MARK,
    SIT_REQUEST_PICK,
    SIT_REQUEST_RANGE,
    SIT_REQUEST_ROW,
    SIT_REQUEST_ALL,
    SIT_REQUEST_CLEAR,
    SIT_REQUEST_ORDER,
    SIT_REQUEST_DOUBT_NEXT,
    SIT_REQUEST_DOUBT_PREVIOUS,
    SIT_REQUEST_BLIND,
    SIT_REQUEST_FOR_ALL,
    SIT_N_REQUESTS,
};

/** The stable name of a request, "find-next": what a configuration file calls it. NULL
 * for NONE and CLASS. */
const char *sit_request_name(enum sit_request request);

enum { SIT_BINDING_MAX_KEYS = 5 };

struct sit_key_binding {
    enum sit_request request;
    uint32_t keys[SIT_BINDING_MAX_KEYS]; /* 0 ends them early */
    const char *name;                    /* on the key bar; NULL: not there */
    const char *help;
};

/** The keys of a screen. The table is written to before a screen opens, where the user
 * has keys of their own (key_config.h), and only read afterwards. */
#define SIT_CTRL(letter) ((letter)&0x1fu)

/** The rows that end the table of every screen, in its initialiser. */
/* clang-format off */
#define SIT_ROWS_OF_EVERY_SCREEN                                                       \
    {SIT_REQUEST_REPAINT, {SIT_CTRL('l')}, NULL, "draw the screen again"},             \
    {SIT_REQUEST_SUSPEND, {SIT_CTRL('z')}, NULL,                                       \
     "back to the shell for a while (fg returns)"},                                    \
    {SIT_REQUEST_HELP, {'?', SIT_KEY_F1}, "help", "this list"},                        \
    {SIT_REQUEST_QUIT, {'q', SIT_CTRL('c'), SIT_CTRL('d')}, "quit",                    \
     "quit; all is saved already"}
/* clang-format on */

struct sit_keymap {
    const char *name;       /* in a configuration file: "label" */
    const char *title;      /* of the help screen */
    const char *class_help; /* "label as %s ..." */
    struct sit_key_binding *bindings;
    size_t n;
};

extern const struct sit_keymap sit_label_keymap;
extern const struct sit_keymap sit_review_keymap; /* review_keys.c */
extern const struct sit_keymap sit_adjudicate_keymap;
extern const struct sit_keymap sit_page_keymap; /* page_keys.c */

/** All of them. */
extern const struct sit_keymap *const sit_keymaps[];
extern const size_t sit_n_keymaps;

/** What `key` asks for; *class_index is set for SIT_REQUEST_CLASS. */
enum sit_request sit_keymap_find(const struct sit_keymap *keymap,
                                 const struct sit_class_list *classes, uint32_t key,
                                 sit_class_index *class_index);

/** Append the name of a key: "m", "Space", "Ctrl-R", "PgUp", "F5". */
void sit_key_name(uint32_t key, struct sit_buf *out);

/** The key of that name, upper and lower case being the same in names of more than one
 * character; SIT_KEY_NONE where there is none. */
uint32_t sit_key_by_name(const char *name, size_t n_bytes);

/** Append the names of the keys of a binding that no class has taken, joined by blanks.
 */
void sit_keymap_live_keys(const struct sit_key_binding *binding,
                          const struct sit_class_list *classes, struct sit_buf *out);

/** Append the name of the first of them for a request; nothing where there is none. */
void sit_keymap_key_of(const struct sit_keymap *keymap,
                       const struct sit_class_list *classes, enum sit_request request,
                       struct sit_buf *out);

/** The same for a notice; "" where there is none. */
struct sit_key_text {
    char text[32];
};
struct sit_key_text sit_keymap_key_text(const struct sit_keymap *keymap,
                                        const struct sit_class_list *classes,
                                        enum sit_request request);

/** The number of lines of the help text, and line i: "keys" and "what they do", both
 * appended. Every live key is in one of them. */
size_t sit_keymap_n_help(const struct sit_keymap *keymap,
                         const struct sit_class_list *classes);
void sit_keymap_help(const struct sit_keymap *keymap,
                     const struct sit_class_list *classes, size_t i,
                     struct sit_buf *keys, struct sit_buf *help);

/** Draw the key bar into a row: classes, then the bindings that have a name; whole ones
 * only. Where there is not room for all, help and quit come first, then the classes,
 * then undo, then the others. */
void sit_keymap_draw_bar(const struct sit_keymap *keymap,
                         const struct sit_class_list *classes, struct sit_grid *grid,
                         struct sit_area area, size_t row);

#endif
