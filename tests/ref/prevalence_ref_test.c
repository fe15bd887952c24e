/*
 * Prevalence estimates, trends, comparisons, q values and Student's t against NumPy and
 * SciPy (make_prevalence_reference.py).
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/alloc.h"
#include "sitter/false_discovery.h"
#include "sitter/prevalence.h"
#include "student.h"

struct arrays {
    size_t n;
    float *a, *b, *f, *g, *year;
    uint32_t *cluster;
    bool *group;
    struct sit_prevalence_data data;
};

static const char *where;

static void compare(const json_t *object, const char *key, double got)
{
    const json_t *wanted = json_object_get(object, key);
    if (wanted == NULL)
        return;
    if (json_is_null(wanted)
            ? isnan(got)
            : fabs(json_number_value(wanted) - got) <= 1e-8 * fmax(1, fabs(got)))
        return;
    fail_msg("%s: %s is %.12g, not %.12g", where, key, got, json_number_value(wanted));
}

static void compare_bounds(const json_t *object, const char *key,
                           struct sit_interval got)
{
    const json_t *wanted = json_object_get(object, key);
    if (wanted == NULL)
        return;
    assert_true(fabs(json_number_value(json_array_get(wanted, 0)) - got.low) < 1e-8);
    assert_true(fabs(json_number_value(json_array_get(wanted, 1)) - got.high) < 1e-8);
}

static float *floats(const json_t *object, const char *key, const json_t *labelled)
{
    const json_t *values = json_object_get(object, key);
    float *out = sit_calloc(json_array_size(values), sizeof *out);
    assert_non_null(out);
    for (size_t i = 0; i < json_array_size(values); i++) {
        bool is_known = labelled == NULL ||
                        json_integer_value(json_array_get(labelled, i)) != 0;
        out[i] = is_known ? (float)json_number_value(json_array_get(values, i)) : NAN;
    }
    return out;
}

static struct arrays load(const json_t *reference)
{
    const json_t *labelled = json_object_get(reference, "labelled");
    const json_t *cluster = json_object_get(reference, "cluster");
    const json_t *group = json_object_get(reference, "group");
    struct arrays x = {.n = json_array_size(labelled)};
    bool with_den = json_is_true(json_object_get(reference, "with_den"));
    x.a = floats(reference, "a", labelled);
    x.b = floats(reference, "b", labelled);
    x.f = floats(reference, "f", NULL);
    x.g = floats(reference, "g", NULL);
    x.year = floats(reference, "year", NULL);
    x.cluster = sit_calloc(x.n, sizeof *x.cluster);
    x.group = sit_calloc(x.n, sizeof *x.group);
    assert_true(x.cluster != NULL && x.group != NULL);
    for (size_t i = 0; i < x.n; i++) {
        x.cluster[i] = (uint32_t)json_integer_value(json_array_get(cluster, i));
        x.group[i] = json_integer_value(json_array_get(group, i)) != 0;
    }
    x.data = (struct sit_prevalence_data){.n = x.n,
                                          .f_num = x.f,
                                          .f_den = with_den ? x.g : NULL,
                                          .y_num = x.a,
                                          .y_den = with_den ? x.b : NULL,
                                          .cluster = x.cluster};
    return x;
}

static void release(struct arrays *x)
{
    free(x->a);
    free(x->b);
    free(x->f);
    free(x->g);
    free(x->year);
    free(x->cluster);
    free(x->group);
}

static void check_estimate(const json_t *wanted, const struct sit_prevalence *got)
{
    assert_string_equal(json_string_value(json_object_get(wanted, "method")),
                        sit_prevalence_method_name(got->method));
    compare(wanted, "n", (double)got->n);
    compare(wanted, "n_labelled", (double)got->n_labelled);
    compare(wanted, "n_clusters", (double)got->n_clusters);
    compare(wanted, "n_labelled_clusters", (double)got->n_labelled_clusters);
    compare(wanted, "raw", got->raw);
    compare(wanted, "labels", got->labels);
    compare_bounds(wanted, "labels_interval", got->labels_interval);
    compare(wanted, "lambda", got->lambda);
    compare(wanted, "estimate", got->estimate);
    compare(wanted, "se", got->se);
    compare(wanted, "chance_se", got->chance_se);
    compare(wanted, "df", got->df);
    compare(wanted, "variance_ratio", got->variance_ratio);
    compare(wanted, "low", got->low);
    compare(wanted, "high", got->high);
}

static void check_case(const json_t *reference)
{
    struct arrays x = load(reference);
    const json_t *wanted;
    struct sit_prevalence got,
        collection = {.method = SIT_PREVALENCE_PPI,
                      .lambda = json_number_value(
                          json_object_get(reference, "collection_lambda")),
                      .variance_ratio = json_number_value(
                          json_object_get(reference, "collection_ratio"))};
    assert_ok(sit_prevalence_estimate(&x.data, NULL, &collection, &got, err));
    check_estimate(json_object_get(reference, "estimate"), &got);
    assert_ok(sit_prevalence_estimate(&x.data, x.group, &collection, &got, err));
    check_estimate(json_object_get(reference, "in_group"), &got);
    if ((wanted = json_object_get(reference, "adjusted")) != NULL) {
        struct sit_adjusted_count adjusted;
        assert_ok(sit_prevalence_adjusted(&x.data, NULL, &adjusted, err));
        compare(wanted, "estimate", adjusted.estimate);
        compare(wanted, "tpr", adjusted.tpr);
        compare(wanted, "fpr", adjusted.fpr);
        compare(wanted, "se", adjusted.se);
        compare(wanted, "low", adjusted.low);
        compare(wanted, "high", adjusted.high);
    }
    if ((wanted = json_object_get(reference, "trend")) != NULL) {
        struct sit_prevalence_trend trend;
        assert_ok(sit_prevalence_trend(&x.data, NULL, x.year, &trend, err));
        compare(wanted, "mean_year", trend.mean_year);
        compare(wanted, "at_mean", trend.at_mean);
        compare(wanted, "slope", trend.slope);
        compare(wanted, "lambda", trend.lambda);
        compare(wanted, "se", trend.se);
        compare(wanted, "low", trend.low);
        compare(wanted, "high", trend.high);
        compare(wanted, "p", trend.p);
    }
    if ((wanted = json_object_get(reference, "compare")) != NULL) {
        struct sit_prevalence_difference difference;
        assert_ok(sit_prevalence_compare(&x.data, x.group, &difference, err));
        compare(wanted, "difference", difference.difference);
        compare(wanted, "low", difference.low);
        compare(wanted, "high", difference.high);
        compare(wanted, "se", difference.se);
        compare(wanted, "p", difference.p);
    }
    release(&x);
}

static json_t *reference;

static void test_cases(void **state)
{
    (void)state;
    char name[32];
    const json_t *cases = json_object_get(reference, "cases");
    assert_int_equal(json_array_size(cases), 13);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        snprintf(name, sizeof name, "case %zu", i);
        where = name;
        check_case(json_array_get(cases, i));
    }
}

/* The standard error beside one by brute force: the jackknife, which fits lambda anew
 * for each unit or poster left out, and draws nothing towards the labels' variance. */
static void test_jackknife(void **state)
{
    (void)state;
    const json_t *cases = json_object_get(reference, "cases");
    size_t n_compared = 0;
    for (size_t i = 0; i < json_array_size(cases); i++) {
        struct arrays x = load(json_array_get(cases, i));
        const json_t *estimate = json_object_get(json_array_get(cases, i), "estimate");
        double wanted = json_number_value(json_object_get(estimate, "jackknife"));
        struct sit_prevalence got;
        assert_ok(sit_prevalence_estimate(&x.data, NULL, NULL, &got, err));
        if (got.method == SIT_PREVALENCE_PPI && got.n_labelled >= 45 && wanted > 0.01) {
            n_compared++;
            assert_true(got.se > 0.85 * wanted && got.se < 1.35 * wanted);
        }
        release(&x);
    }
    assert_true(n_compared >= 6);
}

static void test_q_values(void **state)
{
    (void)state;
    const json_t *wanted = json_object_get(reference, "q_values");
    const json_t *p_values = json_object_get(wanted, "p");
    double p[64], q[64];
    size_t n = json_array_size(p_values);
    assert_true(n > 10 && n <= 64);
    for (size_t i = 0; i < n; i++)
        p[i] = json_number_value(json_array_get(p_values, i));
    assert_ok(sit_false_discovery(p, n, q, err));
    for (size_t i = 0; i < n; i++)
        assert_true(fabs(q[i] - json_number_value(json_array_get(
                                    json_object_get(wanted, "q"), i))) < 1e-12);
}

static void test_student(void **state)
{
    (void)state;
    const json_t *wanted = json_object_get(reference, "student");
    const json_t *df = json_object_get(wanted, "df");
    for (size_t i = 0; i < json_array_size(df); i++) {
        double d = json_number_value(json_array_get(df, i));
        double t = json_number_value(
            json_array_get(json_object_get(wanted, "t_95"), i));
        double two = json_number_value(
            json_array_get(json_object_get(wanted, "tail_at_2"), i));
        double nine = json_number_value(
            json_array_get(json_object_get(wanted, "tail_at_9"), i));
        assert_true(fabs(sit_student_95(d) - t) < 1e-8 * t);
        assert_true(fabs(sit_student_two_sided(-2, d) - two) < 1e-9);
        assert_true(fabs(sit_student_two_sided(9, d) - nine) < 1e-6 * nine);
    }
}

int main(void)
{
    json_error_t error;
    reference = json_load_file(SITTER_REF_DIR "/prevalence-reference.json", 0, &error);
    if (reference == NULL)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_jackknife),
        cmocka_unit_test(test_q_values),
        cmocka_unit_test(test_student),
    };
    int result = cmocka_run_group_tests(tests, NULL, NULL);
    json_decref(reference);
    return result;
}
