/*
 * Hair and headgear of a demo figure. The face is drawn between what lies behind it and
 * what lies before it.
 */
#include "demo_figure.h"

#include <math.h>

/* A curve on the head, given for the right half (x, y, depth), from the middle of the
 * top outwards and down; `n` points become 2n - 1 where the first lies on the middle.
 */
static size_t mirrored(const struct demo_figure *f, const float (*half)[3], size_t n,
                       bool is_outline, struct sit_point *out)
{
    struct sit_point (*place)(const struct demo_figure *, float, float,
                              float) = is_outline ? demo_on_outline : demo_on_head;
    size_t count = 0;
    for (size_t i = n; i-- > 1;)
        out[count++] = place(f, -half[i][0], half[i][1], half[i][2]);
    for (size_t i = 0; i < n; i++)
        out[count++] = place(f, half[i][0], half[i][1], half[i][2]);
    return count;
}

/* A shape between an outer curve and an inner one (both from left to right). */
static void paint_between(struct paint *paint, const struct sit_point *outer,
                          size_t n_outer, const struct sit_point *inner, size_t n_inner,
                          struct paint_tone tone)
{
    struct sit_point shape[PAINT_MAX_CONTROLS];
    size_t n = 0;
    for (size_t i = 0; i < n_outer; i++)
        shape[n++] = outer[i];
    for (size_t i = n_inner; i-- > 0;)
        shape[n++] = inner[i];
    paint_shape(paint, shape, n, tone);
}

static struct paint_tone hair_tone(const struct demo_figure *f,
                                   const struct demo_style *style)
{
    struct sit_point top = demo_on_head(f, 0, -0.2f, 0.05f);
    struct sit_colour sheen = {0.50f, 0.46f, 0.48f, 1.0f};
    return demo_lit(style, colour_mix(f->hair_colour, sheen, 0.1f), top.x, top.y, 0.3f);
}

static struct sit_colour sheen_of(const struct demo_figure *f, float alpha)
{
    struct sit_colour light = {0.72f, 0.66f, 0.62f, 1.0f};
    return colour_alpha(colour_mix(f->hair_colour, light, 0.55f), alpha);
}

/* Lumps along an outline: curls. */
static void draw_curls(struct paint *paint, const struct demo_figure *f,
                       const struct demo_style *style, float low, float reach,
                       float size, struct sit_rng *rng)
{
    struct paint_tone tone = hair_tone(f, style);
    enum { N = 15 };
    for (int i = 0; i < N; i++) {
        float t = (float)i / (float)(N - 1) * 2.0f - 1.0f;
        float a = t * (1.75f + low);
        float r = size * demo_range(rng, 0.8f, 1.15f);
        struct sit_point at = demo_on_outline(f, reach * sinf(a),
                                              -0.06f - 0.27f * cosf(a), -0.02f);
        float lit = 0.5f - 0.5f * sinf(a) * -style->light_side;
        paint_ellipse(paint, at.x, at.y, r, r * 0.92f, a,
                      colour_mix(tone.dark, tone.light, lit));
        paint_soft(paint, at.x + style->light_side * r * 0.25f, at.y - r * 0.35f,
                   r * 0.55f, r * 0.4f, a, sheen_of(f, 0.35f * lit + 0.1f));
    }
}

static void draw_fall(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style, float width, float bottom)
{
    const float half[][3] = {{0, -0.33f, 0},
                             {0.17f, -0.29f, 0},
                             {width * 0.95f, -0.08f, -0.04f},
                             {width, 0.14f, -0.05f},
                             {width * 1.02f, bottom - 0.06f, -0.05f},
                             {width * 0.8f, bottom, -0.05f}};
    struct sit_point shape[11];
    size_t n = mirrored(f, half, 6, true, shape);
    struct paint_tone tone = hair_tone(f, style);
    paint_shape(paint, shape, n, tone);
}

void demo_hair_draw_back(struct paint *paint, const struct demo_figure *f,
                         const struct demo_style *style)
{
    struct sit_rng rng;
    sit_rng_init(&rng, f->detail_seed);
    struct sit_point at;
    if (f->headgear == HEADGEAR_SCARF && f->hair != HAIR_LONG)
        return;
    switch (f->hair) {
    case HAIR_BOB:
        draw_fall(paint, f, style, 0.285f, demo_range(&rng, 0.22f, 0.36f));
        break;
    case HAIR_LONG:
        draw_fall(paint, f, style, 0.30f, demo_range(&rng, 0.5f, 0.72f));
        break;
    case HAIR_SHORT_WAVED:
        draw_fall(paint, f, style, 0.262f, demo_range(&rng, 0.08f, 0.18f));
        break;
    case HAIR_PERMED:
        draw_fall(paint, f, style, 0.265f, 0.2f);
        draw_curls(paint, f, style, demo_range(&rng, 0.2f, 0.6f), 0.275f, 0.075f, &rng);
        break;
    case HAIR_BUN:
        at = demo_on_head(f, 0, demo_chance(&rng, 0.35) ? -0.37f : 0.24f, -0.24f);
        paint_ellipse(paint, at.x, at.y, 0.125f, 0.105f, 0, hair_tone(f, style).dark);
        paint_soft(paint, at.x + style->light_side * 0.04f, at.y - 0.03f, 0.07f, 0.05f,
                   0, sheen_of(f, 0.4f));
        break;
    default: break;
    }
}

/* How a style frames the face: how far the hair stands out, where its front edge and
 * its lower end are, and how the front is parted (-1 to 1 across the forehead). */
struct cut {
    float volume, side, edge, low, parting, fringe;
};

static struct cut cut_of(const struct demo_figure *f, struct sit_rng *rng)
{
    float way = demo_chance(rng, 0.5) ? 1.0f : -1.0f;
    switch (f->hair) {
    case HAIR_CROPPED: return (struct cut){0.002f, 0.000f, -0.180f, 0.02f, 0, 0};
    case HAIR_SIDE_PART:
        return (struct cut){0.020f, 0.006f, -0.170f, 0.04f, way * 0.45f, 0.015f};
    case HAIR_SWEPT_BACK: return (struct cut){0.034f, 0.006f, -0.195f, 0.04f, 0, 0};
    case HAIR_BALDING: return (struct cut){0, 0, 0, 0, 0, 0};
    case HAIR_SHORT_WAVED:
        return (struct cut){0.032f, 0.016f, -0.160f, 0.12f, way * 0.5f, 0.02f};
    case HAIR_BOB:
        if (demo_chance(rng, 0.35)) /* a straight fringe */
            return (struct cut){0.022f, 0.030f, -0.125f, 0.20f, 0, 0};
        return (struct cut){0.022f, 0.030f, -0.165f, 0.21f, way * 0.4f, 0.035f};
    case HAIR_PERMED:
        return (struct cut){0.030f, 0.028f, -0.155f, 0.16f, way * 0.3f, 0.03f};
    case HAIR_BUN: return (struct cut){0.008f, 0.004f, -0.175f, 0.05f, 0, 0.03f};
    case HAIR_LONG:
        return (struct cut){0.020f, 0.026f, -0.165f, 0.30f, way * 0.25f, 0.035f};
    case HAIR_PLAITS: return (struct cut){0.010f, 0.008f, -0.170f, 0.12f, 0, 0.035f};
    }
    return (struct cut){0, 0, 0, 0, 0, 0};
}

static void draw_strands(struct paint *paint, const struct demo_figure *f,
                         const struct demo_style *style, const struct cut *cut,
                         struct sit_rng *rng)
{
    for (int i = 0; i < 7; i++) {
        float t = demo_range(rng, -0.9f, 0.9f);
        bool lit = t * style->light_side > -0.1f;
        float root = cut->parting * 0.2f;
        struct sit_point strand[3] = {
            demo_on_head(f, root + t * 0.06f, -0.30f - cut->volume, 0.05f),
            demo_on_head(f, t * 0.17f, -0.285f - cut->volume * 0.6f + 0.09f * t * t,
                         0.08f),
            demo_on_head(f, t * 0.245f, -0.19f + 0.12f * t * t, 0.04f),
        };
        struct sit_colour dark = colour_alpha(colour_scale(f->hair_colour, 0.5f), 0.6f);
        paint_stroke(paint, strand, 3, 0.002f, lit ? 0.012f : 0.008f, 0.002f,
                     lit ? sheen_of(f, 0.4f) : dark);
    }
}

static void draw_crown(struct paint *paint, const struct demo_figure *f,
                       const struct demo_style *style, const struct cut *cut,
                       struct sit_rng *rng)
{
    float v = cut->volume, s = cut->side, edge = cut->edge + f->hairline;
    const float outer_half[][3] = {{0, -0.33f - v, 0.04f},
                                   {0.115f, -0.315f - v, 0.03f},
                                   {0.208f + s, -0.235f - v * 0.6f, 0.0f},
                                   {0.250f + s, -0.095f, 0.0f},
                                   {0.250f + s * 1.2f, 0.02f, 0.0f},
                                   {0.246f + s * 1.1f, cut->low + 0.02f, 0.0f}};
    struct sit_point outer[11];
    size_t n_outer = mirrored(f, outer_half, 6, true, outer);
    /* The front edge, left to right: high at the parting, lower beside it. */
    float part = cut->parting * 0.24f, lift = cut->fringe;
    float corner = f->hair == HAIR_SWEPT_BACK ? -0.02f : 0.03f;
    const struct sit_point inner[9] = {
        demo_on_head(f, -0.228f - s * 0.5f, cut->low, 0.03f),
        demo_on_head(f, -0.216f - s * 0.3f, fminf(cut->low - 0.03f, -0.03f), 0.06f),
        demo_on_head(f, -0.196f, edge * 0.62f + lift * 0.4f, 0.09f),
        demo_on_head(f, (part - 0.196f) * 0.55f, edge + corner + lift, 0.14f),
        demo_on_head(f, part, edge - lift, 0.15f),
        demo_on_head(f, (part + 0.196f) * 0.55f, edge + corner + lift, 0.14f),
        demo_on_head(f, 0.196f, edge * 0.62f + lift * 0.4f, 0.09f),
        demo_on_head(f, 0.216f + s * 0.3f, fminf(cut->low - 0.03f, -0.03f), 0.06f),
        demo_on_head(f, 0.228f + s * 0.5f, cut->low, 0.03f),
    };
    paint_between(paint, outer, n_outer, inner, 9, hair_tone(f, style));
    if (f->headgear == HEADGEAR_NONE)
        draw_strands(paint, f, style, cut, rng);
}

static void draw_temples(struct paint *paint, const struct demo_figure *f,
                         const struct demo_style *style)
{
    for (int i = -1; i <= 1; i += 2) {
        float s = (float)i;
        const struct sit_point patch[] = {
            demo_on_head(f, s * 0.205f, -0.19f, 0.02f),
            demo_on_outline(f, s * 0.252f, -0.12f, -0.02f),
            demo_on_outline(f, s * 0.262f, 0.03f, -0.02f),
            demo_on_head(f, s * 0.232f, 0.06f, 0.03f),
            demo_on_head(f, s * 0.212f, -0.05f, 0.06f),
        };
        paint_shape(paint, patch, 5, hair_tone(f, style));
    }
}

static void draw_plaits(struct paint *paint, const struct demo_figure *f,
                        const struct demo_style *style)
{
    struct paint_tone tone = hair_tone(f, style);
    for (int i = -1; i <= 1; i += 2) {
        float s = (float)i;
        struct sit_point root = demo_on_outline(f, s * 0.235f, 0.13f, -0.02f);
        for (int k = 0; k < 8; k++) {
            float t = (float)k, y = root.y + 0.052f * t;
            float x = root.x + s * (0.03f + 0.004f * t);
            paint_ellipse(paint, x + (k % 2 != 0 ? 0.008f : -0.008f), y, 0.042f, 0.034f,
                          s * 0.5f, s * style->light_side > 0 ? tone.light : tone.dark);
            paint_soft(paint, x - 0.006f, y - 0.008f, 0.024f, 0.014f, s * 0.5f,
                       sheen_of(f, 0.4f));
        }
        paint_ellipse(paint, root.x + s * 0.058f, root.y + 0.40f, 0.05f, 0.022f, 0,
                      f->trim_colour);
    }
}

static void draw_star(struct paint *paint, float x, float y, float r)
{
    struct sit_point star[10];
    for (int i = 0; i < 10; i++) {
        float a = (float)i * 0.62831853f - 1.5707963f, k = i % 2 == 0 ? r : r * 0.42f;
        star[i] = (struct sit_point){x + k * cosf(a), y + k * sinf(a)};
    }
    paint_ellipse(paint, x, y, r * 1.12f, r * 1.12f, 0,
                  (struct sit_colour){0.86f, 0.68f, 0.28f, 1});
    paint_polygon(paint, star, 10,
                  paint_flat((struct sit_colour){0.78f, 0.12f, 0.10f, 1}));
}

/* A dome above the forehead's line, `wide` and `high`, whose lower edge dips in front.
 */
static void draw_dome(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style, float wide, float high, float low,
                      float dip)
{
    const float outer_half[][3] = {{0, -high, 0.02f},
                                   {wide * 0.5f, -high + 0.03f, 0.0f},
                                   {wide * 0.93f, -high * 0.64f, 0.0f},
                                   {wide, low - 0.07f, 0.0f},
                                   {wide * 0.97f, low, 0.0f}};
    const float inner_half[][3] = {{0, low - dip, 0.20f},
                                   {wide * 0.5f, low - dip * 0.85f, 0.15f},
                                   {wide * 0.88f, low - dip * 0.25f, 0.05f}};
    struct sit_point outer[9], inner[5];
    mirrored(f, outer_half, 5, true, outer);
    mirrored(f, inner_half, 3, false, inner);
    struct sit_point top = demo_on_head(f, 0, -high * 0.75f, 0.05f);
    paint_between(paint, outer, 9, inner, 5,
                  demo_lit(style, f->cap_colour, top.x, top.y, wide));
    paint_soft(paint, top.x + style->light_side * wide * 0.4f, top.y, wide * 0.4f,
               0.07f, style->light_side * 0.6f,
               (struct sit_colour){1, 0.98f, 0.9f, 0.35f});
}

static void draw_visor(struct paint *paint, const struct demo_figure *f,
                       const struct demo_style *style, struct sit_colour colour,
                       float y)
{
    const struct sit_point visor[] = {
        demo_on_head(f, -0.205f, y + 0.005f, 0.10f),
        demo_on_head(f, -0.1f, y - 0.014f, 0.18f),
        demo_on_head(f, 0.1f, y - 0.014f, 0.18f),
        demo_on_head(f, 0.205f, y + 0.005f, 0.10f),
        demo_on_head(f, 0.14f, y + 0.038f, 0.27f),
        demo_on_head(f, 0.0f, y + 0.05f, 0.31f),
        demo_on_head(f, -0.14f, y + 0.038f, 0.27f),
    };
    struct sit_point under = demo_on_head(f, 0, y + 0.05f, 0.2f);
    paint_soft(paint, under.x - style->light_side * 0.02f, under.y + 0.015f, 0.23f,
               0.06f, 0, (struct sit_colour){0.2f, 0.1f, 0.08f, 0.6f});
    paint_shape(paint, visor, 7, demo_lit(style, colour, under.x, under.y, 0.2f));
}

static void draw_band(struct paint *paint, const struct demo_figure *f, float y,
                      float width, struct sit_colour colour)
{
    struct sit_point band[5] = {demo_on_outline(f, -0.252f, y + 0.045f, 0.0f),
                                demo_on_head(f, -0.16f, y + 0.01f, 0.13f),
                                demo_on_head(f, 0, y, 0.19f),
                                demo_on_head(f, 0.16f, y + 0.01f, 0.13f),
                                demo_on_outline(f, 0.252f, y + 0.045f, 0.0f)};
    paint_stroke(paint, band, 5, width * 0.8f, width, width * 0.8f, colour);
}

static void draw_scarf(struct paint *paint, const struct demo_figure *f,
                       const struct demo_style *style, struct sit_rng *rng)
{
    bool knot_below = demo_chance(rng, 0.45);
    float low = knot_below ? 0.31f : 0.13f;
    const float outer_half[][3] = {
        {0, -0.355f, 0.04f},        {0.14f, -0.33f, 0.02f},
        {0.245f, -0.21f, 0.0f},     {0.287f, -0.04f, 0.0f},
        {0.282f, low * 0.6f, 0.0f}, {knot_below ? 0.15f : 0.25f, low + 0.05f, 0.03f}};
    const float inner_half[][3] = {{0, -0.185f, 0.16f},
                                   {0.12f, -0.165f, 0.14f},
                                   {0.197f, -0.08f, 0.09f},
                                   {0.222f, 0.06f, 0.05f},
                                   {knot_below ? 0.14f : 0.215f, low, 0.06f}};
    struct sit_point outer[11], inner[9];
    mirrored(f, outer_half, 6, true, outer);
    mirrored(f, inner_half, 5, false, inner);
    struct sit_point top = demo_on_head(f, 0, -0.2f, 0.05f);
    struct paint_tone tone = demo_lit(style, f->cap_colour, top.x, top.y, 0.3f);
    if (knot_below) {
        struct sit_point knot = demo_on_head(f, 0, 0.41f, 0.12f);
        const struct sit_point ends[] = {{knot.x - 0.03f, knot.y - 0.02f},
                                         {knot.x + 0.03f, knot.y - 0.02f},
                                         {knot.x + 0.14f, knot.y + 0.13f},
                                         {knot.x + 0.03f, knot.y + 0.08f},
                                         {knot.x - 0.10f, knot.y + 0.16f}};
        paint_polygon(paint, ends, 5, tone);
        const struct sit_point strap[] = {demo_on_head(f, -0.2f, 0.28f, 0.03f),
                                          demo_on_head(f, -0.1f, 0.385f, 0.1f), knot,
                                          demo_on_head(f, 0.1f, 0.385f, 0.1f),
                                          demo_on_head(f, 0.2f, 0.28f, 0.03f)};
        paint_stroke(paint, strap, 5, 0.07f, 0.05f, 0.07f, tone.light);
        paint_ellipse(paint, knot.x, knot.y, 0.045f, 0.035f, 0, tone.dark);
    } else {
        struct sit_point tail[3] = {
            demo_on_head(f, -style->light_side * 0.24f, 0.1f, -0.1f),
            demo_on_head(f, -style->light_side * 0.32f, 0.2f, -0.1f),
            demo_on_head(f, -style->light_side * 0.34f, 0.32f, -0.1f)};
        paint_stroke(paint, tail, 3, 0.05f, 0.09f, 0.04f, tone.dark);
    }
    paint_between(paint, outer, 11, inner, 9, tone);
    for (int i = 0; i < 6; i++) {
        float t = demo_range(rng, -1.0f, 1.0f);
        struct sit_point fold[3] = {demo_on_head(f, t * 0.09f, -0.33f, 0.05f),
                                    demo_on_head(f, t * 0.21f, -0.23f, 0.08f),
                                    demo_on_head(f, t * 0.25f, 0.0f, 0.03f)};
        paint_stroke(paint, fold, 3, 0.002f, 0.010f, 0.002f,
                     colour_alpha(colour_scale(f->cap_colour, 0.55f), 0.4f));
    }
}

static void draw_straw_hat(struct paint *paint, const struct demo_figure *f,
                           const struct demo_style *style)
{
    struct sit_point at = demo_on_head(f, 0, -0.17f, 0.05f);
    struct paint_tone tone = demo_lit(style, f->cap_colour, at.x, at.y, 0.4f);
    paint_soft(paint, at.x, at.y + 0.07f, 0.27f, 0.11f, 0,
               (struct sit_colour){0.25f, 0.12f, 0.06f, 0.7f});
    float lean = -f->turn * 0.25f;
    paint_ellipse(paint, at.x, at.y, 0.46f, 0.105f, lean, tone.dark);
    paint_ellipse(paint, at.x, at.y - 0.012f, 0.455f, 0.095f, lean, tone.light);
    draw_dome(paint, f, style, 0.235f, 0.385f, -0.16f, 0.02f);
    draw_band(paint, f, -0.195f, 0.045f, f->trim_colour);
    for (int i = 0; i < 9; i++) {
        float x = at.x + ((float)i - 4.0f) * 0.095f;
        struct sit_point ray[2] = {{x, at.y - 0.03f}, {x * 1.06f, at.y + 0.06f}};
        paint_stroke(paint, ray, 2, 0.002f, 0.006f, 0.002f,
                     colour_alpha(colour_scale(f->cap_colour, 0.5f), 0.35f));
    }
}

static void draw_fur_cap(struct paint *paint, const struct demo_figure *f,
                         const struct demo_style *style, struct sit_rng *rng)
{
    draw_dome(paint, f, style, 0.262f, 0.385f, -0.09f, 0.05f);
    struct sit_colour fur = {0.36f, 0.27f, 0.2f, 1};
    for (int i = 0; i < 26; i++) {
        float t = (float)i / 25.0f * 2.0f - 1.0f;
        struct sit_point at = demo_on_head(
            f, 0.265f * t, -0.185f + 0.07f * t * t + demo_range(rng, -0.02f, 0.02f),
            0.17f * (1 - t * t));
        paint_ellipse(paint, at.x, at.y, 0.034f, 0.05f, t,
                      colour_scale(fur, demo_range(rng, 0.7f, 1.3f)));
    }
    struct sit_point star = demo_on_head(f, 0, -0.2f, 0.22f);
    draw_star(paint, star.x, star.y, 0.036f);
}

static void draw_headgear(struct paint *paint, const struct demo_figure *f,
                          const struct demo_style *style, struct sit_rng *rng)
{
    struct sit_point badge = demo_on_head(f, 0, -0.215f, 0.2f);
    struct sit_colour red = {0.72f, 0.14f, 0.12f, 1};
    switch (f->headgear) {
    case HEADGEAR_NONE: break;
    case HEADGEAR_WORKER_CAP:
        draw_dome(paint, f, style, 0.285f, 0.365f, -0.115f, 0.05f);
        draw_band(paint, f, -0.165f, 0.02f,
                  colour_alpha(colour_scale(f->cap_colour, 0.55f), 0.8f));
        draw_visor(paint, f, style, colour_scale(f->cap_colour, 0.75f), -0.15f);
        break;
    case HEADGEAR_ARMY_CAP:
        draw_dome(paint, f, style, 0.335f, 0.40f, -0.17f, 0.04f);
        draw_band(paint, f, -0.185f, 0.062f, red);
        draw_visor(paint, f, style, (struct sit_colour){0.14f, 0.11f, 0.11f, 1},
                   -0.15f);
        draw_star(paint, badge.x, badge.y - 0.02f, 0.045f);
        break;
    case HEADGEAR_HELMET:
        draw_dome(paint, f, style, 0.288f, 0.405f, -0.09f, 0.065f);
        draw_band(paint, f, -0.148f, 0.03f, colour_scale(f->cap_colour, 0.6f));
        if (demo_chance(rng, 0.5))
            paint_ellipse(paint, badge.x, badge.y - 0.05f, 0.045f, 0.04f, 0,
                          (struct sit_colour){0.95f, 0.93f, 0.8f, 1});
        break;
    case HEADGEAR_SCARF: draw_scarf(paint, f, style, rng); break;
    case HEADGEAR_STRAW_HAT: draw_straw_hat(paint, f, style); break;
    case HEADGEAR_FUR_CAP: draw_fur_cap(paint, f, style, rng); break;
    }
}

void demo_hair_draw_front(struct paint *paint, const struct demo_figure *f,
                          const struct demo_style *style)
{
    struct sit_rng rng;
    sit_rng_init(&rng, f->detail_seed + 1);
    struct cut cut = cut_of(f, &rng);
    if (f->hair == HAIR_BALDING) {
        draw_temples(paint, f, style);
    } else {
        draw_crown(paint, f, style, &cut, &rng);
        if (f->hair == HAIR_PERMED && f->headgear == HEADGEAR_NONE)
            draw_curls(paint, f, style, -0.7f, 0.2f, 0.055f, &rng);
    }
    if (f->hair == HAIR_PLAITS)
        draw_plaits(paint, f, style);
    draw_headgear(paint, f, style, &rng);
}
