/*
 * Pictures as sixels; the only user of libsixel. Built on its dither and output objects
 * alone, which take pixels and a callback: no files, no loaders.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sixel.h>

#include "picture.h"
#include "sitter/alloc.h"

/* sixel_dither_initialize() sorts by a comparison whose key is a global. */
static pthread_mutex_t palette_mutex = PTHREAD_MUTEX_INITIALIZER;

static int append_bytes(char *bytes, int n_bytes, void *context)
{
    struct sit_buf *out = context;
    if (n_bytes > 0)
        sit_buf_append(out, bytes, (size_t)n_bytes);
    return n_bytes;
}

static enum sit_status fail(SIXELSTATUS cause, struct sit_error *err)
{
    if (cause == SIXEL_BAD_ALLOCATION)
        return sit_error_nomem(err);
    return sit_error_set(err, SIT_E_UNSUPPORTED, "libsixel cannot draw the picture: %s",
                         sixel_helper_format_error(cause));
}

/* Colours are the means of the pixels they stand for: at the same cost 0.5 to 1.8 dB
 * better than the middle of the boxes that they are cut into, the library's default. */
static SIXELSTATUS make_palette(unsigned char *pixels, int width, int height,
                                int n_colours, sixel_dither_t **out)
{
    sixel_dither_t *dither = NULL;
    SIXELSTATUS status = sixel_dither_new(&dither, n_colours, NULL);
    if (SIXEL_FAILED(status))
        return status;
    pthread_mutex_lock(&palette_mutex);
    status = sixel_dither_initialize(dither, pixels, width, height,
                                     SIXEL_PIXELFORMAT_RGB888, SIXEL_LARGE_AUTO,
                                     SIXEL_REP_AVERAGE_PIXELS, SIXEL_QUALITY_LOW);
    pthread_mutex_unlock(&palette_mutex);
    if (SIXEL_FAILED(status)) {
        sixel_dither_unref(dither);
        return status;
    }
    sixel_dither_set_diffusion_type(dither, SIXEL_DIFFUSE_NONE);
    *out = dither;
    return status;
}

enum sit_status sit_picture_encode_sixel(const struct sit_image *canvas,
                                         size_t n_colours, struct sit_buf *out,
                                         struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    sixel_dither_t *dither = NULL;
    sixel_output_t *output = NULL;
    /* At most 1000 each: sit_picture_encode() saw to it. */
    int width = (int)canvas->width_px;
    int height = (int)canvas->height_px;
    size_t n_bytes = canvas->width_px * canvas->height_px * 3;
    /* libsixel writes into the pixels it is given. */
    unsigned char *pixels = sit_malloc_array(n_bytes, 1);
    if (pixels == NULL)
        return sit_error_nomem(err);
    memcpy(pixels, canvas->rgb, n_bytes);

    SIXELSTATUS result = make_palette(pixels, width, height, (int)n_colours, &dither);
    if (!SIXEL_FAILED(result))
        result = sixel_output_new(&output, append_bytes, out, NULL);
    if (!SIXEL_FAILED(result)) {
        sixel_output_set_encode_policy(output, SIXEL_ENCODEPOLICY_SIZE);
        result = sixel_encode(pixels, width, height, 3, dither, output);
    }
    if (SIXEL_FAILED(result))
        status = fail(result, err);
    if (output != NULL)
        sixel_output_unref(output);
    if (dither != NULL)
        sixel_dither_unref(dither);
    free(pixels);
    return status;
}

const char *sit_term_sixel_version(void)
{
    return LIBSIXEL_VERSION;
}
