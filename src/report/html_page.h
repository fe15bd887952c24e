/*
 * Private to the report: the parts of the HTML page. Each appends to `out`; text of the
 * project's goes through html_text() or html_bdi().
 */
#ifndef SITTER_PAGE_H
#define SITTER_PAGE_H

#include <stddef.h>

#include "page_faces.h"
#include "sitter/buf.h"
#include "sitter/report.h"

struct page {
    const struct sit_report *report;
    const struct page_faces *faces;
    uint64_t seed;
    struct sit_buf *out;
};

/* The side of a thumbnail in pixels: a multiple of 16, so that none of a JPEG's blocks
 * is cut. */
enum { PAGE_THUMB_PX = 64, PAGE_THUMB_QUALITY = 72 };

/* page_style.c: the style sheet, without the faces. */
extern const char PAGE_STYLE[];

/* page_table.c: a table's section with its chart and the faces behind its numbers. */
enum sit_status page_table(const struct page *page, size_t table,
                           struct sit_error *err);

/* page_tiles.c: a list of faces as thumbnails; the contact sheet; all faces shown. */
void page_tiles(const struct page *page, const uint32_t *faces, size_t n,
                const char *id);
void page_sheet(const struct page *page);
void page_index(const struct page *page);
/* A class's colour, "c0" to "c5", as a CSS class. */
const char *page_class_style(sit_class_index class_index);

/* page_method.c: how the figures were found out. */
void page_method(const struct page *page);

/* page_calibration.c: a calibration plot as SVG, with its table. */
void page_calibration(const struct page *page);

/* What stands in several places. */
void page_share(struct sit_buf *out, double share); /* "42.1 %"; NAN: a dash */
void page_interval(struct sit_buf *out, double low, double high, double unit);
void page_count_cell(struct sit_buf *out, size_t n);  /* <td class="n"> */
void page_faces_count(struct sit_buf *out, size_t n); /* "1,234 faces" */
void page_class_name(const struct page *page, sit_class_index class_index);

#endif
