/*
 * The configuration file of keys: parsing, checking, printing.
 */
#include "key_config.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sitter/file.h"
#include "sitter/term.h"
#include "sitter/text.h"
#include "sitter/tui.h"

enum { MAX_FILE_BYTES = 64 * 1024, CTRL_C = 0x03, CTRL_L = 0x0c, CTRL_Z = 0x1a };

/* What these keys do they do everywhere. */
static const struct {
    uint32_t key;
    enum sit_request request;
} fixed_keys[] = {
    {CTRL_C, SIT_REQUEST_QUIT},
    {CTRL_L, SIT_REQUEST_REPAINT},
    {CTRL_Z, SIT_REQUEST_SUSPEND},
};
enum { N_FIXED = sizeof fixed_keys / sizeof *fixed_keys };

/* One run over a file. */
struct parser {
    const char *path;
    size_t line;
    struct sit_key_config config;
    size_t line_of[SIT_KEY_CONFIG_MAX_KEYMAPS][SIT_KEY_CONFIG_MAX_BINDINGS];
};

struct span {
    const char *text;
    size_t n;
};

void sit_key_config_take(struct sit_key_config *out)
{
    *out = (struct sit_key_config){0};
    assert(sit_n_keymaps <= SIT_KEY_CONFIG_MAX_KEYMAPS);
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        assert(sit_keymaps[m]->n <= SIT_KEY_CONFIG_MAX_BINDINGS);
        for (size_t b = 0; b < sit_keymaps[m]->n; b++)
            memcpy(out->keys[m][b], sit_keymaps[m]->bindings[b].keys,
                   sizeof out->keys[m][b]);
    }
}

void sit_key_config_apply(const struct sit_key_config *config)
{
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        for (size_t b = 0; b < sit_keymaps[m]->n; b++)
            memcpy(sit_keymaps[m]->bindings[b].keys, config->keys[m][b],
                   sizeof config->keys[m][b]);
    }
}

static struct span trimmed(struct span span)
{
    while (span.n > 0 && strchr(" \t\r", span.text[0]) != NULL) {
        span.text++;
        span.n--;
    }
    while (span.n > 0 && strchr(" \t\r", span.text[span.n - 1]) != NULL)
        span.n--;
    return span;
}

static bool is_word(struct span span, const char *word)
{
    return strlen(word) == span.n && memcmp(word, span.text, span.n) == 0;
}

static enum sit_status fail(const struct parser *parser, struct sit_error *err,
                            const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum sit_status fail(const struct parser *parser, struct sit_error *err,
                            const char *format, ...)
{
    struct sit_error what;
    va_list args;
    va_start(args, format);
    vsnprintf(what.message, sizeof what.message, format, args);
    va_end(args);
    return sit_error_set(err, SIT_E_FORMAT, "'%s', line %zu: %.400s", parser->path,
                         parser->line, what.message);
}

static bool find_binding(struct span name, size_t *keymap, size_t *binding)
{
    const char *dot = memchr(name.text, '.', name.n);
    if (dot == NULL)
        return false;
    struct span screen = {name.text, (size_t)(dot - name.text)};
    struct span request = {dot + 1, name.n - screen.n - 1};
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        if (!is_word(screen, sit_keymaps[m]->name))
            continue;
        for (size_t b = 0; b < sit_keymaps[m]->n; b++) {
            if (is_word(request,
                        sit_request_name(sit_keymaps[m]->bindings[b].request))) {
                *keymap = m;
                *binding = b;
                return true;
            }
        }
    }
    return false;
}

static size_t n_keys(const uint32_t *keys)
{
    size_t n = 0;
    while (n < SIT_BINDING_MAX_KEYS && keys[n] != SIT_KEY_NONE)
        n++;
    return n;
}

static bool has_key(const uint32_t *keys, uint32_t key)
{
    for (size_t k = 0; k < n_keys(keys); k++) {
        if (keys[k] == key)
            return true;
    }
    return false;
}

static void remove_key(uint32_t *keys, uint32_t key)
{
    size_t n = 0;
    for (size_t k = 0; k < SIT_BINDING_MAX_KEYS; k++) {
        if (keys[k] != key && keys[k] != SIT_KEY_NONE)
            keys[n++] = keys[k];
    }
    while (n < SIT_BINDING_MAX_KEYS)
        keys[n++] = SIT_KEY_NONE;
}

/* The key is for this binding alone. */
static enum sit_status claim(struct parser *parser, size_t m, size_t b, uint32_t key,
                             struct span word, struct sit_error *err)
{
    const struct sit_keymap *keymap = sit_keymaps[m];
    for (size_t i = 0; i < N_FIXED; i++) {
        if (fixed_keys[i].key == key &&
            fixed_keys[i].request != keymap->bindings[b].request)
            return fail(parser, err, "%.*s is always %s's", (int)word.n, word.text,
                        sit_request_name(fixed_keys[i].request));
    }
    for (size_t other = 0; other < keymap->n; other++) {
        uint32_t *keys = parser->config.keys[m][other];
        if (!has_key(keys, key))
            continue;
        const char *name = sit_request_name(keymap->bindings[other].request);
        if (other == b)
            return fail(parser, err, "key %.*s is given twice", (int)word.n, word.text);
        if (parser->line_of[m][other] != 0)
            return fail(parser, err, "key %.*s is %s.%s's already, by line %zu",
                        (int)word.n, word.text, keymap->name, name,
                        parser->line_of[m][other]);
        remove_key(keys, key);
    }
    return SIT_OK;
}

/* The fixed keys of a request come last, asked for or not. False without room. */
static bool add_fixed_keys(enum sit_request request, uint32_t *keys, size_t n)
{
    for (size_t i = 0; i < N_FIXED; i++) {
        if (fixed_keys[i].request != request || has_key(keys, fixed_keys[i].key))
            continue;
        if (n == SIT_BINDING_MAX_KEYS)
            return false;
        keys[n++] = fixed_keys[i].key;
    }
    return true;
}

static bool is_everywhere(uint32_t key)
{
    return key != SIT_KEY_NONE && (key < SIT_KEY_F1 || key > SIT_KEY_F12);
}

static enum sit_status parse_keys(struct parser *parser, size_t m, size_t b,
                                  struct span rest, struct sit_error *err)
{
    const struct sit_keymap *keymap = sit_keymaps[m];
    enum sit_request request = keymap->bindings[b].request;
    uint32_t *keys = parser->config.keys[m][b];
    size_t n = 0;
    memset(keys, 0, sizeof parser->config.keys[m][b]);
    while ((rest = trimmed(rest)).n > 0) {
        struct span word = {rest.text, 0};
        while (word.n < rest.n && word.text[word.n] != ' ' && word.text[word.n] != '\t')
            word.n++;
        rest.text += word.n;
        rest.n -= word.n;
        uint32_t key = sit_key_by_name(word.text, word.n);
        if (key == SIT_KEY_NONE)
            return fail(parser, err, "'%.*s' is no key", (int)word.n, word.text);
        enum sit_status status = claim(parser, m, b, key, word, err);
        if (status != SIT_OK)
            return status;
        if (n == SIT_BINDING_MAX_KEYS)
            return fail(parser, err, "more than %d keys", SIT_BINDING_MAX_KEYS);
        keys[n++] = key;
    }
    bool reachable = false;
    for (size_t k = 0; k < n; k++)
        reachable = reachable || is_everywhere(keys[k]);
    if (!reachable && (request == SIT_REQUEST_QUIT || request == SIT_REQUEST_HELP))
        return fail(parser, err, "%s.%s needs a key that every keyboard has",
                    keymap->name, sit_request_name(request));
    if (!add_fixed_keys(request, keys, n))
        return fail(parser, err, "more than %d keys, one of them fixed",
                    SIT_BINDING_MAX_KEYS);
    return SIT_OK;
}

static enum sit_status parse_line(struct parser *parser, struct span line,
                                  struct sit_error *err)
{
    line = trimmed(line);
    if (line.n == 0 || line.text[0] == '#')
        return SIT_OK;
    const char *equals = memchr(line.text, '=', line.n);
    if (equals == NULL)
        return fail(parser, err, "'%.*s' is not of the form screen.request = keys",
                    (int)line.n, line.text);
    struct span name = trimmed((struct span){line.text, (size_t)(equals - line.text)});
    size_t m, b;
    if (!find_binding(name, &m, &b))
        return fail(parser, err, "no request '%.*s' (sitter keys lists them)",
                    (int)name.n, name.text);
    if (parser->line_of[m][b] != 0)
        return fail(parser, err, "%.*s has its keys by line %zu already", (int)name.n,
                    name.text, parser->line_of[m][b]);
    parser->line_of[m][b] = parser->line;
    struct span rest = {equals + 1, line.n - (size_t)(equals + 1 - line.text)};
    return parse_keys(parser, m, b, rest, err);
}

/* What had keys before, and was not told to have none, has some still. */
static enum sit_status check_lost(struct parser *parser,
                                  const struct sit_key_config *before,
                                  struct sit_error *err)
{
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        for (size_t b = 0; b < sit_keymaps[m]->n; b++) {
            if (parser->line_of[m][b] != 0 || n_keys(before->keys[m][b]) == 0)
                continue;
            bool reachable = false;
            for (size_t k = 0; k < SIT_BINDING_MAX_KEYS; k++)
                reachable = reachable || is_everywhere(parser->config.keys[m][b][k]);
            if (reachable)
                continue;
            for (size_t other = 0; other < sit_keymaps[m]->n; other++) {
                if (parser->line_of[m][other] != 0 &&
                    has_key(parser->config.keys[m][other], before->keys[m][b][0]))
                    parser->line = parser->line_of[m][other];
            }
            return fail(parser, err,
                        "leaves %s.%s without a key; give it one, or none by '%s.%s ='",
                        sit_keymaps[m]->name,
                        sit_request_name(sit_keymaps[m]->bindings[b].request),
                        sit_keymaps[m]->name,
                        sit_request_name(sit_keymaps[m]->bindings[b].request));
        }
    }
    return SIT_OK;
}

enum sit_status sit_key_config_parse(const char *text, size_t n_bytes, const char *path,
                                     struct sit_key_config *config,
                                     struct sit_error *err)
{
    struct parser parser = {.path = path, .config = *config};
    enum sit_status status = SIT_OK;
    while (n_bytes > 0 && status == SIT_OK) {
        const char *end = memchr(text, '\n', n_bytes);
        size_t n = end != NULL ? (size_t)(end - text) : n_bytes;
        parser.line++;
        if (memchr(text, '\0', n) != NULL)
            status = fail(&parser, err, "a byte that is no text");
        else
            status = parse_line(&parser, (struct span){text, n}, err);
        n += end != NULL ? 1 : 0;
        text += n;
        n_bytes -= n;
    }
    if (status == SIT_OK)
        status = check_lost(&parser, config, err);
    if (status == SIT_OK)
        *config = parser.config;
    return status;
}

void sit_key_config_print(const struct sit_key_config *config, struct sit_buf *out)
{
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        const struct sit_keymap *keymap = sit_keymaps[m];
        sit_buf_appendf(out, "%s# %s\n", m > 0 ? "\n" : "", keymap->title);
        for (size_t b = 0; b < keymap->n; b++) {
            sit_buf_appendf(out, "# %s\n%s.%s =", keymap->bindings[b].help,
                            keymap->name,
                            sit_request_name(keymap->bindings[b].request));
            for (size_t k = 0; k < n_keys(config->keys[m][b]); k++) {
                sit_buf_append_char(out, ' ');
                sit_key_name(config->keys[m][b][k], out);
            }
            sit_buf_append_char(out, '\n');
        }
    }
}

/*
 * For the command line
 */

enum sit_status sit_tui_load_keys(const char *path, struct sit_error *err)
{
    struct sit_buf text = {0};
    struct sit_key_config config;
    sit_key_config_take(&config);
    enum sit_status status = sit_file_read(path, MAX_FILE_BYTES, &text, err);
    if (status == SIT_OK)
        status = sit_key_config_parse(sit_buf_text(&text), text.n_bytes, path, &config,
                                      err);
    if (status == SIT_OK)
        sit_key_config_apply(&config);
    sit_buf_release(&text);
    return status;
}

void sit_tui_print_keys(struct sit_buf *out)
{
    struct sit_key_config config;
    sit_key_config_take(&config);
    sit_key_config_print(&config, out);
}

enum sit_status sit_tui_check_keys(const struct sit_class_list *classes,
                                   struct sit_error *err)
{
    for (size_t m = 0; m < sit_n_keymaps; m++) {
        for (size_t b = 0; b < sit_keymaps[m]->n; b++) {
            const struct sit_key_binding *binding = &sit_keymaps[m]->bindings[b];
            if (binding->request != SIT_REQUEST_QUIT &&
                binding->request != SIT_REQUEST_HELP)
                continue;
            struct sit_buf live = {0};
            sit_keymap_live_keys(binding, classes, &live);
            bool reachable = live.n_bytes > 0;
            sit_buf_release(&live);
            if (!reachable)
                return sit_error_set(err, SIT_E_ARG,
                                     "the classes of this project leave no key for "
                                     "%s.%s",
                                     sit_keymaps[m]->name,
                                     sit_request_name(binding->request));
        }
    }
    return SIT_OK;
}
