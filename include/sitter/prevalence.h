/*
 * How many units (faces, or posters) are of a class when only some have labels and all
 * have predictions: prediction-powered estimates that respect a finite collection and
 * labels that come a poster at a time. Which units make up a figure, and which labels
 * were drawn at random, is the caller's to say. docs/prevalence.md explains the
 * choices.
 */
#ifndef SITTER_PREVALENCE_H
#define SITTER_PREVALENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/interval.h"
#include "sitter/status.h"

/** From this many labels at random (with a den above 0) on, a group has a lambda of its
 * own. */
enum { SIT_PREVALENCE_OWN_LAMBDA = 30 };
/** Below this many labels at random, an estimate rests on the predictions alone. */
enum { SIT_PREVALENCE_FEW = 10 };

/**
 * What is estimated: sum(num) / sum(den) over all n units of the collection. All arrays
 * are (n), borrowed.
 *
 *   share of women among all faces: num 1 for a woman; den NULL
 *   women among women and men:      num 1 for a woman, den 1 for either, 0 for `other`
 *   posters with women only:        a unit is a poster; den NULL
 *   women per poster:               a poster, num the count, is_mean; den NULL
 *
 * Predictions must be out-of-sample on the labelled units (of a head fitted without the
 * unit and without the rest of its poster), and made the same way on the others. They
 * may be probabilities or 0/1; what is wrong with them widens the interval and does not
 * shift the estimate. A label that was *not* drawn at random (suggested by a head,
 * sought out in review) stays NAN in y: it may go into count_num only. A poster has a
 * label at random only where posters were labelled whole (a split by source): among
 * faces drawn singly the posters that happen to be complete are the small ones.
 */
struct sit_prevalence_data {
    size_t n;
    const float *f_num; /* predicted num; NULL: no predictions */
    const float *f_den; /* predicted den; NULL: den is 1 */
    const float *y_num; /* num by label; NAN: not labelled at random */
    const float *y_den; /* den by label, NAN where y_num is; NULL with f_den NULL */
    /* What a plain count takes for the unit; NULL: the label where there is one in y,
     * the prediction elsewhere. Give it to count with labels of every kind, or with the
     * class that is most probable where f_num are probabilities. */
    const float *count_num;
    const float *count_den;  /* NULL with count_num NULL, or where den is 1 */
    const uint32_t *cluster; /* the unit's poster, any numbers; NULL: each its own */
    /* Not a share: num may exceed den, the interval is not held to [0, 1]. */
    bool is_mean;
    /* The units are themselves a sample, of posters that could have been made: nothing
     * is ever counted, no variance shrinks for the part that is labelled. For tests of
     * chance on a collection that is labelled whole. */
    bool is_endless;
};

enum sit_prevalence_method {
    SIT_PREVALENCE_NONE,       /* nothing to estimate from; figures are NAN */
    SIT_PREVALENCE_COUNTED,    /* every unit has a label: low = high = estimate */
    SIT_PREVALENCE_LABELS,     /* no predictions: labels alone */
    SIT_PREVALENCE_PPI,        /* predictions corrected by labels */
    SIT_PREVALENCE_PPI_POOLED, /* the same, 10 to 29 labels: lambda of the collection */
    SIT_PREVALENCE_MODEL,      /* below 10 labels: predictions, not corrected */
};

/** "none", "counted", "labels", "ppi", "ppi, pooled lambda", "model-based". */
const char *sit_prevalence_method_name(enum sit_prevalence_method method);

/** One figure. Shares lie in [0, 1]; NAN where a figure is not defined. */
struct sit_prevalence {
    enum sit_prevalence_method method;
    bool is_few; /* below SIT_PREVALENCE_FEW labels and not counted: print a mark */
    double estimate;
    /* 95 %. Model-based: the labels' interval, widened to hold the estimate, which may
     * well be all of [0, 1]. */
    double low, high;
    double se; /* standard error; NAN where model-based */
    double df; /* degrees of freedom behind it */
    /* How far the share would stray (a standard error) if the same posters came about
     * anew by chance: what a count of all units still has. Serves tests, not intervals.
     */
    double chance_se;
    double lambda; /* weight of the predictions, 0 to 1; 0 where they play no part */
    double raw;    /* the plain count: biased, to be printed beside the estimate */
    double labels; /* from the labels alone */
    struct sit_interval labels_interval; /* Wilson, finite, on the effective sample */
    /* Variance with the predictions / without them: below 1, they help. */
    double variance_ratio;
    size_t n;                   /* units */
    size_t n_labelled;          /* of them labelled at random */
    size_t n_clusters;          /* posters */
    size_t n_labelled_clusters; /* of them with a label at random */
};

/**
 * Estimate a figure for the units of in_group.
 *
 * in_group    (data->n) or NULL: all units
 * collection  result for the whole collection (same figure), or NULL; its lambda
 *             serves groups of 10 to 29 labels, and what its predictions are worth
 *             (variance_ratio) is where a group's variance starts from
 * out         written only on success; an empty group, or one without a
 *             denominator, is a success with SIT_PREVALENCE_NONE
 *
 * SIT_E_ARG (names what is wrong: an array missing, a value not finite, negative, num
 * above den, a label in y_num and none in y_den), SIT_E_NOMEM.
 * O(n log n); O(n) without clusters.
 * Source: Angelopoulos, Duchi and Zrnic 2023, "PPI++"; Cochran 1977, "Sampling
 * Techniques", chapters 6, 7 and 9; methods.md, "Prevalence with few labels".
 * Test: tests/unit/prevalence_test.c, tests/ref/prevalence_ref_test.c; coverage:
 * tests/bench/coverage_sim.c.
 */
enum sit_status sit_prevalence_estimate(const struct sit_prevalence_data *data,
                                        const bool *in_group,
                                        const struct sit_prevalence *collection,
                                        struct sit_prevalence *out,
                                        struct sit_error *err);

/** How a group differs from the collection that it is a part of. */
struct sit_prevalence_difference {
    double difference; /* share in the group - share in the collection */
    double low, high;  /* 95 %, for the difference in this collection */
    double se;
    /* Two-sided, of a difference that is no more than the chance of which poster came
     * into which group, so that a group counted in full has one too. NAN where either
     * side has few labels. It may be above .05 with an interval that leaves out 0: the
     * groups then differ, but no more than any two would. */
    double p;
};

/**
 * Compare the units of in_group with the whole collection. The test is that of the
 * group against the rest (the difference from the collection is that one times the
 * rest's part of the denominator). All NAN, a success, where the group or the rest has
 * fewer than 10 labels at random and is not counted. Errors as
 * sit_prevalence_estimate().
 */
enum sit_status sit_prevalence_compare(const struct sit_prevalence_data *data,
                                       const bool *in_group,
                                       struct sit_prevalence_difference *out,
                                       struct sit_error *err);

/** The confusion-matrix correction ("adjusted count"). */
struct sit_adjusted_count {
    double estimate, low, high, se; /* clipped to [0, 1]; NAN where not defined */
    double predicted;               /* mean prediction over all units */
    double tpr, fpr;                /* mean prediction over labelled 1 and 0 */
    size_t n, n_labelled;
};

/**
 * (predicted - fpr) / (tpr - fpr), clipped, for a share of all units (den NULL, is_mean
 * false). NAN, a success, where either class has no label or tpr <= fpr. It assumes no
 * more than sit_prevalence_estimate() does and has the wider interval; it is given for
 * comparison with work that reports it. Errors as sit_prevalence_estimate(), and
 * SIT_E_ARG without predictions or with a den.
 * Source: Forman 2008, "Quantifying counts and costs via classification".
 */
enum sit_status sit_prevalence_adjusted(const struct sit_prevalence_data *data,
                                        const bool *in_group,
                                        struct sit_adjusted_count *out,
                                        struct sit_error *err);

/** The straight line through a share over the years. */
struct sit_prevalence_trend {
    enum sit_prevalence_method method; /* NONE, COUNTED, LABELS, PPI or MODEL */
    bool is_few;
    double slope;     /* change of the share in ten years (.05: five points a decade) */
    double low, high; /* 95 %; NAN where model-based */
    double se;
    double
        p; /* two-sided, of a slope by chance, as in a comparison; NAN: model-based */
    double lambda;
    double mean_year, at_mean; /* the line goes through (mean_year, at_mean) */
    size_t n, n_labelled, n_clusters, n_labelled_clusters;
};

/**
 * Weighted least squares of num/den on the year, weights den: the line that one would
 * fit if every unit had a label.
 *
 * year  (data->n), NAN where not known: such units are left out
 *
 * NONE, a success, with fewer than two different years. Errors as
 * sit_prevalence_estimate(), and SIT_E_ARG for an infinite year.
 */
enum sit_status sit_prevalence_trend(const struct sit_prevalence_data *data,
                                     const bool *in_group, const float *year,
                                     struct sit_prevalence_trend *out,
                                     struct sit_error *err);

#endif
