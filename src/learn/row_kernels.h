/*
 * The inner loops over rows of float features with double sums: scores, gradients,
 * column sums, standardising. Compiled once for each instruction set; which one runs is
 * decided at run time. Results of two instruction sets differ in their last bits.
 */
#ifndef SITTER_ROW_KERNELS_H
#define SITTER_ROW_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/** Rows of doubles are padded with zeros to a multiple of so many. */
enum { ROW_PADDING = 8 };

/** d rounded up to a multiple of ROW_PADDING. */
static inline size_t row_padded(size_t d)
{
    return (d + ROW_PADDING - 1) / ROW_PADDING * ROW_PADDING;
}

struct row_kernels {
    const char *name;

    /**
     * z (n, n_outputs) = x v' + bias. x (n, d) float; v (n_outputs, row_padded(d)),
     * bias (n_outputs) double. A row's scores do not depend on the rows beside it; they
     * are not finite where one of its features is not.
     */
    void (*scores)(const float *x, size_t n, size_t d, const double *v,
                   const double *bias, size_t n_outputs, double *z);

    /** g (n_outputs, row_padded(d)) += r' x, with r (n, n_outputs). */
    void (*add_gradient)(const float *x, size_t n, size_t d, const double *r,
                         size_t n_outputs, double *g);

    /** sums (row_padded(d)) += x - shift and squares += (x - shift)^2 of one row; shift
     * has d values. */
    void (*add_moments)(const float *x, size_t d, const float *shift, double *sums,
                        double *squares);

    /** out = (x - mean) times by_deviation; (d) each. */
    void (*standardise)(const float *x, size_t d, const double *mean,
                        const double *by_deviation, double *out);

    /** to = from, (n) each. */
    void (*narrow)(const double *from, size_t n, float *to);
};

/** The fastest that this processor runs. */
const struct row_kernels *row_kernels_best(void);

/** The i-th of those that this processor runs, the fastest first; NULL after the last.
 * For tests. */
const struct row_kernels *row_kernels_at(size_t i);

extern const struct row_kernels row_kernels_avx512, row_kernels_avx2,
    row_kernels_portable;

#endif
