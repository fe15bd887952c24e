/*
 * Which row kernels this processor can run, the fastest first.
 */
#include "row_kernels.h"

#include "sitter/cpu.h"

const struct row_kernels *row_kernels_at(size_t i)
{
#if defined(__x86_64__)
    if (sit_cpu_level() >= SIT_CPU_AVX512 && i-- == 0)
        return &row_kernels_avx512;
    if (sit_cpu_level() >= SIT_CPU_AVX2 && i-- == 0)
        return &row_kernels_avx2;
#endif
    return i == 0 ? &row_kernels_portable : NULL;
}

const struct row_kernels *row_kernels_best(void)
{
    return row_kernels_at(0);
}
