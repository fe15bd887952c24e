/*
 * Optimisers: how weights follow the gradient, a row of weights at a time. Constants as
 * in Keras 2.0.6 (RMSprop) and PyTorch (Adam, AdamW).
 */
#ifndef SITTER_MLP_OPTIMISER_H
#define SITTER_MLP_OPTIMISER_H

#include "mlp_kernels.h"
#include "sitter/head.h"

struct mlp_optimiser {
    enum sit_head_optimiser kind;
    double rate, decay;
    double beta1_power, beta2_power; /* beta^t */
    struct mlp_adam_step adam;
};

/** Before the first step; averages start at 0. */
void mlp_optimiser_init(struct mlp_optimiser *o,
                        const struct sit_head_options *options);

/** Running averages it keeps for each weight: 1 or 2. */
size_t mlp_optimiser_n_averages(const struct mlp_optimiser *o);

/** The next step begins: for all weights the same one. */
void mlp_optimiser_begin(struct mlp_optimiser *o);

/** Move d weights p by their gradient, the sum over r of c[r] rows[r]; first and second
 * are their averages, g (d) is room to work in. Padded. */
void mlp_optimiser_move(const struct mlp_optimiser *o,
                        const struct mlp_kernels *kernels, size_t d, const float *c,
                        const float *const *rows, size_t n_rows, float *g, float *first,
                        float *second, float *p);

#endif
