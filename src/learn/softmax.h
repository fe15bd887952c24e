/*
 * Softmax regression with an L2 penalty, for more than two classes. Source: methods.md,
 * "Logistic head".
 */
#ifndef SITTER_SOFTMAX_H
#define SITTER_SOFTMAX_H

#include <stdint.h>

#include "fit_watch.h"

/** Minimise sum_i s_i (-log p_i,y_i) + |W|^2 / (2c); intercepts are free. Borrowed. */
struct softmax_problem {
    const double *x;  /* (n, d) standardised */
    const uint8_t *y; /* (n) below n_classes where s > 0 */
    const double *s;  /* (n) row weights >= 0 */
    size_t n, d, n_classes;
    double c;
    double tolerance; /* of max|gradient|, relative to max(1, that at theta = 0) */
};

/** Length of theta: W (n_classes, d), then the n_classes intercepts. */
size_t softmax_dim(const struct softmax_problem *problem);

/** As newton_fit(). */
enum sit_status softmax_fit(const struct softmax_problem *problem,
                            const struct fit_watch *watch, double *theta,
                            struct fit_result *result, struct sit_error *err);

/** Scores z (n, n_classes) of all rows at theta. */
enum sit_status softmax_scores(const struct softmax_problem *problem,
                               const double *theta, double *z, struct sit_error *err);

/** z (n_classes) becomes probabilities in place; returns log(sum(exp(z))). */
double softmax_normalise(double *z, size_t n_classes);

#endif
