/*
 * Time of training the article's MLP, and of its predictions:
 *
 *     mlp_bench train ROWS FEATURES RUNS    ms of 100 epochs, a line a run
 *     mlp_bench predict ROWS FEATURES RUNS  ms of predicting all rows, a line a run
 *
 * Rows are random numbers, made before the clock starts. mlp_bench.py runs it beside
 * PyTorch and scikit-learn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/head.h"
#include "sitter/rng.h"

static struct sit_error error;

static int fail(void)
{
    fprintf(stderr, "mlp_bench: %s\n", error.message);
    return 1;
}

static int run_train(const struct sit_dataset *data, size_t n_runs)
{
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_MLP);
    for (size_t r = 0; r < n_runs; r++) {
        struct sit_head *head = NULL;
        options.seed = r;
        int64_t started_us = sit_clock_us();
        if (sit_head_train(data, NULL, &options, NULL, &head, NULL, &error) != SIT_OK)
            return fail();
        printf("%.3f\n", (double)(sit_clock_us() - started_us) / 1000);
        fflush(stdout);
        sit_head_free(head);
    }
    return 0;
}

static int run_predict(const struct sit_dataset *data, size_t n_runs)
{
    struct sit_head_options options;
    struct sit_head *head = NULL;
    struct sit_dataset few = *data;
    float *p = sit_malloc_array(data->n, data->n_classes * sizeof *p);
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.n_epochs = 1;
    few.n = few.n < 220 ? few.n : 220;
    if (sit_head_train(&few, NULL, &options, NULL, &head, NULL, &error) != SIT_OK)
        return fail();
    int code = 0;
    for (size_t r = 0; code == 0 && p != NULL && r < n_runs; r++) {
        int64_t started_us = sit_clock_us();
        if (sit_head_predict(head, data->x, data->n, data->d, p, &error) != SIT_OK)
            code = fail();
        printf("%.3f\n", (double)(sit_clock_us() - started_us) / 1000);
        fflush(stdout);
    }
    sit_head_free(head);
    free(p);
    return code;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: mlp_bench train|predict ROWS FEATURES RUNS\n");
        return 2;
    }
    size_t n = strtoul(argv[2], NULL, 10), d = strtoul(argv[3], NULL, 10);
    float *x = sit_malloc_array(n, d * sizeof *x);
    uint8_t *y = sit_malloc_array(n, 1);
    uint32_t *group = sit_calloc(n, sizeof *group);
    if (x == NULL || y == NULL || group == NULL)
        return 1;
    struct sit_rng rng;
    sit_rng_init(&rng, 1);
    for (size_t i = 0; i < n * d; i++)
        x[i] = (float)sit_rng_range(&rng, -1.7, 1.7);
    for (size_t i = 0; i < n; i++)
        y[i] = (uint8_t)(i % 2);
    struct sit_dataset data = {x, y, group, n, d, 2};
    size_t n_runs = strtoul(argv[4], NULL, 10);
    int code = strcmp(argv[1], "train") == 0 ? run_train(&data, n_runs)
                                             : run_predict(&data, n_runs);
    free(x);
    free(y);
    free(group);
    return code;
}
