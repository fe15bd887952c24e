/*
 * The Cholesky factor of a matrix of moderate size, where LAPACK's routine spends most
 * of its time on packing and small blocks. The file is compiled for AVX2, so nothing
 * here may run before sit_cpu_level() has asked the processor.
 *
 * A = U'U is made in the upper triangle, whose rows are contiguous: a panel of rows at
 * a time takes off what the rows above contribute, then is factorised itself.
 */
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "small_cholesky.h"

/* TILE: vectors across a group of rows whose sums fit the registers. */
enum { LANES = 8, GROUP = 4, PANEL = 32, TILE = 3 };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

static inline lanes load(const float *from)
{
    lanes value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline void store(float *to, lanes value)
{
    memcpy(to, &value, sizeof value);
}

/* to = from', LANES rows and columns each, a row of `stride` or `to_stride` values. */
static inline __attribute__((always_inline)) void
transpose(const float *from, size_t stride, float *to, size_t to_stride)
{
    __m256 row[LANES], pair[LANES], four[LANES];
    for (size_t i = 0; i < LANES; i++)
        row[i] = _mm256_loadu_ps(from + i * stride);
    for (size_t i = 0; i < LANES; i += 2) {
        pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
        pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
    }
    for (size_t i = 0; i < LANES; i += 4)
        for (size_t k = 0; k < 2; k++) {
            __m256 above = pair[i + k], below = pair[i + 2 + k];
            four[i + 2 * k] = _mm256_shuffle_ps(above, below, 0x44);
            four[i + 2 * k + 1] = _mm256_shuffle_ps(above, below, 0xee);
        }
    for (size_t i = 0; i < 4; i++) {
        _mm256_storeu_ps(to + i * to_stride,
                         _mm256_permute2f128_ps(four[i], four[i + 4], 0x20));
        _mm256_storeu_ps(to + (i + 4) * to_stride,
                         _mm256_permute2f128_ps(four[i], four[i + 4], 0x31));
    }
}

/* Rows [i, i + GROUP), columns [j, j + n_vectors LANES) -= sum over the rows k of
 * [begin, end) of u_ki u_kj. What lies left of the diagonal is anything. Written out,
 * so that the sums stay in registers. */
static inline __attribute__((always_inline)) void take_off(float *u, size_t n, size_t i,
                                                           size_t j, size_t n_vectors,
                                                           size_t begin, size_t end)
{
    float *at = u + i * n + j;
    size_t second = n_vectors > 1 ? LANES : 0, third = n_vectors > 2 ? 2 * LANES : 0;
    lanes a0 = load(at), a1 = load(at + second), a2 = load(at + third);
    lanes b0 = load(at + n), b1 = load(at + n + second), b2 = load(at + n + third);
    lanes c0 = load(at + 2 * n), c1 = load(at + 2 * n + second),
          c2 = load(at + 2 * n + third);
    lanes d0 = load(at + 3 * n), d1 = load(at + 3 * n + second),
          d2 = load(at + 3 * n + third);
    for (size_t k = begin; k < end; k++) {
        const float *left = u + k * n + i, *right = u + k * n + j;
        lanes r0 = load(right), r1 = load(right + second), r2 = load(right + third);
        a0 -= r0 * left[0], a1 -= r1 * left[0], a2 -= r2 * left[0];
        b0 -= r0 * left[1], b1 -= r1 * left[1], b2 -= r2 * left[1];
        c0 -= r0 * left[2], c1 -= r1 * left[2], c2 -= r2 * left[2];
        d0 -= r0 * left[3], d1 -= r1 * left[3], d2 -= r2 * left[3];
    }
    if (n_vectors > 2)
        store(at + third, a2), store(at + n + third, b2), store(at + 2 * n + third, c2),
            store(at + 3 * n + third, d2);
    if (n_vectors > 1)
        store(at + second, a1), store(at + n + second, b1),
            store(at + 2 * n + second, c1), store(at + 3 * n + second, d1);
    store(at, a0), store(at + n, b0), store(at + 2 * n, c0), store(at + 3 * n, d0);
}

/* The same a value at a time, where there is no room for vectors. */
static void take_off_single(float *u, size_t n, size_t first, size_t last, size_t begin,
                            size_t end)
{
    for (size_t i = first; i < last; i++)
        for (size_t k = begin; k < end; k++)
            for (size_t j = i; j < n; j++)
                u[i * n + j] -= u[k * n + i] * u[k * n + j];
}

/* Rows [first, last), all their columns from the diagonal, by tiles of columns: the
 * part of the rows above that a tile needs stays in the cache. */
static void take_off_rows(float *u, size_t n, size_t first, size_t last, size_t begin,
                          size_t end)
{
    size_t spare = (LANES - (n - first) % LANES) % LANES;
    size_t whole = first + (last - first) / GROUP * GROUP;
    if (begin == end)
        return;
    if (first < spare)
        whole = first;
    for (size_t j = first - (whole > first ? spare : 0); whole > first && j < n;) {
        size_t left = (n - j) / LANES, n_vectors = left < TILE ? left : TILE;
        for (size_t i = first; i < whole && i < j + n_vectors * LANES; i += GROUP) {
            if (n_vectors == 3)
                take_off(u, n, i, j, 3, begin, end);
            else if (n_vectors == 2)
                take_off(u, n, i, j, 2, begin, end);
            else
                take_off(u, n, i, j, 1, begin, end);
        }
        j += n_vectors * LANES;
    }
    take_off_single(u, n, whole, last, begin, end);
}

/* The factor's rows [first, last), a few, from which all above has been taken off, a
 * value at a time. */
static bool finish_single(float *u, size_t n, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        float pivot = u[i * n + i];
        if (!(pivot > 0) || !isfinite(pivot))
            return false;
        float by_root = 1 / sqrtf(pivot);
        for (size_t j = i; j < n; j++)
            u[i * n + j] *= by_root;
        take_off_single(u, n, i + 1, last, i, i + 1);
    }
    return true;
}

/* The same for GROUP rows from i: those of the corner on the diagonal, then all columns
 * by what the corner says. */
static bool finish_rows(float *u, size_t n, size_t i)
{
    float corner[GROUP * GROUP], by_root[GROUP], *at = u + i * n;
    size_t j = i - (LANES - (n - i) % LANES) % LANES;
    for (size_t r = 0; r < GROUP; r++)
        memcpy(corner + r * GROUP, at + r * n + i, GROUP * sizeof *corner);
    if (!finish_single(corner, GROUP, 0, GROUP))
        return false;
    for (size_t r = 0; r < GROUP; r++)
        by_root[r] = 1 / corner[r * GROUP + r];
    for (; j < n; j += LANES) {
        lanes a = load(at + j) * by_root[0];
        lanes b = (load(at + n + j) - a * corner[1]) * by_root[1];
        lanes c = (load(at + 2 * n + j) - a * corner[2] - b * corner[6]) * by_root[2];
        lanes d = (load(at + 3 * n + j) - a * corner[3] - b * corner[7] -
                   c * corner[11]) *
                  by_root[3];
        store(at + j, a), store(at + n + j, b);
        store(at + 2 * n + j, c), store(at + 3 * n + j, d);
    }
    return true;
}

static bool factorise_upper(float *u, size_t n)
{
    for (size_t panel = 0; panel < n; panel += PANEL) {
        size_t end = panel + PANEL < n ? panel + PANEL : n;
        take_off_rows(u, n, panel, end, 0, panel);
        for (size_t i = panel; i < end; i += GROUP) {
            size_t last = i + GROUP < end ? i + GROUP : end;
            take_off_rows(u, n, i, last, panel, i);
            bool by_vectors = last - i == GROUP && i >= LANES;
            if (!(by_vectors ? finish_rows(u, n, i) : finish_single(u, n, i, last)))
                return false;
        }
    }
    return true;
}

/* One triangle onto the other. Blocks on the diagonal are turned over as they are: the
 * triangle that is not wanted is anything. */
static void reflect(float *a, size_t n, bool to_upper)
{
    size_t whole = n / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t j = 0; j <= i; j += LANES) {
            float *lower = a + i * n + j, *upper = a + j * n + i;
            transpose(to_upper ? lower : upper, n, to_upper ? upper : lower, n);
        }
    for (size_t i = whole; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            if (to_upper)
                a[j * n + i] = a[i * n + j];
            else
                a[i * n + j] = a[j * n + i];
        }
}

bool small_cholesky_avx2(float *a, size_t n)
{
    reflect(a, n, true);
    bool ok = factorise_upper(a, n);
    if (ok)
        reflect(a, n, false);
    return ok;
}

static float sum_lanes(lanes value)
{
    return ((value[0] + value[4]) + (value[1] + value[5])) +
           ((value[2] + value[6]) + (value[3] + value[7]));
}

/* b_i of LANES rows -= their products with the b above, which are known. */
static void take_off_known(const float *l, size_t n, size_t i, float *b)
{
    const float *at = l + i * n;
    lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0},
          s7 = {0};
    for (size_t j = 0; j < i; j += LANES) {
        lanes known = load(b + j);
        s0 += load(at + j) * known;
        s1 += load(at + n + j) * known;
        s2 += load(at + 2 * n + j) * known;
        s3 += load(at + 3 * n + j) * known;
        s4 += load(at + 4 * n + j) * known;
        s5 += load(at + 5 * n + j) * known;
        s6 += load(at + 6 * n + j) * known;
        s7 += load(at + 7 * n + j) * known;
    }
    b[i] -= sum_lanes(s0);
    b[i + 1] -= sum_lanes(s1);
    b[i + 2] -= sum_lanes(s2);
    b[i + 3] -= sum_lanes(s3);
    b[i + 4] -= sum_lanes(s4);
    b[i + 5] -= sum_lanes(s5);
    b[i + 6] -= sum_lanes(s6);
    b[i + 7] -= sum_lanes(s7);
}

/* L b = b, or L' b = b, for rows [i, end) among themselves, a value at a time. */
static void solve_single(const float *l, size_t n, size_t i, size_t end, bool back,
                         float *b)
{
    for (size_t step = i; step < end; step++) {
        size_t k = back ? end - 1 - (step - i) : step;
        b[k] /= l[k * n + k];
        for (size_t m = i; m < end; m++)
            if (back ? m < k : m > k)
                b[m] -= (back ? l[k * n + m] : l[m * n + k]) * b[k];
    }
}

/* Value k, now final, and what it contributes to the others; those which are final
 * already become anything. */
static inline __attribute__((always_inline)) lanes
eliminate(lanes rest, lanes by_diagonal, const float *column, size_t k, float *value)
{
    *value = rest[k] * by_diagonal[k];
    return rest - load(column) * *value;
}

/* The same for LANES rows from i, in a vector. */
static inline __attribute__((always_inline)) void
solve_corner(const float *l, size_t n, size_t i, bool back, float *b)
{
    const float *corner = l + i * n + i;
    float turned[LANES * LANES], value[LANES];
    size_t stride = back ? n : LANES;
    lanes diagonal = {corner[0],         corner[n + 1],     corner[2 * n + 2],
                      corner[3 * n + 3], corner[4 * n + 4], corner[5 * n + 5],
                      corner[6 * n + 6], corner[7 * n + 7]};
    lanes by_diagonal = 1.0f / diagonal, rest = load(b + i);
    if (!back) {
        transpose(corner, n, turned, LANES);
        corner = turned;
    }
    for (size_t step = 0; step < LANES; step++) {
        size_t k = back ? LANES - 1 - step : step;
        rest = eliminate(rest, by_diagonal, corner + k * stride, k, value + k);
    }
    memcpy(b + i, value, sizeof value);
}

/* b_j for j < i -= what LANES rows, whose b are known, contribute to L'b. */
static void spread_known(const float *l, size_t n, size_t i, float *b)
{
    const float *at = l + i * n, *known = b + i;
    for (size_t j = 0; j < i; j += LANES) {
        lanes even = load(at + j) * known[0], odd = load(at + n + j) * known[1];
        even += load(at + 2 * n + j) * known[2];
        odd += load(at + 3 * n + j) * known[3];
        even += load(at + 4 * n + j) * known[4];
        odd += load(at + 5 * n + j) * known[5];
        even += load(at + 6 * n + j) * known[6];
        odd += load(at + 7 * n + j) * known[7];
        store(b + j, load(b + j) - (even + odd));
    }
}

void small_cholesky_solve_avx2(const float *l, size_t n, float *b)
{
    size_t whole = n / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        take_off_known(l, n, i, b);
        solve_corner(l, n, i, false, b);
    }
    for (size_t i = whole; i < n; i++) {
        lanes sums = {0};
        for (size_t j = 0; j < whole; j += LANES)
            sums += load(l + i * n + j) * load(b + j);
        b[i] -= sum_lanes(sums);
    }
    solve_single(l, n, whole, n, false, b);
    solve_single(l, n, whole, n, true, b);
    for (size_t i = whole; i < n; i++)
        for (size_t j = 0; j < whole; j += LANES)
            store(b + j, load(b + j) - load(l + i * n + j) * b[i]);
    for (size_t i = whole; i > 0; i -= LANES) {
        solve_corner(l, n, i - LANES, true, b);
        spread_known(l, n, i - LANES, b);
    }
}
