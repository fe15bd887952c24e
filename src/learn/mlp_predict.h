/*
 * The perceptron at work: scores of many rows, a row's never depending on the rows
 * beside it.
 */
#ifndef SITTER_MLP_PREDICT_H
#define SITTER_MLP_PREDICT_H

#include "mlp.h"
#include "mlp_kernels.h"

/** Rows that pass through the layers together, whole tiles of every kernel. */
enum { MLP_CHUNK_ROWS = 96 };

/** Parameters in panels of units, as the kernels' tiles want them. */
struct mlp_predictor {
    struct mlp_shape shape;
    const struct mlp_kernels *kernels;
    float *panels[MLP_MAX_LAYERS]; /* (panels, n_in + 1, tile_units), biases first */
    size_t widest;                 /* units of the widest layer, in whole panels */
    float *memory;
};

/** SIT_E_NOMEM. Not to be used before mlp_predictor_put(). */
enum sit_status mlp_predictor_init(struct mlp_predictor *pr,
                                   const struct mlp_shape *shape,
                                   const struct mlp_kernels *kernels,
                                   struct sit_error *err);
void mlp_predictor_release(struct mlp_predictor *pr);

/** Parameters (mlp_n_params()) to predict with from now on. */
void mlp_predictor_put(struct mlp_predictor *pr, const float *params);

/** Floats that mlp_predictor_chunk() works in. */
size_t mlp_predictor_room(const struct mlp_predictor *pr);

/**
 * Scores before the sigmoid or softmax of at most MLP_CHUNK_ROWS scaled rows of
 * shape.sizes[0] floats, into z (n, outputs). Thread-safe, each caller with a room of
 * its own.
 */
void mlp_predictor_chunk(const struct mlp_predictor *pr, const float *const *rows,
                         size_t n, float *room, float *z);

#endif
