/*
 * Any bytes as a .npy file: the header parser, and where it accepts them, the data
 * through a file in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void read_all(struct sit_npy *npy, const uint8_t *bytes, size_t n_bytes)
{
    struct sit_error err;
    char path[64];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, n_bytes) != (ssize_t)n_bytes)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (sit_npy_open_tensor(path, npy, &err) != SIT_OK)
        abort(); /* the header was good */
    size_t n = npy->n_rows * npy->n_cols;
    float *x = sit_malloc_array(n, sizeof *x);
    float *tensor = sit_malloc_array(n, sizeof *tensor);
    enum sit_status status = sit_npy_read_rows(npy, 0, npy->n_rows, x, &err);
    if (status != SIT_OK && status != SIT_E_NUMERIC)
        abort();
    if (sit_npy_read_tensor(npy, tensor, &err) != status)
        abort();
    if (status == SIT_OK && memcmp(x, tensor, n * sizeof *x) != 0)
        abort(); /* two ways to the same items */
    free(tensor);
    free(x);
    sit_npy_close(npy);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    struct sit_npy npy = {0};
    struct sit_error err;
    if (sit_npy_parse_header(bytes, n_bytes, n_bytes, SIT_NPY_MAX_DIMS, "fuzz", &npy,
                             &err) == SIT_OK)
        read_all(&npy, bytes, n_bytes);
    return 0;
}
