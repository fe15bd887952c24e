/*
 * Sorting the grid by similarity: at once where there is little to read, else in a
 * thread of its own, so that keys never wait for it.
 */
#ifndef SITTER_TUI_PAGE_SORT_H
#define SITTER_TUI_PAGE_SORT_H

#include "background.h"
#include "sitter/page.h"

/** Zero-initialise. */
struct sit_page_sort {
    const char *project_path; /* borrowed */
    int wake_fd;
    struct sit_background *background; /* NULL: none has been needed yet */
    struct sit_page_sorting *sorting;  /* being sorted; NULL: nothing is */
    size_t done, total;                /* faces read */
};

/** Arrange the page by similarity now, or begin to: sort->sorting is set then. What was
 * being sorted is given up. */
enum sit_status sit_page_sort_begin(struct sit_page_sort *sort, struct sit_page *page,
                                    struct sit_project *project,
                                    enum sit_page_scope scope, size_t like,
                                    struct sit_error *err);
/** Give up what is being sorted. */
void sit_page_sort_give_up(struct sit_page_sort *sort);
/** After a byte on wake_fd: true where there are news. At its end the page is arranged;
 * sort->sorting is NULL then, and *status says whether it went well. */
bool sit_page_sort_take(struct sit_page_sort *sort, struct sit_page *page,
                        enum sit_status *status, struct sit_error *err);

#endif
