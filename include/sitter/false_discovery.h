/*
 * Many tests at once: q values.
 */
#ifndef SITTER_FALSE_DISCOVERY_H
#define SITTER_FALSE_DISCOVERY_H

#include <stddef.h>

#include "sitter/status.h"

/**
 * Benjamini-Hochberg: q[i] is the smallest rate of false discoveries at which test i
 * would be among the findings.
 *
 * p  (n) each in [0, 1]; NAN: not tested, not counted
 * q  (n) NAN where p is; may be p itself; written only on success
 *
 * SIT_E_ARG: a p outside [0, 1]; SIT_E_NOMEM. O(n log n).
 * Source: Benjamini and Hochberg 1995. Test: tests/unit/prevalence_test.c.
 */
enum sit_status sit_false_discovery(const double *p, size_t n, double *q,
                                    struct sit_error *err);

#endif
