/*
 * The key tables of the screens, and what is made from them.
 */
#include "keymap.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sitter/term.h"
#include "sitter/text.h"

/* Stable: configuration files use them. */
static const char *const request_names[SIT_N_REQUESTS] = {
    [SIT_REQUEST_CONFIRM] = "confirm",
    [SIT_REQUEST_SKIP] = "skip",
    [SIT_REQUEST_UNDO] = "undo",
    [SIT_REQUEST_REDO] = "redo",
    [SIT_REQUEST_BACK] = "back",
    [SIT_REQUEST_ON] = "on",
    [SIT_REQUEST_PAGE_BACK] = "page-back",
    [SIT_REQUEST_PAGE_ON] = "page-on",
    [SIT_REQUEST_FIRST] = "first",
    [SIT_REQUEST_LAST] = "last",
    [SIT_REQUEST_CONTEXT] = "context",
    [SIT_REQUEST_FIND] = "find",
    [SIT_REQUEST_FIND_NEXT] = "find-next",
    [SIT_REQUEST_FIND_PREVIOUS] = "find-previous",
    [SIT_REQUEST_SCOPE] = "scope",
    [SIT_REQUEST_LIST] = "list",
    [SIT_REQUEST_RETRAIN] = "retrain",
    [SIT_REQUEST_HELP] = "help",
    [SIT_REQUEST_REPAINT] = "repaint",
    [SIT_REQUEST_SUSPEND] = "suspend",
    [SIT_REQUEST_QUIT] = "quit",
    [SIT_REQUEST_ACCEPT] = "accept",
    [SIT_REQUEST_HIDE_SUGGESTIONS] = "hide-suggestions",
    [SIT_REQUEST_QUEUE] = "queue",
    [SIT_REQUEST_GRID] = "grid",
    [SIT_REQUEST_ZOOM] = "zoom",
    [SIT_REQUEST_COMMENT] = "comment",
    [SIT_REQUEST_BOOKMARK] = "bookmark",
    [SIT_REQUEST_COMMAND] = "command",
    [SIT_REQUEST_UP] = "up",
    [SIT_REQUEST_DOWN] = "down",
    [SIT_REQUEST_MARK] = "mark",
    [SIT_REQUEST_PICK] = "pick",
    [SIT_REQUEST_RANGE] = "range",
    [SIT_REQUEST_ROW] = "row",
    [SIT_REQUEST_ALL] = "all",
    [SIT_REQUEST_CLEAR] = "clear",
    [SIT_REQUEST_ORDER] = "order",
    [SIT_REQUEST_DOUBT_NEXT] = "doubt-next",
    [SIT_REQUEST_DOUBT_PREVIOUS] = "doubt-previous",
    [SIT_REQUEST_BLIND] = "blind",
    [SIT_REQUEST_FOR_ALL] = "for-all",
};

const char *sit_request_name(enum sit_request request)
{
    return (size_t)request < SIT_N_REQUESTS ? request_names[request] : NULL;
}

/* Nothing is on function keys alone, nor on a printable key alone that a class may
 * have: those that the project reserves for the screens are enough by themselves. */

static struct sit_key_binding label_bindings[] = {
    {SIT_REQUEST_SKIP, {' '}, "skip", "skip: to the next unlabelled face, no label"},
    {SIT_REQUEST_UNDO, {'u', SIT_KEY_BACKSPACE}, "undo", "undo your last decision"},
    {SIT_REQUEST_FIND, {'/'}, "find", "find a face by a part of its name"},
    {SIT_REQUEST_CONTEXT,
     {SIT_KEY_TAB},
     "poster",
     "the poster of the face, beside it where there is room"},
    {SIT_REQUEST_ACCEPT, {SIT_KEY_ENTER, 'a'}, "accept", "label as the model suggests"},
    {SIT_REQUEST_HIDE_SUGGESTIONS,
     {'S', SIT_CTRL('x')},
     NULL,
     "hide the suggestions, or show them again"},
    {SIT_REQUEST_QUEUE,
     {'s', SIT_CTRL('s')},
     NULL,
     "the next order: as given, random, uncertain, spread, least"},
    {SIT_REQUEST_COMMENT,
     {'c', SIT_CTRL('k')},
     "comment",
     "write a comment on the face"},
    {SIT_REQUEST_BOOKMARK,
     {'b', SIT_CTRL('t')},
     NULL,
     "bookmark the face, or take the bookmark away"},
    {SIT_REQUEST_ZOOM, {'z', SIT_CTRL('e')}, NULL, "the middle of the face, larger"},
    {SIT_REQUEST_GRID, {'v', SIT_CTRL('v')}, NULL, "a page of faces at once, and back"},
    {SIT_REQUEST_COMMAND,
     {':'},
     "command",
     "a command, such as :filter label=none; Tab completes"},
    {SIT_REQUEST_REDO, {SIT_CTRL('r')}, NULL, "redo what was undone"},
    {SIT_REQUEST_BACK, {'h', 'k', SIT_KEY_LEFT, SIT_KEY_UP}, NULL, "one face back"},
    {SIT_REQUEST_ON, {'l', 'j', SIT_KEY_RIGHT, SIT_KEY_DOWN}, NULL, "one face on"},
    {SIT_REQUEST_PAGE_BACK, {SIT_KEY_PAGE_UP, SIT_CTRL('b')}, NULL, "ten faces back"},
    {SIT_REQUEST_PAGE_ON, {SIT_KEY_PAGE_DOWN, SIT_CTRL('f')}, NULL, "ten faces on"},
    {SIT_REQUEST_FIRST, {'g', SIT_KEY_HOME}, NULL, "the first face"},
    {SIT_REQUEST_LAST, {'G', SIT_KEY_END}, NULL, "the last face"},
    {SIT_REQUEST_FIND_NEXT, {'n', SIT_CTRL('n')}, NULL, "the next face found"},
    {SIT_REQUEST_FIND_PREVIOUS, {'N', SIT_CTRL('p')}, NULL, "the previous face found"},
    SIT_ROWS_OF_EVERY_SCREEN,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct sit_keymap sit_label_keymap = {
    .name = "label",
    .title = "Labelling: keys",
    .class_help = "label as %s, then the next unlabelled face",
    .bindings = label_bindings,
    .n = COUNT(label_bindings)};

const struct sit_keymap *const sit_keymaps[] = {
    &sit_label_keymap, &sit_review_keymap, &sit_adjudicate_keymap, &sit_page_keymap};
const size_t sit_n_keymaps = COUNT(sit_keymaps);

static sit_class_index class_of_key(const struct sit_class_list *classes, uint32_t key)
{
    for (size_t i = 0; i < classes->n; i++) {
        uint32_t code;
        const char *text = classes->items[i].key;
        size_t n = strnlen(text, sizeof classes->items[i].key);
        if (n > 0 && sit_utf8_decode(text, n, &code) == n && code == key)
            return (sit_class_index)i;
    }
    return SIT_NO_CLASS;
}

enum sit_request sit_keymap_find(const struct sit_keymap *keymap,
                                 const struct sit_class_list *classes, uint32_t key,
                                 sit_class_index *class_index)
{
    *class_index = class_of_key(classes, key);
    if (*class_index != SIT_NO_CLASS)
        return SIT_REQUEST_CLASS;
    for (size_t i = 0; i < keymap->n; i++) {
        const uint32_t *keys = keymap->bindings[i].keys;
        for (size_t k = 0; k < SIT_BINDING_MAX_KEYS && keys[k] != 0; k++) {
            if (keys[k] == key)
                return keymap->bindings[i].request;
        }
    }
    return SIT_REQUEST_NONE;
}

/* The first name of a key is the one that is shown. */
static const struct {
    uint32_t key;
    const char *name;
} key_names[] = {
    {' ', "Space"},
    {SIT_KEY_ENTER, "Enter"},
    {SIT_KEY_ENTER, "Return"},
    {SIT_KEY_TAB, "Tab"},
    {SIT_KEY_ESCAPE, "Esc"},
    {SIT_KEY_ESCAPE, "Escape"},
    {SIT_KEY_BACKSPACE, "Backspace"},
    {SIT_KEY_UP, "Up"},
    {SIT_KEY_DOWN, "Down"},
    {SIT_KEY_LEFT, "Left"},
    {SIT_KEY_RIGHT, "Right"},
    {SIT_KEY_HOME, "Home"},
    {SIT_KEY_END, "End"},
    {SIT_KEY_PAGE_UP, "PgUp"},
    {SIT_KEY_PAGE_UP, "PageUp"},
    {SIT_KEY_PAGE_DOWN, "PgDn"},
    {SIT_KEY_PAGE_DOWN, "PageDown"},
    {SIT_KEY_INSERT, "Insert"},
    {SIT_KEY_DELETE, "Delete"},
    {SIT_KEY_BACKTAB, "Shift-Tab"},
};

enum { N_FUNCTION_KEYS = SIT_KEY_F12 - SIT_KEY_F1 + 1 };

void sit_key_name(uint32_t key, struct sit_buf *out)
{
    for (size_t i = 0; i < COUNT(key_names); i++) {
        if (key_names[i].key == key) {
            sit_buf_append_text(out, key_names[i].name);
            return;
        }
    }
    char bytes[4];
    if (key < 0x20)
        sit_buf_appendf(out, "Ctrl-%c", (char)(key + 0x40));
    else if (key >= SIT_KEY_F1 && key <= SIT_KEY_F12)
        sit_buf_appendf(out, "F%u", key - SIT_KEY_F1 + 1);
    else if (key < SIT_KEY_UP && sit_text_code_width(key) >= 0)
        sit_buf_append(out, bytes, sit_utf8_encode(key, bytes));
    else
        sit_buf_append_text(out, "that key");
}

static bool is_name(const char *text, size_t n_bytes, const char *name)
{
    return strlen(name) == n_bytes && strncasecmp(text, name, n_bytes) == 0;
}

/* Some control characters are keys of their own, as the key filter has them. */
static uint32_t control_key(char letter)
{
    unsigned char c = (unsigned char)letter;
    c = c >= 'a' && c <= 'z' ? (unsigned char)(c - 'a' + 'A') : c;
    if (c <= '@' || c > '_')
        return SIT_KEY_NONE;
    uint32_t key = SIT_CTRL(c);
    return key == SIT_CTRL('h')   ? SIT_KEY_BACKSPACE
           : key == SIT_CTRL('j') ? SIT_KEY_ENTER
                                  : key;
}

uint32_t sit_key_by_name(const char *name, size_t n_bytes)
{
    static const char ctrl[] = "Ctrl-";
    const size_t n_ctrl = sizeof ctrl - 1;
    uint32_t code = SIT_KEY_NONE;
    if (n_bytes == 0)
        return SIT_KEY_NONE;
    if (sit_utf8_decode(name, n_bytes, &code) == n_bytes)
        return code != UINT32_MAX && code != ' ' && sit_text_code_width(code) >= 1
                   ? code
                   : SIT_KEY_NONE;
    for (size_t i = 0; i < COUNT(key_names); i++) {
        if (is_name(name, n_bytes, key_names[i].name))
            return key_names[i].key;
    }
    if (n_bytes == n_ctrl + 1 && strncasecmp(name, ctrl, n_ctrl) == 0)
        return control_key(name[n_ctrl]);
    for (uint32_t i = 0; i < N_FUNCTION_KEYS; i++) {
        char function_key[8];
        snprintf(function_key, sizeof function_key, "F%u", i + 1);
        if (is_name(name, n_bytes, function_key))
            return SIT_KEY_F1 + i;
    }
    return SIT_KEY_NONE;
}

void sit_keymap_live_keys(const struct sit_key_binding *binding,
                          const struct sit_class_list *classes, struct sit_buf *out)
{
    bool first = true;
    for (size_t k = 0; k < SIT_BINDING_MAX_KEYS && binding->keys[k] != 0; k++) {
        if (class_of_key(classes, binding->keys[k]) != SIT_NO_CLASS)
            continue;
        if (!first)
            sit_buf_append_char(out, ' ');
        sit_key_name(binding->keys[k], out);
        first = false;
    }
}

void sit_keymap_key_of(const struct sit_keymap *keymap,
                       const struct sit_class_list *classes, enum sit_request request,
                       struct sit_buf *out)
{
    for (size_t i = 0; i < keymap->n; i++) {
        const uint32_t *keys = keymap->bindings[i].keys;
        if (keymap->bindings[i].request != request)
            continue;
        for (size_t k = 0; k < SIT_BINDING_MAX_KEYS && keys[k] != 0; k++) {
            if (class_of_key(classes, keys[k]) == SIT_NO_CLASS) {
                sit_key_name(keys[k], out);
                return;
            }
        }
    }
}

static bool is_live(const struct sit_key_binding *binding,
                    const struct sit_class_list *classes)
{
    for (size_t k = 0; k < SIT_BINDING_MAX_KEYS && binding->keys[k] != 0; k++) {
        if (class_of_key(classes, binding->keys[k]) == SIT_NO_CLASS)
            return true;
    }
    return false;
}

struct sit_key_text sit_keymap_key_text(const struct sit_keymap *keymap,
                                        const struct sit_class_list *classes,
                                        enum sit_request request)
{
    struct sit_key_text out;
    struct sit_buf key = {0};
    sit_keymap_key_of(keymap, classes, request, &key);
    snprintf(out.text, sizeof out.text, "%s", sit_buf_text(&key));
    sit_buf_release(&key);
    return out;
}

size_t sit_keymap_n_help(const struct sit_keymap *keymap,
                         const struct sit_class_list *classes)
{
    size_t n = classes->n;
    for (size_t i = 0; i < keymap->n; i++)
        n += is_live(&keymap->bindings[i], classes) ? 1 : 0;
    return n;
}

void sit_keymap_help(const struct sit_keymap *keymap,
                     const struct sit_class_list *classes, size_t i,
                     struct sit_buf *keys, struct sit_buf *help)
{
    if (i < classes->n) {
        sit_buf_append_text(keys, classes->items[i].key);
        const char *name_at = strstr(keymap->class_help, "%s");
        sit_buf_append(help, keymap->class_help,
                       (size_t)(name_at - keymap->class_help));
        sit_buf_append_text(help, classes->items[i].name);
        sit_buf_append_text(help, name_at + 2);
        return;
    }
    i -= classes->n;
    for (size_t b = 0; b < keymap->n; b++) {
        if (!is_live(&keymap->bindings[b], classes))
            continue;
        if (i-- == 0) {
            sit_keymap_live_keys(&keymap->bindings[b], classes, keys);
            const struct sit_key_binding *binding = &keymap->bindings[b];
            sit_buf_appendf(help, "%s [%s]", binding->help,
                            sit_request_name(binding->request));
            return;
        }
    }
}

/*
 * The key bar
 */

/* Which items are shown where there is not room for all; not where they are. */
enum bar_rank { RANK_HELP, RANK_QUIT, RANK_CLASS, RANK_UNDO, RANK_OTHER, N_RANKS };

struct bar_item {
    char key[32];
    const char *name;
    enum bar_rank rank;
    enum sit_style style; /* of the name */
    size_t width;
    bool shown;
};
enum { BAR_MAX_ITEMS = SIT_PROJECT_MAX_CLASSES + 16, BAR_GAP = 2 };

static void add_item(struct bar_item *items, size_t *n, const char *key,
                     const char *name, enum sit_style style, enum bar_rank rank)
{
    if (*n == BAR_MAX_ITEMS || key[0] == '\0')
        return;
    struct bar_item *item = &items[(*n)++];
    *item = (struct bar_item){.name = name, .style = style, .rank = rank};
    snprintf(item->key, sizeof item->key, "%s", key);
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, name, SIZE_MAX);
    item->width = sit_text_width(item->key) + 1 + sit_text_width(sit_buf_text(&fitted));
    sit_buf_release(&fitted);
}

static enum bar_rank rank_of(enum sit_request request)
{
    switch (request) {
    case SIT_REQUEST_HELP: return RANK_HELP;
    case SIT_REQUEST_QUIT: return RANK_QUIT;
    case SIT_REQUEST_UNDO: return RANK_UNDO;
    default: return RANK_OTHER;
    }
}

/* The first live key of a binding speaks for all of them. */
static void add_binding(struct bar_item *items, size_t *n,
                        const struct sit_key_binding *binding,
                        const struct sit_class_list *classes)
{
    struct sit_buf keys = {0};
    sit_keymap_live_keys(binding, classes, &keys);
    char first[32];
    snprintf(first, sizeof first, "%.*s", (int)strcspn(sit_buf_text(&keys), " "),
             sit_buf_text(&keys));
    enum bar_rank rank = rank_of(binding->request);
    add_item(items, n, first, binding->name, SIT_STYLE_NORMAL, rank);
    sit_buf_release(&keys);
}

/* Choose what fits: in the order of rank, and of the bar among equal ones. Of the last
 * rank a shorter one may fit where a longer one does not. */
static void choose_items(struct bar_item *items, size_t n, size_t n_cells)
{
    size_t used = 0;
    for (int rank = 0; rank < N_RANKS; rank++) {
        for (size_t i = 0; i < n; i++) {
            size_t need = items[i].width + (used > 0 ? BAR_GAP : 0);
            if (items[i].rank != (enum bar_rank)rank)
                continue;
            if (used + need > n_cells && rank != RANK_OTHER)
                return;
            if (used + need > n_cells)
                continue;
            items[i].shown = true;
            used += need;
        }
    }
}

void sit_keymap_draw_bar(const struct sit_keymap *keymap,
                         const struct sit_class_list *classes, struct sit_grid *grid,
                         struct sit_area area, size_t row)
{
    struct bar_item items[BAR_MAX_ITEMS];
    size_t n = 0;
    for (size_t i = 0; i < classes->n; i++)
        add_item(items, &n, classes->items[i].key, classes->items[i].name,
                 (enum sit_style)(SIT_STYLE_CLASS + i % SIT_N_CLASS_STYLES),
                 RANK_CLASS);
    for (size_t i = 0; i < keymap->n; i++) {
        if (keymap->bindings[i].name != NULL)
            add_binding(items, &n, &keymap->bindings[i], classes);
    }
    choose_items(items, n, area.n_cols);
    size_t col = 0;
    for (size_t i = 0; i < n; i++) {
        if (!items[i].shown)
            continue;
        col += col > 0 ? BAR_GAP : 0;
        col += sit_grid_put(grid, area, row, col, SIZE_MAX, SIT_STYLE_KEY,
                            items[i].key);
        col += 1;
        col += sit_grid_put(grid, area, row, col, SIZE_MAX, items[i].style,
                            items[i].name);
    }
}
