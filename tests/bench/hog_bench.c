/*
 * HOG features: the kernel alone, with scaling, with decoding, and the whole job that
 * reads pictures from a project and stores vectors, all on one core.
 *
 *     sitter demo DIR --faces 6000 --no-label --no-posters --no-features
 *     hog_bench DIR/sitter.db
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/feature_job.h"
#include "sitter/hog.h"

enum { N_ROUNDS = 5, MAX_FACES = 6000 };

struct faces {
    size_t n;
    struct sit_buf *files;
    struct sit_grey *greys;
    uint8_t (*small)[SIT_HOG_SIDE_PX * SIT_HOG_SIDE_PX];
};

/* CPU time of all threads, in microseconds. */
static double cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static enum sit_status load(const char *db, struct faces *faces, struct sit_error *err)
{
    struct sit_project *project = NULL;
    struct sit_face_table table = {0};
    enum sit_status status = sit_project_open(db, SIT_PROJECT_READ, &project, err);
    if (status == SIT_OK)
        status = sit_face_table_load(project, 0, &table, err);
    if (status != SIT_OK)
        goto done;
    faces->n = table.n < MAX_FACES ? table.n : MAX_FACES;
    faces->files = sit_calloc(faces->n, sizeof *faces->files);
    faces->greys = sit_calloc(faces->n, sizeof *faces->greys);
    faces->small = sit_calloc(faces->n, sizeof *faces->small);
    if (faces->files == NULL || faces->greys == NULL || faces->small == NULL)
        status = sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < faces->n; i++) {
        struct sit_buf *file = &faces->files[i];
        status = sit_project_face_picture(project, table.id[i], file, err);
        if (status == SIT_OK)
            status = sit_grey_decode(file->data, file->n_bytes, "a face",
                                     &faces->greys[i], err);
        if (status == SIT_OK)
            status = sit_grey_scale(&faces->greys[i], SIT_HOG_SIDE_PX, SIT_HOG_SIDE_PX,
                                    faces->small[i], err);
    }
done:
    sit_face_table_release(&table);
    sit_project_close(project);
    return status;
}

enum stage { KERNEL, SCALED, DECODED };

static double run_stage(const struct faces *faces, enum stage stage)
{
    static float out[SIT_HOG_DIM];
    struct sit_error err;
    double started_us = cpu_us();
    for (size_t i = 0; i < faces->n; i++) {
        struct sit_grey grey = {0};
        if (stage == KERNEL)
            sit_hog_compute(faces->small[i], out);
        else if (stage == SCALED)
            sit_hog_extract(&faces->greys[i], out, &err);
        else if (sit_grey_decode(faces->files[i].data, faces->files[i].n_bytes,
                                 "a face", &grey, &err) == SIT_OK)
            sit_hog_extract(&grey, out, &err);
        sit_grey_release(&grey);
    }
    return cpu_us() - started_us;
}

/* The job on a copy of the project; CPU time of all its threads, or -1. */
static double run_job(const char *db, size_t *n)
{
    char copy[] = "/tmp/hog-bench-XXXXXX";
    struct sit_project *project = NULL;
    struct sit_extract_options options = {.set_name = "bench", .n_jobs = 1};
    struct sit_feature_result result = {0};
    struct sit_error err;
    int fd = mkstemp(copy);
    if (fd < 0)
        return -1;
    close(fd);
    unlink(copy);
    enum sit_status status = sit_project_open(db, SIT_PROJECT_READ, &project, &err);
    if (status == SIT_OK)
        status = sit_project_backup(project, copy, &err);
    sit_project_close(project);
    project = NULL;
    if (status == SIT_OK)
        status = sit_project_open(copy, SIT_PROJECT_WRITE, &project, &err);
    double started_us = cpu_us();
    if (status == SIT_OK)
        status = sit_features_extract(project, &options, NULL, NULL, &result, &err);
    sit_project_close(project);
    double took_us = cpu_us() - started_us;
    unlink(copy);
    *n = result.n_stored;
    if (status != SIT_OK)
        fprintf(stderr, "%s\n", err.message);
    return status == SIT_OK ? took_us : -1;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *x)
{
    qsort(x, N_ROUNDS, sizeof *x, compare);
    return x[N_ROUNDS / 2];
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"kernel alone, 64 x 64", "with scaling",
                                        "with decoding", "whole job"};
    struct faces faces = {0};
    struct sit_error err;
    double rate[4][N_ROUNDS];
    if (argc != 2) {
        fprintf(stderr, "usage: %s PROJECT\n", argv[0]);
        return 2;
    }
    if (load(argv[1], &faces, &err) != SIT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    for (size_t round = 0; round < N_ROUNDS; round++) {
        for (int stage = KERNEL; stage <= DECODED; stage++)
            rate[stage][round] = (double)faces.n * 1e6 /
                                 run_stage(&faces, (enum stage)stage);
        size_t n = 0;
        double took_us = run_job(argv[1], &n);
        if (took_us < 0)
            return 1;
        rate[3][round] = (double)n * 1e6 / took_us;
    }
    printf(
        "HOG, %zu faces, faces a second of processor time (median of %d rounds):\n\n",
        faces.n, N_ROUNDS);
    for (size_t stage = 0; stage < 4; stage++)
        printf("    %-24s %8.0f\n", names[stage], median(rate[stage]));
    return 0;
}
