/*
 * Sorting faces for pages by what is in memory; page_sorting.c does it by features.
 */
#include "page_order.h"

#include <stdlib.h>

#include "sitter/alloc.h"

/* What is sorted: a face and up to two numbers, compared in turn. */
struct keyed {
    size_t index;
    int32_t group;
    double value;
};

static int compare(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void sort_keyed(struct keyed *keyed, size_t *indexes, size_t n)
{
    qsort(keyed, n, sizeof *keyed, compare);
    for (size_t i = 0; i < n; i++)
        indexes[i] = keyed[i].index;
}

bool page_order_by_class(size_t *indexes, size_t n,
                         const struct sit_suggestion *suggestions)
{
    struct keyed *keyed = sit_malloc_array(n, sizeof *keyed);
    if (keyed == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct sit_suggestion *suggestion = &suggestions[indexes[i]];
        keyed[i] = (struct keyed){indexes[i], suggestion->class_index, -suggestion->p};
    }
    sort_keyed(keyed, indexes, n);
    free(keyed);
    return true;
}

bool page_order_by_source(size_t *indexes, size_t n, const struct sit_face_table *table)
{
    struct keyed *keyed = sit_malloc_array(n, sizeof *keyed);
    if (keyed == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        keyed[i] = (struct keyed){indexes[i], 0, (double)table->source[indexes[i]]};
    sort_keyed(keyed, indexes, n);
    free(keyed);
    return true;
}
