/*
 * The search over C against exact fits of every fold (make_search_reference.py): the
 * losses of all ten values, and which one is chosen.
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/head.h"

enum { MAX_ROWS = 100, MAX_DIM = 64 };

static void compare_search(const json_t *problem)
{
    const json_t *labels = json_object_get(problem, "y");
    const json_t *rows = json_object_get(problem, "x");
    size_t n = json_array_size(labels), d = json_array_size(json_array_get(rows, 0));
    assert_true(n > 0 && n <= MAX_ROWS && d > 0 && d <= MAX_DIM);
    float x[MAX_ROWS * MAX_DIM];
    uint8_t y[MAX_ROWS];
    uint32_t group[MAX_ROWS];
    struct sit_dataset data = {x, y, group, n, d, 0};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++)
            x[i * d + j] = (float)json_number_value(
                json_array_get(json_array_get(rows, i), j));
        y[i] = (uint8_t)json_integer_value(json_array_get(labels, i));
        group[i] = (uint32_t)i / 2;
        data.n_classes = y[i] >= data.n_classes ? (size_t)y[i] + 1 : data.n_classes;
    }
    struct sit_head_options options;
    struct sit_head *head = NULL;
    struct sit_head_report report;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    assert_ok(sit_head_train(&data, NULL, &options, NULL, &head, &report, err));
    assert_int_equal(report.n_cv, SIT_HEAD_N_CV_C);
    double most = 0, chosen = 0, best = INFINITY, limit = 0;
    for (size_t i = 0; i < SIT_HEAD_N_CV_C; i++) {
        double mean = json_number_value(
            json_array_get(json_object_get(problem, "mean"), i));
        double se = json_number_value(
            json_array_get(json_object_get(problem, "se"), i));
        most = fmax(most, fabs(report.cv[i].mean_log_loss - mean) / mean);
        most = fmax(most, fabs(report.cv[i].se_log_loss - se) / mean);
        if (mean < best) {
            best = mean;
            limit = mean + se;
        }
    }
    for (size_t i = SIT_HEAD_N_CV_C; i-- > 0;)
        if (json_number_value(json_array_get(json_object_get(problem, "mean"), i)) <=
            limit)
            chosen = report.cv[i].c;
    print_message("%zu x %zu, %zu classes: C %g, losses within %.1e\n", n, d,
                  data.n_classes, report.c, most);
    assert_true(most < 1e-3);
    assert_true(report.c == chosen);
    sit_head_free(head);
}

static void searches_agree_with_exact_fits(void **state)
{
    (void)state;
    json_t *problems = json_load_file(SITTER_REF_DIR "/search-reference.json", 0, NULL);
    assert_int_equal(json_array_size(problems), 3);
    for (size_t i = 0; i < json_array_size(problems); i++)
        compare_search(json_array_get(problems, i));
    json_decref(problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_agree_with_exact_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
