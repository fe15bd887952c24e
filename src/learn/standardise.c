/*
 * Standardisation of features by the training rows. Where the scaling is kept is the
 * head's affair.
 */
#include "standardise.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "row_kernels.h"
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

/* Columns are taken so many at a time: their sums stay in the cache, on the stack. */
enum { BLOCK = 256 };

/* Sums of differences from shift, and of their squares, over n rows of n_columns <=
 * BLOCK columns. */
static void add_up(const float *x, size_t n, size_t d, size_t n_columns,
                   const float *shift, double *sums, double *squares)
{
    const struct row_kernels *kernels = row_kernels_best();
    for (size_t j = 0; j < BLOCK; j++)
        sums[j] = squares[j] = 0;
    for (size_t i = 0; i < n; i++)
        kernels->add_moments(x + i * d, n_columns, shift, sums, squares);
}

void standardise_fit(const float *x, size_t n, size_t d, double *mean,
                     double *deviation)
{
    for (size_t first = 0; first < d; first += BLOCK) {
        size_t n_columns = d - first < BLOCK ? d - first : BLOCK;
        double sums[BLOCK], squares[BLOCK];
        float shift[BLOCK];
        /* Differences are taken from the first row, then from about the mean: a
         * constant column then has a deviation of exactly 0, not of rounding size. */
        memcpy(shift, x + first, n_columns * sizeof *shift);
        add_up(x + first, n, d, n_columns, shift, sums, squares);
        for (size_t j = 0; j < n_columns; j++)
            shift[j] = (float)((double)shift[j] + sums[j] / (double)n);
        add_up(x + first, n, d, n_columns, shift, sums, squares);
        for (size_t j = 0; j < n_columns; j++) {
            double off = sums[j] / (double)n;
            double variance = squares[j] / (double)n - off * off;
            mean[first + j] = (double)shift[j] + off;
            deviation[first + j] = variance > 0 ? sqrt(variance) : 1;
        }
    }
}

void standardise_apply(const float *x, size_t n, size_t d, const double *mean,
                       const double *deviation, double *out)
{
    const struct row_kernels *kernels = row_kernels_best();
    for (size_t first = 0; first < d; first += BLOCK) {
        size_t n_columns = d - first < BLOCK ? d - first : BLOCK;
        double by_deviation[BLOCK];
        for (size_t j = 0; j < n_columns; j++)
            by_deviation[j] = 1 / deviation[first + j];
        for (size_t i = 0; i < n; i++)
            kernels->standardise(x + i * d + first, n_columns, mean + first,
                                 by_deviation, out + i * d + first);
    }
}

void standardise_apply_float(const float *x, size_t n, size_t d, const double *mean,
                             const double *deviation, float *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            out[i * d + j] = (float)(((double)x[i * d + j] - mean[j]) / deviation[j]);
}
