/*
 * A report as one HTML page, and the collection's faces as one picture. Both show faces
 * chosen by rule: they write thumbnails of people's faces into the file.
 */
#ifndef SITTER_REPORT_PAGE_H
#define SITTER_REPORT_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"
#include "sitter/report.h"
#include "sitter/status.h"

enum {
    SIT_PAGE_PER_GROUP = 24,    /* faces shown of those behind a number, at most */
    SIT_PAGE_MAX_FACES = 8000,  /* shown on a page, each embedded once */
    SIT_PAGE_MAX_TILES = 40000, /* how often faces are shown altogether */
    SIT_SHEET_PER_CLASS = 400,  /* tiles of a class on a contact sheet */
};

/** Start from zero. */
struct sit_report_page_options {
    size_t n_per_group; /* 0: SIT_PAGE_PER_GROUP */
    size_t n_max_faces; /* 0: SIT_PAGE_MAX_FACES */
    uint64_t seed;      /* of what is shown at random */
    size_t n_threads;   /* 0: one for each processor */
};

/**
 * Write one self-contained page: tables, charts as SVG, the faces behind each number,
 * a contact sheet, how it was found out. No scripts, nothing from outside. Of the faces
 * behind a number a third is the most sure, a third the least sure, a third random by
 * seed; where all numbers together would need more than n_max_faces, fewer are shown
 * and the page says so; tables go on to their 2000th row. The file is there whole or
 * not at all. A picture that cannot be read is a note and an empty tile. SIT_E_IO,
 * SIT_E_NOMEM, SIT_E_CANCELLED, and the project's.
 */
enum sit_status sit_report_html_write(struct sit_project *project,
                                      const struct sit_report *report,
                                      const struct sit_report_page_options *options,
                                      const char *path, const struct sit_notes *notes,
                                      const struct sit_progress *progress,
                                      struct sit_error *err);

/**
 * Write the contact sheet as a picture, PNG or JPEG by the name's end: each class under
 * its heading and in its colour, the most sure faces first; of larger classes
 * SIT_SHEET_PER_CLASS at even distances. Faces whose label and prediction disagree have
 * a white and red frame. As above; SIT_E_ARG: another end; SIT_E_NOT_FOUND: no faces.
 */
enum sit_status sit_report_sheet_write(struct sit_project *project,
                                       const struct sit_report *report,
                                       const struct sit_report_page_options *options,
                                       const char *path, const struct sit_notes *notes,
                                       const struct sit_progress *progress,
                                       struct sit_error *err);

#endif
