/*
 * Histograms of oriented gradients (Dalal and Triggs 2005): the built-in features that
 * need no weights. Grey, scaled to 64 x 64; cells of 8 x 8 pixels; 9 unsigned
 * orientations, votes interpolated between neighbouring bins and cells; blocks of 2 x 2
 * cells, stride one cell, L2-Hys (clipped at 0.2).
 */
#ifndef SITTER_HOG_H
#define SITTER_HOG_H

#include "sitter/image.h"
#include "sitter/status.h"

enum {
    SIT_HOG_SIDE_PX = 64,
    SIT_HOG_DIM = 7 * 7 * 4 * 9,
    SIT_HOG_REVISION = 2, /* goes up when the same face gives other numbers */
};

/** Features of one face of any size into out[SIT_HOG_DIM]. SIT_E_NOMEM. Thread-safe. */
enum sit_status sit_hog_extract(const struct sit_grey *face, float *out,
                                struct sit_error *err);

/**
 * The same of grey (64, 64). Within 1e-4 of the definition computed in double
 * precision, and the same to the bit on every processor. Thread-safe. Test:
 * tests/unit/hog_test.c.
 */
void sit_hog_compute(const uint8_t *grey, float *out);

#endif
