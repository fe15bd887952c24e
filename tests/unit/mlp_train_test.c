/*
 * Training a perceptron: it learns and repeats to the bit, stops early with the best
 * weights, refuses what cannot be stopped early, and tells when it diverges.
 */
#include "mlp_support.h"

#include "mlp_predict.h"
#include "mlp_train.h"

static void training_learns_and_repeats(void **state)
{
    (void)state;
    static const enum sit_head_optimiser optimisers[] = {SIT_HEAD_RMSPROP,
                                                         SIT_HEAD_ADAM, SIT_HEAD_ADAMW};
    static const size_t batches[] = {10, 1, 40, 1000};
    struct mlp_shape shape = {2, {6, 12, 3}};
    struct test_rows t = make_rows(53, 6, 3, 3, 6);
    size_t n_params = mlp_n_params(&shape);
    float *a = calloc(n_params, sizeof *a), *b = calloc(n_params, sizeof *b);
    for (size_t k = 0; k < 12; k++) {
        struct sit_head_options options = adam_options(0.1, batches[k % 4]);
        struct sit_head_restart result;
        struct mlp_task task = {
            .shape = &shape, .rows = &t.rows, .options = &options, .seed = 9};
        options.optimiser = optimisers[k / 4];
        options.learning_rate = 1e-2;
        options.n_epochs = k % 4 < 2 ? 100 : 300;
        assert_ok(mlp_train(&task, NULL, a, &result, err));
        if (!(result.loss < 0.15))
            fail_msg("optimiser %zu, batch %zu: loss %g", k / 4, batches[k % 4],
                     result.loss);
        assert_int_equal(result.n_epochs, options.n_epochs);
        assert_int_equal(result.best_epoch, options.n_epochs);
        assert_int_equal(result.n_stop, 0);
        assert_true(isnan(result.stop_loss));
        task.held_out = &t.rows; /* watching changes nothing */
        assert_ok(mlp_train(&task, NULL, b, &result, err));
        assert_memory_equal(a, b, n_params * sizeof *a);
        task.seed = 10;
        assert_ok(mlp_train(&task, NULL, b, &result, err));
        assert_memory_not_equal(a, b, n_params * sizeof *a);
    }
    free(a);
    free(b);
    free_rows(&t);
}

static void a_batch_of_all_rows_is_one_of_more(void **state)
{
    (void)state;
    struct mlp_shape shape = {2, {6, 12, 1}};
    struct test_rows t = make_rows(21, 6, 2, 3, 6);
    size_t n_params = mlp_n_params(&shape);
    float *a = calloc(n_params, sizeof *a), *b = calloc(n_params, sizeof *b);
    struct sit_head_options options = adam_options(0.5, 21);
    struct sit_head_restart result;
    struct mlp_task task = {.shape = &shape, .rows = &t.rows, .options = &options};
    assert_ok(mlp_train(&task, NULL, a, &result, err));
    options.batch_size = 1000000;
    assert_ok(mlp_train(&task, NULL, b, &result, err));
    assert_memory_equal(a, b, n_params * sizeof *a);
    free(a);
    free(b);
    free_rows(&t);
}

static void diverging_is_told(void **state)
{
    (void)state;
    struct mlp_shape shape = {2, {6, 12, 1}};
    struct test_rows t = make_rows(40, 6, 2, 3, 6);
    float *params = calloc(mlp_n_params(&shape), sizeof *params);
    for (int k = 0; k < 2; k++) {
        struct sit_head_options options = adam_options(0.1, k ? 64 : 10);
        struct sit_head_restart result = {.n_epochs = 12345};
        struct sit_error failure;
        struct mlp_task task = {.shape = &shape, .rows = &t.rows, .options = &options};
        options.optimiser = k ? SIT_HEAD_ADAM : SIT_HEAD_RMSPROP;
        options.learning_rate = 1e38;
        assert_int_equal(mlp_train(&task, NULL, params, &result, &failure),
                         SIT_E_NUMERIC);
        assert_non_null(strstr(failure.message, "diverged in epoch"));
        assert_int_equal(result.n_epochs, 12345);
    }
    free(params);
    free_rows(&t);
}

/* Mean loss of the rows kept aside, by the predictor. */
static double stop_loss_of(const struct mlp_shape *shape, const struct test_rows *t,
                           const uint8_t *is_stop, const float *params)
{
    struct mlp_predictor pr;
    double sum = 0, n = 0;
    assert_ok(mlp_predictor_init(&pr, shape, mlp_kernels_best(), err));
    mlp_predictor_put(&pr, params);
    float *room = calloc(mlp_predictor_room(&pr), sizeof *room), z[1];
    for (size_t i = 0; i < t->rows.n; i++)
        if (is_stop[i]) {
            const float *row = t->x + i * t->stride;
            mlp_predictor_chunk(&pr, &row, 1, room, z);
            sum += mlp_row_loss(z, 1, t->y[i], NULL);
            n++;
        }
    free(room);
    mlp_predictor_release(&pr);
    return sum / n;
}

static void early_stopping_keeps_the_best(void **state)
{
    (void)state;
    enum { N = 60 };
    struct mlp_shape shape = {2, {20, 30, 1}};
    struct test_rows t = make_rows(N, 20, 2, 0.5, 4); /* little to learn, much to learn
                                                         by heart */
    size_t n_params = mlp_n_params(&shape);
    float *a = calloc(n_params, sizeof *a), *b = calloc(n_params, sizeof *b);
    uint8_t is_stop[N];
    for (size_t i = 0; i < N; i++)
        is_stop[i] = i % 6 < 2;
    struct sit_head_options options = adam_options(0.1, 5);
    options.learning_rate = 5e-3;
    options.patience = 7;
    options.n_epochs = 1000;
    struct sit_head_restart result, again;
    struct mlp_task task = {.shape = &shape,
                            .rows = &t.rows,
                            .is_stop = is_stop,
                            .options = &options,
                            .seed = 2};
    assert_ok(mlp_train(&task, NULL, a, &result, err));
    print_message("kept epoch %zu of %zu, loss %.4f, aside %.4f\n", result.best_epoch,
                  result.n_epochs, result.loss, result.stop_loss);
    assert_int_equal(result.n_stop, N / 3);
    assert_int_equal(result.n_epochs, result.best_epoch + 7);
    assert_true(fabs(stop_loss_of(&shape, &t, is_stop, a) - result.stop_loss) < 1e-12);
    /* Ended at the best epoch, it is the same; no epoch before or after was better. */
    options.n_epochs = result.best_epoch;
    assert_ok(mlp_train(&task, NULL, b, &again, err));
    assert_memory_equal(a, b, n_params * sizeof *a);
    assert_true(again.loss == result.loss && again.stop_loss == result.stop_loss);
    double least = INFINITY;
    size_t least_epoch = 0;
    for (size_t epoch = 1; epoch <= result.n_epochs; epoch++) {
        options.n_epochs = epoch;
        options.patience = 1000;
        assert_ok(mlp_train(&task, NULL, b, &again, err));
        if (again.stop_loss < least) {
            least = again.stop_loss;
            least_epoch = epoch;
        }
    }
    assert_int_equal(least_epoch, result.best_epoch);
    /* The rows kept aside teach nothing. */
    options.patience = 7;
    options.n_epochs = 1000;
    for (size_t i = 0; i < N; i++)
        if (is_stop[i])
            t.x[i * t.stride] += 1e-3f;
    assert_ok(mlp_train(&task, NULL, b, &again, err));
    if (again.best_epoch == result.best_epoch)
        assert_memory_equal(a, b, n_params * sizeof *a);
    assert_true(again.stop_loss != result.stop_loss);
    free(a);
    free(b);
    free_rows(&t);
}

static void rows_kept_aside_are_whole_sources(void **state)
{
    (void)state;
    enum { N = 200 };
    uint8_t y[N], is_stop[N];
    uint32_t group[N];
    size_t n_different = 0;
    for (size_t i = 0; i < N; i++) {
        group[i] = (uint32_t)(i / 4);
        y[i] = (uint8_t)(i / 4 % 5 == 0 ? 2 : i % 2);
    }
    struct sit_dataset data = {NULL, y, group, N, 1, 3};
    for (uint64_t seed = 0; seed < 10; seed++) {
        size_t n_stop = 0, of_class[3] = {0};
        assert_ok(mlp_stop_choose(&data, 0.1, seed, is_stop, err));
        for (size_t i = 0; i < N; i++) {
            n_stop += is_stop[i];
            of_class[y[i]] += is_stop[i];
            if (i % 4 > 0)
                assert_int_equal(is_stop[i], is_stop[i - 1]);
        }
        assert_true(n_stop >= 16 && n_stop <= 24);
        assert_true(of_class[0] > 0 && of_class[1] > 0 && of_class[2] > 0);
        n_different += is_stop[0];
    }
    assert_int_equal(n_different, 1); /* ten seeds, ten folds */
}

static void too_few_sources_to_stop_early(void **state)
{
    (void)state;
    uint8_t y[6] = {0, 1, 0, 1, 0, 1}, is_stop[6] = {9, 9, 9, 9, 9, 9};
    uint32_t group[6] = {3, 3, 3, 7, 7, 7};
    struct sit_error failure;
    struct sit_dataset data = {NULL, y, group, 6, 1, 2};
    assert_int_equal(mlp_stop_choose(&data, 0.1, 0, is_stop, &failure), SIT_E_ARG);
    assert_non_null(strstr(failure.message, "needs 10 sources, they are of 2"));
    assert_int_equal(is_stop[0], 9);
    assert_ok(mlp_stop_choose(&data, 0.5, 0, is_stop, err));
    for (size_t i = 0; i < 6; i++) {
        group[i] = 3;
        is_stop[i] = 9;
    }
    assert_int_equal(mlp_stop_choose(&data, 0.5, 0, is_stop, &failure), SIT_E_ARG);
    assert_non_null(strstr(failure.message, "needs 2 sources, they are of 1"));
    /* Each class has a source of its own: without it nothing is left of the class. */
    for (size_t i = 0; i < 6; i++)
        group[i] = y[i];
    assert_int_equal(mlp_stop_choose(&data, 0.5, 0, is_stop, &failure), SIT_E_ARG);
    assert_non_null(strstr(failure.message, "leave a class without any"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_learns_and_repeats),
        cmocka_unit_test(a_batch_of_all_rows_is_one_of_more),
        cmocka_unit_test(diverging_is_told),
        cmocka_unit_test(early_stopping_keeps_the_best),
        cmocka_unit_test(rows_kept_aside_are_whole_sources),
        cmocka_unit_test(too_few_sources_to_stop_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
