/*
 * The inner loops, written once in the compiler's vectors and compiled for each
 * instruction set: the including file defines LANES (floats in a vector), and ROWS (of
 * a product's block: ROWS x 2 vectors of sums stay in registers), and LARGER where
 * there is an instruction for it.
 */
#include <stdint.h>

#include "conv.h"
#include "winograd.h"

/* Loops over a few registers, which exist only unrolled. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* It points into arrays of float. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), may_alias));
typedef int32_t lane_mask __attribute__((vector_size(LANES * sizeof(int32_t))));

static inline lanes load(const float *x)
{
    return *(const lanes *)x;
}

static inline void store(float *x, lanes value)
{
    *(lanes *)x = value;
}

static inline lanes splat(float x)
{
    return x - (lanes){0};
}

/* The larger; b where one is NaN, so that an overflow in b is seen at the end. */
static inline lanes larger(lanes a, lanes b)
{
#ifdef LARGER
    return LARGER(a, b);
#else
    lane_mask mask = a > b;
    return (lanes)(((lane_mask)a & mask) | ((lane_mask)b & ~mask));
#endif
}

static inline lanes positive(lanes x)
{
    return larger((lanes){0}, x);
}

static void add_bias(const float *in, size_t in_stride, size_t n_rows, size_t n,
                     const float *bias, float *out, size_t out_stride)
{
    for (size_t i = 0; i < n_rows; i++)
        for (size_t c = 0; c < n; c += LANES)
            store(out + i * out_stride + c,
                  positive(load(in + i * in_stride + c) + load(bias + c)));
}

#ifdef ROWS
/* n_rows is a constant where this is inlined, so that all loops but that over k unroll
 * and the sums live in registers. */
static inline __attribute__((always_inline)) void
multiply_rows(const float *a, size_t a_stride, size_t n_rows, size_t k, const float *b,
              float *c, size_t c_stride)
{
    lanes sum[ROWS][2];
    UNROLL
    for (size_t r = 0; r < n_rows; r++)
        sum[r][0] = sum[r][1] = (lanes){0};
    for (size_t i = 0; i < k; i++) {
        lanes b0 = load(b + i * 2 * LANES), b1 = load(b + i * 2 * LANES + LANES);
        UNROLL
        for (size_t r = 0; r < n_rows; r++) {
            lanes factor = splat(a[r * a_stride + i]);
            sum[r][0] += factor * b0;
            sum[r][1] += factor * b1;
        }
    }
    UNROLL
    for (size_t r = 0; r < n_rows; r++) {
        store(c + r * c_stride, sum[r][0]);
        store(c + r * c_stride + LANES, sum[r][1]);
    }
}

static void multiply(const float *a, size_t a_stride, size_t n_rows, size_t k,
                     const float *b, float *c, size_t c_stride)
{
    /* Blocks of equal height: a last one of few rows would be slow. */
    size_t n_blocks = (n_rows + ROWS - 1) / ROWS;
    for (size_t block = 0; block < n_blocks; block++) {
        size_t first = n_rows * block / n_blocks;
        size_t n = n_rows * (block + 1) / n_blocks - first;
        const float *a_block = a + first * a_stride;
        float *c_block = c + first * c_stride;
        switch (n) {
#define HEIGHT(n_rows)                                                                 \
    case n_rows:                                                                       \
        multiply_rows(a_block, a_stride, n_rows, k, b, c_block, c_stride);             \
        break;
            HEIGHT(1)
            HEIGHT(2)
            HEIGHT(3)
            HEIGHT(4)
            HEIGHT(5)
            HEIGHT(6)
#if ROWS > 6
            HEIGHT(7)
            HEIGHT(8)
            HEIGHT(9)
            HEIGHT(10)
            HEIGHT(11)
            HEIGHT(12)
            HEIGHT(13)
            HEIGHT(14)
#endif
#undef HEIGHT
        default: break;
        }
    }
}
#endif

/* One dimension of the input transform: y = B' d. */
static inline __attribute__((always_inline)) void
transform_in_6(const lanes d[WINOGRAD_PATCH], lanes y[WINOGRAD_PATCH])
{
    /* Grouped so that each product becomes part of a fused multiply-add. */
    lanes even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
    lanes near = d[4] - d[2], far = d[3] - d[1];
    y[0] = (d[4] - 5 * d[2]) + 4 * d[0];
    y[1] = even + odd;
    y[2] = even - odd;
    y[3] = near + 2 * far;
    y[4] = near - 2 * far;
    y[5] = (d[5] - 5 * d[3]) + 4 * d[1];
}

static void transform_in(const float *const pixels[36], size_t n, float *out,
                         size_t plane)
{
    for (size_t c = 0; c < n; c += LANES) {
        lanes half[WINOGRAD_PATCH][WINOGRAD_PATCH];
        UNROLL
        for (size_t j = 0; j < WINOGRAD_PATCH; j++) {
            lanes d[WINOGRAD_PATCH], y[WINOGRAD_PATCH];
            UNROLL
            for (size_t i = 0; i < WINOGRAD_PATCH; i++)
                d[i] = load(pixels[i * WINOGRAD_PATCH + j] + c);
            transform_in_6(d, y);
            UNROLL
            for (size_t i = 0; i < WINOGRAD_PATCH; i++)
                half[i][j] = y[i];
        }
        UNROLL
        for (size_t i = 0; i < WINOGRAD_PATCH; i++) {
            lanes y[WINOGRAD_PATCH];
            transform_in_6(half[i], y);
            UNROLL
            for (size_t j = 0; j < WINOGRAD_PATCH; j++)
                store(out + (i * WINOGRAD_PATCH + j) * plane + c, y[j]);
        }
    }
}

/* One dimension of the output transform: y = A' m. */
static inline __attribute__((always_inline)) void
transform_out_4(const lanes m[WINOGRAD_PATCH], lanes y[WINOGRAD_TILE])
{
    lanes sum = m[1] + m[2], difference = m[1] - m[2];
    lanes sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    y[0] = m[0] + sum + sum2;
    y[1] = difference + 2 * difference2;
    y[2] = sum + 4 * sum2;
    y[3] = difference + 8 * difference2 + m[5];
}

static inline __attribute__((always_inline)) void
untile(const float *in, size_t plane, lanes tile[WINOGRAD_TILE][WINOGRAD_TILE])
{
    lanes half[WINOGRAD_TILE][WINOGRAD_PATCH];
    UNROLL
    for (size_t j = 0; j < WINOGRAD_PATCH; j++) {
        lanes m[WINOGRAD_PATCH], y[WINOGRAD_TILE];
        UNROLL
        for (size_t i = 0; i < WINOGRAD_PATCH; i++)
            m[i] = load(in + (i * WINOGRAD_PATCH + j) * plane);
        transform_out_4(m, y);
        UNROLL
        for (size_t i = 0; i < WINOGRAD_TILE; i++)
            half[i][j] = y[i];
    }
    UNROLL
    for (size_t i = 0; i < WINOGRAD_TILE; i++)
        transform_out_4(half[i], tile[i]);
}

static void transform_out(const float *in, size_t plane, size_t n, const float *bias,
                          bool pooled, float *out, size_t row_stride,
                          size_t pixel_stride, size_t n_rows, size_t n_columns)
{
    for (size_t c = 0; c < n; c += LANES) {
        lanes tile[WINOGRAD_TILE][WINOGRAD_TILE], shift = load(bias + c);
        untile(in + c, plane, tile);
        if (pooled) {
            for (size_t i = 0; i < n_rows; i++)
                for (size_t j = 0; j < n_columns; j++) {
                    const lanes *upper = &tile[2 * i][2 * j];
                    const lanes *lower = &tile[2 * i + 1][2 * j];
                    /* Adding rounds monotonically: the same as pooling at the end. */
                    lanes most = larger(larger(upper[0], upper[1]),
                                        larger(lower[0], lower[1]));
                    store(out + i * row_stride + j * pixel_stride + c,
                          positive(most + shift));
                }
        } else if (n_rows == WINOGRAD_TILE && n_columns == WINOGRAD_TILE) {
            UNROLL
            for (size_t i = 0; i < WINOGRAD_TILE; i++)
                UNROLL
            for (size_t j = 0; j < WINOGRAD_TILE; j++)
                store(out + i * row_stride + j * pixel_stride + c,
                      positive(tile[i][j] + shift));
        } else {
            for (size_t i = 0; i < n_rows; i++)
                for (size_t j = 0; j < n_columns; j++)
                    store(out + i * row_stride + j * pixel_stride + c,
                          positive(tile[i][j] + shift));
        }
    }
}
