/*
 * The choice among the compiled kernels.
 */
#include "mlp_kernels.h"

#include <pthread.h>

extern const struct mlp_kernels mlp_kernels_portable, mlp_kernels_avx2,
    mlp_kernels_avx512;

enum { MOST = 3 };
static const struct mlp_kernels *known[MOST];
static size_t n_known;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_out(void)
{
    known[n_known++] = &mlp_kernels_portable;
#ifdef __x86_64__
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return;
    known[n_known++] = &mlp_kernels_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        known[n_known++] = &mlp_kernels_avx512;
#endif
}

const struct mlp_kernels *const *mlp_kernels_all(size_t *n)
{
    pthread_once(&once, find_out);
    *n = n_known;
    return known;
}

const struct mlp_kernels *mlp_kernels_best(void)
{
    size_t n;
    const struct mlp_kernels *const *all = mlp_kernels_all(&n);
    return all[n - 1];
}
