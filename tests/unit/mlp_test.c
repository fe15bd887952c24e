/*
 * The perceptron's passes: gradients against finite differences, one optimiser step by
 * hand, dropout, initial weights, and training that repeats to the bit.
 */
#include "test_support.h"

#include <math.h>

#include "mlp.h"

static void check_gradient(const struct mlp_shape *shape, size_t n, bool dropout)
{
    size_t n_params = mlp_n_params(shape), d = shape->sizes[0];
    size_t n_outputs = shape->sizes[shape->n_layers];
    float *params = calloc(n_params, sizeof *params);
    float *gradient = calloc(n_params, sizeof *gradient);
    float *scratch = calloc(n_params, sizeof *scratch), *x = calloc(n * d, sizeof *x);
    uint8_t *y = calloc(n, 1);
    assert_true(params && gradient && scratch && x && y);
    struct sit_rng rng, dropout_rng, again;
    sit_rng_init(&rng, 17);
    mlp_init_params(shape, &rng, params);
    for (size_t i = 0; i < n_params; i++)
        params[i] += (float)sit_rng_range(&rng, -0.2, 0.2); /* biases too */
    for (size_t i = 0; i < n * d; i++)
        x[i] = (float)sit_rng_normal(&rng);
    for (size_t i = 0; i < n; i++)
        y[i] = (uint8_t)(i % (n_outputs == 1 ? 2 : n_outputs));
    struct mlp_workspace ws;
    assert_ok(mlp_workspace_init(&ws, shape, n, true, err));
    sit_rng_init(&dropout_rng, 5);
    double loss;
    again = dropout_rng;
    assert_ok(mlp_forward(shape, params, x, n, dropout ? &again : NULL, 0.5, &ws, err));
    assert_ok(mlp_backward(shape, params, x, y, n, &ws, &loss, gradient, err));
    size_t n_wrong = 0, n_nonzero = 0;
    for (size_t i = 0; i < n_params; i++) {
        double side[2];
        const float h = 2e-3f;
        float held = params[i];
        for (int k = 0; k < 2; k++) {
            params[i] = held + (k ? h : -h);
            again = dropout_rng; /* the same units dropped */
            assert_ok(mlp_forward(shape, params, x, n, dropout ? &again : NULL, 0.5,
                                  &ws, err));
            assert_ok(
                mlp_backward(shape, params, x, y, n, &ws, &side[k], scratch, err));
        }
        params[i] = held;
        double estimate = (side[1] - side[0]) / (2 * (double)h);
        n_nonzero += gradient[i] != 0;
        n_wrong += fabs(estimate - (double)gradient[i]) > 3e-4 + 0.01 * fabs(estimate);
    }
    /* A ReLU's corner may lie within h of a few. */
    assert_true(n_wrong * 50 <= n_params);
    assert_true(n_nonzero * 4 > n_params);
    mlp_workspace_release(&ws);
    free(params);
    free(gradient);
    free(scratch);
    free(x);
    free(y);
}

static void gradients_match_finite_differences(void **state)
{
    (void)state;
    struct mlp_shape binary = {3, {7, 6, 5, 1}}, multi = {3, {7, 6, 5, 4}};
    struct mlp_shape linear = {1, {7, 1}}, deep = {5, {5, 8, 7, 6, 5, 3}};
    check_gradient(&binary, 9, false);
    check_gradient(&multi, 9, false);
    check_gradient(&linear, 9, false);
    check_gradient(&deep, 12, false);
    check_gradient(&binary, 9, true);
    check_gradient(&multi, 9, true);
}

static void assert_near(float got, double expected)
{
    if (!(fabs((double)got - expected) <= 1e-6 * (1 + fabs(expected))))
        fail_msg("%.9g is not %.9g", (double)got, expected);
}

static void rmsprop_steps_by_hand(void **state)
{
    (void)state;
    float gradient[3] = {2, -0.5f, 0}, a[3] = {0, 0.4f, 0}, params[3] = {1, 1, 1};
    mlp_rmsprop_step(3, 0.001f, gradient, a, params);
    /* a = 0.1 * 4; step = 0.001 * 2 / sqrt(0.4) */
    assert_near(a[0], 0.4);
    assert_near(params[0], 1 - 0.002 / 0.6324555320336759);
    /* a = 0.36 + 0.025; step = -0.0005 / sqrt(0.385) */
    assert_near(a[1], 0.385);
    assert_near(params[1], 1 + 0.0005 / 0.6204836822995429);
    /* 0 / (0 + eps) */
    assert_near(params[2], 1);
    mlp_rmsprop_step(3, 0.001f, gradient, a, params);
    assert_near(a[0], 0.76);
    assert_near(params[0], 1 - 0.002 / 0.6324555320336759 - 0.002 / 0.8717797887081347);
    /* eps stands outside the root: a tiny gradient still moves by about rate * 3.16
     * / 2. */
    float tiny = 3.1622777e-8f, a_tiny = 0, p_tiny = 0;
    mlp_rmsprop_step(1, 0.001f, &tiny, &a_tiny, &p_tiny);
    assert_near(p_tiny, -0.001 * 3.1622777e-8 / (1e-8 + 1e-8));
}

static void loss_and_forward_by_hand(void **state)
{
    (void)state;
    /* 2 -> 2 ReLU -> 1: kernel (in, out), then biases */
    struct mlp_shape shape = {2, {2, 2, 1}};
    const float params[9] = {1, -1, 2, 0.5f, 0.25f, 0, 0.5f, -1, 0.1f};
    const float x[4] = {1, 1, -2, 1};
    const uint8_t y[2] = {1, 0};
    /* row 0: (3.25, 0); z = 1.725. row 1: (.25, 2.5); z = .125 - 2.5 + .1 = -2.275 */
    struct mlp_workspace ws;
    double loss;
    float gradient[9], p[4];
    assert_ok(mlp_workspace_init(&ws, &shape, 2, true, err));
    assert_ok(mlp_forward(&shape, params, x, 2, NULL, 0, &ws, err));
    assert_ok(mlp_backward(&shape, params, x, y, 2, &ws, &loss, gradient, err));
    mlp_probabilities(&shape, 2, &ws, p);
    double p0 = 1 / (1 + exp(-1.725)), p1 = 1 / (1 + exp(2.275));
    assert_near(p[1], p0);
    assert_near(p[3], p1);
    assert_near(p[2], 1 - p1);
    assert_near((float)loss, -(log(p0) + log(1 - p1)) / 2);
    assert_near(gradient[8], ((p0 - 1) + p1) / 2);
    assert_near(gradient[6], (3.25 * (p0 - 1) + 0.25 * p1) / 2);
    mlp_workspace_release(&ws);
}

static void certain_rows_are_clipped(void **state)
{
    (void)state;
    struct mlp_shape shape = {1, {1, 1}};
    const float params[2] = {1, 0}, x[1] = {40};
    float gradient[2];
    double loss;
    struct mlp_workspace ws;
    assert_ok(mlp_workspace_init(&ws, &shape, 1, true, err));
    for (uint8_t truth = 0; truth < 2; truth++) {
        assert_ok(mlp_forward(&shape, params, x, 1, NULL, 0, &ws, err));
        assert_ok(
            mlp_backward(&shape, params, x, &truth, 1, &ws, &loss, gradient, err));
        assert_near((float)loss, truth ? 1e-7 : -log(1e-7));
        assert_true(gradient[0] == 0 && gradient[1] == 0);
    }
    mlp_workspace_release(&ws);
}

static void dropout_keeps_the_mean(void **state)
{
    (void)state;
    enum { N_UNITS = 4000 };
    struct mlp_shape shape = {2, {1, N_UNITS, 1}};
    float *params = calloc(mlp_n_params(&shape), sizeof *params);
    const float x[1] = {1};
    for (size_t i = 0; i < N_UNITS; i++)
        params[i] = 1; /* every unit gives 1 */
    struct mlp_workspace ws;
    struct sit_rng rng;
    sit_rng_init(&rng, 2);
    assert_ok(mlp_workspace_init(&ws, &shape, 1, true, err));
    assert_ok(mlp_forward(&shape, params, x, 1, &rng, 0.25, &ws, err));
    size_t n_kept = 0;
    for (size_t i = 0; i < N_UNITS; i++) {
        float value = ws.outputs[0][i];
        assert_true(value == 0 || fabsf(value - 4.0f / 3) < 1e-6f);
        n_kept += value > 0;
    }
    assert_true(n_kept > 2900 && n_kept < 3100);
    mlp_workspace_release(&ws);
    free(params);
}

static void initial_weights_are_glorot(void **state)
{
    (void)state;
    struct mlp_shape shape = {2, {100, 50, 1}};
    size_t n_params = mlp_n_params(&shape);
    assert_int_equal(n_params, 101 * 50 + 51);
    float *params = calloc(n_params, sizeof *params);
    struct sit_rng rng;
    sit_rng_init(&rng, 1);
    mlp_init_params(&shape, &rng, params);
    double limit = sqrt(6.0 / 150), squares = 0, most = 0;
    for (size_t i = 0; i < 5000; i++) {
        squares += (double)params[i] * (double)params[i];
        most = fmax(most, fabs((double)params[i]));
    }
    assert_true(most <= limit && most > 0.99 * limit);
    assert_true(fabs(squares / 5000 / (limit * limit / 3) - 1) < 0.05);
    for (size_t i = 5000; i < 5050; i++)
        assert_true(params[i] == 0);
    free(params);
    struct mlp_shape article = {3, {512, 256, 64, 1}};
    assert_int_equal(mlp_n_params(&article), 147841);
    struct mlp_shape huge = {2, {SIZE_MAX / 2, 8, 1}};
    assert_true(mlp_n_params(&huge) == SIZE_MAX);
}

static void training_learns_and_repeats(void **state)
{
    (void)state;
    enum { N = 53, D = 6 };
    struct mlp_shape shape = {2, {D, 12, 3}};
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.dropout = 0.1;
    options.learning_rate = 1e-2;
    float x[N * D];
    uint8_t y[N];
    struct sit_rng rng;
    sit_rng_init(&rng, 6);
    for (size_t i = 0; i < N; i++) {
        y[i] = (uint8_t)(i % 3);
        for (size_t j = 0; j < D; j++)
            x[i * D + j] = (float)(sit_rng_normal(&rng) + (j % 3 == y[i] ? 3 : 0));
    }
    struct mlp_rows rows = {x, y, N};
    size_t n_params = mlp_n_params(&shape);
    float *a = calloc(n_params, sizeof *a), *b = calloc(n_params, sizeof *b);
    struct sit_head_report report;
    options.seed = 9;
    assert_ok(mlp_train(&shape, &rows, NULL, &options, NULL, a, &report, err));
    assert_true(report.objective < 0.1);
    assert_int_equal(report.n_iterations, 100);
    assert_ok(mlp_train(&shape, &rows, &rows, &options, NULL, b, &report, err));
    assert_memory_equal(a, b, n_params * sizeof *a);
    options.seed = 10;
    assert_ok(mlp_train(&shape, &rows, NULL, &options, NULL, b, &report, err));
    assert_memory_not_equal(a, b, n_params * sizeof *a);
    options.learning_rate = 1e38;
    struct sit_error failure;
    assert_int_equal(
        mlp_train(&shape, &rows, NULL, &options, NULL, b, &report, &failure),
        SIT_E_NUMERIC);
    assert_non_null(strstr(failure.message, "diverged"));
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_match_finite_differences),
        cmocka_unit_test(rmsprop_steps_by_hand),
        cmocka_unit_test(loss_and_forward_by_hand),
        cmocka_unit_test(certain_rows_are_clipped),
        cmocka_unit_test(dropout_keeps_the_mean),
        cmocka_unit_test(initial_weights_are_glorot),
        cmocka_unit_test(training_learns_and_repeats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
