/*
 * Private to feature: the named tensors of a Keras HDF5 file, full model or weights
 * alone. Which tensors are wanted, and of what shape, is the caller's to say.
 */
#ifndef SITTER_FEATURE_WEIGHTS_FILE_H
#define SITTER_FEATURE_WEIGHTS_FILE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"

enum {
    WEIGHTS_MAX_DIMS = 4,
    WEIGHTS_MAX_NAME_BYTES = 512, /* terminator included */
    WEIGHTS_MAX_TENSORS = 4096,
    WEIGHTS_MAX_CONFIG_BYTES = 4 << 20,
    WEIGHTS_MAX_FLOATS = 1 << 27, /* of all wanted tensors together */
};

/* Room for "3 x 3 x 64 x 64" of any numbers. */
enum { WEIGHTS_SHAPE_BYTES = WEIGHTS_MAX_DIMS * 24 };

struct weights_tensor {
    char *layer; /* "conv1_1" */
    char *name;  /* as weight_names has it: "conv1_1/kernel:0" */
    size_t n_dims;
    size_t shape[WEIGHTS_MAX_DIMS];
    float *values; /* C order, all finite */
};

/* Tensors in the file's order: layer_names, then weight_names. Zero-initialise. */
struct weights_file {
    char *config; /* the attribute model_config, NULL where there is none */
    struct weights_tensor *tensors;
    size_t n_tensors, capacity;
};

/*
 * Asked for each tensor before its values are read (and NULL then): *wanted starts
 * false. An error ends the reading and is passed on; `path` is for its message.
 */
struct weights_filter {
    enum sit_status (*choose)(const void *context, const char *path,
                              const struct weights_tensor *tensor, bool *wanted,
                              struct sit_error *err);
    const void *context;
};

/**
 * Read a file. HDF5 opens it in a child process that can open nothing else, so that
 * neither a crash nor a hang of that library on a forged file is ours. SIT_E_IO;
 * SIT_E_FORMAT: not HDF5, not of Keras' layout, forged; SIT_E_NUMERIC: a value that is
 * not finite; SIT_E_LIMIT; SIT_E_UNSUPPORTED: built without HDF5; the filter's.
 */
enum sit_status weights_file_read(const char *path, const struct weights_filter *filter,
                                  struct weights_file *out, struct sit_error *err);

void weights_file_release(struct weights_file *file);

/* Append a tensor that owns copies of both names; its values are NULL. SIT_E_LIMIT:
 * WEIGHTS_MAX_TENSORS are there; SIT_E_NOMEM. */
enum sit_status weights_file_add(struct weights_file *file, const char *layer,
                                 const char *name, size_t n_dims, const size_t *shape,
                                 struct sit_error *err);

/* Take the last tensor out again. */
void weights_file_drop_last(struct weights_file *file);

/* Items of a shape; false where no size_t holds the product. */
bool weights_n_items(const size_t *shape, size_t n_dims, size_t *n);

/* "3 x 3 x 64 x 64"; "a single number" without dimensions. Returns `out`. */
const char *weights_shape_text(const size_t *shape, size_t n_dims,
                               char out[WEIGHTS_SHAPE_BYTES]);

/* What the tensor is called behind the last slash: "kernel", "bias" (":0" cut off). */
void weights_short_name(const struct weights_tensor *tensor, char *out,
                        size_t out_bytes);

/* HDF5 is not thread-safe: held around its use in this process, and around a fork so
 * that a child does not find it half-way. */
extern pthread_mutex_t weights_hdf5_mutex;

/*
 * weights_hdf5.c: the same in this process, from a file or from bytes. Not to be used
 * on files of unknown origin but in a child or a fuzz target.
 */
enum sit_status weights_walk_path(const char *path, const struct weights_filter *filter,
                                  struct weights_file *out, struct sit_error *err);
enum sit_status weights_walk_image(const void *bytes, size_t n_bytes, const char *name,
                                   const struct weights_filter *filter,
                                   struct weights_file *out, struct sit_error *err);

#endif
