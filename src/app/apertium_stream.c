/*
 * The Apertium stream format: "^surface/lemma<tag><tag>/lemma<tag>$" for words, "[...]"
 * for what the tools pass on untouched, a backslash before a reserved character. Texts
 * are told apart by "[#NUMBER]", which no text can contain.
 */
#include "apertium_stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/text.h"

enum { MAX_WORD_BYTES = 200 };

static const char RESERVED[] = "\\^$/[]{}<>@~";

void apertium_tokens_release(struct apertium_tokens *tokens)
{
    sit_buf_release(&tokens->text);
    free(tokens->items);
    *tokens = (struct apertium_tokens){0};
}

const char *apertium_surface(const struct apertium_tokens *tokens, size_t i)
{
    return tokens->text.data + tokens->items[i].surface;
}

const char *apertium_lemma(const struct apertium_tokens *tokens, size_t i)
{
    return tokens->text.data + tokens->items[i].lemma;
}

/*
 * Writing
 */

static bool is_blank(uint32_t code)
{
    return code == ' ' || code == '\t' || code == '\n' || code == '\r' || code == 0xA0;
}

void apertium_append_text(struct sit_buf *out, size_t number, const char *text)
{
    struct sit_buf repaired = {0};
    sit_utf8_repair(&repaired, text, strlen(text));
    sit_buf_appendf(out, "[#%zu]", number);
    size_t word_bytes = 0;
    for (size_t at = 0; at < repaired.n_bytes;) {
        uint32_t code;
        size_t n = sit_utf8_decode(repaired.data + at, repaired.n_bytes - at, &code);
        bool blank = is_blank(code);
        if (code < 0x80 && strchr(RESERVED, (int)code) != NULL)
            sit_buf_append_char(out, '\\');
        if (!blank && (word_bytes > MAX_WORD_BYTES || sit_text_code_width(code) < 0)) {
            sit_buf_append_char(out, ' ');
            blank = true;
        }
        if (!blank || is_blank(code))
            sit_buf_append(out, repaired.data + at, n);
        word_bytes = blank ? 0 : word_bytes + n;
        at += n;
    }
    sit_buf_append_text(out, " .\n");
    out->failed = out->failed || repaired.failed;
    sit_buf_release(&repaired);
}

/*
 * Reading
 */

struct reader {
    const char *at, *end;
    struct apertium_tokens tokens;
    bool space, broken; /* between the last word and the next */
    size_t n_line_ends;
};

static enum sit_status malformed(const char *what, struct sit_error *err)
{
    return sit_error_set(err, SIT_E_FORMAT, "the tagger's output %s", what);
}

/* The next unescaped `c`, or NULL. */
static const char *find_char(const char *at, const char *end, char c)
{
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == c)
            return at;
    }
    return NULL;
}

/* The same text without its backslashes, NUL-terminated; returns where it begins. */
static size_t append_unescaped(struct sit_buf *out, const char *at, const char *end)
{
    size_t start = out->n_bytes;
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        if (*at != '\0')
            sit_buf_append_char(out, *at);
    }
    sit_buf_append_char(out, '\0');
    return start;
}

static bool tag_is(const char *tag, size_t n, const char *name)
{
    return strlen(name) == n && memcmp(tag, name, n) == 0;
}

static enum apertium_tag main_tag(const char *tag, size_t n)
{
    static const struct {
        const char *name;
        enum apertium_tag tag;
    } KNOWN[] = {{"n", APERTIUM_NOUN},         {"adj", APERTIUM_ADJECTIVE},
                 {"guio", APERTIUM_HYPHEN},    {"cnjcoo", APERTIUM_CONJUNCTION},
                 {"det", APERTIUM_DETERMINER}, {"predet", APERTIUM_DETERMINER},
                 {"prn", APERTIUM_DETERMINER}, {"num", APERTIUM_DETERMINER}};
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++)
        if (tag_is(tag, n, KNOWN[i].name))
            return KNOWN[i].tag;
    return n >= 2 && memcmp(tag, "vb", 2) == 0 ? APERTIUM_VERB : APERTIUM_OTHER;
}

struct reading {
    const char *lemma_end;
    enum apertium_tag tag;
    enum apertium_number number;
};

/* "lemma<tag><tag>", of joined ones ("do<vbdo>+not<adv>") the first, or "*word". */
static struct reading read_reading(const char *at, const char *end)
{
    struct reading reading = {.lemma_end = end};
    if (at < end && (*at == '*' || *at == '@' || *at == '#')) {
        reading.tag = APERTIUM_UNKNOWN;
        return reading;
    }
    const char *open = find_char(at, end, '<');
    reading.lemma_end = open != NULL ? open : end;
    for (bool first = true; open != NULL && open < end && *open == '<'; first = false) {
        const char *close = find_char(open, end, '>');
        if (close == NULL)
            break;
        size_t n = (size_t)(close - open) - 1;
        if (first)
            reading.tag = main_tag(open + 1, n);
        else if (tag_is(open + 1, n, "sg"))
            reading.number = APERTIUM_SINGULAR;
        else if (tag_is(open + 1, n, "pl"))
            reading.number = APERTIUM_PLURAL;
        open = close + 1;
    }
    return reading;
}

/* What lies between '^' and '$'. */
static enum sit_status read_word(struct reader *reader, const char *end,
                                 struct sit_error *err)
{
    struct apertium_tokens *tokens = &reader->tokens;
    void *items = tokens->items;
    if (!sit_grow_array(&items, &tokens->capacity, tokens->n + 1,
                        sizeof *tokens->items))
        return sit_error_nomem(err);
    tokens->items = items;
    struct apertium_token token = {.space_before = reader->space,
                                   .break_before = reader->broken || tokens->n == 0};
    const char *slash = find_char(reader->at, end, '/');
    const char *surface_end = slash != NULL ? slash : end;
    token.surface = append_unescaped(&tokens->text, reader->at, surface_end);
    if (slash == NULL)
        return malformed("has a word without a reading", err);
    for (bool first = true; slash != NULL; first = false) {
        const char *at = slash + 1;
        slash = find_char(at, end, '/');
        struct reading reading = read_reading(at, slash != NULL ? slash : end);
        if (first) {
            token.tag = reading.tag;
            token.number = reading.number;
            token.lemma = reading.tag == APERTIUM_UNKNOWN
                              ? token.surface
                              : append_unescaped(&tokens->text, at, reading.lemma_end);
        }
        token.may_be_verb = token.may_be_verb || reading.tag == APERTIUM_VERB;
    }
    if (tokens->text.failed)
        return sit_error_nomem(err);
    tokens->items[tokens->n++] = token;
    reader->space = reader->broken = false;
    reader->n_line_ends = 0;
    return SIT_OK;
}

/* A byte between words. */
static void read_between(struct reader *reader)
{
    size_t n_left = (size_t)(reader->end - reader->at);
    if (n_left >= 2 && memcmp(reader->at, "\xC2\xA0", 2) == 0) {
        reader->space = true;
        reader->at++;
    } else if (!is_blank((unsigned char)*reader->at)) {
        reader->broken = true;
        if (*reader->at == '\\' && n_left >= 2)
            reader->at++;
    } else {
        reader->space = true;
        /* An empty line ends a paragraph. */
        if (*reader->at == '\n' && ++reader->n_line_ends > 1)
            reader->broken = true;
    }
    reader->at++;
}

/* Up to the next "[#" or the end. */
static enum sit_status read_text(struct reader *reader, struct sit_error *err)
{
    reader->tokens.n = 0;
    sit_buf_reset(&reader->tokens.text);
    reader->space = reader->broken = false;
    reader->n_line_ends = 0;
    while (reader->at < reader->end && *reader->at != '[') {
        if (*reader->at != '^') {
            read_between(reader);
            continue;
        }
        reader->at++;
        const char *end = find_char(reader->at, reader->end, '$');
        if (end == NULL)
            return malformed("ends within a word", err);
        enum sit_status status = read_word(reader, end, err);
        if (status != SIT_OK)
            return status;
        reader->at = end + 1;
    }
    return SIT_OK;
}

/* "[#17]", which must be the number awaited. */
static enum sit_status read_number(struct reader *reader, size_t awaited,
                                   struct sit_error *err)
{
    struct sit_buf wanted = {0};
    sit_buf_appendf(&wanted, "[#%zu]", awaited);
    size_t n = wanted.n_bytes;
    bool same = !wanted.failed && (size_t)(reader->end - reader->at) >= n &&
                memcmp(reader->at, wanted.data, n) == 0;
    sit_buf_release(&wanted);
    if (!same)
        return malformed("does not have the texts that went in", err);
    reader->at += n;
    return SIT_OK;
}

enum sit_status apertium_read(const char *stream, size_t n_bytes, size_t first,
                              size_t n_texts, apertium_text_fn *visit, void *context,
                              struct sit_error *err)
{
    struct reader reader = {.at = stream, .end = stream + n_bytes};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; i < n_texts && status == SIT_OK; i++) {
        status = read_number(&reader, first + i, err);
        if (status == SIT_OK)
            status = read_text(&reader, err);
        if (status == SIT_OK)
            status = visit(context, first + i, &reader.tokens, err);
    }
    if (status == SIT_OK && reader.at < reader.end)
        status = malformed("goes on after the last text", err);
    apertium_tokens_release(&reader.tokens);
    return status;
}
