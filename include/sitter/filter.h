/*
 * Filters over a project's faces: "source~1327 label=f p<0.6 bookmarked". Terms, all of
 * which must hold, parted by blanks; "!" or "-" before one negates it; "..." around
 * values with blanks. docs/labelling.md, "Filters", has the fields.
 */
#ifndef SITTER_FILTER_H
#define SITTER_FILTER_H

#include "sitter/project.h"

enum { SIT_FILTER_MAX_TERMS = 24, SIT_FILTER_VALUE_BYTES = 160 };

enum sit_filter_field {
    SIT_FILTER_SOURCE,
    SIT_FILTER_NAME,
    SIT_FILTER_TITLE,
    SIT_FILTER_ARTIST,
    SIT_FILTER_KEYWORD,
    SIT_FILTER_ABOUT,
    SIT_FILTER_YEAR,
    SIT_FILTER_DECADE,
    SIT_FILTER_LABEL,
    SIT_FILTER_PREDICTED,
    SIT_FILTER_P,
    SIT_FILTER_SPLIT,
    SIT_FILTER_ANNOTATOR,
    SIT_FILTER_BOOKMARKED,
    SIT_FILTER_COMMENTED,
    SIT_FILTER_COMMENT,
    SIT_FILTER_DISPUTED,
    SIT_N_FILTER_FIELDS,
};
/** "source", "name", ... */
const char *sit_filter_field_name(enum sit_filter_field field);

enum sit_filter_op {
    SIT_FILTER_HOLDS, /* of a field without a value */
    SIT_FILTER_CONTAINS,
    SIT_FILTER_IS,
    SIT_FILTER_BELOW,
    SIT_FILTER_ABOVE,
    SIT_FILTER_AT_MOST,
    SIT_FILTER_AT_LEAST,
};

struct sit_filter_term {
    enum sit_filter_field field;
    enum sit_filter_op op;
    bool negated;
    size_t position;                   /* of the term in the text, from 1 */
    char text[SIT_FILTER_VALUE_BYTES]; /* the value; "" where there is none */
    double number;                     /* the same, of a field of numbers */
};

struct sit_filter_terms {
    size_t n;
    struct sit_filter_term items[SIT_FILTER_MAX_TERMS];
};

/** Take a filter apart. SIT_E_ARG says where it is wrong and what would be right.
 * Blanks alone are no terms, which every face matches. */
enum sit_status sit_filter_parse(const char *text, struct sit_filter_terms *out,
                                 struct sit_error *err);

struct sit_filter;

/**
 * Make a filter ready for `table`, which it does not keep: what the file knows is asked
 * now, a bit a face. `terms` is copied. SIT_E_ARG: no such class or split.
 */
enum sit_status sit_filter_new(struct sit_project *project,
                               const struct sit_face_table *table,
                               const struct sit_filter_terms *terms,
                               struct sit_filter **out, struct sit_error *err);
void sit_filter_free(struct sit_filter *filter);

/** Ask the file again, about all faces (face_index SIZE_MAX) or one of them: after
 * others' writes, or after a comment. On an error the filter stays as it was. */
enum sit_status sit_filter_renew(struct sit_filter *filter, struct sit_project *project,
                                 const struct sit_face_table *table, size_t face_index,
                                 struct sit_error *err);

/** Whether any term asks for what is predicted; then sit_filter_matches() needs it. */
bool sit_filter_needs_prediction(const struct sit_filter *filter);

/**
 * Whether face `index` of the table matches, by the labels and flags that are there
 * now. `predicted` and `p` are what is suggested for it at present; with SIT_NO_CLASS
 * the stored prediction of the newest model counts. Unlabelled test faces match no term
 * about predictions, negated or not: a model must not choose them. O(terms).
 */
bool sit_filter_matches(const struct sit_filter *filter,
                        const struct sit_face_table *table, size_t index,
                        sit_class_index predicted, double p);

/** How many faces match by stored predictions alone. */
size_t sit_filter_count(const struct sit_filter *filter,
                        const struct sit_face_table *table);

#endif
