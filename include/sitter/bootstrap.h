/*
 * Cluster bootstrap: intervals for any statistic of rows that come in groups (the faces
 * of one source), by drawing whole groups with replacement.
 */
#ifndef SITTER_BOOTSTRAP_H
#define SITTER_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/interval.h"
#include "sitter/progress.h"
#include "sitter/status.h"

enum { SIT_BOOTSTRAP_REPLICATES = 2000 };
#define SIT_BOOTSTRAP_SEED 20170930u

/** Number groups anew, 0, 1, ... in their order: out (n), each below the number of
 * groups, which is returned. room (n). */
size_t sit_groups_number(const uint32_t *group, size_t n, uint32_t *room,
                         uint32_t *out);

/** Compute n_values statistics of rows of which row i counts weight[i] times; NAN where
 * one is not defined. Called once a replicate, in the same order every time. */
typedef void sit_bootstrap_fn(void *context, const uint32_t *weight, double *values);

/** What is drawn from. */
struct sit_bootstrap_design {
    const uint32_t *group; /* (n) any numbers; rows of one number are drawn together */
    size_t n;
    size_t n_replicates;
    uint64_t seed;
};

/**
 * Percentile 95 % intervals of n_values statistics, from samples of as many groups as
 * there are, drawn with replacement (quantiles interpolated linearly, as NumPy does).
 *
 * out       (n_values); NAN for both ends with fewer than two groups, or where a
 *           statistic was undefined in more than half of the replicates
 * n_groups  how many there are; may be NULL
 *
 * Same seed, same groups: the same intervals. SIT_E_ARG: no rows or no replicates;
 * SIT_E_CANCELLED, SIT_E_NOMEM. O(n_replicates (n + the statistic)).
 * Source: methods.md, "Metrics and intervals". Test: tests/unit/bootstrap_test.c.
 */
enum sit_status sit_bootstrap(const struct sit_bootstrap_design *design,
                              size_t n_values, sit_bootstrap_fn *measure, void *context,
                              const struct sit_progress *progress,
                              struct sit_interval *out, size_t *n_groups,
                              struct sit_error *err);

#endif
