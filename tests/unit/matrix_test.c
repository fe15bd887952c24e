/*
 * Products and the Cholesky solver against numbers worked out by hand.
 */
#include "test_support.h"

#include <limits.h>
#include <math.h>

#include "sitter/matrix.h"
#include "sitter/rng.h"

static void products_are_row_major(void **state)
{
    (void)state;
    const float a[6] = {1, 2, 3, 4, 5, 6}; /* (2, 3), or (3, 2) transposed */
    const float b[6] = {1, 0, 0, 1, 2, 2}; /* (3, 2) */
    float c[4] = {NAN, NAN, NAN, NAN};
    assert_ok(sit_matrix_sgemm(false, false, 2, 2, 3, 1, a, b, 0, c, err));
    const float plain[4] = {7, 8, 16, 17};
    assert_memory_equal(c, plain, sizeof c);
    const float b_rows[6] = {1, 0, 2, 0, 1, 2}; /* b transposed, (2, 3) */
    assert_ok(sit_matrix_sgemm(false, true, 2, 2, 3, 2, a, b_rows, 1, c, err));
    const float added[4] = {21, 24, 48, 51};
    assert_memory_equal(c, added, sizeof c);
    /* a as (3, 2): A = (2, 3) = [1 3 5; 2 4 6] */
    assert_ok(sit_matrix_sgemm(true, false, 2, 2, 3, 1, a, b, 0, c, err));
    const float transposed[4] = {11, 13, 14, 16};
    assert_memory_equal(c, transposed, sizeof c);

    const double ad[6] = {1, 2, 3, 4, 5, 6}, bd[6] = {1, 0, 0, 1, 2, 2};
    double cd[4];
    assert_ok(sit_matrix_dgemm(false, false, 2, 2, 3, 1, ad, bd, 0, cd, err));
    const double plain_d[4] = {7, 8, 16, 17};
    assert_memory_equal(cd, plain_d, sizeof cd);
}

static void parts_of_larger_matrices(void **state)
{
    (void)state;
    const float a[8] = {1, 2, 3, -9, 4, 5, 6, -9};     /* (2, 3), rows 4 apart */
    const float b[9] = {1, 0, -9, 0, 1, -9, 2, 2, -9}; /* (3, 2), rows 3 apart */
    float c[10] = {NAN, NAN, -1, -1, -1, NAN, NAN, -1, -1, -1}; /* rows 5 apart */
    assert_ok(sit_matrix_sgemm_strided(2, 2, 3, a, 4, b, 3, c, 5, err));
    const float expected[10] = {7, 8, -1, -1, -1, 16, 17, -1, -1, -1};
    assert_memory_equal(c, expected, sizeof c);
    struct sit_error failure;
    assert_int_equal(
        sit_matrix_sgemm_strided(1, 1, 1, a, SIZE_MAX, b, 3, c, 5, &failure),
        SIT_E_LIMIT);
}

static void vector_products(void **state)
{
    (void)state;
    const double a[6] = {1, 2, 3, 4, 5, 6}, x[3] = {1, 0, -1}, u[2] = {1, 2};
    double y[3] = {10, 20, 0};
    assert_ok(sit_matrix_dgemv(false, 2, 3, 1, a, x, 1, y, err));
    assert_true(y[0] == 8 && y[1] == 18);
    assert_ok(sit_matrix_dgemv(true, 2, 3, 1, a, u, 0, y, err));
    assert_true(y[0] == 9 && y[1] == 12 && y[2] == 15);
}

static void rank_k_update_fills_the_lower_triangle(void **state)
{
    (void)state;
    const double a[6] = {1, 2, 3, 4, 5, 6};
    double c[4] = {0, -1, 0, 0};
    assert_ok(sit_matrix_dsyrk(false, 2, 3, 1, a, 0, c, err));
    const double lower[4] = {14, -1, 32, 77};
    assert_memory_equal(c, lower, sizeof c);
    sit_matrix_mirror_lower(2, c);
    assert_true(c[1] == 32);
    assert_ok(sit_matrix_dsyrk(true, 2, 3, 1, a, 0, c, err));
    assert_true(c[0] == 35 && c[2] == 44 && c[3] == 56);
}

static void cholesky_solves(void **state)
{
    (void)state;
    /* Only the lower triangle may be read: the upper holds nonsense. */
    double a[9] = {4, NAN, NAN, 2, 5, NAN, -2, 1, 6};
    double b[6] = {0, 0, 0, 4, 2, -2}; /* A (1, 1, 3)' and A (1, 0, 0)' */
    b[0] = 4 * 1 + 2 * 1 - 2 * 3;
    b[1] = 2 * 1 + 5 * 1 + 1 * 3;
    b[2] = -2 * 1 + 1 * 1 + 6 * 3;
    assert_ok(sit_matrix_cholesky(3, a, err));
    assert_ok(sit_matrix_cholesky_solve(3, a, 2, b, err));
    const double expected[6] = {1, 1, 3, 1, 0, 0};
    for (size_t i = 0; i < 6; i++)
        assert_true(fabs(b[i] - expected[i]) < 1e-12);
    double indefinite[4] = {1, 0, 2, 1};
    struct sit_error failure;
    assert_int_equal(sit_matrix_cholesky(2, indefinite, &failure), SIT_E_NUMERIC);
}

/* Rows of a positive definite matrix in the lower triangle, nonsense in the upper. */
static void fill_lower(struct sit_rng *rng, size_t n, float *a, double *wide)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            float value = (float)(sit_rng_normal(rng) / sqrt((double)n));
            a[i * n + j] = j > i ? NAN : i == j ? 3 + fabsf(value) : value / 2;
            wide[i * n + j] = (double)a[i * n + j];
        }
}

/* Every way of making a factor in float, and of solving with it, is chosen by size. */
static void cholesky_in_float_agrees_with_double(void **state)
{
    (void)state;
    enum { MAX_N = 530 };
    static float a[MAX_N * MAX_N], b[MAX_N], pair[2 * MAX_N];
    static double wide[MAX_N * MAX_N], expected[MAX_N];
    const size_t large[] = {127, 176, 220, 511, 512, 513, 530};
    struct sit_rng rng;
    sit_rng_init(&rng, 1);
    for (size_t k = 0; k < 80 + sizeof large / sizeof *large; k++) {
        size_t n = k < 80 ? k + 1 : large[k - 80];
        fill_lower(&rng, n, a, wide);
        for (size_t i = 0; i < n; i++) {
            b[i] = pair[i] = (float)sit_rng_normal(&rng);
            pair[n + i] = -b[i];
            expected[i] = (double)b[i];
        }
        assert_ok(sit_matrix_scholesky(n, a, err));
        assert_ok(sit_matrix_cholesky(n, wide, err));
        assert_ok(sit_matrix_scholesky_solve(n, a, 1, b, err));
        assert_ok(sit_matrix_scholesky_solve(n, a, 2, pair, err));
        assert_ok(sit_matrix_cholesky_solve(n, wide, 1, expected, err));
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j <= i; j++)
                assert_true(fabs((double)a[i * n + j] - wide[i * n + j]) < 1e-5);
            assert_true(fabs((double)b[i] - expected[i]) < 1e-5);
            assert_true(fabs((double)pair[i] - expected[i]) < 1e-5);
            assert_true(fabs((double)pair[n + i] + expected[i]) < 1e-5);
        }
    }
}

static void indefinite_matrices_have_no_factor_in_float(void **state)
{
    (void)state;
    enum { N = 45 };
    static float a[N * N];
    static double wide[N * N];
    struct sit_rng rng;
    struct sit_error failure;
    sit_rng_init(&rng, 2);
    for (size_t i = 0; i < N; i++) {
        const float bad[] = {-1, 0, NAN, INFINITY};
        fill_lower(&rng, N, a, wide);
        a[i * N + i] = bad[i % 4];
        assert_int_equal(sit_matrix_scholesky(N, a, &failure), SIT_E_NUMERIC);
    }
}

static void sizes_beyond_int_are_refused(void **state)
{
    (void)state;
    struct sit_error failure;
    double d = 0;
    float f = 0;
    size_t huge = (size_t)INT_MAX + 1;
    assert_int_equal(
        sit_matrix_sgemm(false, false, huge, 1, 1, 1, &f, &f, 0, &f, &failure),
        SIT_E_LIMIT);
    assert_int_equal(
        sit_matrix_dgemm(false, false, 1, huge, 1, 1, &d, &d, 0, &d, &failure),
        SIT_E_LIMIT);
    assert_int_equal(sit_matrix_dgemv(false, 1, huge, 1, &d, &d, 0, &d, &failure),
                     SIT_E_LIMIT);
    assert_int_equal(sit_matrix_dsyrk(false, 1, huge, 1, &d, 0, &d, &failure),
                     SIT_E_LIMIT);
    assert_int_equal(sit_matrix_cholesky(huge, &d, &failure), SIT_E_LIMIT);
    assert_int_equal(sit_matrix_cholesky_solve(huge, &d, 1, &d, &failure), SIT_E_LIMIT);
    assert_int_equal(failure.status, SIT_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_row_major),
        cmocka_unit_test(parts_of_larger_matrices),
        cmocka_unit_test(vector_products),
        cmocka_unit_test(rank_k_update_fills_the_lower_triangle),
        cmocka_unit_test(cholesky_solves),
        cmocka_unit_test(cholesky_in_float_agrees_with_double),
        cmocka_unit_test(indefinite_matrices_have_no_factor_in_float),
        cmocka_unit_test(sizes_beyond_int_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
