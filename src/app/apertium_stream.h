/*
 * Private to app: the Apertium stream format, to and fro. Text goes in escaped and
 * numbered; readings come back as tokens. Running the tools is apertium.c's.
 */
#ifndef SITTER_APP_APERTIUM_STREAM_H
#define SITTER_APP_APERTIUM_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/buf.h"
#include "sitter/status.h"

enum apertium_tag {
    APERTIUM_OTHER,
    APERTIUM_NOUN,        /* n */
    APERTIUM_ADJECTIVE,   /* adj */
    APERTIUM_VERB,        /* vblex, vbser ... */
    APERTIUM_HYPHEN,      /* guio */
    APERTIUM_CONJUNCTION, /* cnjcoo */
    APERTIUM_DETERMINER,  /* det, predet, prn, num: a noun phrase begins */
    APERTIUM_UNKNOWN,     /* the dictionary has no such word */
};

enum apertium_number { APERTIUM_ANY_NUMBER, APERTIUM_SINGULAR, APERTIUM_PLURAL };

/* A word with the tagger's choice first among its readings. */
struct apertium_token {
    size_t surface, lemma; /* offsets into the text, NUL-terminated; an unknown word's
                              lemma is its surface */
    enum apertium_tag tag;
    enum apertium_number number; /* of the chosen reading */
    bool may_be_verb;            /* by any of the readings */
    bool space_before;           /* blanks between it and the word before */
    bool break_before;           /* first of its text, or more than blanks in between */
};

/* Zero-initialise. */
struct apertium_tokens {
    struct sit_buf text;
    struct apertium_token *items;
    size_t n, capacity;
};

void apertium_tokens_release(struct apertium_tokens *tokens);
const char *apertium_surface(const struct apertium_tokens *tokens, size_t i);
const char *apertium_lemma(const struct apertium_tokens *tokens, size_t i);

/* Append the text, numbered and escaped so that no byte of it is taken for the
 * format's: wrong UTF-8 becomes U+FFFD, what must not reach a terminal a blank,
 * overlong words are divided. A sentence end closes it, so that texts do not influence
 * each other. */
void apertium_append_text(struct sit_buf *out, size_t number, const char *text);

/* Called for each text in turn with its words, which it may keep nothing of. */
typedef enum sit_status apertium_text_fn(void *context, size_t number,
                                         const struct apertium_tokens *tokens,
                                         struct sit_error *err);

/* Read a stream of texts numbered from `first` on without a gap, `n_texts` of them.
 * SIT_E_FORMAT: it is not what apertium_append_text() leads to; SIT_E_NOMEM; what the
 * visitor returns. */
enum sit_status apertium_read(const char *stream, size_t n_bytes, size_t first,
                              size_t n_texts, apertium_text_fn *visit, void *context,
                              struct sit_error *err);

#endif
