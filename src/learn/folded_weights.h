/*
 * Linear weights with the standardisation folded in, ready for features as they are:
 * x (w / deviation) + b - mean (w / deviation). What the row kernels take.
 */
#ifndef SITTER_FOLDED_WEIGHTS_H
#define SITTER_FOLDED_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

struct folded_weights {
    double *v;    /* (n_outputs, row_padded(d)), zeros at the end of each row */
    double *bias; /* (n_outputs) */
};

/** False where memory is short. */
bool folded_weights_init(struct folded_weights *folded, size_t n_outputs, size_t d);
void folded_weights_release(struct folded_weights *folded);
/** From w (n_outputs, d + 1), intercept last. */
void folded_weights_set(struct folded_weights *folded, size_t n_outputs, size_t d,
                        const double *w, const double *mean, const double *deviation);

#endif
