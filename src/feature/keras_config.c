/*
 * Keras' description of a model: read as far as a head can be built that way, and
 * written for our own heads. JSON by jansson; the weights are elsewhere.
 */
#include "keras_config.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Layers that change nothing when a head predicts. */
static const char *const PASSING[] = {"InputLayer",
                                      "Dropout",
                                      "Flatten",
                                      "GaussianNoise",
                                      "GaussianDropout",
                                      "AlphaDropout",
                                      "ActivityRegularization"};

/* The walk through the described layers. */
struct chain {
    const char *path;
    const struct sit_dense_net *net;
    size_t n_dense;
    char activation[32]; /* of the newest dense layer */
    char layer[64];      /* its name, for messages */
    const char *before;  /* name of the layer before, NULL at the first */
};

static enum sit_status differs(const struct chain *c, const char *what,
                               struct sit_error *err)
{
    return sit_error_set(err, SIT_E_FORMAT, "'%s': model_config %s", c->path, what);
}

static const char *text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? json_string_value(value) : "";
}

/* What follows the newest dense layer is known now. */
static enum sit_status check_activation(const struct chain *c, struct sit_error *err)
{
    if (c->n_dense == 0)
        return SIT_OK;
    bool is_last = c->n_dense == c->net->n_layers;
    const char *wanted = !is_last                                    ? "relu"
                         : c->net->layers[c->n_dense - 1].n_out == 1 ? "sigmoid"
                                                                     : "softmax";
    if (strcmp(c->activation, wanted) == 0)
        return SIT_OK;
    return sit_error_set(err, SIT_E_FORMAT,
                         "'%s': layer '%s' has the activation '%s', a head's would be "
                         "'%s'",
                         c->path, c->layer, c->activation, wanted);
}

static enum sit_status take_dense(struct chain *c, const json_t *config,
                                  struct sit_error *err)
{
    enum sit_status status = check_activation(c, err);
    if (status != SIT_OK)
        return status;
    if (c->n_dense == c->net->n_layers)
        return differs(c, "has more dense layers than there are weights for", err);
    const json_t *units = json_object_get(config, "units");
    if (!json_is_integer(units) ||
        json_integer_value(units) != (json_int_t)c->net->layers[c->n_dense].n_out)
        return differs(c, "and the weights differ in a layer's size", err);
    snprintf(c->activation, sizeof c->activation, "%s", text_of(config, "activation"));
    snprintf(c->layer, sizeof c->layer, "%s", text_of(config, "name"));
    c->n_dense++;
    return SIT_OK;
}

/* An activation as a layer of its own. */
static enum sit_status take_activation(struct chain *c, const json_t *config,
                                       struct sit_error *err)
{
    if (c->n_dense == 0 || strcmp(c->activation, "linear") != 0)
        return differs(c, "has an activation where a head has none", err);
    snprintf(c->activation, sizeof c->activation, "%s", text_of(config, "activation"));
    return SIT_OK;
}

/* A layer of a functional model may only follow the one before it:
 * inbound_nodes [[["name", 0, 0, {}]]]. */
static bool follows(const struct chain *c, const json_t *layer)
{
    const json_t *inbound = json_object_get(layer, "inbound_nodes");
    if (inbound == NULL)
        return true;
    if (c->before == NULL)
        return json_array_size(inbound) == 0;
    const json_t *nodes = json_array_get(inbound, 0), *node = json_array_get(nodes, 0);
    const json_t *name = json_array_get(node, 0);
    return json_array_size(inbound) == 1 && json_array_size(nodes) == 1 &&
           json_is_string(name) && strcmp(json_string_value(name), c->before) == 0;
}

static enum sit_status take_layer(struct chain *c, const json_t *layer,
                                  struct sit_error *err)
{
    const char *kind = text_of(layer, "class_name");
    const json_t *config = json_object_get(layer, "config");
    if (!follows(c, layer))
        return differs(c, "has layers that do not form a single row", err);
    c->before = text_of(config, "name");
    if (strcmp(kind, "Dense") == 0)
        return take_dense(c, config, err);
    if (strcmp(kind, "Activation") == 0)
        return take_activation(c, config, err);
    for (size_t i = 0; i < sizeof PASSING / sizeof PASSING[0]; i++)
        if (strcmp(kind, PASSING[i]) == 0)
            return SIT_OK;
    return sit_error_set(err, SIT_E_FORMAT,
                         "'%s': a layer of kind '%.40s' is not part of a head (Dense, "
                         "Activation, Dropout)",
                         c->path, kind);
}

/* The list of layers: of Keras 2.0 the config itself, later its member. */
static const json_t *find_layers(const json_t *model)
{
    const char *kind = text_of(model, "class_name");
    const json_t *config = json_object_get(model, "config");
    if (strcmp(kind, "Sequential") != 0 && strcmp(kind, "Model") != 0 &&
        strcmp(kind, "Functional") != 0)
        return NULL;
    const json_t *layers = json_is_array(config) ? config
                                                 : json_object_get(config, "layers");
    return json_is_array(layers) ? layers : NULL;
}

enum sit_status keras_config_check(const char *json, size_t n_bytes, const char *path,
                                   const struct sit_dense_net *net,
                                   struct sit_error *err)
{
    struct chain c = {.path = path, .net = net};
    json_t *model = json_loadb(json, n_bytes, 0, NULL);
    const json_t *layers = find_layers(model);
    enum sit_status status = SIT_OK;
    if (model == NULL)
        status = differs(&c, "is not JSON", err);
    else if (layers == NULL)
        status = differs(&c, "describes no row of layers", err);
    for (size_t i = 0; status == SIT_OK && i < json_array_size(layers); i++)
        status = take_layer(&c, json_array_get(layers, i), err);
    if (status == SIT_OK && c.n_dense != net->n_layers)
        status = differs(&c, "has fewer dense layers than there are weights for", err);
    if (status == SIT_OK)
        status = check_activation(&c, err);
    json_decref(model);
    return status;
}

void keras_layer_name(size_t l, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "dense_%zu", l + 1);
}

static json_t *zeros(void)
{
    return json_pack("{s:s, s:{}}", "class_name", "Zeros", "config");
}

static json_t *glorot(void)
{
    return json_pack("{s:s, s:{s:f, s:s, s:s, s:n}}", "class_name", "VarianceScaling",
                     "config", "scale", 1.0, "mode", "fan_avg", "distribution",
                     "uniform", "seed");
}

static json_t *dense_config(const struct sit_dense_net *net, size_t l)
{
    char name[32];
    const struct sit_dense_layer *layer = &net->layers[l];
    bool is_last = l + 1 == net->n_layers;
    keras_layer_name(l, name, sizeof name);
    json_t *config = json_pack(
        "{s:s, s:b, s:I, s:s, s:b, s:o, s:o, s:n, s:n, s:n, s:n, s:n}", "name", name,
        "trainable", 1, "units", (json_int_t)layer->n_out, "activation",
        !is_last            ? "relu"
        : layer->n_out == 1 ? "sigmoid"
                            : "softmax",
        "use_bias", 1, "kernel_initializer", glorot(), "bias_initializer", zeros(),
        "kernel_regularizer", "bias_regularizer", "activity_regularizer",
        "kernel_constraint", "bias_constraint");
    if (config == NULL || l > 0)
        return config;
    if (json_object_set_new(config, "batch_input_shape",
                            json_pack("[n, I]", (json_int_t)layer->n_in)) == 0 &&
        json_object_set_new(config, "dtype", json_string("float32")) == 0)
        return config;
    json_decref(config);
    return NULL;
}

char *keras_config_make(const struct sit_dense_net *net)
{
    json_t *layers = json_array();
    bool ok = layers != NULL;
    for (size_t l = 0; ok && l < net->n_layers; l++)
        ok = json_array_append_new(layers,
                                   json_pack("{s:s, s:o}", "class_name", "Dense",
                                             "config", dense_config(net, l))) == 0;
    json_t *model = ok ? json_pack("{s:s, s:O}", "class_name", "Sequential", "config",
                                   layers)
                       : NULL;
    char *text = model != NULL ? json_dumps(model, 0) : NULL;
    json_decref(model);
    json_decref(layers);
    return text;
}
