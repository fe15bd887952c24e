/*
 * Pictures for the terminal: the size they are drawn in, and the choice of encoder.
 */
#include "picture.h"

enum { MAX_SIDE_PX = 1000 /* xterm shows nothing larger */, SIXEL_ROW_PX = 6 };

static size_t cells_to_px(size_t n_cells, size_t cell_px)
{
    if (n_cells == 0 || cell_px == 0)
        return 0;
    return n_cells > MAX_SIDE_PX / cell_px ? MAX_SIDE_PX : n_cells * cell_px;
}

void sit_picture_canvas_size(const struct sit_picture_format *format, size_t *width_px,
                             size_t *height_px)
{
    bool pixels = sit_graphics_has_pixels(format->graphics);
    bool sixel = format->graphics == SIT_GRAPHICS_SIXEL;
    size_t width = cells_to_px(format->n_cols, pixels ? format->cell_width_px : 1);
    size_t height = pixels ? cells_to_px(format->n_rows, format->cell_height_px)
                           : 2 * cells_to_px(format->n_rows, 1);
    if (format->is_square)
        width = height = width < height ? width : height;
    /* Sixels come six rows at a time: what would stick out is the next cell's. */
    height -= height % (sixel ? SIXEL_ROW_PX : 2);
    *width_px = format->is_square ? height : width;
    *height_px = height;
}

static enum sit_status check(const struct sit_picture_format *format,
                             const struct sit_image *canvas, struct sit_error *err)
{
    size_t width, height;
    sit_picture_canvas_size(format, &width, &height);
    if (width == 0 || height == 0)
        return sit_error_set(err, SIT_E_ARG, "no room for a picture");
    if (canvas->rgb == NULL || canvas->width_px != width || canvas->height_px != height)
        return sit_error_set(err, SIT_E_ARG,
                             "a picture of %zu x %zu px for a canvas of %zu x %zu px",
                             canvas->width_px, canvas->height_px, width, height);
    if (format->graphics == SIT_GRAPHICS_SIXEL &&
        (format->n_colours < 2 || format->n_colours > 256))
        return sit_error_set(err, SIT_E_ARG, "a sixel palette of %zu colours",
                             format->n_colours);
    return SIT_OK;
}

enum sit_status sit_picture_encode(const struct sit_picture_format *format,
                                   const struct sit_image *canvas, struct sit_buf *out,
                                   struct sit_error *err)
{
    enum sit_status status = check(format, canvas, err);
    if (status != SIT_OK)
        return status;
    struct sit_buf bytes = {0};
    if (format->graphics == SIT_GRAPHICS_SIXEL)
        status = sit_picture_encode_sixel(canvas, format->n_colours, &bytes, err);
    else if (format->graphics == SIT_GRAPHICS_KITTY)
        status = sit_picture_encode_kitty(canvas, 0, 0, &bytes, err);
    else
        sit_picture_encode_blocks(canvas, format->graphics, &bytes);
    if (status == SIT_OK && (bytes.failed || !sit_buf_reserve(out, bytes.n_bytes)))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        sit_buf_append(out, bytes.data, bytes.n_bytes);
    sit_buf_release(&bytes);
    return status;
}
