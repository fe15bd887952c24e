/*
 * Private to app: labelled faces of a project as matrices.
 */
#ifndef SITTER_APP_DATASET_H
#define SITTER_APP_DATASET_H

#include "sitter/head.h"
#include "sitter/project.h"
#include "sitter/train.h"

/* Owned columns; row i of each belongs to one face. */
struct labelled_rows {
    size_t n, d;
    float *x;        /* (n, d); NULL where they are not in memory */
    uint8_t *y;      /* output index */
    uint32_t *group; /* source */
    int64_t *face_id;
    uint8_t *confirmed;
    size_t capacity; /* rows that fit */
};

struct labelled_faces {
    struct labelled_rows rows[2]; /* by enum sit_split */
    size_t n_labelled;            /* of these classes, with or without features */
    struct sit_leak leak;         /* over the rows */
    int64_t last_event_id;        /* the newest event that is accounted for */
};

/* The project's classes a head is trained on, in their order; returns how many. */
size_t classes_to_train_on(const struct sit_class_list *list, bool with_other,
                           sit_class_index classes[SIT_PROJECT_MAX_CLASSES]);

/* Labelled faces of the given classes (by output) that have a vector in the set. */
enum sit_status labelled_faces_load(struct sit_project *project, int64_t set_id,
                                    size_t dim, const sit_class_index *classes,
                                    size_t n_classes, struct labelled_faces *out,
                                    struct sit_error *err);

/* The same, but without the features where they would take more than max_bytes. */
enum sit_status labelled_faces_load_within(struct sit_project *project, int64_t set_id,
                                           size_t dim, const sit_class_index *classes,
                                           size_t n_classes, size_t max_bytes,
                                           struct labelled_faces *out,
                                           struct sit_error *err);
void labelled_faces_release(struct labelled_faces *faces);

/* Both sets of rows, `a` first, into *out, which the caller releases. */
enum sit_status labelled_rows_join(const struct labelled_rows *a,
                                   const struct labelled_rows *b,
                                   struct labelled_rows *out, struct sit_error *err);
void labelled_rows_release(struct labelled_rows *rows);

/* How many sources the rows are of; without memory for counting 0. */
size_t labelled_rows_n_groups(const struct labelled_rows *rows);

/* The rows as the learning library takes them; borrowed. */
struct sit_dataset labelled_rows_dataset(const struct labelled_rows *rows,
                                         size_t n_classes);

#endif
