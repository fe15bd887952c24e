/*
 * The multilayer perceptron: shape, forward pass, loss and gradient; and its training.
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

/** Room for the passes over at most max_rows rows. One allocation, sized once. */
struct mlp_workspace {
    size_t max_rows;
    float
        *outputs[MLP_MAX_LAYERS];  /* (max_rows, sizes[l + 1]) after ReLU and dropout */
    float *deltas[MLP_MAX_LAYERS]; /* as outputs; NULL where made for prediction */
    float *masks[MLP_MAX_LAYERS];  /* dropout: 0 or 1 / (1 - rate) */
    float *memory;
};

enum sit_status mlp_workspace_init(struct mlp_workspace *ws,
                                   const struct mlp_shape *shape, size_t max_rows,
                                   bool for_training, struct sit_error *err);
void mlp_workspace_release(struct mlp_workspace *ws);

/** Glorot uniform kernels, zero biases. */
void mlp_init_params(const struct mlp_shape *shape, struct sit_rng *rng, float *params);

/** Scores before the sigmoid or softmax of x (n, sizes[0]) into the last of
 * ws->outputs. With rng, dropout of `rate` follows each hidden layer. */
enum sit_status mlp_forward(const struct mlp_shape *shape, const float *params,
                            const float *x, size_t n, struct sit_rng *rng, double rate,
                            struct mlp_workspace *ws, struct sit_error *err);

/** p (n, n_classes) of the scores of the last forward pass. */
void mlp_probabilities(const struct mlp_shape *shape, size_t n,
                       const struct mlp_workspace *ws, float *p);

/**
 * Mean cross-entropy of the last forward pass (a training workspace) against y (n), and
 * its gradient (mlp_n_params). The probability of a row's class is clipped to
 * [1e-7, 1 - 1e-7]; a clipped row has no gradient, as in Keras.
 */
enum sit_status mlp_backward(const struct mlp_shape *shape, const float *params,
                             const float *x, const uint8_t *y, size_t n,
                             struct mlp_workspace *ws, double *loss, float *gradient,
                             struct sit_error *err);

/** One RMSprop step: a <- .9 a + .1 g^2; p <- p - rate g / (sqrt(a) + 1e-8). */
void mlp_rmsprop_step(size_t n, float rate, const float *gradient, float *a,
                      float *params);

/** The rows training works on, already scaled. Borrowed. */
struct mlp_rows {
    const float *x; /* (n, sizes[0]) */
    const uint8_t *y;
    size_t n;
};

/** Train params (mlp_n_params) from the seed; held_out may be NULL. */
enum sit_status mlp_train(const struct mlp_shape *shape, const struct mlp_rows *rows,
                          const struct mlp_rows *held_out,
                          const struct sit_head_options *options,
                          const struct sit_progress *progress, float *params,
                          struct sit_head_report *report, struct sit_error *err);

#endif
