/*
 * Folds against those of scikit-learn (make_folds_reference.py).
 */
#include "test_support.h"

#include <jansson.h>

#include "sitter/head.h"

enum { MAX_ROWS = 256 };

static void folds_are_those_of_scikit_learn(void **state)
{
    (void)state;
    json_t *cases = json_load_file(SITTER_REF_DIR "/folds-reference.json", 0, NULL);
    assert_non_null(cases);
    assert_true(json_array_size(cases) >= 10);
    for (size_t c = 0; c < json_array_size(cases); c++) {
        const json_t *one = json_array_get(cases, c);
        const json_t *labels = json_object_get(one, "y");
        size_t n = json_array_size(labels);
        uint8_t y[MAX_ROWS];
        uint32_t group[MAX_ROWS], fold[MAX_ROWS];
        assert_true(n > 0 && n <= MAX_ROWS);
        for (size_t i = 0; i < n; i++) {
            const json_t *source = json_array_get(json_object_get(one, "group"), i);
            y[i] = (uint8_t)json_integer_value(json_array_get(labels, i));
            group[i] = (uint32_t)json_integer_value(source);
        }
        size_t n_classes = (size_t)json_integer_value(
            json_object_get(one, "n_classes"));
        size_t n_folds = (size_t)json_integer_value(json_object_get(one, "n_folds"));
        assert_ok(sit_folds_assign(y, group, n, n_classes, n_folds, fold, err));
        for (size_t i = 0; i < n; i++) {
            const json_t *expected = json_array_get(json_object_get(one, "fold"), i);
            if (fold[i] != json_integer_value(expected))
                fail_msg("case %zu, row %zu: fold %u, not %d", c, i, fold[i],
                         (int)json_integer_value(expected));
        }
    }
    json_decref(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_are_those_of_scikit_learn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
