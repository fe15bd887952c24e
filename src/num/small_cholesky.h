/*
 * A Cholesky factor in float that is faster than LAPACK's for matrices of moderate
 * size.
 */
#ifndef SITTER_SMALL_CHOLESKY_H
#define SITTER_SMALL_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

/** From about so many rows on LAPACK is as fast. */
enum { SMALL_CHOLESKY_MAX = 512 };

/** L of a = L L' (n, n) in place of the lower triangle; the upper one is room to work.
 * False where `a` is not positive definite. */
bool small_cholesky_avx2(float *a, size_t n);

/** L L' b = b in place, with what small_cholesky_avx2() left in `l`; b (n). */
void small_cholesky_solve_avx2(const float *l, size_t n, float *b);

#endif
