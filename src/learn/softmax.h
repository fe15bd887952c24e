/*
 * Scores as probabilities.
 */
#ifndef SITTER_SOFTMAX_H
#define SITTER_SOFTMAX_H

#include <stddef.h>

/** z (n_classes) becomes probabilities in place; returns log(sum(exp(z))). */
double softmax_normalise(double *z, size_t n_classes);

#endif
