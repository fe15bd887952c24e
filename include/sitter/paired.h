/*
 * Two classifiers on the same rows: McNemar's exact test, and an interval for the
 * difference of their accuracies.
 */
#ifndef SITTER_PAIRED_H
#define SITTER_PAIRED_H

#include <stddef.h>

#include "sitter/interval.h"

/** How many rows both, only the first, only the second or neither got right. */
struct sit_paired_counts {
    size_t both, only_a, only_b, neither;
};

/** Two-sided exact p: twice the smaller binomial(only_a + only_b, 1/2) tail, at most 1.
 * Without a row on which they differ it is 1. Source: McNemar 1947; methods.md. */
double sit_mcnemar_exact(const struct sit_paired_counts *counts);

/** 95 % interval of accuracy(a) - accuracy(b), Newcombe's method 10 (square-and-add of
 * the Wilson intervals, with the correlation phi, continuity-corrected where it is
 * positive). No rows: [-1, 1].
 * Source: Newcombe 1998, "Improved confidence intervals for the difference between
 * binomial proportions based on paired data". */
struct sit_interval sit_newcombe_paired(const struct sit_paired_counts *counts);

#endif
