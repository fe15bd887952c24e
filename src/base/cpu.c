/*
 * Asking the processor what it can do.
 */
#include "sitter/cpu.h"

#include <unistd.h>

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

size_t sit_cpu_count(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}
