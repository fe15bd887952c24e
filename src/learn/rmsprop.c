/*
 * The optimiser's inner loop, alone in its file so that it can be compiled for
 * vectors: it touches every parameter after every batch.
 */
#include <math.h>

#include "mlp.h"

void mlp_rmsprop_step(size_t n, float rate, const float *restrict gradient,
                      float *restrict a, float *restrict params)
{
    for (size_t i = 0; i < n; i++) {
        float g = gradient[i];
        a[i] = 0.9f * a[i] + 0.1f * (g * g);
        params[i] -= rate * g / (sqrtf(a[i]) + 1e-8f);
    }
}
