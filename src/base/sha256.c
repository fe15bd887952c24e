/*
 * SHA-256 of bytes and files, by libmd. Only user of sha2.h.
 */
#include <sha2.h>

#include <stdio.h>
#include <stdlib.h>

#include "sitter/file.h"

void sit_sha256(const void *bytes, size_t n_bytes, uint8_t digest[SIT_SHA256_BYTES])
{
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, bytes, n_bytes);
    SHA256Final(digest, &context);
}

void sit_sha256_hex(const uint8_t digest[SIT_SHA256_BYTES],
                    char hex[SIT_SHA256_HEX_BYTES])
{
    for (size_t i = 0; i < SIT_SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

enum sit_status sit_sha256_file(const char *path, char hex[SIT_SHA256_HEX_BYTES],
                                struct sit_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    SHA2_CTX context;
    SHA256Init(&context);
    unsigned char block[65536];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        SHA256Update(&context, block, n);
    enum sit_status status = SIT_OK;
    if (ferror(file))
        status = sit_error_set_errno(err, SIT_E_IO, "cannot read '%s'", path);
    fclose(file);
    if (status != SIT_OK)
        return status;
    uint8_t digest[SIT_SHA256_BYTES];
    SHA256Final(digest, &context);
    sit_sha256_hex(digest, hex);
    return SIT_OK;
}

enum sit_status sit_sha256_files(const char *dir, const char *const *names,
                                 size_t n_names, char hex[SIT_SHA256_HEX_BYTES],
                                 struct sit_error *err)
{
    struct sit_buf lines = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < n_names; i++) {
        char one[SIT_SHA256_HEX_BYTES];
        char *path = sit_file_join(dir, names[i]);
        status = path != NULL ? sit_sha256_file(path, one, err) : sit_error_nomem(err);
        if (status == SIT_OK)
            sit_buf_appendf(&lines, "%s  %s\n", one, names[i]);
        free(path);
    }
    if (status == SIT_OK && lines.failed)
        status = sit_error_nomem(err);
    if (status == SIT_OK) {
        uint8_t digest[SIT_SHA256_BYTES];
        sit_sha256(sit_buf_text(&lines), lines.n_bytes, digest);
        sit_sha256_hex(digest, hex);
    }
    sit_buf_release(&lines);
    return status;
}
