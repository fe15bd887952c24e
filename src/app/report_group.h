/*
 * Private to app: fields of faces and sources, and the groups that their values make.
 */
#ifndef SITTER_APP_REPORT_GROUP_H
#define SITTER_APP_REPORT_GROUP_H

#include "report_data.h"

/* A field by which faces are grouped. Values are numbered in the order they are shown;
 * the last one is "unknown" where there is any. */
struct report_field {
    const char *name;
    bool of_faces; /* first has n_faces + 1, else n_sources + 1 items */
    bool is_class;
    size_t n_values;
    const char **labels;          /* (n_values) */
    double *x;                    /* (n_values) point in time, or NAN */
    sit_class_index *class_index; /* (n_values) where it is the class */
    bool has_unknown;
    struct report_values values; /* of each face or source; keywords have several */
};

/* The names of fields that --by takes, for help and errors. */
extern const char REPORT_FIELDS[];

/* Whether it is one of the program's own fields, not one of the metadata's. */
bool report_field_is_own(const char *name);

/* n_keywords, n_keyword_posters: the most frequent keywords with so many posters.
 * SIT_E_ARG: no such field. */
enum sit_status report_field_make(const struct report_data *data, const char *name,
                                  struct report_field *out, struct sit_error *err);
void report_field_release(struct report_field *field);

/* A group of one value or a pair of values. */
struct report_cell {
    uint32_t a, b; /* values; b 0 with one field */
    size_t n_sources;
    size_t n_faces;
    uint32_t *faces; /* ascending; owned, may be taken away */
};

struct report_cells {
    struct report_cell *items; /* by a, then b */
    size_t n;
};

/* b may be NULL. Cells that have neither a source nor a face are left out. */
enum sit_status report_cells_make(const struct report_data *data,
                                  const struct report_field *a,
                                  const struct report_field *b,
                                  struct report_cells *out, struct sit_error *err);
void report_cells_release(struct report_cells *cells);

#endif
