/*
 * .npy files on disk: opening, reading rows as float32. The header's grammar
 * is npy_header.c's.
 */
#include "sitter/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/buf.h"
#include "sitter/file.h"

/* The longest header that can be right: prefix and 64 kB. */
enum { HEADER_READ_BYTES = 64 * 1024 + 12 };

/* Bytes read from disk at a time, a multiple of every item size. */
enum { CHUNK_BYTES = 1 << 16 };

static enum sit_status read_at(int fd, const char *path, void *out, size_t n_bytes,
                               uint64_t offset_bytes, struct sit_error *err)
{
    char *at = out;
    while (n_bytes > 0) {
        ssize_t n = pread(fd, at, n_bytes, (off_t)offset_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sit_error_set_errno(err, SIT_E_IO, "cannot read '%s'", path);
        if (n == 0)
            return sit_error_set(err, SIT_E_IO, "'%s' became shorter while it was read",
                                 path);
        at += n;
        n_bytes -= (size_t)n;
        offset_bytes += (uint64_t)n;
    }
    return SIT_OK;
}

static enum sit_status read_header(int fd, const char *path, size_t max_dims,
                                   struct sit_npy *out, struct sit_error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot read '%s'", path);
    if (!S_ISREG(info.st_mode))
        return sit_error_set(err, SIT_E_IO, "'%s' is not a regular file", path);
    uint64_t file_bytes = (uint64_t)info.st_size;
    size_t n_bytes = file_bytes < HEADER_READ_BYTES ? (size_t)file_bytes
                                                    : HEADER_READ_BYTES;
    void *bytes = sit_malloc_array(n_bytes, 1);
    if (bytes == NULL)
        return sit_error_nomem(err);
    enum sit_status status = read_at(fd, path, bytes, n_bytes, 0, err);
    if (status == SIT_OK)
        status = sit_npy_parse_header(bytes, n_bytes, file_bytes, max_dims, path, out,
                                      err);
    free(bytes);
    return status;
}

static enum sit_status open_file(const char *path, size_t max_dims, struct sit_npy *out,
                                 struct sit_error *err)
{
    struct sit_npy npy = {0};
    enum sit_status status;
    char *copy = NULL;
    /* Non-blocking, so that a named pipe is refused rather than waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    status = read_header(fd, path, max_dims, &npy, err);
    if (status != SIT_OK)
        goto done;
    copy = sit_strdup(path);
    if (copy == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    npy.fd = fd;
    npy.path = copy;
    *out = npy;
done:
    if (status != SIT_OK)
        close(fd);
    return status;
}

enum sit_status sit_npy_open(const char *path, struct sit_npy *out,
                             struct sit_error *err)
{
    return open_file(path, 2, out, err);
}

enum sit_status sit_npy_open_tensor(const char *path, struct sit_npy *out,
                                    struct sit_error *err)
{
    return open_file(path, SIT_NPY_MAX_DIMS, out, err);
}

void sit_npy_close(struct sit_npy *npy)
{
    /* A zeroed struct has fd 0 but no path: nothing was opened. */
    if (npy->path != NULL)
        close(npy->fd);
    free(npy->path);
    *npy = (struct sit_npy){0};
}

static uint64_t load_bits(const unsigned char *bytes, size_t n_bytes, bool big_endian)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n_bytes; i++)
        bits = bits << 8 | bytes[big_endian ? i : n_bytes - 1 - i];
    return bits;
}

static float half_to_float(uint16_t half)
{
    int exponent = half >> 10 & 31, fraction = half & 1023;
    float magnitude;
    if (exponent == 0)
        magnitude = ldexpf((float)fraction, -24);
    else if (exponent == 31)
        magnitude = fraction == 0 ? INFINITY : NAN;
    else
        magnitude = ldexpf((float)(fraction + 1024), exponent - 25);
    return half >> 15 ? -magnitude : magnitude;
}

static float item_to_float(const unsigned char *bytes, size_t item_bytes,
                           bool big_endian)
{
    uint64_t bits = load_bits(bytes, item_bytes, big_endian);
    if (item_bytes == 2)
        return half_to_float((uint16_t)bits);
    if (item_bytes == 4) {
        uint32_t bits32 = (uint32_t)bits;
        float value;
        memcpy(&value, &bits32, sizeof value);
        return value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return fabs(value) > 0x1.fffffep127 ? INFINITY : (float)value;
}

static enum sit_status bad_value(const struct sit_npy *npy, size_t row, size_t column,
                                 struct sit_error *err)
{
    return sit_error_set(err, SIT_E_NUMERIC,
                         "'%s': row %zu, column %zu (counted from 0) is not a finite "
                         "float32",
                         npy->path, row, column);
}

/* A run of `n` consecutive items from the file into out[0], out[stride], ... */
static enum sit_status read_run(const struct sit_npy *npy, uint64_t first_item,
                                size_t n, float *out, size_t stride,
                                unsigned char *chunk, size_t *bad_item,
                                struct sit_error *err)
{
    size_t per_chunk = CHUNK_BYTES / npy->item_bytes;
    for (size_t done = 0; done < n;) {
        size_t n_now = n - done < per_chunk ? n - done : per_chunk;
        uint64_t offset = npy->data_offset_bytes +
                          (first_item + done) * npy->item_bytes;
        enum sit_status status = read_at(npy->fd, npy->path, chunk,
                                         n_now * npy->item_bytes, offset, err);
        if (status != SIT_OK)
            return status;
        for (size_t i = 0; i < n_now; i++) {
            float value = item_to_float(chunk + i * npy->item_bytes, npy->item_bytes,
                                        npy->big_endian);
            if (!isfinite(value)) {
                *bad_item = done + i;
                return SIT_E_NUMERIC; /* the caller knows row and column */
            }
            out[(done + i) * stride] = value;
        }
        done += n_now;
    }
    return SIT_OK;
}

/* Where, in C order, the column lies that is number `j` in the file's column order:
 * the same but for Fortran order, whose first index runs fastest. */
static size_t column_place(const struct sit_npy *npy, size_t j)
{
    size_t place = 0, stride = npy->n_cols;
    for (size_t k = 1; k < npy->n_dims; k++) {
        stride /= npy->shape[k];
        place += j % npy->shape[k] * stride;
        j /= npy->shape[k];
    }
    return place;
}

static enum sit_status read_by_columns(const struct sit_npy *npy, size_t first_row,
                                       size_t n_rows, float *out, unsigned char *chunk,
                                       struct sit_error *err)
{
    for (size_t j = 0; j < npy->n_cols; j++) {
        size_t bad = 0, place = column_place(npy, j);
        enum sit_status status = read_run(npy, (uint64_t)j * npy->n_rows + first_row,
                                          n_rows, out + place, npy->n_cols, chunk, &bad,
                                          err);
        if (status == SIT_E_NUMERIC)
            return bad_value(npy, first_row + bad, place, err);
        if (status != SIT_OK)
            return status;
    }
    return SIT_OK;
}

enum sit_status sit_npy_read_rows(const struct sit_npy *npy, size_t first_row,
                                  size_t n_rows, float *out, struct sit_error *err)
{
    if (first_row > npy->n_rows || n_rows > npy->n_rows - first_row)
        return sit_error_set(err, SIT_E_ARG,
                             "'%s' has %zu rows, not rows %zu to %zu (counted from 0)",
                             npy->path, npy->n_rows, first_row, first_row + n_rows);
    unsigned char *chunk = sit_malloc_array(CHUNK_BYTES, 1);
    if (chunk == NULL)
        return sit_error_nomem(err);
    enum sit_status status;
    if (npy->fortran_order) {
        status = read_by_columns(npy, first_row, n_rows, out, chunk, err);
    } else {
        size_t bad = 0;
        status = read_run(npy, (uint64_t)first_row * npy->n_cols, n_rows * npy->n_cols,
                          out, 1, chunk, &bad, err);
        if (status == SIT_E_NUMERIC)
            status = bad_value(npy, first_row + bad / npy->n_cols, bad % npy->n_cols,
                               err);
    }
    free(chunk);
    return status;
}

/* The item that is number `at` in C order. */
static enum sit_status bad_item(const struct sit_npy *npy, size_t at,
                                struct sit_error *err)
{
    char indices[SIT_NPY_MAX_DIMS * 24] = "";
    size_t n_left = npy->n_rows * npy->n_cols, n = 0;
    for (size_t k = 0; k < npy->n_dims; k++) {
        n_left /= npy->shape[k];
        n += (size_t)snprintf(indices + n, sizeof indices - n, "%s%zu",
                              k > 0 ? ", " : "", at / n_left);
        at %= n_left;
    }
    return sit_error_set(err, SIT_E_NUMERIC,
                         "'%s': item [%s] (counted from 0) is not a finite float32",
                         npy->path, indices);
}

/* Straight through the file, each item to its place: its first axis may be as short as
 * a kernel's 3, too short to read at a time. `items` holds a chunk. */
static enum sit_status read_fortran(const struct sit_npy *npy, float *out, float *items,
                                    unsigned char *chunk, struct sit_error *err)
{
    size_t n_items = npy->n_rows * npy->n_cols;
    size_t n_held = CHUNK_BYTES / sizeof *items;
    size_t row = 0, column = 0, place = 0;
    for (size_t first = 0; first < n_items; first += n_held) {
        size_t n = n_items - first < n_held ? n_items - first : n_held, bad = n;
        enum sit_status status = read_run(npy, first, n, items, 1, chunk, &bad, err);
        if (status != SIT_OK && status != SIT_E_NUMERIC)
            return status;
        for (size_t i = 0; i < n; i++) {
            if (i == bad)
                return bad_item(npy, row * npy->n_cols + place, err);
            out[row * npy->n_cols + place] = items[i];
            if (++row == npy->n_rows) {
                row = 0;
                place = column_place(npy, ++column);
            }
        }
    }
    return SIT_OK;
}

enum sit_status sit_npy_read_tensor(const struct sit_npy *npy, float *out,
                                    struct sit_error *err)
{
    unsigned char *chunk = sit_malloc_array(CHUNK_BYTES, 1);
    float *items = sit_malloc_array(CHUNK_BYTES, 1);
    enum sit_status status;
    size_t bad = 0;
    if (chunk == NULL || items == NULL) {
        status = sit_error_nomem(err);
    } else if (npy->fortran_order) {
        status = read_fortran(npy, out, items, chunk, err);
    } else {
        status = read_run(npy, 0, npy->n_rows * npy->n_cols, out, 1, chunk, &bad, err);
        if (status == SIT_E_NUMERIC)
            status = bad_item(npy, bad, err);
    }
    free(items);
    free(chunk);
    return status;
}
