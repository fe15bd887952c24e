/*
 * Standardisation of features by the training rows. Where the scaling is kept is the
 * head's affair.
 */
#include "standardise.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

bool standardisation_init(struct standardisation *scaling, size_t d)
{
    scaling->mean = sit_calloc(d, sizeof *scaling->mean);
    scaling->deviation = sit_malloc_array(d, sizeof *scaling->deviation);
    if (scaling->mean == NULL || scaling->deviation == NULL)
        return false;
    for (size_t j = 0; j < d; j++)
        scaling->deviation[j] = 1;
    return true;
}

void standardisation_release(struct standardisation *scaling)
{
    free(scaling->mean);
    free(scaling->deviation);
}

void standardisation_append(const struct standardisation *scaling, size_t d,
                            struct sit_buf *out)
{
    head_append_doubles(out, scaling->mean, d);
    head_append_doubles(out, scaling->deviation, d);
}

enum sit_status standardisation_parse(struct head_reader *reader, size_t d,
                                      struct standardisation *scaling,
                                      struct sit_error *err)
{
    enum sit_status status = head_read_doubles(reader, scaling->mean, d, err);
    if (status == SIT_OK)
        status = head_read_doubles(reader, scaling->deviation, d, err);
    for (size_t j = 0; status == SIT_OK && j < d; j++)
        if (!(scaling->deviation[j] > 0))
            status = sit_error_set(err, SIT_E_FORMAT, "%s: a deviation not above 0",
                                   reader->name);
    return status;
}

/* Without a branch a value, so that compilers make vectors of it. */
static bool row_is_finite(const float *x, size_t d)
{
    uint32_t bad = 0;
    for (size_t j = 0; j < d; j++) {
        uint32_t bits;
        memcpy(&bits, x + j, sizeof bits);
        bad |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return bad == 0;
}

bool standardise_find_bad(const float *x, size_t n, size_t d, size_t *row,
                          size_t *column)
{
    for (size_t i = 0; i < n; i++) {
        if (row_is_finite(x + i * d, d))
            continue;
        *row = i;
        for (*column = 0; isfinite(x[i * d + *column]);)
            ++*column;
        return false;
    }
    return true;
}

enum sit_status standardise_bad(const char *what, size_t row, size_t column,
                                struct sit_error *err)
{
    return sit_error_set(err, SIT_E_NUMERIC,
                         "%s: row %zu, column %zu (counted from 0) is not a finite "
                         "number",
                         what, row, column);
}

enum sit_status standardise_check(const float *x, size_t n, size_t d, const char *what,
                                  struct sit_error *err)
{
    size_t row, column;
    return standardise_find_bad(x, n, d, &row, &column)
               ? SIT_OK
               : standardise_bad(what, row, column, err);
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
