/*
 * What the processor is: which vector instructions inner loops may be compiled for (a
 * loop that comes in several instruction sets is chosen among by this when the program
 * runs), and how many of it there are.
 */
#ifndef SITTER_CPU_H
#define SITTER_CPU_H

#include <stddef.h>

enum sit_cpu_level {
    SIT_CPU_PORTABLE, /* whatever the compiler assumes */
    SIT_CPU_AVX2,     /* x86-64 with AVX2 and FMA */
    SIT_CPU_AVX512,   /* besides: AVX-512 F, VL and DQ */
};

/** The highest level this processor has. */
enum sit_cpu_level sit_cpu_level(void);

/** Processors online, at least 1. */
size_t sit_cpu_count(void);

#endif
