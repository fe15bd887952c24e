/*
 * The header of a .npy file: magic, version, and a Python dictionary literal with
 * exactly the keys descr, fortran_order and shape. Parses bytes in memory; reading the
 * file and its data is npy.c's.
 */
#include <stdio.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/npy.h"

enum { MAX_HEADER_BYTES = 64 * 1024, MAX_QUOTED_BYTES = 40 };

/* The literal being read. */
struct cursor {
    const char *at, *end;
};

struct fields {
    bool has_descr, has_order, has_shape;
    char descr[MAX_QUOTED_BYTES];
    bool fortran_order;
    size_t n_dims;
    size_t shape[SIT_NPY_MAX_DIMS];
    bool shape_too_large; /* syntactically right, but no size_t holds it */
};

static void skip_space(struct cursor *c)
{
    while (c->at < c->end && strchr(" \t\r\n\f", *c->at) != NULL && *c->at != '\0')
        c->at++;
}

/* Skip space, then take `symbol` if it is next. */
static bool take(struct cursor *c, char symbol)
{
    skip_space(c);
    if (c->at == c->end || *c->at != symbol)
        return false;
    c->at++;
    return true;
}

static bool take_word(struct cursor *c, const char *word)
{
    skip_space(c);
    size_t n = strlen(word);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n) != 0)
        return false;
    c->at += n;
    return true;
}

/* A quoted string without escapes, printable, cut to fit `out`. */
static bool take_quoted(struct cursor *c, char out[MAX_QUOTED_BYTES])
{
    skip_space(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    size_t n = 0;
    for (; c->at < c->end && *c->at != quote; c->at++) {
        if (*c->at < 0x20 || *c->at > 0x7e || *c->at == '\\')
            return false;
        if (n + 1 < MAX_QUOTED_BYTES)
            out[n++] = *c->at;
    }
    out[n] = '\0';
    if (c->at == c->end)
        return false;
    c->at++;
    return true;
}

/* A decimal number; Python 2 may have written an L behind it. */
static bool take_number(struct cursor *c, size_t *out, bool *too_large)
{
    skip_space(c);
    const char *start = c->at;
    size_t value = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        size_t digit = (size_t)(*c->at - '0');
        size_t tens;
        if (!sit_mul_size(value, 10, &tens) || tens > SIZE_MAX - digit) {
            *too_large = true;
            tens = 0;
        }
        value = tens + digit;
    }
    if (c->at == start)
        return false;
    if (c->at < c->end && *c->at == 'L')
        c->at++;
    *out = value;
    return true;
}

/* "(3, 4)", "(3,)", "()"; dimensions beyond the last we hold are counted, not kept. */
static bool take_shape(struct cursor *c, struct fields *f)
{
    if (!take(c, '('))
        return false;
    f->n_dims = 0;
    if (take(c, ')'))
        return true;
    for (;;) {
        size_t n;
        if (!take_number(c, &n, &f->shape_too_large))
            return false;
        if (f->n_dims < SIT_NPY_MAX_DIMS)
            f->shape[f->n_dims] = n;
        f->n_dims++;
        bool comma = take(c, ',');
        if (take(c, ')'))
            return comma || f->n_dims > 1; /* "(5)" is a number, not a tuple */
        if (!comma)
            return false;
    }
}

static bool take_bool(struct cursor *c, bool *out)
{
    if (take_word(c, "True"))
        *out = true;
    else if (take_word(c, "False"))
        *out = false;
    else
        return false;
    return true;
}

static bool take_entry(struct cursor *c, struct fields *f)
{
    char key[MAX_QUOTED_BYTES];
    if (!take_quoted(c, key) || !take(c, ':'))
        return false;
    if (strcmp(key, "descr") == 0 && !f->has_descr) {
        f->has_descr = true;
        skip_space(c);
        if (c->at < c->end && *c->at == '[') {
            /* A list of fields: a structured type. Named in the refusal, not read. */
            snprintf(f->descr, sizeof f->descr, "a structured type");
            return false;
        }
        return take_quoted(c, f->descr);
    }
    if (strcmp(key, "fortran_order") == 0 && !f->has_order) {
        f->has_order = true;
        return take_bool(c, &f->fortran_order);
    }
    if (strcmp(key, "shape") == 0 && !f->has_shape) {
        f->has_shape = true;
        return take_shape(c, f);
    }
    return false;
}

static bool parse_dict(struct cursor *c, struct fields *f)
{
    if (!take(c, '{'))
        return false;
    for (;;) {
        if (!take_entry(c, f))
            return false;
        bool comma = take(c, ',');
        if (take(c, '}'))
            break;
        if (!comma)
            return false;
    }
    skip_space(c);
    return c->at == c->end && f->has_descr && f->has_order && f->has_shape;
}

/* "<f4" and the like; a native mark '=' is taken as little-endian. */
static bool parse_descr(const char *descr, size_t *item_bytes, bool *big_endian)
{
    if (strlen(descr) != 3 || strchr("<>=", descr[0]) == NULL || descr[1] != 'f' ||
        strchr("248", descr[2]) == NULL)
        return false;
    *item_bytes = (size_t)(descr[2] - '0');
    *big_endian = descr[0] == '>';
    return true;
}

static enum sit_status check_dims(const struct fields *f, size_t max_dims,
                                  const char *name, struct sit_error *err)
{
    if (f->n_dims >= 1 && f->n_dims <= max_dims)
        return SIT_OK;
    if (max_dims == 2)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': %zu dimensions, must be 1 or 2",
                             name, f->n_dims);
    return sit_error_set(err, SIT_E_FORMAT, "'%s': %zu dimensions, must be 1 to %zu",
                         name, f->n_dims, max_dims);
}

/* Items and bytes the shape asks for; false where no size_t holds them. */
static bool count_items(struct sit_npy *npy, size_t *n_items, size_t *n_bytes)
{
    npy->n_rows = npy->shape[0];
    npy->n_cols = 1;
    for (size_t k = 1; k < npy->n_dims; k++)
        if (!sit_mul_size(npy->n_cols, npy->shape[k], &npy->n_cols))
            return false;
    return sit_mul_size(npy->n_rows, npy->n_cols, n_items) &&
           sit_mul_size(*n_items, npy->item_bytes, n_bytes);
}

static enum sit_status check_fields(const struct fields *f, uint64_t file_bytes,
                                    uint64_t offset_bytes, size_t max_dims,
                                    const char *name, struct sit_npy *out,
                                    struct sit_error *err)
{
    struct sit_npy npy = {
        .fd = -1, .fortran_order = f->fortran_order, .data_offset_bytes = offset_bytes};
    if (!parse_descr(f->descr, &npy.item_bytes, &npy.big_endian))
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': type %s is not supported, only floats "
                             "(f2, f4 or f8)",
                             name, f->descr);
    enum sit_status status = check_dims(f, max_dims, name, err);
    if (status != SIT_OK)
        return status;
    npy.n_dims = f->n_dims;
    memcpy(npy.shape, f->shape, f->n_dims * sizeof *npy.shape);
    size_t n_items, n_bytes;
    if (f->shape_too_large || !count_items(&npy, &n_items, &n_bytes) ||
        n_bytes > UINT64_MAX - offset_bytes)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': impossibly large shape", name);
    if (n_items == 0)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': empty, shape %zu x %zu", name,
                             npy.n_rows, npy.n_cols);
    if (offset_bytes + n_bytes != file_bytes)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': %zu x %zu items of %zu bytes need a file of %llu "
                             "bytes, it has %llu",
                             name, npy.n_rows, npy.n_cols, npy.item_bytes,
                             (unsigned long long)(offset_bytes + n_bytes),
                             (unsigned long long)file_bytes);
    *out = npy;
    return SIT_OK;
}

enum sit_status sit_npy_parse_header(const void *bytes, size_t n_bytes,
                                     uint64_t file_bytes, size_t max_dims,
                                     const char *name, struct sit_npy *out,
                                     struct sit_error *err)
{
    const unsigned char *b = bytes;
    if (n_bytes < 10 || memcmp(b, "\x93NUMPY", 6) != 0)
        return sit_error_set(err, SIT_E_FORMAT, "'%s' is not a .npy file", name);
    if (b[6] < 1 || b[6] > 3)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': unknown .npy version %u", name,
                             (unsigned)b[6]);
    size_t prefix_bytes = b[6] == 1 ? 10 : 12;
    if (n_bytes < prefix_bytes)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': header is cut short", name);
    size_t header_bytes = (size_t)b[8] | (size_t)b[9] << 8;
    if (b[6] > 1)
        header_bytes |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (header_bytes > MAX_HEADER_BYTES)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': header of %zu bytes is too long",
                             name, header_bytes);
    if (header_bytes > n_bytes - prefix_bytes)
        return sit_error_set(err, SIT_E_FORMAT, "'%s': header is cut short", name);
    struct cursor c = {.at = (const char *)b + prefix_bytes};
    c.end = c.at + header_bytes;
    struct fields f = {0};
    if (!parse_dict(&c, &f)) {
        if (strcmp(f.descr, "a structured type") == 0)
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s': a structured type is not supported, only "
                                 "floats (f2, f4 or f8)",
                                 name);
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': the header is not a .npy dictionary", name);
    }
    return check_fields(&f, file_bytes, prefix_bytes + header_bytes, max_dims, name,
                        out, err);
}
