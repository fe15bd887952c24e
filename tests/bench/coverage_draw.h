/*
 * Drawn collections of posters with faces, whose truth is known: women, men and others,
 * over five decades, as a classifier sees them that errs differently in each decade.
 */
#ifndef SITTER_TESTS_COVERAGE_DRAW_H
#define SITTER_TESTS_COVERAGE_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/rng.h"

enum { N_DECADES = 5 };

struct drawn_design {
    size_t n_faces;    /* about: the last poster is whole */
    double prevalence; /* women among all faces, about */
    double accuracy;   /* of women against men, about */
    size_t n_labels;   /* faces; by poster: about */
    bool by_poster;    /* labels come whole posters at a time */
};

/** Arrays of faces, then of posters; poster by poster. */
struct drawn {
    size_t n, n_posters;
    size_t n_labelled;
    float *woman, *known;             /* truth: woman; woman or man */
    float *p_woman, *p_known;         /* predicted probabilities */
    float *h_woman, *h_known;         /* the most probable class, 0 or 1 */
    float *label_woman, *label_known; /* truth where labelled, else NAN */
    float *year;
    uint32_t *poster, *decade;
    size_t *order;                                       /* room for drawing */
    float *only_women, *p_only_women, *label_only_women; /* (n_posters) */
};

/** Room for a collection of about n_faces; false: no memory. */
bool drawn_init(struct drawn *c, size_t n_faces);
void drawn_release(struct drawn *c);

/** A new collection. */
void drawn_collection(struct drawn *c, const struct drawn_design *design,
                      struct sit_rng *rng);

/** New labels on it. */
void drawn_labels(struct drawn *c, const struct drawn_design *design,
                  struct sit_rng *rng);

/** Sum of num over sum of den (NULL: 1) where `decade` (NULL: all) is `which`. */
double drawn_truth(const float *num, const float *den, const uint32_t *decade,
                   uint32_t which, size_t n);

/** Slope of the share in ten years: weighted least squares over all units. */
double drawn_slope(const float *num, const float *den, const float *year, size_t n);

#endif
