/*
 * The perceptron's inner loops for x86-64 with AVX-512 (F, DQ, VL).
 */
#define KERNELS      mlp_kernels_avx512
#define KERNELS_NAME "avx512"
#define LANES        16
#include "mlp_kernels_body.h"
