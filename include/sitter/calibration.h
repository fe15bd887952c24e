/*
 * Temperature calibration: one number by which a head's scores are divided so that its
 * probabilities mean what they say. The most probable class stays what it is.
 */
#ifndef SITTER_CALIBRATION_H
#define SITTER_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"

/* A temperature outside these says nothing but "always right" or "pure chance". */
#define SIT_TEMPERATURE_LEAST 0.05
#define SIT_TEMPERATURE_MOST 20.0

/**
 * The temperature that minimises the log-loss. Logarithms of probabilities serve as
 * logits: they differ from them by a constant a row.
 *
 * p        (n, n_classes) out-of-sample probabilities at temperature 1
 * y        (n) class indices
 * *out     within the limits above; at a limit where the optimum lies beyond
 *
 * SIT_E_ARG: no rows, fewer than 2 classes, y out of range; SIT_E_NUMERIC: a
 * probability that is not finite or below 0. The loss is convex in 1/T, so the root of
 * its slope is bracketed and halved; O(n n_classes) a step, 60 steps.
 * Source: Guo et al. 2017, "On calibration of modern neural networks".
 */
enum sit_status sit_temperature_fit(const float *p, const uint8_t *y, size_t n,
                                    size_t n_classes, double *out,
                                    struct sit_error *err);

/** p (n, n_classes) at temperature 1 becomes p^(1/T), each row summing to 1. */
void sit_temperature_apply(float *p, size_t n, size_t n_classes, double temperature);

#endif
