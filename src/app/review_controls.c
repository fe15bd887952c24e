/*
 * Controls: faces that are right by all that is known, mixed into a review's list, so
 * that reviewers do not learn that everything they are shown is wrong.
 */
#include "review_lists.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/rng.h"

bool review_items_add(struct review_items *items, const struct sit_review_item *item)
{
    void *grown = items->items;
    if (!sit_grow_array(&grown, &items->capacity, items->n + 1, sizeof *items->items))
        return false;
    items->items = grown;
    items->items[items->n++] = *item;
    return true;
}

int review_worst_first(const void *a, const void *b)
{
    const struct sit_review_item *x = a, *y = b;
    if (x->loss != y->loss)
        return x->loss > y->loss ? -1 : 1;
    return x->face_id < y->face_id ? -1 : x->face_id > y->face_id;
}

enum sit_status review_mix_controls(struct sit_review_list *list,
                                    struct review_items *agreeing,
                                    const struct sit_review_options *options,
                                    struct sit_error *err)
{
    double share = fmin(options->controls, 0.5);
    if (!(share > 0))
        return SIT_OK;
    /* Of the whole, controls included; one at least, or there would be no doubt. */
    size_t n_controls = (size_t)ceil((double)list->n * share / (1 - share));
    if (n_controls > agreeing->n)
        n_controls = agreeing->n;
    size_t n = list->n + n_controls;
    struct sit_review_item *mixed = sit_calloc(n, sizeof *mixed);
    if (mixed == NULL)
        return sit_error_nomem(err);
    struct sit_rng rng;
    sit_rng_init(&rng, options->seed);
    for (size_t i = 0; i < n_controls; i++) {
        size_t j = i + (size_t)sit_rng_below(&rng, agreeing->n - i);
        struct sit_review_item chosen = agreeing->items[j];
        agreeing->items[j] = agreeing->items[i];
        agreeing->items[i] = chosen;
    }
    /* Every arrangement that keeps the list's own order is as likely as any other. */
    size_t from_list = 0, from_controls = 0;
    for (size_t i = 0; i < n; i++) {
        size_t left = n_controls - from_controls;
        bool is_control = sit_rng_below(&rng, n - i) < left;
        mixed[i] = is_control ? agreeing->items[from_controls++]
                              : list->items[from_list++];
        mixed[i].is_control = is_control;
    }
    free(list->items);
    list->items = mixed;
    list->n = n;
    list->n_controls = n_controls;
    return SIT_OK;
}
