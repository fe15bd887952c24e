/*
 * The OpenBLAS edge: conversion of sizes to BLAS integers, and of row-major to what
 * LAPACK's column-major routines expect. Knows nothing of what the matrices mean.
 */
#include "sitter/matrix.h"

#include <cblas.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/cpu.h"
#include "small_cholesky.h"

/* The package has no lapacke.h; these are LAPACK's Fortran entry points. */
int spotrf_(char *uplo, int *n, float *a, int *lda, int *info);
int dpotrf_(char *uplo, int *n, double *a, int *lda, int *info);
void dsyevd_(char *jobz, char *uplo, int *n, double *a, int *lda, double *w,
             double *work, int *lwork, int *iwork, int *liwork, int *info);
int dpotrs_(char *uplo, int *n, int *nrhs, double *a, int *lda, double *b, int *ldb,
            int *info);

static pthread_once_t threads_once = PTHREAD_ONCE_INIT;

static void use_one_thread(void)
{
    openblas_set_num_threads(1);
}

static void init_threads(void)
{
    pthread_once(&threads_once, use_one_thread);
}

void sit_matrix_set_threads(size_t n_threads)
{
    init_threads();
    openblas_set_num_threads(n_threads < 1     ? 1
                             : n_threads > 256 ? 256
                                               : (int)n_threads);
}

/* Also starts the module: every public function comes through here. */
static enum sit_status check_sizes(size_t a, size_t b, size_t c, struct sit_error *err)
{
    init_threads();
    if (a > INT_MAX || b > INT_MAX || c > INT_MAX)
        return sit_error_set(err, SIT_E_LIMIT,
                             "a matrix of %zu x %zu x %zu is too large", a, b, c);
    return SIT_OK;
}

static CBLAS_TRANSPOSE transpose_flag(bool transposed)
{
    return transposed ? CblasTrans : CblasNoTrans;
}

/* BLAS wants a leading dimension of at least 1, even for an empty matrix. */
static int leading(size_t n)
{
    return n > 0 ? (int)n : 1;
}

enum sit_status sit_matrix_sgemm(bool a_transposed, bool b_transposed, size_t m,
                                 size_t n, size_t k, float alpha, const float *a,
                                 const float *b, float beta, float *c,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(m, n, k, err);
    if (status != SIT_OK)
        return status;
    cblas_sgemm(CblasRowMajor, transpose_flag(a_transposed),
                transpose_flag(b_transposed), (int)m, (int)n, (int)k, alpha, a,
                leading(a_transposed ? m : k), b, leading(b_transposed ? k : n), beta,
                c, leading(n));
    return SIT_OK;
}

enum sit_status sit_matrix_sgemm_strided(size_t m, size_t n, size_t k, const float *a,
                                         size_t a_stride, const float *b,
                                         size_t b_stride, float *c, size_t c_stride,
                                         struct sit_error *err)
{
    enum sit_status status = check_sizes(m, n, k, err);
    if (status == SIT_OK)
        status = check_sizes(a_stride, b_stride, c_stride, err);
    if (status != SIT_OK)
        return status;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1, a,
                leading(a_stride), b, leading(b_stride), 0, c, leading(c_stride));
    return SIT_OK;
}

enum sit_status sit_matrix_dgemm(bool a_transposed, bool b_transposed, size_t m,
                                 size_t n, size_t k, double alpha, const double *a,
                                 const double *b, double beta, double *c,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(m, n, k, err);
    if (status != SIT_OK)
        return status;
    cblas_dgemm(CblasRowMajor, transpose_flag(a_transposed),
                transpose_flag(b_transposed), (int)m, (int)n, (int)k, alpha, a,
                leading(a_transposed ? m : k), b, leading(b_transposed ? k : n), beta,
                c, leading(n));
    return SIT_OK;
}

enum sit_status sit_matrix_dgemv(bool a_transposed, size_t m, size_t n, double alpha,
                                 const double *a, const double *x, double beta,
                                 double *y, struct sit_error *err)
{
    enum sit_status status = check_sizes(m, n, 0, err);
    if (status != SIT_OK)
        return status;
    cblas_dgemv(CblasRowMajor, transpose_flag(a_transposed), (int)m, (int)n, alpha, a,
                leading(n), x, 1, beta, y, 1);
    return SIT_OK;
}

enum sit_status sit_matrix_ssyrk(bool a_transposed, size_t n, size_t k, float alpha,
                                 const float *a, float beta, float *c,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(n, k, 0, err);
    if (status != SIT_OK)
        return status;
    cblas_ssyrk(CblasRowMajor, CblasLower, transpose_flag(a_transposed), (int)n, (int)k,
                alpha, a, leading(a_transposed ? n : k), beta, c, leading(n));
    return SIT_OK;
}

enum sit_status sit_matrix_dsyrk(bool a_transposed, size_t n, size_t k, double alpha,
                                 const double *a, double beta, double *c,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(n, k, 0, err);
    if (status != SIT_OK)
        return status;
    cblas_dsyrk(CblasRowMajor, CblasLower, transpose_flag(a_transposed), (int)n, (int)k,
                alpha, a, leading(a_transposed ? n : k), beta, c, leading(n));
    return SIT_OK;
}

void sit_matrix_mirror_lower(size_t n, double *c)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            c[i * n + j] = c[j * n + i];
}

enum sit_status sit_matrix_cholesky(size_t n, double *a, struct sit_error *err)
{
    enum sit_status status = check_sizes(n, 0, 0, err);
    if (status != SIT_OK)
        return status;
    /* The lower triangle by rows is the upper one by columns. */
    char uplo = 'U';
    int size = (int)n, lda = leading(n), info = 0;
    dpotrf_(&uplo, &size, a, &lda, &info);
    if (info != 0)
        return sit_error_set(err, SIT_E_NUMERIC,
                             "a matrix of %zu x %zu is not positive definite", n, n);
    return SIT_OK;
}

enum sit_status sit_matrix_cholesky_solve(size_t n, const double *a, size_t n_rhs,
                                          double *b, struct sit_error *err)
{
    enum sit_status status = check_sizes(n, n_rhs, 0, err);
    if (status != SIT_OK)
        return status;
    char uplo = 'U';
    int size = (int)n, columns = (int)n_rhs, lda = leading(n), info = 0;
    /* LAPACK's interface has no const; it only reads the factor. */
    dpotrs_(&uplo, &size, &columns, (double *)(size_t)a, &lda, b, &lda, &info);
    if (info != 0)
        return sit_error_set(err, SIT_E_ARG, "argument %d of dpotrs is bad", -info);
    return SIT_OK;
}

enum sit_status sit_matrix_eigen(size_t n, double *a, double *values,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(n, 0, 0, err);
    if (status != SIT_OK)
        return status;
    char vectors = 'V', uplo = 'U';
    int size = (int)n, lda = leading(n), ask = -1, info = 0, n_iwork;
    double best_work;
    dsyevd_(&vectors, &uplo, &size, a, &lda, values, &best_work, &ask, &n_iwork, &ask,
            &info);
    if (info != 0 || best_work > INT_MAX)
        return sit_error_set(err, SIT_E_LIMIT, "a matrix of %zu x %zu is too large", n,
                             n);
    int n_work = (int)best_work;
    double *work = sit_malloc_array((size_t)n_work, sizeof *work);
    int *iwork = sit_malloc_array((size_t)n_iwork, sizeof *iwork);
    if (work == NULL || iwork == NULL)
        status = sit_error_nomem(err);
    else
        dsyevd_(&vectors, &uplo, &size, a, &lda, values, work, &n_work, iwork, &n_iwork,
                &info);
    if (status == SIT_OK && info != 0)
        status = sit_error_set(err, SIT_E_NUMERIC,
                               "the eigenvalues of a matrix of %zu x %zu do not "
                               "converge",
                               n, n);
    free(work);
    free(iwork);
    return status;
}

enum sit_status sit_matrix_sgemv(bool a_transposed, size_t m, size_t n, float alpha,
                                 const float *a, const float *x, float beta, float *y,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(m, n, 0, err);
    if (status != SIT_OK)
        return status;
    cblas_sgemv(CblasRowMajor, transpose_flag(a_transposed), (int)m, (int)n, alpha, a,
                leading(n), x, 1, beta, y, 1);
    return SIT_OK;
}

enum sit_status sit_matrix_ssymv(size_t n, const float *a, const float *x, float *y,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(n, 0, 0, err);
    if (status != SIT_OK)
        return status;
    cblas_ssymv(CblasRowMajor, CblasLower, (int)n, 1, a, leading(n), x, 1, 0, y, 1);
    return SIT_OK;
}

/* Elsewhere the compiler sees that it never is, and drops the calls. */
static bool is_small(size_t n)
{
#if defined(__x86_64__)
    return n <= SMALL_CHOLESKY_MAX && sit_cpu_level() >= SIT_CPU_AVX2;
#else
    (void)n;
    return false;
#endif
}

static bool factorise(size_t n, float *a)
{
    if (is_small(n))
        return small_cholesky_avx2(a, n);
    char uplo = 'U';
    int size = (int)n, lda = leading(n), info = 0;
    spotrf_(&uplo, &size, a, &lda, &info);
    return info == 0;
}

enum sit_status sit_matrix_scholesky(size_t n, float *a, struct sit_error *err)
{
    enum sit_status status = check_sizes(n, 0, 0, err);
    if (status == SIT_OK && !factorise(n, a))
        status = sit_error_set(err, SIT_E_NUMERIC,
                               "a matrix of %zu x %zu is not positive definite", n, n);
    return status;
}

enum sit_status sit_matrix_scholesky_solve(size_t n, const float *a, size_t n_rhs,
                                           float *b, struct sit_error *err)
{
    enum sit_status status = check_sizes(n, n_rhs, 0, err);
    if (status != SIT_OK)
        return status;
    if (n_rhs == 1 && is_small(n)) {
        small_cholesky_solve_avx2(a, n, b);
        return SIT_OK;
    }
    if (n_rhs == 1) {
        /* LAPACK's solver takes the slow way through a matrix of one column. */
        cblas_strsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, (int)n, a,
                    leading(n), b, 1);
        cblas_strsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, (int)n, a,
                    leading(n), b, 1);
        return SIT_OK;
    }
    cblas_strsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit,
                (int)n_rhs, (int)n, 1, a, leading(n), b, leading(n));
    cblas_strsm(CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit,
                (int)n_rhs, (int)n, 1, a, leading(n), b, leading(n));
    return SIT_OK;
}

enum sit_status sit_matrix_strsm(size_t n, const float *l, size_t n_rhs, float *b,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(n, n_rhs, 0, err);
    if (status != SIT_OK)
        return status;
    cblas_strsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit,
                (int)n_rhs, (int)n, 1, l, leading(n), b, leading(n));
    return SIT_OK;
}

enum sit_status sit_matrix_dtrsm(size_t n, const double *l, size_t n_rhs, double *b,
                                 struct sit_error *err)
{
    enum sit_status status = check_sizes(n, n_rhs, 0, err);
    if (status != SIT_OK)
        return status;
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit,
                (int)n_rhs, (int)n, 1, l, leading(n), b, leading(n));
    return SIT_OK;
}

const char *sit_matrix_blas_version(void)
{
    return openblas_get_config();
}
