/*
 * Private to the report: which faces a page shows. Every number is a group of faces
 * (a row's faces of one class); of each group a few are chosen by rule.
 */
#ifndef SITTER_PAGE_FACES_H
#define SITTER_PAGE_FACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/report.h"
#include "sitter/report_page.h"

enum { PAGE_MAX_PER_GROUP = 24, PAGE_MAX_PER_KIND = PAGE_MAX_PER_GROUP / 3 };

/* Rows of a table on the page: years and keywords are fewer, single posters are not. */
enum { PAGE_MAX_ROWS = 2000 };

/* Faces behind a number. */
struct page_group {
    uint32_t table, row;
    sit_class_index class_index; /* SIT_NO_CLASS: the row's faces altogether */
    size_t n_faces;              /* behind the number */
    uint8_t n_sure, n_unsure, n_random;
    uint32_t sure[PAGE_MAX_PER_KIND];    /* the most sure first */
    uint32_t unsure[PAGE_MAX_PER_KIND];  /* the least sure first */
    uint32_t random[PAGE_MAX_PER_GROUP]; /* in the order of the draw */
};

struct page_faces {
    struct page_group *groups; /* by table, row, class */
    size_t n_groups, capacity;
    size_t n_per_group; /* shown of each at most */
    uint32_t *sheet;    /* the contact sheet, class after class */
    size_t sheet_start[SIT_PROJECT_MAX_CLASSES + 1];
    uint32_t predicted_classes;
    uint32_t *shown; /* (n_shown) ascending: every face on the page, once */
    size_t n_shown;
};

enum sit_status page_faces_choose(const struct sit_report *report,
                                  const struct sit_report_page_options *options,
                                  struct page_faces *out, struct sit_error *err);
void page_faces_release(struct page_faces *faces);

/* The group behind a figure, or NULL. */
const struct page_group *page_faces_group(const struct page_faces *faces, size_t table,
                                          size_t row, sit_class_index class_index);
/* The shown faces of a group into out (PAGE_MAX_PER_GROUP); returns how many. The kinds
 * begin at starts[0..2]. */
size_t page_faces_of_group(const struct page_faces *faces,
                           const struct page_group *group, uint32_t *out,
                           size_t starts[3]);
/* A face's number on the page. */
size_t page_faces_number(const struct page_faces *faces, uint32_t face);

/* How sure the report is that a face is what it is counted as; NAN unknown. */
float page_face_sureness(const struct sit_report_face *face);
/* The classes that predictions name, as bits: a head without 'other' cannot be wrong
 * about a face labelled so. */
uint32_t page_predicted_classes(const struct sit_report *report);
/* Its label is not what was predicted without knowing it. */
bool page_face_disagrees(const struct sit_report_face *face,
                         uint32_t predicted_classes);

/* For each class, the faces for a contact sheet: the most sure first, n_most at even
 * distances. *starts has one entry more than classes. The caller frees *out. */
enum sit_status page_faces_sheet(const struct sit_report *report, size_t n_most,
                                 uint32_t **out,
                                 size_t starts[SIT_PROJECT_MAX_CLASSES + 1],
                                 struct sit_error *err);

#endif
