/*
 * Private to learn: the one check of given probabilities against their rows' classes.
 */
#ifndef SITTER_LEARN_PROBABILITIES_H
#define SITTER_LEARN_PROBABILITIES_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"

/**
 * p (n, n_classes), y (n) below n_classes. `purpose` ends "no rows to ...". SIT_E_ARG:
 * n 0, fewer than 2 classes or more than SIT_HEAD_MAX_CLASSES, y out of range;
 * SIT_E_NUMERIC: a probability that is not finite.
 */
enum sit_status probabilities_check(const float *p, const uint8_t *y, size_t n,
                                    size_t n_classes, const char *purpose,
                                    struct sit_error *err);

#endif
