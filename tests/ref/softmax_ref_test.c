/*
 * The logistic head with three classes against an independent fit
 * (make_softmax_reference.py).
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/head.h"

enum { MAX_ROWS = 100, DIM = 4, N_CLASSES = 3 };

static void three_classes_agree(void **state)
{
    (void)state;
    json_t *reference = json_load_file(SITTER_REF_DIR "/softmax-reference.json", 0,
                                       NULL);
    assert_non_null(reference);
    const json_t *labels = json_object_get(reference, "y");
    size_t n = json_array_size(labels);
    assert_true(n > 0 && n <= MAX_ROWS);
    float x[MAX_ROWS * DIM], p[MAX_ROWS * N_CLASSES];
    uint8_t y[MAX_ROWS];
    uint32_t group[MAX_ROWS];
    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(json_object_get(reference, "x"), i);
        for (size_t j = 0; j < DIM; j++)
            x[i * DIM + j] = (float)json_number_value(json_array_get(row, j));
        y[i] = (uint8_t)json_integer_value(json_array_get(labels, i));
        group[i] = (uint32_t)i;
    }
    struct sit_dataset data = {x, y, group, n, DIM, N_CLASSES};
    const json_t *fits = json_object_get(reference, "fits");
    assert_int_equal(json_array_size(fits), 6);
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
        assert_ok(sit_head_predict(head, x, n, DIM, p, err));
        double objective = json_number_value(json_object_get(fit, "objective"));
        most_objective = fmax(most_objective,
                              fabs(report.objective - objective) / objective);
        for (size_t i = 0; i < n * N_CLASSES; i++) {
            const json_t *expected = json_array_get(json_object_get(fit, "p"), i);
            most_p = fmax(most_p, fabs((double)p[i] - json_number_value(expected)));
        }
        sit_head_free(head);
    }
    print_message("largest deviation: objective %.1e relative, probability %.1e\n",
                  most_objective, most_p);
    assert_true(most_objective < 1e-8);
    assert_true(most_p < 1e-6);
    json_decref(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_classes_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
