/*
 * Log-odds ratios against NumPy (make_log_odds_reference.py), and their corners.
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/alloc.h"
#include "sitter/log_odds.h"

static void compare(const json_t *wanted, double got)
{
    if (json_is_null(wanted))
        assert_true(isnan(got));
    else
        assert_true(fabs(json_number_value(wanted) - got) < 2e-9 * fmax(1, fabs(got)));
}

static void check_case(const json_t *reference)
{
    size_t n = json_array_size(json_object_get(reference, "a"));
    size_t *a = sit_calloc(n, sizeof *a), *b = sit_calloc(n, sizeof *b);
    struct sit_log_odds *odds = sit_calloc(n, sizeof *odds);
    assert_true(a != NULL && b != NULL && odds != NULL);
    for (size_t i = 0; i < n; i++) {
        a[i] = (size_t)json_integer_value(
            json_array_get(json_object_get(reference, "a"), i));
        b[i] = (size_t)json_integer_value(
            json_array_get(json_object_get(reference, "b"), i));
    }
    double prior = json_number_value(json_object_get(reference, "prior"));
    assert_ok(sit_log_odds(a, b, n, prior, odds, err));
    for (size_t i = 0; i < n; i++) {
        compare(json_array_get(json_object_get(reference, "value"), i), odds[i].value);
        compare(json_array_get(json_object_get(reference, "z"), i), odds[i].z);
        assert_int_equal(odds[i].survives,
                         json_integer_value(json_array_get(
                             json_object_get(reference, "survives"), i)));
        if (!isnan(odds[i].z))
            assert_int_equal(odds[i].low > 0 ||
                             odds[i].high<0, fabs(odds[i].z)> 1.959963984540054);
    }
    free(a);
    free(b);
    free(odds);
}

static void test_reference(void **state)
{
    (void)state;
    json_error_t error;
    json_t *cases = json_load_file(SITTER_REF_DIR "/log-odds-reference.json", 0,
                                   &error);
    assert_non_null(cases);
    assert_int_equal(json_array_size(cases), 15);
    for (size_t i = 0; i < json_array_size(cases); i++)
        check_case(json_array_get(cases, i));
    json_decref(cases);
}

/* No word, one word, an empty group, a prior that is none. */
static void test_corners(void **state)
{
    (void)state;
    struct sit_log_odds odds[2];
    struct sit_error why;
    assert_ok(sit_log_odds(NULL, NULL, 0, 1, NULL, err));
    assert_ok(sit_log_odds((size_t[]){3}, (size_t[]){1}, 1, 1, odds, err));
    assert_true(isnan(odds[0].value) && isnan(odds[0].low) && !odds[0].survives);
    assert_ok(sit_log_odds((size_t[]){3, 1}, (size_t[]){0, 0}, 2, 2, odds, err));
    assert_true(fabs(odds[0].value) < 1e-12);
    odds[0].value = 7;
    const double wrong[] = {0, -1, NAN, INFINITY};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            sit_log_odds((size_t[]){1}, (size_t[]){1}, 1, wrong[i], odds, &why),
            SIT_E_ARG);
    assert_true(odds[0].value > 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_corners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
