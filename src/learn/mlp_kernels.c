/*
 * The choice among the compiled kernels, the slowest first.
 */
#include "mlp_kernels.h"

#include "sitter/cpu.h"

extern const struct mlp_kernels mlp_kernels_portable, mlp_kernels_avx2,
    mlp_kernels_avx512;

#if defined(__x86_64__)
static const struct mlp_kernels *const KERNELS[] = {
    &mlp_kernels_portable, &mlp_kernels_avx2, &mlp_kernels_avx512};
#else
static const struct mlp_kernels *const KERNELS[] = {&mlp_kernels_portable};
#endif

const struct mlp_kernels *const *mlp_kernels_all(size_t *n)
{
    *n = (size_t)sit_cpu_level() + 1;
    return KERNELS;
}

const struct mlp_kernels *mlp_kernels_best(void)
{
    return KERNELS[sit_cpu_level()];
}
