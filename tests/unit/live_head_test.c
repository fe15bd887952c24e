/*
 * The live head: whatever way its rows came, its fit is the one from nothing; its
 * leave-one-out is sit_alo()'s.
 */
#include "test_support.h"

#include <math.h>

#include "head_internal.h"
#include "logistic.h"
#include "logistic_fit.h"
#include "sitter/alo.h"
#include "sitter/live_head.h"
#include "sitter/rng.h"

enum { MAX_ROWS = 160, MAX_DIM = 40, MAX_CLASSES = 4 };

/* The rows that the live head should hold. */
struct rows {
    size_t n, d, n_classes;
    float x[MAX_ROWS * MAX_DIM];
    uint8_t y[MAX_ROWS];
    struct sit_rng rng;
    struct sit_live_head *live;
};

static void start(struct rows *rows, size_t d, size_t n_classes, double c,
                  bool balanced)
{
    *rows = (struct rows){.d = d, .n_classes = n_classes};
    sit_rng_init(&rows->rng, 11);
    assert_ok(sit_live_head_new(d, n_classes, c, balanced, &rows->live, err));
}

static void add_row(struct rows *rows)
{
    size_t i = rows->n++;
    float *x = rows->x + i * rows->d;
    rows->y[i] =
        (uint8_t)(i < rows->n_classes ? i : sit_rng_below(&rows->rng, rows->n_classes));
    for (size_t j = 0; j < rows->d; j++)
        x[j] = (float)(sit_rng_normal(&rows->rng) * (double)(1 + j % 5) + 3 +
                       (j % rows->n_classes == rows->y[i] ? 0.8 : 0));
    assert_ok(sit_live_head_add(rows->live, x, rows->y[i], err));
    assert_int_equal(sit_live_head_n_rows(rows->live), rows->n);
}

static void relabel_row(struct rows *rows, size_t i)
{
    rows->y[i] = (uint8_t)((rows->y[i] + 1) % rows->n_classes);
    assert_ok(sit_live_head_relabel(rows->live, i, rows->y[i], err));
}

static void remove_row(struct rows *rows, size_t i)
{
    size_t last = --rows->n, d = rows->d;
    memmove(rows->x + i * d, rows->x + last * d, d * sizeof *rows->x);
    rows->y[i] = rows->y[last];
    assert_ok(sit_live_head_remove(rows->live, i, err));
}

static double largest_difference(const float *a, const float *b, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)a[i] - (double)b[i]));
    return most;
}

/* The fit against one from nothing in the same standardisation. */
static void assert_at_optimum(struct rows *rows, double c, bool balanced)
{
    size_t n = rows->n, d = rows->d, k = rows->n_classes;
    static double x[MAX_ROWS * MAX_DIM];
    static float p[MAX_ROWS * MAX_CLASSES], expected[MAX_ROWS * MAX_CLASSES];
    double w[MAX_CLASSES * (MAX_DIM + 1)], zeros[MAX_DIM] = {0}, ones[MAX_DIM];
    float *narrow = malloc(n * d * sizeof *narrow);
    struct sit_head *copy = NULL, *exact = NULL;
    struct logistic_matrix matrix;
    struct fit_watch quiet = {0};
    struct fit_result result;
    assert_ok(sit_live_head_copy(rows->live, &copy, err));
    logistic_standardise(copy, rows->x, n, x);
    struct sit_dataset data = {NULL, rows->y, NULL, n, d, k};
    assert_ok(logistic_matrix_init(&matrix, x, n, d, 0, err));
    assert_ok(logistic_fit(&data, x, &matrix, c, balanced, &quiet, w, &result, err));
    for (size_t j = 0; j < d; j++)
        ones[j] = 1;
    for (size_t i = 0; i < n * d; i++)
        narrow[i] = (float)x[i];
    assert_ok(logistic_head_new(d, k, zeros, ones, w, &exact, err));
    assert_ok(sit_head_predict(exact, narrow, n, d, expected, err));
    assert_ok(sit_head_predict(copy, rows->x, n, d, p, err));
    assert_true(largest_difference(p, expected, n * k) < 1e-6);
    /* Prediction in float. */
    assert_ok(sit_live_head_predict(rows->live, rows->x, n, expected, err));
    assert_true(largest_difference(p, expected, n * k) < 1e-6);
    logistic_matrix_release(&matrix);
    sit_head_free(copy);
    sit_head_free(exact);
    free(narrow);
}

static void every_fit_is_the_optimum(void **state)
{
    (void)state;
    static struct rows rows;
    for (int variant = 0; variant < 4; variant++) {
        bool balanced = variant & 1;
        double c = variant & 1 ? 1 : 0.02;
        start(&rows, 30, variant & 2 ? 3 : 2, c, balanced);
        for (size_t i = 0; i < 12; i++)
            add_row(&rows);
        /* Across n = d, which changes the space; often without a renewal. */
        for (size_t step = 0; step < 60; step++) {
            add_row(&rows);
            if (step % 7 == 3)
                relabel_row(&rows, 5 + step % 5);
            if (step % 11 == 5)
                remove_row(&rows, 4 + step % 6);
            if (step % 3 == 0 && step < 40)
                continue;
            assert_ok(sit_live_head_fit(rows.live, NULL, NULL, err));
            assert_at_optimum(&rows, c, balanced);
        }
        sit_live_head_free(rows.live);
    }
}

/* The Gram matrix rests while there are more rows than features: what has changed by
 * then, rows and scaling, must not be in it afterwards. */
static void back_in_gram_space_nothing_is_stale(void **state)
{
    (void)state;
    static struct rows rows;
    start(&rows, 40, 2, 0.05, false);
    for (size_t i = 0; i < 30; i++)
        add_row(&rows);
    assert_ok(sit_live_head_fit(rows.live, NULL, NULL, err));
    while (rows.n < 44)
        add_row(&rows);
    remove_row(&rows, 3);
    remove_row(&rows, 7);
    assert_ok(sit_live_head_fit(rows.live, NULL, NULL, err));
    while (rows.n > 39)
        remove_row(&rows, rows.n - 1);
    assert_ok(sit_live_head_fit(rows.live, NULL, NULL, err));
    assert_at_optimum(&rows, 0.05, false);
    static float p[MAX_ROWS * 2], expected[MAX_ROWS * 2];
    struct sit_head *copy = NULL;
    struct sit_dataset data = {rows.x, rows.y, NULL, rows.n, rows.d, 2};
    assert_ok(sit_live_head_leave_one_out(rows.live, p, err));
    assert_ok(sit_live_head_copy(rows.live, &copy, err));
    assert_ok(sit_alo(copy, &data, 0.05, false, SIT_ALO_ROW, expected, err));
    assert_true(largest_difference(p, expected, 2 * rows.n) < 1e-4);
    sit_head_free(copy);
    sit_live_head_free(rows.live);
}

static void renewed_it_is_the_trained_head(void **state)
{
    (void)state;
    static struct rows rows;
    static float p[MAX_ROWS * MAX_CLASSES], expected[MAX_ROWS * MAX_CLASSES];
    start(&rows, 20, 2, 0.1, false);
    for (size_t i = 0; i < 100; i++) {
        add_row(&rows);
        if (i % 20 == 19)
            assert_ok(sit_live_head_fit(rows.live, NULL, NULL, err));
    }
    add_row(&rows);
    sit_live_head_renew(rows.live);
    struct sit_head_report report, trained;
    struct sit_head_options options;
    struct sit_head *head = NULL;
    struct sit_dataset data = {rows.x, rows.y, NULL, rows.n, rows.d, 2};
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = 0.1;
    assert_ok(sit_live_head_fit(rows.live, NULL, &report, err));
    assert_ok(sit_head_train(&data, NULL, &options, NULL, &head, &trained, err));
    assert_true(fabs(report.objective - trained.objective) < 1e-9 * trained.objective);
    assert_ok(sit_head_predict(head, rows.x, rows.n, rows.d, expected, err));
    assert_ok(sit_live_head_predict(rows.live, rows.x, rows.n, p, err));
    assert_true(largest_difference(p, expected, 2 * rows.n) < 1e-6);
    sit_head_free(head);
    sit_live_head_free(rows.live);
}

static void leaving_one_out_is_alo(void **state)
{
    (void)state;
    static struct rows rows;
    static float p[MAX_ROWS * MAX_CLASSES], expected[MAX_ROWS * MAX_CLASSES];
    for (int variant = 0; variant < 4; variant++) {
        size_t d = variant & 1 ? 12 : 40, n = variant & 1 ? 90 : 25;
        double c = variant & 1 ? 1 : 0.05;
        start(&rows, d, variant & 2 ? 3 : 2, c, true);
        for (size_t i = 0; i < n; i++)
            add_row(&rows);
        assert_ok(sit_live_head_fit(rows.live, NULL, NULL, err));
        assert_ok(sit_live_head_leave_one_out(rows.live, p, err));
        struct sit_head *copy = NULL;
        struct sit_dataset data = {rows.x, rows.y, NULL, n, d, rows.n_classes};
        assert_ok(sit_live_head_copy(rows.live, &copy, err));
        assert_ok(sit_alo(copy, &data, c, true, SIT_ALO_ROW, expected, err));
        assert_true(largest_difference(p, expected, n * rows.n_classes) < 1e-4);
        sit_head_free(copy);
        sit_live_head_free(rows.live);
    }
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    static struct rows rows;
    struct sit_error failure;
    float p[MAX_ROWS * 2], bad[3] = {0, NAN, 1};
    struct sit_head *copy = NULL;
    assert_int_equal(sit_live_head_new(0, 2, 1, false, &rows.live, &failure),
                     SIT_E_ARG);
    assert_int_equal(sit_live_head_new(3, 1, 1, false, &rows.live, &failure),
                     SIT_E_ARG);
    assert_int_equal(sit_live_head_new(3, 2, 0, false, &rows.live, &failure),
                     SIT_E_ARG);
    start(&rows, 3, 2, 1, false);
    struct sit_live_head *live = rows.live;
    assert_int_equal(sit_live_head_fit(live, NULL, NULL, &failure), SIT_E_ARG);
    assert_int_equal(sit_live_head_predict(live, rows.x, 1, p, &failure), SIT_E_ARG);
    assert_int_equal(sit_live_head_copy(live, &copy, &failure), SIT_E_ARG);
    assert_int_equal(sit_live_head_add(live, bad, 0, &failure), SIT_E_NUMERIC);
    assert_int_equal(sit_live_head_add(live, rows.x, 2, &failure), SIT_E_ARG);
    add_row(&rows);
    assert_int_equal(sit_live_head_fit(live, NULL, NULL, &failure), SIT_E_ARG);
    assert_string_equal(failure.message, "live head: no row is of class 1");
    add_row(&rows);
    assert_ok(sit_live_head_fit(live, NULL, NULL, err));
    assert_ok(sit_live_head_leave_one_out(live, p, err));
    assert_int_equal(sit_live_head_predict(live, bad, 1, p, &failure), SIT_E_NUMERIC);
    assert_int_equal(sit_live_head_relabel(live, 2, 0, &failure), SIT_E_ARG);
    assert_int_equal(sit_live_head_remove(live, 2, &failure), SIT_E_ARG);
    /* A fit that fails leaves the last one. */
    assert_ok(sit_live_head_relabel(live, 1, 0, err));
    assert_int_equal(sit_live_head_fit(live, NULL, NULL, &failure), SIT_E_ARG);
    assert_int_equal(sit_live_head_leave_one_out(live, p, &failure), SIT_E_ARG);
    assert_ok(sit_live_head_predict(live, rows.x, 2, p, err));
    assert_true(p[0] > 0.5F && p[3] > 0.5F);
    sit_live_head_free(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fit_is_the_optimum),
        cmocka_unit_test(back_in_gram_space_nothing_is_stale),
        cmocka_unit_test(renewed_it_is_the_trained_head),
        cmocka_unit_test(leaving_one_out_is_alo),
        cmocka_unit_test(what_is_wrong_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
