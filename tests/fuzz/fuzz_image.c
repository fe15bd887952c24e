/*
 * Arbitrary bytes as a picture: probing and decoding agree on the size and never touch
 * memory that is not theirs. Large pictures are probed only, for speed.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sitter/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    struct sit_error err;
    struct sit_image_info info;
    if (sit_image_probe(bytes, n_bytes, "fuzz", &info, &err) != SIT_OK)
        return 0;
    if (info.width_px == 0 || info.height_px == 0 ||
        info.width_px > SIT_IMAGE_MAX_SIDE_PX || info.height_px > SIT_IMAGE_MAX_SIDE_PX)
        abort();
    if (info.width_px * info.height_px > 256 * 256)
        return 0;
    struct sit_image image;
    if (sit_image_decode(bytes, n_bytes, "fuzz", &image, &err) != SIT_OK)
        return 0;
    if (image.width_px != info.width_px || image.height_px != info.height_px)
        abort();
    volatile unsigned sum = 0;
    for (size_t i = 0; i < image.width_px * image.height_px * 3; i++)
        sum = sum + image.rgb[i];
    /* Luma alone takes another way through stb, and accepts the same. */
    struct sit_grey grey;
    if (sit_grey_decode(bytes, n_bytes, "fuzz", &grey, &err) != SIT_OK ||
        grey.width_px != image.width_px || grey.height_px != image.height_px)
        abort();
    for (size_t i = 0; i < grey.width_px * grey.height_px; i++)
        sum = sum + grey.luma[i];
    sit_grey_release(&grey);
    sit_image_release(&image);
    return 0;
}
