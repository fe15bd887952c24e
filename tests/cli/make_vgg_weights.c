/*
 * Writes the generated weights of the VGG network as a folder of .npy files:
 *
 *     make_vgg_weights FOLDER
 */
#include <stdio.h>

#include "sitter/file.h"
#include "vgg_generated.h"

/* A .npy file, its shape given as text. */
static enum sit_status write_array(const char *folder, const char *layer,
                                   const char *part, const char *shape, const float *x,
                                   size_t n, struct sit_error *err)
{
    struct sit_buf path = {0}, bytes = {0};
    char header[118];
    int at = snprintf(header, sizeof header,
                      "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", shape);
    for (; at < 117; at++)
        header[at] = ' ';
    header[117] = '\n';
    sit_buf_append(&bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
    sit_buf_append(&bytes, header, sizeof header);
    sit_buf_append(&bytes, x, n * sizeof *x); /* little-endian machines */
    sit_buf_appendf(&path, "%s/%s.%s.npy", folder, layer, part);
    enum sit_status status = bytes.failed || path.failed
                                 ? sit_error_nomem(err)
                                 : sit_file_write_atomic(path.data, bytes.data,
                                                         bytes.n_bytes, err);
    sit_buf_release(&bytes);
    sit_buf_release(&path);
    return status;
}

int main(int argc, char **argv)
{
    struct sit_vgg_weights weights = {0};
    struct sit_error err;
    if (argc != 2)
        return 2;
    enum sit_status status = sit_file_make_dir(argv[1], &err);
    if (status == SIT_OK && !vgg_generated_weights(&weights))
        status = sit_error_nomem(&err);
    for (size_t i = 0; status == SIT_OK && i < SIT_VGG_N_LAYERS; i++) {
        const struct sit_vgg_layer *layer = sit_vgg_layer(i);
        char shape[64];
        snprintf(shape, sizeof shape, "(3, 3, %zu, %zu)", layer->n_in, layer->n_out);
        status = write_array(argv[1], layer->name, "kernel", shape, weights.kernel[i],
                             9 * layer->n_in * layer->n_out, &err);
        snprintf(shape, sizeof shape, "(%zu,)", layer->n_out);
        if (status == SIT_OK)
            status = write_array(argv[1], layer->name, "bias", shape, weights.bias[i],
                                 layer->n_out, &err);
    }
    sit_vgg_weights_release(&weights);
    if (status != SIT_OK)
        fprintf(stderr, "%s\n", err.message);
    return status == SIT_OK ? 0 : 1;
}
