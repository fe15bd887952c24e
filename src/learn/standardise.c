/*
 * Standardisation of features by the training rows. Where the scaling is kept is the
 * head's affair.
 */
#include "standardise.h"

#include <math.h>

enum sit_status standardise_check(const float *x, size_t n, size_t d, const char *what,
                                  struct sit_error *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            if (!isfinite(x[i * d + j]))
                return sit_error_set(err, SIT_E_NUMERIC,
                                     "%s: row %zu, column %zu (counted from 0) is not "
                                     "a finite number",
                                     what, i, j);
    return SIT_OK;
}

void standardise_fit(const float *x, size_t n, size_t d, double *mean,
                     double *deviation)
{
    /* Sums are taken of differences from the first row: a constant column then has a
     * deviation of exactly 0, not of rounding size. Rows outermost, for the cache. */
    for (size_t j = 0; j < d; j++)
        mean[j] = deviation[j] = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            mean[j] += (double)x[i * d + j] - (double)x[j];
    for (size_t j = 0; j < d; j++)
        mean[j] /= (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++) {
            double centred = (double)x[i * d + j] - (double)x[j] - mean[j];
            deviation[j] += centred * centred;
        }
    for (size_t j = 0; j < d; j++) {
        mean[j] += (double)x[j];
        deviation[j] = sqrt(deviation[j] / (double)n);
        if (!(deviation[j] > 0))
            deviation[j] = 1;
    }
}

void standardise_apply(const float *x, size_t n, size_t d, const double *mean,
                       const double *deviation, double *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            out[i * d + j] = ((double)x[i * d + j] - mean[j]) / deviation[j];
}

void standardise_apply_float(const float *x, size_t n, size_t d, const double *mean,
                             const double *deviation, float *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            out[i * d + j] = (float)(((double)x[i * d + j] - mean[j]) / deviation[j]);
}
