/*
 * Suspect labels by confident learning: which given labels the out-of-sample
 * probabilities speak against.
 */
#ifndef SITTER_SUSPECT_H
#define SITTER_SUSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/head.h"

/** A row and what speaks against its label. */
struct sit_suspect {
    size_t row;
    uint8_t given;
    uint8_t suggested; /* another class */
    bool off_diagonal; /* in the confident joint: its class is confidently another */
    double self_confidence; /* p[given] */
    double margin;          /* (p[given] - greatest other p + 1) / 2, 0 to 1 */
    double p_suggested;
};

/**
 * Rank every row, the most suspect first: those off the diagonal of the confident
 * joint, then the others, both by rising self-confidence.
 *
 * The threshold of class j is the mean p_j of the rows labelled j. A row is confidently
 * of the class with the greatest p_j among those whose threshold it reaches; if that is
 * not the given one, the row is off the diagonal and that class is suggested. For the
 * others it is the most probable class but the given one.
 *
 * p (n, n_classes) out-of-sample probabilities, y (n) given classes; out (n), *n_off
 * how many of them are off the diagonal. SIT_E_ARG: n 0, fewer than 2 classes, y out of
 * range; SIT_E_NUMERIC; SIT_E_NOMEM is not possible.
 * Source: Northcutt et al. 2021, "Confident learning"; methods.md, "Suspect labels".
 * Test: tests/ref/suspect_ref_test.c.
 */
enum sit_status sit_suspect_rank(const float *p, const uint8_t *y, size_t n,
                                 size_t n_classes, struct sit_suspect *out,
                                 size_t *n_off, struct sit_error *err);

enum { SIT_SUSPECT_FOLDS = 5, SIT_SUSPECT_REPEATS = 5 };

/**
 * Out-of-source probabilities for the above, p (n, n_classes): the mean over several
 * assignments of sources to stratified folds. One assignment leaves a row at the mercy
 * of which fifth of the others its heads did without. A C of 0 is chosen once, on all
 * rows; *c_used (may be NULL) is the C in the end. Errors as of
 * sit_head_out_of_fold().
 */
enum sit_status sit_suspect_probabilities(const struct sit_dataset *data,
                                          const struct sit_head_options *options,
                                          const struct sit_progress *progress, float *p,
                                          double *c_used, struct sit_error *err);

#endif
