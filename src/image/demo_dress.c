/*
 * Clothes of a demo figure, from the shoulders down, and the few things that stand in
 * for a face in crops that show none.
 */
#include "demo_figure.h"

#include <math.h>

static const struct sit_colour white = {0.95f, 0.93f, 0.88f, 1.0f};
static const struct sit_colour red = {0.76f, 0.13f, 0.11f, 1.0f};
static const struct sit_colour gold = {0.88f, 0.70f, 0.28f, 1.0f};

static struct sit_colour darker(struct sit_colour c, float alpha)
{
    return colour_alpha(colour_scale(c, 0.42f), alpha);
}

static void draw_trunk(struct paint *paint, const struct demo_figure *f,
                       const struct demo_style *style, struct sit_colour colour)
{
    float n = f->neck_width, s = f->shoulder_width;
    const struct sit_point trunk[] = {
        {-n * 0.95f, 0.40f}, {0.0f, 0.50f},       {n * 0.95f, 0.40f},
        {s * 0.62f, 0.485f}, {s * 0.95f, 0.57f},  {s * 1.15f, 0.80f},
        {s * 1.25f, 1.4f},   {s * 1.2f, 2.4f},    {-s * 1.2f, 2.4f},
        {-s * 1.25f, 1.4f},  {-s * 1.15f, 0.80f}, {-s * 0.95f, 0.57f},
        {-s * 0.62f, 0.485f}};
    paint_shape(paint, trunk, 13, demo_lit(style, colour, 0, 0.7f, s * 1.1f));
    for (int i = -1; i <= 1; i += 2) {
        float side = (float)i;
        struct sit_point fold[3] = {{side * s * 0.55f, 0.52f},
                                    {side * s * 0.66f, 0.66f},
                                    {side * s * 0.82f, 0.95f}};
        paint_stroke(paint, fold, 3, 0.004f, 0.016f, 0.01f, darker(colour, 0.45f));
        struct sit_point arm[3] = {{side * s * 0.86f, 0.78f},
                                   {side * s * 0.84f, 1.1f},
                                   {side * s * 0.9f, 1.9f}};
        paint_stroke(paint, arm, 3, 0.004f, 0.014f, 0.014f, darker(colour, 0.5f));
    }
    if (style->outline > 0.2f) {
        struct sit_point line[4] = {
            {-n, 0.43f}, {-s * 0.62f, 0.485f}, {-s * 0.95f, 0.57f}, {-s * 1.15f, 0.8f}};
        paint_stroke(paint, line, 4, 0.004f, 0.012f, 0.012f,
                     darker(colour, style->outline));
        for (int i = 0; i < 4; i++)
            line[i].x = -line[i].x;
        paint_stroke(paint, line, 4, 0.004f, 0.012f, 0.012f,
                     darker(colour, style->outline));
    }
}

/* What shows at the neck: a shirt or the skin in a V down to `low`. */
static void draw_opening(struct paint *paint, const struct demo_figure *f, float low,
                         struct sit_colour colour)
{
    float n = f->neck_width;
    const struct sit_point v[] = {{-n * 0.95f, 0.40f}, {n * 0.95f, 0.40f}, {0.0f, low}};
    paint_polygon(paint, v, 3, paint_flat(colour));
}

/* A turned-down collar: a leaf on each side, with points at `low`. */
static void draw_collar(struct paint *paint, const struct demo_figure *f,
                        const struct demo_style *style, struct sit_colour colour,
                        float low, float spread)
{
    float n = f->neck_width;
    for (int i = -1; i <= 1; i += 2) {
        float side = (float)i;
        const struct sit_point leaf[] = {{side * n * 1.02f, 0.375f},
                                         {side * (n + 0.045f), 0.43f},
                                         {side * spread, low},
                                         {side * 0.012f, low - 0.07f}};
        float lit = side * style->light_side > 0 ? 1.12f : 0.86f;
        paint_polygon(paint, leaf, 4, paint_flat(colour_scale(colour, lit)));
        paint_stroke(paint, leaf + 1, 3, 0.006f, 0.008f, 0.006f, darker(colour, 0.6f));
    }
}

static void draw_buttons(struct paint *paint, float first, int n,
                         struct sit_colour line, struct sit_colour button)
{
    struct sit_point seam[2] = {{0.0f, first - 0.05f}, {0.0f, 2.3f}};
    paint_stroke(paint, seam, 2, 0.008f, 0.010f, 0.010f, line);
    for (int i = 0; i < n; i++)
        paint_ellipse(paint, 0.022f, first + 0.16f * (float)i, 0.016f, 0.016f, 0,
                      button);
}

static void draw_army(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style)
{
    draw_collar(paint, f, style, f->dress_colour, 0.53f, 0.13f);
    for (int i = -1; i <= 1; i += 2) {
        float s = (float)i;
        const struct sit_point tab[] = {{s * 0.07f, 0.475f},
                                        {s * 0.15f, 0.44f},
                                        {s * 0.155f, 0.49f},
                                        {s * 0.085f, 0.515f}};
        paint_polygon(paint, tab, 4, paint_flat(red));
        paint_ellipse(paint, s * 0.115f, 0.48f, 0.012f, 0.012f, 0, gold);
        const struct sit_point board[] = {{s * f->shoulder_width * 0.55f, 0.475f},
                                          {s * f->shoulder_width * 0.92f, 0.535f},
                                          {s * f->shoulder_width * 0.90f, 0.585f},
                                          {s * f->shoulder_width * 0.53f, 0.525f}};
        paint_polygon(paint, board, 4,
                      paint_flat(colour_mix(red, f->dress_colour, 0.3f)));
    }
    draw_buttons(paint, 0.62f, 6, darker(f->dress_colour, 0.5f), gold);
}

static void draw_suit(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style)
{
    draw_opening(paint, f, 0.95f, white);
    const struct sit_point tie[] = {
        {-0.03f, 0.47f}, {0.03f, 0.47f}, {0.05f, 0.9f}, {-0.05f, 0.9f}};
    paint_polygon(paint, tie, 4, paint_flat(f->trim_colour));
    draw_collar(paint, f, style, white, 0.535f, 0.1f);
    for (int i = -1; i <= 1; i += 2) {
        float s = (float)i;
        const struct sit_point lapel[] = {{s * (f->neck_width + 0.03f), 0.41f},
                                          {s * 0.27f, 0.6f},
                                          {s * 0.21f, 0.64f},
                                          {s * 0.0f, 1.0f}};
        float lit = s * style->light_side > 0 ? 1.1f : 0.7f;
        paint_polygon(paint, lapel, 4, paint_flat(colour_scale(f->dress_colour, lit)));
    }
}

/* The short jacket with crossed front, white edge and long ribbon. */
static void draw_jeogori(struct paint *paint, const struct demo_figure *f,
                         const struct demo_style *style)
{
    float n = f->neck_width;
    (void)style;
    draw_opening(paint, f, 0.54f, colour_scale(f->skin, 0.88f));
    const struct sit_point left[] = {
        {-n * 1.05f, 0.385f}, {-0.05f, 0.52f}, {0.06f, 0.66f}};
    const struct sit_point right[] = {
        {n * 1.05f, 0.385f}, {0.07f, 0.5f}, {-0.04f, 0.66f}};
    paint_stroke(paint, left, 3, 0.05f, 0.06f, 0.06f, f->trim_colour);
    paint_stroke(paint, left, 3, 0.03f, 0.034f, 0.03f, white);
    paint_stroke(paint, right, 3, 0.05f, 0.06f, 0.06f, f->trim_colour);
    paint_stroke(paint, right, 3, 0.03f, 0.034f, 0.03f, white);
    struct sit_point ribbon[3] = {{0.03f, 0.65f}, {0.07f, 0.85f}, {0.05f, 1.2f}};
    paint_stroke(paint, ribbon, 3, 0.03f, 0.06f, 0.06f, f->trim_colour);
    paint_ellipse(paint, 0.07f, 0.64f, 0.06f, 0.025f, 0.4f, f->trim_colour);
}

void demo_dress_draw(struct paint *paint, const struct demo_figure *f,
                     const struct demo_style *style)
{
    struct sit_colour cloth = f->dress_colour;
    draw_trunk(paint, f, style, f->dress == DRESS_OVERALLS ? f->trim_colour : cloth);
    switch (f->dress) {
    case DRESS_JACKET:
        draw_opening(paint, f, 0.56f, colour_mix(white, f->trim_colour, 0.3f));
        draw_collar(paint, f, style, cloth, 0.555f, 0.17f);
        draw_buttons(paint, 0.64f, 5, darker(cloth, 0.5f), darker(cloth, 0.8f));
        break;
    case DRESS_ARMY: draw_army(paint, f, style); break;
    case DRESS_SUIT: draw_suit(paint, f, style); break;
    case DRESS_OVERALLS: {
        draw_collar(paint, f, style, f->trim_colour, 0.54f, 0.14f);
        for (int i = -1; i <= 1; i += 2) {
            struct sit_point strap[2] = {{(float)i * 0.30f, 0.46f},
                                         {(float)i * 0.2f, 0.95f}};
            paint_stroke(paint, strap, 2, 0.07f, 0.075f, 0.08f, cloth);
        }
        const struct sit_point bib[] = {{-0.26f, 0.86f}, {0.26f, 0.86f}, {0.4f, 1.5f},
                                        {0.5f, 2.4f},    {-0.5f, 2.4f},  {-0.4f, 1.5f}};
        paint_polygon(paint, bib, 6, demo_lit(style, cloth, 0, 1.2f, 0.4f));
        break;
    }
    case DRESS_SHIRT:
        draw_opening(paint, f, 0.60f, colour_scale(f->skin, 0.84f));
        draw_collar(paint, f, style, cloth, 0.57f, 0.15f);
        draw_buttons(paint, 0.68f, 5, darker(cloth, 0.4f), white);
        break;
    case DRESS_JEOGORI: draw_jeogori(paint, f, style); break;
    case DRESS_BLOUSE:
        draw_opening(paint, f, 0.53f, colour_scale(f->skin, 0.9f));
        for (int i = -1; i <= 1; i += 2)
            paint_ellipse(paint, (float)i * (f->neck_width * 0.78f), 0.475f, 0.085f,
                          0.052f, (float)i * -0.55f, white);
        draw_buttons(paint, 0.60f, 5, darker(cloth, 0.35f), white);
        break;
    case DRESS_PULLOVER: {
        float n = f->neck_width;
        struct sit_point roll[3] = {
            {-n * 1.08f, 0.39f}, {0.0f, 0.475f}, {n * 1.08f, 0.39f}};
        paint_stroke(paint, roll, 3, 0.06f, 0.075f, 0.06f, colour_scale(cloth, 0.82f));
        break;
    }
    }
}

static void draw_bird(struct paint *paint, const struct demo_style *style)
{
    const struct sit_point body[] = {{-0.30f, 0.12f}, {-0.12f, -0.02f}, {0.10f, -0.06f},
                                     {0.24f, -0.05f}, {0.26f, 0.04f},   {0.10f, 0.16f},
                                     {-0.10f, 0.2f},  {-0.40f, 0.26f}};
    const struct sit_point wing[] = {{-0.10f, 0.06f},
                                     {-0.16f, -0.26f},
                                     {-0.02f, -0.34f},
                                     {0.06f, -0.2f},
                                     {0.12f, 0.0f}};
    const struct sit_point far_wing[] = {{0.04f, 0.02f},
                                         {0.14f, -0.28f},
                                         {0.30f, -0.30f},
                                         {0.22f, -0.12f},
                                         {0.16f, 0.0f}};
    const struct sit_point beak[] = {{0.26f, -0.03f}, {0.33f, 0.0f}, {0.26f, 0.02f}};
    paint_shape(paint, far_wing, 5, paint_flat(colour_scale(white, 0.8f)));
    paint_shape(paint, body, 8, demo_lit(style, white, 0, 0.05f, 0.25f));
    paint_shape(paint, wing, 5, demo_lit(style, white, -0.03f, -0.1f, 0.2f));
    for (int i = 0; i < 4; i++) {
        float x = -0.11f + 0.045f * (float)i;
        struct sit_point feather[2] = {{x, -0.26f + 0.03f * (float)i},
                                       {x + 0.05f, 0.0f}};
        paint_stroke(paint, feather, 2, 0.004f, 0.010f, 0.003f, darker(white, 0.5f));
    }
    paint_polygon(paint, beak, 3, paint_flat(gold));
    paint_ellipse(paint, 0.21f, -0.02f, 0.014f, 0.014f, 0, darker(white, 1));
}

static void draw_hammer(struct paint *paint, const struct demo_figure *f,
                        const struct demo_style *style)
{
    struct paint turned = paint_turned(paint, (struct sit_point){0, 0.1f},
                                       0.5f * style->light_side);
    struct sit_colour steel = {0.55f, 0.57f, 0.60f, 1};
    struct sit_colour wood = {0.62f, 0.42f, 0.24f, 1};
    const struct sit_point handle[] = {
        {-0.04f, -0.2f}, {0.04f, -0.2f}, {0.05f, 0.7f}, {-0.05f, 0.7f}};
    const struct sit_point head[] = {{-0.26f, -0.32f},
                                     {0.20f, -0.32f},
                                     {0.30f, -0.2f},
                                     {0.20f, -0.10f},
                                     {-0.26f, -0.10f}};
    paint_polygon(&turned, handle, 4, demo_lit(style, wood, 0, 0.2f, 0.06f));
    paint_polygon(&turned, head, 5, demo_lit(style, steel, 0, -0.2f, 0.2f));
    for (int i = 0; i < 4; i++) /* the fist */
        paint_ellipse(&turned, 0.01f, 0.26f + 0.055f * (float)i, 0.095f, 0.034f, 0.1f,
                      colour_scale(f->skin, 1.0f - 0.08f * (float)i));
    paint->out_of_memory = paint->out_of_memory || turned.out_of_memory;
}

static void draw_flower(struct paint *paint, const struct demo_figure *f,
                        const struct demo_style *style)
{
    struct sit_colour leaf = {0.26f, 0.42f, 0.22f, 1};
    struct sit_point stem[3] = {{0.0f, 0.1f}, {0.05f, 0.4f}, {-0.02f, 0.8f}};
    paint_stroke(paint, stem, 3, 0.03f, 0.03f, 0.04f, leaf);
    paint_ellipse(paint, 0.16f, 0.42f, 0.14f, 0.05f, -0.5f, leaf);
    struct sit_colour petal = colour_mix(red, f->trim_colour, 0.45f);
    for (int ring = 0; ring < 3; ring++)
        for (int i = 0; i < 7; i++) {
            float a = (float)i * 0.8976f + (float)ring * 0.45f;
            float r = 0.2f - 0.065f * (float)ring;
            float lit = 0.8f + 0.25f * cosf(a) * style->light_side + 0.1f * (float)ring;
            paint_ellipse(paint, r * cosf(a), 0.02f + r * sinf(a), 0.13f, 0.085f, a,
                          colour_scale(petal, lit));
        }
    paint_ellipse(paint, 0, 0.02f, 0.05f, 0.05f, 0, gold);
}

void demo_thing_draw(struct paint *paint, const struct demo_figure *f,
                     const struct demo_style *style)
{
    switch (f->other) {
    case OTHER_BIRD: draw_bird(paint, style); break;
    case OTHER_HAMMER: draw_hammer(paint, f, style); break;
    default: draw_flower(paint, f, style); break;
    }
}
