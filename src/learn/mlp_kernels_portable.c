/*
 * The perceptron's inner loops for any processor: vectors of four floats.
 */
#define KERNELS      mlp_kernels_portable
#define KERNELS_NAME "portable"
#define LANES        4
#include "mlp_kernels_body.h"
