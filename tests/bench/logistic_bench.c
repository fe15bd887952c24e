/*
 * Our side of logistic_bench.py: trains on a matrix when told to, and says how long it
 * took. The peer's side runs in between, so that both see the same machine.
 *
 *     logistic_bench X.npy LABELS.txt      a line a row: class, source
 *
 * Commands on standard input, one answer line each (times in milliseconds):
 *
 *     fit C      time, objective, steps
 *     cv         time, the C chosen, then C and mean log-loss of each C tried
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/head.h"
#include "sitter/npy.h"
#include "sitter/progress.h"

static struct sit_error err;

static bool load(const char *matrix, const char *labels, struct sit_dataset *data)
{
    struct sit_npy npy = {0};
    if (sit_npy_open(matrix, &npy, &err) != SIT_OK)
        return false;
    size_t n = npy.n_rows, d = npy.n_cols;
    float *x = sit_malloc_array(n * d, sizeof *x);
    uint8_t *y = sit_calloc(n, 1);
    uint32_t *group = sit_calloc(n, sizeof *group);
    FILE *file = fopen(labels, "r");
    bool ok = x != NULL && y != NULL && group != NULL && file != NULL &&
              sit_npy_read_rows(&npy, 0, n, x, &err) == SIT_OK;
    size_t n_classes = 0;
    for (size_t i = 0; ok && i < n; i++) {
        unsigned class_index, source;
        ok = fscanf(file, "%u %u", &class_index, &source) == 2;
        y[i] = (uint8_t)class_index;
        group[i] = source;
        n_classes = class_index >= n_classes ? class_index + 1 : n_classes;
    }
    if (file != NULL)
        fclose(file);
    sit_npy_close(&npy);
    *data = (struct sit_dataset){x, y, group, n, d, n_classes};
    return ok;
}

static bool train(const struct sit_dataset *data, double c)
{
    struct sit_head_options options;
    struct sit_head_report report;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = c;
    int64_t begin_us = sit_clock_us();
    enum sit_status status = sit_head_train(data, NULL, &options, NULL, &head, &report,
                                            &err);
    double ms = (double)(sit_clock_us() - begin_us) / 1000;
    sit_head_free(head);
    if (status != SIT_OK)
        return false;
    if (c > 0) {
        printf("%.4f %.12g %zu\n", ms, report.objective, report.n_iterations);
        return true;
    }
    printf("%.4f %.6g", ms, report.c);
    for (size_t i = 0; i < report.n_cv; i++)
        printf(" %.6g %.9g", report.cv[i].c, report.cv[i].mean_log_loss);
    printf("\n");
    return true;
}

int main(int argc, char **argv)
{
    struct sit_dataset data;
    char line[80];
    if (argc != 3) {
        fprintf(stderr, "usage: %s X.npy LABELS.txt\n", argv[0]);
        return 2;
    }
    bool ok = load(argv[1], argv[2], &data);
    while (ok && fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, "fit ", 4) == 0)
            ok = train(&data, strtod(line + 4, NULL));
        else
            ok = train(&data, 0);
        fflush(stdout);
    }
    if (!ok)
        fprintf(stderr, "logistic_bench: %s\n", err.message);
    return ok ? 0 : 1;
}
