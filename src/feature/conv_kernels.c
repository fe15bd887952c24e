/*
 * Which inner loops this processor can run.
 */
#include "conv.h"

#if defined(__x86_64__)
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq");
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

const struct conv_kernels *conv_kernels_at(size_t i)
{
#if defined(__x86_64__)
    if (has_avx512() && i-- == 0)
        return &conv_kernels_avx512;
    if (has_avx2() && i-- == 0)
        return &conv_kernels_avx2;
#endif
    return i == 0 ? &conv_kernels_portable : NULL;
}

const struct conv_kernels *conv_kernels_best(void)
{
    return conv_kernels_at(0);
}
