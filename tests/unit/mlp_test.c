/*
 * The perceptron's steps: gradients against finite differences, loss by hand, dropout,
 * initial weights; batches of several blocks; and what is worked out ahead changing
 * nothing.
 */
#include "mlp_support.h"

#include "mlp_predict.h"

static void assert_near(double got, double expected)
{
    if (!(fabs(got - expected) <= 1e-6 * (1 + fabs(expected))))
        fail_msg("%.9g is not %.9g", got, expected);
}

static float *random_params(const struct mlp_shape *shape)
{
    size_t n_params = mlp_n_params(shape);
    float *params = calloc(n_params, sizeof *params);
    struct sit_rng rng;
    assert_non_null(params);
    sit_rng_init(&rng, 17);
    mlp_init_params(shape, &rng, params);
    for (size_t i = 0; i < n_params; i++)
        params[i] += (float)sit_rng_range(&rng, -0.2, 0.2); /* biases too */
    return params;
}

static void check_gradient(const struct mlp_shape *shape, size_t n, double dropout,
                           bool weighted)
{
    size_t n_params = mlp_n_params(shape), n_outputs = shape->sizes[shape->n_layers];
    size_t order[64], n_wrong = 0, n_corners = 0, n_nonzero = 0, at = 0;
    struct test_rows t = make_rows(n, shape->sizes[0], n_outputs == 1 ? 2 : n_outputs,
                                   0, 3);
    float *params = random_params(shape);
    struct sit_head_options options = adam_options(dropout, n);
    struct mlp_batch batch = {order, n};
    struct mlp_net net, other;
    count_up(order, n);
    t.rows.weight[1] = weighted ? 3 : 1;
    double middle = one_step(shape, &options, params, &t.rows, &batch, 5, &net);
    for (size_t l = 0; l < shape->n_layers; l++)
        for (size_t k = 0; k <= shape->sizes[l]; k++)
            for (size_t j = 0; j < shape->sizes[l + 1]; j++, at++) {
                double side[2], gradient = (double)gradient_of(&net, l, k, j);
                const float h = 7e-4f;
                float held = params[at];
                for (int s = 0; s < 2; s++) {
                    params[at] = held + (s ? h : -h);
                    /* the same seed: the same units dropped */
                    side[s] = one_step(shape, &options, params, &t.rows, &batch, 5,
                                       &other);
                    mlp_net_release(&other);
                }
                params[at] = held;
                double estimate = (side[1] - side[0]) / (2 * (double)h);
                n_nonzero += gradient != 0;
                /* Where a ReLU's corner lies between, both sides disagree. */
                double corner = fabs(side[0] + side[1] - 2 * middle) / (double)h;
                double off = fabs(estimate - gradient);
                bool near = off <= 3e-4 + 0.01 * fabs(estimate);
                n_corners += !near && off <= 0.6 * corner;
                n_wrong += !near && off > 0.6 * corner;
            }
    assert_int_equal(at, n_params);
    if (n_wrong > 0 || n_corners * 10 > n_params)
        fail_msg("of %zu derivatives %zu are wrong, %zu at a corner", n_params, n_wrong,
                 n_corners);
    assert_true(n_nonzero * 4 > n_params);
    mlp_net_release(&net);
    free_rows(&t);
    free(params);
}

static void gradients_match_finite_differences(void **state)
{
    (void)state;
    struct mlp_shape binary = {3, {7, 6, 5, 1}}, multi = {3, {7, 6, 5, 4}};
    struct mlp_shape linear = {1, {7, 1}}, deep = {5, {5, 8, 7, 6, 5, 3}};
    struct mlp_shape wide = {2, {19, 33, 2}}, linear_multi = {1, {7, 3}};
    check_gradient(&binary, 9, 0, false);
    check_gradient(&multi, 9, 0, false);
    check_gradient(&linear, 9, 0, false);
    check_gradient(&linear_multi, 9, 0, false);
    check_gradient(&deep, 12, 0, false);
    check_gradient(&binary, 9, 0.5, false);
    check_gradient(&multi, 12, 0.3, false);
    check_gradient(&deep, 32, 0.1, false);
    check_gradient(&wide, 10, 0.5, false);
    check_gradient(&binary, 9, 0, true);
    check_gradient(&multi, 9, 0, true);
    /* several blocks of rows in one batch */
    check_gradient(&binary, 50, 0, false);
    check_gradient(&multi, 64, 0.25, true);
    check_gradient(&linear, 33, 0, false);
}

static void a_large_batch_is_the_mean_of_its_parts(void **state)
{
    (void)state;
    struct mlp_shape shape = {3, {20, 18, 7, 3}};
    struct test_rows t = make_rows(40, 20, 3, 0, 8);
    float *params = random_params(&shape);
    struct sit_head_options options = adam_options(0, 40);
    struct mlp_net whole, half[2];
    size_t order[40];
    count_up(order, 40);
    double loss[3];
    struct mlp_batch batch = {order, 40};
    loss[2] = one_step(&shape, &options, params, &t.rows, &batch, 5, &whole);
    for (size_t s = 0; s < 2; s++) {
        batch = (struct mlp_batch){order + 20 * s, 20};
        loss[s] = one_step(&shape, &options, params, &t.rows, &batch, 5, &half[s]);
    }
    assert_near(loss[2], (loss[0] + loss[1]) / 2);
    for (size_t l = 0; l < 3; l++)
        for (size_t k = 0; k <= shape.sizes[l]; k++)
            for (size_t j = 0; j < shape.sizes[l + 1]; j++)
                assert_near((double)gradient_of(&whole, l, k, j),
                            ((double)gradient_of(&half[0], l, k, j) +
                             (double)gradient_of(&half[1], l, k, j)) /
                                2);
    mlp_net_release(&whole);
    mlp_net_release(&half[0]);
    mlp_net_release(&half[1]);
    free_rows(&t);
    free(params);
}

static void what_is_worked_out_ahead_changes_nothing(void **state)
{
    (void)state;
    static const struct mlp_shape shapes[] = {
        {3, {20, 18, 7, 1}}, {2, {5, 40, 3}}, {1, {9, 1}}};
    for (size_t s = 0; s < 3; s++) {
        const struct mlp_shape *shape = &shapes[s];
        size_t n_outputs = shape->sizes[shape->n_layers];
        size_t n_params = mlp_n_params(shape), order[32];
        struct test_rows t = make_rows(32, shape->sizes[0],
                                       n_outputs == 1 ? 2 : n_outputs, 1, 8);
        float *params = random_params(shape), *left[2];
        struct sit_head_options options = adam_options(0.5, 10);
        options.optimiser = SIT_HEAD_RMSPROP;
        count_up(order, 32);
        for (size_t ahead = 0; ahead < 2; ahead++) {
            struct mlp_net net;
            struct sit_rng rng;
            sit_rng_init(&rng, 1);
            left[ahead] = calloc(n_params, sizeof **left);
            assert_ok(mlp_net_init(&net, shape, mlp_kernels_best(), &options, err));
            mlp_net_put(&net, params);
            for (size_t b = 0; b < 4; b++) {
                struct mlp_batch batch = {order + 8 * b, b < 3 ? 8 : 6};
                struct mlp_batch next = {order + 8 * (b + 1), b < 2 ? 8 : 6};
                assert_true(isfinite(mlp_net_step(
                    &net, &t.rows, &batch, ahead && b < 3 ? &next : NULL, &rng)));
            }
            mlp_net_get(&net, left[ahead]);
            mlp_net_release(&net);
        }
        assert_memory_equal(left[0], left[1], n_params * sizeof **left);
        assert_memory_not_equal(left[0], params, n_params * sizeof **left);
        free(left[0]);
        free(left[1]);
        free(params);
        free_rows(&t);
    }
}

static void loss_and_forward_by_hand(void **state)
{
    (void)state;
    /* 2 -> 2 ReLU -> 1: kernel (in, out), then biases */
    struct mlp_shape shape = {2, {2, 2, 1}};
    const float params[9] = {1, -1, 2, 0.5f, 0.25f, 0, 0.5f, -1, 0.1f};
    const size_t order[2] = {0, 1};
    struct test_rows t = make_rows(2, 2, 2, 0, 1);
    const float x[2][2] = {{1, 1}, {-2, 1}};
    for (size_t i = 0; i < 2; i++)
        memcpy(t.x + i * t.stride, x[i], sizeof x[i]);
    t.y[0] = 1;
    t.y[1] = 0;
    /* row 0: (3.25, 0); z = 1.725. row 1: (.25, 2.5); z = .125 - 2.5 + .1 = -2.275 */
    double p0 = 1 / (1 + exp(-1.725)), p1 = 1 / (1 + exp(2.275));
    struct sit_head_options options = adam_options(0, 2);
    struct mlp_batch batch = {order, 2};
    struct mlp_net net;
    double loss = one_step(&shape, &options, params, &t.rows, &batch, 1, &net);
    assert_near(loss, -(log(p0) + log(1 - p1)) / 2);
    assert_near((double)gradient_of(&net, 1, 2, 0), ((p0 - 1) + p1) / 2);
    assert_near((double)gradient_of(&net, 1, 0, 0), (3.25 * (p0 - 1) + 0.25 * p1) / 2);
    mlp_net_release(&net);
    t.rows.weight[0] = 0.5;
    t.rows.weight[1] = 2;
    loss = one_step(&shape, &options, params, &t.rows, &batch, 1, &net);
    assert_near(loss, -(2 * log(p0) + 0.5 * log(1 - p1)) / 2);
    assert_near((double)gradient_of(&net, 1, 2, 0), (2 * (p0 - 1) + 0.5 * p1) / 2);
    mlp_net_release(&net);
    struct mlp_predictor pr;
    const float *rows[2] = {x[0], x[1]};
    float z[2];
    assert_ok(mlp_predictor_init(&pr, &shape, mlp_kernels_best(), err));
    mlp_predictor_put(&pr, params);
    float *room = calloc(mlp_predictor_room(&pr), sizeof *room);
    mlp_predictor_chunk(&pr, rows, 2, room, z);
    assert_near((double)z[0], 1.725);
    assert_near((double)z[1], -2.275);
    free(room);
    mlp_predictor_release(&pr);
    free_rows(&t);
}

static void certain_rows_are_clipped(void **state)
{
    (void)state;
    const float z[1] = {40}, zs[3] = {0, 40, 0};
    double delta[3];
    for (uint8_t truth = 0; truth < 2; truth++) {
        assert_near(mlp_row_loss(z, 1, truth, delta), truth ? 1e-7 : -log(1e-7));
        assert_true(delta[0] == 0);
        assert_near(mlp_row_loss(zs, 3, truth, delta), truth ? 1e-7 : -log(1e-7));
        assert_true(delta[0] == 0 && delta[1] == 0 && delta[2] == 0);
    }
    const float lost[1] = {NAN};
    assert_true(!isfinite(mlp_row_loss(lost, 1, 0, NULL)));
}

/* Units that all give 1: how many are kept, and what of them arrives. */
static void dropout_keeps_the_mean(void **state)
{
    (void)state;
    enum { N_UNITS = 4000, N_ROWS = 7 };
    static const double rates[] = {0.25, 0.5, 0.3, 0.9};
    struct mlp_shape shape = {2, {1, N_UNITS, 1}};
    float *params = calloc(mlp_n_params(&shape), sizeof *params);
    size_t order[N_ROWS];
    struct test_rows t = make_rows(N_ROWS, 1, 2, 0, 1);
    count_up(order, N_ROWS);
    for (size_t i = 0; i < N_UNITS; i++)
        params[N_UNITS + i] = 1; /* biases */
    for (size_t r = 0; r < 4; r++) {
        struct sit_head_options options = adam_options(rates[r], N_ROWS);
        struct mlp_batch batch = {order, N_ROWS};
        struct mlp_net net;
        one_step(&shape, &options, params, &t.rows, &batch, r, &net);
        double all_rows = 0;
        for (size_t i = 0; i < N_ROWS; i++) {
            const float *h = net.current->h[0] + i * net.layers[1].stride;
            double n_kept = 0;
            for (size_t j = 0; j < N_UNITS; j++) {
                if (h[j] != 0)
                    assert_near((double)h[j], 1 / (1 - rates[r]));
                n_kept += h[j] != 0;
            }
            double expected = N_UNITS * (1 - rates[r]);
            assert_true(fabs(n_kept - expected) < 5 * sqrt(expected * rates[r]));
            all_rows += n_kept;
            assert_near((double)h[N_UNITS], 1); /* what biases are multiplied with */
        }
        assert_true(fabs(all_rows - N_ROWS * N_UNITS * (1 - rates[r])) <
                    5 * sqrt(N_ROWS * N_UNITS * rates[r] * (1 - rates[r])));
        /* Two rows agree in as many units as chance has it. */
        size_t n_both = 0;
        for (size_t j = 0; j < N_UNITS; j++)
            n_both += (net.current->kept[0][j] & 3) == 3;
        double both = (1 - rates[r]) * (1 - rates[r]);
        assert_true(fabs((double)n_both - N_UNITS * both) <
                    5 * sqrt(N_UNITS * both * (1 - both)));
        mlp_net_release(&net);
    }
    free_rows(&t);
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

static void parameters_come_back_as_they_were_put(void **state)
{
    (void)state;
    struct mlp_shape shape = {3, {17, 16, 5, 2}};
    struct sit_head_options options = adam_options(0, 1);
    struct mlp_net net;
    float *params = random_params(&shape), back[17 * 16 + 16 + 17 * 5 + 6 * 2];
    assert_int_equal(mlp_n_params(&shape), sizeof back / sizeof *back);
    assert_ok(mlp_net_init(&net, &shape, mlp_kernels_best(), &options, err));
    mlp_net_put(&net, params);
    mlp_net_get(&net, back);
    assert_memory_equal(params, back, sizeof back);
    mlp_net_release(&net);
    free(params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_match_finite_differences),
        cmocka_unit_test(a_large_batch_is_the_mean_of_its_parts),
        cmocka_unit_test(what_is_worked_out_ahead_changes_nothing),
        cmocka_unit_test(loss_and_forward_by_hand),
        cmocka_unit_test(certain_rows_are_clipped),
        cmocka_unit_test(dropout_keeps_the_mean),
        cmocka_unit_test(initial_weights_are_glorot),
        cmocka_unit_test(parameters_come_back_as_they_were_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
