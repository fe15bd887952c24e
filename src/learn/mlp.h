/*
 * The multilayer perceptron: its shape, its parameters as they are kept, and its loss.
 * Source: methods.md, "MLP head, as Keras 2.0.6 trains it".
 */
#ifndef SITTER_MLP_H
#define SITTER_MLP_H

#include "sitter/head.h"
#include "sitter/rng.h"

enum { MLP_MAX_LAYERS = SIT_HEAD_MAX_HIDDEN + 1 };

/** sizes[0] features, then the hidden layers, last the outputs: n_layers + 1 sizes. */
struct mlp_shape {
    size_t n_layers;
    size_t sizes[MLP_MAX_LAYERS + 1];
};

/** Parameters: for each layer its kernel (in, out), then its biases (out). SIZE_MAX
 * where the number does not fit. */
size_t mlp_n_params(const struct mlp_shape *shape);

/** Glorot uniform kernels, zero biases. */
void mlp_init_params(const struct mlp_shape *shape, struct sit_rng *rng, float *params);

/** Probabilities p of one row's scores z (n_outputs): two classes where there is one
 * output, else one class an output. */
void mlp_row_probabilities(const float *z, size_t n_outputs, double *p);

/**
 * Cross-entropy of one row's scores z (n_outputs) for class y, and its derivatives in
 * the scores into delta (n_outputs; NULL: not wanted). The probability of the row's
 * class is clipped to [1e-7, 1 - 1e-7]; a clipped row has no gradient, as in Keras. Not
 * finite where the scores are not.
 */
double mlp_row_loss(const float *z, size_t n_outputs, uint8_t y, double *delta);

/**
 * Rows to train on or to watch, scaled and padded: x (n, mlp_padded(d + 1)), where
 * column d is 1 and what follows is 0, aligned as mlp_align() does. weight: of each
 * class. Borrowed.
 */
struct mlp_rows {
    const float *x;
    const uint8_t *y;
    size_t n;
    double weight[SIT_HEAD_MAX_CLASSES];
};

#endif
