/*
 * Any bytes as a stored head; also with the right checksum put on, so that the parser
 * behind it is reached. What is accepted must predict and store itself unchanged.
 */
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void use(const struct sit_head *head, const void *bytes, size_t n_bytes)
{
    struct sit_buf again = {0};
    struct sit_error err;
    if (sit_head_serialise(head, &again, &err) != SIT_OK)
        abort();
    /* Version 1 is stored anew as version 2. */
    bool newest = ((const uint8_t *)bytes)[8] == 2;
    if (newest && (again.n_bytes != n_bytes || memcmp(again.data, bytes, n_bytes) != 0))
        abort();
    sit_buf_release(&again);
    size_t d = sit_head_dim(head);
    float p[SIT_HEAD_MAX_CLASSES];
    float *x = sit_calloc(d, sizeof *x);
    if (x == NULL)
        abort();
    enum sit_status status = sit_head_predict(head, x, 1, d, p, &err);
    if (status != SIT_OK && status != SIT_E_NUMERIC)
        abort();
    free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    struct sit_head *head = NULL;
    struct sit_error err;
    if (sit_head_parse(bytes, n_bytes, "fuzz", &head, &err) == SIT_OK)
        use(head, bytes, n_bytes);
    sit_head_free(head);
    if (n_bytes < SIT_SHA256_BYTES)
        return 0;
    uint8_t *copy = sit_malloc_array(n_bytes, 1);
    if (copy == NULL)
        return 0;
    memcpy(copy, bytes, n_bytes);
    sit_sha256(copy, n_bytes - SIT_SHA256_BYTES, copy + n_bytes - SIT_SHA256_BYTES);
    head = NULL;
    if (sit_head_parse(copy, n_bytes, "fuzz", &head, &err) == SIT_OK)
        use(head, copy, n_bytes);
    sit_head_free(head);
    free(copy);
    return 0;
}
