/*
 * Prevalence from few labels: which method the labels allow, the corners, what is
 * refused. The figures themselves are held to a reference in
 * tests/ref/prevalence_ref_test.c.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/false_discovery.h"
#include "sitter/prevalence.h"
#include "sitter/rng.h"

enum { N = 400 };

/* Women 40 %, posters of two faces, predictions right 9 times in 10; no label yet. */
struct sample {
    float truth[N], f[N], y[N], ones[N], year[N];
    uint32_t poster[N];
    bool group[N];
    struct sit_prevalence_data data;
};

static void make(struct sample *s, uint64_t seed)
{
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    for (size_t i = 0; i < N; i++) {
        s->truth[i] = sit_rng_uniform(&rng) < 0.4;
        s->f[i] = sit_rng_uniform(&rng) < 0.1 ? 1 - s->truth[i] : s->truth[i];
        s->y[i] = NAN;
        s->ones[i] = 1;
        s->year[i] = (float)(1950 + i / 10);
        s->poster[i] = (uint32_t)(i / 2);
        s->group[i] = i < N / 4;
    }
    s->data = (struct sit_prevalence_data){
        .n = N, .f_num = s->f, .y_num = s->y, .cluster = s->poster};
}

/* Every step-th face from the first on, n of them. */
static void label(struct sample *s, size_t step, size_t n)
{
    for (size_t i = 0; i < n; i++)
        s->y[i * step] = s->truth[i * step];
}

static struct sit_prevalence estimate(const struct sample *s)
{
    struct sit_prevalence x;
    assert_ok(sit_prevalence_estimate(&s->data, NULL, NULL, &x, err));
    return x;
}

static double mean(const float *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)values[i];
    return sum / (double)n;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void methods_by_labels(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 1);
    struct sit_prevalence x = estimate(&s), collection;
    assert_int_equal(x.method, SIT_PREVALENCE_MODEL);
    assert_true(x.is_few && x.low == 0 && x.high == 1 && isnan(x.labels));
    assert_true(near(x.estimate, mean(s.f, N)) && near(x.raw, x.estimate));
    assert_true(isnan(x.se));
    label(&s, 3, 9);
    x = estimate(&s);
    assert_true(x.method == SIT_PREVALENCE_MODEL && x.n_labelled == 9);
    assert_true(x.low <= x.labels_interval.low && x.high >= x.labels_interval.high);
    assert_true(x.low <= x.estimate && x.estimate <= x.high);
    label(&s, 3, 29);
    collection = (struct sit_prevalence){
        .method = SIT_PREVALENCE_PPI, .lambda = 0.5, .variance_ratio = NAN};
    assert_ok(sit_prevalence_estimate(&s.data, NULL, &collection, &x, err));
    assert_true(x.method == SIT_PREVALENCE_PPI_POOLED && x.lambda == 0.5 && !x.is_few);
    /* A collection without a lambda of its own has none to lend. */
    collection.method = SIT_PREVALENCE_MODEL;
    assert_ok(sit_prevalence_estimate(&s.data, NULL, &collection, &x, err));
    assert_true(x.method == SIT_PREVALENCE_PPI && x.lambda != 0.5);
    label(&s, 3, 30);
    collection.method = SIT_PREVALENCE_PPI;
    assert_ok(sit_prevalence_estimate(&s.data, NULL, &collection, &x, err));
    assert_true(x.method == SIT_PREVALENCE_PPI && x.lambda != 0.5);
    s.data.f_num = NULL;
    x = estimate(&s);
    assert_true(x.method == SIT_PREVALENCE_LABELS && x.lambda == 0 && isnan(x.raw));
    assert_true(x.low == x.labels_interval.low && x.estimate == x.labels);
    label(&s, 1, N);
    x = estimate(&s);
    assert_int_equal(x.method, SIT_PREVALENCE_COUNTED);
    assert_true(near(x.estimate, mean(s.truth, N)) && x.low == x.estimate &&
                x.high == x.estimate && x.se == 0 && !x.is_few);
}

static void nothing_to_estimate(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 2);
    struct sit_prevalence x;
    bool nobody[N] = {false};
    assert_ok(sit_prevalence_estimate(&s.data, nobody, NULL, &x, err));
    assert_true(x.method == SIT_PREVALENCE_NONE && x.n == 0 && isnan(x.estimate));
    struct sit_prevalence_data empty = {0};
    assert_ok(sit_prevalence_estimate(&empty, NULL, NULL, &x, err));
    assert_int_equal(x.method, SIT_PREVALENCE_NONE);
    s.data.f_num = NULL;
    x = estimate(&s);
    assert_true(x.method == SIT_PREVALENCE_NONE && isnan(x.low));
    /* Nobody is a woman or a man, neither by label nor as predicted. */
    float zeros[N] = {0};
    label(&s, 2, 100);
    memset(s.truth, 0, sizeof s.truth);
    label(&s, 2, 100);
    float y_den[N];
    memcpy(y_den, s.y, sizeof y_den);
    s.data = (struct sit_prevalence_data){
        .n = N, .f_num = zeros, .f_den = zeros, .y_num = s.y, .y_den = y_den};
    x = estimate(&s);
    assert_true(x.method == SIT_PREVALENCE_NONE && isnan(x.estimate));
}

/* Plain Wilson where the collection is large and labels come singly; narrower where the
 * labels are much of it. */
static void labels_interval_is_wilson(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    static float y[MANY];
    for (size_t i = 0; i < MANY; i++)
        y[i] = i < 70 ? (float)(i < 67) : NAN;
    struct sit_prevalence_data data = {.n = MANY, .y_num = y};
    struct sit_prevalence x;
    struct sit_interval wilson = sit_wilson(67, 70);
    assert_ok(sit_prevalence_estimate(&data, NULL, NULL, &x, err));
    assert_true(fabs(x.low - wilson.low) < 1e-4 && fabs(x.high - wilson.high) < 1e-4);
    data.n = 140;
    assert_ok(sit_prevalence_estimate(&data, NULL, NULL, &x, err));
    wilson = sit_wilson(134, 140);
    assert_true(near(x.low, wilson.low) && near(x.high, wilson.high));
}

/* Both faces of each poster say the same: half as many labels, where whole posters were
 * drawn; the full number where faces were. */
static void posters_count_as_drawn(void **state)
{
    (void)state;
    static struct sample whole, single;
    make(&whole, 3);
    for (size_t i = 0; i < N; i += 2)
        whole.truth[i + 1] = whole.truth[i];
    single = whole;
    single.data.y_num = single.y;
    for (size_t i = 0; i < N; i += 8) {
        whole.y[i] = whole.truth[i];
        whole.y[i + 1] = whole.truth[i + 1];
        single.y[i] = single.truth[i];
        single.y[i + 5] = single.truth[i + 5];
    }
    whole.data.f_num = single.data.f_num = NULL;
    struct sit_prevalence x = estimate(&whole), y = estimate(&single);
    assert_true(x.n_labelled == y.n_labelled);
    double ratio = (x.high - x.low) / (y.high - y.low);
    assert_true(ratio > 1.3 && ratio < 1.6);
    assert_true(x.n_labelled_clusters == 50 && y.n_labelled_clusters == 100);
}

/* A sample without a mistake does not prove that there is none. */
static void perfect_sample_keeps_a_width(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 4);
    memcpy(s.f, s.truth, sizeof s.f);
    label(&s, 7, 40);
    struct sit_prevalence x = estimate(&s);
    assert_true(near(x.lambda, 1) && near(x.estimate, mean(s.truth, N)));
    assert_true(x.high - x.low > 0.03 && x.high - x.low < 0.15);
    /* All alike: the ends, and still a width. */
    memset(s.truth, 0, sizeof s.truth);
    memset(s.f, 0, sizeof s.f);
    label(&s, 7, 40);
    x = estimate(&s);
    assert_true(x.estimate == 0 && x.low == 0 && x.high > 0.01 && x.high < 0.15);
}

static void order_does_not_matter(void **state)
{
    (void)state;
    static struct sample s, shuffled;
    size_t order[N];
    struct sit_rng rng;
    make(&s, 5);
    label(&s, 3, 120);
    shuffled = s;
    for (size_t i = 0; i < N; i++)
        order[i] = i;
    sit_rng_init(&rng, 5);
    sit_rng_shuffle(&rng, order, N);
    for (size_t i = 0; i < N; i++) {
        shuffled.f[i] = s.f[order[i]];
        shuffled.y[i] = s.y[order[i]];
        shuffled.poster[i] = s.poster[order[i]];
    }
    shuffled.data = (struct sit_prevalence_data){
        .n = N, .f_num = shuffled.f, .y_num = shuffled.y, .cluster = shuffled.poster};
    struct sit_prevalence x = estimate(&s), y = estimate(&shuffled);
    assert_true(near(x.estimate, y.estimate) && near(x.low, y.low) && near(x.se, y.se));
}

static void useless_predictions_get_no_weight(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 6);
    label(&s, 4, 100);
    for (size_t i = 0; i < N; i++)
        s.f[i] = 1 - s.f[i];
    struct sit_prevalence x = estimate(&s);
    assert_true(x.lambda == 0 && near(x.estimate, x.labels));
    assert_true(x.variance_ratio > 0.9 && x.variance_ratio < 1.1);
}

static void one_poster_tells_nothing(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 7);
    memset(s.poster, 0, 40 * sizeof *s.poster);
    for (size_t i = 40; i < N; i++)
        s.poster[i] = (uint32_t)i;
    label(&s, 1, 40);
    struct sit_prevalence x = estimate(&s);
    assert_true(x.low == 0 && x.high == 1 && isnan(x.se));
}

static void means_may_pass_one(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 8);
    for (size_t i = 0; i < N; i++) {
        s.truth[i] = 2 + 3 * s.truth[i];
        s.f[i] = 2 + 2 * s.f[i];
    }
    label(&s, 4, 100);
    s.data.is_mean = true;
    struct sit_prevalence x = estimate(&s);
    double truth = mean(s.truth, N);
    assert_true(x.method == SIT_PREVALENCE_PPI && x.estimate > 2);
    assert_true(x.low < truth && truth < x.high && x.high - x.low < 0.8);
    assert_true(x.labels_interval.low > 2 && x.labels_interval.high < 5);
    for (size_t i = 0; i < N; i++)
        s.y[i] = NAN;
    x = estimate(&s);
    assert_true(x.method == SIT_PREVALENCE_MODEL && isnan(x.low) && isnan(x.high));
}

static void plain_count_of_the_callers(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 9);
    label(&s, 4, 60);
    struct sit_prevalence x = estimate(&s);
    s.data.count_num = s.truth;
    struct sit_prevalence y = estimate(&s);
    assert_true(near(y.raw, mean(s.truth, N)) && near(y.estimate, x.estimate));
}

static void adjusted_by_hand(void **state)
{
    (void)state;
    float f[20], y[20];
    /* Labelled: 4 of 5 women found, 1 of 5 men taken for one; predicted .5 of all. */
    for (size_t i = 0; i < 20; i++) {
        y[i] = i < 10 ? (float)(i < 5) : NAN;
        f[i] = i < 10 ? (float)(i < 4 || i == 5) : (float)(i % 2);
    }
    struct sit_prevalence_data data = {.n = 20, .f_num = f, .y_num = y};
    struct sit_adjusted_count x;
    assert_ok(sit_prevalence_adjusted(&data, NULL, &x, err));
    assert_true(near(x.tpr, 0.8) && near(x.fpr, 0.2) && near(x.predicted, 0.5));
    assert_true(near(x.estimate, 0.5) && x.low < 0.3 && x.high > 0.7);
    for (size_t i = 0; i < 10; i++)
        y[i] = 1;
    assert_ok(sit_prevalence_adjusted(&data, NULL, &x, err));
    assert_true(isnan(x.estimate) && isnan(x.fpr));
    data.f_den = data.y_den = f;
    assert_int_equal(sit_prevalence_adjusted(&data, NULL, &x, NULL), SIT_E_ARG);
}

static void trend_of_a_line(void **state)
{
    (void)state;
    static struct sample s;
    struct sit_prevalence_trend x;
    make(&s, 10);
    /* Ten faces a year over forty years; in year k of them k/5 are women. */
    for (size_t i = 0; i < N; i++)
        s.truth[i] = i % 10 < i / 50;
    label(&s, 1, N);
    assert_ok(sit_prevalence_trend(&s.data, NULL, s.year, &x, err));
    assert_int_equal(x.method, SIT_PREVALENCE_COUNTED);
    assert_true(x.slope > 0.19 && x.slope < 0.2 && x.low == x.slope && x.se == 0);
    double slope = x.slope;
    for (size_t i = 0; i < N; i++)
        s.y[i] = NAN;
    memcpy(s.f, s.truth, sizeof s.f);
    assert_ok(sit_prevalence_trend(&s.data, NULL, s.year, &x, err));
    assert_true(x.method == SIT_PREVALENCE_MODEL && near(x.slope, slope) &&
                isnan(x.low));
    label(&s, 3, 100);
    assert_ok(sit_prevalence_trend(&s.data, NULL, s.year, &x, err));
    assert_true(x.method == SIT_PREVALENCE_PPI && near(x.slope, slope));
    assert_true(x.low < slope && slope < x.high && x.p < 1e-6);
    /* Years that are not known are left out; one year is no line. */
    for (size_t i = 10; i < N; i++)
        s.year[i] = NAN;
    assert_ok(sit_prevalence_trend(&s.data, NULL, s.year, &x, err));
    assert_true(x.method == SIT_PREVALENCE_NONE && x.n == 10 && isnan(x.slope));
    s.year[3] = INFINITY;
    assert_int_equal(sit_prevalence_trend(&s.data, NULL, s.year, &x, NULL), SIT_E_ARG);
}

static void groups_beside_the_collection(void **state)
{
    (void)state;
    static struct sample s;
    struct sit_prevalence_difference x;
    make(&s, 11);
    for (size_t i = 0; i < N / 4; i++)
        s.truth[i] = s.f[i] = i % 10 < 9;
    label(&s, 3, N / 3);
    assert_ok(sit_prevalence_compare(&s.data, s.group, &x, err));
    double truth = mean(s.truth, N / 4) - mean(s.truth, N);
    assert_true(x.low < truth && truth < x.high && x.low > 0.2 && x.p < 1e-6);
    assert_true(near(x.difference, 0) == false && x.se > 0 && x.se < 0.1);
    /* All counted: the difference is known, and still p asks whether it is chance. */
    struct sample counted = s;
    counted.data.f_num = counted.f;
    counted.data.y_num = counted.y;
    label(&counted, 1, N);
    assert_ok(sit_prevalence_compare(&counted.data, s.group, &x, err));
    assert_true(near(x.difference, truth) && x.low == x.high && x.p < 1e-6);
    bool halves[N];
    for (size_t i = 0; i < N; i++)
        halves[i] = i / 2 % 2 == 1;
    assert_ok(sit_prevalence_compare(&counted.data, halves, &x, err));
    assert_true(x.low == x.high && x.p > 0.05 && x.p < 1);
    /* As a sample of more, by labels alone: much the same test, and a width. */
    double by_chance = x.p;
    counted.data.f_num = NULL;
    counted.data.is_endless = true;
    assert_ok(sit_prevalence_compare(&counted.data, halves, &x, err));
    assert_true(x.high > x.low && fabs(x.p - by_chance) < 0.1);
    /* No rest; a group with few labels. */
    assert_ok(sit_prevalence_compare(&s.data, NULL, &x, err));
    assert_true(isnan(x.difference) && isnan(x.p));
    for (size_t i = 0; i < N; i++)
        s.group[i] = i < 18;
    assert_ok(sit_prevalence_compare(&s.data, s.group, &x, err));
    assert_true(isnan(x.p));
}

static void refuse(const struct sit_prevalence_data *data, const char *word)
{
    struct sit_error why = {0};
    struct sit_prevalence x = {.estimate = 7};
    assert_int_equal(sit_prevalence_estimate(data, NULL, NULL, &x, &why), SIT_E_ARG);
    if (strstr(why.message, word) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", why.message, word);
    assert_true(x.estimate == 7);
}

static void bad_input_is_named(void **state)
{
    (void)state;
    static struct sample s;
    make(&s, 12);
    label(&s, 4, 50);
    struct sit_prevalence_data data = s.data;
    data.y_num = NULL;
    refuse(&data, "y_num is missing");
    data = s.data;
    data.f_den = s.ones;
    refuse(&data, "y_den is missing");
    data.f_den = NULL;
    data.y_den = s.ones;
    refuse(&data, "f_den is missing");
    data.y_den = NULL;
    data.count_den = s.ones;
    refuse(&data, "count_den without");
    data = s.data;
    data.f_den = data.y_den = s.ones;
    refuse(&data, "unit 1 has a label in y_den only");
    s.f[17] = NAN;
    refuse(&s.data, "prediction of unit 17 is not finite");
    s.f[17] = -0.5F;
    refuse(&s.data, "prediction of unit 17 is negative");
    s.f[17] = 1.5F;
    refuse(&s.data, "prediction of unit 17 has a num (1.5) above");
    s.f[17] = 1;
    s.y[4] = INFINITY;
    refuse(&s.data, "label of unit 4 is not finite");
    s.y[4] = 2;
    refuse(&s.data, "label of unit 4 has a num (2) above");
    /* What is outside of the group is not looked at. */
    struct sit_prevalence x;
    s.group[4] = false;
    assert_ok(sit_prevalence_estimate(&s.data, s.group, NULL, &x, err));
    s.y[4] = 1;
    s.data.count_num = s.year;
    refuse(&s.data, "the count of unit 0 has a num");
}

static void q_values_by_hand(void **state)
{
    (void)state;
    double p[] = {0.01, NAN, 0.04, 0.03, 0.5}, q[5];
    double wanted[] = {0.04, NAN, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5};
    assert_ok(sit_false_discovery(p, 5, q, err));
    for (size_t i = 0; i < 5; i++)
        assert_true(i == 1 ? isnan(q[i]) : near(q[i], wanted[i]));
    assert_ok(sit_false_discovery(p, 5, p, err));
    assert_memory_equal(&p[2], &q[2], sizeof *p);
    assert_ok(sit_false_discovery(NULL, 0, NULL, err));
    struct sit_error why = {0};
    p[4] = 1.5;
    assert_int_equal(sit_false_discovery(p, 5, q, &why), SIT_E_ARG);
    assert_non_null(strstr(why.message, "test 4"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_by_labels),
        cmocka_unit_test(nothing_to_estimate),
        cmocka_unit_test(labels_interval_is_wilson),
        cmocka_unit_test(posters_count_as_drawn),
        cmocka_unit_test(perfect_sample_keeps_a_width),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(useless_predictions_get_no_weight),
        cmocka_unit_test(one_poster_tells_nothing),
        cmocka_unit_test(means_may_pass_one),
        cmocka_unit_test(plain_count_of_the_callers),
        cmocka_unit_test(adjusted_by_hand),
        cmocka_unit_test(trend_of_a_line),
        cmocka_unit_test(groups_beside_the_collection),
        cmocka_unit_test(bad_input_is_named),
        cmocka_unit_test(q_values_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
