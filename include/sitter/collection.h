/*
 * Reading the whole collection in one walk and one snapshot: annotators, sources with
 * what metadata says of them, posters, faces, the labels in force and the predictions
 * of one model. Each table is read once from beginning to end; nothing is kept here.
 */
#ifndef SITTER_COLLECTION_H
#define SITTER_COLLECTION_H

#include "sitter/project.h"

/* Rows on their way; text is borrowed until the visitor returns. */
struct sit_collection_source {
    int64_t id;
    const char *name;
    const char *title, *artist, *year_text; /* NULL unknown */
    int year, decade;                       /* 0 unknown */
    bool split_given; /* by the layout of folders, or not settled yet: not counted */
};

struct sit_collection_poster {
    int64_t source_id; /* 0 where it has no faces */
    const char *name;
};

struct sit_collection_face {
    int64_t id, source_id;
    enum sit_split split;
    const char *name;
};

struct sit_collection_label {
    int64_t face_id;
    sit_class_index class_index; /* resolved (sitter/project.h, "Whose label") */
    int64_t annotator_id;        /* who gave it, the newest of several */
    bool random; /* somebody labelled the face because it was drawn at random */
};

/** What is called for each row; a member that is NULL is not read. Anything but SIT_OK
 * ends the walk, which returns it. In this order; keywords and fields by source, labels
 * and predictions by face. */
struct sit_collection_visitor {
    void *context;
    enum sit_status (*annotator)(void *context, int64_t id, const char *name,
                                 bool is_person, struct sit_error *err);
    enum sit_status (*source)(void *context, const struct sit_collection_source *row,
                              struct sit_error *err); /* by id */
    enum sit_status (*poster)(void *context, const struct sit_collection_poster *row,
                              struct sit_error *err); /* by name */
    enum sit_status (*keyword)(void *context, int64_t source_id, const char *keyword,
                               struct sit_error *err);
    enum sit_status (*field)(void *context, int64_t source_id, const char *name,
                             const char *value, struct sit_error *err);
    enum sit_status (*face)(void *context, const struct sit_collection_face *row,
                            struct sit_error *err); /* by id */
    enum sit_status (*label)(void *context, const struct sit_collection_label *row,
                             struct sit_error *err); /* labelled faces only */
    /* p (n) of the classes, in the order of the project's list. */
    enum sit_status (*prediction)(void *context, int64_t face_id, size_t n,
                                  const sit_class_index *classes, const double *p,
                                  struct sit_error *err);
    int64_t model_id; /* whose predictions; 0: none are read */
};

enum sit_status sit_project_read_collection(struct sit_project *project,
                                            const struct sit_collection_visitor *visit,
                                            struct sit_error *err);

#endif
