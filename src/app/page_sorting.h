/*
 * A sorting by similarity: what page.c asks for and takes over, page_sorting.c does.
 * Private to app.
 */
#ifndef SITTER_APP_PAGE_SORTING_H
#define SITTER_APP_PAGE_SORTING_H

#include "sitter/page.h"

struct sit_page_sorting {
    enum sit_page_scope scope;
    int64_t like_id, set_id;
    size_t dim;
    size_t n;
    int64_t *ids;    /* (n) faces, ascending */
    int64_t *sorted; /* (n) the same by similarity; NULL before it has run */
};

#endif
