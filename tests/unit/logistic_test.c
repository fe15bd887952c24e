/*
 * The logistic solvers: optimality of what they find, agreement of the two spaces and
 * of the two solvers, and input that is hard.
 */
#include "test_support.h"

#include <math.h>

#include "lbfgs.h"
#include "newton.h"
#include "sitter/head.h"
#include "sitter/matrix.h"
#include "sitter/rng.h"
#include "softmax.h"

static const struct fit_watch quiet = {0};

/* A noisy problem of n rows, d features. */
struct problem {
    size_t n, d;
    double *x, *gram, *s;
    uint8_t *y;
};

static struct problem make_problem(size_t n, size_t d, size_t n_classes, uint64_t seed)
{
    struct problem p = {n,
                        d,
                        malloc(n * d * sizeof(double)),
                        malloc(n * n * sizeof(double)),
                        malloc(n * sizeof(double)),
                        malloc(n)};
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    assert_true(p.x != NULL && p.gram != NULL && p.s != NULL && p.y != NULL);
    for (size_t i = 0; i < n; i++) {
        p.y[i] = (uint8_t)(i < n_classes ? i : sit_rng_below(&rng, n_classes));
        p.s[i] = i % 7 == 6 ? 0 : 0.5 + sit_rng_uniform(&rng);
        for (size_t j = 0; j < d; j++)
            p.x[i * d + j] = sit_rng_normal(&rng) + (j % n_classes == p.y[i] ? 0.7 : 0);
    }
    assert_ok(sit_matrix_dsyrk(false, n, d, 1, p.x, 0, p.gram, err));
    sit_matrix_mirror_lower(n, p.gram);
    return p;
}

static void free_problem(struct problem *p)
{
    free(p->x);
    free(p->gram);
    free(p->s);
    free(p->y);
}

static struct newton_problem newton_of(const struct problem *p, bool gram, double c)
{
    return (struct newton_problem){.x = p->x,
                                   .gram = gram ? p->gram : NULL,
                                   .y = p->y,
                                   .s = p->s,
                                   .n = p->n,
                                   .d = p->d,
                                   .c = c,
                                   .tolerance = 1e-8};
}

/* Fit and return w (d + 1). */
static double *fit_newton(const struct newton_problem *np, struct fit_result *result)
{
    double *theta = calloc(newton_dim(np) + 1, sizeof *theta);
    double *w = calloc(np->d + 1, sizeof *w);
    assert_true(theta != NULL && w != NULL);
    assert_ok(newton_fit(np, &quiet, theta, result, err));
    assert_ok(newton_weights(np, theta, w, err));
    free(theta);
    return w;
}

/* The objective in the plainest way, for comparison. */
static double plain_objective(const struct problem *p, const double *w, double c)
{
    double sum = 0;
    for (size_t j = 0; j < p->d; j++)
        sum += w[j] * w[j] / (2 * c);
    for (size_t i = 0; i < p->n; i++) {
        double z = w[p->d];
        for (size_t j = 0; j < p->d; j++)
            z += w[j] * p->x[i * p->d + j];
        sum += p->s[i] * log1p(exp(p->y[i] ? -z : z));
    }
    return sum;
}

static void newton_finds_the_minimum(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{40, 12}, {30, 55}, {60, 60}};
    static const double cs[] = {1e-4, 0.1, 1, 100};
    for (size_t k = 0; k < 3; k++)
        for (size_t l = 0; l < 4; l++) {
            struct problem p = make_problem(sizes[k][0], sizes[k][1], 2, 5 + k);
            struct newton_problem np = newton_of(&p, p.n < p.d, cs[l]);
            struct fit_result result = {0};
            double *w = fit_newton(&np, &result);
            double least = plain_objective(&p, w, cs[l]);
            assert_true(result.converged);
            assert_true(fabs(least - result.objective) <= 1e-11 * (1 + fabs(least)));
            /* No direction leads lower: each coordinate, both ways. */
            for (size_t j = 0; j <= p.d; j++)
                for (int sign = -1; sign <= 1; sign += 2) {
                    double held = w[j];
                    w[j] += sign * 1e-4;
                    assert_true(plain_objective(&p, w, cs[l]) > least);
                    w[j] = held;
                }
            free(w);
            free_problem(&p);
        }
}

static void both_spaces_agree(void **state)
{
    (void)state;
    static const double cs[] = {1e-4, 1e-2, 1, 1e4};
    for (size_t l = 0; l < 4; l++) {
        struct problem p = make_problem(35, 20, 2, 9);
        struct newton_problem in_features = newton_of(&p, false, cs[l]);
        struct newton_problem in_gram = newton_of(&p, true, cs[l]);
        struct fit_result a, b;
        double *wa = fit_newton(&in_features, &a), *wb = fit_newton(&in_gram, &b);
        assert_true(fabs(a.objective - b.objective) < 1e-9 * (1 + a.objective));
        for (size_t j = 0; j <= p.d; j++)
            assert_true(fabs(wa[j] - wb[j]) < 1e-6 * (1 + fabs(wa[j])));
        free(wa);
        free(wb);
        free_problem(&p);
    }
}

static void a_warm_start_ends_in_the_same_place(void **state)
{
    (void)state;
    struct problem p = make_problem(40, 90, 2, 21);
    double *theta = calloc(p.n + 1, sizeof *theta);
    struct fit_result cold, warm;
    struct newton_problem np = newton_of(&p, true, 1);
    free(fit_newton(&np, &cold));
    np.c = 0.5;
    assert_ok(newton_fit(&np, &quiet, theta, &warm, err));
    np.c = 1;
    assert_ok(newton_fit(&np, &quiet, theta, &warm, err));
    assert_true(fabs(warm.objective - cold.objective) < 1e-9 * cold.objective);
    assert_true(warm.n_iterations < cold.n_iterations);
    free(theta);
    free_problem(&p);
}

static void rows_without_weight_change_nothing(void **state)
{
    (void)state;
    struct problem p = make_problem(42, 10, 2, 33);
    struct newton_problem np = newton_of(&p, false, 1);
    struct fit_result result;
    double *before = fit_newton(&np, &result);
    for (size_t i = 6; i < p.n; i += 7) {
        assert_true(p.s[i] == 0);
        p.y[i] = !p.y[i];
        for (size_t j = 0; j < p.d; j++)
            p.x[i * p.d + j] *= -9;
    }
    double *after = fit_newton(&np, &result);
    for (size_t j = 0; j <= p.d; j++)
        assert_true(fabs(before[j] - after[j]) < 1e-9);
    free(before);
    free(after);
    free_problem(&p);
}

static void hard_problems_converge(void **state)
{
    (void)state;
    /* Separable, almost no penalty, duplicated rows, one of them mislabelled. */
    enum { N = 24, D = 3 };
    double x[N * D], gram[N * N], s[N];
    uint8_t y[N];
    for (size_t i = 0; i < N; i++) {
        y[i] = i % 2;
        s[i] = 1;
        x[i * D] = y[i] ? 50 : -50;
        x[i * D + 1] = 1e3 * (double)(i / 2);
        x[i * D + 2] = 0;
    }
    assert_ok(sit_matrix_dsyrk(false, N, D, 1, x, 0, gram, err));
    sit_matrix_mirror_lower(N, gram);
    for (int mislabelled = 0; mislabelled < 2; mislabelled++) {
        y[0] = (uint8_t)mislabelled;
        double objectives[2];
        for (int space = 0; space < 2; space++) {
            struct newton_problem np = {.x = x,
                                        .gram = space ? gram : NULL,
                                        .y = y,
                                        .s = s,
                                        .n = N,
                                        .d = D,
                                        .c = 1e6,
                                        .tolerance = 1e-8};
            struct fit_result result;
            free(fit_newton(&np, &result));
            assert_true(result.converged);
            objectives[space] = result.objective;
        }
        assert_true(fabs(objectives[0] - objectives[1]) < 1e-6 * (1 + objectives[0]));
    }
}

static void softmax_of_two_classes_is_binary(void **state)
{
    (void)state;
    /* With both rows penalised, w = w1 - w0 and |w0|^2 + |w1|^2 = |w|^2 / 2. */
    struct problem p = make_problem(50, 15, 2, 4);
    struct newton_problem np = newton_of(&p, false, 2);
    struct softmax_problem sp = {.x = p.x,
                                 .y = p.y,
                                 .s = p.s,
                                 .n = p.n,
                                 .d = p.d,
                                 .n_classes = 2,
                                 .c = 1,
                                 .tolerance = 1e-8};
    struct fit_result a, b;
    double *w = fit_newton(&np, &a), *theta = calloc(softmax_dim(&sp), sizeof *theta);
    assert_ok(softmax_fit(&sp, &quiet, theta, &b, err));
    assert_true(fabs(a.objective - b.objective) < 1e-8 * a.objective);
    for (size_t j = 0; j < p.d; j++)
        assert_true(fabs(theta[p.d + j] - theta[j] - w[j]) < 1e-5);
    free(w);
    free(theta);
    free_problem(&p);
}

static void softmax_finds_the_minimum(void **state)
{
    (void)state;
    struct problem p = make_problem(80, 20, 5, 8);
    struct softmax_problem sp = {.x = p.x,
                                 .y = p.y,
                                 .s = p.s,
                                 .n = p.n,
                                 .d = p.d,
                                 .n_classes = 5,
                                 .c = 0.3,
                                 .tolerance = 1e-8};
    size_t n_theta = softmax_dim(&sp);
    double *theta = calloc(n_theta, sizeof *theta), *z = calloc(p.n * 5, sizeof *z);
    struct fit_result result;
    assert_ok(softmax_fit(&sp, &quiet, theta, &result, err));
    assert_true(result.converged && result.n_iterations > 3);
    for (size_t j = 0; j < n_theta; j += 3) {
        for (int sign = -1; sign <= 1; sign += 2) {
            double held = theta[j], value = 0;
            theta[j] += sign * 1e-3;
            assert_ok(softmax_scores(&sp, theta, z, err));
            for (size_t i = 0; i < p.n; i++) {
                double given = z[i * 5 + p.y[i]];
                value += p.s[i] * (softmax_normalise(z + i * 5, 5) - given);
            }
            for (size_t k = 0; k < 5 * p.d; k++)
                value += theta[k] * theta[k] / (2 * sp.c);
            assert_true(value > result.objective);
            theta[j] = held;
        }
    }
    free(theta);
    free(z);
    free_problem(&p);
}

static bool stop_at_second(void *context, size_t done, size_t total, const char *text)
{
    (void)done;
    (void)total;
    (void)text;
    return ++*(size_t *)context < 2;
}

static void solvers_can_be_cancelled(void **state)
{
    (void)state;
    struct problem p = make_problem(40, 10, 3, 1);
    size_t n_calls = 0;
    struct sit_progress progress = {stop_at_second, &n_calls};
    struct fit_watch watch = {.progress = &progress};
    struct softmax_problem sp = {.x = p.x,
                                 .y = p.y,
                                 .s = p.s,
                                 .n = p.n,
                                 .d = p.d,
                                 .n_classes = 3,
                                 .c = 1,
                                 .tolerance = 1e-8};
    double *theta = calloc(softmax_dim(&sp), sizeof *theta);
    struct fit_result result;
    struct sit_error failure;
    assert_int_equal(softmax_fit(&sp, &watch, theta, &result, &failure),
                     SIT_E_CANCELLED);
    assert_int_equal(n_calls, 2);
    for (size_t i = 0; i < p.n; i++)
        p.y[i] %= 2;
    n_calls = 0;
    struct newton_problem np = newton_of(&p, false, 1);
    memset(theta, 0, (p.d + 1) * sizeof *theta);
    assert_int_equal(newton_fit(&np, &watch, theta, &result, &failure),
                     SIT_E_CANCELLED);
    assert_int_equal(n_calls, 2);
    free(theta);
    free_problem(&p);
}

/* Rosenbrock's valley, the minimum 0 at (1, 1, ...) */
static enum sit_status valley(void *context, const double *x, double *objective,
                              double *gradient, struct sit_error *err)
{
    (void)err;
    size_t n = *(size_t *)context;
    *objective = 0;
    memset(gradient, 0, n * sizeof *gradient);
    for (size_t i = 0; i + 1 < n; i++) {
        double bend = x[i + 1] - x[i] * x[i];
        *objective += 100 * bend * bend + (1 - x[i]) * (1 - x[i]);
        gradient[i] += -400 * x[i] * bend - 2 * (1 - x[i]);
        gradient[i + 1] += 200 * bend;
    }
    return SIT_OK;
}

static void lbfgs_crosses_a_curved_valley(void **state)
{
    (void)state;
    size_t n = 6;
    double x[6] = {-1.2, 1, -1.2, 1, -1.2, 1};
    struct fit_result result = {0};
    struct sit_error failure;
    assert_int_equal(
        lbfgs_minimise(valley, &n, n, 1e-9, 3, &quiet, x, &result, &failure),
        SIT_E_NOT_CONVERGED);
    assert_false(result.converged);
    double start[6] = {0};
    assert_ok(lbfgs_minimise(valley, &n, n, 1e-9, 500, &quiet, start, &result, err));
    assert_true(result.converged && result.n_iterations < 200);
    for (size_t i = 0; i < n; i++)
        assert_true(fabs(start[i] - 1) < 1e-7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newton_finds_the_minimum),
        cmocka_unit_test(both_spaces_agree),
        cmocka_unit_test(a_warm_start_ends_in_the_same_place),
        cmocka_unit_test(rows_without_weight_change_nothing),
        cmocka_unit_test(hard_problems_converge),
        cmocka_unit_test(softmax_of_two_classes_is_binary),
        cmocka_unit_test(softmax_finds_the_minimum),
        cmocka_unit_test(lbfgs_crosses_a_curved_valley),
        cmocka_unit_test(solvers_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
