/*
 * Heads from and to dense layers, the form in which other programs keep them. A head's
 * standardisation and temperature have no place there: they go into the first and the
 * last layer's numbers.
 */
#include <math.h>
#include <string.h>

#include "linear_head.h"
#include "mlp_head.h"

_Static_assert((int)SIT_DENSE_MAX_LAYERS == (int)MLP_MAX_LAYERS,
               "as many layers as an MLP has");

/* Two softmax outputs are one sigmoid of their difference. */
static void copy_last(const struct sit_dense_layer *from, size_t n_outputs,
                      float *kernel, float *bias)
{
    if (from->n_out == n_outputs) {
        memcpy(kernel, from->kernel, from->n_in * n_outputs * sizeof *kernel);
        memcpy(bias, from->bias, n_outputs * sizeof *bias);
        return;
    }
    for (size_t i = 0; i < from->n_in; i++)
        kernel[i] = from->kernel[2 * i + 1] - from->kernel[2 * i];
    bias[0] = from->bias[1] - from->bias[0];
}

enum sit_status sit_head_from_layers(const struct sit_dense_net *net, size_t n_classes,
                                     struct sit_head **out, struct sit_error *err)
{
    struct sit_head *head = NULL;
    struct mlp_body *body = NULL;
    size_t hidden[SIT_DENSE_MAX_LAYERS], n = net->n_layers;
    if (n == 0)
        return sit_error_set(err, SIT_E_ARG, "a head without layers");
    size_t n_outputs = head_n_outputs(n_classes), n_given = net->layers[n - 1].n_out;
    if (n_given != n_outputs && n_given != n_classes)
        return sit_error_set(err, SIT_E_ARG, "%zu outputs for %zu classes", n_given,
                             n_classes);
    for (size_t l = 0; l + 1 < n; l++)
        hidden[l] = net->layers[l].n_out;
    enum sit_status status = head_new(SIT_HEAD_MLP, net->layers[0].n_in, n_classes,
                                      &head, err);
    if (status == SIT_OK)
        status = mlp_body_new(head, n - 1, hidden, &body, err);
    if (status != SIT_OK) {
        sit_head_free(head);
        return status;
    }
    float *at = body->params;
    for (size_t l = 0; l < n; l++) {
        size_t n_in = body->shape.sizes[l], n_out = body->shape.sizes[l + 1];
        copy_last(&net->layers[l], n_out, at, at + n_in * n_out);
        at += (n_in + 1) * n_out;
    }
    head->ops->finish(head);
    *out = head;
    return SIT_OK;
}

/* (x - mean) / deviation worked into the layer that takes x. */
static void fold_scaling(const struct standardisation *scaling,
                         struct sit_dense_layer *layer)
{
    for (size_t k = 0; k < layer->n_out; k++) {
        double bias = (double)layer->bias[k];
        for (size_t i = 0; i < layer->n_in; i++) {
            float *w = &layer->kernel[i * layer->n_out + k];
            *w = (float)((double)*w / scaling->deviation[i]);
            bias -= (double)*w * scaling->mean[i];
        }
        layer->bias[k] = (float)bias;
    }
}

static void fold_temperature(double temperature, struct sit_dense_layer *layer)
{
    for (size_t i = 0; i < layer->n_in * layer->n_out; i++)
        layer->kernel[i] = (float)((double)layer->kernel[i] / temperature);
    for (size_t k = 0; k < layer->n_out; k++)
        layer->bias[k] = (float)((double)layer->bias[k] / temperature);
}

static enum sit_status linear_layers(const struct sit_head *head,
                                     struct sit_dense_net *net, struct sit_error *err)
{
    const struct linear_body *body = head->body;
    size_t d = head->d, n_outputs = head_n_outputs(head->n_classes);
    enum sit_status status = sit_dense_net_add(net, d, n_outputs, err);
    if (status != SIT_OK)
        return status;
    struct sit_dense_layer *layer = &net->layers[0];
    for (size_t k = 0; k < n_outputs; k++) {
        const double *w = body->w + k * (d + 1);
        for (size_t i = 0; i < d; i++)
            layer->kernel[i * n_outputs + k] = (float)w[i];
        layer->bias[k] = (float)w[d];
    }
    fold_scaling(&body->scaling, layer);
    return SIT_OK;
}

static enum sit_status mlp_layers(const struct sit_head *head,
                                  struct sit_dense_net *net, struct sit_error *err)
{
    const struct mlp_body *body = head->body;
    if (body->n_members > 1)
        return sit_error_set(err, SIT_E_UNSUPPORTED,
                             "the head averages %zu networks; layers can only be those "
                             "of one (train with --restarts 1)",
                             body->n_members);
    const float *at = body->params;
    for (size_t l = 0; l < body->shape.n_layers; l++) {
        size_t n_in = body->shape.sizes[l], n_out = body->shape.sizes[l + 1];
        enum sit_status status = sit_dense_net_add(net, n_in, n_out, err);
        if (status != SIT_OK)
            return status;
        memcpy(net->layers[l].kernel, at, n_in * n_out * sizeof *at);
        memcpy(net->layers[l].bias, at + n_in * n_out, n_out * sizeof *at);
        at += (n_in + 1) * n_out;
    }
    fold_scaling(&body->scaling, &net->layers[0]);
    return SIT_OK;
}

static enum sit_status check_finite(const struct sit_dense_net *net,
                                    struct sit_error *err)
{
    bool finite = true;
    for (size_t l = 0; l < net->n_layers; l++) {
        const struct sit_dense_layer *layer = &net->layers[l];
        for (size_t i = 0; i < layer->n_in * layer->n_out; i++)
            finite = finite && isfinite(layer->kernel[i]);
        for (size_t k = 0; k < layer->n_out; k++)
            finite = finite && isfinite(layer->bias[k]);
    }
    return finite ? SIT_OK
                  : sit_error_set(err, SIT_E_NUMERIC,
                                  "the head's weights do not fit float32 once the "
                                  "scaling is part of them");
}

enum sit_status sit_head_get_layers(const struct sit_head *head,
                                    struct sit_dense_net *out, struct sit_error *err)
{
    struct sit_dense_net net = {0};
    enum sit_status status = head->ops->kind == SIT_HEAD_MLP
                                 ? mlp_layers(head, &net, err)
                                 : linear_layers(head, &net, err);
    if (status == SIT_OK) {
        fold_temperature(head->temperature, &net.layers[net.n_layers - 1]);
        status = check_finite(&net, err);
    }
    if (status != SIT_OK) {
        sit_dense_net_release(&net);
        return status;
    }
    *out = net;
    return SIT_OK;
}
