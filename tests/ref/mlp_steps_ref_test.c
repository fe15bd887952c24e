/*
 * Training step by step against PyTorch (make_mlp_reference.py): losses and weights
 * after each batch, for every optimiser and instruction set.
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "mlp_step.h"

enum { N_ROWS = 14, MAX_DIM = 8, MAX_PARAMS = 100 };

static double number(const json_t *list, size_t i)
{
    return json_number_value(json_array_get(list, i));
}

static void read_params(const json_t *list, size_t n, float *params)
{
    assert_int_equal(json_array_size(list), n);
    for (size_t i = 0; i < n; i++)
        params[i] = (float)number(list, i);
}

/* The largest deviation of a weight or loss from the reference. */
static double check_case(const json_t *example, const struct mlp_kernels *kernels)
{
    const json_t *sizes = json_object_get(example, "sizes");
    const json_t *steps = json_object_get(example, "steps");
    struct mlp_shape shape = {.n_layers = json_array_size(sizes) - 1};
    struct sit_head_options options;
    struct mlp_net net;
    struct sit_rng rng;
    float memory[(N_ROWS + 1) * MLP_PAD] = {0}, *x = mlp_align(memory);
    float params[MAX_PARAMS], expected[MAX_PARAMS];
    uint8_t y[N_ROWS];
    size_t order[N_ROWS];
    for (size_t l = 0; l <= shape.n_layers; l++)
        shape.sizes[l] = (size_t)json_integer_value(json_array_get(sizes, l));
    size_t d = shape.sizes[0], n_params = mlp_n_params(&shape);
    assert_true(d <= MAX_DIM && n_params <= MAX_PARAMS);
    struct mlp_rows rows = {.x = x, .y = y, .n = N_ROWS};
    for (size_t i = 0; i < N_ROWS; i++) {
        for (size_t j = 0; j < d; j++)
            x[i * MLP_PAD + j] = (float)number(json_object_get(example, "x"),
                                               i * d + j);
        x[i * MLP_PAD + d] = 1;
        y[i] = (uint8_t)number(json_object_get(example, "y"), i);
        order[i] = i;
    }
    for (size_t k = 0; k < json_array_size(json_object_get(example, "weight")); k++)
        rows.weight[k] = number(json_object_get(example, "weight"), k);
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.dropout = 0;
    options.learning_rate = 1e-2;
    options.weight_decay = 0.1;
    assert_true(sit_head_optimiser_find(
        json_string_value(json_object_get(example, "optimiser")), &options.optimiser));
    read_params(json_object_get(example, "params"), n_params, params);
    sit_rng_init(&rng, 1);
    assert_ok(mlp_net_init(&net, &shape, kernels, &options, err));
    mlp_net_put(&net, params);
    double most = 0;
    for (size_t s = 0; s < json_array_size(steps); s++) {
        const json_t *step = json_array_get(steps, s);
        struct mlp_batch batch = {order + 5 * (s % 3), s % 3 < 2 ? 5 : 4};
        double loss = mlp_net_step(&net, &rows, &batch, NULL, &rng);
        most = fmax(most,
                    fabs(loss - json_number_value(json_object_get(step, "loss"))));
        mlp_net_get(&net, params);
        read_params(json_object_get(step, "params"), n_params, expected);
        for (size_t i = 0; i < n_params; i++)
            most = fmax(most, fabs((double)params[i] - (double)expected[i]));
    }
    mlp_net_release(&net);
    return most;
}

static void every_step_agrees(void **state)
{
    (void)state;
    json_t *reference = json_load_file(SITTER_REF_DIR "/mlp-steps-reference.json", 0,
                                       NULL);
    assert_non_null(reference);
    size_t n_kernels;
    const struct mlp_kernels *const *kernels = mlp_kernels_all(&n_kernels);
    const json_t *cases = json_object_get(reference, "cases");
    assert_int_equal(json_array_size(cases), 9);
    for (size_t i = 0; i < 9; i++) {
        const json_t *example = json_array_get(cases, i);
        for (size_t k = 0; k < n_kernels; k++) {
            double most = check_case(example, kernels[k]);
            print_message("%s, %zu layers, %s: largest deviation %.1e\n",
                          json_string_value(json_object_get(example, "optimiser")),
                          json_array_size(json_object_get(example, "sizes")) - 1,
                          kernels[k]->name, most);
            assert_true(most < 5e-6);
        }
    }
    json_decref(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_step_agrees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
