/*
 * Which faces a fact holds for, asked of the project: of their names, sources, metadata
 * and annotators' work. What changes with every key (labels, suggestions) is not asked
 * here.
 */
#ifndef SITTER_FACE_QUERY_H
#define SITTER_FACE_QUERY_H

#include "sitter/project.h"

enum sit_face_fact {
    SIT_FACT_NAME_CONTAINS, /* or that of a duplicate */
    SIT_FACT_NAME_IS,
    SIT_FACT_SOURCE_CONTAINS,
    SIT_FACT_SOURCE_IS,
    SIT_FACT_TITLE_CONTAINS,
    SIT_FACT_TITLE_IS,
    SIT_FACT_ARTIST_CONTAINS,
    SIT_FACT_ARTIST_IS,
    SIT_FACT_KEYWORD_CONTAINS,
    SIT_FACT_KEYWORD_IS,
    SIT_FACT_ABOUT_CONTAINS, /* the description */
    SIT_FACT_YEAR_IS,
    SIT_FACT_YEAR_BELOW,
    SIT_FACT_YEAR_ABOVE,
    SIT_FACT_DECADE_IS,
    SIT_FACT_DECADE_BELOW,
    SIT_FACT_DECADE_ABOVE,
    SIT_FACT_ANNOTATOR_IS, /* somebody of that name has labelled it */
    SIT_FACT_COMMENTED,    /* by anybody */
    SIT_FACT_COMMENT_CONTAINS,
    SIT_N_FACE_FACTS,
};

/** Called for each face that the fact holds for, in no order; false ends the walk. */
typedef bool sit_face_query_fn(void *context, int64_t face_id);

/**
 * Ask for all faces, or with face_id not 0 only about that one. `text` for facts about
 * text (ASCII letters count the same in both cases; what is unknown contains nothing),
 * `number` for those about years.
 */
enum sit_status sit_project_query_faces(struct sit_project *project,
                                        enum sit_face_fact fact, const char *text,
                                        int64_t number, int64_t face_id,
                                        sit_face_query_fn *visit, void *context,
                                        struct sit_error *err);

/** Called for each face that the model has predicted: its likeliest class. */
typedef bool sit_face_prediction_fn(void *context, int64_t face_id,
                                    sit_class_index class_index, double p);
/** The predictions of model_id. */
enum sit_status sit_project_query_predictions(struct sit_project *project,
                                              int64_t model_id,
                                              sit_face_prediction_fn *visit,
                                              void *context, struct sit_error *err);

#endif
