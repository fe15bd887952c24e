/*
 * Pictures: decoding from bytes (libjpeg, stb_image), scaling, warping, encoding,
 * comparing. All pictures are 8-bit RGB, rows packed, top row first.
 */
#ifndef SITTER_IMAGE_H
#define SITTER_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "sitter/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Zero-initialise; sit_image_release() frees. rgb is height_px * width_px * 3 bytes.
 */
struct sit_image {
    size_t width_px;
    size_t height_px;
    uint8_t *rgb;
};

/** Largest picture accepted, checked from the header before a pixel is decoded. */
enum { SIT_IMAGE_MAX_SIDE_PX = 16384, SIT_IMAGE_MAX_PIXELS = 64 * 1024 * 1024 };

/** Largest picture file accepted. */
enum { SIT_IMAGE_MAX_FILE_BYTES = 128 * 1024 * 1024 };

enum sit_image_format {
    SIT_IMAGE_UNKNOWN = 0,
    SIT_IMAGE_JPEG,
    SIT_IMAGE_PNG,
    SIT_IMAGE_OTHER, /* whatever else stb_image reads: BMP, GIF, TGA, PSD, PNM, HDR, PIC
                      */
};

struct sit_image_info {
    enum sit_image_format format;
    size_t width_px;
    size_t height_px;
};

void sit_image_release(struct sit_image *image);

/** A black picture of that size. SIT_E_ARG for a zero side, SIT_E_LIMIT, SIT_E_NOMEM.
 */
enum sit_status sit_image_new(size_t width_px, size_t height_px, struct sit_image *out,
                              struct sit_error *err);

/**
 * Size and format from the header alone. `name` is what errors call the picture.
 * SIT_E_FORMAT: not a picture stb_image knows; SIT_E_LIMIT: over the limits above.
 */
enum sit_status sit_image_probe(const void *bytes, size_t n_bytes, const char *name,
                                struct sit_image_info *out, struct sit_error *err);

/**
 * Decode. Transparent pixels lie on white; grey becomes RGB. Refuses what is cut
 * short, also a JPEG without its end marker (which stb_image alone would fill with
 * grey) and a PNG without IEND. *out is written only on success. Thread-safe.
 * SIT_E_FORMAT, SIT_E_LIMIT, SIT_E_NOMEM; the message names `name` and what is wrong.
 */
enum sit_status sit_image_decode(const void *bytes, size_t n_bytes, const char *name,
                                 struct sit_image *out, struct sit_error *err);

/**
 * The same for a small view: a JPEG may come in half, a quarter or an eighth of its
 * size where both sides then still have min_width_px and min_height_px, at a fraction
 * of the cost.
 */
enum sit_status sit_image_decode_small(const void *bytes, size_t n_bytes,
                                       const char *name, size_t min_width_px,
                                       size_t min_height_px, struct sit_image *out,
                                       struct sit_error *err);

/**
 * Scale to exactly width_px x height_px: a triangle filter when shrinking (every
 * source pixel counts), Catmull-Rom when enlarging. *out is a new picture.
 */
enum sit_status sit_image_scale(const struct sit_image *image, size_t width_px,
                                size_t height_px, struct sit_image *out,
                                struct sit_error *err);

/**
 * Resize to exactly width_px x height_px with the pixels of OpenCV's resize
 * (INTER_LINEAR, 8-bit fixed point): no filter when shrinking. For what must see the
 * same picture as a published method; sit_image_scale() looks better. SIT_E_ARG,
 * SIT_E_LIMIT, SIT_E_NOMEM. Test: tests/unit/opencv_vectors_test.c.
 */
enum sit_status sit_image_resize_bilinear(const struct sit_image *image,
                                          size_t width_px, size_t height_px,
                                          struct sit_image *out, struct sit_error *err);

/** The same by a factor on both sides (OpenCV's fx, fy): sides rounded half to even,
 * the step between output pixels exactly 1 / factor. At 0.5 OpenCV averages at the edge
 * of odd sides too; this does not. */
enum sit_status sit_image_scale_bilinear(const struct sit_image *image, double factor,
                                         struct sit_image *out, struct sit_error *err);

/**
 * Warp by the affine matrix m (2, 3), which takes places of `image` to places of the
 * result: cubic interpolation (Keys, a = -0.75), black beyond the edges, with the
 * pixels of OpenCV's warpAffine (INTER_CUBIC). Not a filter: for matrices that do not
 * shrink much. SIT_E_ARG: no inverse, or entries beyond 1e9; SIT_E_LIMIT, SIT_E_NOMEM.
 */
enum sit_status sit_image_warp(const struct sit_image *image, const double m[6],
                               size_t width_px, size_t height_px, struct sit_image *out,
                               struct sit_error *err);

/** Where sit_image_fit() puts a picture on a canvas. */
struct sit_image_placement {
    size_t x_px, y_px, width_px, height_px;
};

/**
 * The largest placement of a width_px x height_px picture, aspect ratio kept, centred
 * on a canvas (both of at least 1 px).
 */
struct sit_image_placement sit_image_place(size_t width_px, size_t height_px,
                                           size_t canvas_width_px,
                                           size_t canvas_height_px);

/** Scale by sit_image_place() onto a canvas filled with `background`. */
enum sit_status sit_image_fit(const struct sit_image *image, size_t canvas_width_px,
                              size_t canvas_height_px, const uint8_t background[3],
                              struct sit_image *out, struct sit_error *err);

/** Copy the rectangle at (x_px, y_px); SIT_E_ARG where it is not all inside. */
enum sit_status sit_image_crop(const struct sit_image *image, size_t x_px, size_t y_px,
                               size_t width_px, size_t height_px, struct sit_image *out,
                               struct sit_error *err);

/** Grey values (ITU-R BT.601 luma, 0 to 255) into grey[height_px * width_px]. */
void sit_image_to_grey(const struct sit_image *image, float *grey);

/** One channel of 8 bits, rows packed, top row first. Zero-initialise. */
struct sit_grey {
    size_t width_px;
    size_t height_px;
    uint8_t *luma;
};

void sit_grey_release(struct sit_grey *grey);

/** BT.601 luma of a picture, rounded to whole levels. *out is written only on success.
 */
enum sit_status sit_grey_from_image(const struct sit_image *image, struct sit_grey *out,
                                    struct sit_error *err);

/**
 * As sit_image_decode(), luma only: a JPEG's own, without the cost of its colours;
 * sit_grey_from_image() of anything else. Thread-safe.
 */
enum sit_status sit_grey_decode(const void *bytes, size_t n_bytes, const char *name,
                                struct sit_grey *out, struct sit_error *err);

/**
 * Scale to exactly width_px x height_px (both of at least 1) into out (height_px,
 * width_px), with the filters of sit_image_scale(). In whole numbers: what is flat
 * stays flat, and every processor gives the same. SIT_E_ARG (an empty picture),
 * SIT_E_NOMEM. Thread-safe.
 */
enum sit_status sit_grey_scale(const struct sit_grey *grey, size_t width_px,
                               size_t height_px, uint8_t *out, struct sit_error *err);

/** Append a JPEG (quality 1 to 100) or a PNG to *out. */
enum sit_status sit_image_encode_jpeg(const struct sit_image *image, int quality,
                                      struct sit_buf *out, struct sit_error *err);
enum sit_status sit_image_encode_png(const struct sit_image *image, struct sit_buf *out,
                                     struct sit_error *err);

/** Peak signal-to-noise ratio in dB over all channels; INFINITY when equal; NAN when
 * the sizes differ. */
double sit_image_psnr(const struct sit_image *a, const struct sit_image *b);

#ifdef __cplusplus
}
#endif
#endif
