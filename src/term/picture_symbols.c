/*
 * Pictures as block characters of more shapes than halves, chosen by libchafa; its only
 * user. Only characters and colours are taken from it, cell by cell: what reaches the
 * terminal is written here.
 */
#include <chafa.h>

#include "picture.h"
#include "sitter/text.h"

static ChafaCanvasMode mode_of(enum sit_graphics graphics)
{
    switch (graphics) {
    case SIT_GRAPHICS_BLOCKS_RGB: return CHAFA_CANVAS_MODE_TRUECOLOR;
    case SIT_GRAPHICS_BLOCKS_256: return CHAFA_CANVAS_MODE_INDEXED_240;
    default: return CHAFA_CANVAS_MODE_INDEXED_16;
    }
}

/* Shapes that any font with block characters has: U+2580 to U+259F. */
static ChafaCanvas *new_canvas(enum sit_graphics graphics, int n_cols, int n_rows)
{
    ChafaSymbolMap *symbols = chafa_symbol_map_new();
    ChafaCanvasConfig *config = chafa_canvas_config_new();
    chafa_symbol_map_add_by_tags(symbols,
                                 CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_BLOCK |
                                     CHAFA_SYMBOL_TAG_HALF | CHAFA_SYMBOL_TAG_QUAD);
    chafa_canvas_config_set_geometry(config, n_cols, n_rows);
    chafa_canvas_config_set_cell_geometry(config, SIT_SYMBOL_WIDTH_PX,
                                          SIT_SYMBOL_HEIGHT_PX);
    chafa_canvas_config_set_canvas_mode(config, mode_of(graphics));
    chafa_canvas_config_set_symbol_map(config, symbols);
    chafa_canvas_config_set_preprocessing_enabled(config, FALSE);
    chafa_canvas_config_set_dither_mode(config, CHAFA_DITHER_MODE_NONE);
    chafa_canvas_config_set_work_factor(config, 0.5f);
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_config_unref(config);
    chafa_symbol_map_unref(symbols);
    return canvas;
}

static void append_cell(ChafaCanvas *canvas, enum sit_graphics graphics, int x, int y,
                        struct sit_block_colours *colours, struct sit_buf *out)
{
    int upper, lower;
    char bytes[4];
    if (graphics == SIT_GRAPHICS_BLOCKS_RGB)
        chafa_canvas_get_colors_at(canvas, x, y, &upper, &lower);
    else
        chafa_canvas_get_raw_colors_at(canvas, x, y, &upper, &lower);
    gunichar symbol = chafa_canvas_get_char_at(canvas, x, y);
    /* -1 is a colour that does not show: a blank has no foreground. */
    if (upper < 0)
        upper = lower < 0 ? 0 : lower;
    if (lower < 0)
        lower = upper;
    if (sit_text_code_width(symbol) != 1)
        symbol = ' ';
    sit_block_colours_append(out, graphics, (uint32_t)upper, (uint32_t)lower, colours);
    sit_buf_append(out, bytes, sit_utf8_encode(symbol, bytes));
}

void sit_picture_encode_symbols(const struct sit_image *image,
                                enum sit_graphics graphics, struct sit_buf *out)
{
    /* At most 1000 cells each: sit_picture_encode() saw to it. */
    int n_cols = (int)(image->width_px / SIT_SYMBOL_WIDTH_PX);
    int n_rows = (int)(image->height_px / SIT_SYMBOL_HEIGHT_PX);
    ChafaCanvas *canvas = new_canvas(graphics, n_cols, n_rows);
    struct sit_block_colours colours = {.is_set = false};
    chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGB8, image->rgb,
                                 (int)image->width_px, (int)image->height_px,
                                 (int)image->width_px * 3);
    for (int y = 0; y < n_rows; y++) {
        if (y > 0)
            sit_buf_appendf(out, "\033[%dD\033[1B", n_cols);
        for (int x = 0; x < n_cols; x++)
            append_cell(canvas, graphics, x, y, &colours, out);
    }
    sit_buf_append_text(out, "\033[0m");
    chafa_canvas_unref(canvas);
}

const char *sit_term_chafa_version(void)
{
    return G_STRINGIFY(CHAFA_MAJOR_VERSION) "." G_STRINGIFY(
        CHAFA_MINOR_VERSION) "." G_STRINGIFY(CHAFA_MICRO_VERSION);
}
