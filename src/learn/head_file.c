/*
 * A head as bytes: little-endian,
 *
 *     8   "SITHEAD" and a NUL
 *     4   version, 1
 *     4   kind: 1 logistic, 2 MLP
 *     4   features (d)
 *     4   classes (K)
 *     4   hidden layers (h), 0 for logistic
 *     4h  their sizes
 *     8d  means, 8d deviations
 *         logistic: 8 (d + 1) o weights (o = 1 for two classes, else K);
 *         MLP: 4-byte floats, each layer's kernel (in, out) and biases
 *     32  SHA-256 of all that precedes
 */
#include <math.h>
#include <string.h>

#include "head_internal.h"
#include "sitter/file.h"

enum { VERSION = 1, PREFIX_BYTES = 28 };

static const char magic[8] = "SITHEAD";

static void append_bits(struct sit_buf *out, uint64_t bits, size_t n_bytes)
{
    char bytes[8];
    for (size_t i = 0; i < n_bytes; i++)
        bytes[i] = (char)(bits >> (8 * i) & 255);
    sit_buf_append(out, bytes, n_bytes);
}

static void append_doubles(struct sit_buf *out, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        append_bits(out, bits, 8);
    }
}

static void append_floats(struct sit_buf *out, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        append_bits(out, bits, 4);
    }
}

static size_t n_logistic_weights(const struct sit_head *head)
{
    return head_n_outputs(head->n_classes) * (head->d + 1);
}

enum sit_status sit_head_serialise(const struct sit_head *head, struct sit_buf *out,
                                   struct sit_error *err)
{
    struct sit_buf bytes = {0};
    size_t n_hidden = head->kind == SIT_HEAD_MLP ? head->shape.n_layers - 1 : 0;
    sit_buf_append(&bytes, magic, sizeof magic);
    append_bits(&bytes, VERSION, 4);
    append_bits(&bytes, head->kind, 4);
    append_bits(&bytes, head->d, 4);
    append_bits(&bytes, head->n_classes, 4);
    append_bits(&bytes, n_hidden, 4);
    for (size_t l = 0; l < n_hidden; l++)
        append_bits(&bytes, head->shape.sizes[l + 1], 4);
    append_doubles(&bytes, head->mean, head->d);
    append_doubles(&bytes, head->deviation, head->d);
    if (head->kind == SIT_HEAD_MLP)
        append_floats(&bytes, head->params, mlp_n_params(&head->shape));
    else
        append_doubles(&bytes, head->w, n_logistic_weights(head));
    enum sit_status status = SIT_OK;
    if (bytes.failed || !sit_buf_reserve(out, bytes.n_bytes + SIT_SHA256_BYTES)) {
        status = sit_error_nomem(err);
        goto done;
    }
    uint8_t digest[SIT_SHA256_BYTES];
    sit_sha256(bytes.data, bytes.n_bytes, digest);
    sit_buf_append(out, bytes.data, bytes.n_bytes);
    sit_buf_append(out, digest, sizeof digest);
done:
    sit_buf_release(&bytes);
    return status;
}

static uint64_t load_bits(const unsigned char *bytes, size_t n_bytes)
{
    uint64_t bits = 0;
    for (size_t i = n_bytes; i-- > 0;)
        bits = bits << 8 | bytes[i];
    return bits;
}

/* False where a value is not finite. */
static bool load_doubles(const unsigned char **at, double *values, size_t n)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++, *at += 8) {
        uint64_t bits = load_bits(*at, 8);
        memcpy(&values[i], &bits, sizeof bits);
        finite = finite && isfinite(values[i]);
    }
    return finite;
}

static bool load_floats(const unsigned char **at, float *values, size_t n)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++, *at += 4) {
        uint32_t bits = (uint32_t)load_bits(*at, 4);
        memcpy(&values[i], &bits, sizeof bits);
        finite = finite && isfinite(values[i]);
    }
    return finite;
}

/* What the fixed part says. */
struct prefix {
    enum sit_head_kind kind;
    size_t d, n_classes, n_hidden;
    size_t hidden[SIT_HEAD_MAX_HIDDEN];
};

static enum sit_status load_prefix(const unsigned char *bytes, size_t n_bytes,
                                   const char *name, struct prefix *out,
                                   struct sit_error *err)
{
    if (n_bytes < PREFIX_BYTES + SIT_SHA256_BYTES ||
        memcmp(bytes, magic, sizeof magic) != 0)
        return sit_error_set(err, SIT_E_FORMAT, "%s is not a stored head", name);
    uint64_t version = load_bits(bytes + 8, 4);
    if (version != VERSION)
        return sit_error_set(err, SIT_E_FORMAT, "%s: version %u is not known, only %d",
                             name, (unsigned)version, VERSION);
    uint8_t digest[SIT_SHA256_BYTES];
    sit_sha256(bytes, n_bytes - SIT_SHA256_BYTES, digest);
    if (memcmp(digest, bytes + n_bytes - SIT_SHA256_BYTES, sizeof digest) != 0)
        return sit_error_set(err, SIT_E_FORMAT, "%s is damaged: its checksum is wrong",
                             name);
    uint64_t kind = load_bits(bytes + 12, 4);
    *out = (struct prefix){.kind = kind == SIT_HEAD_MLP ? SIT_HEAD_MLP
                                                        : SIT_HEAD_LOGISTIC,
                           .d = (size_t)load_bits(bytes + 16, 4),
                           .n_classes = (size_t)load_bits(bytes + 20, 4),
                           .n_hidden = (size_t)load_bits(bytes + 24, 4)};
    if ((kind != SIT_HEAD_LOGISTIC && kind != SIT_HEAD_MLP) || out->d < 1 ||
        out->d > HEAD_MAX_DIM || out->n_classes < 2 ||
        out->n_classes > SIT_HEAD_MAX_CLASSES || out->n_hidden > SIT_HEAD_MAX_HIDDEN ||
        (kind == SIT_HEAD_LOGISTIC && out->n_hidden > 0) ||
        n_bytes < PREFIX_BYTES + 4 * out->n_hidden + SIT_SHA256_BYTES)
        return sit_error_set(err, SIT_E_FORMAT, "%s: impossible sizes", name);
    for (size_t l = 0; l < out->n_hidden; l++) {
        out->hidden[l] = (size_t)load_bits(bytes + PREFIX_BYTES + 4 * l, 4);
        if (out->hidden[l] < 1 || out->hidden[l] > HEAD_MAX_LAYER)
            return sit_error_set(err, SIT_E_FORMAT, "%s: impossible sizes", name);
    }
    return SIT_OK;
}

/* Bytes a head of these sizes takes, before anything is allocated for it. The limits of
 * load_prefix() keep each product far from wrapping. */
static uint64_t expected_bytes(const struct prefix *prefix)
{
    uint64_t total = PREFIX_BYTES + 4 * prefix->n_hidden + 16 * (uint64_t)prefix->d +
                     SIT_SHA256_BYTES;
    uint64_t n_outputs = head_n_outputs(prefix->n_classes);
    if (prefix->kind == SIT_HEAD_LOGISTIC)
        return total + 8 * n_outputs * (prefix->d + 1);
    uint64_t n_in = prefix->d;
    for (size_t l = 0; l <= prefix->n_hidden; l++) {
        uint64_t n_out = l < prefix->n_hidden ? prefix->hidden[l] : n_outputs;
        total += 4 * (n_in + 1) * n_out;
        n_in = n_out;
    }
    return total;
}

static bool load_arrays(const unsigned char *at, struct sit_head *head)
{
    bool good = load_doubles(&at, head->mean, head->d);
    good = load_doubles(&at, head->deviation, head->d) && good;
    for (size_t j = 0; j < head->d; j++)
        good = good && head->deviation[j] > 0;
    if (head->kind == SIT_HEAD_MLP)
        return load_floats(&at, head->params, mlp_n_params(&head->shape)) && good;
    return load_doubles(&at, head->w, n_logistic_weights(head)) && good;
}

enum sit_status sit_head_parse(const void *bytes, size_t n_bytes, const char *name,
                               struct sit_head **out, struct sit_error *err)
{
    struct prefix prefix;
    struct sit_head *head = NULL;
    enum sit_status status = load_prefix(bytes, n_bytes, name, &prefix, err);
    if (status != SIT_OK)
        return status;
    if (expected_bytes(&prefix) != n_bytes)
        return sit_error_set(err, SIT_E_FORMAT, "%s: %zu bytes, its sizes need %llu",
                             name, n_bytes,
                             (unsigned long long)expected_bytes(&prefix));
    status = head_new(prefix.kind, prefix.d, prefix.n_classes, prefix.n_hidden,
                      prefix.hidden, &head, err);
    if (status != SIT_OK) {
        sit_error_prefix(err, "%s", name);
        return status == SIT_E_ARG ? SIT_E_FORMAT : status;
    }
    const unsigned char *arrays = (const unsigned char *)bytes + PREFIX_BYTES +
                                  4 * prefix.n_hidden;
    if (!load_arrays(arrays, head)) {
        sit_head_free(head);
        return sit_error_set(
            err, SIT_E_FORMAT,
            "%s: a number that is not finite, or a deviation not above 0", name);
    }
    *out = head;
    return SIT_OK;
}
