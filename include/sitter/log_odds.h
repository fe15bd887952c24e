/*
 * Which words one of two groups uses more: log-odds ratios with an informative
 * Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", Political
 * Analysis 16, 372-403).
 */
#ifndef SITTER_LOG_ODDS_H
#define SITTER_LOG_ODDS_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/status.h"

/** Of one word: NaN throughout where it is undefined, as for the only word there is. */
struct sit_log_odds {
    double value;     /* above 0: more in the first group */
    double error;     /* its standard error */
    double low, high; /* 95 % interval, of this word alone */
    double z;         /* value / error */
    bool survives;    /* two-sided p holds against all words together (Holm, 5 %) */
};

/**
 * With counts y and z of (n) words in two groups, and the prior a = a0 * (y + z) / N,
 * N = sum(y + z): the difference of log((y + a) / (sum y + a0 - y - a)) and the same of
 * z; its variance is 1 / (y + a) + 1 / (z + a). A word in neither group is undefined.
 *
 * a, b  (n) counts
 * prior a0 > 0, the weight of the prior in counts
 * out   (n) the caller's, written only on success
 *
 * SIT_E_ARG: a0 is not positive and finite; SIT_E_NOMEM.
 * Test: tests/ref/log_odds_ref_test.c, against NumPy.
 */
enum sit_status sit_log_odds(const size_t *a, const size_t *b, size_t n, double prior,
                             struct sit_log_odds *out, struct sit_error *err);

#endif
