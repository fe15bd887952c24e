/*
 * Private to app: a set of indices below a fixed n that finds its next member in a few
 * steps however few there are: words of bits, and words that tell which of those have
 * any.
 */
#ifndef SITTER_INDEX_SET_H
#define SITTER_INDEX_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INDEX_SET_MAX_LEVELS = 11 };

struct index_set {
    size_t n, count;
    size_t n_levels;
    uint64_t *level[INDEX_SET_MAX_LEVELS]; /* [0] has a bit an index; one allocation */
};

/* Empty, for indices below n; false where memory is short. */
bool index_set_init(struct index_set *set, size_t n);
void index_set_release(struct index_set *set);

bool index_set_has(const struct index_set *set, size_t i);
void index_set_put(struct index_set *set, size_t i, bool member);
/* The least member that is at least `from`, or the greatest that is at most; SIZE_MAX
 * where there is none. */
size_t index_set_next(const struct index_set *set, size_t from);
size_t index_set_previous(const struct index_set *set, size_t from);

#endif
