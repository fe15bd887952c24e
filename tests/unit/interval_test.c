/*
 * Intervals against published and hand-computed values.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/interval.h"

static void wilson_known_values(void **state)
{
    (void)state;
    static const struct {
        size_t k, n;
        double low, high;
    } cases[] = {
        {67, 70, 0.88140, 0.98532}, {5, 10, 0.23659, 0.76341}, {0, 10, 0, 0.27753},
        {10, 10, 0.72247, 1},       {1, 1, 0.20655, 1},        {0, 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sit_interval got = sit_wilson(cases[i].k, cases[i].n);
        assert_true(fabs(got.low - cases[i].low) < 6e-6);
        assert_true(fabs(got.high - cases[i].high) < 6e-6);
    }
    assert_true(sit_wilson(0, 10).low == 0 && sit_wilson(10, 10).high == 1);
}

static void wilson_is_symmetric_and_narrows(void **state)
{
    (void)state;
    for (size_t n = 1; n < 200; n += 7)
        for (size_t k = 0; k <= n; k++) {
            struct sit_interval a = sit_wilson(k, n), b = sit_wilson(n - k, n);
            assert_true(fabs(a.low - (1 - b.high)) < 1e-12);
            assert_true(a.low >= 0 && a.high <= 1);
            double p = (double)k / (double)n;
            assert_true(a.low <= p && p <= a.high);
            struct sit_interval more = sit_wilson(10 * k, 10 * n);
            assert_true(more.high - more.low < a.high - a.low);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_known_values),
        cmocka_unit_test(wilson_is_symmetric_and_narrows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
