/*
 * The learning curve of a project's labels.
 */
#ifndef SITTER_CURVE_H
#define SITTER_CURVE_H

#include "sitter/learning_curve.h"
#include "sitter/train.h"

struct sit_curve_options {
    const char *features; /* name of the feature set; NULL: the newest */
    bool with_other;
    bool out_of_fold; /* judge train faces out-of-fold rather than test faces */
    struct sit_learning_options learning;
};

struct sit_curve {
    char features[64];
    size_t n_train, n_test;    /* labelled faces with features */
    size_t n_unlabelled_train; /* train faces that could still be labelled */
    struct sit_leak leak;
    struct sit_learning_curve curve;
};

/** SIT_E_NOT_FOUND: no features; SIT_E_ARG: fewer than two classes labelled, no
 * labelled test face, too few sources; and those of sit_learning_curve(). */
enum sit_status sit_curve(struct sit_project *project,
                          const struct sit_curve_options *options,
                          const struct sit_progress *progress, struct sit_curve *out,
                          struct sit_error *err);

#endif
