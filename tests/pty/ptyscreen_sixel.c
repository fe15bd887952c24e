/*
 * What the screen model needs to know of a sixel string, and decoding it by libsixel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sixel.h>

#include "ptyscreen.h"

size_t ptyscreen_sixel_max_register(const char *bytes, size_t n_bytes)
{
    size_t max = 0;
    for (size_t i = 0; i + 1 < n_bytes; i++) {
        if (bytes[i] != '#')
            continue;
        size_t n = (size_t)strtoul(bytes + i + 1, NULL, 10);
        max = n > max ? n : max;
    }
    return max;
}

/* The height from the raster attributes: DCS params q " pan ; pad ; width ; height */
size_t ptyscreen_sixel_height_px(const char *bytes, size_t n_bytes)
{
    const char *quote = memchr(bytes, '"', n_bytes < 32 ? n_bytes : 32);
    unsigned width, height;
    if (quote == NULL || sscanf(quote, "\"%*u;%*u;%u;%u", &width, &height) != 2)
        return 0;
    return height;
}

bool ptyscreen_is_sixel(const char *bytes, size_t n_bytes)
{
    size_t i = 2;
    while (i < n_bytes && ((bytes[i] >= '0' && bytes[i] <= '9') || bytes[i] == ';'))
        i++;
    return bytes[1] == 'P' && i < n_bytes && bytes[i] == 'q';
}

enum sit_status ptyscreen_decode(const struct ptyscreen_picture *picture,
                                 struct sit_image *out, struct sit_error *err)
{
    if (picture->is_kitty)
        return sit_image_decode(picture->bytes, picture->n_bytes, "kitty picture", out,
                                err);
    unsigned char *pixels = NULL;
    unsigned char *palette = NULL; /* three bytes a colour */
    int width = 0;
    int height = 0;
    int n_colours = 0;
    struct sit_image image = {0};
    enum sit_status status = SIT_OK;
    SIXELSTATUS result = sixel_decode_raw((unsigned char *)picture->bytes,
                                          (int)picture->n_bytes, &pixels, &width,
                                          &height, &palette, &n_colours, NULL);
    if (SIXEL_FAILED(result)) {
        status = sit_error_set(err, SIT_E_FORMAT, "cannot decode the sixels: %s",
                               sixel_helper_format_error(result));
        goto done;
    }
    status = sit_image_new((size_t)width, (size_t)height, &image, err);
    if (status != SIT_OK)
        goto done;
    for (size_t i = 0; i < image.width_px * image.height_px; i++)
        memcpy(image.rgb + 3 * i, palette + 3 * pixels[i], 3);
    *out = image;
done:
    free(pixels);
    free(palette);
    return status;
}
