/*
 * Dense linear algebra over OpenBLAS: the products and the Cholesky solver that the
 * layers above need, with sizes checked against the int that BLAS takes. All matrices
 * are packed and row-major. The only module that sees cblas.h or LAPACK.
 *
 * BLAS runs on one thread unless sit_matrix_set_threads() asked for more: the matrices
 * here are small, results then do not depend on the number of cores, and a terminal
 * program that trains in the background keeps a core for itself.
 */
#ifndef SITTER_MATRIX_H
#define SITTER_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/status.h"

/**
 * Threads BLAS uses from now on, in the whole process. For a program's start, before
 * other threads use this module; the last bits of results depend on it.
 */
void sit_matrix_set_threads(size_t n_threads);

/**
 * c (m, n) = alpha * A B + beta * c. `a` is (m, k), or (k, m) where a_transposed; `b`
 * is (k, n), or (n, k) where b_transposed. With beta 0 c need not be initialised.
 * SIT_E_LIMIT where a size exceeds INT_MAX. Thread-safe, allocates nothing itself.
 */
enum sit_status sit_matrix_sgemm(bool a_transposed, bool b_transposed, size_t m,
                                 size_t n, size_t k, float alpha, const float *a,
                                 const float *b, float beta, float *c,
                                 struct sit_error *err);
enum sit_status sit_matrix_dgemm(bool a_transposed, bool b_transposed, size_t m,
                                 size_t n, size_t k, double alpha, const double *a,
                                 const double *b, double beta, double *c,
                                 struct sit_error *err);

/** c (m, n) = A B, where the matrices are parts of larger ones: their rows lie
 * a_stride, b_stride and c_stride floats apart, each at least the row's length.
 * Otherwise as sit_matrix_sgemm(). */
enum sit_status sit_matrix_sgemm_strided(size_t m, size_t n, size_t k, const float *a,
                                         size_t a_stride, const float *b,
                                         size_t b_stride, float *c, size_t c_stride,
                                         struct sit_error *err);

/** y = alpha * A x + beta * y, `a` (m, n) as it is stored; A is its transpose (n, m)
 * where a_transposed. */
enum sit_status sit_matrix_dgemv(bool a_transposed, size_t m, size_t n, double alpha,
                                 const double *a, const double *x, double beta,
                                 double *y, struct sit_error *err);

/**
 * Lower triangle of c (n, n) = alpha * A A' + beta * c. `a` is (n, k), or (k, n) where
 * a_transposed (then A' is `a`). The upper triangle is not touched.
 */
enum sit_status sit_matrix_ssyrk(bool a_transposed, size_t n, size_t k, float alpha,
                                 const float *a, float beta, float *c,
                                 struct sit_error *err);
enum sit_status sit_matrix_dsyrk(bool a_transposed, size_t n, size_t k, double alpha,
                                 const double *a, double beta, double *c,
                                 struct sit_error *err);

/** Copy the lower triangle of c (n, n) to the upper. */
void sit_matrix_mirror_lower(size_t n, double *c);

/**
 * Cholesky factor of the symmetric positive definite `a` (n, n), of which only the
 * lower triangle is read and overwritten. SIT_E_NUMERIC where it is not positive
 * definite.
 */
enum sit_status sit_matrix_cholesky(size_t n, double *a, struct sit_error *err);

/** Solve A x = b in place for n_rhs right-hand sides, each a row of b (n_rhs, n), with
 * the factor sit_matrix_cholesky() left in `a`. */
enum sit_status sit_matrix_cholesky_solve(size_t n, const double *a, size_t n_rhs,
                                          double *b, struct sit_error *err);

/**
 * Eigenvalues and eigenvectors of the symmetric `a` (n, n), of which only the lower
 * triangle is read: values (n) ascending, and the rows of `a` become the vectors of
 * length 1. Takes about as much memory again twice. SIT_E_NUMERIC where it does not
 * converge; SIT_E_NOMEM.
 */
enum sit_status sit_matrix_eigen(size_t n, double *a, double *values,
                                 struct sit_error *err);

/*
 * In float: half the memory and twice the speed, for what is refined in double later
 */

/** As sit_matrix_dgemv(). */
enum sit_status sit_matrix_sgemv(bool a_transposed, size_t m, size_t n, float alpha,
                                 const float *a, const float *x, float beta, float *y,
                                 struct sit_error *err);

/** y = A x, A symmetric, of which only the lower triangle is read: half the memory. */
enum sit_status sit_matrix_ssymv(size_t n, const float *a, const float *x, float *y,
                                 struct sit_error *err);

/** As sit_matrix_cholesky(), but the upper triangle is left undefined; and as
 * sit_matrix_cholesky_solve(). */
enum sit_status sit_matrix_scholesky(size_t n, float *a, struct sit_error *err);
enum sit_status sit_matrix_scholesky_solve(size_t n, const float *a, size_t n_rhs,
                                           float *b, struct sit_error *err);

/** Rows of b (n_rhs, n) become L^-1 times themselves, L (n, n) being the factor that a
 * Cholesky routine left: their lengths are then those in the inverse's norm. */
enum sit_status sit_matrix_strsm(size_t n, const float *l, size_t n_rhs, float *b,
                                 struct sit_error *err);
enum sit_status sit_matrix_dtrsm(size_t n, const double *l, size_t n_rhs, double *b,
                                 struct sit_error *err);

/** The BLAS in use, for diagnosis: "OpenBLAS 0.3.21 ...". */
const char *sit_matrix_blas_version(void);

#endif
