/*
 * Keeping texts in large blocks, and finding a text's number by hashing.
 */
#include "report_names.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

enum { BLOCK_BYTES = 1 << 18, FIRST_SLOTS = 64 };

struct block {
    struct block *before;
    size_t n_bytes, capacity;
    char bytes[];
};

struct report_texts {
    struct block *last;
};

struct report_texts *report_texts_new(void)
{
    return sit_calloc(1, sizeof(struct report_texts));
}

void report_texts_free(struct report_texts *texts)
{
    if (texts == NULL)
        return;
    for (struct block *block = texts->last; block != NULL;) {
        struct block *before = block->before;
        free(block);
        block = before;
    }
    free(texts);
}

enum sit_status report_texts_keep(struct report_texts *texts, const char *text,
                                  const char **out, struct sit_error *err)
{
    if (text == NULL) {
        *out = NULL;
        return SIT_OK;
    }
    size_t n_bytes = strlen(text) + 1;
    struct block *block = texts->last;
    if (block == NULL || block->capacity - block->n_bytes < n_bytes) {
        size_t capacity = n_bytes > BLOCK_BYTES ? n_bytes : BLOCK_BYTES;
        block = sit_malloc_array(1, sizeof *block + capacity);
        if (block == NULL)
            return sit_error_nomem(err);
        *block = (struct block){.before = texts->last, .capacity = capacity};
        texts->last = block;
    }
    char *copy = block->bytes + block->n_bytes;
    memcpy(copy, text, n_bytes);
    block->n_bytes += n_bytes;
    *out = copy;
    return SIT_OK;
}

/* FNV-1a. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* The slot of the text, or the free one where it belongs. */
static size_t slot_of(const struct report_names *names, const char *text)
{
    size_t at = (size_t)hash_of(text) & (names->n_slots - 1);
    while (names->slots[at] != 0 &&
           strcmp(names->items[names->slots[at] - 1], text) != 0)
        at = (at + 1) & (names->n_slots - 1);
    return at;
}

/* Never more than half full. */
static bool make_room(struct report_names *names)
{
    void *items = names->items;
    if (!sit_grow_array(&items, &names->capacity, names->n + 1, sizeof *names->items))
        return false;
    names->items = items;
    if (names->n_slots > 2 * names->n)
        return true;
    size_t n_slots = names->n_slots == 0 ? FIRST_SLOTS : 2 * names->n_slots;
    uint32_t *slots = sit_calloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return false;
    free(names->slots);
    names->slots = slots;
    names->n_slots = n_slots;
    for (size_t i = 0; i < names->n; i++)
        slots[slot_of(names, names->items[i])] = (uint32_t)i + 1;
    return true;
}

enum sit_status report_names_add(struct report_names *names, struct report_texts *texts,
                                 const char *text, uint32_t *number,
                                 struct sit_error *err)
{
    if (names->n >= UINT32_MAX - 1 || !make_room(names))
        return sit_error_nomem(err);
    size_t at = slot_of(names, text);
    if (names->slots[at] == 0) {
        enum sit_status status = report_texts_keep(texts, text, &names->items[names->n],
                                                   err);
        if (status != SIT_OK)
            return status;
        names->slots[at] = (uint32_t)++names->n;
    }
    *number = names->slots[at] - 1;
    return SIT_OK;
}

void report_names_release(struct report_names *names)
{
    free(names->items);
    free(names->slots);
    *names = (struct report_names){0};
}
