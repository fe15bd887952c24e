/*
 * NumPy .npy files: matrices and tensors of float32, float64 or float16, either byte
 * order, C or Fortran order, header versions 1 to 3. Nothing in the header is trusted:
 * the shape must account for the file's size to the byte.
 */
#ifndef SITTER_NPY_H
#define SITTER_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/status.h"

enum { SIT_NPY_MAX_DIMS = 4 };

/** An open file. Zero-initialise; sit_npy_close() releases. */
struct sit_npy {
    int fd;
    char *path;
    size_t n_dims; /* 1 .. SIT_NPY_MAX_DIMS */
    size_t shape[SIT_NPY_MAX_DIMS];
    size_t n_rows;     /* shape[0] */
    size_t n_cols;     /* the product of the others, 1 where there are none */
    size_t item_bytes; /* 2, 4 or 8 */
    bool big_endian;
    bool fortran_order;
    uint64_t data_offset_bytes;
};

/** The header alone, from memory (for the fuzz target and tests). `file_bytes` is the
 * size of the whole file, `max_dims` at most SIT_NPY_MAX_DIMS. Fills all of *out but fd
 * and path. */
enum sit_status sit_npy_parse_header(const void *bytes, size_t n_bytes,
                                     uint64_t file_bytes, size_t max_dims,
                                     const char *name, struct sit_npy *out,
                                     struct sit_error *err);

/**
 * Open and check. SIT_E_IO; SIT_E_FORMAT: not .npy, a type other than f2/f4/f8, more
 * than two dimensions, no rows or columns, header and file size disagree.
 */
enum sit_status sit_npy_open(const char *path, struct sit_npy *out,
                             struct sit_error *err);

/** As sit_npy_open(), for up to SIT_NPY_MAX_DIMS dimensions. */
enum sit_status sit_npy_open_tensor(const char *path, struct sit_npy *out,
                                    struct sit_error *err);

/**
 * Rows [first_row, first_row + n_rows) as float32 into out (n_rows, n_cols), row-major.
 * SIT_E_ARG outside the file, SIT_E_IO, SIT_E_NUMERIC where a value is NaN or infinite
 * or too large for float32 (the message names row and column).
 */
enum sit_status sit_npy_read_rows(const struct sit_npy *npy, size_t first_row,
                                  size_t n_rows, float *out, struct sit_error *err);

/**
 * All items as float32 into out (shape[0], shape[1], ...), C order whatever the file's.
 * SIT_E_IO, SIT_E_NOMEM, SIT_E_NUMERIC as above (the message names the indices).
 */
enum sit_status sit_npy_read_tensor(const struct sit_npy *npy, float *out,
                                    struct sit_error *err);

void sit_npy_close(struct sit_npy *npy);

/** Write x (n_rows, n_cols) as little-endian float32, C order, version 1; atomically.
 */
enum sit_status sit_npy_write(const char *path, const float *x, size_t n_rows,
                              size_t n_cols, struct sit_error *err);

#endif
