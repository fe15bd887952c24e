/*
 * Numbers of a stored head to bytes and back, little-endian; every read is checked
 * against what is left. The order of the parts is head_file.c's and each kind's affair.
 */
#include <math.h>
#include <string.h>

#include "head_internal.h"

static void append_bits(struct sit_buf *out, uint64_t bits, size_t n_bytes)
{
    char bytes[8];
    for (size_t i = 0; i < n_bytes; i++)
        bytes[i] = (char)(bits >> (8 * i) & 255);
    sit_buf_append(out, bytes, n_bytes);
}

void head_append_u32(struct sit_buf *out, size_t value)
{
    append_bits(out, value, 4);
}

void head_append_doubles(struct sit_buf *out, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        append_bits(out, bits, 8);
    }
}

void head_append_floats(struct sit_buf *out, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        append_bits(out, bits, 4);
    }
}

static uint64_t take_bits(struct head_reader *reader, size_t n_bytes)
{
    uint64_t bits = 0;
    for (size_t i = n_bytes; i-- > 0;)
        bits = bits << 8 | reader->at[i];
    reader->at += n_bytes;
    reader->n_left -= n_bytes;
    return bits;
}

enum sit_status head_reader_expect(const struct head_reader *reader, size_t n,
                                   size_t value_bytes, struct sit_error *err)
{
    if (reader->n_left / value_bytes < n)
        return sit_error_set(err, SIT_E_FORMAT, "%s: impossible sizes", reader->name);
    return SIT_OK;
}

static enum sit_status not_finite(const struct head_reader *reader,
                                  struct sit_error *err)
{
    return sit_error_set(err, SIT_E_FORMAT, "%s: a number that is not finite",
                         reader->name);
}

enum sit_status head_read_u32(struct head_reader *reader, size_t *out,
                              struct sit_error *err)
{
    enum sit_status status = head_reader_expect(reader, 1, 4, err);
    if (status == SIT_OK)
        *out = (size_t)take_bits(reader, 4);
    return status;
}

enum sit_status head_read_doubles(struct head_reader *reader, double *values, size_t n,
                                  struct sit_error *err)
{
    enum sit_status status = head_reader_expect(reader, n, 8, err);
    bool finite = true;
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        uint64_t bits = take_bits(reader, 8);
        memcpy(&values[i], &bits, sizeof bits);
        finite = finite && isfinite(values[i]);
    }
    return status == SIT_OK && !finite ? not_finite(reader, err) : status;
}

enum sit_status head_read_floats(struct head_reader *reader, float *values, size_t n,
                                 struct sit_error *err)
{
    enum sit_status status = head_reader_expect(reader, n, 4, err);
    bool finite = true;
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        uint32_t bits = (uint32_t)take_bits(reader, 4);
        memcpy(&values[i], &bits, sizeof bits);
        finite = finite && isfinite(values[i]);
    }
    return status == SIT_OK && !finite ? not_finite(reader, err) : status;
}
