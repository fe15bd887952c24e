/*
 * Orders of faces for pages: by class and probability, by similarity, by source.
 * Private to app; page.c has what they are for.
 */
#ifndef SITTER_APP_PAGE_ORDER_H
#define SITTER_APP_PAGE_ORDER_H

#include "sitter/page.h"

/** Sort table indexes: by class, then by probability, the surest first. `suggestions`
 * (table rows). False without memory, as below. */
bool page_order_by_class(size_t *indexes, size_t n,
                         const struct sit_suggestion *suggestions);

/** Sort table indexes by source, then as they are in the table. */
bool page_order_by_source(size_t *indexes, size_t n,
                          const struct sit_face_table *table);

/**
 * Sort table indexes by similarity to face `like` (cosine of the features of the newest
 * stored set): the nearest ones as a chain, in which each is followed by the one that
 * is most like it; then the others by similarity, and those without features last.
 * SIT_E_NOT_FOUND: there are none, or none of that face.
 */
enum sit_status page_order_by_similarity(size_t *indexes, size_t n, size_t like,
                                         struct sit_labels *labels,
                                         struct sit_error *err);

#endif
