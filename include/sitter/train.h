/*
 * Training heads on a project's labels, judging them, and predicting every face: what
 * joins the project with the learning library.
 */
#ifndef SITTER_TRAIN_H
#define SITTER_TRAIN_H

#include "sitter/head.h"
#include "sitter/metrics.h"
#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"

struct sit_train_options {
    const char *features; /* name of the feature set; NULL: the newest */
    bool with_other;      /* train on the excluded classes too */
    bool c_given;         /* options.c was asked for; otherwise too few sources for
                             cross-validation fall back to SIT_TRAIN_FALLBACK_C */
    bool calibrate;       /* fit a temperature on out-of-fold probabilities */
    size_t max_bytes;     /* features beyond it are read as they are needed; 0:
                             SIT_TRAIN_MAX_BYTES */
    struct sit_head_options head;
};

/** 1.5 GiB: with what else is needed, two. */
#define SIT_TRAIN_MAX_BYTES ((size_t)3 << 29)

#define SIT_TRAIN_FALLBACK_C 0.01

/** Sources whose faces lie on both sides of the split: what the score is blind to. */
struct sit_leak {
    size_t n_sources;
    size_t n_sources_on_both_sides;
    size_t n_test_faces_affected; /* test faces of such sources */
    size_t n_test_faces;
};

/** How a head does on some faces. */
struct sit_evaluation {
    int64_t model_id;
    char head[16];
    char features[64];
    size_t n_classes;
    struct sit_class classes[SIT_PROJECT_MAX_CLASSES]; /* of output 0, 1, ... */
    double c;                                          /* NAN for an MLP */
    double objective;
    double temperature; /* 1 unless calibrated */
    size_t n_train;
    double train_ms;
    bool has_metrics;           /* false where no labelled face could be judged */
    char split[8];              /* "test", "train" or "cv": what the metrics are over */
    struct sit_metrics metrics; /* classes by output */
    struct sit_metrics_intervals intervals;
    struct sit_leak leak;
};

/**
 * Train on the labelled train faces that have features, store the model, and judge it
 * on the labelled test faces. Nothing is stored on any failure or cancellation. *report
 * may be NULL. SIT_E_NOT_FOUND: no features; SIT_E_ARG: fewer than two classes labelled
 * (the message says how many of each); and sit_head_train()'s.
 */
enum sit_status sit_train(struct sit_project *project,
                          const struct sit_train_options *options,
                          const struct sit_notes *notes,
                          const struct sit_progress *progress,
                          struct sit_evaluation *out, struct sit_head_report *report,
                          struct sit_error *err);

/** The options a stored model was trained with. The set's name in *options points into
 * *model. SIT_E_FORMAT; SIT_E_UNSUPPORTED: it was imported. */
enum sit_status sit_train_options_of_model(const struct sit_model *model,
                                           struct sit_train_options *options,
                                           struct sit_error *err);

enum sit_evaluate_split {
    SIT_EVALUATE_TEST,  /* labelled test faces */
    SIT_EVALUATE_TRAIN, /* labelled train faces, seen in training: optimistic */
    SIT_EVALUATE_CV,    /* labelled train faces, out-of-fold, grouped by source */
};

/** Judge a stored model (0: newest) with the labels as they are now. */
enum sit_status sit_evaluate(struct sit_project *project, int64_t model_id,
                             enum sit_evaluate_split split,
                             const struct sit_progress *progress,
                             struct sit_evaluation *out, struct sit_error *err);

/** Store the model's probabilities for every face with its features, in short
 * transactions; *n_faces is how many. Interrupted, what is stored stays (each face's
 * probabilities are right on their own). */
enum sit_status sit_predict(struct sit_project *project, int64_t model_id,
                            const struct sit_progress *progress, int64_t *model_used,
                            size_t *n_faces, struct sit_error *err);

#endif
