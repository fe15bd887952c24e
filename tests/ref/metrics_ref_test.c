/*
 * Metrics, their weighted forms, temperatures, McNemar's test and bootstrap intervals
 * against scikit-learn, NumPy and SciPy (make_metrics_reference.py).
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "metrics_rows.h"
#include "sitter/bootstrap.h"
#include "sitter/calibration.h"
#include "sitter/paired.h"

enum { MAX_ROWS = 256, MAX_CLASSES = 8 };

static json_t *reference;

struct rows {
    size_t n, n_classes;
    float p[MAX_ROWS * MAX_CLASSES];
    uint8_t y[MAX_ROWS];
    uint32_t number[MAX_ROWS]; /* weights or groups */
};

static void load(const json_t *from, size_t n_classes, const char *number,
                 struct rows *rows)
{
    rows->n = json_array_size(json_object_get(from, "y"));
    rows->n_classes = n_classes;
    assert_true(rows->n > 0 && rows->n <= MAX_ROWS);
    const json_t *p = json_object_get(from, "p");
    assert_int_equal(json_array_size(p), rows->n * n_classes);
    for (size_t i = 0; i < rows->n * n_classes; i++)
        rows->p[i] = (float)json_real_value(json_array_get(p, i));
    for (size_t i = 0; i < rows->n; i++) {
        rows->y[i] = (uint8_t)json_integer_value(
            json_array_get(json_object_get(from, "y"), i));
        rows->number[i] = (uint32_t)json_integer_value(
            json_array_get(json_object_get(from, number), i));
    }
}

static void assert_value(const json_t *expected, const char *name, double got)
{
    const json_t *value = json_object_get(expected, name);
    assert_non_null(value);
    if (json_is_null(value)) {
        assert_true(isnan(got));
        return;
    }
    if (!(fabs(got - json_number_value(value)) < 1e-6))
        fail_msg("%s is %.10g, not %.10g", name, got, json_number_value(value));
}

static void assert_measures(const json_t *expected, const struct sit_metrics *m)
{
    assert_value(expected, "accuracy", m->accuracy);
    assert_value(expected, "balanced_accuracy", m->balanced_accuracy);
    assert_value(expected, "log_loss", m->log_loss);
    assert_value(expected, "brier", m->brier);
    assert_value(expected, "ece", m->ece);
    assert_value(expected, "auc", m->auc);
    assert_value(expected, "average_precision", m->average_precision);
}

static void measures_are_those_of_scikit_learn(void **state)
{
    (void)state;
    const json_t *cases = json_object_get(reference, "cases");
    assert_true(json_array_size(cases) >= 7);
    static struct rows rows;
    for (size_t c = 0; c < json_array_size(cases); c++) {
        const json_t *one = json_array_get(cases, c);
        load(one, (size_t)json_integer_value(json_object_get(one, "n_classes")),
             "weight", &rows);
        struct sit_metrics m;
        assert_ok(sit_metrics_compute(rows.p, rows.y, rows.n, rows.n_classes, &m, err));
        assert_measures(json_object_get(one, "plain"), &m);
        struct metrics_rows measured;
        assert_ok(
            metrics_rows_new(rows.p, rows.y, rows.n, rows.n_classes, &measured, err));
        metrics_rows_measure(&measured, rows.number, &m);
        assert_int_equal(m.n, rows.n);
        assert_measures(json_object_get(one, "weighted"), &m);
        metrics_rows_release(&measured);
    }
}

static void temperatures_are_the_optimum(void **state)
{
    (void)state;
    const json_t *cases = json_object_get(reference, "cases");
    static struct rows rows;
    for (size_t c = 0; c < json_array_size(cases); c++) {
        const json_t *one = json_array_get(cases, c);
        load(one, (size_t)json_integer_value(json_object_get(one, "n_classes")),
             "weight", &rows);
        double expected = json_number_value(json_object_get(one, "temperature"));
        double got;
        assert_ok(
            sit_temperature_fit(rows.p, rows.y, rows.n, rows.n_classes, &got, err));
        if (!(fabs(got / expected - 1) < 1e-4))
            fail_msg("case %zu: temperature %.8g, not %.8g", c, got, expected);
    }
}

static void mcnemar_is_the_binomial_test(void **state)
{
    (void)state;
    const json_t *cases = json_object_get(reference, "mcnemar");
    for (size_t c = 0; c < json_array_size(cases); c++) {
        const json_t *one = json_array_get(cases, c);
        struct sit_paired_counts counts = {
            .both = 7,
            .only_a = (size_t)json_integer_value(json_object_get(one, "only_a")),
            .only_b = (size_t)json_integer_value(json_object_get(one, "only_b")),
            .neither = 3};
        double expected = json_number_value(json_object_get(one, "p"));
        assert_true(fabs(sit_mcnemar_exact(&counts) / expected - 1) < 1e-9);
    }
}

static void newcombe_is_method_ten(void **state)
{
    (void)state;
    const json_t *cases = json_object_get(reference, "paired");
    assert_true(json_array_size(cases) >= 7);
    for (size_t c = 0; c < json_array_size(cases); c++) {
        const json_t *one = json_array_get(cases, c);
        const json_t *pair = json_object_get(one, "interval");
        size_t n[4];
        for (size_t i = 0; i < 4; i++)
            n[i] = (size_t)json_integer_value(
                json_array_get(json_object_get(one, "counts"), i));
        struct sit_paired_counts counts = {n[0], n[1], n[2], n[3]};
        struct sit_interval got = sit_newcombe_paired(&counts);
        double low = json_number_value(json_array_get(pair, 0));
        double high = json_number_value(json_array_get(pair, 1));
        if (!(fabs(got.low - low) < 1e-7 && fabs(got.high - high) < 1e-7))
            fail_msg("case %zu: [%.9f, %.9f], not [%.9f, %.9f]", c, got.low, got.high,
                     low, high);
    }
}

/* Two bootstraps differ by chance: an end may be a twelfth of the width off. */
static void assert_close(const json_t *from, const char *name, struct sit_interval got)
{
    const json_t *pair = json_object_get(from, name);
    double low = json_number_value(json_array_get(pair, 0));
    double high = json_number_value(json_array_get(pair, 1));
    double most = (high - low) / 12;
    if (!(fabs(got.low - low) < most && fabs(got.high - high) < most))
        fail_msg("%s: [%.4f, %.4f], not [%.4f, %.4f]", name, got.low, got.high, low,
                 high);
}

static void bootstrap_intervals_are_those_of_numpy(void **state)
{
    (void)state;
    const json_t *from = json_object_get(reference, "bootstrap");
    static struct rows rows;
    load(from, 2, "group", &rows);
    struct sit_metrics_intervals ci;
    assert_ok(sit_metrics_bootstrap(rows.p, rows.y, rows.number, rows.n, 2, 8000, 1,
                                    NULL, &ci, err));
    assert_close(from, "accuracy", ci.accuracy);
    assert_close(from, "log_loss", ci.log_loss);
    assert_close(from, "brier", ci.brier);
    assert_close(from, "auc", ci.auc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_those_of_scikit_learn),
        cmocka_unit_test(temperatures_are_the_optimum),
        cmocka_unit_test(mcnemar_is_the_binomial_test),
        cmocka_unit_test(newcombe_is_method_ten),
        cmocka_unit_test(bootstrap_intervals_are_those_of_numpy),
    };
    reference = json_load_file(SITTER_REF_DIR "/metrics-reference.json", 0, NULL);
    if (reference == NULL)
        return 1;
    int code = cmocka_run_group_tests(tests, NULL, NULL);
    json_decref(reference);
    return code;
}
