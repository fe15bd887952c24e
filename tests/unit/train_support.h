/*
 * A project of 120 faces with features of two clouds, for tests of the jobs that train,
 * judge and review.
 */
#ifndef SITTER_TRAIN_SUPPORT_H
#define SITTER_TRAIN_SUPPORT_H

#include "project_support.h"

#include "sitter/labels.h"
#include "sitter/rng.h"
#include "sitter/train.h"

enum { N_FACES = 120, DIM = 6 };

struct train_fixture {
    struct fixture base;
    struct sit_project *project;
};

/* Class 0 or 1 with well separated features, but every 10th face labelled wrongly. */
static inline sit_class_index true_class(size_t i)
{
    return (sit_class_index)((i * 7 / 3) % 2);
}

static inline void put_features(struct sit_project *project, const char *set)
{
    int64_t set_id;
    struct sit_rng rng;
    sit_rng_init(&rng, 5);
    assert_ok(
        sit_project_begin_feature_set(project, set, DIM, "npy", "{}", &set_id, err));
    assert_ok(sit_project_begin(project, err));
    for (size_t i = 0; i < N_FACES; i++) {
        float x[DIM];
        for (size_t j = 0; j < DIM; j++)
            x[j] = (float)(sit_rng_normal(&rng) + (j < 2 ? 4.0 * true_class(i) : 0));
        assert_ok(
            sit_project_put_feature(project, set_id, (int64_t)i + 1, x, DIM, err));
    }
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_finish_feature_set(project, set_id, err));
}

static inline void label_faces(struct sit_project *project, size_t from, size_t to,
                               bool one_class)
{
    struct sit_label_note note = {
        .origin = SIT_ORIGIN_SCREEN, .spent_ms = -1, .suggested = SIT_NO_CLASS};
    struct sit_labels *labels = NULL;
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    for (size_t i = from; i < to; i++) {
        sit_class_index class_index = true_class(i);
        if (i % 10 == 9)
            class_index = (sit_class_index)(1 - class_index);
        assert_ok(sit_labels_set(labels, i, one_class ? 0 : class_index, &note, err));
    }
    sit_labels_free(labels);
}

static inline int setup(void **state)
{
    struct train_fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->base.dir = test_make_dir();
    f->base.path = in_dir(f->base.dir, "p.db");
    f->project = new_project(f->base.path);
    add_faces(f->project, 0, N_FACES);
    *state = f;
    return 0;
}

static inline int setup_whole(void **state)
{
    setup(state);
    struct train_fixture *f = *state;
    put_features(f->project, "x");
    label_faces(f->project, 0, N_FACES, false);
    return 0;
}

static inline int teardown(void **state)
{
    struct train_fixture *f = *state;
    sit_project_close(f->project);
    free(f->base.path);
    test_remove_dir(f->base.dir);
    free(f);
    return 0;
}

static inline struct sit_train_options logistic(double c)
{
    struct sit_train_options options = {.c_given = c != 0};
    sit_head_options_init(&options.head, SIT_HEAD_LOGISTIC);
    options.head.c = c;
    return options;
}

#endif
