/*
 * The structure of JPEG and PNG files, read without decoding a pixel: size, whether
 * there is transparency, and whether the file goes on to its end mark. What the pixels
 * are is for stb_image.
 */
#ifndef SITTER_PICTURE_HEADER_H
#define SITTER_PICTURE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/image.h"

struct picture_header {
    enum sit_image_format format;
    size_t width_px, height_px; /* 0 where the file ends before it says */
    bool has_alpha;             /* PNG: an alpha channel or a transparent colour */
    const char *fault;          /* what is wrong with the structure, or NULL */
};

/** SIT_IMAGE_JPEG or SIT_IMAGE_PNG by the first bytes, otherwise SIT_IMAGE_UNKNOWN. */
enum sit_image_format picture_format(const uint8_t *bytes, size_t n_bytes);

/**
 * Walk a JPEG's segments (PNG's chunks): up to the size where `size_only`, otherwise
 * up to the end mark. Faults are put in the header's `fault`.
 */
struct picture_header picture_header_read_jpeg(const uint8_t *bytes, size_t n_bytes,
                                               bool size_only);
struct picture_header picture_header_read_png(const uint8_t *bytes, size_t n_bytes,
                                              bool size_only);

#endif
