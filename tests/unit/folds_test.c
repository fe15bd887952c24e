/*
 * Folds keep sources together and classes even. That they are scikit-learn's is
 * tests/ref/folds_ref_test.c's business.
 */
#include "test_support.h"

#include "sitter/head.h"
#include "sitter/rng.h"

static void sources_stay_together(void **state)
{
    (void)state;
    enum { N = 300, N_FOLDS = 5, N_CLASSES = 4 };
    struct sit_rng rng;
    sit_rng_init(&rng, 11);
    uint8_t y[N];
    uint32_t group[N], fold[N];
    for (size_t i = 0; i < N; i++) {
        y[i] = (uint8_t)sit_rng_below(&rng, N_CLASSES);
        group[i] = (uint32_t)(sit_rng_below(&rng, 120) * 1000003);
    }
    assert_ok(sit_folds_assign(y, group, N, N_CLASSES, N_FOLDS, fold, err));
    size_t counts[N_FOLDS][N_CLASSES] = {{0}}, total[N_CLASSES] = {0};
    for (size_t i = 0; i < N; i++) {
        assert_true(fold[i] < N_FOLDS);
        counts[fold[i]][y[i]]++;
        total[y[i]]++;
        for (size_t j = 0; j < i; j++)
            if (group[i] == group[j])
                assert_int_equal(fold[i], fold[j]);
    }
    for (size_t f = 0; f < N_FOLDS; f++)
        for (size_t k = 0; k < N_CLASSES; k++) {
            size_t share = total[k] / N_FOLDS;
            assert_true(counts[f][k] + 4 >= share && counts[f][k] <= share + 4);
        }
}

static void lonely_classes_get_a_fold(void **state)
{
    (void)state;
    const uint8_t y[6] = {0, 0, 0, 0, 0, 1};
    const uint32_t group[6] = {1, 2, 3, 4, 5, 6};
    uint32_t fold[6], seen = 0;
    assert_ok(sit_folds_assign(y, group, 6, 2, 3, fold, err));
    for (size_t i = 0; i < 6; i++)
        seen |= 1u << fold[i];
    assert_int_equal(seen, 7);
}

static void too_few_sources(void **state)
{
    (void)state;
    const uint8_t y[4] = {0, 1, 0, 1};
    const uint32_t group[4] = {7, 7, 9, 9};
    uint32_t fold[4] = {55};
    struct sit_error failure;
    assert_int_equal(sit_folds_assign(y, group, 4, 2, 3, fold, &failure), SIT_E_ARG);
    assert_non_null(strstr(failure.message, "2 sources"));
    assert_int_equal(fold[0], 55);
    assert_int_equal(sit_folds_assign(y, group, 4, 2, 1, fold, &failure), SIT_E_ARG);
    assert_int_equal(sit_folds_assign(y, group, 0, 2, 2, fold, &failure), SIT_E_ARG);
    assert_int_equal(sit_folds_assign(y, group, 4, 1, 2, fold, &failure), SIT_E_ARG);
    assert_int_equal(sit_folds_assign(y, group, 4, 17, 2, fold, &failure), SIT_E_ARG);
    assert_ok(sit_folds_assign(y, group, 4, 2, 2, fold, err));
    assert_true(fold[0] != fold[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_stay_together),
        cmocka_unit_test(lonely_classes_get_a_fold),
        cmocka_unit_test(too_few_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
