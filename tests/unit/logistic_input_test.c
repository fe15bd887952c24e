/*
 * Rows and options that are hard for the logistic head: the right answer, or an error
 * that says what is wrong.
 */
#include "test_support.h"

#include <float.h>
#include <math.h>

#include "sitter/head.h"
#include "sitter/rng.h"

enum { MAX_ROWS = 60, MAX_DIM = 80, MAX_CLASSES = 10 };

/* Rows in two or more overlapping clouds, each its own source. */
struct rows {
    struct sit_dataset data;
    float x[MAX_ROWS * MAX_DIM];
    uint8_t y[MAX_ROWS];
    uint32_t group[MAX_ROWS];
    float p[MAX_ROWS * MAX_CLASSES];
};

static void draw(struct rows *rows, size_t n, size_t d, size_t n_classes, double apart)
{
    struct sit_rng rng;
    sit_rng_init(&rng, 23);
    *rows = (struct rows){.data = {rows->x, rows->y, rows->group, n, d, n_classes}};
    for (size_t i = 0; i < n; i++) {
        rows->y[i] = (uint8_t)(i % n_classes);
        rows->group[i] = (uint32_t)i;
        for (size_t j = 0; j < d; j++)
            rows->x[i * d + j] = (float)(sit_rng_normal(&rng) +
                                         (j % n_classes == rows->y[i] ? apart : 0));
    }
}

static enum sit_status train(struct rows *rows, double c,
                             struct sit_head_report *report, struct sit_error *err)
{
    struct sit_head_options options;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = c;
    enum sit_status status = sit_head_train(&rows->data, NULL, &options, NULL, &head,
                                            report, err);
    if (status == SIT_OK)
        status = sit_head_predict(head, rows->x, rows->data.n, rows->data.d, rows->p,
                                  err);
    sit_head_free(head);
    return status;
}

/* Trains, and every row has probabilities that sum to 1. */
static void assert_trains(struct rows *rows, double c)
{
    struct sit_head_report report;
    assert_ok(train(rows, c, &report, err));
    assert_true(report.converged && isfinite(report.objective));
    for (size_t i = 0; i < rows->data.n; i++) {
        double sum = 0;
        for (size_t k = 0; k < rows->data.n_classes; k++)
            sum += (double)rows->p[i * rows->data.n_classes + k];
        assert_true(fabs(sum - 1) < 1e-5);
    }
}

static void assert_refused(struct rows *rows, double c, enum sit_status status,
                           const char *words)
{
    struct sit_error failure;
    assert_int_equal(train(rows, c, NULL, &failure), status);
    if (strstr(failure.message, words) == NULL)
        fail_msg("'%s' does not say '%s'", failure.message, words);
}

static void too_little_is_refused(void **state)
{
    (void)state;
    static struct rows rows;
    draw(&rows, 1, 4, 2, 1);
    assert_refused(&rows, 1, SIT_E_ARG, "all are of class 0");
    draw(&rows, 20, 4, 2, 1);
    memset(rows.y, 1, sizeof rows.y);
    assert_refused(&rows, 1, SIT_E_ARG, "all are of class 1");
    assert_refused(&rows, 0, SIT_E_ARG, "all are of class 1");
    draw(&rows, 20, 4, 3, 1);
    for (size_t i = 0; i < 20; i++)
        rows.y[i] %= 2;
    assert_refused(&rows, 1, SIT_E_ARG, "none is of class 2");
    draw(&rows, 4, 4, 2, 1);
    assert_refused(&rows, 0, SIT_E_ARG, "4 sources are too few for 5 folds");
    draw(&rows, 20, 4, 2, 1);
    for (size_t i = 0; i < 20; i++)
        rows.group[i] = (uint32_t)i / 5;
    assert_refused(&rows, 0, SIT_E_ARG, "4 sources are too few for 5 folds");
    draw(&rows, 2, 4, 2, 1);
    assert_trains(&rows, 1);
}

static void numbers_that_are_none_are_refused(void **state)
{
    (void)state;
    static struct rows rows;
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t k = 0; k < 3; k++) {
        draw(&rows, 20, 4, 2, 1);
        rows.x[7 * 4 + 2] = bad[k];
        assert_refused(&rows, 1, SIT_E_NUMERIC, "row 7, column 2");
        assert_refused(&rows, 0, SIT_E_NUMERIC, "row 7, column 2");
    }
    draw(&rows, 20, 4, 2, 1);
    assert_refused(&rows, -1, SIT_E_ARG, "C is -1");
    assert_refused(&rows, NAN, SIT_E_ARG, "C is ");
    assert_refused(&rows, INFINITY, SIT_E_ARG, "C is inf");
}

static void features_that_say_nothing_give_the_shares(void **state)
{
    (void)state;
    static struct rows rows;
    draw(&rows, 20, 4, 2, 1);
    for (size_t i = 0; i < 20; i++)
        rows.y[i] = i % 4 == 0;
    for (size_t i = 0; i < 80; i++)
        rows.x[i] = 3;
    assert_trains(&rows, 1);
    for (size_t i = 0; i < 20; i++)
        assert_true(fabs((double)rows.p[2 * i + 1] - 0.25) < 1e-6);
    /* In cross-validation too. */
    assert_trains(&rows, 0);
    assert_true(fabs((double)rows.p[1] - 0.25) < 1e-6);
}

static void rows_that_contradict_are_undecided(void **state)
{
    (void)state;
    static struct rows rows;
    for (size_t d = 3; d < 60; d += 50) {
        /* Each row twice, with either class. */
        draw(&rows, 40, d, 2, 1);
        for (size_t i = 0; i < 20; i++) {
            memcpy(rows.x + (20 + i) * d, rows.x + i * d, d * sizeof(float));
            rows.y[i] = 0;
            rows.y[20 + i] = 1;
        }
        static const double cs[] = {1e-3, 1, 1e4};
        for (size_t k = 0; k < 3; k++) {
            assert_trains(&rows, cs[k]);
            for (size_t i = 0; i < 40; i++)
                assert_true(fabs((double)rows.p[2 * i] - 0.5) < 1e-4);
        }
        assert_trains(&rows, 0);
    }
}

static void any_penalty_will_do(void **state)
{
    (void)state;
    static struct rows rows;
    static const double cs[] = {1e-12, 1e-8, 1e-4, 1, 1e4, 1e8};
    static const size_t sizes[][3] = {{40, 5, 2}, {30, 80, 2}, {45, 6, 3}, {30, 60, 3}};
    for (size_t k = 0; k < 4; k++)
        for (int separable = 0; separable < 2; separable++)
            for (size_t l = 0; l < 6; l++) {
                draw(&rows, sizes[k][0], sizes[k][1], sizes[k][2],
                     separable ? 30 : 0.5);
                assert_trains(&rows, cs[l]);
                if (separable && cs[l] >= 1)
                    for (size_t i = 0; i < rows.data.n; i++)
                        assert_true(rows.p[i * sizes[k][2] + rows.y[i]] > 0.5F);
            }
}

static void any_scale_will_do(void **state)
{
    (void)state;
    static struct rows rows, scaled;
    static const double scales[] = {1e-30, 1e-12, 1e12, 1e30};
    draw(&rows, 40, 6, 2, 0.7);
    assert_trains(&rows, 0.5);
    for (size_t k = 0; k < 4; k++) {
        draw(&scaled, 40, 6, 2, 0.7);
        for (size_t i = 0; i < 240; i++)
            scaled.x[i] = (float)((double)scaled.x[i] * (i % 6 < 3 ? scales[k] : 1));
        assert_trains(&scaled, 0.5);
        for (size_t i = 0; i < 80; i++)
            assert_true(fabs((double)scaled.p[i] - (double)rows.p[i]) < 1e-5);
    }
    for (size_t i = 0; i < 240; i++)
        scaled.x[i] = scaled.x[i] > 0 ? FLT_MAX : -FLT_MAX;
    assert_trains(&scaled, 0.5);
}

static void ten_classes_of_few_rows_are_learnt(void **state)
{
    (void)state;
    static struct rows rows;
    draw(&rows, 10, 20, 10, 3);
    assert_trains(&rows, 1);
    draw(&rows, 60, 20, 10, 3);
    assert_trains(&rows, 1);
    size_t n_right = 0;
    for (size_t i = 0; i < 60; i++) {
        const float *p = rows.p + i * 10;
        n_right += p[rows.y[i]] > 0.5F;
    }
    assert_true(n_right > 55);
    /* Some folds see no row of some class. */
    draw(&rows, 60, 20, 10, 3);
    rows.data.n = 25;
    assert_trains(&rows, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_little_is_refused),
        cmocka_unit_test(numbers_that_are_none_are_refused),
        cmocka_unit_test(features_that_say_nothing_give_the_shares),
        cmocka_unit_test(rows_that_contradict_are_undecided),
        cmocka_unit_test(any_penalty_will_do),
        cmocka_unit_test(any_scale_will_do),
        cmocka_unit_test(ten_classes_of_few_rows_are_learnt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
