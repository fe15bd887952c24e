/*
 * Private to image: the pixels of a JPEG by libjpeg-turbo, which gives the values that
 * OpenCV and Pillow give. Structure and size have been checked by picture_header.h.
 */
#ifndef SITTER_IMAGE_DECODE_JPEG_H
#define SITTER_IMAGE_DECODE_JPEG_H

#include "sitter/image.h"

/**
 * Decode into a new picture. Data that contradict themselves or end early are refused,
 * not filled up. SIT_E_UNSUPPORTED (and no message) for a colour space that libjpeg
 * does not turn into RGB (CMYK); SIT_E_FORMAT with libjpeg's reason alone in *reason,
 * SIT_E_NOMEM.
 */
enum sit_status decode_jpeg(const uint8_t *bytes, size_t n_bytes, struct sit_image *out,
                            struct sit_error *reason);

#endif
