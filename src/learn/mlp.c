/*
 * Parameters and loss of the multilayer perceptron. Training steps are mlp_step.c's,
 * scores of many rows mlp_predict.c's.
 */
#include "mlp.h"

#include <math.h>

#include "sitter/alloc.h"
#include "softmax.h"

static const double clip = 1e-7;

size_t mlp_n_params(const struct mlp_shape *shape)
{
    size_t total = 0;
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t n;
        if (shape->sizes[l] == SIZE_MAX ||
            !sit_mul_size(shape->sizes[l] + 1, shape->sizes[l + 1], &n) ||
            n > SIZE_MAX - total)
            return SIZE_MAX;
        total += n;
    }
    return total;
}

void mlp_init_params(const struct mlp_shape *shape, struct sit_rng *rng, float *params)
{
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t n_in = shape->sizes[l], n_out = shape->sizes[l + 1];
        double limit = sqrt(6 / ((double)n_in + (double)n_out));
        for (size_t i = 0; i < n_in * n_out; i++)
            *params++ = (float)sit_rng_range(rng, -limit, limit);
        for (size_t j = 0; j < n_out; j++)
            *params++ = 0;
    }
}

void mlp_row_probabilities(const float *z, size_t n_outputs, double *p)
{
    if (n_outputs == 1) {
        p[0] = 1 / (1 + exp((double)z[0]));
        p[1] = 1 / (1 + exp(-(double)z[0]));
        return;
    }
    for (size_t k = 0; k < n_outputs; k++)
        p[k] = (double)z[k];
    softmax_normalise(p, n_outputs);
}

double mlp_row_loss(const float *z, size_t n_outputs, uint8_t y, double *delta)
{
    double p[SIT_HEAD_MAX_CLASSES];
    mlp_row_probabilities(z, n_outputs, p);
    double clipped = p[y] < clip ? clip : p[y] > 1 - clip ? 1 - clip : p[y];
    bool inside = p[y] >= clip && p[y] <= 1 - clip;
    for (size_t k = 0; delta != NULL && k < n_outputs; k++) {
        size_t of_class = n_outputs == 1 ? 1 : k;
        delta[k] = inside ? p[of_class] - (y == of_class ? 1 : 0) : 0;
    }
    return -log(clipped);
}
