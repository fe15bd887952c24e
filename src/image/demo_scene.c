/*
 * What a demo poster shows besides its figures: silhouettes of works, land and flags,
 * and the band of the slogan.
 */
#include "demo_scene.h"

#include <math.h>
#include <string.h>

#include "sitter/text.h"

static const struct sit_colour red = {0.74f, 0.13f, 0.11f, 1.0f};

static void fill_box(struct paint *paint, float x, float y, float w, float h,
                     struct sit_colour colour)
{
    const struct sit_point box[] = {{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}};
    paint_polygon(paint, box, 4, paint_flat(colour));
}

static void draw_factory(struct paint *paint, const struct demo_style *style,
                         struct sit_rng *rng, struct sit_colour wall)
{
    for (int i = 0; i < 4; i++) {
        float x = 0.06f + 0.25f * (float)i + demo_range(rng, 0.0f, 0.1f);
        float top = demo_range(rng, 0.22f, 0.42f), w = demo_range(rng, 0.025f, 0.04f);
        const struct sit_point chimney[] = {
            {x, top}, {x + w, top}, {x + w * 1.5f, 1.0f}, {x - w * 0.5f, 1.0f}};
        for (int k = 0; k < 5; k++)
            paint_soft(paint, x - style->light_side * 0.05f * (float)k,
                       top - 0.03f * (float)k, 0.05f + 0.014f * (float)k,
                       0.035f + 0.008f * (float)k, 0,
                       colour_alpha(colour_mix(style->paper, wall, 0.25f), 0.6f));
        paint_polygon(
            paint, chimney, 4,
            (struct paint_tone){wall, colour_scale(wall, 0.7f), {x, 0}, {x + w, 0}});
        fill_box(paint, x, top + 0.03f, w, 0.02f, colour_mix(red, wall, 0.3f));
    }
    for (int i = 0; i < 6; i++) {
        float x = (float)i * 0.17f - 0.02f;
        const struct sit_point roof[] = {{x, 0.62f},
                                         {x + 0.04f, 0.55f},
                                         {x + 0.17f, 0.62f},
                                         {x + 0.17f, 1.2f},
                                         {x, 1.2f}};
        paint_polygon(paint, roof, 5, paint_flat(colour_scale(wall, 0.82f)));
        fill_box(paint, x + 0.03f, 0.66f, 0.1f, 0.05f,
                 colour_mix(style->sky_low, wall, 0.3f));
    }
}

static void draw_dam(struct paint *paint, const struct demo_style *style,
                     struct sit_colour wall)
{
    const struct sit_point face[] = {
        {-0.1f, 0.46f}, {1.1f, 0.40f}, {1.1f, 1.2f}, {-0.1f, 1.2f}};
    struct sit_colour lit = colour_mix(wall, style->paper, 0.45f);
    paint_polygon(paint, face, 4, (struct paint_tone){lit, wall, {0, 0.4f}, {0, 0.9f}});
    for (int i = 0; i < 8; i++) {
        float x = 0.02f + 0.13f * (float)i, y = 0.475f - 0.006f * (float)i;
        fill_box(paint, x, y - 0.04f, 0.03f, 0.05f, colour_scale(wall, 0.8f));
        const struct sit_point water[] = {{x, y + 0.05f},
                                          {x + 0.07f, y + 0.05f},
                                          {x + 0.10f, 1.2f},
                                          {x - 0.03f, 1.2f}};
        paint_polygon(paint, water, 4,
                      paint_flat((struct sit_colour){0.86f, 0.93f, 0.95f, 0.75f}));
    }
}

static void draw_field(struct paint *paint, const struct demo_style *style)
{
    struct sit_colour grain = {0.86f, 0.66f, 0.24f, 1},
                      green = {0.46f, 0.56f, 0.26f, 1};
    const struct sit_point hill[] = {{-0.2f, 0.60f}, {0.2f, 0.50f}, {0.6f, 0.56f},
                                     {1.2f, 0.48f},  {1.3f, 1.4f},  {-0.3f, 1.4f}};
    paint_shape(paint, hill, 6,
                (struct paint_tone){green, grain, {0, 0.5f}, {0, 0.75f}});
    for (int i = -7; i <= 7; i++) {
        struct sit_point row[2] = {{0.5f + 0.05f * (float)i, 0.58f},
                                   {0.5f + 0.28f * (float)i, 1.3f}};
        paint_stroke(paint, row, 2, 0.004f, 0.02f, 0.05f,
                     colour_alpha(colour_mix(grain, style->paper, 0.4f), 0.7f));
    }
}

static void draw_mountains(struct paint *paint, const struct demo_style *style,
                           struct sit_rng *rng, struct sit_colour wall)
{
    for (int layer = 0; layer < 3; layer++) {
        struct sit_point ridge[12];
        float base = 0.36f + 0.12f * (float)layer;
        for (int i = 0; i < 10; i++)
            ridge[i] = (struct sit_point){-0.05f + 0.122f * (float)i,
                                          base + demo_range(rng, -0.08f, 0.08f) *
                                                     (i % 2 == 0 ? 1.0f : 0.6f)};
        ridge[10] = (struct sit_point){1.1f, 1.3f};
        ridge[11] = (struct sit_point){-0.1f, 1.3f};
        struct sit_colour near = colour_mix(style->sky_low, wall,
                                            0.35f + 0.3f * (float)layer);
        paint_polygon(paint, ridge, 12,
                      (struct paint_tone){near,
                                          colour_mix(near, style->sky_low, 0.6f),
                                          {0, base - 0.1f},
                                          {0, base + 0.4f}});
    }
}

static void draw_city(struct paint *paint, const struct demo_style *style,
                      struct sit_rng *rng, struct sit_colour wall)
{
    for (int i = 0; i < 9; i++) {
        float x = -0.04f + 0.12f * (float)i, w = demo_range(rng, 0.08f, 0.125f);
        float top = demo_range(rng, 0.34f, 0.6f);
        struct sit_colour side = colour_mix(wall, style->paper,
                                            demo_range(rng, 0.1f, 0.6f));
        fill_box(paint, x, top, w, 1.0f, side);
        for (float y = top + 0.02f; y < 0.95f; y += 0.035f)
            fill_box(paint, x + 0.012f, y, w - 0.024f, 0.013f,
                     colour_alpha(colour_scale(side, 0.6f), 0.7f));
    }
}

static void draw_flags(struct paint *paint, const struct demo_style *style,
                       struct sit_rng *rng)
{
    float way = -style->light_side;
    for (int i = 0; i < 5; i++) {
        float x = 0.5f - way * 0.42f + way * 0.19f * (float)i;
        float y = demo_range(rng, 0.10f, 0.28f), w = way * 0.36f;
        struct sit_point pole[2] = {{x - way * 0.05f, 1.1f}, {x, y - 0.03f}};
        const struct sit_point cloth[] = {{x, y},
                                          {x + w * 0.3f, y + 0.03f},
                                          {x + w * 0.6f, y - 0.02f},
                                          {x + w, y + 0.02f},
                                          {x + w * 0.95f, y + 0.17f},
                                          {x + w * 0.6f, y + 0.15f},
                                          {x + w * 0.3f, y + 0.21f},
                                          {x - way * 0.01f, y + 0.18f}};
        paint_stroke(paint, pole, 2, 0.012f, 0.010f, 0.008f,
                     (struct sit_colour){0.5f, 0.36f, 0.2f, 1});
        paint_shape(paint, cloth, 8,
                    (struct paint_tone){colour_scale(red, 1.2f),
                                        colour_scale(red, 0.62f),
                                        {x, y},
                                        {x + w * 0.4f, y + 0.1f}});
        struct sit_point fold[3] = {
            {x + w * 0.55f, y}, {x + w * 0.5f, y + 0.08f}, {x + w * 0.56f, y + 0.14f}};
        paint_stroke(paint, fold, 3, 0.004f, 0.02f, 0.006f,
                     (struct sit_colour){0.9f, 0.3f, 0.2f, 0.6f});
    }
}

static void draw_sea(struct paint *paint, const struct demo_style *style,
                     struct sit_rng *rng)
{
    struct sit_colour deep = {0.16f, 0.34f, 0.42f, 1};
    const struct sit_point water[] = {
        {-0.1f, 0.52f}, {1.1f, 0.52f}, {1.1f, 1.3f}, {-0.1f, 1.3f}};
    paint_polygon(
        paint, water, 4,
        (struct paint_tone){
            colour_mix(deep, style->sky_low, 0.5f), deep, {0, 0.5f}, {0, 0.9f}});
    for (int i = 0; i < 26; i++) {
        float x = demo_range(rng, -0.1f, 1.0f), y = demo_range(rng, 0.54f, 1.15f);
        float w = 0.05f + 0.12f * (y - 0.5f);
        struct sit_point wave[3] = {
            {x, y}, {x + w * 0.5f, y - 0.012f}, {x + w, y + 0.004f}};
        paint_stroke(paint, wave, 3, 0.001f, 0.009f, 0.001f,
                     (struct sit_colour){0.92f, 0.95f, 0.93f, 0.6f});
    }
    float x = demo_range(rng, 0.1f, 0.75f);
    const struct sit_point hull[] = {
        {x, 0.50f}, {x + 0.2f, 0.50f}, {x + 0.16f, 0.56f}, {x + 0.03f, 0.56f}};
    paint_polygon(paint, hull, 4, paint_flat(colour_scale(red, 0.7f)));
    fill_box(paint, x + 0.06f, 0.455f, 0.06f, 0.045f, style->paper);
    fill_box(paint, x + 0.085f, 0.40f, 0.012f, 0.06f, colour_scale(deep, 0.6f));
}

void demo_scene_draw(struct paint *paint, enum demo_setting setting,
                     const struct demo_style *style, struct sit_rng *rng)
{
    const struct sit_colour grey = {0.30f, 0.32f, 0.36f, 1};
    struct sit_colour wall = colour_mix(grey, style->sky_high, 0.4f);
    switch (setting) {
    case SETTING_FACTORY: draw_factory(paint, style, rng, wall); break;
    case SETTING_DAM: draw_dam(paint, style, wall); break;
    case SETTING_FIELD: draw_field(paint, style); break;
    case SETTING_MOUNTAINS: draw_mountains(paint, style, rng, wall); break;
    case SETTING_CITY: draw_city(paint, style, rng, wall); break;
    case SETTING_FLAGS: draw_flags(paint, style, rng); break;
    case SETTING_SEA: draw_sea(paint, style, rng); break;
    case SETTING_PLAIN: break;
    }
}

/* One sign in a square: bars, an upright, sometimes a ring. */
static void draw_sign(struct paint *paint, float x, float y, float size,
                      struct sit_colour colour, struct sit_rng *rng)
{
    float line = size * 0.15f;
    uint64_t form = sit_rng_next(rng);
    float upright = (form & 1) != 0 ? 0.78f : 0.45f;
    struct sit_point stem[2] = {{x + size * upright, y + size * 0.08f},
                                {x + size * upright, y + size * 0.92f}};
    struct sit_point top[2] = {{x + size * 0.1f, y + size * 0.14f},
                               {x + size * 0.62f, y + size * 0.14f}};
    struct sit_point left[2] = {{x + size * 0.16f, y + size * 0.14f},
                                {x + size * 0.16f, y + size * 0.52f}};
    struct sit_point base[2] = {{x + size * 0.1f, y + size * 0.86f},
                                {x + size * 0.85f, y + size * 0.86f}};
    struct sit_point tick[2] = {{x + size * upright, y + size * 0.42f},
                                {x + size * (upright + 0.18f), y + size * 0.42f}};
    if ((form & 2) != 0)
        paint_stroke(paint, stem, 2, line, line, line, colour);
    if ((form & 4) != 0)
        paint_stroke(paint, top, 2, line, line, line, colour);
    if ((form & 8) != 0)
        paint_stroke(paint, left, 2, line, line, line, colour);
    if ((form & 16) != 0)
        paint_stroke(paint, tick, 2, line, line, line, colour);
    if ((form & 2) == 0 || (form & 96) == 96)
        paint_stroke(paint, base, 2, line, line, line, colour);
    if ((form & 14) == 0 || (form & 384) == 384) {
        struct sit_point ring[9];
        for (int i = 0; i < 9; i++) {
            float a = (float)i * 0.7853982f;
            ring[i] = (struct sit_point){x + size * (0.36f + 0.2f * cosf(a)),
                                         y + size * (0.5f + 0.2f * sinf(a))};
        }
        paint_stroke(paint, ring, 9, line, line, line, colour);
    }
}

void demo_slogan_draw(struct paint *paint, const struct sit_demo_poster *poster,
                      const struct demo_style *style, struct sit_rng *rng)
{
    bool red_band = demo_chance(rng, 0.6);
    struct sit_colour band = red_band ? red : style->paper;
    struct sit_colour letters = red_band ? style->paper : red;
    fill_box(paint, -0.1f, DEMO_BAND_TOP, 1.2f, 0.3f, band);
    fill_box(paint, -0.1f, DEMO_BAND_TOP + 0.012f, 1.2f, 0.006f, letters);

    uint32_t codes[sizeof(poster->title)];
    size_t n = 0;
    const char *at = poster->title;
    for (size_t left = strlen(at); left > 0;) {
        size_t used = sit_utf8_decode(at, left, &codes[n++]);
        at += used;
        left -= used;
    }
    /* Wide signs fill the width; narrow ones are set in two lines. */
    size_t per_line = n > 20 ? (n + 1) / 2 : n;
    float size = fminf(0.92f / (float)per_line, 0.1f);
    size_t n_lines = (n + per_line - 1) / per_line;
    float y = DEMO_BAND_TOP + 0.11f - 0.5f * size * (float)n_lines * 1.15f;
    for (size_t i = 0; i < n; i++) {
        size_t column = i % per_line, line = i / per_line;
        size_t in_line = line + 1 < n_lines ? per_line : n - line * per_line;
        float x = 0.5f + size * ((float)column - (float)in_line * 0.5f);
        if (codes[i] != ' ')
            draw_sign(paint, x, y + (float)line * size * 1.2f, size * 0.88f, letters,
                      rng);
    }
}
