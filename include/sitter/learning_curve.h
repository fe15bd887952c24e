/*
 * Accuracy against the number of labels, and what more of them would bring.
 */
#ifndef SITTER_LEARNING_CURVE_H
#define SITTER_LEARNING_CURVE_H

#include <stdbool.h>

#include "sitter/head.h"
#include "sitter/interval.h"
#include "sitter/power_law.h"

enum { SIT_LEARNING_MAX_POINTS = 24, SIT_LEARNING_FOLDS = 5 };

struct sit_learning_options {
    struct sit_head_options head; /* logistic with c 0: chosen anew for each subset */
    double fallback_c;            /* where a subset has too few sources to choose C */
    size_t n_points;              /* 2 to SIT_LEARNING_MAX_POINTS */
    size_t n_repeats;             /* >= 1 */
    uint64_t seed;
};

struct sit_learning_point {
    double n;               /* labels; the mean over the repeats, sources being whole */
    double accuracy;        /* mean over repeats and judged rows */
    struct sit_interval ci; /* bootstrap over repeats and over sources of judged rows */
};

struct sit_learning_curve {
    size_t n_points, n_repeats, n_replicates;
    struct sit_learning_point points[SIT_LEARNING_MAX_POINTS];
    size_t n_judged;         /* rows that accuracy is measured on */
    size_t n_judged_sources; /* of them */
    /* A power law through the points, where they allow one; what it says of twice as
     * many labels as the last point has. The interval refits it to each bootstrap
     * sample and adds the scatter of the points around the law: it tells of chance in
     * faces and subsets, not whether the law goes on to hold. */
    bool has_law;
    struct sit_power_law law;
    double gain;
    struct sit_interval gain_ci;
};

/**
 * Train on nested random subsets of whole sources, of sizes evenly spaced on a
 * logarithmic scale up to all rows, and judge each head.
 *
 * test  judged rows; NULL: out-of-fold, that is each fifth of the train rows is judged
 *       by heads trained on subsets of the others
 *
 * Each repeat draws its own subsets (and gives a seeded head another seed). Progress
 * counts heads. SIT_E_ARG: bad options, no rows, too few sources; SIT_E_CANCELLED; and
 * those of sit_head_train().
 */
enum sit_status sit_learning_curve(const struct sit_dataset *train,
                                   const struct sit_dataset *test,
                                   const struct sit_learning_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_learning_curve *out,
                                   struct sit_error *err);

#endif
