/*
 * Private to app: Apertium's morphological analyser and tagger of a language pair, as
 * child processes.
 */
#ifndef SITTER_APP_APERTIUM_H
#define SITTER_APP_APERTIUM_H

#include "apertium_stream.h"
#include "sitter/progress.h"

enum { APERTIUM_MAX_STAGES = 6 };

struct apertium_stage {
    char **argv; /* ended by NULL */
    size_t n;
};

/* Zero-initialise. */
struct apertium {
    char *pair;
    struct apertium_stage stages[APERTIUM_MAX_STAGES];
    size_t n_stages;
};

/* How `pair` is tagged, from its mode file in dir/modes (NULL: Debian's folder). Files
 * that it names are looked for in `dir` first. Nothing but Apertium's analysers and
 * taggers is ever run. SIT_E_ARG: no pair's name; SIT_E_NOT_FOUND: not installed;
 * SIT_E_FORMAT: the mode has no tagger. */
enum sit_status apertium_open(const char *pair, const char *dir, struct apertium *out,
                              struct sit_error *err);
void apertium_release(struct apertium *apertium);

/* Whether the text's language is English. */
bool apertium_is_english(const struct apertium *apertium);

/* Tag texts in bulk; `visit` gets them in order, numbered from 0. */
enum sit_status apertium_tag(const struct apertium *apertium, const char *const *texts,
                             size_t n, const struct sit_progress *progress,
                             apertium_text_fn *visit, void *context,
                             struct sit_error *err);

#endif
