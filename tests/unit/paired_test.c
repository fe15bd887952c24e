/*
 * Comparing two classifiers: McNemar's test, Newcombe's interval, power laws.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/paired.h"
#include "sitter/power_law.h"
#include "sitter/rng.h"

static void mcnemar_by_hand(void **state)
{
    (void)state;
    struct sit_paired_counts none = {.both = 10, .neither = 3};
    assert_true(sit_mcnemar_exact(&none) == 1);
    struct sit_paired_counts one = {.only_b = 1};
    assert_true(sit_mcnemar_exact(&one) == 1);
    struct sit_paired_counts five = {.only_a = 5, .only_b = 0};
    assert_true(fabs(sit_mcnemar_exact(&five) - 2.0 / 32) < 1e-12);
    struct sit_paired_counts three = {.only_a = 1, .only_b = 4};
    assert_true(fabs(sit_mcnemar_exact(&three) - 2 * 6.0 / 32) < 1e-12);
    struct sit_paired_counts many = {.only_a = 1000, .only_b = 1000};
    assert_true(sit_mcnemar_exact(&many) == 1);
}

static void newcombe_is_antisymmetric(void **state)
{
    (void)state;
    struct sit_rng rng;
    sit_rng_init(&rng, 3);
    for (size_t i = 0; i < 500; i++) {
        struct sit_paired_counts c = {sit_rng_below(&rng, 30), sit_rng_below(&rng, 9),
                                      sit_rng_below(&rng, 9), sit_rng_below(&rng, 20)};
        struct sit_paired_counts swapped = {c.both, c.only_b, c.only_a, c.neither};
        struct sit_interval x = sit_newcombe_paired(&c);
        struct sit_interval y = sit_newcombe_paired(&swapped);
        size_t n = c.both + c.only_a + c.only_b + c.neither;
        if (n == 0)
            continue;
        double difference = ((double)c.only_a - (double)c.only_b) / (double)n;
        assert_true(fabs(x.low + y.high) < 1e-12 && fabs(x.high + y.low) < 1e-12);
        assert_true(x.low <= difference && difference <= x.high);
        assert_true(x.low >= -1 && x.high <= 1);
    }
    struct sit_paired_counts empty = {0};
    assert_true(sit_newcombe_paired(&empty).low == -1);
}

/* Of intervals for samples of 60 faces 95 % hold the true difference. */
static void newcombe_covers_what_it_says(void **state)
{
    (void)state;
    enum { N_SAMPLES = 4000, N = 60 };
    struct sit_rng rng;
    sit_rng_init(&rng, 4);
    static const double shares[][3] = {
        {.80, .10, .04}, {.60, .10, .15}, {.9, .05, .04}};
    for (size_t s = 0; s < 3; s++) {
        const double *share = shares[s];
        size_t n_held = 0;
        for (size_t i = 0; i < N_SAMPLES; i++) {
            struct sit_paired_counts c = {0};
            for (size_t j = 0; j < N; j++) {
                double u = sit_rng_uniform(&rng);
                if (u < share[0])
                    c.both++;
                else if (u < share[0] + share[1])
                    c.only_a++;
                else if (u < share[0] + share[1] + share[2])
                    c.only_b++;
                else
                    c.neither++;
            }
            struct sit_interval x = sit_newcombe_paired(&c);
            double truth = share[1] - share[2];
            n_held += x.low <= truth && truth <= x.high;
        }
        double coverage = (double)n_held / N_SAMPLES;
        if (!(coverage > 0.93 && coverage < 0.985))
            fail_msg("coverage %.3f", coverage);
    }
}

static void power_law_recovers_its_own(void **state)
{
    (void)state;
    const double n[6] = {10, 20, 40, 80, 160, 320};
    double accuracy[6];
    struct sit_power_law law = {.a = 0.95, .b = 1.1, .c = 0.5}, found;
    for (size_t i = 0; i < 6; i++)
        accuracy[i] = sit_power_law_at(&law, n[i]);
    assert_true(sit_power_law_fit(n, accuracy, NULL, 6, &found));
    assert_true(fabs(found.a - law.a) < 0.01 && fabs(found.c - law.c) < 0.05);
    assert_true(fabs(sit_power_law_at(&found, 640) - sit_power_law_at(&law, 640)) <
                0.003);
    /* Bounds: no accuracy above 1, no falling curve. */
    const double steep[6] = {.5, .6, .7, .8, .9, 1};
    assert_true(sit_power_law_fit(n, steep, NULL, 6, &found));
    assert_true(found.a <= 1 && found.b >= 0);
    const double falling[6] = {.9, .8, .7, .7, .6, .6};
    assert_true(sit_power_law_fit(n, falling, NULL, 6, &found));
    assert_true(found.b == 0 && fabs(found.a - 4.3 / 6) < 1e-12);
    /* A point of great weight is met. */
    const double weight[6] = {1, 1, 1, 1, 1, 1e6};
    assert_true(sit_power_law_fit(n, falling, weight, 6, &found));
    assert_true(fabs(sit_power_law_at(&found, 320) - .6) < 1e-3);
}

static void power_law_refuses(void **state)
{
    (void)state;
    struct sit_power_law found;
    const double n[3] = {10, 20, 20}, zero[3] = {0, 1, 2}, good[3] = {1, 2, 3};
    const double accuracy[3] = {.5, .6, .7}, bad[3] = {.5, NAN, .7};
    assert_false(sit_power_law_fit(n, accuracy, NULL, 3, &found)); /* two sizes */
    assert_false(sit_power_law_fit(zero, accuracy, NULL, 3, &found));
    assert_false(sit_power_law_fit(good, bad, NULL, 3, &found));
    assert_true(sit_power_law_fit(good, accuracy, NULL, 3, &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mcnemar_by_hand),
        cmocka_unit_test(newcombe_is_antisymmetric),
        cmocka_unit_test(newcombe_covers_what_it_says),
        cmocka_unit_test(power_law_recovers_its_own),
        cmocka_unit_test(power_law_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
