/*
 * Agreement against scikit-learn and pair by pair enumeration
 * (make_agreement_reference.py); intervals and corners.
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "sitter/agreement.h"
#include "sitter/alloc.h"
#include "sitter/rng.h"

static void compare(const json_t *reference, const char *key, double got)
{
    const json_t *wanted = json_object_get(reference, key);
    if (json_is_null(wanted))
        assert_true(isnan(got));
    else
        assert_true(fabs(json_number_value(wanted) - got) < 1e-12);
}

static void check_case(const json_t *reference)
{
    const json_t *rows = json_object_get(reference, "ratings");
    size_t n = json_array_size(rows),
           n_raters = json_array_size(json_array_get(rows, 0));
    int8_t *classes = sit_calloc(n * n_raters, sizeof *classes);
    uint32_t *group = sit_calloc(n, sizeof *group);
    assert_true(classes != NULL && group != NULL);
    for (size_t i = 0; i < n; i++) {
        group[i] = (uint32_t)i / 2;
        for (size_t r = 0; r < n_raters; r++)
            classes[i * n_raters + r] = (int8_t)json_integer_value(
                json_array_get(json_array_get(rows, i), r));
    }
    struct sit_ratings ratings = {
        .classes = classes,
        .group = group,
        .n = n,
        .n_raters = n_raters,
        .n_classes = (size_t)json_integer_value(json_object_get(reference, "q"))};
    struct sit_agreement got;
    assert_ok(sit_agreement_measure(&ratings, 200, 1, NULL, &got, err));
    assert_int_equal(got.n_units,
                     json_integer_value(json_object_get(reference, "n_units")));
    compare(reference, "percent", got.percent.value);
    compare(reference, "kappa", got.kappa.value);
    compare(reference, "alpha", got.alpha.value);
    compare(reference, "ac1", got.ac1.value);
    assert_true(got.percent.ci95.low <= got.percent.value &&
                got.percent.value <= got.percent.ci95.high);
    free(classes);
    free(group);
}

static void test_reference(void **state)
{
    (void)state;
    json_error_t error;
    json_t *cases = json_load_file(SITTER_REF_DIR "/agreement-reference.json", 0,
                                   &error);
    assert_non_null(cases);
    assert_int_equal(json_array_size(cases), 7);
    for (size_t i = 0; i < json_array_size(cases); i++)
        check_case(json_array_get(cases, i));
    json_decref(cases);
}

/* Two people who agree on 85 of 100 in the long run: of 200 intervals about 95 % hold
 * the true share, and that of alpha, known from the same model. */
static void test_coverage(void **state)
{
    (void)state;
    enum { N = 150, N_RUNS = 200 };
    static int8_t classes[2 * N];
    static uint32_t group[N];
    struct sit_rng rng;
    sit_rng_init(&rng, 5);
    size_t n_percent = 0, n_alpha = 0;
    const double agree = 0.9 * 0.9 + 0.1 * 0.1;
    for (size_t run = 0; run < N_RUNS; run++) {
        for (size_t i = 0; i < N; i++) {
            int8_t truth = sit_rng_below(&rng, 2) == 0;
            group[i] = (uint32_t)i;
            for (size_t r = 0; r < 2; r++)
                classes[2 * i + r] = sit_rng_below(&rng, 10) == 0 ? !truth : truth;
        }
        struct sit_ratings ratings = {classes, group, N, 2, 2};
        struct sit_agreement got;
        assert_ok(sit_agreement_measure(&ratings, 400, run, NULL, &got, err));
        n_percent += got.percent.ci95.low <= agree && agree <= got.percent.ci95.high;
        double alpha = 2 * agree - 1;
        n_alpha += got.alpha.ci95.low <= alpha && alpha <= got.alpha.ci95.high;
    }
    assert_in_range(n_percent, 180, 199);
    assert_in_range(n_alpha, 180, 199);
}

static void test_corners(void **state)
{
    (void)state;
    struct sit_error why;
    int8_t classes[] = {0, 1, 1, -1, 1, 1, 2, 0};
    uint32_t group[] = {7, 7, 7, 7};
    struct sit_ratings ratings = {classes, group, 4, 2, 3};
    struct sit_agreement got;
    assert_ok(sit_agreement_measure(&ratings, 100, 1, NULL, &got, err));
    assert_int_equal(got.n_units, 3);
    assert_int_equal(got.n_groups, 1);
    assert_true(fabs(got.percent.value - 1.0 / 3) < 1e-12);
    assert_true(isnan(got.percent.ci95.low)); /* one group: nothing to draw from */
    size_t counts[9];
    sit_agreement_confusion(&ratings, 0, 1, counts);
    const size_t wanted[9] = {0, 1, 0, 0, 1, 0, 1, 0, 0};
    assert_memory_equal(counts, wanted, sizeof wanted);
    got.n_units = 99;
    classes[1] = 3;
    assert_int_equal(sit_agreement_measure(&ratings, 0, 1, NULL, &got, &why),
                     SIT_E_ARG);
    classes[1] = classes[4] = classes[6] = -1;
    assert_int_equal(sit_agreement_measure(&ratings, 0, 1, NULL, &got, &why),
                     SIT_E_NOT_FOUND);
    ratings.n_raters = 1;
    assert_int_equal(sit_agreement_measure(&ratings, 0, 1, NULL, &got, &why),
                     SIT_E_ARG);
    assert_int_equal(got.n_units, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_corners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
