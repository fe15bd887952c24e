/*
 * The list of tensors read from a weight file, and how their names and shapes are put
 * in messages. Reading is weights_child.c's and weights_hdf5.c's.
 */
#include "weights_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

void weights_file_drop_last(struct weights_file *file)
{
    struct weights_tensor *tensor = &file->tensors[--file->n_tensors];
    free(tensor->layer);
    free(tensor->name);
    free(tensor->values);
}

void weights_file_release(struct weights_file *file)
{
    while (file->n_tensors > 0)
        weights_file_drop_last(file);
    free(file->tensors);
    free(file->config);
    *file = (struct weights_file){0};
}

enum sit_status weights_file_add(struct weights_file *file, const char *layer,
                                 const char *name, size_t n_dims, const size_t *shape,
                                 struct sit_error *err)
{
    if (file->n_tensors == WEIGHTS_MAX_TENSORS)
        return sit_error_set(err, SIT_E_LIMIT, "more than %d weight arrays",
                             WEIGHTS_MAX_TENSORS);
    struct weights_tensor tensor = {
        .layer = sit_strdup(layer), .name = sit_strdup(name), .n_dims = n_dims};
    void *tensors = file->tensors;
    memcpy(tensor.shape, shape, n_dims * sizeof *shape);
    if (tensor.layer == NULL || tensor.name == NULL ||
        !sit_grow_array(&tensors, &file->capacity, file->n_tensors + 1,
                        sizeof *file->tensors)) {
        free(tensor.layer);
        free(tensor.name);
        return sit_error_nomem(err);
    }
    file->tensors = tensors;
    file->tensors[file->n_tensors++] = tensor;
    return SIT_OK;
}

bool weights_n_items(const size_t *shape, size_t n_dims, size_t *n)
{
    size_t product = 1;
    for (size_t k = 0; k < n_dims; k++)
        if (!sit_mul_size(product, shape[k], &product))
            return false;
    *n = product;
    return true;
}

const char *weights_shape_text(const size_t *shape, size_t n_dims,
                               char out[WEIGHTS_SHAPE_BYTES])
{
    size_t n = 0;
    snprintf(out, WEIGHTS_SHAPE_BYTES, "a single number");
    for (size_t k = 0; k < n_dims; k++)
        n += (size_t)snprintf(out + n, WEIGHTS_SHAPE_BYTES - n, "%s%zu",
                              k > 0 ? " x " : "", shape[k]);
    return out;
}

void weights_short_name(const struct weights_tensor *tensor, char *out,
                        size_t out_bytes)
{
    const char *slash = strrchr(tensor->name, '/');
    snprintf(out, out_bytes, "%s", slash != NULL ? slash + 1 : tensor->name);
    char *colon = strchr(out, ':');
    if (colon != NULL)
        *colon = '\0';
}
