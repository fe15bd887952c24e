/*
 * Standardisation: column means and population deviations, and checking that features
 * are finite.
 */
#ifndef SITTER_STANDARDISE_H
#define SITTER_STANDARDISE_H

#include <stdbool.h>
#include <stddef.h>

#include "head_internal.h"
#include "sitter/status.h"

/** What a head remembers of the rows it was trained on. */
struct standardisation {
    double *mean;      /* (d) */
    double *deviation; /* (d), none 0 */
};

/** Means 0, deviations 1; false where memory is short. */
bool standardisation_init(struct standardisation *scaling, size_t d);
void standardisation_release(struct standardisation *scaling);
/** As bytes: d means, d deviations. */
void standardisation_append(const struct standardisation *scaling, size_t d,
                            struct sit_buf *out);
enum sit_status standardisation_parse(struct head_reader *reader, size_t d,
                                      struct standardisation *scaling,
                                      struct sit_error *err);

/** SIT_E_NUMERIC naming the first row and column of x (n, d) that is not finite. */
enum sit_status standardise_check(const float *x, size_t n, size_t d, const char *what,
                                  struct sit_error *err);

/** Whether all of x (n, d) is finite; else *row and *column are of the first that is
 * not. */
bool standardise_find_bad(const float *x, size_t n, size_t d, size_t *row,
                          size_t *column);

/** SIT_E_NUMERIC for what standardise_find_bad() found. */
enum sit_status standardise_bad(const char *what, size_t row, size_t column,
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
