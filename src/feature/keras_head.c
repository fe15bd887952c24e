/*
 * A head from a Keras file: its dense layers in order, checked against each other and
 * against the file's own description. Reading HDF5 is weights_child.c's.
 */
#include "sitter/keras_head.h"

#include <stdlib.h>
#include <string.h>

#include "keras_config.h"
#include "weights_file.h"

enum { PART_BYTES = 32 };

/* "kernel" of two dimensions or "bias" of one; anything else is no dense layer's. */
static enum sit_status check_part(const char *path, const struct weights_tensor *tensor,
                                  bool *is_kernel, struct sit_error *err)
{
    char part[PART_BYTES], shape[WEIGHTS_SHAPE_BYTES];
    weights_short_name(tensor, part, sizeof part);
    *is_kernel = strcmp(part, "kernel") == 0;
    if (!*is_kernel && strcmp(part, "bias") != 0)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': layer '%s' has a weight '%s': not a dense layer, "
                             "which a head is made of",
                             path, tensor->layer, part);
    if (tensor->n_dims != (*is_kernel ? 2u : 1u))
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': the %s of layer '%s' is %s, a dense layer's has %s",
                             path, part, tensor->layer,
                             weights_shape_text(tensor->shape, tensor->n_dims, shape),
                             *is_kernel ? "two dimensions" : "one dimension");
    return SIT_OK;
}

static enum sit_status choose(const void *context, const char *path,
                              const struct weights_tensor *tensor, bool *wanted,
                              struct sit_error *err)
{
    bool is_kernel;
    (void)context;
    *wanted = true;
    return check_part(path, tensor, &is_kernel, err);
}

static enum sit_status take_kernel(const char *path, struct weights_tensor *tensor,
                                   struct sit_dense_net *net, struct sit_error *err)
{
    enum sit_status status = sit_dense_net_add(net, tensor->shape[0], tensor->shape[1],
                                               err);
    if (status != SIT_OK) {
        sit_error_prefix(err, "'%s', layer '%s'", path, tensor->layer);
        return status == SIT_E_ARG ? SIT_E_FORMAT : status;
    }
    struct sit_dense_layer *layer = &net->layers[net->n_layers - 1];
    free(layer->kernel);
    layer->kernel = tensor->values;
    tensor->values = NULL;
    return SIT_OK;
}

static enum sit_status take_bias(const char *path, struct weights_tensor *tensor,
                                 struct sit_dense_net *net, struct sit_error *err)
{
    struct sit_dense_layer *layer = &net->layers[net->n_layers - 1];
    if (tensor->shape[0] != layer->n_out)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': the bias of layer '%s' has %zu values, its kernel "
                             "gives %zu",
                             path, tensor->layer, tensor->shape[0], layer->n_out);
    free(layer->bias);
    layer->bias = tensor->values;
    tensor->values = NULL;
    return SIT_OK;
}

/* Kernel, then bias if the layer has one, layer by layer. */
static enum sit_status take_layers(const char *path, struct weights_file *file,
                                   struct sit_dense_net *net, struct sit_error *err)
{
    const char *open_layer = NULL; /* has its kernel and may still get a bias */
    for (size_t i = 0; i < file->n_tensors; i++) {
        struct weights_tensor *tensor = &file->tensors[i];
        bool is_kernel;
        enum sit_status status = check_part(path, tensor, &is_kernel, err);
        if (status != SIT_OK)
            return status;
        if (is_kernel) {
            status = take_kernel(path, tensor, net, err);
            open_layer = tensor->layer;
        } else if (open_layer != NULL && strcmp(open_layer, tensor->layer) == 0) {
            status = take_bias(path, tensor, net, err);
            open_layer = NULL;
        } else {
            status = sit_error_set(
                err, SIT_E_FORMAT,
                "'%s': layer '%s' has a bias without a kernel before "
                "it",
                path, tensor->layer);
        }
        if (status != SIT_OK)
            return status;
    }
    if (net->n_layers == 0)
        return sit_error_set(err, SIT_E_FORMAT, "'%s' has no dense layers", path);
    return SIT_OK;
}

enum sit_status sit_keras_head_read(const char *path, struct sit_dense_net *out,
                                    struct sit_error *err)
{
    const struct weights_filter filter = {.choose = choose};
    struct weights_file file = {0};
    struct sit_dense_net net = {0};
    enum sit_status status = weights_file_read(path, &filter, &file, err);
    if (status == SIT_OK)
        status = take_layers(path, &file, &net, err);
    if (status == SIT_OK && file.config != NULL)
        status = keras_config_check(file.config, strlen(file.config), path, &net, err);
    weights_file_release(&file);
    if (status != SIT_OK) {
        sit_dense_net_release(&net);
        return status;
    }
    *out = net;
    return SIT_OK;
}
