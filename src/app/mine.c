/*
 * Mining, put together: texts from the project, tokens from Apertium, phrases by the
 * rule, counts, log-odds, categories. Also the class words, and phrases as CSV.
 */
#include "sitter/mine.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apertium.h"
#include "csv_write.h"
#include "mine_categories.h"
#include "mine_phrases.h"
#include "mine_tally.h"
#include "sitter/alloc.h"

static const char DEFAULT_PAIR[] = "eng-spa";

/*
 * Class words
 */

/* The group of a class, made where new; there are as many as classes at most. */
static size_t find_group(struct sit_mine_words *words, const struct sit_class *class)
{
    for (size_t g = 0; g < words->n_groups; g++)
        if (strcmp(words->groups[g].key, class->key) == 0)
            return g;
    size_t g = words->n_groups++;
    snprintf(words->groups[g].key, sizeof words->groups[g].key, "%s", class->key);
    snprintf(words->groups[g].name, sizeof words->groups[g].name, "%s", class->name);
    return g;
}

static enum sit_status add_word(struct sit_mine_words *words, size_t group,
                                const char *text, size_t n_bytes, struct sit_error *err)
{
    struct sit_buf lower = {0};
    char *word = sit_strndup(text, n_bytes);
    if (word != NULL)
        mine_append_lower(&lower, word);
    free(word);
    char *lemma = sit_buf_take(&lower);
    if (lemma == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < words->n; i++) {
        if (strcmp(words->items[i].lemma, lemma) != 0)
            continue;
        free(lemma);
        return sit_error_set(err, SIT_E_ARG, "the word '%.*s' is given twice",
                             (int)n_bytes, text);
    }
    if (words->n == SIT_MINE_MAX_WORDS) {
        free(lemma);
        return sit_error_set(err, SIT_E_ARG, "more than %d words", SIT_MINE_MAX_WORDS);
    }
    words->items[words->n].lemma = lemma;
    words->items[words->n++].group = group;
    return SIT_OK;
}

enum sit_status sit_mine_words_add(struct sit_mine_words *words,
                                   const struct sit_class_list *classes,
                                   const char *text, struct sit_error *err)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        return sit_error_set(err, SIT_E_ARG, "'%s' is not of the form KEY=WORD,WORD",
                             text);
    char *key = sit_strndup(text, (size_t)(equals - text));
    if (key == NULL)
        return sit_error_nomem(err);
    sit_class_index class = sit_class_list_find(classes, key);
    free(key);
    if (class == SIT_NO_CLASS)
        return sit_error_set(err, SIT_E_ARG, "'%s': the project has no such class",
                             text);
    size_t group = find_group(words, &classes->items[class]);
    enum sit_status status = SIT_OK;
    for (const char *at = equals; status == SIT_OK && *at != '\0';) {
        at++;
        size_t n_bytes = strcspn(at, ",");
        if (n_bytes == 0)
            return sit_error_set(err, SIT_E_ARG, "'%s': a word is missing", text);
        status = add_word(words, group, at, n_bytes, err);
        at += n_bytes;
    }
    return status;
}

void sit_mine_words_release(struct sit_mine_words *words)
{
    for (size_t i = 0; i < words->n; i++)
        free(words->items[i].lemma);
    *words = (struct sit_mine_words){0};
}

/*
 * Texts
 */

struct miner {
    const struct sit_mine_options *options;
    const char *field;
    bool field_seen;
    char **texts;
    size_t n_texts, capacity;
    struct mine_rule rule;
    struct mine_tally phrases, unknown;
    struct sit_mine_result result;
};

static const char *field_of(struct miner *miner, const struct sit_source_facts *facts)
{
    bool title = strcmp(miner->field, "title") == 0;
    if (title || strcmp(miner->field, "description") == 0) {
        miner->field_seen = true;
        return title ? facts->title : facts->description;
    }
    for (size_t i = 0; i < facts->n_fields; i++) {
        if (strcmp(facts->fields[i].name, miner->field) != 0)
            continue;
        miner->field_seen = true;
        return facts->fields[i].value;
    }
    return NULL;
}

static enum sit_status collect_text(void *context, const struct sit_source_row *row,
                                    struct sit_error *err)
{
    struct miner *miner = context;
    const char *text = field_of(miner, &row->facts);
    miner->result.n_sources++;
    if (text == NULL || text[0] == '\0')
        return SIT_OK;
    void *texts = miner->texts;
    if (!sit_grow_array(&texts, &miner->capacity, miner->n_texts + 1,
                        sizeof *miner->texts))
        return sit_error_nomem(err);
    miner->texts = texts;
    miner->texts[miner->n_texts] = sit_strdup(text);
    if (miner->texts[miner->n_texts] == NULL)
        return sit_error_nomem(err);
    miner->n_texts++;
    return SIT_OK;
}

static enum sit_status collect(struct miner *miner, struct sit_project *project,
                               struct sit_error *err)
{
    enum sit_status status = sit_project_sources(project, NULL, collect_text, miner,
                                                 err);
    miner->result.n_texts = miner->n_texts;
    if (status == SIT_OK && !miner->field_seen && miner->result.n_sources > 0)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no source has a field '%s'",
                             miner->field);
    return status;
}

/*
 * Counting
 */

static enum sit_status on_word(void *context, size_t group, struct sit_error *err)
{
    struct miner *miner = context;
    (void)err;
    miner->result.n_words[group]++;
    return SIT_OK;
}

static enum sit_status on_phrase(void *context, size_t group, const char *text,
                                 struct sit_error *err)
{
    struct miner *miner = context;
    miner->result.n_phrases[group]++;
    return mine_tally_add(&miner->phrases, group, text, err);
}

static enum sit_status on_unknown(void *context, const char *text,
                                  struct sit_error *err)
{
    struct miner *miner = context;
    return mine_tally_add(&miner->unknown, 0, text, err);
}

static enum sit_status on_text(void *context, size_t number,
                               const struct apertium_tokens *tokens,
                               struct sit_error *err)
{
    struct miner *miner = context;
    const struct mine_sink sink = {
        .context = miner, .word = on_word, .phrase = on_phrase, .unknown = on_unknown};
    (void)number;
    return mine_phrases(&miner->rule, tokens, &sink, err);
}

static enum sit_status tag_all(struct miner *miner, const struct sit_progress *progress,
                               struct sit_error *err)
{
    const struct sit_mine_options *options = miner->options;
    struct apertium apertium = {0};
    const char *pair = options->pair != NULL ? options->pair : DEFAULT_PAIR;
    enum sit_status status = apertium_open(pair, options->apertium, &apertium, err);
    if (status != SIT_OK)
        return status;
    miner->rule = (struct mine_rule){.words = options->words,
                                     .skip_unknown = options->skip_unknown,
                                     .english = apertium_is_english(&apertium)};
    status = apertium_tag(&apertium, (const char *const *)miner->texts, miner->n_texts,
                          progress, on_text, miner, err);
    apertium_release(&apertium);
    return status;
}

static enum sit_status count_all(struct miner *miner, struct sit_error *err)
{
    const struct sit_mine_options *options = miner->options;
    struct sit_mine_result *result = &miner->result;
    size_t n_groups = options->words->n_groups;
    enum sit_status status = mine_tally_rows(&miner->phrases, &result->phrases, err);
    if (status == SIT_OK)
        status = mine_tally_rows(&miner->unknown, &result->unknown, err);
    if (status == SIT_OK)
        status = mine_rows_compare(&result->phrases, n_groups, options->prior, err);
    if (status == SIT_OK && options->categories != NULL)
        status = mine_categorise(options->categories, &result->phrases,
                                 &result->categories, err);
    if (status == SIT_OK)
        status = mine_rows_compare(&result->categories, n_groups, options->prior, err);
    return status;
}

enum sit_status sit_mine(struct sit_project *project,
                         const struct sit_mine_options *options,
                         const struct sit_progress *progress,
                         struct sit_mine_result *result, struct sit_error *err)
{
    struct miner miner = {.options = options,
                          .field = options->field != NULL ? options->field
                                                          : "description"};
    enum sit_status status = collect(&miner, project, err);
    if (status == SIT_OK)
        status = tag_all(&miner, progress, err);
    if (status == SIT_OK)
        status = count_all(&miner, err);
    if (status == SIT_OK)
        *result = miner.result;
    else
        sit_mine_result_release(&miner.result);
    mine_tally_release(&miner.phrases);
    mine_tally_release(&miner.unknown);
    for (size_t i = 0; i < miner.n_texts; i++)
        free(miner.texts[i]);
    free(miner.texts);
    return status;
}

void sit_mine_result_release(struct sit_mine_result *result)
{
    mine_rows_release(&result->phrases);
    mine_rows_release(&result->categories);
    mine_rows_release(&result->unknown);
    *result = (struct sit_mine_result){0};
}

/*
 * CSV
 */

static void append_number(struct sit_buf *out, double value)
{
    sit_buf_append_char(out, ',');
    if (isfinite(value))
        sit_buf_appendf(out, "%.6g", value);
}

enum sit_status sit_mine_csv(const struct sit_mine_words *words,
                             const struct sit_mine_result *result, size_t min_count,
                             struct sit_buf *out, struct sit_error *err)
{
    sit_buf_append_text(out, "phrase,category");
    for (size_t g = 0; g < words->n_groups; g++) {
        sit_buf_append_char(out, ',');
        csv_append_field(out, words->groups[g].name);
    }
    sit_buf_append_text(out, ",total,log_odds,low,high,z,survives\r\n");
    for (size_t i = 0; i < result->phrases.n; i++) {
        const struct sit_mine_row *row = &result->phrases.items[i];
        if (row->total < min_count)
            continue;
        csv_append_field(out, row->text);
        sit_buf_append_char(out, ',');
        if (row->category != SIZE_MAX)
            csv_append_field(out, result->categories.items[row->category].text);
        for (size_t g = 0; g < words->n_groups; g++)
            sit_buf_appendf(out, ",%zu", row->counts[g]);
        sit_buf_appendf(out, ",%zu", row->total);
        append_number(out, row->odds.value);
        append_number(out, row->odds.low);
        append_number(out, row->odds.high);
        append_number(out, row->odds.z);
        sit_buf_appendf(out, ",%d\r\n", row->odds.survives);
    }
    return out->failed ? sit_error_nomem(err) : SIT_OK;
}
