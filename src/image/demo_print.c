/*
 * The sheet that the demo is painted and printed on: the backdrop of a crop before the
 * figure, and afterwards blur, fading, halftone dots, grain, creases and tears.
 */
#include "demo_figure.h"

#include <math.h>

bool demo_backdrop_draw(struct sit_image *image, const struct demo_style *style,
                        uint64_t detail_seed)
{
    struct sit_rng rng;
    sit_rng_init(&rng, detail_seed + 2);
    float w = (float)image->width_px, h = (float)image->height_px;
    struct paint paint = paint_on(image, 0, 0, w, 0);
    const struct sit_point all[] = {{0, 0}, {1, 0}, {1, h / w}, {0, h / w}};
    paint_polygon(
        &paint, all, 4,
        (struct paint_tone){style->sky_high, style->sky_low, {0, 0}, {0, h / w}});
    if (style->has_rays) {
        float cx = demo_range(&rng, 0.0f, 1.0f), cy = demo_range(&rng, 0.5f, 1.2f);
        float first = demo_range(&rng, 0.0f, 0.4f);
        for (int i = 0; i < 8; i++) {
            float a = first + (float)i * 0.7853982f, b = a + 0.36f;
            const struct sit_point ray[] = {{cx, cy},
                                            {cx + 3 * cosf(a), cy + 3 * sinf(a)},
                                            {cx + 3 * cosf(b), cy + 3 * sinf(b)}};
            paint_polygon(&paint, ray, 3,
                          paint_flat(colour_alpha(style->sky_low, 0.45f)));
        }
    }
    for (int i = 0; i < 4; i++) {
        bool is_light = demo_chance(&rng, 0.5);
        struct sit_colour c = is_light ? style->paper
                                       : colour_scale(style->sky_high, 0.6f);
        float x = demo_range(&rng, 0, 1), y = demo_range(&rng, 0, 1);
        float rx = demo_range(&rng, 0.15f, 0.5f), ry = demo_range(&rng, 0.1f, 0.3f);
        paint_soft(&paint, x, y, rx, ry, demo_range(&rng, -0.5f, 0.5f),
                   colour_alpha(c, demo_range(&rng, 0.15f, 0.5f)));
    }
    return !paint.out_of_memory;
}

/* Three-tap blur along one axis: `side` of each neighbour. */
static void blur_line(uint8_t *line, size_t n, size_t step, float side)
{
    const int weight = (int)(side * 256.0f), middle = 256 - 2 * weight;
    for (size_t k = 0; k < 3; k++) {
        uint8_t *at = line + k;
        int before = *at;
        for (size_t i = 0; i < n; i++, at += step) {
            int here = *at, after = i + 1 < n ? at[step] : here;
            *at = (uint8_t)((before * weight + here * middle + after * weight + 128) >>
                            8);
            before = here;
        }
    }
}

static void blur(struct sit_image *image, float sigma_px)
{
    size_t w = image->width_px, h = image->height_px;
    for (float left = sigma_px * sigma_px; left > 0.01f; left -= 0.6f) {
        float side = fminf(0.3f, left * 0.5f);
        for (size_t y = 0; y < h; y++)
            blur_line(image->rgb + y * w * 3, w, 3, side);
        for (size_t x = 0; x < w; x++)
            blur_line(image->rgb + x * 3, h, w * 3, side);
    }
}

static uint8_t to_byte(float x)
{
    return (uint8_t)(x <= 0.0f ? 0.0f : x >= 255.0f ? 255.0f : x + 0.5f);
}

/* Colour fading towards the paper, dots and grain, in one pass. */
static void print(struct sit_image *image, const struct demo_style *style,
                  struct sit_rng *rng)
{
    const float paper[3] = {style->paper.r * 255.0f, style->paper.g * 255.0f,
                            style->paper.b * 255.0f};
    /* Dots two to three pixels apart at 112 px, and as many on a larger print. */
    const float pitch = 2.4f;
    float waves_x[1024];
    for (size_t i = 0; i < 1024; i++)
        waves_x[i] = sinf((float)i * pitch);
    uint8_t *pixel = image->rgb;
    for (size_t y = 0; y < image->height_px; y++) {
        float wave_y = style->halftone * 90.0f * sinf((float)y * pitch);
        for (size_t x = 0; x < image->width_px; x++, pixel += 3) {
            /* Four bytes' sum: near enough to normal noise. */
            uint64_t bits = sit_rng_next(rng);
            int sum = (int)((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) +
                            (bits >> 24 & 255)) -
                      510;
            float noise = (float)sum * style->grain / 148.0f;
            noise += wave_y * waves_x[x & 1023];
            float grey = 0.3f * (float)pixel[0] + 0.59f * (float)pixel[1] +
                         0.11f * (float)pixel[2];
            for (int k = 0; k < 3; k++) {
                float v = grey + ((float)pixel[k] - grey) * style->saturation;
                v += (paper[k] - v) * style->fade;
                pixel[k] = to_byte(v * (0.86f + 0.14f * paper[k] / 255.0f) + noise);
            }
        }
    }
}

static void draw_creases(struct sit_image *image, float strength, struct sit_rng *rng)
{
    float w = (float)image->width_px, h = (float)image->height_px;
    int n = 1 + (int)sit_rng_below(rng, 2);
    for (int i = 0; i < n; i++) {
        bool is_upright = demo_chance(rng, 0.5);
        float a = demo_range(rng, 0, 1), b = a + demo_range(rng, -0.12f, 0.12f);
        struct sit_point from = is_upright ? (struct sit_point){a * w, 0}
                                           : (struct sit_point){0, a * h};
        struct sit_point to = is_upright ? (struct sit_point){b * w, h}
                                         : (struct sit_point){w, b * h};
        float width = fmaxf(0.7f, 0.008f * w);
        sit_canvas_stroke_line(image, from, to, width,
                               (struct sit_colour){0.97f, 0.95f, 0.9f, strength});
        from.x += width;
        to.x += width;
        from.y += width;
        to.y += width;
        sit_canvas_stroke_line(image, from, to, width,
                               (struct sit_colour){0.2f, 0.15f, 0.1f, strength * 0.5f});
    }
}

/* Paper torn off in patches, and stains. */
static bool draw_damage(struct sit_image *image, float damage,
                        const struct demo_style *style, struct sit_rng *rng)
{
    struct paint paint = paint_on(image, 0, 0, (float)image->width_px, 0);
    int n = 3 + (int)(damage * 5.0f);
    for (int i = 0; i < n; i++) {
        float cx = demo_range(rng, 0.1f, 0.9f), cy = demo_range(rng, 0.05f, 0.8f);
        float reach = demo_range(rng, 0.08f, 0.12f + 0.16f * damage);
        struct sit_point patch[11];
        for (int k = 0; k < 11; k++) {
            float a = (float)k * 0.5711987f, r = reach * demo_range(rng, 0.45f, 1.3f);
            patch[k] = (struct sit_point){cx + r * cosf(a), cy + r * sinf(a)};
        }
        struct sit_colour colour = demo_chance(rng, 0.7)
                                       ? style->paper
                                       : colour_scale(style->paper, 0.5f);
        paint_polygon(&paint, patch, 11, paint_flat(colour_alpha(colour, 0.92f)));
    }
    return !paint.out_of_memory;
}

bool demo_print_age(struct sit_image *image, const struct demo_style *style,
                    float damage, uint64_t detail_seed)
{
    struct sit_rng rng;
    sit_rng_init(&rng, detail_seed + 3);
    if (damage > 0.0f && !draw_damage(image, damage, style, &rng))
        return false;
    if (style->crease > 0.0f)
        draw_creases(image, style->crease, &rng);
    if (style->blur_px > 0.0f)
        blur(image, style->blur_px);
    print(image, style, &rng);
    return true;
}
