/*
 * Any bytes as what a tagger wrote, and as a text to be tagged: the phrase rule must
 * cope with whatever tokens come of it, and what apertium_append_text() makes of a text
 * must be one text without words of its own.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mine_phrases.h"
#include "sitter/alloc.h"
#include "sitter/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static enum sit_status on_word(void *context, size_t group, struct sit_error *err)
{
    (void)context, (void)group, (void)err;
    return SIT_OK;
}

static enum sit_status on_phrase(void *context, size_t group, const char *text,
                                 struct sit_error *err)
{
    (void)context, (void)group, (void)err;
    if (text[0] == '\0' || !sit_utf8_valid(text, strlen(text)))
        abort();
    return SIT_OK;
}

static enum sit_status on_unknown(void *context, const char *text,
                                  struct sit_error *err)
{
    (void)context, (void)text, (void)err;
    return SIT_OK;
}

static enum sit_status on_text(void *context, size_t number,
                               const struct apertium_tokens *tokens,
                               struct sit_error *err)
{
    const struct mine_sink sink = {NULL, on_word, on_phrase, on_unknown};
    (void)number;
    return mine_phrases(context, tokens, &sink, err);
}

static enum sit_status no_words(void *context, size_t number,
                                const struct apertium_tokens *tokens,
                                struct sit_error *err)
{
    (void)context, (void)number, (void)err;
    if (tokens->n != 0)
        abort();
    return SIT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    static struct sit_mine_words words = {.n_groups = 1, .groups = {{"f", "female"}}};
    static char lemma[] = "woman";
    words.n = 1;
    words.items[0].lemma = lemma;
    struct mine_rule rule = {.words = &words, .english = n_bytes % 2 == 0};
    apertium_read((const char *)bytes, n_bytes, 0, 2, on_text, &rule, NULL);

    struct sit_buf stream = {0};
    char *text = sit_strndup((const char *)bytes, n_bytes);
    if (text != NULL) {
        apertium_append_text(&stream, 3, text);
        if (!stream.failed && (!sit_utf8_valid(stream.data, stream.n_bytes) ||
                               apertium_read(stream.data, stream.n_bytes, 3, 1,
                                             no_words, NULL, NULL) != SIT_OK))
            abort();
    }
    free(text);
    sit_buf_release(&stream);
    return 0;
}
