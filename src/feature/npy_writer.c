/*
 * Writing .npy files. Reading is npy.c's.
 */
#include "sitter/npy_writer.h"

#include <stdio.h>
#include <string.h>

#include "sitter/npy.h"

static void append_header(struct sit_buf *out, size_t n_rows, size_t n_cols)
{
    char dict[160];
    int n = snprintf(dict, sizeof dict,
                     "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }",
                     n_rows, n_cols);
    /* Padded with spaces so that the data starts at a multiple of 64. */
    size_t used = 10 + (size_t)n + 1;
    size_t padded = (used + 63) / 64 * 64;
    size_t header_bytes = padded - 10;
    sit_buf_append(out, "\x93NUMPY\x01\x00", 8);
    sit_buf_append_char(out, (char)(header_bytes & 255));
    sit_buf_append_char(out, (char)(header_bytes >> 8));
    sit_buf_append_text(out, dict);
    for (size_t i = used; i < padded; i++)
        sit_buf_append_char(out, ' ');
    sit_buf_append_char(out, '\n');
}

enum sit_status sit_npy_writer_open(const char *path, size_t n_rows, size_t n_cols,
                                    struct sit_npy_writer *out, struct sit_error *err)
{
    if (n_rows == 0 || n_cols == 0)
        return sit_error_set(err, SIT_E_ARG, "'%s': no rows or columns to write", path);
    struct sit_npy_writer writer = {.n_rows = n_rows, .n_cols = n_cols};
    struct sit_buf header = {0};
    append_header(&header, n_rows, n_cols);
    enum sit_status status = header.failed ? sit_error_nomem(err) : SIT_OK;
    if (status == SIT_OK)
        status = sit_file_writer_open(path, &writer.file, err);
    if (status == SIT_OK)
        status = sit_file_writer_put(&writer.file, header.data, header.n_bytes, err);
    sit_buf_release(&header);
    if (status == SIT_OK)
        *out = writer;
    else
        sit_npy_writer_discard(&writer);
    return status;
}

/* Little-endian bytes of n floats. */
static void store_floats(const float *x, size_t n, unsigned char *out)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        for (int k = 0; k < 4; k++)
            *out++ = (unsigned char)(bits >> (8 * k));
    }
}

enum sit_status sit_npy_writer_put(struct sit_npy_writer *writer, const float *x,
                                   size_t n_rows, struct sit_error *err)
{
    enum { PIECE = 1024 };
    if (n_rows > writer->n_rows - writer->n_written)
        return sit_error_set(err, SIT_E_ARG, "'%s': more than its %zu rows",
                             writer->file.path, writer->n_rows);
    enum sit_status status = SIT_OK;
    unsigned char bytes[4 * PIECE];
    size_t n = n_rows * writer->n_cols;
    for (size_t at = 0; status == SIT_OK && at < n; at += PIECE) {
        size_t n_now = n - at < PIECE ? n - at : PIECE;
        store_floats(x + at, n_now, bytes);
        status = sit_file_writer_put(&writer->file, bytes, 4 * n_now, err);
    }
    writer->n_written += n_rows;
    return status;
}

enum sit_status sit_npy_writer_commit(struct sit_npy_writer *writer,
                                      struct sit_error *err)
{
    if (writer->n_written != writer->n_rows)
        return sit_error_set(err, SIT_E_ARG, "'%s': %zu of its %zu rows",
                             writer->file.path, writer->n_written, writer->n_rows);
    return sit_file_writer_commit(&writer->file, err);
}

void sit_npy_writer_discard(struct sit_npy_writer *writer)
{
    sit_file_writer_discard(&writer->file);
}

enum sit_status sit_npy_write(const char *path, const float *x, size_t n_rows,
                              size_t n_cols, struct sit_error *err)
{
    struct sit_npy_writer writer = {0};
    enum sit_status status = sit_npy_writer_open(path, n_rows, n_cols, &writer, err);
    if (status == SIT_OK)
        status = sit_npy_writer_put(&writer, x, n_rows, err);
    if (status == SIT_OK)
        status = sit_npy_writer_commit(&writer, err);
    sit_npy_writer_discard(&writer);
    return status;
}
