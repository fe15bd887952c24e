/*
 * How fast an import is beside what it cannot avoid: reading and decoding every picture
 * with stb_image on one core. Prints both rates and their ratio.
 *
 *     sitter demo DIR --faces 20000 --no-label --no-posters --no-features
 *     import_bench DIR/faces
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "plain_stb.h"
#include "sitter/file.h"
#include "sitter/import.h"

/* Decode them all, in order, in this thread; microseconds, or -1. */
static int64_t decode_all(const char *dir, size_t *n)
{
    struct sit_dir_list list;
    struct sit_error err;
    if (sit_dir_list_read(dir, &list, &err) != SIT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return -1;
    }
    int64_t started_us = sit_clock_us();
    *n = 0;
    for (size_t i = 0; i < list.n_entries; i++) {
        char *path = sit_file_join(dir, list.entries[i].name);
        struct sit_buf bytes = {0};
        if (path != NULL && sit_file_read(path, 1u << 27, &bytes, &err) == SIT_OK)
            *n += plain_stb_decode(bytes.data, bytes.n_bytes);
        sit_buf_release(&bytes);
        free(path);
    }
    int64_t took_us = sit_clock_us() - started_us;
    sit_dir_list_release(&list);
    return took_us;
}

static int64_t import_all(const char *dir, size_t n_jobs, size_t *n)
{
    char db[] = "/tmp/import-bench-XXXXXX";
    struct sit_class_list classes;
    struct sit_project *project = NULL;
    struct sit_import_options options = {.n_jobs = n_jobs};
    struct sit_import_result result = {0};
    struct sit_error err;
    int fd = mkstemp(db);
    if (fd < 0)
        return -1;
    close(fd);
    unlink(db);
    sit_class_list_default(&classes);
    int64_t started_us = sit_clock_us();
    enum sit_status status = sit_project_create(db, &classes, &err);
    if (status == SIT_OK)
        status = sit_project_open(db, SIT_PROJECT_WRITE, &project, &err);
    if (status == SIT_OK)
        status = sit_import_paths(project, &dir, 1, &options, NULL, NULL, &result,
                                  &err);
    sit_project_close(project);
    int64_t took_us = sit_clock_us() - started_us;
    unlink(db);
    if (status != SIT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return -1;
    }
    *n = result.n_added;
    return took_us;
}

static double rate(size_t n, int64_t us)
{
    return us > 0 ? (double)n * 1e6 / (double)us : 0;
}

int main(int argc, char **argv)
{
    size_t n_decoded, n_one, n_all;
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    decode_all(argv[1], &n_decoded); /* so that all of them read from the cache */
    int64_t decode_us = decode_all(argv[1], &n_decoded);
    int64_t one_us = import_all(argv[1], 1, &n_one);
    int64_t all_us = import_all(argv[1], 0, &n_all);
    if (decode_us < 0 || one_us < 0 || all_us < 0)
        return 1;
    printf("stb_image alone, one core: %8.0f pictures/s (%zu)\n",
           rate(n_decoded, decode_us), n_decoded);
    printf("import, one thread:        %8.0f pictures/s (%zu), %.2f of it\n",
           rate(n_one, one_us), n_one,
           rate(n_one, one_us) / rate(n_decoded, decode_us));
    printf("import, a thread a core:   %8.0f pictures/s (%zu), %.2f of it\n",
           rate(n_all, all_us), n_all,
           rate(n_all, all_us) / rate(n_decoded, decode_us));
    return 0;
}
