/*
 * Heads in Keras files: what is written reads back to the bit, files of Keras' own
 * making are read, and models that are no head are refused by what is wrong with them.
 */
#include "keras_support.h"

#include <math.h>

#include "sitter/head.h"
#include "sitter/keras_head.h"

static const size_t SIZES[4] = {5, 4, 3, 1};

/* Layers of the given sizes, every weight different. */
static void make_net(const size_t *sizes, size_t n_layers, struct sit_dense_net *net)
{
    *net = (struct sit_dense_net){0};
    for (size_t l = 0; l < n_layers; l++) {
        assert_ok(sit_dense_net_add(net, sizes[l], sizes[l + 1], err));
        struct sit_dense_layer *layer = &net->layers[l];
        for (size_t i = 0; i < layer->n_in * layer->n_out; i++)
            layer->kernel[i] = sinf((float)(i + 10 * l + 1));
        for (size_t i = 0; i < layer->n_out; i++)
            layer->bias[i] = cosf((float)(i + 10 * l));
    }
}

static void expect_same(const struct sit_dense_net *a, const struct sit_dense_net *b)
{
    assert_int_equal(a->n_layers, b->n_layers);
    for (size_t l = 0; l < a->n_layers; l++) {
        const struct sit_dense_layer *x = &a->layers[l], *y = &b->layers[l];
        assert_int_equal(x->n_in, y->n_in);
        assert_int_equal(x->n_out, y->n_out);
        assert_memory_equal(x->kernel, y->kernel, x->n_in * x->n_out * sizeof(float));
        assert_memory_equal(x->bias, y->bias, x->n_out * sizeof(float));
    }
}

static void what_is_written_reads_back(void **state)
{
    static const size_t softmax[3] = {7, 4, 3}, linear[2] = {3, 1};
    static const struct {
        const size_t *sizes;
        size_t n_layers;
    } nets[] = {{SIZES, 3}, {softmax, 2}, {linear, 1}};
    char *path = sit_file_join(*state, "head.h5");
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        struct sit_dense_net net, back = {0};
        make_net(nets[i].sizes, nets[i].n_layers, &net);
        assert_ok(sit_keras_head_write(path, &net, err));
        assert_ok(sit_keras_head_read(path, &back, err));
        expect_same(&net, &back);
        sit_dense_net_release(&net);
        sit_dense_net_release(&back);
    }
    struct sit_dense_net none = {0};
    struct sit_error failure;
    assert_int_equal(sit_keras_head_write(path, &none, &failure), SIT_E_ARG);
    free(path);
}

/* How a file departs from a plain one. */
struct departure {
    const char *config; /* model_config, NULL: none */
    const char *part;   /* of layer b, in place of "bias:0" */
    size_t bias_n, kernel_n_in;
    bool no_bias, three_dims;
};

/* Layers a (2 -> 2) and b (2 -> 1) at the root, a weightless one between them. */
static void write_head(const char *path, const struct departure *d)
{
    const float values[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    const char *layers[3] = {"a", "drop", "b"}, *weights[2] = {"kernel:0", "bias:0"};
    const hsize_t a_dims[3] = {2, 2, 1}, a_bias[1] = {2};
    const hsize_t b_dims[2] = {d->kernel_n_in > 0 ? d->kernel_n_in : 2, 1};
    const hsize_t b_bias[1] = {d->bias_n > 0 ? d->bias_n : 1};
    hid_t file = keras_create(path);
    keras_names(file, "layer_names", KERAS_VARIABLE, layers, 3);
    if (d->config != NULL)
        keras_text(file, "model_config", d->config);
    hid_t group = keras_group(file, "a");
    keras_names(group, "weight_names", KERAS_FIXED, weights, 2);
    keras_array(group, "kernel:0", H5T_IEEE_F64LE, d->three_dims ? 3 : 2, a_dims,
                values, 0);
    keras_array(group, "bias:0", H5T_IEEE_F32BE, 1, a_bias, values, 0);
    H5Gclose(group);
    group = keras_group(file, "drop");
    keras_no_names(group, "weight_names");
    H5Gclose(group);
    if (d->part != NULL)
        weights[1] = d->part;
    group = keras_group(file, "b");
    keras_names(group, "weight_names", KERAS_FIXED, weights, d->no_bias ? 1 : 2);
    keras_array(group, "kernel:0", H5T_IEEE_F32LE, 2, b_dims, values, 0);
    keras_array(group, weights[1], H5T_IEEE_F32LE, 1, b_bias, values, 0);
    H5Gclose(group);
    H5Fclose(file);
}

static void refuses(void **state, const struct departure *d, const char *part)
{
    char *path = sit_file_join(*state, "head.h5");
    struct sit_dense_net net = {0};
    struct sit_error failure = {0};
    write_head(path, d);
    enum sit_status status = sit_keras_head_read(path, &net, &failure);
    if (status != SIT_E_FORMAT || strstr(failure.message, part) == NULL ||
        strstr(failure.message, path) == NULL)
        fail_msg("%s: '%s' does not say '%s'", sit_status_name(status), failure.message,
                 part);
    assert_int_equal(net.n_layers, 0);
    free(path);
}

static void accepts(void **state, const struct departure *d)
{
    char *path = sit_file_join(*state, "head.h5");
    struct sit_dense_net net = {0};
    write_head(path, d);
    assert_ok(sit_keras_head_read(path, &net, err));
    assert_int_equal(net.n_layers, 2);
    assert_int_equal(net.layers[0].n_in, 2);
    assert_true(net.layers[0].kernel[3] == 4 && net.layers[0].bias[1] == 2);
    assert_true(net.layers[1].bias[0] == (d->no_bias ? 0.0f : 1.0f));
    sit_dense_net_release(&net);
    free(path);
}

static void weights_alone_are_a_head(void **state)
{
    accepts(state, &(struct departure){0});
    accepts(state, &(struct departure){.no_bias = true});
    refuses(state, &(struct departure){.part = "gamma:0"}, "a weight 'gamma'");
    refuses(state, &(struct departure){.bias_n = 2},
            "has 2 values, its kernel gives 1");
    refuses(state, &(struct departure){.kernel_n_in = 3},
            "layer 'b': layer 2 takes 3 values, the one before it gives 2");
    refuses(state, &(struct departure){.three_dims = true},
            "is 2 x 2 x 1, a dense layer's has two dimensions");
}

#define DENSE(units, activation)                                                       \
    "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d" #units                    \
    "\", \"units\": " #units ", \"activation\": \"" activation "\"}}"
#define LAYER(kind, config) "{\"class_name\": \"" kind "\", \"config\": {" config "}}"
#define SEQUENTIAL(layers)  "{\"class_name\": \"Sequential\", \"config\": [" layers "]}"
#define NODE(name, kind, rest, inbound)                                                \
    "{\"class_name\": \"" kind "\", \"config\": {\"name\": \"" name "\"" rest "}, "    \
    "\"inbound_nodes\": [" inbound "]}"

static void the_description_is_checked(void **state)
{
    static const char *const good[] = {
        SEQUENTIAL(DENSE(2, "relu") ", " LAYER("Dropout", "") ", " DENSE(1, "sigmoid")),
        SEQUENTIAL(LAYER("Flatten", "") ", " DENSE(2, "linear") ", " LAYER(
            "Activation", "\"activation\": \"relu\"") ", " DENSE(1, "sigmoid")),
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": "
        "[" DENSE(2, "relu") ", " DENSE(1, "sigmoid") "]}}",
        "{\"class_name\": \"Functional\", \"config\": {\"layers\": [" NODE(
            "in", "InputLayer", "",
            "") ", " NODE("x", "Dense", ", \"units\": 2, \"activation\": \"relu\"",
                          "[[\"in\", 0, 0, {}]]") ", " NODE("y", "Dense",
                                                            ", \"units\": 1, "
                                                            "\"activation\": "
                                                            "\"sigmoid\"",
                                                            "[[\"x\", 0, 0, {}]]") "]}"
                                                                                   "}",
    };
    static const char *const bad[][2] = {
        {"{", "is not JSON"},
        {"[]", "describes no row of layers"},
        {"{\"class_name\": \"Sequential\", \"config\": 3}", "no row of layers"},
        {SEQUENTIAL(DENSE(2, "tanh") ", " DENSE(1, "sigmoid")),
         "layer 'd2' has the activation 'tanh', a head's would be 'relu'"},
        {SEQUENTIAL(DENSE(2, "relu") ", " DENSE(1, "linear")),
         "layer 'd1' has the activation 'linear', a head's would be 'sigmoid'"},
        {SEQUENTIAL(DENSE(2, "relu") ", " LAYER(
             "Activation", "\"activation\": \"relu\"") ", " DENSE(1, "sigmoid")),
         "an activation where a head has none"},
        {SEQUENTIAL(DENSE(2, "relu")), "fewer dense layers"},
        {SEQUENTIAL(DENSE(2, "relu") ", " DENSE(1, "sigmoid") ", " DENSE(1, "sigmoid")),
         "more dense layers than there are weights for"},
        {SEQUENTIAL(DENSE(3, "relu") ", " DENSE(1, "sigmoid")), "a layer's size"},
        {SEQUENTIAL(LAYER("LSTM", "")), "a layer of kind 'LSTM'"},
        {"{\"class_name\": \"Model\", \"config\": {\"layers\": [" NODE(
             "in", "InputLayer", "",
             "") ", " NODE("x", "Dense", ", \"units\": 2, \"activation\": \"relu\"",
                           "[[\"in\", 0, 0, {}]]") ", " NODE("y", "Dense",
                                                             ", \"units\": 1, "
                                                             "\"activation\": "
                                                             "\"sigmoid\"",
                                                             "[[\"in\", 0, 0, "
                                                             "{}]]") "]}}",
         "do not form a single row"},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        accepts(state, &(struct departure){.config = good[i]});
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refuses(state, &(struct departure){.config = bad[i][0]}, bad[i][1]);
}

/*
 * Layers and heads
 */

enum { N = 200, D = 12 };

static struct sit_head *trained(enum sit_head_kind kind, size_t n_classes,
                                const float *x, double temperature)
{
    static uint8_t y[N];
    static uint32_t group[N];
    struct sit_head_options options;
    struct sit_head *head = NULL;
    for (size_t i = 0; i < N; i++) {
        y[i] = (uint8_t)(i % n_classes);
        group[i] = (uint32_t)i;
    }
    struct sit_dataset data = {
        .x = x, .y = y, .group = group, .n = N, .d = D, .n_classes = n_classes};
    sit_head_options_init(&options, kind);
    options.c = 0.5;
    options.n_epochs = 3;
    options.n_hidden = 1;
    options.hidden[0] = 8;
    assert_ok(sit_head_train(&data, NULL, &options, NULL, &head, NULL, err));
    assert_ok(sit_head_set_temperature(head, temperature, err));
    return head;
}

static void layers_of_a_head_give_its_probabilities(void **state)
{
    (void)state;
    static float x[N * D];
    for (size_t i = 0; i < N * D; i++)
        x[i] = sinf((float)(i * i % 1013)) * (float)(1 + i % D) + (float)(i % D);
    for (size_t n_classes = 2; n_classes <= 3; n_classes++)
        for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_FISHER; kind++) {
            float p[N * 3], again[N * 3];
            struct sit_dense_net net = {0};
            struct sit_head *head = trained((enum sit_head_kind)kind, n_classes, x,
                                            1.7);
            struct sit_head *copy = NULL;
            assert_ok(sit_head_get_layers(head, &net, err));
            assert_ok(sit_head_from_layers(&net, n_classes, &copy, err));
            assert_ok(sit_head_predict(head, x, N, D, p, err));
            assert_ok(sit_head_predict(copy, x, N, D, again, err));
            for (size_t i = 0; i < N * n_classes; i++)
                assert_true(fabsf(p[i] - again[i]) < 2e-6f);
            sit_dense_net_release(&net);
            sit_head_free(copy);
            sit_head_free(head);
        }
}

static void two_softmax_outputs_are_a_sigmoid(void **state)
{
    (void)state;
    static const size_t sizes[3] = {3, 2, 2};
    const float x[3] = {0.3f, -1, 2};
    struct sit_dense_net net;
    struct sit_head *head = NULL;
    float p[2];
    make_net(sizes, 2, &net);
    assert_ok(sit_head_from_layers(&net, 2, &head, err));
    assert_ok(sit_head_predict(head, x, 1, 3, p, err));
    float h[2], z[2];
    for (size_t k = 0; k < 2; k++) {
        h[k] = net.layers[0].bias[k];
        for (size_t i = 0; i < 3; i++)
            h[k] += x[i] * net.layers[0].kernel[i * 2 + k];
        h[k] = h[k] > 0 ? h[k] : 0;
    }
    for (size_t k = 0; k < 2; k++)
        z[k] = net.layers[1].bias[k] + h[0] * net.layers[1].kernel[k] +
               h[1] * net.layers[1].kernel[2 + k];
    assert_true(fabsf(p[1] - expf(z[1]) / (expf(z[0]) + expf(z[1]))) < 1e-6f);
    struct sit_error failure;
    struct sit_head *none = NULL;
    assert_int_equal(sit_head_from_layers(&net, 3, &none, &failure), SIT_E_ARG);
    assert_non_null(strstr(failure.message, "2 outputs for 3 classes"));
    sit_head_free(head);
    sit_dense_net_release(&net);
}

static int set_up(void **state)
{
    *state = test_make_dir();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    test_remove_dir(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(weights_alone_are_a_head),
        cmocka_unit_test(the_description_is_checked),
        cmocka_unit_test(layers_of_a_head_give_its_probabilities),
        cmocka_unit_test(two_softmax_outputs_are_a_sigmoid),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
