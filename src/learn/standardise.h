/*
 * Standardisation: column means and population deviations, and checking that features
 * are finite.
 */
#ifndef SITTER_STANDARDISE_H
#define SITTER_STANDARDISE_H

#include <stddef.h>

#include "sitter/status.h"

/** SIT_E_NUMERIC naming the first row and column of x (n, d) that is not finite. */
enum sit_status standardise_check(const float *x, size_t n, size_t d, const char *what,
                                  struct sit_error *err);

/** Means and population deviations (0 becomes 1) of the columns of x (n, d), n > 0. */
void standardise_fit(const float *x, size_t n, size_t d, double *mean,
                     double *deviation);

/** out (n, d) = (x - mean) / deviation, in double or float. */
void standardise_apply(const float *x, size_t n, size_t d, const double *mean,
                       const double *deviation, double *out);
void standardise_apply_float(const float *x, size_t n, size_t d, const double *mean,
                             const double *deviation, float *out);

#endif
