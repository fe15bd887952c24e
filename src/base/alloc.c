/*
 * Checked allocation.
 */
#include "sitter/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

bool sit_mul_size(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

void *sit_calloc(size_t n, size_t item_bytes)
{
    return calloc(n > 0 ? n : 1, item_bytes > 0 ? item_bytes : 1);
}

void *sit_malloc_array(size_t n, size_t item_bytes)
{
    size_t n_bytes;
    if (!sit_mul_size(n, item_bytes, &n_bytes))
        return NULL;
    return malloc(n_bytes > 0 ? n_bytes : 1);
}

void *sit_malloc_aligned(size_t n, size_t item_bytes)
{
    enum { VECTOR_BYTES = 64, HUGE_PAGE_BYTES = 2 << 20 };
    size_t n_bytes;
    void *items = NULL;
    if (!sit_mul_size(n, item_bytes, &n_bytes))
        return NULL;
    bool is_large = n_bytes >= 4 * HUGE_PAGE_BYTES;
    if (posix_memalign(&items, is_large ? HUGE_PAGE_BYTES : VECTOR_BYTES,
                       n_bytes > 0 ? n_bytes : 1) != 0)
        return NULL;
    if (is_large) /* advice: it does not matter whether it is taken */
        (void)madvise(items, n_bytes, MADV_HUGEPAGE);
    return items;
}

void *sit_realloc_array(void *items, size_t n, size_t item_bytes)
{
    size_t n_bytes;
    if (!sit_mul_size(n, item_bytes, &n_bytes))
        return NULL;
    return realloc(items, n_bytes > 0 ? n_bytes : 1);
}

bool sit_grow_array(void **items, size_t *capacity, size_t need, size_t item_bytes)
{
    if (need <= *capacity)
        return true;
    size_t wanted = *capacity > 0 ? *capacity : 16;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2)
            return false;
        wanted *= 2;
    }
    void *grown = sit_realloc_array(*items, wanted, item_bytes);
    if (grown == NULL)
        return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

char *sit_strndup(const char *text, size_t n)
{
    size_t length = strnlen(text, n);
    char *copy = sit_malloc_array(length + 1, 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *sit_strdup(const char *text)
{
    return sit_strndup(text, strlen(text));
}
