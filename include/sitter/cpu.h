/*
 * Which vector instructions inner loops may be compiled for. A loop that comes in
 * several instruction sets is chosen among by this when the program runs.
 */
#ifndef SITTER_CPU_H
#define SITTER_CPU_H

enum sit_cpu_level {
    SIT_CPU_PORTABLE, /* whatever the compiler assumes */
    SIT_CPU_AVX2,     /* x86-64 with AVX2 and FMA */
    SIT_CPU_AVX512,   /* besides: AVX-512 F, VL and DQ */
};

/** The highest level this processor has. */
enum sit_cpu_level sit_cpu_level(void);

#endif
