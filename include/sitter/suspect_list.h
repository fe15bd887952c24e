/*
 * Which labels of a project are suspect: joins its labels and features with confident
 * learning.
 */
#ifndef SITTER_SUSPECT_LIST_H
#define SITTER_SUSPECT_LIST_H

#include "sitter/progress.h"
#include "sitter/project.h"
#include "sitter/suspect.h"

struct sit_suspect_options {
    const char *features; /* name of the feature set; NULL: the newest */
    bool with_other;      /* judge labels of the excluded classes too */
    /* Only labels of these classes; n_classes 0: by with_other. */
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES];
    size_t n_classes;
};

struct sit_suspect_face {
    int64_t face_id;
    enum sit_split split;
    bool confirmed; /* in a review: somebody looked and kept the label */
    bool off_diagonal;
    sit_class_index given, suggested;
    double self_confidence, margin, p_suggested; /* as in struct sit_suspect */
};

/** Every labelled face with features, the most suspect first. */
struct sit_suspect_list {
    struct sit_suspect_face *items;
    size_t n;
    size_t n_suspect; /* the first so many are off the diagonal */
    char features[64];
    double c; /* of the logistic heads that judged */
};
void sit_suspect_list_release(struct sit_suspect_list *list);

/**
 * Judge the labels of train and test faces together, by out-of-source probabilities of
 * logistic heads, C by cross-validation (whatever head the project's models have: a
 * logistic one is quick, has one optimum, and is what the ranking was measured with).
 * Classes without a labelled face are left out. SIT_E_NOT_FOUND: no features;
 * SIT_E_ARG: labels of fewer than two classes, or too few sources; SIT_E_CANCELLED.
 */
enum sit_status sit_suspects_find(struct sit_project *project,
                                  const struct sit_suspect_options *options,
                                  const struct sit_progress *progress,
                                  struct sit_suspect_list *out, struct sit_error *err);

#endif
