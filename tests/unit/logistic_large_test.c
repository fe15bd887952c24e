/*
 * The solver for many rows against the one for few, on problems that both can take; and
 * what it promises beside: any number of threads, rows that are read, folds.
 */
#include "test_support.h"

#include <math.h>

#include "logistic_large.h"
#include "row_kernels.h"
#include "row_walk.h"
#include "sitter/head.h"
#include "sitter/rng.h"

/* Correlated features of very different sizes, one of them constant, one far from 0. */
struct problem {
    struct sit_dataset data;
    float *x;
    uint8_t *y;
    uint32_t *group;
};

static struct problem make_problem(size_t n, size_t d, size_t n_classes)
{
    struct problem p = {.x = malloc(n * d * sizeof(float)),
                        .y = malloc(n),
                        .group = malloc(n * sizeof(uint32_t))};
    struct sit_rng rng;
    sit_rng_init(&rng, 11);
    assert_true(p.x != NULL && p.y != NULL && p.group != NULL);
    for (size_t i = 0; i < n; i++) {
        double common = sit_rng_normal(&rng);
        double pull = common + 1.5 * sit_rng_normal(&rng);
        p.y[i] = (uint8_t)(i < n_classes ? i
                           : pull < 0.8  ? 0
                                         : 1 + sit_rng_below(&rng, n_classes - 1));
        p.group[i] = (uint32_t)(i / 3 * 7919);
        for (size_t j = 0; j < d; j++) {
            double value = common + sit_rng_normal(&rng) + (j % 5 == p.y[i] ? 0.3 : 0);
            p.x[i * d + j] = (float)(j == 2   ? 7
                                     : j == 3 ? 1000 + value
                                              : value * (1 + (double)(j % 4) * 10));
        }
    }
    p.data = (struct sit_dataset){p.x, p.y, p.group, n, d, n_classes};
    return p;
}

static void free_problem(struct problem *p)
{
    free(p->x);
    free(p->y);
    free(p->group);
}

/* A fit by the solver for many rows, whatever their number. */
struct fit {
    double *mean, *deviation, *w;
    size_t n_w;
    struct sit_head_report report;
};

static enum sit_status try_large(const struct sit_dataset *data,
                                 const struct sit_row_source *source,
                                 const struct sit_head_options *options,
                                 const struct sit_progress *progress, struct fit *fit,
                                 struct sit_error *err)
{
    *fit = (struct fit){.n_w = (data->n_classes == 2 ? 1 : data->n_classes) *
                               (data->d + 1)};
    fit->mean = calloc(data->d, sizeof(double));
    fit->deviation = calloc(data->d, sizeof(double));
    fit->w = calloc(fit->n_w, sizeof(double));
    assert_true(fit->mean != NULL && fit->deviation != NULL && fit->w != NULL);
    return logistic_large_train(data, source, options, progress, fit->mean,
                                fit->deviation, fit->w, &fit->report, err);
}

static void free_fit(struct fit *fit)
{
    free(fit->mean);
    free(fit->deviation);
    free(fit->w);
}

/* p (n, n_classes) in the plainest way. */
static double *plain_probabilities(const struct sit_dataset *data,
                                   const struct fit *fit)
{
    size_t d = data->d, n_classes = data->n_classes;
    double *p = calloc(data->n * n_classes, sizeof *p);
    assert_non_null(p);
    for (size_t i = 0; i < data->n; i++) {
        double z[SIT_HEAD_MAX_CLASSES] = {0}, sum = 0;
        for (size_t k = n_classes == 2; k < n_classes; k++) {
            const double *w = fit->w + (n_classes == 2 ? 0 : k) * (d + 1);
            z[k] = w[d];
            for (size_t j = 0; j < d; j++)
                z[k] += w[j] * (((double)data->x[i * d + j] - fit->mean[j]) /
                                fit->deviation[j]);
        }
        for (size_t k = 0; k < n_classes; k++)
            sum += exp(z[k]);
        for (size_t k = 0; k < n_classes; k++)
            p[i * n_classes + k] = exp(z[k]) / sum;
    }
    return p;
}

static struct sit_head_options make_options(double c, bool balanced)
{
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = c;
    options.balanced = balanced;
    return options;
}

static void both_solvers_find_the_same(void **state)
{
    (void)state;
    static const double cs[] = {1e-3, 1, 1e3};
    for (size_t n_classes = 2; n_classes <= 4; n_classes++)
        for (size_t i = 0; i < 6; i++) {
            struct problem problem = make_problem(1500, 13, n_classes);
            const struct sit_dataset *data = &problem.data;
            struct sit_head_options options = make_options(cs[i / 2], i % 2 == 1);
            struct fit fit;
            struct sit_head *head = NULL;
            struct sit_head_report report;
            float *p = calloc(data->n * n_classes, sizeof *p);
            assert_non_null(p);
            assert_ok(try_large(data, NULL, &options, NULL, &fit, err));
            assert_ok(sit_head_train(data, NULL, &options, NULL, &head, &report, err));
            assert_ok(sit_head_predict(head, data->x, data->n, data->d, p, err));
            assert_true(fit.report.converged);
            assert_true(fabs(fit.report.objective - report.objective) <=
                        1e-8 * report.objective);
            double *q = plain_probabilities(data, &fit);
            for (size_t k = 0; k < data->n * n_classes; k++)
                assert_true(fabs((double)p[k] - q[k]) < 1e-6);
            free(q);
            free(p);
            sit_head_free(head);
            free_fit(&fit);
            free_problem(&problem);
        }
}

/* Too many outputs for one matrix of all: the parts between two are left out. */
static void many_classes_are_solved_apart(void **state)
{
    (void)state;
    struct problem problem = make_problem(3000, 260, 12);
    struct sit_head_options options = make_options(0.01, false);
    struct fit fit;
    assert_ok(try_large(&problem.data, NULL, &options, NULL, &fit, err));
    struct sit_head *head = NULL;
    struct sit_head_report report;
    assert_ok(sit_head_train(&problem.data, NULL, &options, NULL, &head, &report, err));
    assert_true(fabs(fit.report.objective - report.objective) <=
                1e-8 * report.objective);
    sit_head_free(head);
    free_fit(&fit);
    free_problem(&problem);
}

static void the_number_of_threads_changes_nothing(void **state)
{
    (void)state;
    struct problem problem = make_problem(2000, 21, 3);
    struct sit_head_options options = make_options(0.1, false);
    struct fit fits[3];
    for (size_t i = 0; i < 3; i++) {
        options.n_threads = 1 + 2 * i;
        assert_ok(try_large(&problem.data, NULL, &options, NULL, &fits[i], err));
        assert_memory_equal(fits[i].w, fits[0].w, fits[0].n_w * sizeof *fits[0].w);
        assert_true(fits[i].report.objective == fits[0].report.objective);
    }
    for (size_t i = 0; i < 3; i++)
        free_fit(&fits[i]);
    free_problem(&problem);
}

/* A source over a matrix that watches how it is read. */
struct reader {
    const struct sit_dataset *data;
    size_t next, n_reads, fail_at;
};

static enum sit_status read_rows(void *context, size_t first, size_t n, float *x,
                                 struct sit_error *err)
{
    struct reader *reader = context;
    size_t d = reader->data->d;
    assert_true(first == 0 || first == reader->next);
    assert_true(first + n <= reader->data->n);
    reader->next = first + n;
    if (++reader->n_reads == reader->fail_at)
        return sit_error_set(err, SIT_E_IO, "no more");
    memcpy(x, reader->data->x + first * d, n * d * sizeof *x);
    return SIT_OK;
}

/* More values than one buffer holds. */
static void rows_may_be_read(void **state)
{
    (void)state;
    struct problem problem = make_problem(5000, 600, 2);
    struct sit_head_options options = make_options(0.01, true);
    struct reader reader = {.data = &problem.data};
    struct sit_row_source source = {read_rows, &reader};
    struct sit_dataset unread = problem.data;
    struct fit in_memory, read;
    unread.x = NULL;
    assert_ok(try_large(&problem.data, NULL, &options, NULL, &in_memory, err));
    assert_ok(try_large(&unread, &source, &options, NULL, &read, err));
    assert_true(reader.n_reads > 2 * read.report.n_iterations);
    for (size_t j = 0; j < read.n_w; j++)
        assert_true(fabs(read.w[j] - in_memory.w[j]) < 1e-6);
    reader.fail_at = reader.n_reads + 6;
    struct fit failed;
    struct sit_error why = {0};
    assert_int_equal(try_large(&unread, &source, &options, NULL, &failed, &why),
                     SIT_E_IO);
    assert_string_equal(why.message, "no more");
    free_fit(&failed);
    free_fit(&in_memory);
    free_fit(&read);
    free_problem(&problem);
}

static void other_heads_refuse_rows_that_are_read(void **state)
{
    (void)state;
    struct problem problem = make_problem(50, 4, 2);
    struct reader reader = {.data = &problem.data};
    struct sit_row_source source = {read_rows, &reader};
    struct sit_head_options options;
    struct sit_head *head = NULL;
    struct sit_error why = {0};
    sit_head_options_init(&options, SIT_HEAD_MLP);
    problem.data.x = NULL;
    assert_int_equal(
        sit_head_train_read(&problem.data, &source, &options, NULL, &head, NULL, &why),
        SIT_E_UNSUPPORTED);
    assert_non_null(strstr(why.message, "mlp"));
    assert_null(head);
    free_problem(&problem);
}

static bool stop_at_once(void *context, size_t done, size_t total, const char *text)
{
    (void)context;
    (void)done;
    (void)total;
    (void)text;
    return false;
}

static void it_can_be_cancelled(void **state)
{
    (void)state;
    struct problem problem = make_problem(500, 6, 2);
    struct sit_progress progress = {stop_at_once, NULL};
    struct fit fit;
    struct sit_error why = {0};
    for (size_t i = 0; i < 2; i++) {
        struct sit_head_options options = make_options(i == 0 ? 1 : 0, false);
        assert_int_equal(
            try_large(&problem.data, NULL, &options, &progress, &fit, &why),
            SIT_E_CANCELLED);
        free_fit(&fit);
    }
    free_problem(&problem);
}

static void bad_features_are_named(void **state)
{
    (void)state;
    struct problem problem = make_problem(500, 6, 2);
    struct sit_head_options options = make_options(1, false);
    struct fit fit;
    struct sit_error why = {0};
    problem.x[401 * 6 + 1] = INFINITY;
    problem.x[321 * 6 + 5] = NAN;
    assert_int_equal(try_large(&problem.data, NULL, &options, NULL, &fit, &why),
                     SIT_E_NUMERIC);
    assert_non_null(strstr(why.message, "row 321, column 5"));
    free_fit(&fit);
    free_problem(&problem);
}

static void c_is_chosen_on_a_part(void **state)
{
    (void)state;
    struct problem problem = make_problem(900, 7, 3);
    struct sit_head_options options = make_options(0, false);
    struct fit fit;
    struct sit_head *head = NULL;
    struct sit_head_report report;
    assert_ok(try_large(&problem.data, NULL, &options, NULL, &fit, err));
    assert_ok(sit_head_train(&problem.data, NULL, &options, NULL, &head, &report, err));
    /* All rows are fewer than the part may have. */
    assert_int_equal(fit.report.n_cv, SIT_HEAD_N_CV_C);
    assert_true(fit.report.c == report.c);
    sit_head_free(head);
    free_fit(&fit);
    free_problem(&problem);
}

static void folds_agree_with_copied_rows(void **state)
{
    (void)state;
    for (size_t n_classes = 2; n_classes <= 3; n_classes++) {
        struct problem problem = make_problem(700, 9, n_classes);
        struct sit_head_options options = make_options(0.1, true);
        size_t n_p = problem.data.n * n_classes;
        float *p = calloc(2 * n_p, sizeof *p);
        assert_non_null(p);
        assert_ok(logistic_large_out_of_fold(&problem.data, NULL, &options, 5, NULL, p, err));
        assert_ok(sit_head_out_of_fold(&problem.data, &options, 5, NULL, p + n_p, err));
        for (size_t i = 0; i < n_p; i++)
            assert_true(fabsf(p[i] - p[n_p + i]) < 1e-6f);
        free(p);
        free_problem(&problem);
    }
}

/* Every instruction set that this machine has, at lengths around its vectors'. */
static void kernels_agree(void **state)
{
    (void)state;
    enum { N = 7, MAX_D = 70, N_OUTPUTS = 3 };
    struct sit_rng rng;
    static float x[N * MAX_D];
    sit_rng_init(&rng, 3);
    for (size_t i = 0; i < N * MAX_D; i++)
        x[i] = (float)sit_rng_normal(&rng);
    for (size_t d = 1; d <= MAX_D; d++)
        for (size_t i = 0; row_kernels_at(i) != NULL; i++) {
            const struct row_kernels *kernels = row_kernels_at(i);
            double v[N_OUTPUTS * (MAX_D + ROW_PADDING)] = {0}, z[N * N_OUTPUTS];
            double g[N_OUTPUTS * (MAX_D + ROW_PADDING)] = {0}, alone[N_OUTPUTS];
            double bias[N_OUTPUTS] = {1, 2, 3};
            size_t padded = row_padded(d);
            for (size_t k = 0; k < N_OUTPUTS; k++)
                for (size_t j = 0; j < d; j++)
                    v[k * padded + j] = sit_rng_normal(&rng);
            kernels->scores(x, N, d, v, bias, N_OUTPUTS, z);
            kernels->add_gradient(x, N, d, z, N_OUTPUTS, g);
            for (size_t r = 0; r < N; r++) {
                kernels->scores(x + r * d, 1, d, v, bias, N_OUTPUTS, alone);
                assert_memory_equal(alone, z + r * N_OUTPUTS, sizeof alone);
                for (size_t k = 0; k < N_OUTPUTS; k++) {
                    double plain = bias[k];
                    for (size_t j = 0; j < d; j++)
                        plain += (double)x[r * d + j] * v[k * padded + j];
                    assert_true(fabs(plain - alone[k]) < 1e-12);
                }
            }
            for (size_t k = 0; k < N_OUTPUTS; k++)
                for (size_t j = 0; j < d; j++) {
                    double plain = 0;
                    for (size_t r = 0; r < N; r++)
                        plain += z[r * N_OUTPUTS + k] * (double)x[r * d + j];
                    assert_true(fabs(plain - g[k * padded + j]) < 1e-11);
                }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_agree),
        cmocka_unit_test(both_solvers_find_the_same),
        cmocka_unit_test(many_classes_are_solved_apart),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(rows_may_be_read),
        cmocka_unit_test(other_heads_refuse_rows_that_are_read),
        cmocka_unit_test(it_can_be_cancelled),
        cmocka_unit_test(bad_features_are_named),
        cmocka_unit_test(c_is_chosen_on_a_part),
        cmocka_unit_test(folds_agree_with_copied_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
