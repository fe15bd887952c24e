/*
 * Asking the processor what it can do.
 */
#include "sitter/cpu.h"

enum sit_cpu_level sit_cpu_level(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return SIT_CPU_PORTABLE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        return SIT_CPU_AVX512;
    return SIT_CPU_AVX2;
#else
    return SIT_CPU_PORTABLE;
#endif
}
