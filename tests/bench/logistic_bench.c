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
 *     live N C   the last of N labels comes in: time of the live head's fit, of its
 *                leave-one-out and of predicting the other rows, and of all of them;
 *                then of a fit from nothing, of sit_alo() and of sit_head_predict()
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/alo.h"
#include "sitter/head.h"
#include "sitter/live_head.h"
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

static double since(int64_t begin_us)
{
    return (double)(sit_clock_us() - begin_us) / 1000;
}

/* The same without a live head. */
static bool train_anew(const struct sit_dataset *labelled, const float *rest, size_t n,
                       double c, float *p)
{
    struct sit_head_options options;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = c;
    int64_t begin_us = sit_clock_us();
    bool ok = sit_head_train(labelled, NULL, &options, NULL, &head, NULL, &err) ==
              SIT_OK;
    printf(" %.4f", since(begin_us));
    begin_us = sit_clock_us();
    ok = ok && sit_alo(head, labelled, c, false, SIT_ALO_ROW, p, &err) == SIT_OK;
    printf(" %.4f", since(begin_us));
    begin_us = sit_clock_us();
    ok = ok && sit_head_predict(head, rest, n, labelled->d, p, &err) == SIT_OK;
    printf(" %.4f\n", since(begin_us));
    sit_head_free(head);
    return ok;
}

static bool follow(const struct sit_dataset *data, size_t n, double c)
{
    struct sit_live_head *live = NULL;
    float *p = sit_malloc_array(data->n, data->n_classes * sizeof *p);
    bool ok = p != NULL && n > 1 && n <= data->n &&
              sit_live_head_new(data->d, data->n_classes, c, false, &live, &err) ==
                  SIT_OK;
    for (size_t i = 0; ok && i < n; i++) {
        if (i + 1 == n)
            ok = sit_live_head_fit(live, NULL, NULL, &err) == SIT_OK &&
                 sit_live_head_leave_one_out(live, p, &err) == SIT_OK;
        ok = ok &&
             sit_live_head_add(live, data->x + i * data->d, data->y[i], &err) == SIT_OK;
    }
    const float *rest = data->x + n * data->d;
    int64_t begin_us = sit_clock_us();
    ok = ok && sit_live_head_fit(live, NULL, NULL, &err) == SIT_OK;
    double fit_ms = since(begin_us);
    ok = ok && sit_live_head_leave_one_out(live, p, &err) == SIT_OK;
    double out_ms = since(begin_us);
    ok = ok && sit_live_head_predict(live, rest, data->n - n, p, &err) == SIT_OK;
    double all_ms = since(begin_us);
    printf("%.4f %.4f %.4f %.4f", fit_ms, out_ms - fit_ms, all_ms - out_ms, all_ms);
    struct sit_dataset labelled = *data;
    labelled.n = n;
    ok = ok && train_anew(&labelled, rest, data->n - n, c, p);
    sit_live_head_free(live);
    free(p);
    return ok;
}

int main(int argc, char **argv)
{
    struct sit_dataset data;
    char line[80];
    size_t n_labels;
    double c;
    if (argc != 3) {
        fprintf(stderr, "usage: %s X.npy LABELS.txt\n", argv[0]);
        return 2;
    }
    bool ok = load(argv[1], argv[2], &data);
    while (ok && fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, "fit ", 4) == 0)
            ok = train(&data, strtod(line + 4, NULL));
        else if (sscanf(line, "live %zu %lf", &n_labels, &c) == 2)
            ok = follow(&data, n_labels, c);
        else
            ok = train(&data, 0);
        fflush(stdout);
    }
    if (!ok)
        fprintf(stderr, "logistic_bench: %s\n", err.message);
    return ok ? 0 : 1;
}
