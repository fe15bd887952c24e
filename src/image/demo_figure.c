/*
 * Chance at work: the manner of a poster and the traits of each figure. Men and women
 * differ in what is likely, never in what is possible, so that telling them apart is a
 * task and not a formality.
 */
#include "demo_figure.h"

#include <math.h>

#include "demo_facts.h"

static struct sit_colour rgb(int r, int g, int b)
{
    return (struct sit_colour){(float)r / 255.0f, (float)g / 255.0f, (float)b / 255.0f,
                               1.0f};
}

void demo_style_choose(uint64_t seed, size_t index,
                       const struct sit_demo_poster *poster, struct demo_style *out)
{
    struct sit_rng rng = demo_rng(seed, index, DEMO_STREAM_STYLE);
    const struct sit_colour skies[][2] = {
        {rgb(214, 226, 226), rgb(246, 236, 208)},
        {rgb(200, 60, 40), rgb(240, 160, 90)},
        {rgb(120, 160, 180), rgb(220, 222, 200)},
        {rgb(232, 190, 110), rgb(250, 232, 180)},
        {rgb(176, 36, 32), rgb(204, 70, 48)},
        {rgb(150, 170, 130), rgb(224, 220, 180)},
        {rgb(70, 96, 124), rgb(190, 170, 150)},
        {rgb(226, 216, 196), rgb(240, 232, 214)},
        {rgb(92, 76, 66), rgb(150, 124, 96)},
    };
    /* How old the print is, in decades before the last. */
    float age = poster->year > 0 ? (float)(2012 - poster->year) / 66.0f
                                 : demo_range(&rng, 0.2f, 1.0f);
    struct demo_style style = {0};
    style.light_side = demo_chance(&rng, 0.5) ? 1.0f : -1.0f;
    style.contrast = demo_range(&rng, 0.25f, 1.0f);
    style.outline = demo_chance(&rng, 0.35) ? demo_range(&rng, 0.5f, 0.9f)
                                            : demo_range(&rng, 0.05f, 0.35f);
    style.saturation = fminf(1.25f, demo_range(&rng, 0.9f, 1.3f) - 0.2f * age);
    if (demo_chance(&rng, 0.07))
        style.saturation = 0.08f;
    style.fade = fmaxf(0.0f, demo_range(&rng, -0.12f, 0.16f) + 0.12f * age);
    style.grain = demo_range(&rng, 1.0f, 3.0f) + 3.5f * age * demo_range(&rng, 0.1f, 1);
    style.halftone = demo_chance(&rng, 0.2) ? demo_range(&rng, 0.05f, 0.16f) : 0.0f;
    style.blur_px = demo_chance(&rng, 0.3) ? demo_range(&rng, 0.4f, 1.1f) : 0.0f;
    style.crease = demo_chance(&rng, 0.12 + 0.2 * (double)age)
                       ? demo_range(&rng, 0.2f, 0.6f)
                       : 0.0f;
    style.tint = colour_mix(rgb(255, 246, 232), rgb(255, 214, 180),
                            demo_range(&rng, 0.0f, 1.0f));
    if (demo_chance(&rng, 0.15))
        style.tint = rgb(226, 238, 250);
    style.paper = colour_mix(rgb(238, 230, 212), rgb(206, 182, 140),
                             demo_range(&rng, 0.0f, 1.0f) * (0.3f + 0.7f * age));
    size_t sky = (size_t)sit_rng_below(&rng, sizeof(skies) / sizeof(skies[0]));
    style.sky_high = skies[sky][0];
    style.sky_low = skies[sky][1];
    style.has_rays = demo_chance(&rng, 0.3);
    *out = style;
}

/* The shape of the face by one number: `m` is about +1 for men, -1 for women. */
static void choose_features(struct sit_rng *rng, float m, struct demo_figure *f)
{
    f->face_width = demo_normal(rng, 1.0f + 0.012f * m, 0.035f);
    f->jaw = demo_normal(rng, 0.5f + 0.3f * m, 0.22f);
    f->chin = demo_normal(rng, 0.012f * m, 0.012f);
    f->cheeks = demo_normal(rng, 0.3f - 0.18f * m, 0.12f);
    f->brow_width = fmaxf(0.008f, demo_normal(rng, 0.0215f + 0.0065f * m, 0.0035f));
    f->brow_height = demo_normal(rng, 0.073f - 0.007f * m, 0.006f);
    f->brow_arch = demo_normal(rng, 0.016f - 0.005f * m, 0.006f);
    f->eye_width = demo_normal(rng, 0.062f - 0.001f * m, 0.003f);
    f->eye_height = demo_normal(rng, 0.0265f - 0.0035f * m, 0.003f);
    f->lashes = fmaxf(0.0f, demo_normal(rng, 0.45f - 0.35f * m, 0.2f));
    f->nose_length = demo_normal(rng, 0.162f + 0.006f * m, 0.008f);
    f->nose_width = demo_normal(rng, 0.054f + 0.004f * m, 0.004f);
    f->mouth_width = demo_normal(rng, 0.083f + 0.004f * m, 0.006f);
    f->lip_fullness = fmaxf(0.3f, demo_normal(rng, 0.9f - 0.26f * m, 0.15f));
    f->lip_redness = fmaxf(0.0f, demo_normal(rng, 0.5f - 0.3f * m, 0.16f));
    f->neck_width = demo_normal(rng, 0.130f + 0.022f * m, 0.010f);
    f->shoulder_width = demo_normal(rng, 0.50f + 0.06f * m, 0.035f);
    f->hairline = demo_normal(rng, 0.0f, 0.012f);
}

/* Rows: men, women. */
static const float hair_weights[2][11] = {
    {31, 28, 16, 5, 11, 3, 4, 1, 2, 0, -1},
    {3, 10, 11, 0, 17, 19, 18, 16, 8, 10, -1},
};
static const float headgear_weights[2][8] = {
    {46, 15, 14, 10, 4, 6, 5, -1},
    {56, 7, 4, 5, 17, 8, 3, -1},
};
static const float dress_weights[2][9] = {
    {30, 12, 17, 12, 17, 1, 3, 8, -1},
    {14, 5, 5, 9, 10, 24, 24, 9, -1},
};
static const float mouth_weights[] = {38, 30, 20, 12, -1};

static void choose_dress(struct sit_rng *rng, const struct sit_demo_poster *poster,
                         int row, struct demo_figure *f)
{
    static const unsigned char cloths[][3] = {
        {74, 92, 70},    {60, 74, 104},  {120, 112, 84},  {150, 60, 48}, {88, 88, 92},
        {196, 170, 120}, {70, 110, 120}, {224, 214, 196}, {110, 78, 58}, {178, 132, 70},
    };
    static const unsigned char bright[][3] = {
        {232, 150, 160}, {244, 236, 220}, {206, 74, 66},   {150, 190, 200},
        {240, 200, 110}, {170, 150, 196}, {150, 190, 140}, {222, 120, 90},
    };
    f->dress = (enum demo_dress)demo_pick(rng, dress_weights[row]);
    f->headgear = (enum demo_headgear)demo_pick(rng, headgear_weights[row]);
    if (demo_has_keyword(poster, "army") && demo_chance(rng, row == 0 ? 0.6 : 0.4)) {
        f->dress = DRESS_ARMY;
        if (demo_chance(rng, 0.7))
            f->headgear = demo_chance(rng, 0.75) ? HEADGEAR_ARMY_CAP : HEADGEAR_FUR_CAP;
    } else if ((demo_has_keyword(poster, "steel") ||
                demo_has_keyword(poster, "mining")) &&
               demo_chance(rng, 0.4)) {
        f->headgear = HEADGEAR_HELMET;
        f->dress = demo_chance(rng, 0.5) ? DRESS_OVERALLS : DRESS_JACKET;
    }
    if (f->dress == DRESS_JEOGORI && f->headgear != HEADGEAR_SCARF)
        f->headgear = HEADGEAR_NONE;
    size_t cloth = (size_t)sit_rng_below(rng, sizeof(cloths) / sizeof(cloths[0]));
    size_t other = (size_t)sit_rng_below(rng, sizeof(bright) / sizeof(bright[0]));
    f->dress_colour = rgb(cloths[cloth][0], cloths[cloth][1], cloths[cloth][2]);
    f->trim_colour = rgb(bright[other][0], bright[other][1], bright[other][2]);
    if (f->dress == DRESS_JEOGORI || f->dress == DRESS_BLOUSE ||
        (f->dress == DRESS_PULLOVER && row == 1)) {
        struct sit_colour swapped = f->dress_colour;
        f->dress_colour = f->trim_colour;
        f->trim_colour = swapped;
    }
    if (f->dress == DRESS_ARMY)
        f->dress_colour = colour_mix(rgb(116, 118, 72), rgb(150, 128, 84),
                                     demo_range(rng, 0, 1));
    size_t cap = (size_t)sit_rng_below(rng, sizeof(cloths) / sizeof(cloths[0]));
    f->cap_colour = rgb(cloths[cap][0], cloths[cap][1], cloths[cap][2]);
    if (f->headgear == HEADGEAR_ARMY_CAP || f->headgear == HEADGEAR_FUR_CAP)
        f->cap_colour = colour_scale(f->dress_colour, demo_range(rng, 0.8f, 1.05f));
    if (f->headgear == HEADGEAR_SCARF)
        f->cap_colour = demo_chance(rng, 0.6) ? rgb(242, 236, 224) : f->trim_colour;
    if (f->headgear == HEADGEAR_STRAW_HAT)
        f->cap_colour = rgb(222, 184, 110);
    if (f->headgear == HEADGEAR_HELMET)
        f->cap_colour = demo_chance(rng, 0.5) ? rgb(222, 190, 90) : rgb(200, 90, 60);
}

static void choose_colours(struct sit_rng *rng, float m, struct demo_figure *f)
{
    struct sit_colour fair = rgb(246, 208, 172), brown = rgb(198, 132, 90);
    float tan = fminf(1.0f, fmaxf(0.0f, demo_normal(rng, 0.32f + 0.13f * m, 0.22f)));
    f->skin = colour_mix(fair, brown, tan);
    f->skin.g *= demo_range(rng, 0.95f, 1.03f);
    f->hair_colour = colour_mix(rgb(26, 22, 24), rgb(62, 42, 32),
                                demo_range(rng, 0, 1));
    if (f->age > 0.55f)
        f->hair_colour = colour_mix(f->hair_colour, rgb(196, 192, 186),
                                    fminf(1.0f, (f->age - 0.55f) * 2.2f));
}

static void make_child(struct sit_rng *rng, struct demo_figure *f)
{
    f->age = 0.0f;
    f->jaw = demo_range(rng, -0.1f, 0.1f);
    f->chin = -0.045f;
    f->cheeks = 0.9f;
    f->eye_width *= 1.12f;
    f->eye_height *= 1.35f;
    f->brow_width = 0.012f;
    f->nose_length *= 0.76f;
    f->nose_width *= 0.85f;
    f->mouth_width *= 0.8f;
    f->neck_width = 0.095f;
    f->shoulder_width = 0.38f;
    f->hair = demo_chance(rng, 0.5) ? HAIR_CROPPED : HAIR_BOB;
    f->headgear = HEADGEAR_NONE;
    f->has_glasses = f->has_moustache = f->has_beard = false;
}

void demo_figure_choose(uint64_t seed, size_t index, size_t figure,
                        const struct sit_demo_poster *poster, struct demo_figure *out)
{
    struct sit_rng rng = demo_rng(seed, index, DEMO_STREAM_FIGURE + figure);
    struct demo_figure f = {.truth = poster->truth[figure]};
    (void)sit_rng_next(&rng); /* demo_other_of() begins with the same number */
    f.other = demo_other_of(seed, index, figure);
    bool is_woman = f.truth == SIT_DEMO_FEMALE;
    if (f.truth == SIT_DEMO_OTHER)
        is_woman = demo_chance(&rng, 0.5);
    int row = is_woman ? 1 : 0;
    float m = demo_normal(&rng, is_woman ? -0.72f : 0.72f, 0.72f);

    f.age = demo_range(&rng, 0.0f, 1.0f);
    f.age *= f.age;
    choose_features(&rng, m, &f);
    f.hair = (enum demo_hair)demo_pick(&rng, hair_weights[row]);
    f.mouth = (enum demo_mouth)demo_pick(&rng, mouth_weights);
    choose_dress(&rng, poster, row, &f);
    choose_colours(&rng, m, &f);
    f.has_glasses = demo_chance(&rng, 0.05);
    f.has_moustache = !is_woman && demo_chance(&rng, 0.07);
    f.has_beard = !is_woman && demo_chance(&rng, f.age > 0.6f ? 0.15 : 0.02);
    f.scale = demo_normal(&rng, 1.0f, 0.06f);
    f.turn = demo_normal(&rng, 0.0f, 0.26f);
    f.turn = fmaxf(-0.5f, fminf(0.5f, f.turn));
    f.nod = fmaxf(-0.3f, fminf(0.3f, demo_normal(&rng, -0.04f, 0.12f)));
    f.tilt = demo_normal(&rng, 0.0f, 0.13f);
    f.slant = demo_normal(&rng, 0.0f, 0.04f);
    f.shift.x = demo_normal(&rng, 0.0f, 0.015f);
    f.shift.y = demo_normal(&rng, 0.0f, 0.015f);
    if (f.truth == SIT_DEMO_OTHER && f.other == OTHER_CHILD)
        make_child(&rng, &f);
    if (f.truth == SIT_DEMO_OTHER && f.other == OTHER_DAMAGED)
        f.damage = demo_range(&rng, 0.7f, 1.0f);
    f.detail_seed = sit_rng_next(&rng);
    *out = f;
}
