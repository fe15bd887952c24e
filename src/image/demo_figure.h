/*
 * Who a demo figure is: everything that is chosen by chance about a poster's manner and
 * about each figure on it, apart from how it is drawn.
 */
#ifndef SITTER_DEMO_FIGURE_H
#define SITTER_DEMO_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "demo_paint.h"
#include "sitter/demo.h"
#include "sitter/rng.h"

/** Independent streams of the same (seed, index). */
enum {
    DEMO_STREAM_FACTS = 1,
    DEMO_STREAM_STYLE = 2,
    DEMO_STREAM_SCENE = 3,
    DEMO_STREAM_FIGURE = 16
};

struct sit_rng demo_rng(uint64_t seed, size_t index, uint64_t stream);

/** True with this probability. */
bool demo_chance(struct sit_rng *rng, double probability);

/** An index drawn by weight; ends at the first negative weight. */
size_t demo_pick(struct sit_rng *rng, const float *weights);

float demo_range(struct sit_rng *rng, float low, float high);
float demo_normal(struct sit_rng *rng, float mean, float deviation);

/** What all figures of a poster share. */
struct demo_style {
    float light_side; /* -1 from the left, +1 from the right */
    float contrast;   /* 0 flat to 1 hard light */
    float outline;    /* opacity of drawn contours */
    float saturation, fade, grain, halftone, blur_px, crease;
    struct sit_colour tint;  /* of the light */
    struct sit_colour paper; /* what the print fades to */
    struct sit_colour sky_high, sky_low;
    bool has_rays;
};

void demo_style_choose(uint64_t seed, size_t index,
                       const struct sit_demo_poster *poster, struct demo_style *out);

enum demo_hair {
    HAIR_CROPPED,
    HAIR_SIDE_PART,
    HAIR_SWEPT_BACK,
    HAIR_BALDING,
    HAIR_SHORT_WAVED,
    HAIR_BOB,
    HAIR_PERMED,
    HAIR_BUN,
    HAIR_LONG,
    HAIR_PLAITS,
};

enum demo_headgear {
    HEADGEAR_NONE,
    HEADGEAR_WORKER_CAP,
    HEADGEAR_ARMY_CAP,
    HEADGEAR_HELMET,
    HEADGEAR_SCARF,
    HEADGEAR_STRAW_HAT,
    HEADGEAR_FUR_CAP,
};

enum demo_dress {
    DRESS_JACKET,
    DRESS_ARMY,
    DRESS_SUIT,
    DRESS_OVERALLS,
    DRESS_SHIRT,
    DRESS_JEOGORI,
    DRESS_BLOUSE,
    DRESS_PULLOVER,
};

enum demo_mouth { MOUTH_CLOSED, MOUTH_SMILE, MOUTH_LAUGH, MOUTH_CALL };

enum demo_other { OTHER_BIRD, OTHER_HAMMER, OTHER_FLOWER, OTHER_CHILD, OTHER_DAMAGED };

/** One figure; lengths are in crop sides, angles in radians. */
struct demo_figure {
    enum sit_demo_class truth;
    enum demo_other other; /* where truth is SIT_DEMO_OTHER */
    enum demo_hair hair;
    enum demo_headgear headgear;
    enum demo_dress dress;
    enum demo_mouth mouth;
    bool has_glasses, has_moustache, has_beard;
    float age;                     /* 0 young to 1 old */
    float scale, turn, nod, slant; /* slant: of the eye line */
    float tilt;                    /* of the head against the body */
    struct sit_point shift;        /* of the crop: detectors are not exact */
    float face_width, jaw, chin, cheeks;
    float brow_width, brow_height, brow_arch;
    float eye_width, eye_height, lashes;
    float nose_length, nose_width;
    float mouth_width, lip_fullness, lip_redness;
    float neck_width, shoulder_width;
    float hairline;
    float damage;
    struct sit_colour skin, hair_colour, dress_colour, trim_colour, cap_colour;
    uint64_t detail_seed; /* for strands and folds */
};

void demo_figure_choose(uint64_t seed, size_t index, size_t figure,
                        const struct sit_demo_poster *poster, struct demo_figure *out);

/**
 * Draw a figure: the frame's origin is the middle between the eyes, its scale the side
 * of a face crop. The body goes on below for about two such sides.
 */
void demo_portrait_draw(struct paint *paint, const struct demo_figure *figure,
                        const struct demo_style *style);

/** Parts of it: what lies behind the head, what lies before it, the clothes. */
void demo_hair_draw_back(struct paint *paint, const struct demo_figure *figure,
                         const struct demo_style *style);
void demo_hair_draw_front(struct paint *paint, const struct demo_figure *figure,
                          const struct demo_style *style);
void demo_dress_draw(struct paint *paint, const struct demo_figure *figure,
                     const struct demo_style *style);

/** A point of the head, `depth` in front of the ears' plane, as the head is turned. */
struct sit_point demo_on_head(const struct demo_figure *figure, float x, float y,
                              float depth);

/** The same for a point of the outline: a round head turned is no narrower. */
struct sit_point demo_on_outline(const struct demo_figure *figure, float x, float y,
                                 float depth);

/** Light and shadow tones of a colour, across a part that is `reach` wide. */
struct paint_tone demo_lit(const struct demo_style *style, struct sit_colour colour,
                           float x, float y, float reach);

/** What is not a face: a bird, a hammer, a flower. */
void demo_thing_draw(struct paint *paint, const struct demo_figure *figure,
                     const struct demo_style *style);

/** Sky, rays and blotches behind a face crop. False without memory. */
bool demo_backdrop_draw(struct sit_image *image, const struct demo_style *style,
                        uint64_t detail_seed);

/** Age the print: blur, fading, halftone, grain, creases, tears (damage 0 to 1).
 * False without memory. */
bool demo_print_age(struct sit_image *image, const struct demo_style *style,
                    float damage, uint64_t detail_seed);

#endif
