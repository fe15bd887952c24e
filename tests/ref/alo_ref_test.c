/*
 * Approximate leave-one-out against what it approximates: a refit without each row, or
 * without each source. On the poster faces, and on drawn rows where there are more of
 * them than features, for two and for three classes.
 */
#include "posters_data.h"

#include <math.h>

#include "sitter/alo.h"
#include "sitter/rng.h"

static const double c_used = 0.01;

static struct sit_head *fit(const struct sit_dataset *data, double c, bool balanced)
{
    struct sit_head_options options;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = c;
    options.balanced = balanced;
    assert_ok(sit_head_train(data, NULL, &options, NULL, &head, NULL, err));
    return head;
}

/* Probabilities of each row from a head that was fitted without its unit. */
static void refit_without(const struct sit_dataset *data, enum sit_alo_unit unit,
                          double c, bool balanced, float *p)
{
    size_t n = data->n, d = data->d, k = data->n_classes;
    float *x = sit_malloc_array(n * d, sizeof *x),
          *out = sit_calloc(n, k * sizeof *out);
    uint8_t *y = sit_calloc(n, 1), *done = sit_calloc(n, 1);
    assert_true(x != NULL && y != NULL && done != NULL && out != NULL);
    for (size_t i = 0; i < n; i++) {
        struct sit_dataset rest = {x, y, data->group, 0, d, k};
        if (done[i])
            continue;
        for (size_t j = 0; j < n; j++) {
            bool same = unit == SIT_ALO_ROW ? j == i : data->group[j] == data->group[i];
            if (same)
                continue;
            memcpy(x + rest.n * d, data->x + j * d, d * sizeof *x);
            y[rest.n++] = data->y[j];
        }
        struct sit_head *head = fit(&rest, c, balanced);
        assert_ok(sit_head_predict(head, data->x, n, d, out, err));
        for (size_t j = i; j < n; j++) {
            bool same = unit == SIT_ALO_ROW ? j == i : data->group[j] == data->group[i];
            if (same) {
                memcpy(p + j * k, out + j * k, k * sizeof *p);
                done[j] = 1;
            }
        }
        sit_head_free(head);
    }
    free(x);
    free(y);
    free(done);
    free(out);
}

struct comparison {
    double mean, largest; /* of |approximate - exact| */
    double in_sample;     /* mean of |fitted - exact|: what leaving out changes */
};

static struct comparison compare(const struct sit_dataset *data, enum sit_alo_unit unit,
                                 double c, bool balanced, const char *what)
{
    size_t n_p = data->n * data->n_classes;
    float *approximate = sit_malloc_array(n_p, sizeof *approximate);
    float *exact = sit_malloc_array(n_p, sizeof *exact);
    float *fitted = sit_malloc_array(n_p, sizeof *fitted);
    struct sit_head *head = fit(data, c, balanced);
    assert_ok(sit_alo(head, data, c, balanced, unit, approximate, err));
    assert_ok(sit_head_predict(head, data->x, data->n, data->d, fitted, err));
    refit_without(data, unit, c, balanced, exact);
    struct comparison found = {0};
    for (size_t i = 0; i < n_p; i++) {
        double off = fabs((double)approximate[i] - (double)exact[i]);
        found.mean += off / (double)n_p;
        found.largest = fmax(found.largest, off);
        found.in_sample += fabs((double)fitted[i] - (double)exact[i]) / (double)n_p;
    }
    print_message("%s, C %g%s, a %s out: off by %.5f on average, %.4f at most; the fit "
                  "itself by %.4f\n",
                  what, c, balanced ? ", balanced" : "",
                  unit == SIT_ALO_ROW ? "row" : "source", found.mean, found.largest,
                  found.in_sample);
    sit_head_free(head);
    free(approximate);
    free(exact);
    free(fitted);
    return found;
}

static void posters_agree_with_refits(void **state)
{
    (void)state;
    struct posters posters;
    char *path = test_shared_path("data/posters/faceres-1024.npy");
    skip_without(path);
    assert_true(posters_load(&posters));
    struct comparison row = compare(&posters.train, SIT_ALO_ROW, c_used, false,
                                    "posters");
    assert_true(row.mean < 0.005 && row.mean < row.in_sample / 10);
    struct comparison source = compare(&posters.train, SIT_ALO_SOURCE, c_used, true,
                                       "posters");
    assert_true(source.mean < 0.01 && source.mean < source.in_sample / 8);
    posters_release(&posters);
    free(path);
}

enum { MAX_ROWS = 120, MAX_DIM = 60 };

/* Overlapping classes, two rows or three a source. */
static struct sit_dataset draw(size_t n, size_t d, size_t n_classes, float *x,
                               uint8_t *y, uint32_t *group)
{
    struct sit_rng rng;
    sit_rng_init(&rng, 17);
    for (size_t i = 0; i < n; i++) {
        group[i] = (uint32_t)(i * 2 / 5);
        y[i] = (uint8_t)sit_rng_below(&rng, n_classes);
        for (size_t j = 0; j < d; j++)
            x[i * d + j] = (float)(sit_rng_normal(&rng) +
                                   (j % n_classes == y[i] ? 0.6 : 0));
    }
    return (struct sit_dataset){x, y, group, n, d, n_classes};
}

static void drawn_rows_agree_with_refits(void **state)
{
    (void)state;
    float x[MAX_ROWS * MAX_DIM];
    uint8_t y[MAX_ROWS];
    uint32_t group[MAX_ROWS];
    static const struct {
        size_t n, d, n_classes;
        double c;
    } cases[] = {{120, 8, 2, 1},
                 {40, 60, 2, 0.01},
                 {120, 8, 3, 1},
                 {45, 60, 3, 0.01},
                 {120, 10, 10, 0.1}};
    for (size_t k = 0; k < 5; k++) {
        struct sit_dataset data = draw(cases[k].n, cases[k].d, cases[k].n_classes, x, y,
                                       group);
        char what[60];
        snprintf(what, sizeof what, "%zu x %zu, %zu classes", data.n, data.d,
                 data.n_classes);
        struct comparison row = compare(&data, SIT_ALO_ROW, cases[k].c, k == 2, what);
        struct comparison source = compare(&data, SIT_ALO_SOURCE, cases[k].c, k == 2,
                                           what);
        assert_true(row.mean < 0.01 && row.mean < row.in_sample / 5);
        assert_true(source.mean < 0.02 && source.mean < source.in_sample / 3);
    }
}

static void what_cannot_be_left_out_is_refused(void **state)
{
    (void)state;
    float x[MAX_ROWS * MAX_DIM], p[MAX_ROWS * 2];
    uint8_t y[MAX_ROWS];
    uint32_t group[MAX_ROWS];
    struct sit_dataset data = draw(30, 4, 2, x, y, group);
    struct sit_head *head = fit(&data, 1, false), *other = NULL;
    struct sit_head_options options;
    struct sit_error failure;
    assert_int_equal(sit_alo(head, &data, 0, false, SIT_ALO_ROW, p, &failure),
                     SIT_E_ARG);
    data.d = 3;
    assert_int_equal(sit_alo(head, &data, 1, false, SIT_ALO_ROW, p, &failure),
                     SIT_E_ARG);
    data.d = 4;
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.n_epochs = 1;
    assert_ok(sit_head_train(&data, NULL, &options, NULL, &other, NULL, err));
    assert_int_equal(sit_alo(other, &data, 1, false, SIT_ALO_ROW, p, &failure),
                     SIT_E_ARG);
    x[5] = NAN;
    assert_int_equal(sit_alo(head, &data, 1, false, SIT_ALO_ROW, p, &failure),
                     SIT_E_NUMERIC);
    sit_head_free(head);
    sit_head_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posters_agree_with_refits),
        cmocka_unit_test(drawn_rows_agree_with_refits),
        cmocka_unit_test(what_cannot_be_left_out_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
