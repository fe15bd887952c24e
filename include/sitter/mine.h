/*
 * Mining descriptions: which nouns follow the words for the classes ("woman textile
 * worker"), counted per class, with log-odds and the user's categories. Words are
 * tagged by Apertium, a program of its own. The rule and the prior: docs/mining.md.
 */
#ifndef SITTER_MINE_H
#define SITTER_MINE_H

#include "sitter/log_odds.h"
#include "sitter/progress.h"
#include "sitter/project.h"

enum { SIT_MINE_MAX_WORDS = 64 };

/* Class words by their lemmas, in groups that each stand for a class of the project. */
struct sit_mine_words {
    size_t n_groups;
    struct {
        char key[8];   /* of the class */
        char name[64]; /* its name */
    } groups[SIT_PROJECT_MAX_CLASSES];
    size_t n;
    struct {
        char *lemma; /* lower case */
        size_t group;
    } items[SIT_MINE_MAX_WORDS];
};

/** Add "KEY=WORD,WORD" (zero-initialise first). SIT_E_ARG names what is wrong: no such
 * class, a word given twice, too many. */
enum sit_status sit_mine_words_add(struct sit_mine_words *words,
                                   const struct sit_class_list *classes,
                                   const char *text, struct sit_error *err);
void sit_mine_words_release(struct sit_mine_words *words);

struct sit_mine_options {
    const struct sit_mine_words *words;
    const char *field;    /* "title", "description" or a further column; NULL: the
                             description */
    const char *pair;     /* NULL: eng-spa */
    const char *apertium; /* Apertium's data folder; NULL: where Debian has it */
    const char
        *categories;   /* a CSV file with the columns lemma and category, or NULL */
    bool skip_unknown; /* words that Apertium does not know end a phrase */
    double prior;      /* weight in counts; 0: as many as there are phrases */
};

/** A phrase or a category and how often it came. */
struct sit_mine_row {
    char *text;
    size_t category;                        /* of a phrase: index, or SIZE_MAX */
    size_t counts[SIT_PROJECT_MAX_CLASSES]; /* by group */
    size_t total;
    struct sit_log_odds odds; /* first group against second; NaN with one group */
};

struct sit_mine_rows {
    size_t n, capacity;
    struct sit_mine_row *items;
    double prior; /* the weight used */
};

struct sit_mine_result {
    size_t n_sources, n_texts; /* texts: sources with something in the field */
    size_t n_words[SIT_PROJECT_MAX_CLASSES]; /* class words, by group */
    size_t n_phrases[SIT_PROJECT_MAX_CLASSES];
    struct sit_mine_rows phrases;    /* most frequent first */
    struct sit_mine_rows categories; /* the same, "" being no category; none without
                                        a file */
    struct sit_mine_rows unknown;    /* words in phrases that Apertium does not know */
};

/**
 * Tag the texts of all sources and count. SIT_E_NOT_FOUND: Apertium is missing (the
 * message names the packages), no source has the field; SIT_E_FORMAT: the categories'
 * file; SIT_E_CANCELLED. Zero-initialise *result; it is written only on success.
 */
enum sit_status sit_mine(struct sit_project *project,
                         const struct sit_mine_options *options,
                         const struct sit_progress *progress,
                         struct sit_mine_result *result, struct sit_error *err);
void sit_mine_result_release(struct sit_mine_result *result);

/** Append the phrases that came at least `min_count` times as CSV, with a header. */
enum sit_status sit_mine_csv(const struct sit_mine_words *words,
                             const struct sit_mine_result *result, size_t min_count,
                             struct sit_buf *out, struct sit_error *err);

#endif
