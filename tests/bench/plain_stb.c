/*
 * stb_image as it comes, for comparison: no limits, no checks around it.
 */
#include "plain_stb.h"

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include "stb_image.h"

bool plain_stb_decode(const void *bytes, size_t n_bytes)
{
    int width_px, height_px, channels;
    unsigned char *rgb = stbi_load_from_memory(bytes, (int)n_bytes, &width_px,
                                               &height_px, &channels, 3);
    stbi_image_free(rgb);
    return rgb != NULL;
}
