/*
 * Any bytes as a Keras HDF5 file: every tensor, of whatever name and shape. As in the
 * program the HDF5 library works in a child process, whose death is an answer. With
 * $SITTER_FUZZ_IN_PROCESS it works here: for looking at its failures, of which there
 * are known ones.
 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "weights_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

enum { MAX_VALUES = 1 << 16 };

static enum sit_status choose(const void *context, const char *path,
                              const struct weights_tensor *tensor, bool *wanted,
                              struct sit_error *err)
{
    size_t n;
    (void)context, (void)path, (void)err;
    *wanted = weights_n_items(tensor->shape, tensor->n_dims, &n) && n <= MAX_VALUES;
    return SIT_OK;
}

static const struct weights_filter filter = {.choose = choose};

/* By a name in the file system: HDF5 asks for the file's real path. */
static enum sit_status read_in_child(const uint8_t *bytes, size_t n_bytes,
                                     struct weights_file *file)
{
    struct sit_error err;
    char path[] = "/tmp/sitter-fuzz-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, bytes, n_bytes) != (ssize_t)n_bytes)
        abort();
    close(fd);
    enum sit_status status = weights_file_read(path, &filter, file, &err);
    unlink(path);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    struct weights_file file = {0};
    struct sit_error err;
    enum sit_status status = getenv("SITTER_FUZZ_IN_PROCESS") != NULL
                                 ? weights_walk_image(bytes, n_bytes, "fuzz.h5",
                                                      &filter, &file, &err)
                                 : read_in_child(bytes, n_bytes, &file);
    if (status != SIT_OK && (file.n_tensors > 0 || file.config != NULL))
        abort();
    for (size_t i = 0; i < file.n_tensors; i++) {
        size_t n;
        const struct weights_tensor *tensor = &file.tensors[i];
        if (!weights_n_items(tensor->shape, tensor->n_dims, &n) || n > MAX_VALUES)
            abort();
        for (size_t j = 0; j < n; j++)
            if (!isfinite(tensor->values[j]))
                abort();
    }
    weights_file_release(&file);
    return 0;
}
