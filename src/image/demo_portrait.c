/*
 * The head of a demo figure: the face's form in light and shadow, eyes, brows, nose,
 * mouth, signs of age. Hair, headgear and clothes have files of their own.
 */
#include "demo_figure.h"

#include <math.h>

/* How far the eyes lie in front of the ears' plane; the frame is centred on them. */
static const float EYE_DEPTH = 0.17f;
static const float EYE_X = 0.113f;

struct sit_point demo_on_head(const struct demo_figure *figure, float x, float y,
                              float depth)
{
    float s = sinf(figure->turn), c = cosf(figure->turn);
    float sn = sinf(figure->nod), cn = cosf(figure->nod);
    float forward = depth - EYE_DEPTH;
    return (struct sit_point){x * c + forward * s, y * cn + forward * sn};
}

struct sit_point demo_on_outline(const struct demo_figure *figure, float x, float y,
                                 float depth)
{
    struct sit_point at = demo_on_head(figure, x, y, depth);
    at.x = x + (depth - EYE_DEPTH) * sinf(figure->turn);
    return at;
}

struct paint_tone demo_lit(const struct demo_style *style, struct sit_colour colour,
                           float x, float y, float reach)
{
    struct sit_colour lit = {colour.r * style->tint.r * 1.06f,
                             colour.g * style->tint.g * 1.06f,
                             colour.b * style->tint.b * 1.06f, colour.a};
    lit = colour_scale(lit, 1.0f);
    float depth = 0.74f - 0.24f * style->contrast;
    struct sit_colour dark = {colour.r * depth * 1.08f, colour.g * depth * 0.92f,
                              colour.b * depth * 0.88f, colour.a};
    return (struct paint_tone){
        lit,
        dark,
        {x + style->light_side * reach * 0.55f, y - reach * 0.5f},
        {x - style->light_side * reach * 1.05f, y + reach * 0.75f}};
}

static struct sit_colour skin_shadow(const struct demo_figure *f, float alpha)
{
    return (struct sit_colour){f->skin.r * 0.58f, f->skin.g * 0.38f, f->skin.b * 0.32f,
                               alpha};
}

static struct sit_colour skin_light(const struct demo_figure *f, float alpha)
{
    struct sit_colour white = {1.0f, 0.97f, 0.88f, alpha};
    return colour_alpha(colour_mix(f->skin, white, 0.62f), alpha);
}

static const struct sit_colour ink = {0.13f, 0.08f, 0.07f, 1.0f};

/* The outline of the face, clockwise from the top of the forehead. */
static size_t face_outline(const struct demo_figure *f, struct sit_point *out)
{
    const float w = f->face_width, jaw = f->jaw, chin = f->chin;
    const float right[][3] = {
        {0.13f, -0.245f, 0.10f},
        {0.212f * w, -0.12f, 0.04f},
        {0.232f * w, 0.03f, 0.03f},
        {(0.222f + 0.006f * jaw) * w, 0.14f, 0.04f},
        {(0.172f + 0.036f * jaw) * w, 0.245f, 0.06f},
        {0.088f + 0.034f * jaw, 0.345f + chin * 0.6f, 0.11f},
    };
    size_t n = 0;
    out[n++] = demo_on_outline(f, 0, -0.27f, 0.12f);
    for (size_t i = 0; i < 6; i++)
        out[n++] = demo_on_outline(f, right[i][0], right[i][1], right[i][2]);
    out[n++] = demo_on_outline(f, 0, 0.385f + chin, 0.15f);
    for (size_t i = 6; i-- > 0;)
        out[n++] = demo_on_outline(f, -right[i][0], right[i][1], right[i][2]);
    return n;
}

/* Those behind the face's outline, or the one that has turned in front of it. */
static void draw_ears(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style, bool in_front)
{
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side;
        if (s * f->turn > 0.15f || in_front != (s * f->turn < -0.15f))
            continue;
        struct sit_point at = demo_on_head(f, s * 0.243f * f->face_width, 0.05f, 0.0f);
        float lit = s * style->light_side > 0 ? 0.92f : 0.62f;
        paint_ellipse(paint, at.x, at.y, 0.034f, 0.068f, s * 0.12f,
                      colour_scale(f->skin, lit));
        paint_ellipse(paint, at.x - s * 0.006f, at.y, 0.014f, 0.04f, s * 0.12f,
                      skin_shadow(f, 0.45f));
    }
}

static void draw_neck(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style)
{
    float w = f->neck_width;
    struct sit_point top = demo_on_head(f, 0, 0.22f, 0.02f);
    const struct sit_point neck[] = {
        {top.x - w, 0.18f}, {top.x + w, 0.18f}, {w * 1.0f, 0.40f},
        {w * 1.5f, 0.52f},  {-w * 1.5f, 0.52f}, {-w * 1.0f, 0.40f},
    };
    paint_polygon(paint, neck, 6,
                  demo_lit(style, colour_scale(f->skin, 0.9f), 0, 0.42f, 0.16f));
    /* The head's own shadow. */
    struct sit_point chin = demo_on_head(f, 0, 0.37f, 0.12f);
    paint_soft(paint, chin.x - style->light_side * 0.03f, chin.y + 0.02f, 0.2f, 0.1f, 0,
               skin_shadow(f, 0.5f + 0.35f * style->contrast));
}

static void draw_form(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style)
{
    struct sit_point outline[PAINT_MAX_CONTROLS];
    size_t n = face_outline(f, outline);
    struct sit_point middle = demo_on_head(f, 0, 0.05f, 0.1f);
    paint_shape(paint, outline, n, demo_lit(style, f->skin, middle.x, middle.y, 0.22f));

    float light = style->light_side, hard = style->contrast;
    struct sit_point at = demo_on_head(f, light * 0.06f, -0.14f, 0.17f);
    paint_soft(paint, at.x, at.y, 0.12f, 0.07f, 0, skin_light(f, 0.5f));
    at = demo_on_head(f, light * 0.12f, 0.10f, 0.15f);
    paint_soft(paint, at.x, at.y, 0.075f, 0.07f, 0, skin_light(f, 0.45f));
    at = demo_on_head(f, light * 0.015f, 0.335f + f->chin, 0.17f);
    paint_soft(paint, at.x, at.y, 0.06f, 0.035f, 0, skin_light(f, 0.16f));
    /* Cheeks warm, the far one sunk in shadow. */
    for (int side = -1; side <= 1; side += 2) {
        at = demo_on_head(f, (float)side * 0.13f, 0.13f, 0.13f);
        paint_soft(paint, at.x, at.y, 0.09f, 0.075f, 0,
                   (struct sit_colour){0.86f, 0.30f, 0.22f,
                                       0.12f + 0.4f * fmaxf(0.0f, f->cheeks)});
    }
    at = demo_on_head(f, -light * 0.155f, 0.2f, 0.08f);
    paint_soft(paint, at.x, at.y, 0.085f, 0.15f, light * 0.35f,
               skin_shadow(f, 0.55f * hard));
    at = demo_on_head(f, -light * 0.18f, -0.08f, 0.06f);
    paint_soft(paint, at.x, at.y, 0.06f, 0.14f, 0, skin_shadow(f, 0.4f * hard));
    if (style->outline > 0.1f) {
        outline[n] = outline[1];
        paint_stroke(paint, outline + 2, 6, 0.002f, 0.011f, 0.011f,
                     colour_alpha(ink, style->outline));
        paint_stroke(paint, outline + 7, 6, 0.011f, 0.011f, 0.002f,
                     colour_alpha(ink, style->outline));
    }
}

static void draw_eye(struct paint *paint, const struct demo_figure *f,
                     const struct demo_style *style, float side)
{
    float w = f->eye_width, h = f->eye_height;
    if (f->mouth == MOUTH_LAUGH)
        h *= 0.72f;
    float cx = side * EYE_X;
    struct sit_point c = demo_on_head(f, cx, 0.0f, EYE_DEPTH);
    /* The socket, deeper at the nose. */
    struct sit_point socket = demo_on_head(f, side * 0.095f, -0.018f, EYE_DEPTH);
    paint_soft(paint, socket.x, socket.y, 0.085f, 0.05f, 0,
               skin_shadow(f, 0.3f + 0.28f * style->contrast));
    /* Inner corner, upper lid, outer corner, lower lid. */
    struct sit_point lid[8] = {
        demo_on_head(f, cx - side * w, 0.009f, EYE_DEPTH),
        demo_on_head(f, cx - side * w * 0.5f, -h * 0.72f, EYE_DEPTH + 0.01f),
        demo_on_head(f, cx + side * w * 0.1f, -h * 0.95f, EYE_DEPTH + 0.01f),
        demo_on_head(f, cx + side * w * 0.65f, -h * 0.62f, EYE_DEPTH),
        demo_on_head(f, cx + side * w * 1.02f, -0.004f, EYE_DEPTH - 0.02f),
        demo_on_head(f, cx + side * w * 0.5f, h * 0.52f, EYE_DEPTH),
        demo_on_head(f, cx, h * 0.64f, EYE_DEPTH),
        demo_on_head(f, cx - side * w * 0.5f, h * 0.5f, EYE_DEPTH),
    };
    paint_shape(paint, lid, 8,
                paint_flat((struct sit_colour){0.93f, 0.89f, 0.83f, 1.0f}));
    float gaze = f->turn * 0.015f + style->light_side * 0.004f;
    paint_ellipse(paint, c.x + gaze, c.y - h * 0.16f, fminf(h * 0.95f, 0.025f),
                  h * 0.92f, 0, (struct sit_colour){0.15f, 0.09f, 0.07f, 1.0f});
    paint_ellipse(paint, c.x + gaze + style->light_side * 0.008f, c.y - h * 0.42f,
                  0.0065f, 0.0065f, 0, (struct sit_colour){1, 1, 1, 0.85f});
    float lash = 0.010f + 0.011f * f->lashes;
    paint_stroke(paint, lid, 5, 0.005f, lash, lash * 0.9f, colour_alpha(ink, 0.95f));
    if (f->lashes > 0.55f) {
        struct sit_point flick[2] = {lid[4],
                                     demo_on_head(f, cx + side * (w * 1.02f + 0.018f),
                                                  -0.018f, EYE_DEPTH - 0.03f)};
        paint_stroke(paint, flick, 2, lash * 0.8f, lash * 0.5f, 0.001f, ink);
    }
    paint_stroke(paint, lid + 4, 4, 0.003f, 0.005f, 0.002f, skin_shadow(f, 0.8f));
    struct sit_point fold[4];
    for (int i = 0; i < 4; i++)
        fold[i] = (struct sit_point){lid[i + 1].x, lid[i + 1].y - 0.016f};
    paint_stroke(paint, fold, 4, 0.002f, 0.006f, 0.002f, skin_shadow(f, 0.65f));
}

static void draw_brow(struct paint *paint, const struct demo_figure *f, float side)
{
    float frown = f->mouth == MOUTH_CALL ? 0.012f : 0.0f;
    float y = -f->brow_height;
    struct sit_point brow[4] = {
        demo_on_head(f, side * 0.046f, y + 0.012f + frown, 0.19f),
        demo_on_head(f, side * 0.095f, y - f->brow_arch * 0.6f, 0.18f),
        demo_on_head(f, side * 0.145f, y - f->brow_arch, 0.15f),
        demo_on_head(f, side * 0.190f, y + 0.012f, 0.11f),
    };
    paint_stroke(paint, brow, 4, f->brow_width * 0.75f, f->brow_width,
                 f->brow_width * 0.2f,
                 colour_alpha(colour_mix(f->hair_colour, ink, 0.5f), 0.92f));
}

static void draw_nose(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style)
{
    float light = style->light_side, y = f->nose_length, w = f->nose_width;
    /* The side away from the light, then the lit bridge and tip. */
    struct sit_point side[5] = {
        demo_on_head(f, -light * 0.026f, -0.03f, 0.19f),
        demo_on_head(f, -light * 0.012f, 0.05f, 0.225f),
        demo_on_head(f, -light * 0.006f, y - 0.012f, 0.255f),
        demo_on_head(f, -light * w * 1.02f, y - 0.006f, 0.2f),
        demo_on_head(f, -light * 0.034f, 0.06f, 0.195f),
    };
    paint_shape(paint, side, 5,
                paint_flat(skin_shadow(f, 0.3f + 0.35f * style->contrast)));
    struct sit_point bridge[3] = {
        demo_on_head(f, light * 0.004f, -0.04f, 0.2f),
        demo_on_head(f, light * 0.006f, 0.05f, 0.235f),
        demo_on_head(f, light * 0.008f, y - 0.03f, 0.258f),
    };
    paint_stroke(paint, bridge, 3, 0.008f, 0.016f, 0.022f, skin_light(f, 0.3f));
    struct sit_point tip = demo_on_head(f, light * 0.008f, y - 0.026f, 0.26f);
    paint_soft(paint, tip.x, tip.y, 0.028f, 0.024f, 0, skin_light(f, 0.6f));
    struct sit_point under[5] = {
        demo_on_head(f, -w, y - 0.018f, 0.2f),
        demo_on_head(f, -w * 0.72f, y + 0.004f, 0.21f),
        demo_on_head(f, 0, y + 0.008f, 0.245f),
        demo_on_head(f, w * 0.72f, y + 0.004f, 0.21f),
        demo_on_head(f, w, y - 0.018f, 0.2f),
    };
    paint_stroke(paint, under, 5, 0.004f, 0.009f, 0.004f, skin_shadow(f, 0.85f));
    for (int s = -1; s <= 1; s += 2) {
        struct sit_point hole = demo_on_head(f, (float)s * w * 0.5f, y, 0.225f);
        paint_ellipse(paint, hole.x, hole.y, 0.012f, 0.006f, (float)s * 0.3f,
                      colour_alpha(ink, 0.65f));
    }
    paint_soft(paint, under[2].x - light * 0.02f, under[2].y + 0.018f, 0.05f, 0.026f, 0,
               skin_shadow(f, 0.4f * style->contrast));
}

/* How wide the mouth stands open, how much its corners rise. */
struct mouth_form {
    float open, rise, widen;
    bool teeth_below;
};

static const struct mouth_form mouth_forms[] = {
    [MOUTH_CLOSED] = {0.0f, 0.000f, 1.0f, false},
    [MOUTH_SMILE] = {0.014f, 0.016f, 1.12f, false},
    [MOUTH_LAUGH] = {0.034f, 0.024f, 1.22f, false},
    [MOUTH_CALL] = {0.050f, -0.004f, 0.92f, true},
};

static void draw_mouth(struct paint *paint, const struct demo_figure *f,
                       const struct demo_style *style)
{
    const struct mouth_form *form = &mouth_forms[f->mouth];
    float y = f->nose_length + 0.072f + f->chin * 0.5f,
          w = f->mouth_width * form->widen;
    float lip = 0.017f * f->lip_fullness, open = form->open, up = form->rise;
    struct sit_colour red = {0.72f, 0.20f, 0.17f, 1.0f};
    struct sit_colour lips = colour_mix(skin_shadow(f, 1.0f), red, f->lip_redness);
    lips = colour_mix(lips, f->skin, 0.22f);
    struct sit_point left = demo_on_head(f, -w, y - up, 0.155f);
    struct sit_point right = demo_on_head(f, w, y - up, 0.155f);

    struct sit_point outer[8] = {
        left,
        demo_on_head(f, -w * 0.45f, y - lip * 0.85f - up * 0.1f, 0.195f),
        demo_on_head(f, -w * 0.14f, y - lip * 1.15f, 0.205f),
        demo_on_head(f, w * 0.14f, y - lip * 1.15f, 0.205f),
        demo_on_head(f, w * 0.45f, y - lip * 0.85f - up * 0.1f, 0.195f),
        right,
        demo_on_head(f, w * 0.5f, y + open + lip * 1.1f, 0.19f),
        demo_on_head(f, -w * 0.5f, y + open + lip * 1.1f, 0.19f),
    };
    paint_shape(paint, outer, 8, paint_flat(lips));
    struct sit_point upper[3] = {left, demo_on_head(f, 0, y + up * 0.2f, 0.2f), right};
    if (open > 0.0f) {
        struct sit_point inner[6] = {left,
                                     demo_on_head(f, -w * 0.4f, y, 0.19f),
                                     demo_on_head(f, w * 0.4f, y, 0.19f),
                                     right,
                                     demo_on_head(f, w * 0.45f, y + open, 0.19f),
                                     demo_on_head(f, -w * 0.45f, y + open, 0.19f)};
        paint_shape(paint, inner, 6,
                    paint_flat((struct sit_colour){0.25f, 0.06f, 0.06f, 1.0f}));
        float bite = fminf(open * 0.8f, 0.02f);
        struct sit_point teeth[6] = {demo_on_head(f, -w * 0.82f, y - up * 0.55f, 0.17f),
                                     demo_on_head(f, -w * 0.35f, y + 0.001f, 0.19f),
                                     demo_on_head(f, w * 0.35f, y + 0.001f, 0.19f),
                                     demo_on_head(f, w * 0.82f, y - up * 0.55f, 0.17f),
                                     demo_on_head(f, w * 0.4f, y + bite, 0.19f),
                                     demo_on_head(f, -w * 0.4f, y + bite, 0.19f)};
        paint_shape(paint, teeth, 6,
                    paint_flat((struct sit_colour){0.97f, 0.95f, 0.89f, 1.0f}));
        if (form->teeth_below) {
            struct sit_point tongue = demo_on_head(f, 0, y + open * 0.78f, 0.19f);
            paint_soft(paint, tongue.x, tongue.y, w * 0.5f, open * 0.35f, 0,
                       (struct sit_colour){0.75f, 0.25f, 0.22f, 0.9f});
        }
    } else {
        paint_stroke(paint, upper, 3, 0.006f, 0.010f, 0.006f,
                     colour_alpha(colour_mix(lips, ink, 0.65f), 1.0f));
    }
    struct sit_point gleam = demo_on_head(f, style->light_side * w * 0.2f,
                                          y + open + lip * 0.55f, 0.2f);
    paint_soft(paint, gleam.x, gleam.y, w * 0.4f, lip * 0.5f, 0, skin_light(f, 0.4f));
    struct sit_point below = demo_on_head(f, 0, y + open + lip * 1.1f + 0.022f, 0.18f);
    paint_soft(paint, below.x - style->light_side * 0.01f, below.y, 0.055f, 0.02f, 0,
               skin_shadow(f, 0.5f));
}

/* Folds from nose to mouth, round the eyes, on the forehead. */
static void draw_age(struct paint *paint, const struct demo_figure *f)
{
    float smile = f->mouth == MOUTH_CLOSED ? 0.0f : 0.35f;
    float fold = fminf(0.8f, 0.1f + smile + f->age * 0.8f);
    float y = f->nose_length;
    for (int s = -1; s <= 1; s += 2) {
        float side = (float)s;
        struct sit_point nasal[3] = {
            demo_on_head(f, side * (f->nose_width + 0.008f), y - 0.02f, 0.19f),
            demo_on_head(f, side * 0.092f, y + 0.025f, 0.17f),
            demo_on_head(f, side * 0.112f, y + 0.085f, 0.14f)};
        paint_stroke(paint, nasal, 3, 0.004f, 0.009f, 0.002f, skin_shadow(f, fold));
        if (f->age < 0.4f)
            continue;
        float alpha = (f->age - 0.25f) * 0.9f;
        struct sit_point bag[3] = {demo_on_head(f, side * 0.06f, 0.03f, 0.17f),
                                   demo_on_head(f, side * 0.11f, 0.048f, 0.16f),
                                   demo_on_head(f, side * 0.16f, 0.036f, 0.13f)};
        paint_stroke(paint, bag, 3, 0.002f, 0.006f, 0.002f, skin_shadow(f, alpha));
        for (int i = 0; i < 3; i++) {
            struct sit_point crow[2] = {
                demo_on_head(f, side * 0.185f, -0.004f + 0.012f * (float)i, 0.10f),
                demo_on_head(f, side * 0.215f, -0.02f + 0.024f * (float)i, 0.06f)};
            paint_stroke(paint, crow, 2, 0.003f, 0.004f, 0.001f, skin_shadow(f, alpha));
        }
    }
    for (int i = 0; f->age > 0.5f && i < 3; i++) {
        float at = -0.125f - 0.03f * (float)i;
        struct sit_point line[3] = {demo_on_head(f, -0.11f, at, 0.15f),
                                    demo_on_head(f, 0.0f, at - 0.008f, 0.17f),
                                    demo_on_head(f, 0.11f, at, 0.15f)};
        paint_stroke(paint, line, 3, 0.001f, 0.005f, 0.001f,
                     skin_shadow(f, (f->age - 0.4f) * 0.9f));
    }
}

static void draw_facial_hair(struct paint *paint, const struct demo_figure *f)
{
    float y = f->nose_length;
    if (f->has_moustache) {
        struct sit_point m[4] = {demo_on_head(f, -0.075f, y + 0.055f, 0.17f),
                                 demo_on_head(f, -0.02f, y + 0.036f, 0.21f),
                                 demo_on_head(f, 0.02f, y + 0.036f, 0.21f),
                                 demo_on_head(f, 0.075f, y + 0.055f, 0.17f)};
        paint_stroke(paint, m, 4, 0.006f, 0.024f, 0.006f,
                     colour_alpha(f->hair_colour, 0.9f));
    }
    if (f->has_beard) {
        struct sit_point b[7] = {demo_on_head(f, -0.19f, 0.20f, 0.07f),
                                 demo_on_head(f, -0.09f, 0.285f, 0.15f),
                                 demo_on_head(f, 0.0f, 0.30f, 0.18f),
                                 demo_on_head(f, 0.09f, 0.285f, 0.15f),
                                 demo_on_head(f, 0.19f, 0.20f, 0.07f),
                                 demo_on_head(f, 0.11f, 0.37f, 0.11f),
                                 demo_on_head(f, -0.11f, 0.37f, 0.11f)};
        paint_shape(paint, b, 7, paint_flat(colour_alpha(f->hair_colour, 0.85f)));
    }
}

static void draw_glasses(struct paint *paint, const struct demo_figure *f)
{
    for (int s = -1; s <= 1; s += 2) {
        struct sit_point ring[9];
        for (int i = 0; i < 9; i++) {
            float a = (float)i * 0.7853982f;
            ring[i] = demo_on_head(f, (float)s * 0.115f + 0.078f * cosf(a),
                                   0.012f + 0.058f * sinf(a), 0.2f);
        }
        paint_stroke(paint, ring, 9, 0.010f, 0.010f, 0.010f, colour_alpha(ink, 0.85f));
        struct sit_point arm[2] = {demo_on_head(f, (float)s * 0.193f, 0.0f, 0.2f),
                                   demo_on_head(f, (float)s * 0.24f, -0.01f, 0.02f)};
        paint_stroke(paint, arm, 2, 0.008f, 0.008f, 0.008f, colour_alpha(ink, 0.8f));
    }
    struct sit_point bridge[3] = {demo_on_head(f, -0.038f, 0.0f, 0.2f),
                                  demo_on_head(f, 0.0f, -0.012f, 0.23f),
                                  demo_on_head(f, 0.038f, 0.0f, 0.2f)};
    paint_stroke(paint, bridge, 3, 0.009f, 0.009f, 0.009f, colour_alpha(ink, 0.85f));
}

static void draw_face(struct paint *paint, const struct demo_figure *f,
                      const struct demo_style *style)
{
    draw_ears(paint, f, style, false);
    draw_form(paint, f, style);
    draw_ears(paint, f, style, true);
    draw_age(paint, f);
    for (int side = -1; side <= 1; side += 2) {
        draw_eye(paint, f, style, (float)side);
        draw_brow(paint, f, (float)side);
    }
    draw_nose(paint, f, style);
    draw_mouth(paint, f, style);
    draw_facial_hair(paint, f);
}

void demo_portrait_draw(struct paint *paint, const struct demo_figure *figure,
                        const struct demo_style *style)
{
    struct paint scaled = *paint;
    scaled.scale_px *= figure->scale * 1.1f;
    if (figure->truth == SIT_DEMO_OTHER && figure->other <= OTHER_FLOWER) {
        demo_thing_draw(&scaled, figure, style);
        paint->out_of_memory = paint->out_of_memory || scaled.out_of_memory;
        return;
    }
    struct paint head = paint_turned(&scaled, (struct sit_point){0, 0}, figure->slant);
    struct paint body = paint_turned(&scaled, (struct sit_point){0, 0.32f},
                                     -figure->tilt);
    demo_hair_draw_back(&head, figure, style);
    draw_neck(&body, figure, style);
    demo_dress_draw(&body, figure, style);
    draw_face(&head, figure, style);
    demo_hair_draw_front(&head, figure, style);
    if (figure->has_glasses)
        draw_glasses(&head, figure);
    paint->out_of_memory = paint->out_of_memory || head.out_of_memory ||
                           body.out_of_memory;
}
