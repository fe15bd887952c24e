/*
 * Private to vision: a shape predictor (Kazemi and Sullivan 2014) in memory: a mean
 * shape and stages of regression trees over differences of pixels near it.
 */
#ifndef SITTER_VISION_LANDMARK_MODEL_H
#define SITTER_VISION_LANDMARK_MODEL_H

#include "sitter/detect.h"

enum { SHAPE_FLOATS = 2 * SIT_N_LANDMARKS };

/* Goes left where pixel a minus pixel b exceeds the threshold. */
struct landmark_split {
    uint32_t a, b; /* < the stage's n_pixels */
    float threshold;
};

struct landmark_stage {
    size_t n_pixels;
    uint32_t *anchors; /* (n_pixels) < SIT_N_LANDMARKS */
    float *offsets;    /* (n_pixels, 2) from the anchor, in the mean shape's frame */
    size_t n_trees;
    size_t n_splits;               /* of every tree, 2^depth - 1 */
    struct landmark_split *splits; /* (n_trees, n_splits), level by level */
    float *leaves;                 /* (n_trees, n_splits + 1, SHAPE_FLOATS) */
};

struct sit_landmark_model {
    float mean_shape[SHAPE_FLOATS]; /* x, y in [0, 1] of the box */
    size_t n_stages;
    struct landmark_stage *stages;
    size_t max_pixels; /* the largest n_pixels */
};

#endif
