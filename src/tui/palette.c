/*
 * Colours of text by background.
 */
#include "palette.h"

#include <math.h>
#include <stddef.h>

enum { MAX_SHADES = 5, BLACK = 16, WHITE = 231 };

/* Shades of one hue: the first is for any background, then lighter and darker ones. */
static const uint8_t shades[SIT_N_STYLES][MAX_SHADES] = {
    [SIT_STYLE_GOOD] = {29, 35, 84, 22},
    [SIT_STYLE_WARN] = {130, 172, 222, 94, 52},
    [SIT_STYLE_BAD] = {160, 203, 217, 124, 52},
    [SIT_STYLE_CLASS] = {33, 75, 153, 26, 18},
    [SIT_STYLE_CLASS + 1] = {170, 176, 225, 127, 53},
    [SIT_STYLE_CLASS + 2] = {130, 172, 222, 94, 52},
    [SIT_STYLE_CLASS + 3] = {29, 35, 84, 22},
    [SIT_STYLE_CLASS + 4] = {99, 141, 189, 92, 17},
    [SIT_STYLE_CLASS + 5] = {95, 138, 224, 52},
};

void sit_palette_rgb(int colour, uint8_t rgb[3])
{
    static const uint8_t levels[] = {0, 95, 135, 175, 215, 255};
    if (colour >= 232) {
        rgb[0] = rgb[1] = rgb[2] = (uint8_t)(8 + 10 * (colour - 232));
        return;
    }
    colour -= 16;
    rgb[0] = levels[colour / 36];
    rgb[1] = levels[colour / 6 % 6];
    rgb[2] = levels[colour % 6];
}

static double luminance(const uint8_t rgb[3])
{
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (size_t i = 0; i < 3; i++) {
        double c = rgb[i] / 255.0;
        sum += weights[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double sit_palette_contrast(const uint8_t a[3], const uint8_t b[3])
{
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

int sit_palette_colour(enum sit_style style, const uint8_t *background)
{
    const double enough = 4.5;
    if (shades[style][0] == 0)
        return -1;
    if (background == NULL)
        return shades[style][0];
    for (size_t i = 0; i < MAX_SHADES && shades[style][i] != 0; i++) {
        uint8_t rgb[3];
        sit_palette_rgb(shades[style][i], rgb);
        if (sit_palette_contrast(rgb, background) >= enough)
            return shades[style][i];
    }
    /* One of these always has it. */
    static const uint8_t black[3] = {0, 0, 0};
    return sit_palette_contrast(black, background) >= enough ? BLACK : WHITE;
}
