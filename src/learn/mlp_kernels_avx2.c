/*
 * The perceptron's inner loops for x86-64 with AVX2 and FMA.
 */
#define KERNELS      mlp_kernels_avx2
#define KERNELS_NAME "avx2"
#define LANES        8
#include "mlp_kernels_body.h"
