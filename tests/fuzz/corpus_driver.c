/*
 * Runs a fuzz target once over every file of a folder, so that the corpus is part of
 * the ordinary tests with any compiler.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "sitter/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
        return 2;
    }
    struct sit_error err;
    struct sit_dir_list list;
    if (sit_dir_list_read(argv[1], &list, &err) != SIT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    size_t n_run = 0;
    for (size_t i = 0; i < list.n_entries; i++) {
        char *path = sit_file_join(argv[1], list.entries[i].name);
        struct sit_buf content = {0};
        if (path == NULL || list.entries[i].is_dir ||
            sit_file_read(path, 16u << 20, &content, &err) != SIT_OK) {
            fprintf(stderr, "cannot read corpus entry %zu\n", i);
            return 1;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)sit_buf_text(&content),
                               content.n_bytes);
        sit_buf_release(&content);
        free(path);
        n_run++;
    }
    sit_dir_list_release(&list);
    printf("%zu inputs\n", n_run);
    return n_run > 0 ? 0 : 1;
}
