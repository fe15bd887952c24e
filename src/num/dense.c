/*
 * Dense layers: their memory and limits. What computes with them is elsewhere.
 */
#include "sitter/dense.h"

#include <stdlib.h>

#include "sitter/alloc.h"

enum sit_status sit_dense_net_add(struct sit_dense_net *net, size_t n_in, size_t n_out,
                                  struct sit_error *err)
{
    size_t n = net->n_layers, n_weights;
    if (n == SIT_DENSE_MAX_LAYERS)
        return sit_error_set(err, SIT_E_LIMIT, "more than %d layers",
                             SIT_DENSE_MAX_LAYERS);
    if (n > 0 && net->layers[n - 1].n_out != n_in)
        return sit_error_set(err, SIT_E_ARG,
                             "layer %zu takes %zu values, the one before it gives %zu",
                             n + 1, n_in, net->layers[n - 1].n_out);
    if (n_in < 1 || n_in > SIT_DENSE_MAX_INPUTS || n_out < 1 ||
        n_out > SIT_DENSE_MAX_UNITS || !sit_mul_size(n_in, n_out, &n_weights) ||
        n_weights > SIT_DENSE_MAX_WEIGHTS)
        return sit_error_set(err, SIT_E_LIMIT, "layer %zu is %zu x %zu, too large",
                             n + 1, n_in, n_out);
    struct sit_dense_layer layer = {.n_in = n_in, .n_out = n_out};
    layer.kernel = sit_calloc(n_weights, sizeof *layer.kernel);
    layer.bias = sit_calloc(n_out, sizeof *layer.bias);
    if (layer.kernel == NULL || layer.bias == NULL) {
        free(layer.kernel);
        free(layer.bias);
        return sit_error_nomem(err);
    }
    net->layers[net->n_layers++] = layer;
    return SIT_OK;
}

void sit_dense_net_release(struct sit_dense_net *net)
{
    for (size_t l = 0; l < net->n_layers; l++) {
        free(net->layers[l].kernel);
        free(net->layers[l].bias);
    }
    *net = (struct sit_dense_net){0};
}
