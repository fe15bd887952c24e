/*
 * From a face to the network's input: size, order of the colours, mean. Resizing is the
 * image layer's.
 */
#include "sitter/vgg.h"

static const double v1_mean_bgr[3] = {93.5940, 104.7624, 129.1863};

enum sit_status sit_vgg_prepare(const struct sit_image *face,
                                enum sit_vgg_preprocess preprocess, float *out,
                                struct sit_error *err)
{
    if (face->width_px == 0 || face->height_px == 0)
        return sit_error_set(err, SIT_E_ARG, "a picture without pixels has no face");
    struct sit_image resized = {0};
    enum sit_status status = sit_image_resize_bilinear(face, SIT_VGG_SIDE_PX,
                                                       SIT_VGG_SIDE_PX, &resized, err);
    if (status != SIT_OK)
        return status;
    for (size_t i = 0; i < SIT_VGG_N_PIXEL_VALUES; i += 3)
        for (size_t c = 0; c < 3; c++) {
            double mean = preprocess == SIT_VGG_V1 ? v1_mean_bgr[c] : 0;
            out[i + c] = (float)(resized.rgb[i + 2 - c] - mean);
        }
    sit_image_release(&resized);
    return SIT_OK;
}
