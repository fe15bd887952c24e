/*
 * Limits and options for the stb headers, seen by their implementation and by their
 * users alike, and the two functions of stb_impl.c that stb itself does not offer.
 */
#ifndef SITTER_STB_LIMITS_H
#define SITTER_STB_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#define STBI_MAX_DIMENSIONS 16384
#define STBI_NO_STDIO
#define STBI_WRITE_NO_STDIO
#define STBI_FAILURE_USERMSG

/**
 * Let stb_image allocate at most `max_bytes` at a time in this thread, from now on.
 * Before the first call nothing is allowed.
 */
void sit_stb_limit_allocation(size_t max_bytes);

/** Whether an allocation was over that limit since, and whether one came to nothing
 * for that or for lack of memory (stb's own reason may hide it). */
bool sit_stb_allocation_refused(void);
bool sit_stb_allocation_failed(void);

/**
 * stbi_write_png_to_func() for packed RGB rows, safe without memory: false then, and
 * nothing leaks (stb alone would abort). `write` must return normally.
 */
bool sit_stb_write_png(void (*write)(void *context, void *bytes, int n_bytes),
                       void *context, int width_px, int height_px, const void *rgb);

#endif
