/*
 * Private to app: the makers of review's lists, and what they share.
 */
#ifndef SITTER_APP_REVIEW_LISTS_H
#define SITTER_APP_REVIEW_LISTS_H

#include "sitter/review.h"

/* Items on their way into a list. Zero-initialise; free(items). */
struct review_items {
    struct sit_review_item *items;
    size_t n, capacity;
};
bool review_items_add(struct review_items *items, const struct sit_review_item *item);

/* Greatest loss first, then by face; for qsort(). */
int review_worst_first(const void *a, const void *b);

/* Mix controls into the list, options->controls of the whole; `agreeing` is what to
 * choose from, and is put in another order. */
enum sit_status review_mix_controls(struct sit_review_list *list,
                                    struct review_items *agreeing,
                                    const struct sit_review_options *options,
                                    struct sit_error *err);

/* Lists that take no features: disagreements, bookmarked and abstained faces. */
enum sit_status review_list_stored(struct sit_project *project,
                                   enum sit_review_kind kind,
                                   const struct sit_review_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_review_list *out, struct sit_error *err);

/* Faces that are not in the list and whose label is the stored prediction of the newest
 * model; none without one. */
enum sit_status review_stored_agreeing(struct sit_project *project,
                                       const struct sit_review_list *list,
                                       struct review_items *out, struct sit_error *err);

#endif
