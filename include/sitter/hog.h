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

enum { SIT_HOG_SIDE_PX = 64, SIT_HOG_DIM = 7 * 7 * 4 * 9 };

/** Features of one face into out[SIT_HOG_DIM]. Thread-safe. */
enum sit_status sit_hog_extract(const struct sit_image *face, float *out,
                                struct sit_error *err);

#endif
