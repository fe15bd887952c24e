/*
 * Standardisation against means and deviations taken in the plainest way.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/rng.h"
#include "standardise.h"

static void standardising_over_blocks_of_columns(void **state)
{
    (void)state;
    enum { N = 9, D = 519 };
    static float x[N * D];
    static double mean[D], deviation[D], out[N * D];
    struct sit_rng rng;
    sit_rng_init(&rng, 4);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < D; j++) /* every seventh constant, some far from 0 */
            x[i * D + j] = j % 7 == 0 ? 0.1f * (float)j
                           : j % 7 == 1
                               ? 1e6f + (float)sit_rng_normal(&rng)
                               : (float)(sit_rng_normal(&rng) * (double)(j + 1));
    standardise_fit(x, N, D, mean, deviation);
    standardise_apply(x, N, D, mean, deviation, out);
    for (size_t j = 0; j < D; j++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < N; i++)
            sum += (double)x[i * D + j] / N;
        for (size_t i = 0; i < N; i++)
            squares += pow((double)x[i * D + j] - sum, 2) / N;
        assert_true(fabs(mean[j] - sum) <= 1e-13 * fabs(sum) + 1e-13);
        if (j % 7 == 0)
            assert_true(deviation[j] == 1 && mean[j] == (double)x[j]);
        else
            assert_true(fabs(deviation[j] / sqrt(squares) - 1) < 1e-9);
        for (size_t i = 0; i < N; i++)
            assert_true(fabs(out[i * D + j] -
                             ((double)x[i * D + j] - mean[j]) / deviation[j]) < 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standardising_over_blocks_of_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
