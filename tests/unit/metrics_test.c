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
    /* Class 0 against the rest: .5 and 0 against .25, half the pairs in order. Class 1:
     * .5 against .25 and .75, half of them too. Class 2 has none to be ranked. */
    assert_near(m.auc, 0.5);
    /* Class 0: 1 at the first, 2/3 at the third, each half of it. Class 1: second of
     * three. */
    assert_near(m.average_precision, ((1 + 2.0 / 3) / 2 + 0.5) / 2);
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

static void calibration_error_by_hand(void **state)
{
    (void)state;
    /* Confidences .9 (right), .9 (wrong), .6 (right): bins 14 of 15 and 9 of 15. */
    const float p[6] = {.1f, .9f, .9f, .1f, .6f, .4f};
    const uint8_t y[3] = {1, 1, 0};
    struct sit_metrics m;
    assert_ok(sit_metrics_compute(p, y, 3, 2, &m, err));
    assert_near(m.ece, (2 * 0.4 + 0.4) / 3);
    assert_int_equal(m.bins[13].n, 2);
    assert_near(m.bins[13].accuracy, 0.5);
    assert_near(m.bins[13].confidence, 0.9);
    assert_int_equal(m.bins[9].n, 1); /* .6f lies just above 9/15 */
    assert_true(isnan(m.bins[0].accuracy));
    const float sure[2] = {0, 1};
    assert_ok(sit_metrics_compute(sure, y, 1, 2, &m, err));
    assert_int_equal(m.bins[14].n, 1);
    assert_near(m.ece, 0);
}

static void intervals_by_source(void **state)
{
    (void)state;
    enum { N = 60 };
    float p[2 * N];
    uint8_t y[N];
    uint32_t own[N], pairs[N], one[N] = {0};
    for (uint32_t i = 0; i < N; i++) {
        y[i] = i / 2 % 2;
        p[2 * i + 1] = (i / 2 % 5 == 0) == (y[i] == 1) ? .3f : .7f;
        p[2 * i] = 1 - p[2 * i + 1];
        own[i] = i;
        pairs[i] = 1000 - i / 2; /* both faces of a source agree */
    }
    struct sit_metrics_intervals a, b, again;
    assert_ok(sit_metrics_bootstrap(p, y, own, N, 2, 1000, 5, NULL, &a, err));
    assert_ok(sit_metrics_bootstrap(p, y, pairs, N, 2, 1000, 5, NULL, &b, err));
    assert_int_equal(a.n_sources, N);
    assert_int_equal(b.n_sources, N / 2);
    assert_true(a.accuracy.low < 0.8 && a.accuracy.high > 0.8);
    /* Half as many sources: about sqrt(2) as wide. */
    double wider = (b.accuracy.high - b.accuracy.low) /
                   (a.accuracy.high - a.accuracy.low);
    assert_true(wider > 1.2 && wider < 1.7);
    assert_ok(sit_metrics_bootstrap(p, y, own, N, 2, 1000, 5, NULL, &again, err));
    assert_memory_equal(&a, &again, sizeof a);
    assert_ok(sit_metrics_bootstrap(p, y, one, N, 2, 1000, 5, NULL, &a, err));
    assert_int_equal(a.n_sources, 1);
    assert_true(isnan(a.accuracy.low) && isnan(a.f1[1].high));
    /* One face of class 1: absent from a third of the samples; its rank still has an
     * interval. None at all: no AUC. */
    memset(y, 0, sizeof y);
    assert_ok(sit_metrics_bootstrap(p, y, own, N, 2, 1000, 5, NULL, &a, err));
    assert_true(isnan(a.auc.low) && isfinite(a.log_loss.low));
}

static bool refuse(void *context, size_t done, size_t total, const char *text)
{
    (void)context;
    (void)done;
    (void)total;
    (void)text;
    return false;
}

static void bootstrap_can_be_cancelled(void **state)
{
    (void)state;
    const float p[4] = {.5f, .5f, .4f, .6f};
    const uint8_t y[2] = {0, 1};
    const uint32_t group[2] = {0, 1};
    struct sit_progress progress = {.report = refuse};
    struct sit_metrics_intervals out;
    struct sit_error failure;
    assert_int_equal(
        sit_metrics_bootstrap(p, y, group, 2, 2, 1 << 20, 1, &progress, &out, &failure),
        SIT_E_CANCELLED);
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
        cmocka_unit_test(calibration_error_by_hand),
        cmocka_unit_test(intervals_by_source),
        cmocka_unit_test(bootstrap_can_be_cancelled),
        cmocka_unit_test(bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
