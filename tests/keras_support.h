/*
 * Writing small HDF5 files of Keras' layout in tests, right and wrong ones.
 */
#ifndef SITTER_TEST_KERAS_SUPPORT_H
#define SITTER_TEST_KERAS_SUPPORT_H

#include "test_support.h"

#include <hdf5.h>

#include "sitter/vgg_weights.h"

/* How names are stored. */
enum keras_text { KERAS_FIXED, KERAS_VARIABLE };

static inline hid_t keras_create(const char *path)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static inline hid_t keras_group(hid_t parent, const char *name)
{
    hid_t group = H5Gcreate2(parent, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(group >= 0);
    return group;
}

static inline void keras_names(hid_t object, const char *attribute,
                               enum keras_text text, const char *const *names, size_t n)
{
    enum { ITEM_BYTES = 40 };
    hsize_t dims[1] = {n};
    hid_t space = H5Screate_simple(1, dims, NULL);
    hid_t type = H5Tcopy(H5T_C_S1);
    char *fixed = calloc(n, ITEM_BYTES);
    assert_non_null(fixed);
    for (size_t i = 0; i < n; i++)
        snprintf(fixed + i * ITEM_BYTES, ITEM_BYTES, "%s", names[i]);
    H5Tset_size(type, text == KERAS_VARIABLE ? H5T_VARIABLE : ITEM_BYTES);
    hid_t id = H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(id >= 0);
    assert_true(
        H5Awrite(id, type, text == KERAS_VARIABLE ? (const void *)names : fixed) >= 0);
    H5Aclose(id);
    H5Tclose(type);
    H5Sclose(space);
    free(fixed);
}

/* One text, as Keras writes model_config. */
static inline void keras_text(hid_t object, const char *attribute, const char *text)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    hid_t id = H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(id >= 0 && H5Awrite(id, type, &text) >= 0);
    H5Aclose(id);
    H5Tclose(type);
    H5Sclose(space);
}

/* float32 values stored as `type`, packed where `deflate` is above 0. */
static inline void keras_array(hid_t group, const char *name, hid_t type, size_t n_dims,
                               const hsize_t *dims, const float *values,
                               unsigned deflate)
{
    hid_t space = H5Screate_simple((int)n_dims, dims, NULL);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    if (deflate > 0) {
        H5Pset_chunk(plist, (int)n_dims, dims);
        H5Pset_shuffle(plist);
        H5Pset_deflate(plist, deflate);
    }
    hid_t id = H5Dcreate2(group, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    assert_true(id >= 0);
    assert_true(H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >=
                0);
    H5Dclose(id);
    H5Pclose(plist);
    H5Sclose(space);
}

/* An empty list, which Keras writes as numbers. */
static inline void keras_no_names(hid_t object, const char *attribute)
{
    hsize_t dims[1] = {0};
    hid_t space = H5Screate_simple(1, dims, NULL);
    hid_t id = H5Acreate2(object, attribute, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT,
                          H5P_DEFAULT);
    assert_true(id >= 0);
    H5Aclose(id);
    H5Sclose(space);
}

#endif
