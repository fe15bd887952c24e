/*
 * Makes a project of any number of labelled faces with generated features, in the time
 * that writing it takes: pictures of one pixel, three faces a source.
 *
 *     large_project_fill FILE.db FACES DIM
 */
#include <stdio.h>
#include <stdlib.h>

#include "large_features.h"
#include "sitter/file.h"
#include "sitter/progress.h"
#include "sitter/project.h"

enum { FACES_PER_SOURCE = 3, FACES_PER_TRANSACTION = 20000 };

struct filling {
    struct sit_project *project;
    struct large_features features;
    float x[LARGE_MAX_DIM];
    int64_t set_id, annotator_id, source_id;
    enum sit_split split;
};

static enum sit_status add_face(struct filling *filling, size_t i,
                                struct sit_error *err)
{
    char name[40], source[40];
    unsigned char picture[] = {'P',
                               '6',
                               ' ',
                               '1',
                               ' ',
                               '1',
                               ' ',
                               '2',
                               '5',
                               '5',
                               '\n',
                               (unsigned char)(i & 255),
                               (unsigned char)(i >> 8 & 255),
                               (unsigned char)(i >> 16 & 255)};
    int64_t face_id, event_id;
    enum sit_status status = SIT_OK;
    snprintf(source, sizeof source, "s%06zu", i / FACES_PER_SOURCE);
    snprintf(name, sizeof name, "s%06zu_%zu.ppm", i / FACES_PER_SOURCE,
             i % FACES_PER_SOURCE);
    if (i % FACES_PER_SOURCE == 0)
        status = sit_project_add_source(filling->project, source, true, SIT_TRAIN,
                                        &filling->source_id, &filling->split, err);
    struct sit_new_face face = {.name = name,
                                .source_id = filling->source_id,
                                .split = filling->split,
                                .width_px = 1,
                                .height_px = 1,
                                .format = "other",
                                .bytes = picture,
                                .n_bytes = sizeof picture};
    sit_sha256(picture, sizeof picture, face.sha256);
    if (status == SIT_OK)
        status = sit_project_add_face(filling->project, &face, &face_id, err);
    uint8_t label = large_features_row(&filling->features, i, filling->x);
    if (status == SIT_OK)
        status = sit_project_put_feature(filling->project, filling->set_id, face_id,
                                         filling->x, filling->features.d, err);
    struct sit_event event = {.face_id = status == SIT_OK ? face_id : 0,
                              .annotator_id = filling->annotator_id,
                              .origin = SIT_ORIGIN_IMPORT,
                              .class_index = (sit_class_index)label,
                              .at_ms = sit_time_ms(),
                              .spent_ms = -1,
                              .suggested = SIT_NO_CLASS};
    if (status == SIT_OK)
        status = sit_project_append_event(filling->project, &event, &event_id, err);
    return status;
}

static enum sit_status fill(struct filling *filling, size_t n, struct sit_error *err)
{
    enum sit_status status = sit_project_begin_feature_set(
        filling->project, "generated", filling->features.d, "npy", "{}",
        &filling->set_id, err);
    if (status == SIT_OK)
        status = sit_project_begin(filling->project, err);
    if (status == SIT_OK)
        status = sit_project_annotator(filling->project, "bench",
                                       &filling->annotator_id, err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        status = add_face(filling, i, err);
        if (status == SIT_OK && (i + 1) % FACES_PER_TRANSACTION == 0) {
            status = sit_project_commit(filling->project, err);
            if (status == SIT_OK)
                status = sit_project_begin(filling->project, err);
        }
    }
    if (status == SIT_OK)
        status = sit_project_commit(filling->project, err);
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(filling->project, filling->set_id, err);
    return status;
}

int main(int argc, char **argv)
{
    size_t n = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    size_t d = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    if (n == 0 || n >= 1 << 24 || d == 0 || d > LARGE_MAX_DIM) {
        fprintf(stderr, "usage: large_project_fill FILE.db FACES DIM\n");
        return 2;
    }
    static struct filling filling;
    struct sit_class_list classes;
    struct sit_error err;
    sit_class_list_default(&classes);
    large_features_init(&filling.features, d);
    enum sit_status status = sit_project_create(argv[1], &classes, &err);
    if (status == SIT_OK)
        status = sit_project_open(argv[1], SIT_PROJECT_WRITE, &filling.project, &err);
    if (status == SIT_OK)
        status = fill(&filling, n, &err);
    sit_project_close(filling.project);
    if (status != SIT_OK)
        fprintf(stderr, "large_project_fill: %s\n", err.message);
    return status != SIT_OK;
}
