/*
 * The logistic head: which solver fits it, and choosing C by cross-validation. Source:
 * methods.md, "Logistic head".
 */
#ifndef SITTER_LOGISTIC_H
#define SITTER_LOGISTIC_H

#include "sitter/head.h"

/**
 * Fit to checked data whose standardised features are x (n, d); chooses C first where
 * options->c is 0. w (1 or n_classes rows of d + 1, intercept last) is written on
 * success.
 */
enum sit_status logistic_train(const struct sit_dataset *data, const double *x,
                               const struct sit_head_options *options,
                               const struct sit_progress *progress, double *w,
                               struct sit_head_report *report, struct sit_error *err);

/** C by cross-validation on checked data, standardised by all of its rows. */
enum sit_status logistic_choose_c(const struct sit_dataset *data,
                                  const struct sit_head_options *options,
                                  const struct sit_progress *progress, double *c,
                                  struct sit_error *err);

/** A logistic head of copies: mean, deviation (d), w (head_n_outputs(), d + 1). */
enum sit_status logistic_head_new(size_t d, size_t n_classes, const double *mean,
                                  const double *deviation, const double *w,
                                  struct sit_head **out, struct sit_error *err);

/** Rows x (n, d) as a logistic head standardises them, into out (n, d). */
void logistic_standardise(const struct sit_head *head, const float *x, size_t n,
                          double *out);

#endif
