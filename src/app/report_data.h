/*
 * Private to app: the collection as the report reckons with it: the public faces and
 * sources, out-of-sample probabilities, which labels are random, and metadata.
 */
#ifndef SITTER_APP_REPORT_DATA_H
#define SITTER_APP_REPORT_DATA_H

#include "model_load.h"
#include "report_names.h"
#include "sitter/report.h"

/* Values of sources, source by source: those of source s are
 * value[first[s]] ... value[first[s + 1] - 1]. */
struct report_values {
    uint32_t *first; /* (n_sources + 1) */
    uint32_t *value;
    size_t n, capacity;
};

struct report_data {
    struct sit_report *report; /* borrowed; faces, sources, classes, texts */
    const struct sit_report_options *options;
    size_t n_trained; /* classes that count as people: not excluded */
    sit_class_index trained[SIT_PROJECT_MAX_CLASSES];

    /* The model; id 0: no predictions. */
    struct loaded_model loaded;
    bool has_predictions;
    /* (n_faces, n_classes of the project) probabilities, out-of-sample on labelled
     * faces; NAN in the first where there are none. NULL without predictions. */
    float *p;
    size_t n_without_p; /* faces */
    size_t n_out_of_fold;

    bool split_whole[2]; /* every face of the split has a label */
    bool counted;        /* both */
    bool by_source;      /* every source lies on one side of the split */
    size_t n_labelled;
    size_t n_random;

    struct report_names keyword_names;
    struct report_values keywords; /* each once a source */
    struct report_names artist_names;
    uint32_t *artist; /* (n_sources) number; UINT32_MAX unknown */
    /* Fields that are asked for by --by, else nothing is kept. */
    struct report_names field_names; /* all there are */
    struct report_data_field {
        const char *name;
        bool found;
        struct report_names names;
        uint32_t *value; /* (n_sources) number; UINT32_MAX unknown */
    } fields[2 * SIT_REPORT_MAX_BY];
    size_t n_fields;
    int64_t *annotator_ids; /* as report->method.annotators */
    size_t source_capacity, annotator_capacity, face_capacity;
};

/* Read everything but out-of-sample probabilities. */
enum sit_status report_data_load(struct sit_project *project, struct report_data *data,
                                 struct sit_error *err);
void report_data_release(struct report_data *data);

/* report_sample.c: replace the probabilities of labelled train faces by out-of-fold
 * ones. */
enum sit_status report_data_sample(struct sit_project *project,
                                   struct report_data *data,
                                   const struct sit_progress *progress,
                                   struct sit_error *err);

/* After that: what each face is counted as, and which labels are random. */
void report_data_settle(struct report_data *data);

/* Whether faces of the class are people: not of an excluded class. */
bool report_is_person(const struct report_data *data, sit_class_index class_index);

/* The probabilities of a face by the project's classes; NULL where there are none. */
const float *report_face_p(const struct report_data *data, size_t face);

#endif
