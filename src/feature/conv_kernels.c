/*
 * Which inner loops this processor can run, the fastest first.
 */
#include "conv.h"
#include "sitter/cpu.h"

const struct conv_kernels *conv_kernels_at(size_t i)
{
#if defined(__x86_64__)
    if (sit_cpu_level() >= SIT_CPU_AVX512 && i-- == 0)
        return &conv_kernels_avx512;
    if (sit_cpu_level() >= SIT_CPU_AVX2 && i-- == 0)
        return &conv_kernels_avx2;
#endif
    return i == 0 ? &conv_kernels_portable : NULL;
}

const struct conv_kernels *conv_kernels_best(void)
{
    return conv_kernels_at(0);
}
