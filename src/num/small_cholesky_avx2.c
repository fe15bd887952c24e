/*
 * The Cholesky factor of a matrix of moderate size, where LAPACK's routine spends most
 * of its time on packing and small blocks. The file is compiled for AVX2, so nothing
 * here may run before sit_cpu_level() has asked the processor.
 *
 * A = U'U is made in the upper triangle, whose rows are contiguous: a panel of rows at
 * a time takes off what the rows above contribute, then is factorised itself.
 */
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

/* The factor's rows [first, last), a few, from which all above has been taken off. */
static bool finish_rows(float *restrict u, size_t n, size_t first, size_t last)
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

static bool factorise_upper(float *u, size_t n)
{
    for (size_t panel = 0; panel < n; panel += PANEL) {
        size_t end = panel + PANEL < n ? panel + PANEL : n;
        take_off_rows(u, n, panel, end, 0, panel);
        for (size_t i = panel; i < end; i += GROUP) {
            size_t last = i + GROUP < end ? i + GROUP : end;
            take_off_rows(u, n, i, last, panel, i);
            if (!finish_rows(u, n, i, last))
                return false;
        }
    }
    return true;
}

/* One triangle onto the other, in blocks for the cache. */
static void reflect(float *a, size_t n, bool to_upper)
{
    enum { BLOCK = 16 };
    for (size_t i0 = 0; i0 < n; i0 += BLOCK)
        for (size_t j0 = 0; j0 <= i0; j0 += BLOCK)
            for (size_t i = i0; i < i0 + BLOCK && i < n; i++)
                for (size_t j = j0; j < j0 + BLOCK && j < i; j++) {
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

/* L b = b, n_rows rows from i among themselves; columns before i have been taken off.
 * With a constant number of rows all of it stays in registers. */
static inline __attribute__((always_inline)) void
solve_corner(const float *l, size_t n, size_t i, size_t n_rows, float *b)
{
    const float *at = l + i * n + i;
    float value[LANES], inverse[LANES];
    for (size_t k = 0; k < n_rows; k++) {
        value[k] = b[i + k];
        inverse[k] = 1 / at[k * n + k];
    }
    for (size_t k = 0; k < n_rows; k++) {
        value[k] *= inverse[k];
        for (size_t m = k + 1; m < n_rows; m++)
            value[m] -= at[m * n + k] * value[k];
    }
    for (size_t k = 0; k < n_rows; k++)
        b[i + k] = value[k];
}

/* L' b = b, the same from below. */
static inline __attribute__((always_inline)) void
solve_corner_back(const float *l, size_t n, size_t i, size_t n_rows, float *b)
{
    const float *at = l + i * n + i;
    float value[LANES], inverse[LANES];
    for (size_t k = 0; k < n_rows; k++) {
        value[k] = b[i + k];
        inverse[k] = 1 / at[k * n + k];
    }
    for (size_t k = n_rows; k-- > 0;) {
        value[k] *= inverse[k];
        for (size_t m = 0; m < k; m++)
            value[m] -= at[k * n + m] * value[k];
    }
    for (size_t k = 0; k < n_rows; k++)
        b[i + k] = value[k];
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
        solve_corner(l, n, i, LANES, b);
    }
    for (size_t i = whole; i < n; i++) {
        lanes sums = {0};
        for (size_t j = 0; j < whole; j += LANES)
            sums += load(l + i * n + j) * load(b + j);
        b[i] -= sum_lanes(sums);
    }
    solve_corner(l, n, whole, n - whole, b);
    solve_corner_back(l, n, whole, n - whole, b);
    for (size_t i = whole; i < n; i++)
        for (size_t j = 0; j < whole; j += LANES)
            store(b + j, load(b + j) - load(l + i * n + j) * b[i]);
    for (size_t i = whole; i > 0; i -= LANES) {
        solve_corner_back(l, n, i - LANES, LANES, b);
        spread_known(l, n, i - LANES, b);
    }
}
