/*
 * The softmax function; what is fitted through it is newton_loss.c's.
 */
#include "softmax.h"

#include <math.h>

double softmax_normalise(double *z, size_t n_classes)
{
    double max = z[0], sum = 0;
    for (size_t k = 1; k < n_classes; k++)
        max = fmax(max, z[k]);
    for (size_t k = 0; k < n_classes; k++) {
        z[k] = exp(z[k] - max);
        sum += z[k];
    }
    for (size_t k = 0; k < n_classes; k++)
        z[k] /= sum;
    return max + log(sum);
}
