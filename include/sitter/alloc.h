/*
 * Allocation with checked products, so that a size read from a file can never
 * wrap around. All memory of libsitter comes from here and goes back by free().
 */
#ifndef SITTER_ALLOC_H
#define SITTER_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/** a * b into *product; false where it does not fit in a size_t. */
bool sit_mul_size(size_t a, size_t b, size_t *product);

/** n items of `item_bytes`, zeroed; NULL on overflow or no memory. n 0 gives 1 byte. */
void *sit_calloc(size_t n, size_t item_bytes);

/** n items of `item_bytes`, not zeroed; NULL on overflow or no memory. */
void *sit_malloc_array(size_t n, size_t item_bytes);

/** As sit_malloc_array(), aligned for any vector instruction (64 bytes), and on huge
 * pages where the block is large and the system has them. */
void *sit_malloc_aligned(size_t n, size_t item_bytes);

/** Resize to n items; NULL on overflow or no memory, the old block then untouched. */
void *sit_realloc_array(void *items, size_t n, size_t item_bytes);

/**
 * Make room for at least `need` items in a growing array: *items and *capacity
 * are replaced together (doubling), or neither. False on overflow or no memory.
 */
bool sit_grow_array(void **items, size_t *capacity, size_t need, size_t item_bytes);

/** A copy of `text`, or NULL. */
char *sit_strdup(const char *text);

/** A copy of the first `n` bytes of `text`, terminated, or NULL. */
char *sit_strndup(const char *text, size_t n);

#endif
