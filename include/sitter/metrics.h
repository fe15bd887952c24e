/*
 * How good probabilities are against the truth: accuracy, confusion, per class
 * precision, recall and F1, log-loss, Brier score, ROC AUC.
 */
#ifndef SITTER_METRICS_H
#define SITTER_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"

enum { SIT_METRICS_MAX_CLASSES = 16 };

struct sit_class_metrics {
    size_t support;   /* faces of this class in truth */
    double precision; /* NAN where nothing was predicted as this class */
    double recall;    /* NAN where support is 0 */
    double f1;        /* NAN where either is */
};

struct sit_metrics {
    size_t n;
    size_t n_classes;
    size_t n_correct;
    double accuracy;
    double accuracy_low, accuracy_high; /* Wilson, 95 % */
    double balanced_accuracy;           /* mean recall over the classes with support */
    double log_loss; /* natural log; p clipped to [1e-15, 1 - 1e-15] */
    double
        brier; /* binary: mean (p_1 - y)^2; more classes: mean of sum_k (p_k - y_k)^2 */
    double auc; /* binary: of class 1, ties by half; NAN for one class or K > 2 */
    size_t confusion[SIT_METRICS_MAX_CLASSES]
                    [SIT_METRICS_MAX_CLASSES]; /* [truth][predicted] */
    struct sit_class_metrics classes[SIT_METRICS_MAX_CLASSES];
};

/** The class with the largest probability of p[0..n_classes); the first of equals. */
size_t sit_argmax(const float *p, size_t n_classes);

/**
 * p (n, n_classes) row-major, rows summing to 1; y (n) class indices.
 * SIT_E_ARG: n 0, fewer than 2 or too many classes, y out of range; SIT_E_NUMERIC: a
 * probability that is not finite; SIT_E_NOMEM.
 */
enum sit_status sit_metrics_compute(const float *p, const uint8_t *y, size_t n,
                                    size_t n_classes, struct sit_metrics *out,
                                    struct sit_error *err);

#endif
