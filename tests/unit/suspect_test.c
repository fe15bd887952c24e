/*
 * Suspect labels by hand, and temperatures at their limits.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/calibration.h"
#include "sitter/metrics.h"
#include "sitter/suspect.h"

static void three_classes_by_hand(void **state)
{
    (void)state;
    const float p[6 * 3] = {
        .8f, .1f, .1f, /* 0, fine */
        .6f, .3f, .1f, /* 0, fine: reaches no other threshold */
        .2f, .7f, .1f, /* labelled 0: confidently 1 */
        .1f, .6f, .3f, /* 1, fine */
        .3f, .5f, .2f, /* 1, below its own threshold of .55, but so for others */
        .4f, .2f, .4f, /* labelled 2: the only one, its threshold is its own .4 */
    };
    const uint8_t y[6] = {0, 0, 0, 1, 1, 2};
    struct sit_suspect ranked[6];
    size_t n_off;
    /* Thresholds: (.8 + .6 + .2) / 3 = .533, .55, .4. */
    assert_ok(sit_suspect_rank(p, y, 6, 3, ranked, &n_off, err));
    assert_int_equal(n_off, 1);
    assert_int_equal(ranked[0].row, 2);
    assert_int_equal(ranked[0].suggested, 1);
    assert_true(ranked[0].off_diagonal);
    assert_true(fabs(ranked[0].self_confidence - .2) < 1e-6);
    assert_true(fabs(ranked[0].margin - .25) < 1e-6);
    assert_true(fabs(ranked[0].p_suggested - .7) < 1e-6);
    /* The others by rising self-confidence: rows 5, 4, 1 or 3, 0. */
    assert_int_equal(ranked[1].row, 5);
    assert_int_equal(ranked[1].suggested, 0);
    assert_int_equal(ranked[2].row, 4);
    assert_int_equal(ranked[5].row, 0);
    assert_false(ranked[5].off_diagonal);
}

static void a_class_without_labels_is_never_suggested_confidently(void **state)
{
    (void)state;
    const float p[2 * 3] = {.1f, .1f, .8f, .2f, .1f, .7f};
    const uint8_t y[2] = {0, 1};
    struct sit_suspect ranked[2];
    size_t n_off;
    assert_ok(sit_suspect_rank(p, y, 2, 3, ranked, &n_off, err));
    assert_int_equal(n_off, 1); /* row 1: p_0 .2 reaches .1, and is above its own .1 */
    assert_int_equal(ranked[0].row, 1);
    assert_int_equal(ranked[0].suggested, 0);
    assert_int_equal(ranked[1].suggested, 2); /* the most probable other one */
}

static void bad_rows(void **state)
{
    (void)state;
    struct sit_error failure;
    struct sit_suspect ranked[2];
    size_t n_off;
    const float p[4] = {.5f, .5f, NAN, .5f};
    const uint8_t y[2] = {0, 1}, wrong[2] = {0, 2};
    assert_int_equal(sit_suspect_rank(p, y, 0, 2, ranked, &n_off, &failure), SIT_E_ARG);
    assert_int_equal(sit_suspect_rank(p, y, 1, 1, ranked, &n_off, &failure), SIT_E_ARG);
    assert_int_equal(sit_suspect_rank(p, wrong, 2, 2, ranked, &n_off, &failure),
                     SIT_E_ARG);
    assert_int_equal(sit_suspect_rank(p, y, 2, 2, ranked, &n_off, &failure),
                     SIT_E_NUMERIC);
}

/* Two clouds, one row of the wrong label in each, from sources of two rows. */
static void probabilities_come_from_other_sources(void **state)
{
    (void)state;
    enum { ROWS = 60 };
    float x[ROWS * 2], p[ROWS * 2];
    uint8_t y[ROWS];
    uint32_t group[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = i / 2 % 2;
        x[2 * i] = (y[i] ? 2.f : -2.f) + 0.1f * (float)(i % 7);
        x[2 * i + 1] = 0.1f * (float)(i % 5);
        group[i] = (uint32_t)(i / 2);
    }
    y[28] = 1; /* well inside the other cloud */
    y[56] = 1;
    struct sit_dataset data = {x, y, group, ROWS, 2, 2};
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = 0;
    double c = 0;
    assert_ok(sit_suspect_probabilities(&data, &options, NULL, p, &c, err));
    assert_true(c > 0);
    struct sit_suspect ranked[ROWS];
    size_t n_off;
    assert_ok(sit_suspect_rank(p, y, ROWS, 2, ranked, &n_off, err));
    assert_true(n_off >= 2);
    assert_true(ranked[0].row == 28 || ranked[0].row == 56);
    assert_true(ranked[1].row == 28 || ranked[1].row == 56);
    for (uint32_t i = 0; i < ROWS; i++)
        group[i] = i % 3; /* fewer sources than folds */
    struct sit_error failure;
    options.c = 1;
    assert_int_equal(
        sit_suspect_probabilities(&data, &options, NULL, p, NULL, &failure), SIT_E_ARG);
}

static void temperature_limits(void **state)
{
    (void)state;
    struct sit_error failure;
    double t;
    const float p[4] = {.9f, .1f, .3f, .7f};
    const uint8_t right[2] = {0, 1}, wrong[2] = {1, 0};
    assert_ok(sit_temperature_fit(p, right, 2, 2, &t, err));
    assert_true(t == SIT_TEMPERATURE_LEAST);
    assert_ok(sit_temperature_fit(p, wrong, 2, 2, &t, err));
    assert_true(t == SIT_TEMPERATURE_MOST);
    assert_int_equal(sit_temperature_fit(p, right, 0, 2, &t, &failure), SIT_E_ARG);
    const float bad[2] = {NAN, 1};
    assert_int_equal(sit_temperature_fit(bad, right, 1, 2, &t, &failure),
                     SIT_E_NUMERIC);
    const uint8_t outside[1] = {2};
    assert_int_equal(sit_temperature_fit(p, outside, 1, 2, &t, &failure), SIT_E_ARG);
}

static void tempering_keeps_the_order(void **state)
{
    (void)state;
    float p[6] = {.7f, .2f, .1f, 0, 1, 0};
    sit_temperature_apply(p, 2, 3, 1);
    assert_true(fabsf(p[0] - .7f) < 1e-6f && p[4] == 1);
    sit_temperature_apply(p, 1, 3, 2); /* square roots */
    double sum = sqrt(.7) + sqrt(.2) + sqrt(.1);
    assert_true(fabs((double)p[0] - sqrt(.7) / sum) < 1e-6);
    assert_true(fabs((double)p[2] - sqrt(.1) / sum) < 1e-6);
    assert_int_equal(sit_argmax(p, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_classes_by_hand),
        cmocka_unit_test(a_class_without_labels_is_never_suggested_confidently),
        cmocka_unit_test(bad_rows),
        cmocka_unit_test(probabilities_come_from_other_sources),
        cmocka_unit_test(temperature_limits),
        cmocka_unit_test(tempering_keeps_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
