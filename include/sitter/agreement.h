/*
 * How far several people agree who sorted the same things into classes: percent
 * agreement, Cohen's kappa, Krippendorff's alpha, Gwet's AC1, with intervals.
 */
#ifndef SITTER_AGREEMENT_H
#define SITTER_AGREEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/interval.h"
#include "sitter/progress.h"
#include "sitter/status.h"

/** One coefficient. NAN where it is not defined (all are of one class: nothing can be
 * told from chance), its interval also with fewer than two groups. */
struct sit_coefficient {
    double value;
    struct sit_interval ci95;
};

struct sit_agreement {
    size_t n_units;                 /* with two ratings or more: all that counts here */
    size_t n_groups;                /* of those units */
    struct sit_coefficient percent; /* share of agreeing pairs, mean over units */
    struct sit_coefficient kappa;   /* Cohen's; NAN unless there are two raters */
    struct sit_coefficient alpha;   /* Krippendorff's, nominal */
    struct sit_coefficient ac1;     /* Gwet's, for skewed classes */
};

/** Who rated what. */
struct sit_ratings {
    const int8_t *classes; /* (n, n_raters) row-major, 0 to n_classes - 1; -1: not rated
                            */
    const uint32_t *group; /* (n) units of one number are drawn together (a source) */
    size_t n, n_raters, n_classes;
};

/**
 * Units with fewer than two ratings are left out of every coefficient, also of the
 * class shares that AC1 takes chance agreement from. Intervals: percentiles of
 * n_replicates (0: none) samples of whole groups, seeded.
 *
 * Returns SIT_OK; SIT_E_ARG: fewer than two raters or classes, a class out of range;
 * SIT_E_NOT_FOUND: no unit has two ratings; SIT_E_CANCELLED, SIT_E_NOMEM.
 * O(n_replicates n n_classes).
 * Source: Cohen 1960; Krippendorff, "Content Analysis", 4th ed., 12.3.3; Gwet 2008,
 * equations 8 and 9. Test: tests/ref/agreement_ref_test.c.
 */
enum sit_status sit_agreement_measure(const struct sit_ratings *ratings,
                                      size_t n_replicates, uint64_t seed,
                                      const struct sit_progress *progress,
                                      struct sit_agreement *out, struct sit_error *err);

/** counts (n_classes, n_classes): the first rater's class by the second's, over the
 * units that both rated. */
void sit_agreement_confusion(const struct sit_ratings *ratings, size_t first,
                             size_t second, size_t *counts);

#endif
