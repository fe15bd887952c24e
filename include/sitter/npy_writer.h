/*
 * Writing a .npy file block by block: little-endian float32, C order, version 1; the
 * old file stays until the new one is whole.
 */
#ifndef SITTER_NPY_WRITER_H
#define SITTER_NPY_WRITER_H

#include "sitter/file_writer.h"

/** Zero-initialise; sit_npy_writer_discard() releases. */
struct sit_npy_writer {
    struct sit_file_writer file;
    size_t n_rows, n_cols, n_written;
};

/** SIT_E_ARG (no rows or columns), SIT_E_IO, SIT_E_NOMEM. */
enum sit_status sit_npy_writer_open(const char *path, size_t n_rows, size_t n_cols,
                                    struct sit_npy_writer *out, struct sit_error *err);

/** The next rows, x (n_rows, n_cols). SIT_E_ARG beyond the announced number. */
enum sit_status sit_npy_writer_put(struct sit_npy_writer *writer, const float *x,
                                   size_t n_rows, struct sit_error *err);

/** SIT_E_ARG where rows are missing. */
enum sit_status sit_npy_writer_commit(struct sit_npy_writer *writer,
                                      struct sit_error *err);

/** Harmless after commit and on a zeroed struct. */
void sit_npy_writer_discard(struct sit_npy_writer *writer);

#endif
