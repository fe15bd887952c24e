/*
 * A head as bytes: little-endian,
 *
 *     8   "SITHEAD" and a NUL
 *     4   version, 2
 *     4   kind: 1 logistic, 2 MLP, 3 Fisherfaces
 *     4   features (d)
 *     4   classes (K)
 *     8   temperature
 *     ..  the kind's own: see linear_head.c, mlp_head.c
 *     32  SHA-256 of all that precedes
 *
 * Version 1 had no temperature, and a number of hidden layers for every kind; it is
 * read, never written.
 */
#include <string.h>

#include "head_internal.h"
#include "sitter/file.h"

enum { VERSION = 2 };

static const char magic[8] = "SITHEAD";

enum sit_status sit_head_serialise(const struct sit_head *head, struct sit_buf *out,
                                   struct sit_error *err)
{
    struct sit_buf bytes = {0};
    sit_buf_append(&bytes, magic, sizeof magic);
    head_append_u32(&bytes, VERSION);
    head_append_u32(&bytes, head->ops->kind);
    head_append_u32(&bytes, head->d);
    head_append_u32(&bytes, head->n_classes);
    head_append_doubles(&bytes, &head->temperature, 1);
    head->ops->append(head, &bytes);
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

/* Magic, version and checksum; the reader is then behind the version. */
static enum sit_status open_bytes(const void *bytes, size_t n_bytes, const char *name,
                                  struct head_reader *reader, struct sit_error *err)
{
    if (n_bytes < sizeof magic + 4 + SIT_SHA256_BYTES ||
        memcmp(bytes, magic, sizeof magic) != 0)
        return sit_error_set(err, SIT_E_FORMAT, "%s is not a stored head", name);
    *reader = (struct head_reader){.at = (const unsigned char *)bytes + sizeof magic,
                                   .n_left = n_bytes - sizeof magic - SIT_SHA256_BYTES,
                                   .name = name};
    size_t version;
    enum sit_status status = head_read_u32(reader, &version, err);
    if (status == SIT_OK && (version < 1 || version > VERSION))
        status = sit_error_set(err, SIT_E_FORMAT,
                               "%s: version %zu is not known, only up to %d", name,
                               version, VERSION);
    if (status != SIT_OK)
        return status;
    reader->version = (uint32_t)version;
    uint8_t digest[SIT_SHA256_BYTES];
    sit_sha256(bytes, n_bytes - SIT_SHA256_BYTES, digest);
    if (memcmp(digest, (const char *)bytes + n_bytes - SIT_SHA256_BYTES,
               sizeof digest) != 0)
        return sit_error_set(err, SIT_E_FORMAT, "%s is damaged: its checksum is wrong",
                             name);
    return SIT_OK;
}

static enum sit_status parse_common(struct head_reader *reader, struct sit_head **out,
                                    struct sit_error *err)
{
    size_t kind, d, n_classes;
    double temperature = 1;
    enum sit_status status = head_read_u32(reader, &kind, err);
    if (status == SIT_OK)
        status = head_read_u32(reader, &d, err);
    if (status == SIT_OK)
        status = head_read_u32(reader, &n_classes, err);
    if (status == SIT_OK && reader->version > 1)
        status = head_read_doubles(reader, &temperature, 1, err);
    if (status != SIT_OK)
        return status;
    if (!(temperature > 0))
        return sit_error_set(err, SIT_E_FORMAT, "%s: a temperature not above 0",
                             reader->name);
    status = kind > INT32_MAX
                 ? SIT_E_ARG
                 : head_new((enum sit_head_kind)kind, d, n_classes, out, NULL);
    if (status == SIT_E_NOMEM)
        return sit_error_nomem(err);
    if (status != SIT_OK)
        return sit_error_set(err, SIT_E_FORMAT, "%s: impossible sizes", reader->name);
    (*out)->temperature = temperature;
    return SIT_OK;
}

enum sit_status sit_head_parse(const void *bytes, size_t n_bytes, const char *name,
                               struct sit_head **out, struct sit_error *err)
{
    struct head_reader reader;
    struct sit_head *head = NULL;
    enum sit_status status = open_bytes(bytes, n_bytes, name, &reader, err);
    if (status == SIT_OK)
        status = parse_common(&reader, &head, err);
    if (status == SIT_OK)
        status = head->ops->parse(&reader, head, err);
    if (status == SIT_OK && reader.n_left > 0)
        status = sit_error_set(err, SIT_E_FORMAT,
                               "%s: %zu bytes more than its sizes need", name,
                               reader.n_left);
    if (status != SIT_OK) {
        sit_head_free(head);
        return status;
    }
    if (head->ops->finish != NULL)
        head->ops->finish(head);
    *out = head;
    return SIT_OK;
}
