/*
 * The VGG network's weights from a Keras file or a folder of .npy files: which tensors,
 * of which shapes. The files' formats are weights_hdf5.c's and npy.c's.
 */
#include "sitter/vgg_weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sitter/alloc.h"
#include "sitter/npy.h"
#include "weights_file.h"

enum { NAME_BYTES = 64 };

/* Where a tensor belongs. */
struct place {
    size_t layer;
    bool is_kernel;
};

static size_t place_shape(struct place place, size_t shape[WEIGHTS_MAX_DIMS])
{
    const struct sit_vgg_layer *layer = sit_vgg_layer(place.layer);
    if (!place.is_kernel) {
        shape[0] = layer->n_out;
        return 1;
    }
    shape[0] = shape[1] = 3;
    shape[2] = layer->n_in;
    shape[3] = layer->n_out;
    return 4;
}

static const char *part_name(struct place place)
{
    return place.is_kernel ? "kernel" : "bias";
}

static float **place_slot(struct sit_vgg_weights *weights, struct place place)
{
    return place.is_kernel ? &weights->kernel[place.layer]
                           : &weights->bias[place.layer];
}

static enum sit_status check_shape(const char *path, struct place place,
                                   const size_t *shape, size_t n_dims,
                                   struct sit_error *err)
{
    size_t wanted[WEIGHTS_MAX_DIMS];
    size_t n_wanted = place_shape(place, wanted);
    if (n_dims == n_wanted && memcmp(shape, wanted, n_dims * sizeof *shape) == 0)
        return SIT_OK;
    char found_text[WEIGHTS_SHAPE_BYTES], wanted_text[WEIGHTS_SHAPE_BYTES];
    return sit_error_set(err, SIT_E_FORMAT,
                         "'%s': the %s of layer %s is %s, must be %s", path,
                         part_name(place), sit_vgg_layer(place.layer)->name,
                         weights_shape_text(shape, n_dims, found_text),
                         weights_shape_text(wanted, n_wanted, wanted_text));
}

/* A layer that is there but has no kernel or bias, or is not there at all. */
static enum sit_status check_complete(const char *path,
                                      const struct sit_vgg_weights *weights,
                                      struct sit_error *err)
{
    for (size_t i = 0; i < SIT_VGG_N_LAYERS; i++) {
        const char *name = sit_vgg_layer(i)->name;
        if (weights->kernel[i] == NULL && weights->bias[i] == NULL)
            return sit_error_set(err, SIT_E_FORMAT, "'%s' has no layer %s", path, name);
        if (weights->kernel[i] == NULL || weights->bias[i] == NULL)
            return sit_error_set(err, SIT_E_FORMAT, "'%s': layer %s has no %s", path,
                                 name, weights->kernel[i] == NULL ? "kernel" : "bias");
    }
    return SIT_OK;
}

/*
 * Keras
 */

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

/* Whether the network has the tensor's layer; Keras 1 named its parts conv1_1_W and
 * conv1_1_b. Other tensors of a layer that it has are an error. */
static enum sit_status find_place(const char *path, const struct weights_tensor *tensor,
                                  struct place *place, bool *found,
                                  struct sit_error *err)
{
    char part[NAME_BYTES];
    *found = false;
    for (size_t i = 0; !*found && i < SIT_VGG_N_LAYERS; i++)
        if (strcmp(tensor->layer, sit_vgg_layer(i)->name) == 0) {
            place->layer = i;
            *found = true;
        }
    if (!*found)
        return SIT_OK;
    weights_short_name(tensor, part, sizeof part);
    place->is_kernel = strcmp(part, "kernel") == 0 || ends_with(part, "_W");
    if (place->is_kernel || strcmp(part, "bias") == 0 || ends_with(part, "_b"))
        return SIT_OK;
    return sit_error_set(err, SIT_E_FORMAT,
                         "'%s': layer %s has a weight '%s', neither kernel nor bias",
                         path, tensor->layer, tensor->name);
}

static enum sit_status choose(const void *context, const char *path,
                              const struct weights_tensor *tensor, bool *wanted,
                              struct sit_error *err)
{
    struct place place;
    (void)context;
    enum sit_status status = find_place(path, tensor, &place, wanted, err);
    if (status == SIT_OK && *wanted)
        status = check_shape(path, place, tensor->shape, tensor->n_dims, err);
    return status;
}

static enum sit_status take_tensors(const char *path, struct weights_file *file,
                                    struct sit_vgg_weights *weights,
                                    struct sit_error *err)
{
    for (size_t i = 0; i < file->n_tensors; i++) {
        struct place place;
        bool found;
        struct weights_tensor *tensor = &file->tensors[i];
        enum sit_status status = find_place(path, tensor, &place, &found, err);
        /* Again: what came from the child is checked here. */
        if (status == SIT_OK && found)
            status = check_shape(path, place, tensor->shape, tensor->n_dims, err);
        if (status != SIT_OK)
            return status;
        float **slot = found ? place_slot(weights, place) : NULL;
        if (slot == NULL)
            continue;
        if (*slot != NULL)
            return sit_error_set(err, SIT_E_FORMAT, "'%s': layer %s has two %s arrays",
                                 path, tensor->layer, part_name(place));
        *slot = tensor->values;
        tensor->values = NULL;
    }
    return SIT_OK;
}

static enum sit_status read_keras(const char *path, struct sit_vgg_weights *weights,
                                  struct sit_error *err)
{
    const struct weights_filter filter = {.choose = choose};
    struct weights_file file = {0};
    enum sit_status status = weights_file_read(path, &filter, &file, err);
    if (status == SIT_OK)
        status = take_tensors(path, &file, weights, err);
    weights_file_release(&file);
    return status;
}

/*
 * A folder of .npy files
 */

static void npy_name(struct place place, char out[NAME_BYTES])
{
    snprintf(out, NAME_BYTES, "%s.%s.npy", sit_vgg_layer(place.layer)->name,
             part_name(place));
}

static enum sit_status read_npy(const char *dir, struct place place,
                                struct sit_vgg_weights *weights, struct sit_error *err)
{
    char name[NAME_BYTES];
    npy_name(place, name);
    struct sit_npy npy = {0};
    char *path = sit_file_join(dir, name);
    float *values = NULL;
    enum sit_status status = path != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_npy_open_tensor(path, &npy, err);
    if (status == SIT_OK)
        status = check_shape(path, place, npy.shape, npy.n_dims, err);
    if (status == SIT_OK) {
        values = sit_malloc_array(npy.n_rows * npy.n_cols, sizeof *values);
        status = values != NULL ? sit_npy_read_tensor(&npy, values, err)
                                : sit_error_nomem(err);
    }
    if (status == SIT_OK) {
        *place_slot(weights, place) = values;
        values = NULL;
    }
    free(values);
    sit_npy_close(&npy);
    free(path);
    return status;
}

/* Kernel and bias of each layer, in the order of the network. */
static struct place nth_place(size_t n)
{
    return (struct place){.layer = n / 2, .is_kernel = n % 2 == 0};
}

static enum sit_status read_folder(const char *dir, struct sit_vgg_weights *weights,
                                   struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t n = 0; status == SIT_OK && n < 2 * SIT_VGG_N_LAYERS; n++)
        status = read_npy(dir, nth_place(n), weights, err);
    return status;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

enum sit_status sit_vgg_weights_read(const char *path, struct sit_vgg_weights *out,
                                     struct sit_error *err)
{
    struct sit_vgg_weights weights = {0};
    enum sit_status status = is_folder(path) ? read_folder(path, &weights, err)
                                             : read_keras(path, &weights, err);
    if (status == SIT_OK)
        status = check_complete(path, &weights, err);
    if (status != SIT_OK) {
        sit_vgg_weights_release(&weights);
        return status;
    }
    *out = weights;
    return SIT_OK;
}

enum sit_status sit_vgg_weights_sha256(const char *path, char hex[SIT_SHA256_HEX_BYTES],
                                       struct sit_error *err)
{
    if (!is_folder(path))
        return sit_sha256_file(path, hex, err);
    char names[2 * SIT_VGG_N_LAYERS][NAME_BYTES];
    const char *pointers[2 * SIT_VGG_N_LAYERS];
    for (size_t n = 0; n < 2 * SIT_VGG_N_LAYERS; n++) {
        npy_name(nth_place(n), names[n]);
        pointers[n] = names[n];
    }
    return sit_sha256_files(path, pointers, 2 * SIT_VGG_N_LAYERS, hex, err);
}
