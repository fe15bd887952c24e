/*
 * The logistic head with three and with ten classes against an independent fit
 * (make_softmax_reference.py).
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/head.h"

enum { MAX_ROWS = 100, MAX_DIM = 64 };

/* Every fit of one problem. */
static void compare_problem(const json_t *problem)
{
    const json_t *labels = json_object_get(problem, "y");
    const json_t *rows = json_object_get(problem, "x");
    const json_t *fits = json_object_get(problem, "fits");
    size_t n = json_array_size(labels), d = json_array_size(json_array_get(rows, 0));
    assert_true(n > 0 && n <= MAX_ROWS && d > 0 && d <= MAX_DIM);
    float x[MAX_ROWS * MAX_DIM], p[MAX_ROWS * SIT_HEAD_MAX_CLASSES];
    uint8_t y[MAX_ROWS];
    uint32_t group[MAX_ROWS];
    size_t n_classes = 0;
    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);
        for (size_t j = 0; j < d; j++)
            x[i * d + j] = (float)json_number_value(json_array_get(row, j));
        y[i] = (uint8_t)json_integer_value(json_array_get(labels, i));
        group[i] = (uint32_t)i;
        n_classes = y[i] >= n_classes ? (size_t)y[i] + 1 : n_classes;
    }
    struct sit_dataset data = {x, y, group, n, d, n_classes};
    double most_p = 0, most_objective = 0;
    for (size_t f = 0; f < json_array_size(fits); f++) {
        const json_t *fit = json_array_get(fits, f);
        struct sit_head_options options;
        struct sit_head *head = NULL;
        struct sit_head_report report;
        sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
        options.c = json_number_value(json_object_get(fit, "c"));
        options.balanced = json_is_true(json_object_get(fit, "balanced"));
        assert_ok(sit_head_train(&data, NULL, &options, NULL, &head, &report, err));
        assert_ok(sit_head_predict(head, x, n, d, p, err));
        double objective = json_number_value(json_object_get(fit, "objective"));
        most_objective = fmax(most_objective,
                              fabs(report.objective - objective) / objective);
        for (size_t i = 0; i < n * n_classes; i++) {
            const json_t *expected = json_array_get(json_object_get(fit, "p"), i);
            most_p = fmax(most_p, fabs((double)p[i] - json_number_value(expected)));
        }
        sit_head_free(head);
    }
    print_message("%zu classes, %zu x %zu: largest deviation: objective %.1e relative, "
                  "probability %.1e\n",
                  n_classes, n, d, most_objective, most_p);
    assert_true(most_objective < 1e-10);
    assert_true(most_p < 1e-6);
}

static void softmax_fits_agree(void **state)
{
    (void)state;
    json_t *problems = json_load_file(SITTER_REF_DIR "/softmax-reference.json", 0,
                                      NULL);
    assert_non_null(problems);
    assert_int_equal(json_array_size(problems), 2);
    for (size_t i = 0; i < json_array_size(problems); i++)
        compare_problem(json_array_get(problems, i));
    json_decref(problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_fits_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
