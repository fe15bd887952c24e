/*
 * Scaling, and placing a picture on a canvas of another shape, by stb_image_resize.
 */
#include "sitter/image.h"

#include <string.h>

#include "stb_limits.h"
#include <stb/stb_image_resize.h>

static stbir_filter filter_for(size_t from_px, size_t to_px)
{
    return to_px < from_px ? STBIR_FILTER_TRIANGLE : STBIR_FILTER_CATMULLROM;
}

/* Into `out`, whose rows are out_stride_px pixels apart. False without memory. */
static bool scale_into(const struct sit_image *image, size_t width_px, size_t height_px,
                       uint8_t *out, size_t out_stride_px)
{
    if (width_px == image->width_px && height_px == image->height_px) {
        for (size_t y = 0; y < height_px; y++)
            memcpy(out + y * out_stride_px * 3, image->rgb + y * width_px * 3,
                   width_px * 3);
        return true;
    }
    return stbir_resize(image->rgb, (int)image->width_px, (int)image->height_px, 0, out,
                        (int)width_px, (int)height_px, (int)(out_stride_px * 3),
                        STBIR_TYPE_UINT8, 3, STBIR_ALPHA_CHANNEL_NONE, 0,
                        STBIR_EDGE_CLAMP, STBIR_EDGE_CLAMP,
                        filter_for(image->width_px, width_px),
                        filter_for(image->height_px, height_px),
                        STBIR_COLORSPACE_LINEAR, NULL) != 0;
}

enum sit_status sit_image_scale(const struct sit_image *image, size_t width_px,
                                size_t height_px, struct sit_image *out,
                                struct sit_error *err)
{
    struct sit_image scaled;
    enum sit_status status = sit_image_new(width_px, height_px, &scaled, err);
    if (status != SIT_OK)
        return status;
    if (!scale_into(image, width_px, height_px, scaled.rgb, width_px)) {
        sit_image_release(&scaled);
        return sit_error_nomem(err);
    }
    *out = scaled;
    return SIT_OK;
}

/* side_px * numerator / denominator, rounded, at least 1 and at most `limit`. */
static size_t scale_side(size_t side_px, size_t numerator, size_t denominator,
                         size_t limit)
{
    double exact = (double)side_px * (double)numerator / (double)denominator;
    if (exact >= (double)limit)
        return limit;
    size_t rounded = (size_t)(exact + 0.5);
    return rounded > 0 ? rounded : 1;
}

struct sit_image_placement sit_image_place(size_t width_px, size_t height_px,
                                           size_t canvas_width_px,
                                           size_t canvas_height_px)
{
    struct sit_image_placement place;
    bool is_wider = (double)width_px * (double)canvas_height_px >=
                    (double)height_px * (double)canvas_width_px;
    if (is_wider) {
        place.width_px = canvas_width_px;
        place.height_px = scale_side(height_px, canvas_width_px, width_px,
                                     canvas_height_px);
    } else {
        place.height_px = canvas_height_px;
        place.width_px = scale_side(width_px, canvas_height_px, height_px,
                                    canvas_width_px);
    }
    place.x_px = (canvas_width_px - place.width_px) / 2;
    place.y_px = (canvas_height_px - place.height_px) / 2;
    return place;
}

enum sit_status sit_image_fit(const struct sit_image *image, size_t canvas_width_px,
                              size_t canvas_height_px, const uint8_t background[3],
                              struct sit_image *out, struct sit_error *err)
{
    struct sit_image canvas;
    enum sit_status status = sit_image_new(canvas_width_px, canvas_height_px, &canvas,
                                           err);
    if (status != SIT_OK)
        return status;
    struct sit_image_placement place = sit_image_place(
        image->width_px, image->height_px, canvas_width_px, canvas_height_px);
    size_t n_pixels = canvas_width_px * canvas_height_px;
    if (place.width_px * place.height_px < n_pixels)
        for (size_t i = 0; i < n_pixels; i++)
            memcpy(canvas.rgb + i * 3, background, 3);
    uint8_t *corner = canvas.rgb + (place.y_px * canvas_width_px + place.x_px) * 3;
    if (!scale_into(image, place.width_px, place.height_px, corner, canvas_width_px)) {
        sit_image_release(&canvas);
        return sit_error_nomem(err);
    }
    *out = canvas;
    return SIT_OK;
}
