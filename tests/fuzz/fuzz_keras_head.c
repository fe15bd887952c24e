/*
 * Any bytes as a head of Keras: as a whole file where they begin like HDF5 (read in a
 * child process, as in the program), otherwise as the JSON that describes a model of
 * three layers. What is accepted must be a head.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keras_config.h"
#include "sitter/keras_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

static void read_file(const uint8_t *bytes, size_t n_bytes)
{
    struct sit_dense_net net = {0};
    struct sit_error err;
    char path[] = "/tmp/sitter-fuzz-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, bytes, n_bytes) != (ssize_t)n_bytes)
        abort();
    close(fd);
    enum sit_status status = sit_keras_head_read(path, &net, &err);
    unlink(path);
    if ((status == SIT_OK) != (net.n_layers > 0))
        abort();
    for (size_t l = 1; l < net.n_layers; l++)
        if (net.layers[l].n_in != net.layers[l - 1].n_out)
            abort();
    sit_dense_net_release(&net);
}

static void read_description(const uint8_t *bytes, size_t n_bytes)
{
    static const size_t sizes[4] = {4, 3, 2, 1};
    struct sit_dense_net net = {0};
    struct sit_error err;
    for (size_t l = 0; l < 3; l++)
        if (sit_dense_net_add(&net, sizes[l], sizes[l + 1], &err) != SIT_OK)
            abort();
    enum sit_status status = keras_config_check((const char *)bytes, n_bytes, "fuzz.h5",
                                                &net, &err);
    if (status != SIT_OK && status != SIT_E_FORMAT)
        abort();
    if (status != SIT_OK && strstr(err.message, "fuzz.h5") == NULL)
        abort();
    sit_dense_net_release(&net);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    if (n_bytes >= 4 && memcmp(bytes, "\x89HDF", 4) == 0)
        read_file(bytes, n_bytes);
    else
        read_description(bytes, n_bytes);
    return 0;
}
