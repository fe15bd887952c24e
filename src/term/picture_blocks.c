/*
 * Pictures as characters: two pixels a cell as an upper half block with a foreground
 * and a background colour, or one ASCII shade a cell where there are no colours.
 */
#include <stdint.h>

#include "picture.h"

/* xterm's values of the sixteen ANSI colours. */
static const uint8_t ansi_colours[16][3] = {
    {0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
    {0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
    {127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
    {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
};

/* From dark to light, on a dark screen. */
static const char shades[] = " .:-=+*#%@";
enum { N_SHADES = sizeof shades - 1 };

static const char upper_half_block[] = "\xe2\x96\x80";

/* A colour as the terminal is told it: an index, or 24 bits. */
typedef uint32_t pick_fn(const uint8_t rgb[3]);

static int square(int x)
{
    return x * x;
}

static int distance(const uint8_t rgb[3], int r, int g, int b)
{
    return square(rgb[0] - r) + square(rgb[1] - g) + square(rgb[2] - b);
}

static uint32_t pick_rgb(const uint8_t rgb[3])
{
    return (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}

static uint32_t pick_16(const uint8_t rgb[3])
{
    uint32_t best = 0;
    int best_distance = INT32_MAX;
    for (uint32_t i = 0; i < 16; i++) {
        const uint8_t *c = ansi_colours[i];
        int d = distance(rgb, c[0], c[1], c[2]);
        if (d < best_distance) {
            best_distance = d;
            best = i;
        }
    }
    return best;
}

/* The cube's levels are 0, 95, 135, 175, 215, 255. */
static int nearest_cube_step(int value)
{
    return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
}

static int cube_level(int step)
{
    return step == 0 ? 0 : 55 + 40 * step;
}

static uint32_t pick_256(const uint8_t rgb[3])
{
    int r = nearest_cube_step(rgb[0]);
    int g = nearest_cube_step(rgb[1]);
    int b = nearest_cube_step(rgb[2]);
    int cube_distance = distance(rgb, cube_level(r), cube_level(g), cube_level(b));
    /* The ramp is 8, 18, ... 238; nearest to a colour is nearest to its mean. */
    int mean = (rgb[0] + rgb[1] + rgb[2]) / 3;
    int step = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
    int grey = 8 + 10 * step;
    if (distance(rgb, grey, grey, grey) < cube_distance)
        return (uint32_t)(232 + step);
    return (uint32_t)(16 + 36 * r + 6 * g + b);
}

/* `ground` is 38 or 48. */
static void append_colour(struct sit_buf *out, enum sit_graphics graphics,
                          unsigned ground, uint32_t colour)
{
    if (graphics == SIT_GRAPHICS_BLOCKS_RGB)
        sit_buf_appendf(out, "%u;2;%u;%u;%u", ground, colour >> 16, colour >> 8 & 0xff,
                        colour & 0xff);
    else if (graphics == SIT_GRAPHICS_BLOCKS_256)
        sit_buf_appendf(out, "%u;5;%u", ground, colour);
    else
        sit_buf_appendf(out, "%u",
                        colour < 8 ? ground - 8 + colour : ground + 52 + colour - 8);
}

/* From the end of a row to the start of the next. */
static void append_next_row(struct sit_buf *out, size_t n_cols)
{
    sit_buf_appendf(out, "\033[%zuD\033[1B", n_cols);
}

void sit_block_colours_append(struct sit_buf *out, enum sit_graphics graphics,
                              uint32_t fore, uint32_t back,
                              struct sit_block_colours *colours)
{
    bool changes_fore = !colours->is_set || fore != colours->fore;
    bool changes_back = !colours->is_set || back != colours->back;
    if (!changes_fore && !changes_back)
        return;
    sit_buf_append_text(out, "\033[");
    if (changes_fore)
        append_colour(out, graphics, 38, fore);
    if (changes_fore && changes_back)
        sit_buf_append_char(out, ';');
    if (changes_back)
        append_colour(out, graphics, 48, back);
    sit_buf_append_char(out, 'm');
    *colours = (struct sit_block_colours){true, fore, back};
}

static void encode_half_blocks(const struct sit_image *canvas,
                               enum sit_graphics graphics, pick_fn *pick,
                               struct sit_buf *out)
{
    const size_t n_cols = canvas->width_px;
    struct sit_block_colours colours = {.is_set = false};
    for (size_t y = 0; y + 1 < canvas->height_px; y += 2) {
        if (y > 0)
            append_next_row(out, n_cols);
        const uint8_t *upper_row = canvas->rgb + y * n_cols * 3;
        const uint8_t *lower_row = upper_row + n_cols * 3;
        for (size_t x = 0; x < n_cols; x++) {
            sit_block_colours_append(out, graphics, pick(upper_row + 3 * x),
                                     pick(lower_row + 3 * x), &colours);
            sit_buf_append(out, upper_half_block, sizeof upper_half_block - 1);
        }
    }
    sit_buf_append_text(out, "\033[0m");
}

/* ITU-R BT.601, as sit_image_to_grey(), in integers. */
static unsigned luma(const uint8_t rgb[3])
{
    return (299u * rgb[0] + 587u * rgb[1] + 114u * rgb[2]) / 1000;
}

static void encode_shades(const struct sit_image *canvas, struct sit_buf *out)
{
    const size_t n_cols = canvas->width_px;
    for (size_t y = 0; y + 1 < canvas->height_px; y += 2) {
        if (y > 0)
            append_next_row(out, n_cols);
        const uint8_t *upper_row = canvas->rgb + y * n_cols * 3;
        const uint8_t *lower_row = upper_row + n_cols * 3;
        for (size_t x = 0; x < n_cols; x++) {
            unsigned grey = (luma(upper_row + 3 * x) + luma(lower_row + 3 * x)) / 2;
            sit_buf_append_char(out, shades[grey * N_SHADES / 256]);
        }
    }
}

void sit_picture_encode_blocks(const struct sit_image *canvas,
                               enum sit_graphics graphics, struct sit_buf *out)
{
    switch (graphics) {
    case SIT_GRAPHICS_BLOCKS_RGB:
        encode_half_blocks(canvas, graphics, pick_rgb, out);
        break;
    case SIT_GRAPHICS_BLOCKS_256:
        encode_half_blocks(canvas, graphics, pick_256, out);
        break;
    case SIT_GRAPHICS_BLOCKS_16:
        encode_half_blocks(canvas, graphics, pick_16, out);
        break;
    case SIT_GRAPHICS_NONE:
    case SIT_GRAPHICS_SIXEL:
    case SIT_GRAPHICS_KITTY: encode_shades(canvas, out); break;
    }
}
