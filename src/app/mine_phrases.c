/*
 * The phrase rule over the tagger's tokens (docs/mining.md has it in words). It chooses
 * among the readings that Apertium gives and makes up none. Counting is mine_tally.c's.
 */
#include "mine_phrases.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "sitter/text.h"

enum { MAX_RUN = 8 };

/* The words that follow a class word without a break. */
struct run {
    size_t tokens[MAX_RUN];
    size_t n;
    enum apertium_number number; /* of the class word */
    bool before_phrase;          /* another noun phrase begins right behind */
};

void mine_append_lower(struct sit_buf *out, const char *text)
{
    size_t n_bytes = strlen(text);
    for (size_t at = 0; at < n_bytes;) {
        uint32_t code;
        char bytes[4];
        at += sit_utf8_decode(text + at, n_bytes - at, &code);
        wint_t lower = code == UINT32_MAX ? 0xFFFD : towlower((wint_t)code);
        sit_buf_append(out, bytes, sit_utf8_encode((uint32_t)lower, bytes));
    }
}

static bool is_capital(const char *text)
{
    uint32_t code;
    if (text[0] == '\0')
        return false;
    sit_utf8_decode(text, strlen(text), &code);
    return code != UINT32_MAX && iswupper((wint_t)code);
}

static bool ends_with(const char *text, size_t n_bytes, const char *ending)
{
    size_t n = strlen(ending);
    return n_bytes >= n && memcmp(text + n_bytes - n, ending, n) == 0;
}

/*
 * Unknown words
 */

/* Whether an unknown lower-case word is a plural by its form. */
static bool is_plural_form(const char *word, size_t n)
{
    return n > 3 && (ends_with(word, n, "men") ||
                     (word[n - 1] == 's' && !ends_with(word, n, "ss") &&
                      !ends_with(word, n, "us") && !ends_with(word, n, "is")));
}

/* The singular of a lower-case plural: -men, -ies, -es after a hiss, -s. */
static void append_singular(struct sit_buf *out, const char *word)
{
    size_t n = strlen(word);
    const char *ending = "";
    if (!is_plural_form(word, n)) {
        ;
    } else if (ends_with(word, n, "men")) {
        n -= 3;
        ending = "man";
    } else if (n > 4 && ends_with(word, n, "ies")) {
        n -= 3;
        ending = "y";
    } else if (ends_with(word, n, "ches") || ends_with(word, n, "shes") ||
               ends_with(word, n, "sses") || ends_with(word, n, "xes")) {
        n -= 2;
    } else {
        n -= 1;
    }
    sit_buf_append(out, word, n);
    sit_buf_append_text(out, ending);
}

/* An unknown word is a noun unless its form speaks for a verb or an adverb, or a
 * capital for a name: letters and hyphens only, more than two of them. */
static bool unknown_is_noun(const struct mine_rule *rule, const char *surface,
                            bool capitals)
{
    size_t n = strlen(surface), n_letters = 0;
    if (rule->skip_unknown || (is_capital(surface) && !capitals))
        return false;
    for (size_t at = 0; at < n;) {
        uint32_t code;
        at += sit_utf8_decode(surface + at, n - at, &code);
        if (code != '-' && (code == UINT32_MAX || !iswalpha((wint_t)code)))
            return false;
        n_letters += code != '-';
    }
    return n_letters > 2 && !(rule->english && (ends_with(surface, n, "ing") ||
                                                ends_with(surface, n, "ed") ||
                                                ends_with(surface, n, "ly")));
}

/*
 * The run of words
 */

static size_t group_of(const struct mine_rule *rule,
                       const struct apertium_tokens *tokens, size_t i)
{
    size_t group = SIZE_MAX;
    if (i >= tokens->n || (tokens->items[i].tag != APERTIUM_NOUN &&
                           tokens->items[i].tag != APERTIUM_ADJECTIVE))
        return SIZE_MAX;
    struct sit_buf lower = {0};
    mine_append_lower(&lower, apertium_lemma(tokens, i));
    for (size_t w = 0; w < rule->words->n && group == SIZE_MAX; w++)
        if (strcmp(sit_buf_text(&lower), rule->words->items[w].lemma) == 0)
            group = rule->words->items[w].group;
    sit_buf_release(&lower);
    return group;
}

static enum apertium_number number_of(const struct mine_rule *rule,
                                      const struct apertium_tokens *tokens, size_t i)
{
    const struct apertium_token *token = &tokens->items[i];
    if (token->tag != APERTIUM_UNKNOWN)
        return token->number;
    const char *surface = apertium_surface(tokens, i);
    if (!rule->english)
        return APERTIUM_ANY_NUMBER;
    return is_plural_form(surface, strlen(surface)) ? APERTIUM_PLURAL
                                                    : APERTIUM_SINGULAR;
}

static bool is_noun(const struct apertium_token *token)
{
    return token->tag == APERTIUM_NOUN || token->tag == APERTIUM_UNKNOWN;
}

/* "welding", also where Apertium knows only the noun: what a person does, not who it
 * is; "king" has no vowel before its ending. */
static bool is_gerund(const struct mine_rule *rule, const char *surface)
{
    size_t n = strlen(surface);
    return rule->english && ends_with(surface, n, "ing") &&
           strcspn(surface, "aeiouyAEIOUY") < n - 3;
}

/* A hyphen joins words that touch it; *next is the word behind it, or as it was. */
static bool joins(const struct apertium_tokens *tokens, size_t *next)
{
    size_t i = *next;
    if (i + 1 >= tokens->n || tokens->items[i].tag != APERTIUM_HYPHEN)
        return true;
    if (tokens->items[i].space_before || tokens->items[i].break_before ||
        tokens->items[i + 1].space_before || tokens->items[i + 1].break_before)
        return false;
    *next = i + 1;
    return true;
}

static struct run follow(const struct mine_rule *rule,
                         const struct apertium_tokens *tokens, size_t word)
{
    struct run run = {.number = tokens->items[word].number};
    bool capitals = is_capital(apertium_surface(tokens, word));
    for (size_t i = word + 1; i < tokens->n && run.n < MAX_RUN; i++) {
        if (!joins(tokens, &i))
            break;
        const struct apertium_token *token = &tokens->items[i];
        bool fits = token->tag == APERTIUM_NOUN || token->tag == APERTIUM_ADJECTIVE ||
                    (token->tag == APERTIUM_UNKNOWN &&
                     unknown_is_noun(rule, apertium_surface(tokens, i), capitals));
        if (!fits || token->break_before || group_of(rule, tokens, i) != SIZE_MAX)
            break;
        enum apertium_number number = number_of(rule, tokens, i);
        /* "a man points": the verb that agrees with one, not a noun in the plural. */
        if (run.number == APERTIUM_SINGULAR && number == APERTIUM_PLURAL &&
            token->may_be_verb)
            break;
        /* "women soldiers march": words that qualify a noun are singular, so the first
         * plural is what they lead to, and the verb comes next. */
        if (run.number == APERTIUM_PLURAL && run.n > 0 && token->may_be_verb &&
            number_of(rule, tokens, run.tokens[run.n - 1]) == APERTIUM_PLURAL)
            break;
        run.tokens[run.n++] = i;
    }
    size_t next = run.n > 0 ? run.tokens[run.n - 1] + 1 : tokens->n;
    run.before_phrase = next < tokens->n && !tokens->items[next].break_before &&
                        tokens->items[next].tag == APERTIUM_DETERMINER;
    return run;
}

/* "a woman parachutist salutes the viewer": two noun phrases do not touch, there is a
 * verb between them, the last word of the run, if its form is right. */
static bool ends_in_verb(const struct mine_rule *rule,
                         const struct apertium_tokens *tokens, const struct run *run)
{
    size_t last = run->tokens[run->n - 1];
    return run->before_phrase && (tokens->items[last].may_be_verb ||
                                  (rule->english && run->number == APERTIUM_SINGULAR &&
                                   number_of(rule, tokens, last) == APERTIUM_PLURAL));
}

/* How many words of the run make the phrase: up to its last noun, which is in the
 * plural after a plural, unless there is only a singular that is no verb. */
static size_t phrase_length(const struct mine_rule *rule,
                            const struct apertium_tokens *tokens, const struct run *run)
{
    bool plural = run->number == APERTIUM_PLURAL;
    size_t n = run->n > 0 && ends_in_verb(rule, tokens, run) ? run->n - 1 : run->n;
    for (size_t k = n; k > 0 && plural; k--)
        if (is_noun(&tokens->items[run->tokens[k - 1]]) &&
            number_of(rule, tokens, run->tokens[k - 1]) == APERTIUM_PLURAL)
            return k;
    for (size_t k = n; k > 0; k--) {
        size_t i = run->tokens[k - 1];
        bool verb = (plural && tokens->items[i].may_be_verb) ||
                    is_gerund(rule, apertium_surface(tokens, i));
        if (is_noun(&tokens->items[i]) && !verb)
            return k;
    }
    return 0;
}

static void append_word(const struct mine_rule *rule,
                        const struct apertium_tokens *tokens, size_t i,
                        struct sit_buf *out)
{
    struct sit_buf lower = {0};
    sit_buf_append_text(out, out->n_bytes > 0 ? " " : "");
    mine_append_lower(&lower, apertium_lemma(tokens, i));
    if (tokens->items[i].tag == APERTIUM_UNKNOWN && rule->english)
        append_singular(out, sit_buf_text(&lower));
    else
        sit_buf_append(out, lower.data, lower.n_bytes);
    out->failed = out->failed || lower.failed;
    sit_buf_release(&lower);
}

/* Append the phrase after the class word; nothing where there is none. */
static void append_phrase(const struct mine_rule *rule,
                          const struct apertium_tokens *tokens, size_t word,
                          struct sit_buf *out)
{
    struct run run = follow(rule, tokens, word);
    size_t length = phrase_length(rule, tokens, &run);
    for (size_t k = 0; k < length; k++)
        append_word(rule, tokens, run.tokens[k], out);
}

/* "women and men workers": the class word that shares the phrase of this one, which has
 * none of its own; the word itself otherwise. */
static size_t sharing(const struct mine_rule *rule,
                      const struct apertium_tokens *tokens, size_t word)
{
    size_t other = word + 2;
    bool shares = group_of(rule, tokens, other) != SIZE_MAX &&
                  tokens->items[word + 1].tag == APERTIUM_CONJUNCTION &&
                  !tokens->items[word + 1].break_before &&
                  !tokens->items[other].break_before &&
                  tokens->items[other].number == tokens->items[word].number;
    return shares ? other : word;
}

static enum sit_status pass_unknown(const struct apertium_tokens *tokens, size_t i,
                                    const struct mine_sink *sink, struct sit_error *err)
{
    struct sit_buf lower = {0};
    mine_append_lower(&lower, apertium_surface(tokens, i));
    enum sit_status status = lower.failed ? sit_error_nomem(err)
                                          : sink->unknown(sink->context,
                                                          sit_buf_text(&lower), err);
    sit_buf_release(&lower);
    return status;
}

/* Unknown words in what follows, whether they count or not. */
static enum sit_status list_unknown(const struct apertium_tokens *tokens, size_t word,
                                    const struct mine_sink *sink, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = word + 1; i < tokens->n && status == SIT_OK; i++) {
        if (!joins(tokens, &i) || tokens->items[i].break_before)
            break;
        enum apertium_tag tag = tokens->items[i].tag;
        if (tag == APERTIUM_UNKNOWN)
            status = pass_unknown(tokens, i, sink, err);
        else if (tag != APERTIUM_NOUN && tag != APERTIUM_ADJECTIVE)
            break;
    }
    return status;
}

enum sit_status mine_phrases(const struct mine_rule *rule,
                             const struct apertium_tokens *tokens,
                             const struct mine_sink *sink, struct sit_error *err)
{
    struct sit_buf phrase = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; i < tokens->n && status == SIT_OK; i++) {
        size_t group = group_of(rule, tokens, i);
        if (group == SIZE_MAX)
            continue;
        sit_buf_reset(&phrase);
        append_phrase(rule, tokens, i, &phrase);
        size_t shared = sharing(rule, tokens, i);
        if (phrase.n_bytes == 0 && shared != i)
            append_phrase(rule, tokens, shared, &phrase);
        status = phrase.failed ? sit_error_nomem(err)
                               : sink->word(sink->context, group, err);
        if (status == SIT_OK && phrase.n_bytes > 0)
            status = sink->phrase(sink->context, group, phrase.data, err);
        if (status == SIT_OK)
            status = list_unknown(tokens, i, sink, err);
    }
    sit_buf_release(&phrase);
    return status;
}
