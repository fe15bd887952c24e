/*
 * The row kernels, written once in the compiler's vectors: the including file defines
 * LANES, the doubles in a vector, and is compiled for an instruction set.
 */
#include <stdbool.h>
#include <string.h>

#include "row_kernels.h"

typedef float floats __attribute__((vector_size(LANES * sizeof(float))));
typedef double doubles __attribute__((vector_size(LANES * sizeof(double))));

enum { ROW_BLOCK = 4 };

static inline doubles load_floats(const float *x)
{
    floats value;
    memcpy(&value, x, sizeof value);
    return __builtin_convertvector(value, doubles);
}

/* The last d % LANES features of a row, zeros after them. */
static inline doubles load_tail(const float *x, size_t n)
{
    float padded[LANES] = {0};
    memcpy(padded, x, n * sizeof *x);
    return load_floats(padded);
}

static inline doubles load_doubles(const double *x)
{
    doubles value;
    memcpy(&value, x, sizeof value);
    return value;
}

static inline void store_doubles(double *x, doubles value)
{
    memcpy(x, &value, sizeof value);
}

static inline double sum_lanes(doubles value)
{
    double sum = 0;
    for (size_t l = 0; l < LANES; l++)
        sum += value[l];
    return sum;
}

/* One row at a time: read in the order of memory, features come ahead of need. Several
 * sums, since each addition waits for the one before it. */
static double score(const float *x, size_t d, const double *v)
{
    enum { N_SUMS = 4 };
    doubles sums[N_SUMS] = {0};
    size_t j = 0;
    for (; j + N_SUMS * LANES <= d; j += N_SUMS * LANES)
        for (size_t k = 0; k < N_SUMS; k++)
            sums[k] += load_floats(x + j + k * LANES) * load_doubles(v + j + k * LANES);
    for (; j + LANES <= d; j += LANES)
        sums[0] += load_floats(x + j) * load_doubles(v + j);
    if (j < d)
        sums[1] += load_tail(x + j, d - j) * load_doubles(v + j);
    return sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

static void scores(const float *x, size_t n, size_t d, const double *v,
                   const double *bias, size_t n_outputs, double *z)
{
    size_t padded = row_padded(d);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_outputs; k++)
            z[i * n_outputs + k] = score(x + i * d, d, v + k * padded) + bias[k];
}

/* g (row_padded(d)) += r' x for one output; r's stride is n_outputs. */
static inline __attribute__((always_inline)) void add_rows(const float *x,
                                                           size_t n_rows, size_t d,
                                                           const double *r,
                                                           size_t n_outputs, double *g)
{
    size_t j = 0;
    for (; j + LANES <= d; j += LANES) {
        doubles sum = load_doubles(g + j);
        for (size_t i = 0; i < n_rows; i++)
            sum += load_floats(x + i * d + j) * r[i * n_outputs];
        store_doubles(g + j, sum);
    }
    if (j < d) {
        doubles sum = load_doubles(g + j);
        for (size_t i = 0; i < n_rows; i++)
            sum += load_tail(x + i * d + j, d - j) * r[i * n_outputs];
        store_doubles(g + j, sum);
    }
}

static void add_gradient(const float *x, size_t n, size_t d, const double *r,
                         size_t n_outputs, double *g)
{
    size_t padded = row_padded(d), i = 0;
    for (; i + ROW_BLOCK <= n; i += ROW_BLOCK)
        for (size_t k = 0; k < n_outputs; k++)
            add_rows(x + i * d, ROW_BLOCK, d, r + i * n_outputs + k, n_outputs,
                     g + k * padded);
    for (; i < n; i++)
        for (size_t k = 0; k < n_outputs; k++)
            add_rows(x + i * d, 1, d, r + i * n_outputs + k, n_outputs, g + k * padded);
}

static void add_moments(const float *x, size_t d, const float *shift, double *sums,
                        double *squares)
{
    for (size_t j = 0; j < d; j += LANES) {
        bool whole = j + LANES <= d;
        doubles centred = whole ? load_floats(x + j) - load_floats(shift + j)
                                : load_tail(x + j, d - j) - load_tail(shift + j, d - j);
        store_doubles(sums + j, load_doubles(sums + j) + centred);
        store_doubles(squares + j, load_doubles(squares + j) + centred * centred);
    }
}

static void standardise(const float *restrict x, size_t d, const double *restrict mean,
                        const double *restrict by_deviation, double *restrict out)
{
    for (size_t j = 0; j < d; j++)
        out[j] = ((double)x[j] - mean[j]) * by_deviation[j];
}

static void narrow(const double *restrict from, size_t n, float *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (float)from[i];
}
