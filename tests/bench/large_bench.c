/*
 * Our side of large_bench.py: makes the features, trains and predicts on them when told
 * to, and says how long it took. The peer's side runs in between, so that both see the
 * same machine.
 *
 *     large_bench ROWS DIM FOLDER
 *
 * leaves FOLDER/large-x.npy and FOLDER/large-y.npy (float32) for the peer. Commands on
 * standard input, one answer line each (times in milliseconds):
 *
 *     fit C           time, objective, steps, largest resident size in MiB
 *     predict THREADS by the last fit: time, GB/s of features, GB/s of a plain sum
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "large_features.h"
#include "sitter/alloc.h"
#include "sitter/buf.h"
#include "sitter/head.h"
#include "sitter/npy.h"
#include "sitter/pool.h"
#include "sitter/progress.h"

static struct sit_error err;

struct bench {
    struct sit_dataset data;
    float *x, *p, *peer_y;
    uint8_t *y;
    uint32_t *group;
    struct sit_head *head;
};

static void fill_task(void *context, size_t task, size_t worker)
{
    enum { ROWS = 1000 };
    struct bench *bench = context;
    static struct large_features features;
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    size_t d = bench->data.d;
    (void)worker;
    pthread_mutex_lock(&mutex);
    if (features.d != d)
        large_features_init(&features, d);
    pthread_mutex_unlock(&mutex);
    for (size_t i = task * ROWS; i < (task + 1) * ROWS && i < bench->data.n; i++) {
        bench->y[i] = large_features_row(&features, i, bench->x + i * d);
        bench->peer_y[i] = bench->y[i];
        bench->group[i] = (uint32_t)(i / 3);
    }
}

static bool make(struct bench *bench, size_t n, size_t d, const char *folder)
{
    struct sit_pool *pool = NULL;
    bench->x = sit_malloc_array(n, d * sizeof *bench->x);
    bench->p = sit_malloc_array(n, 2 * sizeof *bench->p);
    bench->peer_y = sit_malloc_array(n, sizeof *bench->peer_y);
    bench->y = sit_malloc_array(n, 1);
    bench->group = sit_malloc_array(n, sizeof *bench->group);
    if (bench->x == NULL || bench->p == NULL || bench->y == NULL ||
        bench->peer_y == NULL || bench->group == NULL ||
        sit_pool_new(0, &pool, &err) != SIT_OK)
        return false;
    bench->data = (struct sit_dataset){bench->x, bench->y, bench->group, n, d, 2};
    sit_pool_run(pool, fill_task, bench, (n + 999) / 1000);
    sit_pool_free(pool);
    struct sit_buf x_path = {0}, y_path = {0};
    sit_buf_appendf(&x_path, "%s/large-x.npy", folder);
    sit_buf_appendf(&y_path, "%s/large-y.npy", folder);
    bool ok = sit_npy_write(sit_buf_text(&x_path), bench->x, n, d, &err) == SIT_OK &&
              sit_npy_write(sit_buf_text(&y_path), bench->peer_y, n, 1, &err) == SIT_OK;
    sit_buf_release(&x_path);
    sit_buf_release(&y_path);
    return ok;
}

static bool fit(struct bench *bench, double c)
{
    struct sit_head_options options;
    struct sit_head_report report;
    struct rusage usage;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = c;
    sit_head_free(bench->head);
    bench->head = NULL;
    int64_t started_us = sit_clock_us();
    if (sit_head_train(&bench->data, NULL, &options, NULL, &bench->head, &report,
                       &err) != SIT_OK)
        return false;
    double ms = (double)(sit_clock_us() - started_us) / 1000;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.3f %.12g %zu %ld\n", ms, report.objective, report.n_iterations,
           usage.ru_maxrss / 1024);
    return true;
}

/* What memory gives: every float once, in as many sums as the processor takes. */
static void sum_task(void *context, size_t task, size_t worker)
{
    enum { N_SUMS = 64 };
    struct bench *bench = context;
    size_t n = bench->data.n * bench->data.d, first = n * task / 64;
    size_t end = n * (task + 1) / 64;
    const float *x = bench->x;
    float sums[N_SUMS] = {0};
    (void)worker;
    for (size_t i = first; i + N_SUMS <= end; i += N_SUMS)
        for (size_t k = 0; k < N_SUMS; k++)
            sums[k] += x[i + k];
    volatile float sink = 0;
    for (size_t k = 0; k < N_SUMS; k++)
        sink = sink + sums[k];
}

static bool predict(struct bench *bench, size_t n_threads)
{
    struct sit_pool *pool = NULL;
    const struct sit_dataset *data = &bench->data;
    if (bench->head == NULL || sit_pool_new(n_threads, &pool, &err) != SIT_OK)
        return false;
    sit_pool_run(pool, sum_task, bench, 64);
    int64_t started_us = sit_clock_us();
    sit_pool_run(pool, sum_task, bench, 64);
    int64_t read_us = sit_clock_us();
    enum sit_status status = sit_head_predict_on(bench->head, pool, data->x, data->n,
                                                 data->d, bench->p, &err);
    int64_t end_us = sit_clock_us();
    sit_pool_free(pool);
    double n_bytes = (double)data->n * (double)data->d * 4;
    printf("%.3f %.3f %.3f\n", (double)(end_us - read_us) / 1000,
           n_bytes / 1000 / (double)(end_us - read_us),
           n_bytes / 1000 / (double)(read_us - started_us));
    return status == SIT_OK;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    char line[64];
    if (argc != 4 || strtoul(argv[2], NULL, 10) > LARGE_MAX_DIM) {
        fprintf(stderr, "usage: large_bench ROWS DIM FOLDER\n");
        return 2;
    }
    bool ok = make(&bench, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10),
                   argv[3]);
    if (ok)
        printf("ready\n");
    fflush(stdout);
    while (ok && fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, "fit ", 4) == 0)
            ok = fit(&bench, strtod(line + 4, NULL));
        else if (strncmp(line, "predict ", 8) == 0)
            ok = predict(&bench, strtoul(line + 8, NULL, 10));
        else
            ok = false;
        fflush(stdout);
    }
    if (!ok)
        fprintf(stderr, "large_bench: %s\n", err.message);
    sit_head_free(bench.head);
    free(bench.x);
    free(bench.p);
    free(bench.peer_y);
    free(bench.y);
    free(bench.group);
    return !ok;
}
