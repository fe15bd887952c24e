/*
 * Pictures for the terminal: the size they are drawn in, and the choice of encoder.
 */
#include "picture.h"

#include <string.h>

enum {
    MAX_SIDE_PX = 1000 /* xterm shows nothing larger */,
    SIXEL_ROW_PX = 6,
    MAX_CELLS = 1000
};

static size_t cells_to_px(size_t n_cells, size_t cell_px, size_t max_px)
{
    if (n_cells == 0 || cell_px == 0)
        return 0;
    return n_cells > max_px / cell_px ? max_px : n_cells * cell_px;
}

static bool has_symbols(const struct sit_picture_format *format)
{
    return !format->half_blocks && format->graphics != SIT_GRAPHICS_NONE &&
           !sit_graphics_has_pixels(format->graphics) &&
           sit_term_chafa_version() != NULL;
}

/* What a cell is made of, and of what the height is a multiple. */
static void cell_size(const struct sit_picture_format *format, size_t *width_px,
                      size_t *height_px, size_t *row_px)
{
    bool pixels = sit_graphics_has_pixels(format->graphics);
    bool symbols = has_symbols(format);
    *width_px = pixels ? format->cell_width_px : symbols ? SIT_SYMBOL_WIDTH_PX : 1;
    *height_px = pixels ? format->cell_height_px : symbols ? SIT_SYMBOL_HEIGHT_PX : 2;
    /* Sixels come six rows at a time: what would stick out is the next cell's. */
    *row_px = format->graphics == SIT_GRAPHICS_SIXEL ? SIXEL_ROW_PX
              : pixels                               ? 1
                                                     : *height_px;
}

void sit_picture_canvas_size(const struct sit_picture_format *format, size_t *width_px,
                             size_t *height_px)
{
    size_t cell_width, cell_height, row;
    cell_size(format, &cell_width, &cell_height, &row);
    bool pixels = sit_graphics_has_pixels(format->graphics);
    size_t width = cells_to_px(format->n_cols, cell_width,
                               pixels ? MAX_SIDE_PX : MAX_CELLS * cell_width);
    size_t height = cells_to_px(format->n_rows, cell_height,
                                pixels ? MAX_SIDE_PX : MAX_CELLS * cell_height);
    if (format->is_square)
        width = height = width < height ? width : height;
    height -= height % row;
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

/* Smaller, then each pixel n x n times: few bytes where runs are what is encoded. */
static enum sit_status coarsen(const struct sit_image *canvas, size_t n,
                               struct sit_image *out, struct sit_error *err)
{
    struct sit_image small = {0};
    enum sit_status status = sit_image_scale(canvas, (canvas->width_px + n - 1) / n,
                                             (canvas->height_px + n - 1) / n, &small,
                                             err);
    if (status == SIT_OK)
        status = sit_image_new(canvas->width_px, canvas->height_px, out, err);
    for (size_t y = 0; status == SIT_OK && y < out->height_px; y++) {
        const uint8_t *from = small.rgb + y / n * small.width_px * 3;
        uint8_t *to = out->rgb + y * out->width_px * 3;
        for (size_t x = 0; x < out->width_px; x++)
            memcpy(to + 3 * x, from + 3 * (x / n), 3);
    }
    sit_image_release(&small);
    return status;
}

static enum sit_status encode(const struct sit_picture_format *format,
                              const struct sit_image *canvas, struct sit_buf *out,
                              struct sit_error *err)
{
    if (format->graphics == SIT_GRAPHICS_SIXEL)
        return sit_picture_encode_sixel(canvas, format->n_colours, out, err);
    if (format->graphics == SIT_GRAPHICS_KITTY)
        return sit_picture_encode_kitty(canvas, out, err);
    if (has_symbols(format))
        sit_picture_encode_symbols(canvas, format->graphics, out);
    else
        sit_picture_encode_blocks(canvas, format->graphics, out);
    return SIT_OK;
}

enum sit_status sit_picture_encode(const struct sit_picture_format *format,
                                   const struct sit_image *canvas, struct sit_buf *out,
                                   struct sit_error *err)
{
    struct sit_image coarse = {0};
    struct sit_buf bytes = {0};
    enum sit_status status = check(format, canvas, err);
    if (status != SIT_OK)
        return status;
    if (format->coarseness > 1 && sit_graphics_has_pixels(format->graphics)) {
        status = coarsen(canvas, format->coarseness, &coarse, err);
        canvas = &coarse;
    }
    if (status == SIT_OK)
        status = encode(format, canvas, &bytes, err);
    if (status == SIT_OK && (bytes.failed || !sit_buf_reserve(out, bytes.n_bytes)))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        sit_buf_append(out, bytes.data, bytes.n_bytes);
    sit_image_release(&coarse);
    sit_buf_release(&bytes);
    return status;
}
