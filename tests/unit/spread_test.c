/*
 * Clusters and typical rows: clouds that are apart are found, whatever the seed; what
 * is typical lies in the middle.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/rng.h"
#include "sitter/spread.h"

enum { D = 5, K = 4, PER_CLOUD = 50, N = K * PER_CLOUD };

/* K clouds around corners, `scale` wide. */
static void draw(float x[N * D], double scale)
{
    struct sit_rng rng;
    sit_rng_init(&rng, 3);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < D; j++)
            x[i * D + j] = (float)(scale * sit_rng_normal(&rng) +
                                   (j == i % K ? 10.0 : 0.0));
}

static void test_kmeans(void **state)
{
    (void)state;
    static float x[N * D], centre[K * D];
    static uint32_t cluster[N], again[N];
    draw(x, 0.5);
    for (uint64_t seed = 0; seed < 10; seed++) {
        assert_ok(sit_kmeans(x, N, D, K, seed, NULL, cluster, centre, err));
        for (size_t i = 0; i < N; i++) {
            assert_in_range(cluster[i], 0, K - 1);
            assert_int_equal(cluster[i], cluster[i % K]);
            for (size_t j = 0; j < i % K; j++)
                assert_int_not_equal(cluster[i % K], cluster[j]);
        }
        for (size_t k = 0; k < K; k++)
            for (size_t j = 0; j < D; j++)
                assert_true(fabs((double)centre[cluster[k] * D + j] -
                                 (j == k ? 10.0 : 0.0)) < 0.4);
        assert_ok(sit_kmeans(x, N, D, K, seed, NULL, again, centre, err));
        assert_memory_equal(cluster, again, sizeof cluster);
    }
    struct sit_error cause;
    assert_int_equal(sit_kmeans(x, 3, D, 4, 1, NULL, cluster, centre, &cause),
                     SIT_E_ARG);
    /* As many clusters as rows, and rows that coincide. */
    assert_ok(sit_kmeans(x, K, D, K, 1, NULL, cluster, centre, err));
    memset(x, 0, sizeof x);
    assert_ok(sit_kmeans(x, N, D, K, 1, NULL, cluster, centre, err));
}

static void test_typicality(void **state)
{
    (void)state;
    static float x[N * D], centre[K * D], typicality[N];
    static uint32_t cluster[N];
    draw(x, 0.5);
    /* One row of the first cloud is far out, one is its very middle. */
    for (size_t j = 0; j < D; j++) {
        x[0 * D + j] = j == 0 ? 7.0F : 2.0F;
        x[K * D + j] = j == 0 ? 10.0F : 0.0F;
    }
    assert_ok(sit_kmeans(x, N, D, K, 1, NULL, cluster, centre, err));
    assert_ok(sit_typicality(x, N, D, cluster, centre, K, NULL, typicality, err));
    for (size_t i = 0; i < N; i += K) {
        assert_true(i == 0 || typicality[i] > typicality[0]);
        assert_true(i == K || typicality[i] < typicality[K]);
    }
    /* By hand: three rows on a line, and one on its own. */
    const float line[] = {0, 1, 3, 50};
    const uint32_t of[] = {0, 0, 0, 1};
    const float middle[] = {4.0F / 3, 50};
    assert_ok(sit_typicality(line, 4, 1, of, middle, 2, NULL, typicality, err));
    assert_true(fabs((double)typicality[0] - 1 / 2.0) < 1e-5);
    assert_true(fabs((double)typicality[1] - 1 / 1.5) < 1e-5);
    assert_true(fabs((double)typicality[2] - 1 / 2.5) < 1e-5);
    assert_true(typicality[3] == 0);
}

static void test_prepare(void **state)
{
    (void)state;
    static float x[N * D];
    draw(x, 1);
    for (size_t i = 0; i < N; i++)
        x[i * D + 1] = 1e4F * x[i * D + 1] + 7; /* another scale */
    assert_ok(sit_spread_prepare(x, N, D, err));
    double largest[2] = {0, 0};
    for (size_t i = 0; i < N; i++) {
        double length = 0;
        for (size_t j = 0; j < D; j++)
            length += (double)x[i * D + j] * (double)x[i * D + j];
        assert_true(fabs(length - 1) < 1e-5);
        for (size_t j = 0; j < 2; j++)
            largest[j] = fmax(largest[j], fabs((double)x[i * D + j]));
    }
    assert_true(largest[1] < 2 * largest[0]);
    struct sit_error cause;
    x[3] = NAN;
    assert_int_equal(sit_spread_prepare(x, N, D, &cause), SIT_E_NUMERIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kmeans),
        cmocka_unit_test(test_typicality),
        cmocka_unit_test(test_prepare),
    };
    return cmocka_run_group_tests_name("spread", tests, NULL, NULL);
}
