/*
 * Pictures to JPEG and PNG bytes, by stb_image_write.
 */
#include "sitter/image.h"

#include "stb_limits.h"
#include <stb/stb_image_write.h>

static void append(void *context, void *bytes, int n_bytes)
{
    struct sit_buf *out = context;
    sit_buf_append(out, bytes, (size_t)n_bytes);
}

/* Undo a partial append. */
static enum sit_status give_up(struct sit_buf *out, size_t n_bytes_before,
                               struct sit_error *err)
{
    if (out->data != NULL) {
        out->n_bytes = n_bytes_before;
        out->data[n_bytes_before] = '\0';
    }
    return sit_error_nomem(err);
}

enum sit_status sit_image_encode_jpeg(const struct sit_image *image, int quality,
                                      struct sit_buf *out, struct sit_error *err)
{
    if (quality < 1 || quality > 100)
        return sit_error_set(err, SIT_E_ARG, "JPEG quality %d is not 1 to 100",
                             quality);
    size_t n_bytes_before = out->n_bytes;
    int written = stbi_write_jpg_to_func(append, out, (int)image->width_px,
                                         (int)image->height_px, 3, image->rgb, quality);
    if (!written || out->failed)
        return give_up(out, n_bytes_before, err);
    return SIT_OK;
}

enum sit_status sit_image_encode_png(const struct sit_image *image, struct sit_buf *out,
                                     struct sit_error *err)
{
    size_t n_bytes_before = out->n_bytes;
    bool written = sit_stb_write_png(append, out, (int)image->width_px,
                                     (int)image->height_px, image->rgb);
    if (!written || out->failed)
        return give_up(out, n_bytes_before, err);
    return SIT_OK;
}
