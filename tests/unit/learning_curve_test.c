/*
 * Learning curves of made-up rows: two clouds that overlap a little.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/learning_curve.h"
#include "sitter/rng.h"

enum { N_TRAIN = 240, N_TEST = 90, D = 12, ROWS_A_SOURCE = 3 };

struct clouds {
    float x[(N_TRAIN + N_TEST) * D];
    uint8_t y[N_TRAIN + N_TEST];
    uint32_t group[N_TRAIN + N_TEST];
    struct sit_dataset train, test;
};

/* Numbers of sources that are far apart, as they may be. */
static void make(struct clouds *c)
{
    struct sit_rng rng;
    sit_rng_init(&rng, 12);
    for (size_t i = 0; i < N_TRAIN + N_TEST; i++) {
        c->y[i] = (uint8_t)(i % 2);
        c->group[i] = UINT32_MAX - (uint32_t)(i / ROWS_A_SOURCE) * 1000003u;
        for (size_t j = 0; j < D; j++)
            c->x[i * D + j] = (float)(sit_rng_normal(&rng) +
                                      (c->y[i] == 1 ? 0.45 : -0.45));
    }
    c->train = (struct sit_dataset){c->x, c->y, c->group, N_TRAIN, D, 2};
    c->test = (struct sit_dataset){
        c->x + N_TRAIN * D, c->y + N_TRAIN, c->group + N_TRAIN, N_TEST, D, 2};
}

static struct sit_learning_options default_options(void)
{
    struct sit_learning_options options = {
        .fallback_c = 0.01, .n_points = 7, .n_repeats = 6, .seed = 3};
    sit_head_options_init(&options.head, SIT_HEAD_LOGISTIC);
    options.head.c = 0.1;
    return options;
}

static void rises_with_labels(void **state)
{
    (void)state;
    static struct clouds c;
    make(&c);
    struct sit_learning_options options = default_options();
    struct sit_learning_curve curve, again;
    assert_ok(sit_learning_curve(&c.train, &c.test, &options, NULL, &curve, err));
    assert_int_equal(curve.n_points, 7);
    assert_int_equal(curve.n_judged, N_TEST);
    assert_int_equal(curve.n_judged_sources, N_TEST / ROWS_A_SOURCE);
    for (size_t i = 0; i < 7; i++) {
        const struct sit_learning_point *p = &curve.points[i];
        assert_true(p->ci.low <= p->accuracy && p->accuracy <= p->ci.high);
        assert_true(fmod(p->n, ROWS_A_SOURCE) == 0); /* whole sources */
        assert_true(i == 0 || p->n > curve.points[i - 1].n);
    }
    assert_true(curve.points[0].n >= 10 && curve.points[0].n <= 12);
    assert_true(curve.points[6].n == N_TRAIN);
    assert_true(curve.points[6].accuracy > curve.points[0].accuracy + 0.05);
    assert_true(curve.has_law && curve.gain >= 0 && curve.gain < 0.1);
    assert_true(curve.gain_ci.low <= curve.gain && curve.gain <= curve.gain_ci.high);
    assert_ok(sit_learning_curve(&c.train, &c.test, &options, NULL, &again, err));
    assert_memory_equal(&curve, &again, sizeof curve);
    /* The last point is the head of all rows. */
    struct sit_head *head = NULL;
    float p[N_TEST * 2];
    assert_ok(sit_head_train(&c.train, NULL, &options.head, NULL, &head, NULL, err));
    assert_ok(sit_head_predict(head, c.test.x, N_TEST, D, p, err));
    size_t n_right = 0;
    for (size_t i = 0; i < N_TEST; i++)
        n_right += (p[2 * i + 1] > p[2 * i]) == (c.test.y[i] == 1);
    assert_true(fabs(curve.points[6].accuracy - (double)n_right / N_TEST) < 1e-12);
    sit_head_free(head);
}

static void out_of_fold_judges_every_row(void **state)
{
    (void)state;
    static struct clouds c;
    make(&c);
    struct sit_learning_options options = default_options();
    struct sit_learning_curve curve;
    options.n_repeats = 2;
    assert_ok(sit_learning_curve(&c.train, NULL, &options, NULL, &curve, err));
    assert_int_equal(curve.n_judged, N_TRAIN);
    assert_true(curve.points[6].n > N_TRAIN * 0.7 &&
                curve.points[6].n < N_TRAIN * 0.85);
    assert_true(curve.points[6].accuracy > 0.85);
}

static void subsets_of_one_class_know_one_answer(void **state)
{
    (void)state;
    static struct clouds c;
    make(&c);
    for (size_t i = 0; i < N_TRAIN + N_TEST; i++)
        c.y[i] = 0;
    for (size_t i = 0; i < 6; i++)
        c.y[i] = 1; /* two sources in train */
    c.y[N_TRAIN] = 1;
    struct sit_learning_options options = default_options();
    struct sit_learning_curve curve;
    assert_ok(sit_learning_curve(&c.train, &c.test, &options, NULL, &curve, err));
    assert_true(curve.points[0].accuracy > 0.5);
    options.head.c = 0; /* by cross-validation, or the fallback */
    options.n_points = 3;
    options.n_repeats = 1;
    assert_ok(sit_learning_curve(&c.train, &c.test, &options, NULL, &curve, err));
}

static void few_rows_make_few_points(void **state)
{
    (void)state;
    static struct clouds c;
    make(&c);
    struct sit_learning_options options = default_options();
    struct sit_learning_curve curve;
    c.train.n = 12;
    assert_ok(sit_learning_curve(&c.train, &c.test, &options, NULL, &curve, err));
    assert_true(curve.n_points <= 3 && curve.points[curve.n_points - 1].n == 12);
    assert_false(curve.has_law);
    c.train.n = 6;
    c.test.n = 1;
    assert_ok(sit_learning_curve(&c.train, &c.test, &options, NULL, &curve, err));
    assert_int_equal(curve.n_points, 1);
    assert_true(isnan(curve.points[0].ci.low)); /* one source judged */
}

struct counter {
    size_t n_calls, last, n_all;
};

static bool stop_at_the_tenth(void *context, size_t done, size_t total,
                              const char *text)
{
    struct counter *counter = context;
    (void)text;
    assert_true(done >= counter->last);
    counter->last = done;
    counter->n_all = total;
    return ++counter->n_calls < 10;
}

static void bad_options_and_cancelling(void **state)
{
    (void)state;
    static struct clouds c;
    make(&c);
    struct sit_error failure;
    struct sit_learning_curve curve;
    struct sit_learning_options options = default_options();
    options.n_points = 1;
    assert_int_equal(
        sit_learning_curve(&c.train, &c.test, &options, NULL, &curve, &failure),
        SIT_E_ARG);
    options = default_options();
    options.n_repeats = 0;
    assert_int_equal(
        sit_learning_curve(&c.train, &c.test, &options, NULL, &curve, &failure),
        SIT_E_ARG);
    options = default_options();
    struct sit_dataset empty = c.test, narrow = c.test;
    empty.n = 0;
    narrow.d = 3;
    assert_int_equal(
        sit_learning_curve(&c.train, &empty, &options, NULL, &curve, &failure),
        SIT_E_ARG);
    assert_int_equal(
        sit_learning_curve(&c.train, &narrow, &options, NULL, &curve, &failure),
        SIT_E_ARG);
    struct sit_dataset two = c.train;
    two.n = 2 * ROWS_A_SOURCE; /* two sources, five folds */
    assert_int_equal(sit_learning_curve(&two, NULL, &options, NULL, &curve, &failure),
                     SIT_E_ARG);
    struct counter counter = {0};
    struct sit_progress progress = {.report = stop_at_the_tenth, .context = &counter};
    assert_int_equal(
        sit_learning_curve(&c.train, &c.test, &options, &progress, &curve, &failure),
        SIT_E_CANCELLED);
    assert_int_equal(counter.n_calls, 10);
    assert_int_equal(counter.n_all, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rises_with_labels),
        cmocka_unit_test(out_of_fold_judges_every_row),
        cmocka_unit_test(subsets_of_one_class_know_one_answer),
        cmocka_unit_test(few_rows_make_few_points),
        cmocka_unit_test(bad_options_and_cancelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
