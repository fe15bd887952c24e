/*
 * Private to app: the rule by which nouns that follow a class word make a phrase. Pure:
 * tokens in, phrases out.
 */
#ifndef SITTER_APP_MINE_PHRASES_H
#define SITTER_APP_MINE_PHRASES_H

#include "apertium_stream.h"
#include "sitter/mine.h"

struct mine_rule {
    const struct sit_mine_words *words;
    bool skip_unknown; /* they end a phrase; else they count as nouns by their form */
    bool english;      /* unknown plurals have a singular */
};

/* What is found, as it is found. Texts are borrowed until the function returns. */
struct mine_sink {
    void *context;
    enum sit_status (*word)(void *context, size_t group, struct sit_error *err);
    enum sit_status (*phrase)(void *context, size_t group, const char *text,
                              struct sit_error *err);
    enum sit_status (*unknown)(void *context, const char *text, struct sit_error *err);
};

enum sit_status mine_phrases(const struct mine_rule *rule,
                             const struct apertium_tokens *tokens,
                             const struct mine_sink *sink, struct sit_error *err);

/* Append the text in lower case. */
void mine_append_lower(struct sit_buf *out, const char *text);

#endif
