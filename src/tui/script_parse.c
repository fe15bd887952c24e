/*
 * Reading scripts of keys.
 */
#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "keymap.h"
#include "sitter/alloc.h"
#include "sitter/text.h"

enum { MAX_KEYS = 1000000 };

struct reader {
    const char *text;
    size_t n_bytes, at;
    size_t line;
    struct sit_script_keys *keys;
    struct sit_error *err;
};

void sit_script_keys_release(struct sit_script_keys *keys)
{
    free(keys->keys);
    *keys = (struct sit_script_keys){0};
}

static enum sit_status add(struct reader *reader, uint32_t key)
{
    struct sit_script_keys *keys = reader->keys;
    if (keys->n == MAX_KEYS)
        return sit_error_set(reader->err, SIT_E_LIMIT, "more than %d keys", MAX_KEYS);
    if (!sit_grow_array((void **)&keys->keys, &keys->capacity, keys->n + 1,
                        sizeof *keys->keys))
        return sit_error_nomem(reader->err);
    keys->keys[keys->n++] = key;
    return SIT_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What is typed: one key a character. */
static enum sit_status read_text(struct reader *reader)
{
    size_t first = reader->keys->n + 1;
    reader->at++;
    for (;;) {
        size_t left = reader->n_bytes - reader->at;
        uint32_t code;
        if (left == 0 || reader->text[reader->at] == '\n')
            return sit_error_set(reader->err, SIT_E_ARG,
                                 "line %zu, key %zu: the \" has no second one",
                                 reader->line, first);
        if (reader->text[reader->at] == '"')
            break;
        if (reader->text[reader->at] == '\\' && left > 1 &&
            reader->text[reader->at + 1] != '\n') {
            reader->at++;
            left--;
        }
        reader->at += sit_utf8_decode(reader->text + reader->at, left, &code);
        if (code == UINT32_MAX || sit_text_code_width(code) < 0)
            return sit_error_set(reader->err, SIT_E_ARG,
                                 "line %zu, key %zu: a character that cannot be typed",
                                 reader->line, reader->keys->n + 1);
        enum sit_status status = add(reader, code);
        if (status != SIT_OK)
            return status;
    }
    reader->at++;
    if (reader->at < reader->n_bytes && !is_blank(reader->text[reader->at]))
        return sit_error_set(reader->err, SIT_E_ARG,
                             "line %zu, key %zu: a blank is missing after the \"",
                             reader->line, reader->keys->n + 1);
    return SIT_OK;
}

static enum sit_status read_name(struct reader *reader)
{
    size_t n = 0;
    const char *name = reader->text + reader->at;
    while (reader->at + n < reader->n_bytes && !is_blank(name[n]))
        n++;
    uint32_t key = memchr(name, '\0', n) == NULL ? sit_key_by_name(name, n)
                                                 : SIT_KEY_NONE;
    if (key == SIT_KEY_NONE)
        return sit_error_set(reader->err, SIT_E_ARG,
                             "line %zu, key %zu: no key is called '%.*s' (text to type "
                             "goes between quotation marks)",
                             reader->line, reader->keys->n + 1, (int)(n < 40 ? n : 40),
                             name);
    reader->at += n;
    return add(reader, key);
}

static void skip_comment(struct reader *reader)
{
    while (reader->at < reader->n_bytes && reader->text[reader->at] != '\n')
        reader->at++;
}

enum sit_status sit_script_parse(const char *text, size_t n_bytes,
                                 struct sit_script_keys *out, struct sit_error *err)
{
    struct sit_script_keys keys = {0};
    struct reader reader = {
        .text = text, .n_bytes = n_bytes, .line = 1, .keys = &keys, .err = err};
    enum sit_status status = SIT_OK;
    while (status == SIT_OK && reader.at < n_bytes) {
        char c = text[reader.at];
        if (is_blank(c)) {
            reader.line += c == '\n' ? 1 : 0;
            reader.at++;
        } else if (c == '#') {
            skip_comment(&reader);
        } else if (c == '"') {
            status = read_text(&reader);
        } else {
            status = read_name(&reader);
        }
    }
    if (status != SIT_OK) {
        sit_script_keys_release(&keys);
        return status;
    }
    *out = keys;
    return SIT_OK;
}
