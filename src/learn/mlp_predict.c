/*
 * Scores of many rows. Layers are worked out in tiles of rows and units by kernels of
 * our own: BLAS adds up in another order where a row stands elsewhere or alone.
 */
#include "mlp_predict.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

static size_t n_panels(const struct mlp_predictor *pr, size_t l)
{
    size_t units = pr->kernels->tile_units;
    return (pr->shape.sizes[l + 1] + units - 1) / units;
}

static size_t panel_floats(const struct mlp_predictor *pr, size_t l)
{
    return (pr->shape.sizes[l] + 1) * pr->kernels->tile_units;
}

enum sit_status mlp_predictor_init(struct mlp_predictor *pr,
                                   const struct mlp_shape *shape,
                                   const struct mlp_kernels *kernels,
                                   struct sit_error *err)
{
    *pr = (struct mlp_predictor){.shape = *shape, .kernels = kernels};
    size_t total = 0;
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t width = n_panels(pr, l) * kernels->tile_units;
        total += mlp_padded(n_panels(pr, l) * panel_floats(pr, l));
        pr->widest = width > pr->widest ? width : pr->widest;
    }
    pr->memory = sit_calloc(total + MLP_PAD, sizeof *pr->memory);
    if (pr->memory == NULL)
        return sit_error_nomem(err);
    float *at = mlp_align(pr->memory);
    for (size_t l = 0; l < shape->n_layers; l++) {
        pr->panels[l] = at;
        at += mlp_padded(n_panels(pr, l) * panel_floats(pr, l));
    }
    return SIT_OK;
}

void mlp_predictor_release(struct mlp_predictor *pr)
{
    free(pr->memory);
    *pr = (struct mlp_predictor){0};
}

void mlp_predictor_put(struct mlp_predictor *pr, const float *params)
{
    size_t units = pr->kernels->tile_units;
    for (size_t l = 0; l < pr->shape.n_layers; l++) {
        size_t n_in = pr->shape.sizes[l], n_out = pr->shape.sizes[l + 1];
        for (size_t k = 0; k <= n_in; k++, params += n_out) {
            /* The biases, which come last, go first. */
            float *to = pr->panels[l] + (k < n_in ? k + 1 : 0) * units;
            for (size_t j = 0; j < n_out; j += units, to += panel_floats(pr, l))
                memcpy(to, params + j,
                       (n_out - j < units ? n_out - j : units) * sizeof *to);
        }
    }
}

size_t mlp_predictor_room(const struct mlp_predictor *pr)
{
    return 2 * MLP_CHUNK_ROWS * pr->widest + MLP_PAD;
}

/* Layer l of n rows into out (whole tiles of rows, width). */
static void layer(const struct mlp_predictor *pr, size_t l, const float *const *rows,
                  size_t n, float *out, size_t width)
{
    const struct mlp_kernels *kernels = pr->kernels;
    for (size_t p = 0; p < n_panels(pr, l); p++)
        for (size_t first = 0; first < n; first += kernels->tile_rows) {
            const float *tile_rows[MLP_MAX_TILE_ROWS];
            for (size_t r = 0; r < kernels->tile_rows; r++)
                tile_rows[r] = rows[first + r < n ? first + r : n - 1];
            kernels->tile(pr->shape.sizes[l], pr->panels[l] + p * panel_floats(pr, l),
                          tile_rows, out + first * width + p * kernels->tile_units,
                          width);
        }
}

void mlp_predictor_chunk(const struct mlp_predictor *pr, const float *const *rows,
                         size_t n, float *room, float *z)
{
    size_t last = pr->shape.n_layers - 1, n_outputs = pr->shape.sizes[last + 1];
    const float *inputs[MLP_CHUNK_ROWS];
    float *sides[2] = {mlp_align(room)};
    sides[1] = sides[0] + MLP_CHUNK_ROWS * pr->widest;
    memcpy(inputs, rows, n * sizeof *rows);
    for (size_t l = 0; l <= last; l++) {
        float *out = sides[l % 2];
        size_t width = n_panels(pr, l) * pr->kernels->tile_units;
        layer(pr, l, inputs, n, out, width);
        for (size_t i = 0; l < last && i < n * width; i++)
            out[i] = out[i] < 0 ? 0 : out[i]; /* what is not a number shall be seen */
        for (size_t i = 0; i < n; i++)
            inputs[i] = out + i * width;
    }
    for (size_t i = 0; i < n; i++)
        memcpy(z + i * n_outputs, inputs[i], n_outputs * sizeof *z);
}
