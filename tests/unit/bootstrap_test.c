/*
 * The cluster bootstrap: what is drawn, and what becomes of it.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/bootstrap.h"

enum { N = 30 };

static void check_weights(void *context, const uint32_t *weight, double *values)
{
    size_t *n_calls = context, n_rows = 0, n_groups = 0;
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(weight[i], weight[i / 3 * 3]); /* whole groups */
        n_rows += weight[i];
        n_groups += i % 3 == 0 ? weight[i] : 0;
    }
    assert_int_equal(n_groups, N / 3);
    assert_int_equal(n_rows, N);
    (*n_calls)++;
    values[0] = 4;
    values[1] = *n_calls % 3 == 0 ? 1 : NAN; /* mostly undefined */
    values[2] = *n_calls % 3 != 0 ? (double)*n_calls : NAN;
}

static void whole_groups_are_drawn(void **state)
{
    (void)state;
    uint32_t group[N];
    for (uint32_t i = 0; i < N; i++)
        group[i] = 7 + (N - i + 2) / 3 * 1000003u;
    for (uint32_t i = 0; i < N; i++)
        group[i] = group[i / 3 * 3];
    size_t n_calls = 0, n_groups = 0;
    struct sit_interval out[3];
    struct sit_bootstrap_design design = {group, N, 201, 9};
    assert_ok(
        sit_bootstrap(&design, 3, check_weights, &n_calls, NULL, out, &n_groups, err));
    assert_int_equal(n_calls, 201);
    assert_int_equal(n_groups, N / 3);
    assert_true(out[0].low == 4 && out[0].high == 4);
    assert_true(isnan(out[1].low) && isnan(out[1].high));
    /* 1, 2, 4, 5, ... 200: 134 numbers; the quantiles lie between the 4th and 5th, and
     * between the 130th and 131st. */
    assert_true(fabs(out[2].low - (5 + 0.325 * 2)) < 1e-9);
    assert_true(fabs(out[2].high - (194 + 0.675 * 2)) < 1.0001);
}

static void mean_of_rows(void *context, const uint32_t *weight, double *values)
{
    const double *x = context;
    double sum = 0, n = 0;
    for (size_t i = 0; i < N; i++) {
        sum += weight[i] * x[i];
        n += weight[i];
    }
    values[0] = sum / n;
}

/* The deviation of a mean is known: the interval must be about that wide. */
static void interval_of_a_mean(void **state)
{
    (void)state;
    double x[N], squares = 0;
    uint32_t group[N];
    for (uint32_t i = 0; i < N; i++) {
        x[i] = i % 2 == 0 ? 1 : -1;
        squares += x[i] * x[i];
        group[i] = i;
    }
    struct sit_interval out;
    struct sit_bootstrap_design design = {group, N, 4000, 10};
    assert_ok(sit_bootstrap(&design, 1, mean_of_rows, x, NULL, &out, NULL, err));
    double half = 1.96 * sqrt(squares / N / N);
    assert_true(fabs(out.high / half - 1) < 0.15 && fabs(out.low / half + 1) < 0.15);
}

static void nothing_to_draw(void **state)
{
    (void)state;
    uint32_t group[2] = {5, 5};
    size_t n_calls = 0, n_groups = 0;
    struct sit_interval out[3];
    struct sit_error failure;
    struct sit_bootstrap_design design = {group, 0, 10, 1};
    assert_int_equal(
        sit_bootstrap(&design, 3, check_weights, &n_calls, NULL, out, NULL, &failure),
        SIT_E_ARG);
    design.n = 2; /* one group only */
    assert_ok(
        sit_bootstrap(&design, 3, check_weights, &n_calls, NULL, out, &n_groups, err));
    assert_int_equal(n_calls, 0);
    assert_int_equal(n_groups, 1);
    assert_true(isnan(out[0].low));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_groups_are_drawn),
        cmocka_unit_test(interval_of_a_mean),
        cmocka_unit_test(nothing_to_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
