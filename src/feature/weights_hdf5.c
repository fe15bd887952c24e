/*
 * Keras' layout in an HDF5 file: the attribute layer_names, at the root or in the group
 * model_weights, names groups; the attribute weight_names of each names datasets below
 * it. Nothing else is followed: soft and external links, external storage, virtual
 * datasets and filters that would load a plugin are refused, and sizes are checked
 * before anything is allocated for them. Only reader that includes hdf5.h.
 */
#include "sitter/vgg_weights.h"
#include "weights_file.h"

#ifdef SITTER_HAVE_HDF5

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "weights_walk.h"

enum { MAX_CHUNK_BYTES = 256 << 20, MAX_FILTERS = 4 };

/*
 * Groups and datasets
 */

/* Whether `name` below `group` is there by hard links alone, so that opening it leaves
 * neither the file nor the tree. */
static enum sit_status check_links(const struct walk *w, hid_t group, const char *name,
                                   struct sit_error *err)
{
    char path[2 * WEIGHTS_MAX_NAME_BYTES];
    snprintf(path, sizeof path, "%s", name);
    for (char *at = path; *at != '\0';) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        char held = *at;
        *at = '\0';
        H5L_info_t info;
        htri_t there = H5Lexists(group, path, H5P_DEFAULT);
        if (there <= 0 || H5Lget_info(group, path, &info, H5P_DEFAULT) < 0)
            return sit_error_set(err, SIT_E_FORMAT, "'%s': no '%s', though it is named",
                                 w->path, name);
        if (info.type != H5L_TYPE_HARD)
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s': '%s' is a link to elsewhere, which is not "
                                 "followed",
                                 w->path, name);
        *at = held;
    }
    return SIT_OK;
}

static enum sit_status open_object(const struct walk *w, hid_t group, const char *name,
                                   H5I_type_t kind, hid_t *out, struct sit_error *err)
{
    enum sit_status status = check_links(w, group, name, err);
    if (status != SIT_OK)
        return status;
    hid_t id = H5Oopen(group, name, H5P_DEFAULT);
    if (id < 0)
        return walk_fail(w, name, err);
    if (H5Iget_type(id) != kind) {
        H5Oclose(id);
        return sit_error_set(err, SIT_E_FORMAT, "'%s': '%s' is not a %s", w->path, name,
                             kind == H5I_GROUP ? "group" : "dataset");
    }
    *out = id;
    return SIT_OK;
}

/* Only filters that HDF5 has built in, and chunks that fit memory. */
static enum sit_status check_chunks(const struct walk *w, const char *name, hid_t plist,
                                    size_t item_bytes, struct sit_error *err)
{
    hsize_t chunk[H5S_MAX_RANK];
    int n_dims = H5Pget_chunk(plist, H5S_MAX_RANK, chunk);
    int n_filters = H5Pget_nfilters(plist);
    if (n_dims < 0 || n_filters < 0)
        return walk_fail(w, name, err);
    size_t chunk_bytes = item_bytes;
    for (int k = 0; k < n_dims && k < H5S_MAX_RANK; k++)
        if (!sit_mul_size(chunk_bytes, (size_t)chunk[k], &chunk_bytes) ||
            chunk_bytes > MAX_CHUNK_BYTES)
            return sit_error_set(err, SIT_E_LIMIT, "'%s': '%s' has chunks above %d MB",
                                 w->path, name, MAX_CHUNK_BYTES >> 20);
    for (int i = 0; i < n_filters; i++) {
        unsigned flags, config;
        size_t n_values = 0;
        H5Z_filter_t id = H5Pget_filter2(plist, (unsigned)i, &flags, &n_values, NULL, 0,
                                         NULL, &config);
        if (n_filters > MAX_FILTERS ||
            (id != H5Z_FILTER_DEFLATE && id != H5Z_FILTER_SHUFFLE &&
             id != H5Z_FILTER_FLETCHER32))
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s': '%s' is packed in a way that is not read (only "
                                 "gzip, shuffle, fletcher32)",
                                 w->path, name);
    }
    return SIT_OK;
}

/* Where the values lie: in this file, and as many as the shape says. */
static enum sit_status check_storage(const struct walk *w, const char *name,
                                     hid_t dataset, size_t item_bytes, size_t n_items,
                                     struct sit_error *err)
{
    hid_t plist = H5Dget_create_plist(dataset);
    if (plist < 0)
        return walk_fail(w, name, err);
    enum sit_status status = SIT_OK;
    H5D_layout_t layout = H5Pget_layout(plist);
    hsize_t stored = H5Dget_storage_size(dataset);
    if (H5Pget_external_count(plist) != 0 ||
        (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT && layout != H5D_CHUNKED))
        status = sit_error_set(err, SIT_E_FORMAT,
                               "'%s': '%s' lies in other files, which are not opened",
                               w->path, name);
    else if (stored > w->file_bytes ||
             (layout != H5D_CHUNKED && stored / item_bytes != n_items))
        status = sit_error_set(err, SIT_E_FORMAT,
                               "'%s': '%s' has %zu values in %llu bytes of a file of "
                               "%llu",
                               w->path, name, n_items, (unsigned long long)stored,
                               (unsigned long long)w->file_bytes);
    else if (layout == H5D_CHUNKED)
        status = check_chunks(w, name, plist, item_bytes, err);
    H5Pclose(plist);
    return status;
}

static enum sit_status read_shape(const struct walk *w, const char *name, hid_t dataset,
                                  struct weights_tensor *out, struct sit_error *err)
{
    hsize_t dims[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset);
    if (space < 0)
        return walk_fail(w, name, err);
    enum sit_status status = SIT_OK;
    int n_dims = H5Sget_simple_extent_type(space) == H5S_NULL
                     ? -1
                     : H5Sget_simple_extent_ndims(space);
    if (n_dims < 0)
        status = sit_error_set(err, SIT_E_FORMAT, "'%s': '%s' has no values", w->path,
                               name);
    else if (n_dims > WEIGHTS_MAX_DIMS)
        status = sit_error_set(err, SIT_E_FORMAT,
                               "'%s': '%s' has %d dimensions, at most %d", w->path,
                               name, n_dims, WEIGHTS_MAX_DIMS);
    else if (H5Sget_simple_extent_dims(space, dims, NULL) != n_dims)
        status = walk_fail(w, name, err);
    if (status == SIT_OK) {
        out->n_dims = (size_t)n_dims;
        for (int k = 0; k < n_dims; k++)
            out->shape[k] = dims[k] <= SIZE_MAX ? (size_t)dims[k] : SIZE_MAX;
    }
    H5Sclose(space);
    return status;
}

/* Type and size of a tensor that is wanted. */
static enum sit_status check_values(struct walk *w, const char *name, hid_t dataset,
                                    const struct weights_tensor *tensor,
                                    size_t *n_items, struct sit_error *err)
{
    hid_t type = H5Dget_type(dataset);
    if (type < 0)
        return walk_fail(w, name, err);
    H5T_class_t class = H5Tget_class(type);
    size_t item_bytes = H5Tget_size(type);
    H5Tclose(type);
    if (class != H5T_FLOAT || item_bytes < 2 || item_bytes > 8)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': '%s' does not hold floats of 2, 4 or 8 bytes",
                             w->path, name);
    if (!weights_n_items(tensor->shape, tensor->n_dims, n_items) ||
        *n_items > WEIGHTS_MAX_FLOATS - w->n_floats)
        return sit_error_set(err, SIT_E_LIMIT,
                             "'%s': more than %d weights together with '%s'", w->path,
                             WEIGHTS_MAX_FLOATS, name);
    if (*n_items == 0)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': '%s' is empty", w->path, name);
    return check_storage(w, name, dataset, item_bytes, *n_items, err);
}

static enum sit_status read_values(struct walk *w, const char *name, hid_t dataset,
                                   struct weights_tensor *tensor, struct sit_error *err)
{
    size_t n_items;
    enum sit_status status = check_values(w, name, dataset, tensor, &n_items, err);
    if (status != SIT_OK)
        return status;
    /* Freed with the list that the tensor is in. */
    tensor->values = sit_calloc(n_items, sizeof *tensor->values);
    if (tensor->values == NULL)
        return sit_error_nomem(err);
    if (H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                tensor->values) < 0)
        return walk_fail(w, name, err);
    for (size_t i = 0; i < n_items; i++)
        if (!isfinite(tensor->values[i]))
            return sit_error_set(err, SIT_E_NUMERIC,
                                 "'%s': value %zu (counted from 0) of '%s' is not a "
                                 "finite float32",
                                 w->path, i, name);
    w->n_floats += n_items;
    return SIT_OK;
}

/* The shape is shown to the filter before values are read. */
static enum sit_status read_tensor(struct walk *w, hid_t group, const char *layer,
                                   const char *name, struct sit_error *err)
{
    hid_t dataset = -1;
    struct weights_tensor shape = {0};
    bool wanted = false;
    enum sit_status status = open_object(w, group, name, H5I_DATASET, &dataset, err);
    if (status != SIT_OK)
        return status;
    status = read_shape(w, name, dataset, &shape, err);
    if (status == SIT_OK)
        status = weights_file_add(w->out, layer, name, shape.n_dims, shape.shape, err);
    if (status == SIT_E_LIMIT)
        sit_error_prefix(err, "'%s'", w->path);
    if (status == SIT_OK) {
        struct weights_tensor *tensor = &w->out->tensors[w->out->n_tensors - 1];
        status = w->filter->choose(w->filter->context, w->path, tensor, &wanted, err);
        if (status == SIT_OK && wanted)
            status = read_values(w, name, dataset, tensor, err);
        else
            weights_file_drop_last(w->out);
    }
    H5Dclose(dataset);
    return status;
}

static enum sit_status read_layer(struct walk *w, hid_t group, const char *layer,
                                  struct sit_error *err)
{
    hid_t layer_group = -1;
    struct text_list names = {0};
    bool found;
    if (layer[0] == '\0')
        return sit_error_set(err, SIT_E_FORMAT, "'%s': a layer without a name",
                             w->path);
    enum sit_status status = open_object(w, group, layer, H5I_GROUP, &layer_group, err);
    if (status != SIT_OK)
        return status;
    status = walk_read_names(w, layer_group, "weight_names", &names, &found, err);
    for (size_t i = 0; status == SIT_OK && i < names.n; i++) {
        status = names.items[i][0] != '\0'
                     ? read_tensor(w, layer_group, layer, names.items[i], err)
                     : sit_error_set(err, SIT_E_FORMAT,
                                     "'%s': layer '%s' names a weight ''", w->path,
                                     layer);
    }
    text_list_release(&names);
    H5Gclose(layer_group);
    return status;
}

static enum sit_status read_layers(struct walk *w, hid_t group, bool *found,
                                   struct sit_error *err)
{
    struct text_list names = {0};
    enum sit_status status = walk_read_names(w, group, "layer_names", &names, found,
                                             err);
    for (size_t i = 0; status == SIT_OK && i < names.n; i++)
        status = read_layer(w, group, names.items[i], err);
    text_list_release(&names);
    return status;
}

static enum sit_status read_config(struct walk *w, hid_t root, struct sit_error *err)
{
    struct text_list texts = {0};
    if (H5Aexists(root, "model_config") <= 0)
        return SIT_OK;
    enum sit_status status = walk_read_texts(w, root, "model_config",
                                             WEIGHTS_MAX_CONFIG_BYTES, &texts, err);
    if (status == SIT_OK && texts.n > 0) {
        w->out->config = texts.items[0];
        texts.items[0] = NULL;
    }
    text_list_release(&texts);
    return status;
}

static enum sit_status walk_file(struct walk *w, struct sit_error *err)
{
    hid_t root = -1, group = -1;
    bool found = false;
    enum sit_status status = SIT_OK;
    root = H5Gopen2(w->file, "/", H5P_DEFAULT);
    if (root < 0 || H5Fget_filesize(w->file, &w->file_bytes) < 0)
        status = walk_fail(w, "its root", err);
    if (status == SIT_OK)
        status = read_config(w, root, err);
    if (status == SIT_OK)
        status = read_layers(w, root, &found, err);
    if (status == SIT_OK && !found &&
        H5Lexists(root, "model_weights", H5P_DEFAULT) > 0) {
        status = open_object(w, root, "model_weights", H5I_GROUP, &group, err);
        if (status == SIT_OK)
            status = read_layers(w, group, &found, err);
    }
    if (status == SIT_OK && !found)
        status = sit_error_set(err, SIT_E_FORMAT,
                               "'%s': no attribute layer_names: not a Keras 2 weight "
                               "file",
                               w->path);
    if (group >= 0)
        H5Gclose(group);
    if (root >= 0)
        H5Gclose(root);
    return status;
}

static enum sit_status walk_opened(hid_t access, const char *open_name,
                                   const char *name,
                                   const struct weights_filter *filter,
                                   struct weights_file *out, struct sit_error *err)
{
    struct weights_file found = {0};
    struct walk w = {.path = name, .filter = filter, .out = &found};
    enum sit_status status;
    w.file = H5Fopen(open_name, H5F_ACC_RDONLY, access);
    if (w.file < 0)
        return walk_fail(&w, "it as HDF5, Keras' format", err);
    status = walk_file(&w, err);
    H5Fclose(w.file);
    if (status != SIT_OK) {
        weights_file_release(&found);
        return status;
    }
    *out = found;
    return SIT_OK;
}

static hid_t quiet_access(void)
{
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    /* A filter is code: none is loaded because a file asks for it. */
    H5PLset_loading_state(0);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0)
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    return access;
}

enum sit_status weights_walk_path(const char *path, const struct weights_filter *filter,
                                  struct weights_file *out, struct sit_error *err)
{
    hid_t access = quiet_access();
    if (access < 0)
        return sit_error_nomem(err);
    enum sit_status status = walk_opened(access, path, path, filter, out, err);
    H5Pclose(access);
    return status;
}

enum sit_status weights_walk_image(const void *bytes, size_t n_bytes, const char *name,
                                   const struct weights_filter *filter,
                                   struct weights_file *out, struct sit_error *err)
{
    enum { GROWTH_BYTES = 1 << 16 };
    hid_t access = quiet_access();
    enum sit_status status;
    if (access < 0 || H5Pset_fapl_core(access, GROWTH_BYTES, 0) < 0 ||
        H5Pset_file_image(access, (void *)bytes, n_bytes) < 0 /* copied */)
        status = sit_error_nomem(err);
    else
        status = walk_opened(access, name, name, filter, out, err);
    if (access >= 0)
        H5Pclose(access);
    return status;
}

const char *sit_hdf5_version(void)
{
#define TEXT_OF(number)     #number
#define VERSION_OF(a, b, c) TEXT_OF(a) "." TEXT_OF(b) "." TEXT_OF(c)
    return VERSION_OF(H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}

#else

const char *sit_hdf5_version(void)
{
    return NULL;
}

static enum sit_status no_hdf5(const char *path, struct sit_error *err)
{
    return sit_error_set(err, SIT_E_UNSUPPORTED,
                         "cannot read '%s': this sitter was built without the HDF5 "
                         "library",
                         path);
}

enum sit_status weights_walk_path(const char *path, const struct weights_filter *filter,
                                  struct weights_file *out, struct sit_error *err)
{
    (void)filter;
    (void)out;
    return no_hdf5(path, err);
}

enum sit_status weights_walk_image(const void *bytes, size_t n_bytes, const char *name,
                                   const struct weights_filter *filter,
                                   struct weights_file *out, struct sit_error *err)
{
    (void)bytes;
    (void)n_bytes;
    (void)filter;
    (void)out;
    return no_hdf5(name, err);
}

#endif
