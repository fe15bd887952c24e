/*
 * The network as a whole: that results do not depend on batch or threads, the ceiling
 * on memory, and what is refused. Its features are compared with PyTorch's in
 * tests/ref/vgg_ref_test.c.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/alloc.h"
#include "sitter/rng.h"
#include "vgg_generated.h"

enum { N_FACES = 3 };

static const size_t MIB = (size_t)1 << 20;

static int make_weights(void **state)
{
    struct sit_vgg_weights *weights = sit_calloc(1, sizeof *weights);
    assert_non_null(weights);
    assert_true(vgg_generated_weights(weights));
    *state = weights;
    return 0;
}

static int drop_weights(void **state)
{
    sit_vgg_weights_release(*state);
    free(*state);
    return 0;
}

static void the_layers_are_those_of_vgg16(void **state)
{
    (void)state;
    size_t n_weights = 0, n_pools = 0, n_in = 3;
    for (size_t l = 0; l < SIT_VGG_N_LAYERS; l++) {
        const struct sit_vgg_layer *layer = sit_vgg_layer(l);
        assert_int_equal(layer->n_in, n_in);
        n_in = layer->n_out;
        n_weights += (9 * layer->n_in + 1) * layer->n_out;
        n_pools += layer->pool_after;
    }
    assert_int_equal(n_weights, 14714688);
    assert_int_equal(n_pools, 5);
    assert_int_equal(n_in, SIT_VGG_DIM);
    assert_null(sit_vgg_layer(SIT_VGG_N_LAYERS));
}

static void batch_and_threads_do_not_change_a_bit(void **state)
{
    static const size_t configurations[][2] = {{1, 1}, {2, 2}, {3, 3}};
    enum { N = sizeof configurations / sizeof *configurations };
    struct sit_rng rng;
    float *out[N];
    float *pixels = sit_malloc_array(N_FACES * SIT_VGG_N_PIXEL_VALUES, sizeof *pixels);
    assert_non_null(pixels);
    sit_rng_init(&rng, 4);
    for (size_t i = 0; i < N_FACES * SIT_VGG_N_PIXEL_VALUES; i++)
        pixels[i] = (float)sit_rng_below(&rng, 256);
    for (size_t k = 0; k < N; k++) {
        struct sit_vgg_options options;
        struct sit_vgg *vgg = NULL;
        sit_vgg_options_init(&options);
        options.batch = configurations[k][0];
        options.n_threads = configurations[k][1];
        assert_ok(sit_vgg_new(*state, &options, &vgg, err));
        assert_int_equal(sit_vgg_batch(vgg), options.batch);
        assert_in_range(sit_vgg_n_threads(vgg), 1, options.n_threads);
        out[k] = sit_malloc_array(N_FACES * SIT_VGG_DIM, sizeof(float));
        assert_non_null(out[k]);
        assert_ok(sit_vgg_forward(vgg, pixels, N_FACES, out[k], err));
        assert_memory_equal(out[k], out[0], N_FACES * SIT_VGG_DIM * sizeof(float));
        sit_vgg_free(vgg);
    }
    /* Other faces, other features. */
    assert_memory_not_equal(out[0], out[0] + SIT_VGG_DIM, SIT_VGG_DIM * sizeof(float));
    for (size_t k = 0; k < N; k++)
        free(out[k]);
    free(pixels);
}

static void memory_stays_below_the_ceiling(void **state)
{
    struct sit_vgg_options options;
    struct sit_vgg *vgg = NULL;
    struct sit_error error;
    sit_vgg_options_init(&options);
    options.n_threads = 1;
    for (size_t k = 0; k < 2; k++) {
        options.path = k == 0 ? SIT_VGG_FAST : SIT_VGG_PLAIN;
        options.batch = 16;
        options.max_bytes = 300 * MIB;
        assert_ok(sit_vgg_new(*state, &options, &vgg, err));
        assert_true(sit_vgg_memory_bytes(vgg) <= options.max_bytes);
        assert_in_range(sit_vgg_batch(vgg), 1, 16);
        size_t batch = sit_vgg_batch(vgg), n_bytes = sit_vgg_memory_bytes(vgg);
        sit_vgg_free(vgg);
        vgg = NULL;
        /* One byte less is a face less. */
        options.batch = batch;
        options.max_bytes = n_bytes - 1;
        assert_ok(sit_vgg_new(*state, &options, &vgg, err));
        assert_int_equal(sit_vgg_batch(vgg), batch - 1);
        sit_vgg_free(vgg);
        vgg = NULL;
        options.max_bytes = 50 * MIB;
        assert_int_equal(sit_vgg_new(*state, &options, &vgg, &error), SIT_E_LIMIT);
        assert_non_null(strstr(error.message, "50 MiB"));
        assert_null(vgg);
    }
    options = (struct sit_vgg_options){.batch = SIZE_MAX,
                                       .n_threads = 1,
                                       .max_bytes = 400 * MIB,
                                       .path = SIT_VGG_PLAIN};
    assert_ok(sit_vgg_new(*state, &options, &vgg, err));
    assert_in_range(sit_vgg_batch(vgg), 1, SIT_VGG_MAX_BATCH);
    sit_vgg_free(vgg);
}

static void threads_give_way_to_the_ceiling(void **state)
{
    struct sit_vgg_options options;
    struct sit_vgg *vgg = NULL;
    sit_vgg_options_init(&options);
    options.n_threads = 1;
    options.batch = 1;
    assert_ok(sit_vgg_new(*state, &options, &vgg, err));
    options.max_bytes = sit_vgg_memory_bytes(vgg);
    sit_vgg_free(vgg);
    options.n_threads = 8;
    assert_ok(sit_vgg_new(*state, &options, &vgg, err));
    assert_int_equal(sit_vgg_n_threads(vgg), 1);
    assert_int_equal(sit_vgg_memory_bytes(vgg), options.max_bytes);
    sit_vgg_free(vgg);
    /* One byte less, and the message says how much it takes. */
    struct sit_error error;
    vgg = NULL;
    options.max_bytes--;
    assert_int_equal(sit_vgg_new(*state, &options, &vgg, &error), SIT_E_LIMIT);
    char needed[64];
    snprintf(needed, sizeof needed, "at least %zu MiB", options.max_bytes / MIB + 1);
    assert_non_null(strstr(error.message, needed));
}

static void bad_weights_are_refused(void **state)
{
    struct sit_vgg_weights weights = *(struct sit_vgg_weights *)*state;
    struct sit_vgg_options options;
    struct sit_vgg *vgg = NULL;
    struct sit_error error;
    sit_vgg_options_init(&options);
    float *bias = weights.bias[7], kept = bias[3];
    bias[3] = NAN;
    assert_int_equal(sit_vgg_new(&weights, &options, &vgg, &error), SIT_E_NUMERIC);
    assert_non_null(strstr(error.message, "conv4_1"));
    bias[3] = kept;
    weights.kernel[12] = NULL;
    assert_int_equal(sit_vgg_new(&weights, &options, &vgg, &error), SIT_E_ARG);
    assert_non_null(strstr(error.message, "conv5_3"));
    assert_null(vgg);
    sit_vgg_free(NULL);
}

static void overflow_is_an_error(void **state)
{
    struct sit_vgg_weights *weights = *state;
    struct sit_vgg_options options;
    struct sit_vgg *vgg = NULL;
    struct sit_error error;
    float *pixels = sit_calloc(SIT_VGG_N_PIXEL_VALUES, sizeof *pixels);
    float *out = sit_calloc(SIT_VGG_DIM, sizeof *out);
    assert_true(pixels != NULL && out != NULL);
    sit_vgg_options_init(&options);
    options.batch = 1;
    float *bias = weights->bias[0], kept = bias[0];
    bias[0] = 1e38f;
    assert_ok(sit_vgg_new(weights, &options, &vgg, err));
    bias[0] = kept;
    assert_int_equal(sit_vgg_forward(vgg, pixels, 1, out, &error), SIT_E_NUMERIC);
    assert_ok(sit_vgg_forward(vgg, pixels, 0, out, err));
    sit_vgg_free(vgg);
    free(out);
    free(pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layers_are_those_of_vgg16),
        cmocka_unit_test(batch_and_threads_do_not_change_a_bit),
        cmocka_unit_test(memory_stays_below_the_ceiling),
        cmocka_unit_test(threads_give_way_to_the_ceiling),
        cmocka_unit_test(bad_weights_are_refused),
        cmocka_unit_test(overflow_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_weights, drop_weights);
}
