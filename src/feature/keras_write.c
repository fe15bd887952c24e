/*
 * A head as a Keras 2 file: the same groups, attributes and kinds of strings that Keras
 * writes through h5py. Built in memory, then written atomically.
 */
#include "sitter/keras_head.h"

#ifdef SITTER_HAVE_HDF5

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keras_config.h"
#include "sitter/alloc.h"
#include "sitter/file.h"
#include "weights_file.h"

enum { NAME_BYTES = 32 };

/* One text of variable length. */
static bool put_text(hid_t object, const char *name, const char *text)
{
    hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1), id = -1;
    bool ok = space >= 0 && type >= 0 && H5Tset_size(type, H5T_VARIABLE) >= 0;
    if (ok)
        id = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = ok && id >= 0 && H5Awrite(id, type, &text) >= 0;
    if (id >= 0)
        H5Aclose(id);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

/* A list of names of fixed length, as NumPy's byte strings are stored. */
static bool put_names(hid_t object, const char *attribute, size_t n,
                      char (*names)[NAME_BYTES])
{
    hsize_t dims[1] = {n};
    hid_t space = H5Screate_simple(1, dims, NULL), type = H5Tcopy(H5T_C_S1), id = -1;
    bool ok = space >= 0 && type >= 0 && H5Tset_size(type, NAME_BYTES) >= 0 &&
              H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0;
    if (ok)
        id = H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = ok && id >= 0 && H5Awrite(id, type, names) >= 0;
    if (id >= 0)
        H5Aclose(id);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

static bool put_array(hid_t group, const char *name, int n_dims, const hsize_t *dims,
                      const float *values)
{
    hid_t space = H5Screate_simple(n_dims, dims, NULL), id = -1;
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    /* Without the time of writing: the same head gives the same file. */
    if (space >= 0 && plist >= 0 && H5Pset_obj_track_times(plist, false) >= 0)
        id = H5Dcreate2(group, name, H5T_IEEE_F32LE, space, H5P_DEFAULT, plist,
                        H5P_DEFAULT);
    bool ok = id >= 0 && H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                  values) >= 0;
    if (id >= 0)
        H5Dclose(id);
    if (plist >= 0)
        H5Pclose(plist);
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

/* dense_1/dense_1/{kernel:0,bias:0}, the first of these groups with the names. */
static bool put_layer(hid_t weights, const char *name,
                      const struct sit_dense_layer *layer)
{
    char parts[2][NAME_BYTES] = {{0}};
    const hsize_t dims[2] = {layer->n_in, layer->n_out};
    hid_t group = H5Gcreate2(weights, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t inner = -1;
    if (group >= 0)
        inner = H5Gcreate2(group, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    snprintf(parts[0], NAME_BYTES, "%s/kernel:0", name);
    snprintf(parts[1], NAME_BYTES, "%s/bias:0", name);
    bool ok = inner >= 0 && put_names(group, "weight_names", 2, parts) &&
              put_array(inner, "kernel:0", 2, dims, layer->kernel) &&
              put_array(inner, "bias:0", 1, dims + 1, layer->bias);
    if (inner >= 0)
        H5Gclose(inner);
    if (group >= 0)
        H5Gclose(group);
    return ok;
}

static bool put_origin(hid_t object)
{
    return put_text(object, "keras_version", "2.0.6") &&
           put_text(object, "backend", "tensorflow");
}

static bool put_model(hid_t file, const struct sit_dense_net *net, const char *config)
{
    char names[SIT_DENSE_MAX_LAYERS][NAME_BYTES] = {{0}};
    for (size_t l = 0; l < net->n_layers; l++)
        keras_layer_name(l, names[l], NAME_BYTES);
    hid_t weights = H5Gcreate2(file, "model_weights", H5P_DEFAULT, H5P_DEFAULT,
                               H5P_DEFAULT);
    bool ok = weights >= 0 && put_origin(file) &&
              put_text(file, "model_config", config) && put_origin(weights) &&
              put_names(weights, "layer_names", net->n_layers, names);
    for (size_t l = 0; ok && l < net->n_layers; l++)
        ok = put_layer(weights, names[l], &net->layers[l]);
    if (weights >= 0)
        H5Gclose(weights);
    return ok;
}

/* The file's bytes, NULL where HDF5 or memory fails. */
static void *take_image(hid_t file, size_t *n_bytes)
{
    if (H5Fflush(file, H5F_SCOPE_GLOBAL) < 0)
        return NULL;
    ssize_t n = H5Fget_file_image(file, NULL, 0);
    void *image = n > 0 ? sit_malloc_array((size_t)n, 1) : NULL;
    if (image != NULL && H5Fget_file_image(file, image, (size_t)n) != n) {
        free(image);
        image = NULL;
    }
    *n_bytes = n > 0 ? (size_t)n : 0;
    return image;
}

static void *make_image(const struct sit_dense_net *net, const char *config,
                        size_t *n_bytes)
{
    enum { GROWTH_BYTES = 1 << 16 };
    void *image = NULL;
    hid_t access = -1, file = -1;
    pthread_mutex_lock(&weights_hdf5_mutex);
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_fapl_core(access, GROWTH_BYTES, 0) >= 0)
        file = H5Fcreate("head.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (file >= 0 && put_model(file, net, config))
        image = take_image(file, n_bytes);
    if (file >= 0)
        H5Fclose(file);
    if (access >= 0)
        H5Pclose(access);
    pthread_mutex_unlock(&weights_hdf5_mutex);
    return image;
}

enum sit_status sit_keras_head_write(const char *path, const struct sit_dense_net *net,
                                     struct sit_error *err)
{
    if (net->n_layers == 0)
        return sit_error_set(err, SIT_E_ARG, "'%s': a head without layers", path);
    size_t n_bytes = 0;
    char *config = keras_config_make(net);
    void *image = config != NULL ? make_image(net, config, &n_bytes) : NULL;
    enum sit_status status = image != NULL
                                 ? sit_file_write_atomic(path, image, n_bytes, err)
                                 : sit_error_nomem(err);
    free(image);
    free(config);
    return status;
}

#else

enum sit_status sit_keras_head_write(const char *path, const struct sit_dense_net *net,
                                     struct sit_error *err)
{
    (void)net;
    return sit_error_set(err, SIT_E_UNSUPPORTED,
                         "cannot write '%s': this sitter was built without the HDF5 "
                         "library",
                         path);
}

#endif
