/*
 * The drawn demo collection: posters with two to five painted figures each, the face
 * crops, who is shown (the drawn truth), years, keywords and descriptions. Everything
 * follows from the seed, so that tests and measurements of any size use the same
 * generator. Pictures and facts only; demo folders and projects are made elsewhere.
 */
#ifndef SITTER_DEMO_H
#define SITTER_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/image.h"

enum { SIT_DEMO_MAX_FIGURES = 5, SIT_DEMO_MAX_KEYWORDS = 6 };
enum { SIT_DEMO_FACE_PX = 112 };

/** What a face truly is. */
enum sit_demo_class { SIT_DEMO_MALE = 0, SIT_DEMO_FEMALE = 1, SIT_DEMO_OTHER = 2 };

/** One poster's facts; the same for the same (seed, index), whatever else is drawn. */
struct sit_demo_poster {
    char id[16];     /* digits, "100017"; ids ascend with the index */
    char title[96];  /* a slogan; some of them in Korean (UTF-8) */
    char artist[48]; /* "" where unknown */
    int year;        /* 1946 to 2012; 0 where unknown ("n.d.") */
    size_t n_keywords;
    char keywords[SIT_DEMO_MAX_KEYWORDS][32];
    char
        description[256]; /* English, names the figures: "Smiling women ...; men ..." */
    size_t n_figures;     /* 2 to 5 */
    enum sit_demo_class truth[SIT_DEMO_MAX_FIGURES];
};

/** Facts of poster `index`. */
void sit_demo_poster_describe(uint64_t seed, size_t index, struct sit_demo_poster *out);

/**
 * Draw the face crop of figure `figure` (< n_figures) of poster `index`, face_px
 * square: hair, headgear, dress, age, pose, light, paper and print grain vary; a small
 * share of "other" crops (birds, tools, children, damaged print). Cost: below 1 ms at
 * 112 px.
 */
enum sit_status sit_demo_draw_face(uint64_t seed, size_t index, size_t figure,
                                   size_t face_px, struct sit_image *out,
                                   struct sit_error *err);

/** Draw the whole poster, width_px wide and 1.4 times as high, with the same figures.
 */
enum sit_status sit_demo_draw_poster(uint64_t seed, size_t index, size_t width_px,
                                     struct sit_image *out, struct sit_error *err);

#endif
