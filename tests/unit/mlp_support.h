/*
 * Small perceptrons and rows for tests that look inside the layer.
 */
#ifndef SITTER_MLP_SUPPORT_H
#define SITTER_MLP_SUPPORT_H

#include "test_support.h"

#include <math.h>

#include "mlp_kernels.h"
#include "mlp_step.h"

/* Rows as training wants them, with what they lie in. */
struct test_rows {
    struct mlp_rows rows;
    float *memory, *x;
    uint8_t *y;
    size_t d, stride;
};

/* Normal numbers, classes in turn; those of a class are moved by `distance` in the
 * columns that are its own. */
static inline struct test_rows make_rows(size_t n, size_t d, size_t n_classes,
                                         double distance, uint64_t seed)
{
    struct test_rows t = {.d = d, .stride = mlp_padded(d + 1)};
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    t.memory = calloc((n + 1) * t.stride, sizeof *t.memory);
    t.y = calloc(n, 1);
    assert_true(t.memory != NULL && t.y != NULL);
    t.x = mlp_align(t.memory);
    for (size_t i = 0; i < n; i++) {
        t.y[i] = (uint8_t)(i % n_classes);
        for (size_t j = 0; j < d; j++)
            t.x[i * t.stride + j] = (float)(sit_rng_normal(&rng) +
                                            (j % n_classes == t.y[i] ? distance : 0));
        t.x[i * t.stride + d] = 1;
    }
    t.rows = (struct mlp_rows){.x = t.x, .y = t.y, .n = n};
    for (size_t k = 0; k < SIT_HEAD_MAX_CLASSES; k++)
        t.rows.weight[k] = 1;
    return t;
}

static inline void free_rows(struct test_rows *t)
{
    free(t->memory);
    free(t->y);
}

static inline struct sit_head_options adam_options(double dropout, size_t batch_size)
{
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.optimiser = SIT_HEAD_ADAM;
    options.dropout = dropout;
    options.batch_size = batch_size;
    return options;
}

/* After a first step with Adam: the gradient is ten times the average of it. */
static inline float gradient_of(const struct mlp_net *net, size_t l, size_t k, size_t j)
{
    const struct mlp_layer *layer = &net->layers[l];
    return 10 * layer->first[j * layer->stride + k];
}

/* The loss of one batch, and in *net (released by the caller) what its step left. */
static inline double one_step(const struct mlp_shape *shape,
                              const struct sit_head_options *options,
                              const float *params, const struct mlp_rows *rows,
                              const struct mlp_batch *batch, uint64_t seed,
                              struct mlp_net *net)
{
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    assert_ok(mlp_net_init(net, shape, mlp_kernels_best(), options, err));
    mlp_net_put(net, params);
    return mlp_net_step(net, rows, batch, NULL, &rng);
}

static inline void count_up(size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
}

#endif
