/*
 * Private to image: the pixels of a JPEG by libjpeg-turbo, which gives the values that
 * OpenCV and Pillow give. Structure and size have been checked by picture_header.h.
 */
#ifndef SITTER_IMAGE_DECODE_JPEG_H
#define SITTER_IMAGE_DECODE_JPEG_H

#include "sitter/image.h"

/** Rows packed, top row first; free() the pixels. */
struct jpeg_pixels {
    size_t width_px, height_px;
    uint8_t *pixels;
};

/**
 * Decode to RGB (n_channels 3) or to luma alone (1), as the file stores it. Data that
 * contradict themselves or end early are refused, not filled up. With `eighths` 4, 2 or
 * 1 instead of 8 the picture comes that much smaller, sides rounded up.
 * SIT_E_UNSUPPORTED (and no message) for a colour space that libjpeg does not turn into
 * RGB (CMYK); SIT_E_FORMAT with libjpeg's reason alone in *reason, SIT_E_NOMEM.
 */
enum sit_status decode_jpeg(const uint8_t *bytes, size_t n_bytes, size_t n_channels,
                            unsigned eighths, struct jpeg_pixels *out,
                            struct sit_error *reason);

#endif
