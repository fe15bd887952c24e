/*
 * Whole demo pictures: a face crop, and a poster with its scene, its figures and the
 * band of its slogan.
 */
#include "demo_scene.h"

/* Hand the picture over where all of it could be drawn. */
static enum sit_status checked(bool is_complete, struct sit_image *image,
                               struct sit_image *out, struct sit_error *err)
{
    if (!is_complete) {
        sit_image_release(image);
        return sit_error_nomem(err);
    }
    *out = *image;
    return SIT_OK;
}

enum sit_status sit_demo_draw_face(uint64_t seed, size_t index, size_t figure,
                                   size_t face_px, struct sit_image *out,
                                   struct sit_error *err)
{
    struct sit_demo_poster poster;
    sit_demo_poster_describe(seed, index, &poster);
    if (figure >= poster.n_figures)
        return sit_error_set(err, SIT_E_ARG, "poster %s has no figure %zu", poster.id,
                             figure);
    struct sit_image image;
    enum sit_status status = sit_image_new(face_px, face_px, &image, err);
    if (status != SIT_OK)
        return status;
    struct demo_style style;
    struct demo_figure person;
    demo_style_choose(seed, index, &poster, &style);
    demo_figure_choose(seed, index, figure, &poster, &person);
    float side = (float)face_px;
    struct paint paint = paint_on(&image, side * (0.5f + person.shift.x),
                                  side * (0.385f + person.shift.y), side, 0);
    bool ok = demo_backdrop_draw(&image, &style, person.detail_seed);
    demo_portrait_draw(&paint, &person, &style);
    ok = demo_print_age(&image, &style, person.damage, person.detail_seed) && ok;
    return checked(ok && !paint.out_of_memory, &image, out, err);
}

/* Where a figure stands: the middle between its eyes, and its size. */
struct place {
    float x, y, side;
};

/* Figures side by side, every other one further back and higher. */
static void place_figures(size_t n_figures, struct sit_rng *rng, struct place *places)
{
    static const float sides[] = {0.46f, 0.46f, 0.46f, 0.40f, 0.36f, 0.34f};
    size_t back = (size_t)sit_rng_below(rng, 2);
    for (size_t i = 0; i < n_figures; i++) {
        bool is_back = i % 2 == back;
        float step = 0.9f / (float)n_figures;
        places[i].x = 0.05f + step * ((float)i + 0.5f) + demo_range(rng, -0.02f, 0.02f);
        places[i].y = is_back ? demo_range(rng, 0.38f, 0.46f)
                              : demo_range(rng, 0.58f, 0.70f);
        places[i].side = sides[n_figures] * (is_back ? 0.86f : 1.06f);
    }
}

static void draw_figures(struct paint *sheet, uint64_t seed, size_t index,
                         const struct sit_demo_poster *poster,
                         const struct demo_style *style, struct sit_rng *rng)
{
    struct place places[SIT_DEMO_MAX_FIGURES];
    place_figures(poster->n_figures, rng, places);
    float width = sheet->scale_px;
    for (int front = 0; front <= 1; front++)
        for (size_t i = 0; i < poster->n_figures; i++) {
            if ((places[i].y > 0.52f) != (front == 1))
                continue;
            struct demo_figure figure;
            demo_figure_choose(seed, index, i, poster, &figure);
            struct place at = places[i];
            float angle = figure.tilt;
            if (figure.truth == SIT_DEMO_OTHER && figure.other == OTHER_BIRD) {
                at.y = 0.2f; /* in the sky, above the others */
                angle = 0.0f;
            }
            struct paint paint = paint_on(sheet->image, at.x * width, at.y * width,
                                          at.side * width, angle);
            demo_portrait_draw(&paint, &figure, style);
            sheet->out_of_memory = sheet->out_of_memory || paint.out_of_memory;
        }
}

enum sit_status sit_demo_draw_poster(uint64_t seed, size_t index, size_t width_px,
                                     struct sit_image *out, struct sit_error *err)
{
    struct sit_image image;
    if (width_px > SIT_IMAGE_MAX_SIDE_PX)
        return sit_error_set(err, SIT_E_LIMIT, "a poster %zu px wide is too large",
                             width_px);
    size_t height_px = width_px + (width_px * 2 + 2) / 5;
    enum sit_status status = sit_image_new(width_px, height_px, &image, err);
    if (status != SIT_OK)
        return status;
    struct sit_demo_poster poster;
    struct demo_style style;
    sit_demo_poster_describe(seed, index, &poster);
    demo_style_choose(seed, index, &poster, &style);
    struct sit_rng rng = demo_rng(seed, index, DEMO_STREAM_SCENE);
    enum demo_setting setting = demo_setting_of(seed, index);
    uint64_t detail_seed = sit_rng_next(&rng);

    bool ok = demo_backdrop_draw(&image, &style, detail_seed);
    struct paint sheet = paint_on(&image, 0, 0, (float)width_px, 0);
    demo_scene_draw(&sheet, setting, &style, &rng);
    draw_figures(&sheet, seed, index, &poster, &style, &rng);
    demo_slogan_draw(&sheet, &poster, &style, &rng);
    ok = demo_print_age(&image, &style, 0.0f, detail_seed) && ok;
    return checked(ok && !sheet.out_of_memory, &image, out, err);
}
