/*
 * Fisherfaces (Belhumeur, Hespanha and Kriegman 1997): principal components of the
 * training rows, then linear discriminant analysis among them. Source: methods.md,
 * "Fisherfaces".
 */
#ifndef SITTER_FISHER_H
#define SITTER_FISHER_H

#include "sitter/head.h"

/** So many rows at most: an eigenproblem of their number is solved. */
enum { FISHER_MAX_ROWS = 4096 };

/**
 * Scores are linear in the features: w (1 or n_classes rows of d + 1, intercept last),
 * for unscaled features, as the logistic head's. The n - 2 components with the largest
 * variance are kept, less those without any; the discriminant is scikit-learn's "svd"
 * solver (classes weighted by their share, singular values up to 1e-4 dropped).
 * O(n^2 d + n^3) time, 3 n^2 doubles. SIT_E_ARG: fewer than 3 rows, or no variance;
 * SIT_E_LIMIT: more than FISHER_MAX_ROWS; SIT_E_NUMERIC,
 * SIT_E_CANCELLED, SIT_E_NOMEM.
 */
enum sit_status fisher_fit(const struct sit_dataset *data,
                           const struct sit_progress *progress, double *w,
                           struct sit_error *err);

#endif
