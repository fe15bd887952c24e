/*
 * How good probabilities are against the truth: accuracy, confusion, per class
 * precision, recall and F1, log-loss, Brier score, calibration, ranking (ROC AUC,
 * average precision), and their 95 % intervals: Wilson's for proportions, a bootstrap by
 * source for the others.
 */
#ifndef SITTER_METRICS_H
#define SITTER_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/interval.h"
#include "sitter/progress.h"
#include "sitter/status.h"

enum { SIT_METRICS_MAX_CLASSES = 16, SIT_METRICS_N_BINS = 15 };

struct sit_class_metrics {
    size_t support;     /* faces of this class in truth */
    size_t n_predicted; /* faces predicted as this class */
    double precision;   /* NAN where nothing was predicted as this class */
    double recall;      /* NAN where support is 0 */
    double f1;          /* NAN where either is */
    struct sit_interval precision_ci, recall_ci; /* Wilson; [0, 1] where undefined */
};

/** Faces whose greatest probability lies in one of 15 equal parts of (0, 1], upper ends
 * included. */
struct sit_reliability_bin {
    size_t n;
    double confidence; /* mean greatest probability; NAN where n is 0 */
    double accuracy;   /* NAN likewise */
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
    double ece; /* expected calibration error of the greatest probability: sum over the
                   bins of n_b / n |accuracy_b - confidence_b| */
    /* Ranking. Binary: of class 1. K > 2: mean over the classes with support (and, for
     * AUC, with faces of other classes), each against the rest. NAN where no class can
     * be ranked. */
    double auc;               /* ties by half */
    double average_precision; /* sum of (recall step * precision), ties as one step */
    size_t confusion[SIT_METRICS_MAX_CLASSES]
                    [SIT_METRICS_MAX_CLASSES]; /* [truth][predicted] */
    struct sit_class_metrics classes[SIT_METRICS_MAX_CLASSES];
    struct sit_reliability_bin bins[SIT_METRICS_N_BINS];
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

/** Percentile intervals of a bootstrap by source; NAN where there are none (fewer than
 * two sources, or a measure that is undefined in most samples). */
struct sit_metrics_intervals {
    size_t n_replicates;
    size_t n_sources;
    struct sit_interval accuracy; /* unlike Wilson's it allows for sources */
    struct sit_interval balanced_accuracy, log_loss, brier, ece, auc, average_precision;
    struct sit_interval f1[SIT_METRICS_MAX_CLASSES];
};

/**
 * p, y, n, n_classes as above; group (n) the source of each row. Rows are sorted once,
 * each replicate then takes O(n n_classes). Same seed, same intervals.
 * Errors as above, and SIT_E_CANCELLED.
 */
enum sit_status sit_metrics_bootstrap(const float *p, const uint8_t *y,
                                      const uint32_t *group, size_t n, size_t n_classes,
                                      size_t n_replicates, uint64_t seed,
                                      const struct sit_progress *progress,
                                      struct sit_metrics_intervals *out,
                                      struct sit_error *err);

#endif
