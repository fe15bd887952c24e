/*
 * Bilinear resizing in the fixed-point arithmetic that OpenCV's resize uses for 8-bit
 * pictures (INTER_LINEAR), so that detectors and networks tuned on its output see the
 * same pixels. Scaling for the eye is in scale.c.
 */
#include "sitter/image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

/* Weights are of 11 bits; a pair sums to ONE. */
enum { ONE = 2048 };

/* Where an output column or row lies between two input ones. */
struct tap {
    int32_t at; /* of the first of the two */
    int16_t weight[2];
};

static int16_t to_fixed(float weight)
{
    return (int16_t)lrintf(weight * (float)ONE);
}

static struct tap tap_at(size_t i, double step)
{
    float place = (float)(((double)i + 0.5) * step - 0.5);
    float floor_place = floorf(place);
    float weight = place - floor_place;
    return (struct tap){(int32_t)floor_place,
                        {to_fixed(1.0f - weight), to_fixed(weight)}};
}

/* Columns: beyond either edge the edge's pixel alone counts. `at` counts bytes. */
static void fill_columns(struct tap *taps, size_t n, double step, size_t width_px)
{
    for (size_t x = 0; x < n; x++) {
        struct tap tap = tap_at(x, step);
        if (tap.at < 0)
            tap = (struct tap){0, {ONE, 0}};
        if (tap.at >= (int32_t)width_px - 1)
            tap = (struct tap){(int32_t)width_px - 1, {ONE, 0}};
        tap.at *= 3;
        taps[x] = tap;
    }
}

/* One input row to output width, scaled by ONE. `last` is the offset of the row's last
 * pixel: nothing is read behind it. */
static void stretch_row(const uint8_t *restrict row, const struct tap *restrict taps,
                        size_t n, int32_t last, int32_t *restrict out)
{
    for (size_t x = 0; x < n; x++) {
        const uint8_t *a = row + taps[x].at;
        const uint8_t *b = taps[x].at < last ? a + 3 : a;
        int32_t u = taps[x].weight[0], v = taps[x].weight[1];
        out[3 * x] = a[0] * u + b[0] * v;
        out[3 * x + 1] = a[1] * u + b[1] * v;
        out[3 * x + 2] = a[2] * u + b[2] * v;
    }
}

/* Two stretched rows to an output row; the shifts are OpenCV's, and each rounds. */
static void blend_rows(const int32_t *restrict a, const int32_t *restrict b,
                       const int16_t weight[2], size_t n, uint8_t *restrict out)
{
    int32_t u = weight[0], v = weight[1];
    for (size_t i = 0; i < n; i++)
        out[i] =
            (uint8_t)((((u * (a[i] >> 4)) >> 16) + ((v * (b[i] >> 4)) >> 16) + 2) >> 2);
}

static size_t clamp_row(int32_t y, size_t height_px)
{
    if (y < 0)
        return 0;
    return (size_t)y < height_px ? (size_t)y : height_px - 1;
}

/* Two stretched rows, kept from one output row to the next. */
struct row_cache {
    int32_t *rows[2];
    size_t of[2]; /* input rows; SIZE_MAX none */
};

/* The stretched input row y, in a place other than that of `keep`. */
static const int32_t *cached_row(struct row_cache *cache, const struct sit_image *image,
                                 const struct tap *columns, size_t n, size_t y,
                                 size_t keep)
{
    for (size_t k = 0; k < 2; k++)
        if (cache->of[k] == y)
            return cache->rows[k];
    size_t k = cache->of[0] == keep ? 1 : 0;
    stretch_row(image->rgb + y * image->width_px * 3, columns, n,
                (int32_t)(image->width_px - 1) * 3, cache->rows[k]);
    cache->of[k] = y;
    return cache->rows[k];
}

static void resize_rows(const struct sit_image *image, const struct tap *columns,
                        double step_y, int32_t *rows, struct sit_image *out)
{
    size_t n = out->width_px;
    struct row_cache cache = {{rows, rows + n * 3}, {SIZE_MAX, SIZE_MAX}};
    for (size_t y = 0; y < out->height_px; y++) {
        struct tap tap = tap_at(y, step_y);
        size_t above = clamp_row(tap.at, image->height_px);
        size_t below = clamp_row(tap.at + 1, image->height_px);
        const int32_t *a = cached_row(&cache, image, columns, n, above, below);
        const int32_t *b = cached_row(&cache, image, columns, n, below, above);
        blend_rows(a, b, tap.weight, n * 3, out->rgb + y * n * 3);
    }
}

/* To half of both sides OpenCV takes the mean of four pixels instead. */
static void halve(const struct sit_image *image, struct sit_image *out)
{
    size_t stride = image->width_px * 3;
    for (size_t y = 0; y < out->height_px; y++) {
        const uint8_t *from = image->rgb + 2 * y * stride;
        uint8_t *to = out->rgb + y * out->width_px * 3;
        for (size_t x = 0; x < out->width_px; x++, from += 6, to += 3)
            for (size_t k = 0; k < 3; k++)
                to[k] = (uint8_t)((from[k] + from[k + 3] + from[stride + k] +
                                   from[stride + k + 3] + 2) >>
                                  2);
    }
}

/* step_x, step_y: input pixels an output pixel. */
static enum sit_status resize(const struct sit_image *image, size_t width_px,
                              size_t height_px, double step_x, double step_y,
                              struct sit_image *out, struct sit_error *err)
{
    struct sit_image resized = {0};
    struct tap *columns = NULL;
    int32_t *rows = NULL;
    enum sit_status status = sit_image_new(width_px, height_px, &resized, err);
    if (status != SIT_OK)
        return status;
    if (width_px == image->width_px && height_px == image->height_px) {
        memcpy(resized.rgb, image->rgb, width_px * height_px * 3);
        goto done;
    }
    if (width_px * 2 == image->width_px && height_px * 2 == image->height_px) {
        halve(image, &resized);
        goto done;
    }
    columns = sit_malloc_array(width_px, sizeof *columns);
    rows = sit_malloc_array(width_px, 6 * sizeof *rows);
    if (columns == NULL || rows == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    fill_columns(columns, width_px, step_x, image->width_px);
    resize_rows(image, columns, step_y, rows, &resized);

done:
    free(columns);
    free(rows);
    if (status == SIT_OK)
        *out = resized;
    else
        sit_image_release(&resized);
    return status;
}

enum sit_status sit_image_resize_bilinear(const struct sit_image *image,
                                          size_t width_px, size_t height_px,
                                          struct sit_image *out, struct sit_error *err)
{
    /* Twice a reciprocal, as OpenCV does: the steps are equal to the last bit. */
    return resize(image, width_px, height_px,
                  1.0 / ((double)width_px / (double)image->width_px),
                  1.0 / ((double)height_px / (double)image->height_px), out, err);
}

enum sit_status sit_image_scale_bilinear(const struct sit_image *image, double factor,
                                         struct sit_image *out, struct sit_error *err)
{
    double width = rint((double)image->width_px * factor);
    double height = rint((double)image->height_px * factor);
    if (!(factor > 0.0) || !(width >= 1.0) || !(height >= 1.0))
        return sit_error_set(err, SIT_E_ARG,
                             "a picture of %zu x %zu px cannot be scaled by %g",
                             image->width_px, image->height_px, factor);
    if (width > (double)SIT_IMAGE_MAX_SIDE_PX || height > (double)SIT_IMAGE_MAX_SIDE_PX)
        return sit_error_set(
            err, SIT_E_LIMIT,
            "a picture of %zu x %zu px is too large to be scaled by %g",
            image->width_px, image->height_px, factor);
    return resize(image, (size_t)width, (size_t)height, 1.0 / factor, 1.0 / factor, out,
                  err);
}
