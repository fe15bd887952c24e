/*
 * Orders of faces for pages: by class and probability, by source.
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

#endif
