/*
 * The logistic solvers: optimality of what they find, agreement of the two spaces, of
 * float and double and of the two solvers, and input that is hard.
 */
#include "test_support.h"

#include <math.h>

#include "lbfgs.h"
#include "newton.h"
#include "newton_parts.h"
#include "sitter/head.h"
#include "sitter/matrix.h"
#include "sitter/rng.h"

static const struct fit_watch quiet = {0};

/* A noisy problem of n rows, d features. */
struct problem {
    size_t n, d, n_classes;
    double *x, *s;
    float *narrow, *gram;
    uint8_t *y;
};

/* What a solver in float sees of x. */
static void narrow_problem(struct problem *p)
{
    for (size_t i = 0; i < p->n * p->d; i++)
        p->narrow[i] = (float)p->x[i];
    assert_ok(sit_matrix_ssyrk(false, p->n, p->d, 1, p->narrow, 0, p->gram, err));
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < i; j++)
            p->gram[j * p->n + i] = p->gram[i * p->n + j];
}

static struct problem make_problem(size_t n, size_t d, size_t n_classes, uint64_t seed)
{
    struct problem p = {n,
                        d,
                        n_classes,
                        malloc(n * d * sizeof(double)),
                        malloc(n * sizeof(double)),
                        malloc(n * d * sizeof(float)),
                        malloc(n * n * sizeof(float)),
                        malloc(n)};
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    assert_true(p.x != NULL && p.gram != NULL && p.narrow != NULL && p.s != NULL &&
                p.y != NULL);
    for (size_t i = 0; i < n; i++) {
        p.y[i] = (uint8_t)(i < n_classes ? i : sit_rng_below(&rng, n_classes));
        p.s[i] = 0.5 + sit_rng_uniform(&rng);
        for (size_t j = 0; j < d; j++)
            p.x[i * d + j] = sit_rng_normal(&rng) + (j % n_classes == p.y[i] ? 0.7 : 0);
    }
    narrow_problem(&p);
    return p;
}

static void free_problem(struct problem *p)
{
    free(p->x);
    free(p->gram);
    free(p->narrow);
    free(p->s);
    free(p->y);
}

static size_t outputs_of(const struct problem *p)
{
    return p->n_classes == 2 ? 1 : p->n_classes;
}

static struct newton_problem newton_of(const struct problem *p, bool in_gram,
                                       bool exact)
{
    return (struct newton_problem){.x = exact ? p->x : NULL,
                                   .matrix = in_gram ? p->gram : p->narrow,
                                   .in_gram = in_gram,
                                   .y = p->y,
                                   .s = p->s,
                                   .n = p->n,
                                   .d = p->d,
                                   .n_outputs = outputs_of(p)};
}

static const struct newton_goal tight = {.c = 1, .gradient = 1e-8, .decrement = 1e-14};

static struct newton_goal goal_of(double c)
{
    struct newton_goal goal = tight;
    goal.c = c;
    return goal;
}

/* Fit and return w (n_outputs, d + 1). */
static double *fit_newton(const struct problem *p, bool in_gram, double c,
                          struct fit_result *result)
{
    struct newton_problem np = newton_of(p, in_gram, true);
    struct newton *solver = NULL;
    struct newton_goal goal = goal_of(c);
    double *w = calloc(np.n_outputs * (np.d + 1), sizeof *w);
    assert_non_null(w);
    assert_ok(newton_new(&np, &solver, err));
    assert_ok(newton_fit(solver, &goal, &quiet, result, err));
    assert_ok(newton_weights(solver, w, err));
    newton_free(solver);
    return w;
}

/* The objective in the plainest way, for comparison. */
static double plain_objective(const struct problem *p, const double *w, double c)
{
    size_t d = p->d, n_outputs = outputs_of(p);
    double sum = 0;
    for (size_t k = 0; k < n_outputs; k++)
        for (size_t j = 0; j < d; j++)
            sum += w[k * (d + 1) + j] * w[k * (d + 1) + j] / (2 * c);
    for (size_t i = 0; i < p->n; i++) {
        double z[SIT_HEAD_MAX_CLASSES] = {0}, total = 0;
        for (size_t k = 0; k < n_outputs; k++) {
            double *score = n_outputs == 1 ? &z[1] : &z[k];
            *score = w[k * (d + 1) + d];
            for (size_t j = 0; j < d; j++)
                *score += w[k * (d + 1) + j] * p->x[i * d + j];
        }
        for (size_t k = 0; k < p->n_classes; k++)
            total += exp(z[k] - z[p->y[i]]);
        sum += p->s[i] * log(total);
    }
    return sum;
}

static void newton_finds_the_minimum(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {{40, 12, 2}, {30, 55, 2}, {60, 60, 2},
                                      {50, 11, 3}, {33, 40, 4}, {90, 25, 10}};
    static const double cs[] = {1e-4, 0.1, 1, 100};
    for (size_t k = 0; k < 6; k++)
        for (size_t l = 0; l < 4; l++) {
            struct problem p = make_problem(sizes[k][0], sizes[k][1], sizes[k][2],
                                            5 + k);
            struct fit_result result = {0};
            double *w = fit_newton(&p, p.n < p.d, cs[l], &result);
            double least = plain_objective(&p, w, cs[l]);
            assert_true(result.converged);
            assert_true(fabs(least - result.objective) <= 1e-11 * (1 + fabs(least)));
            /* No direction leads lower: each coordinate, both ways. */
            for (size_t j = 0; j < outputs_of(&p) * (p.d + 1); j += k < 3 ? 1 : 3)
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
    for (size_t n_classes = 2; n_classes < 4; n_classes++)
        for (size_t l = 0; l < 4; l++) {
            struct problem p = make_problem(35, 60, n_classes, 9);
            struct fit_result a, b;
            double *wa = fit_newton(&p, false, cs[l], &a);
            double *wb = fit_newton(&p, true, cs[l], &b);
            assert_true(fabs(a.objective - b.objective) < 1e-9 * (1 + a.objective));
            for (size_t j = 0; j < outputs_of(&p) * (p.d + 1); j++)
                assert_true(fabs(wa[j] - wb[j]) <
                            (cs[l] > 1 ? 1e-3 : 1e-6) * (1 + fabs(wa[j])));
            free(wa);
            free(wb);
            free_problem(&p);
        }
}

/* A solver that has come along a path of C, its factor and its prediction of the next
 * solution included, ends where one from zero does; in float nearly so. */
static void a_path_ends_in_the_same_places(void **state)
{
    (void)state;
    for (int variant = 0; variant < 8; variant++) {
        bool in_gram = variant & 1, exact = variant & 2;
        struct problem p = make_problem(60, in_gram ? 90 : 20, variant & 4 ? 3 : 2, 21);
        struct newton_problem np = newton_of(&p, in_gram, exact);
        struct newton *solver = NULL;
        assert_ok(newton_new(&np, &solver, err));
        for (double c = 1e-4; c < 2e4; c *= 7.743) {
            struct fit_result cold, warm;
            struct newton_goal goal = goal_of(c);
            if (!exact)
                goal.decrement = 1e-6;
            free(fit_newton(&p, in_gram, c, &cold));
            assert_ok(newton_fit(solver, &goal, &quiet, &warm, err));
            double difference = fabs(warm.objective - cold.objective);
            /* A gradient of 1e-8 and a weak penalty leave that much beside. */
            double left_over = exact ? 1e-13 * c : 0;
            assert_true(difference <
                        (exact ? 1e-7 : 3e-6) * cold.objective + left_over);
        }
        newton_free(solver);
        free_problem(&p);
    }
}

static void hard_problems_converge(void **state)
{
    (void)state;
    /* Separable, almost no penalty, duplicated rows, one of them mislabelled; huge and
     * constant features. */
    struct problem p = make_problem(24, 3, 2, 1);
    for (size_t i = 0; i < p.n; i++) {
        p.y[i] = i % 2;
        p.s[i] = 1;
        p.x[i * 3] = p.y[i] ? 50 : -50;
        p.x[i * 3 + 1] = 1e3 * (double)(i / 2);
        p.x[i * 3 + 2] = 0;
    }
    narrow_problem(&p);
    for (int mislabelled = 0; mislabelled < 2; mislabelled++) {
        p.y[0] = (uint8_t)mislabelled;
        struct fit_result result;
        double *w = fit_newton(&p, false, 1e6, &result);
        assert_true(result.converged);
        assert_true(fabs(plain_objective(&p, w, 1e6) - result.objective) < 1e-9);
        free(w);
    }
    free_problem(&p);
}

static void softmax_of_two_classes_is_binary(void **state)
{
    (void)state;
    /* With both rows penalised, w = w1 - w0 and |w0|^2 + |w1|^2 = |w|^2 / 2. */
    struct problem p = make_problem(50, 15, 2, 4);
    struct newton_problem np = newton_of(&p, false, true);
    struct newton *solver = NULL;
    struct fit_result a, b;
    double *w = fit_newton(&p, false, 2, &a);
    np.n_outputs = 2;
    assert_ok(newton_new(&np, &solver, err));
    assert_ok(newton_fit(solver, &tight, &quiet, &b, err));
    const double *coef = newton_coefficients(solver);
    assert_true(fabs(a.objective - b.objective) < 1e-8 * a.objective);
    for (size_t j = 0; j < p.d; j++)
        assert_true(fabs(coef[p.d + j] - coef[j] - w[j]) < 1e-5);
    free(w);
    newton_free(solver);
    free_problem(&p);
}

static void derivatives_are_the_losses_slopes(void **state)
{
    (void)state;
    enum { N = 7, MAX_OUTPUTS = 4 };
    for (size_t n_outputs = 1; n_outputs <= MAX_OUTPUTS; n_outputs += 3) {
        struct problem p = make_problem(N, 2, n_outputs == 1 ? 2 : n_outputs, 6);
        struct newton_problem np = newton_of(&p, false, true);
        double z[N * MAX_OUTPUTS], g[N * MAX_OUTPUTS], prob[N * MAX_OUTPUTS];
        double v[N * MAX_OUTPUTS], t[N * MAX_OUTPUTS], after[N * MAX_OUTPUTS];
        struct newton_loss loss = {g, prob};
        struct sit_rng rng;
        sit_rng_init(&rng, 2);
        for (size_t i = 0; i < N * n_outputs; i++) {
            z[i] = 3 * sit_rng_normal(&rng);
            v[i] = sit_rng_normal(&rng);
        }
        newton_loss_derive(&np, z, &loss);
        newton_loss_curve(&np, &loss, v, t);
        const double h = 1e-6;
        double slope = 0;
        for (size_t i = 0; i < N * n_outputs; i++)
            slope += g[i] * v[i];
        double numeric = (newton_loss_along(&np, z, v, h) -
                          newton_loss_along(&np, z, v, -h)) /
                         (2 * h);
        assert_true(fabs(slope - numeric) < 1e-8);
        memcpy(after, g, sizeof g);
        for (size_t i = 0; i < N * n_outputs; i++)
            z[i] += h * v[i];
        newton_loss_derive(&np, z, &loss);
        for (size_t i = 0; i < N * n_outputs; i++)
            assert_true(fabs((g[i] - after[i]) / h - t[i]) < 1e-5);
        free_problem(&p);
    }
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
    for (size_t n_classes = 2; n_classes < 4; n_classes++) {
        struct problem p = make_problem(40, 10, n_classes, 1);
        struct newton_problem np = newton_of(&p, false, true);
        struct newton *solver = NULL;
        size_t n_calls = 0;
        struct sit_progress progress = {stop_at_second, &n_calls};
        struct fit_watch watch = {.progress = &progress};
        struct fit_result result;
        struct sit_error failure;
        assert_ok(newton_new(&np, &solver, err));
        assert_int_equal(newton_fit(solver, &tight, &watch, &result, &failure),
                         SIT_E_CANCELLED);
        assert_int_equal(n_calls, 2);
        newton_free(solver);
        free_problem(&p);
    }
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
        cmocka_unit_test(a_path_ends_in_the_same_places),
        cmocka_unit_test(hard_problems_converge),
        cmocka_unit_test(softmax_of_two_classes_is_binary),
        cmocka_unit_test(derivatives_are_the_losses_slopes),
        cmocka_unit_test(lbfgs_crosses_a_curved_valley),
        cmocka_unit_test(solvers_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
