/*
 * Metrics against values worked out by hand.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/metrics.h"

static void assert_near(double got, double expected)
{
    if (!(fabs(got - expected) < 1e-7))
        fail_msg("%.12g is not %.12g", got, expected);
}

static void binary_by_hand(void **state)
{
    (void)state;
    /* p(class 1): .75 .5 .25 .5; truth 1 1 0 0. A tie goes to class 0. */
    const float p[8] = {.25f, .75f, .5f, .5f, .75f, .25f, .5f, .5f};
    const uint8_t y[4] = {1, 1, 0, 0};
    struct sit_metrics m;
    assert_ok(sit_metrics_compute(p, y, 4, 2, &m, err));
    assert_int_equal(m.n_correct, 3);
    assert_near(m.accuracy, 0.75);
    assert_near(m.accuracy_low, 0.3006418);
    assert_near(m.balanced_accuracy, 0.75);
    assert_near(m.brier, (0.0625 + 0.25 + 0.0625 + 0.25) / 4);
    assert_near(m.log_loss, -(2 * log(0.75) + 2 * log(0.5)) / 4);
    assert_near(m.auc, 3.5 / 4); /* one of four pairs is tied */
    assert_int_equal(m.confusion[1][0], 1);
    assert_int_equal(m.confusion[1][1], 1);
    assert_int_equal(m.confusion[0][0], 2);
    assert_int_equal(m.confusion[0][1], 0);
    assert_near(m.classes[0].precision, 2.0 / 3);
    assert_near(m.classes[0].recall, 1);
    assert_near(m.classes[0].f1, 0.8);
    assert_near(m.classes[1].precision, 1);
    assert_near(m.classes[1].f1, 2.0 / 3);
    assert_int_equal(m.classes[1].support, 2);
}

static void three_classes_by_hand(void **state)
{
    (void)state;
    const float p[9] = {.5f, .25f, .25f, .25f, .5f, .25f, 0, .75f, .25f};
    const uint8_t y[3] = {0, 1, 0};
    struct sit_metrics m;
    assert_ok(sit_metrics_compute(p, y, 3, 3, &m, err));
    assert_int_equal(m.n_correct, 2);
    assert_near(m.balanced_accuracy, 0.75); /* class 2 has no support */
    assert_near(m.brier, (0.375 + 0.375 + 1.625) / 3);
    assert_near(m.log_loss, -(2 * log(0.5) + log(1e-15)) / 3);
    assert_true(isnan(m.auc));
    assert_true(isnan(m.classes[2].precision) && isnan(m.classes[2].recall) &&
                isnan(m.classes[2].f1));
    assert_near(m.classes[1].precision, 0.5);
    assert_int_equal(m.confusion[0][1], 1);
}

static void auc_of_known_orders(void **state)
{
    (void)state;
    struct sit_metrics m;
    const float p[12] = {.9f, .1f, .6f, .4f, .65f, .35f, .2f, .8f, .5f, .5f, .5f, .5f};
    const uint8_t classic[4] = {0, 0, 1, 1}; /* .1 .4 .35 .8: 3 of 4 pairs */
    assert_ok(sit_metrics_compute(p, classic, 4, 2, &m, err));
    assert_near(m.auc, 0.75);
    const uint8_t reversed[4] = {1, 1, 1, 0};
    assert_ok(sit_metrics_compute(p, reversed, 4, 2, &m, err));
    assert_near(m.auc, 0);
    const uint8_t tied[2] = {0, 1};
    assert_ok(sit_metrics_compute(p + 8, tied, 2, 2, &m, err));
    assert_near(m.auc, 0.5);
    const uint8_t one_class[4] = {1, 1, 1, 1};
    assert_ok(sit_metrics_compute(p, one_class, 4, 2, &m, err));
    assert_true(isnan(m.auc));
    assert_near(m.balanced_accuracy, 0.25);
}

static void bad_arguments(void **state)
{
    (void)state;
    struct sit_metrics m;
    struct sit_error failure;
    const float p[4] = {.5f, .5f, NAN, .5f};
    const uint8_t y[2] = {0, 2};
    assert_int_equal(sit_metrics_compute(p, y, 0, 2, &m, &failure), SIT_E_ARG);
    assert_int_equal(sit_metrics_compute(p, y, 1, 1, &m, &failure), SIT_E_ARG);
    assert_int_equal(
        sit_metrics_compute(p, y, 1, SIT_METRICS_MAX_CLASSES + 1, &m, &failure),
        SIT_E_ARG);
    assert_int_equal(sit_metrics_compute(p, y + 1, 1, 2, &m, &failure), SIT_E_ARG);
    const uint8_t fine[2] = {0, 1};
    assert_int_equal(sit_metrics_compute(p, fine, 2, 2, &m, &failure), SIT_E_NUMERIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binary_by_hand),
        cmocka_unit_test(three_classes_by_hand),
        cmocka_unit_test(auc_of_known_orders),
        cmocka_unit_test(bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
