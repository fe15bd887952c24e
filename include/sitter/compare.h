/*
 * Two stored models on the same labelled faces.
 */
#ifndef SITTER_COMPARE_H
#define SITTER_COMPARE_H

#include "sitter/paired.h"
#include "sitter/train.h"

/** One of the two. */
struct sit_compared_model {
    int64_t id;
    char head[16];
    char features[64];
    size_t n_train; /* faces it was trained on */
    size_t n_correct;
    double accuracy;
    struct sit_interval accuracy_ci; /* Wilson */
    double log_loss;
    struct sit_interval log_loss_ci; /* bootstrap by source */
    size_t n_other_class; /* faces it took for a class that the other does not know */
};

struct sit_comparison {
    char split[8]; /* "test" or "cv" */
    size_t n;      /* faces compared: labelled with a class that both know, and with
                      features of both sets */
    size_t n_sources;
    size_t n_one_class_only; /* left out: labelled with a class that one knows */
    size_t n_one_set_only;   /* left out: features of one set only */
    size_t n_classes;
    struct sit_class classes[SIT_PROJECT_MAX_CLASSES]; /* that both know */
    struct sit_compared_model models[2];
    struct sit_paired_counts counts; /* a: the first */
    double mcnemar_p;
    /* The first less the second. */
    double accuracy_difference;
    struct sit_interval accuracy_newcombe;  /* faces taken as independent */
    struct sit_interval accuracy_bootstrap; /* by source */
    double log_loss_difference;
    struct sit_interval log_loss_bootstrap;
    /* What else differs between them. */
    bool same_features;
    bool same_classes;
    bool knows_labels;       /* whether the next is known (older models do not say) */
    size_t n_labels_changed; /* train faces labelled or changed between the trainings */
    struct sit_leak leak;    /* of the first one's rows */
};

/**
 * Compare models a and b on labelled test faces, or on train faces out-of-fold (heads
 * like each, refitted on the labels as they are now; split SIT_EVALUATE_CV).
 * SIT_E_ARG: one and the same model, no face to compare them on, no class in common;
 * SIT_E_NOT_FOUND; SIT_E_CANCELLED.
 */
enum sit_status sit_compare(struct sit_project *project, int64_t a, int64_t b,
                            enum sit_evaluate_split split,
                            const struct sit_progress *progress,
                            struct sit_comparison *out, struct sit_error *err);

#endif
