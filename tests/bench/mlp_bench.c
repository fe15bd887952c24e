/*
 * Time of training the article's MLP, and of its predictions:
 *
 *     mlp_bench train ROWS FEATURES     for each line on stdin, a number of epochs: the
 *                                       milliseconds they take
 *     mlp_bench predict ROWS FEATURES   the same of predicting all rows so many times
 *
 * Rows are random numbers, made before the clock starts. mlp_bench.py runs it beside
 * PyTorch and scikit-learn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/head.h"
#include "sitter/progress.h"
#include "sitter/rng.h"

static struct sit_error error;

static int fail(void)
{
    fprintf(stderr, "mlp_bench: %s\n", error.message);
    return 1;
}

static int train(const struct sit_dataset *data, size_t n_epochs)
{
    struct sit_head_options options;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.n_epochs = n_epochs;
    int64_t started_us = sit_clock_us();
    if (sit_head_train(data, NULL, &options, NULL, &head, NULL, &error) != SIT_OK)
        return fail();
    printf("%.3f\n", (double)(sit_clock_us() - started_us) / 1000);
    sit_head_free(head);
    return 0;
}

static int predict(const struct sit_dataset *data, size_t n_times)
{
    struct sit_head_options options;
    struct sit_head *head = NULL;
    struct sit_dataset few = *data;
    int code = 0;
    float *p = sit_malloc_array(data->n, data->n_classes * sizeof *p);
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.n_epochs = 1;
    few.n = few.n < 220 ? few.n : 220;
    if (sit_head_train(&few, NULL, &options, NULL, &head, NULL, &error) != SIT_OK)
        return fail();
    int64_t started_us = sit_clock_us();
    for (size_t t = 0; code == 0 && p != NULL && t < n_times; t++)
        if (sit_head_predict(head, data->x, data->n, data->d, p, &error) != SIT_OK)
            code = fail();
    printf("%.3f\n", (double)(sit_clock_us() - started_us) / 1000);
    sit_head_free(head);
    free(p);
    return code;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: mlp_bench train|predict ROWS FEATURES\n");
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
    bool training = strcmp(argv[1], "train") == 0;
    size_t n_times;
    int code = 0;
    while (code == 0 && scanf("%zu", &n_times) == 1) {
        code = training ? train(&data, n_times) : predict(&data, n_times);
        fflush(stdout);
    }
    free(x);
    free(y);
    free(group);
    return code;
}
