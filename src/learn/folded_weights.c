/*
 * Folding standardisation into weights.
 */
#include "folded_weights.h"

#include <stdlib.h>

#include "row_kernels.h"
#include "sitter/alloc.h"

bool folded_weights_init(struct folded_weights *folded, size_t n_outputs, size_t d)
{
    *folded = (struct folded_weights){
        .v = sit_calloc(n_outputs, row_padded(d) * sizeof *folded->v),
        .bias = sit_calloc(n_outputs, sizeof *folded->bias)};
    if (folded->v != NULL && folded->bias != NULL)
        return true;
    folded_weights_release(folded);
    return false;
}

void folded_weights_release(struct folded_weights *folded)
{
    free(folded->v);
    free(folded->bias);
    *folded = (struct folded_weights){0};
}

void folded_weights_set(struct folded_weights *folded, size_t n_outputs, size_t d,
                        const double *w, const double *mean, const double *deviation)
{
    for (size_t k = 0; k < n_outputs; k++) {
        const double *from = w + k * (d + 1);
        double *to = folded->v + k * row_padded(d);
        double bias = from[d];
        for (size_t j = 0; j < d; j++) {
            to[j] = from[j] / deviation[j];
            bias -= mean[j] * to[j];
        }
        folded->bias[k] = bias;
    }
}
