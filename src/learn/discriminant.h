/*
 * Linear discriminant analysis of a few features. Source: methods.md, "Fisherfaces".
 */
#ifndef SITTER_DISCRIMINANT_H
#define SITTER_DISCRIMINANT_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"

/**
 * Scores of x (n, m) as scikit-learn's LinearDiscriminantAnalysis(solver="svd") gives
 * them: coef (n_classes, m) and intercept (n_classes). y (n) has every class. Rank by
 * singular values above 1e-4. SIT_E_ARG where all rows of every class are alike;
 * SIT_E_NOMEM, SIT_E_NUMERIC.
 */
enum sit_status discriminant_fit(const double *x, const uint8_t *y, size_t n, size_t m,
                                 size_t n_classes, double *coef, double *intercept,
                                 struct sit_error *err);

#endif
