/*
 * The perceptron's inner loops, compiled for several instruction sets; the best one the
 * processor has is chosen at run time. What the loops are for is mlp_step.c's and
 * mlp_predict.c's.
 *
 * "Padded" arrays start at a multiple of 64 bytes and are a multiple of MLP_PAD floats
 * long, so that no loop has a remainder.
 */
#ifndef SITTER_MLP_KERNELS_H
#define SITTER_MLP_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum {
    MLP_PAD = 16,            /* floats */
    MLP_MOST_FUSED = 8,      /* rows a gradient is added up from within a step */
    MLP_MAX_TILE_ROWS = 12,  /* most rows of a prediction tile */
    MLP_MAX_TILE_UNITS = 32, /* most units of one */
};

/** What one step of Adam or AdamW has in common for all weights. */
struct mlp_adam_step {
    float rate;     /* learning rate / (1 - beta1^t) */
    float v_factor; /* 1 / sqrt(1 - beta2^t) */
    float keep;     /* 1 - learning rate * decay; 1 for Adam */
};

struct mlp_kernels {
    const char *name;

    /** out[r] = w . rows[r]; all padded, d floats. */
    void (*dots)(size_t d, const float *w, const float *const *rows, size_t n_rows,
                 float *out);

    /** g (d) = sum over r of c[r] rows[r], added to g where `add`; padded. */
    void (*combine)(size_t d, const float *c, const float *const *rows, size_t n_rows,
                    int add, float *g);

    /** y (d) += c x; padded. */
    void (*axpy)(size_t d, float c, const float *x, float *y);

    /** With g (d) = sum over r of c[r] rows[r], n_rows at most MLP_MOST_FUSED:
     * a <- .9 a + .1 g^2; p <- p - rate g / (sqrt(a) + 1e-8); padded. */
    void (*rmsprop)(size_t d, float rate, const float *c, const float *const *rows,
                    size_t n_rows, float *a, float *p);

    /** With the same g: p <- keep p; m <- .9 m + .1 g; v <- .999 v + .001 g^2;
     * p <- p - rate m / (v_factor sqrt(v) + 1e-8); padded. */
    void (*adam)(size_t d, const struct mlp_adam_step *step, const float *c,
                 const float *const *rows, size_t n_rows, float *m, float *v, float *p);

    /**
     * One tile of a dense layer: out[r][j] = panel's bias + rows[r] . panel's column j
     * for tile_rows rows of d floats and tile_units units. The panel is (d + 1,
     * tile_units), biases first; it and out (tile_rows, stride) start at a multiple of
     * 64 bytes. Every output is summed in the order of the features, whatever its
     * place.
     */
    void (*tile)(size_t d, const float *panel, const float *const *rows, float *out,
                 size_t stride);
    size_t tile_rows, tile_units;
};

/** The fastest this processor runs. */
const struct mlp_kernels *mlp_kernels_best(void);

/** All that this processor runs, from the plainest on; *n is how many. */
const struct mlp_kernels *const *mlp_kernels_all(size_t *n);

/** The next multiple of MLP_PAD. */
static inline size_t mlp_padded(size_t n)
{
    return (n + MLP_PAD - 1) / MLP_PAD * MLP_PAD;
}

/** The first suitable place in memory that has MLP_PAD floats to spare. */
static inline float *mlp_align(float *memory)
{
    uintptr_t at = (uintptr_t)memory, step = MLP_PAD * sizeof(float);
    return memory + ((at + step - 1) / step * step - at) / sizeof(float);
}

#endif
