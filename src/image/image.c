/*
 * The picture itself: making, freeing, cropping, grey values, comparing. Reading,
 * writing and scaling are elsewhere in this folder.
 */
#include "sitter/image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

void sit_image_release(struct sit_image *image)
{
    free(image->rgb);
    *image = (struct sit_image){0};
}

enum sit_status sit_image_new(size_t width_px, size_t height_px, struct sit_image *out,
                              struct sit_error *err)
{
    if (width_px == 0 || height_px == 0)
        return sit_error_set(err, SIT_E_ARG, "a picture cannot be %zu x %zu px",
                             width_px, height_px);
    if (width_px > SIT_IMAGE_MAX_SIDE_PX || height_px > SIT_IMAGE_MAX_SIDE_PX ||
        width_px * height_px > SIT_IMAGE_MAX_PIXELS)
        return sit_error_set(err, SIT_E_LIMIT, "a picture of %zu x %zu px is too large",
                             width_px, height_px);
    uint8_t *rgb = sit_calloc(width_px * height_px, 3);
    if (rgb == NULL)
        return sit_error_nomem(err);
    *out = (struct sit_image){width_px, height_px, rgb};
    return SIT_OK;
}

enum sit_status sit_image_crop(const struct sit_image *image, size_t x_px, size_t y_px,
                               size_t width_px, size_t height_px, struct sit_image *out,
                               struct sit_error *err)
{
    if (x_px > image->width_px || width_px > image->width_px - x_px ||
        y_px > image->height_px || height_px > image->height_px - y_px)
        return sit_error_set(err, SIT_E_ARG,
                             "%zu x %zu px at (%zu, %zu) are not all inside a picture "
                             "of %zu x %zu px",
                             width_px, height_px, x_px, y_px, image->width_px,
                             image->height_px);
    struct sit_image crop;
    enum sit_status status = sit_image_new(width_px, height_px, &crop, err);
    if (status != SIT_OK)
        return status;
    const uint8_t *from = image->rgb + (y_px * image->width_px + x_px) * 3;
    for (size_t y = 0; y < height_px; y++)
        memcpy(crop.rgb + y * width_px * 3, from + y * image->width_px * 3,
               width_px * 3);
    *out = crop;
    return SIT_OK;
}

void sit_image_to_grey(const struct sit_image *image, float *grey)
{
    size_t n_pixels = image->width_px * image->height_px;
    const uint8_t *rgb = image->rgb;
    for (size_t i = 0; i < n_pixels; i++, rgb += 3)
        grey[i] = 0.299f * (float)rgb[0] + 0.587f * (float)rgb[1] +
                  0.114f * (float)rgb[2];
}

double sit_image_psnr(const struct sit_image *a, const struct sit_image *b)
{
    if (a->width_px != b->width_px || a->height_px != b->height_px)
        return (double)NAN;
    size_t n_values = a->width_px * a->height_px * 3;
    uint64_t sum = 0;
    for (size_t i = 0; i < n_values; i++) {
        int difference = a->rgb[i] - b->rgb[i];
        sum += (uint64_t)(difference * difference);
    }
    if (sum == 0)
        return (double)INFINITY;
    return 10.0 * log10(255.0 * 255.0 * (double)n_values / (double)sum);
}
