/*
 * The perceptron in training: weights laid out for it, and one step of the optimiser on
 * one batch of rows.
 */
#ifndef SITTER_MLP_STEP_H
#define SITTER_MLP_STEP_H

#include "mlp.h"
#include "mlp_kernels.h"
#include "mlp_optimiser.h"

enum { MLP_BLOCK_ROWS = 32 };

/** A layer's weights: (n_out, stride), for each unit its weights, then its bias, which
 * its input's column n_in, always 1, is multiplied with. */
struct mlp_layer {
    size_t n_in, n_out, stride;
    float *w;
    float *first, *second; /* the optimiser's averages of each weight */
    float *g;              /* gradient of a batch that has several blocks, or NULL */
};

/** Up to MLP_BLOCK_ROWS rows on their way through the layers. Row i is bit i. */
struct mlp_block {
    size_t n;
    const float *x[MLP_BLOCK_ROWS]; /* (stride of layer 0) each */
    uint8_t y[MLP_BLOCK_ROWS];
    float *h[MLP_MAX_LAYERS];        /* hidden (MLP_BLOCK_ROWS, the next stride) */
    uint32_t *kept[MLP_MAX_LAYERS];  /* by unit: rows in which dropout keeps it */
    uint32_t *alive[MLP_MAX_LAYERS]; /* by unit: rows in which it is kept and above 0 */
};

struct mlp_net {
    struct mlp_shape shape;
    const struct mlp_kernels *kernels;
    struct mlp_layer layers[MLP_MAX_LAYERS];
    struct mlp_optimiser optimiser;
    uint32_t keep_probability; /* of a hidden unit; in 2^24ths */
    float keep_scale;          /* what is kept is multiplied with */
    struct mlp_block blocks[2];
    struct mlp_block *current, *next;
    bool next_is_begun;
    float *z;     /* scores (MLP_BLOCK_ROWS, n_outputs) */
    float *delta; /* of the layer at hand (n_out, MLP_BLOCK_ROWS) */
    float *below; /* the same of the layer below */
    float *dh;    /* loss's derivatives in a layer's inputs (MLP_BLOCK_ROWS, stride) */
    float *g;     /* a unit's gradient (stride) */
    float *memory;
    uint32_t *bits;
};

/** Weights 0. SIT_E_NOMEM. */
enum sit_status mlp_net_init(struct mlp_net *net, const struct mlp_shape *shape,
                             const struct mlp_kernels *kernels,
                             const struct sit_head_options *options,
                             struct sit_error *err);
void mlp_net_release(struct mlp_net *net);

/** Weights from and to parameters (mlp_n_params()); averages are left alone. */
void mlp_net_put(struct mlp_net *net, const float *params);
void mlp_net_get(const struct mlp_net *net, float *params);

/** A batch: the n rows whose numbers order says. */
struct mlp_batch {
    const size_t *order;
    size_t n;
};

/**
 * One step on `batch`; the mean loss, weighted by class, is as before it. Dropout comes
 * from rng. Where `next` is not NULL, it must be what the following call is for, with
 * nothing changed in between: its first layer is worked out while the weights are near.
 * The result is the same to the bit but for the order in which rng is used.
 */
double mlp_net_step(struct mlp_net *net, const struct mlp_rows *rows,
                    const struct mlp_batch *batch, const struct mlp_batch *next,
                    struct sit_rng *rng);

#endif
