/*
 * Sets of indices as a tree of words.
 */
#include "index_set.h"

#include <stdlib.h>

#include "sitter/alloc.h"

static size_t words_for(size_t n_bits)
{
    return n_bits / 64 + (n_bits % 64 != 0);
}

bool index_set_init(struct index_set *set, size_t n)
{
    *set = (struct index_set){.n = n};
    size_t sizes[INDEX_SET_MAX_LEVELS], total = 0, words = n;
    do {
        words = words_for(words);
        sizes[set->n_levels++] = words > 0 ? words : 1;
        total += sizes[set->n_levels - 1];
    } while (words > 1);
    uint64_t *all = sit_calloc(total, sizeof *all);
    if (all == NULL)
        return false;
    for (size_t l = 0; l < set->n_levels; l++) {
        set->level[l] = all;
        all += sizes[l];
    }
    return true;
}

void index_set_release(struct index_set *set)
{
    free(set->level[0]);
    *set = (struct index_set){0};
}

bool index_set_has(const struct index_set *set, size_t i)
{
    return i < set->n && (set->level[0][i / 64] >> i % 64 & 1) != 0;
}

void index_set_put(struct index_set *set, size_t i, bool member)
{
    if (i >= set->n || index_set_has(set, i) == member)
        return;
    set->count = member ? set->count + 1 : set->count - 1;
    for (size_t l = 0; l < set->n_levels; l++) {
        uint64_t *word = &set->level[l][i / 64], before = *word;
        if (member)
            *word |= (uint64_t)1 << i % 64;
        else
            *word &= ~((uint64_t)1 << i % 64);
        /* The levels above only know whether a word is empty. */
        if ((before == 0) == (*word == 0))
            return;
        i /= 64;
    }
}

size_t index_set_next(const struct index_set *set, size_t from)
{
    if (from >= set->n)
        return SIZE_MAX;
    size_t l = 0, i = from, n_words = words_for(set->n);
    for (;; l++, i = i / 64 + 1, n_words = words_for(n_words)) {
        if (l == set->n_levels || i / 64 >= n_words)
            return SIZE_MAX;
        uint64_t rest = set->level[l][i / 64] >> i % 64;
        if (rest != 0) {
            i += (size_t)__builtin_ctzll(rest);
            break;
        }
    }
    while (l-- > 0)
        i = i * 64 + (size_t)__builtin_ctzll(set->level[l][i]);
    return i;
}

size_t index_set_previous(const struct index_set *set, size_t from)
{
    if (set->n == 0)
        return SIZE_MAX;
    size_t l = 0, i = from < set->n ? from : set->n - 1;
    for (;; l++) {
        if (l == set->n_levels)
            return SIZE_MAX;
        uint64_t rest = set->level[l][i / 64] << (63 - i % 64);
        if (rest != 0) {
            i -= (size_t)__builtin_clzll(rest);
            break;
        }
        if (i / 64 == 0)
            return SIZE_MAX;
        i = i / 64 - 1;
    }
    while (l-- > 0)
        i = i * 64 + 63 - (size_t)__builtin_clzll(set->level[l][i]);
    return i;
}
