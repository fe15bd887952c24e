/*
 * Intervals for a share whose variance is estimated: what keeps them honest near 0 and
 * 1 and where the sample shows no error of the predictions. docs/prevalence.md has the
 * measurements that chose them.
 */
#ifndef SITTER_STATS_SHARE_H
#define SITTER_STATS_SHARE_H

#include "sampled.h"

/** p of n trials moved towards 1/2 by four pseudo-trials, so that p (1 - p) > 0. */
double sit_share_pulled(double p, double n);

/** Wilson's interval for p on the effective sample size at which a share of `from`
 * (which is pulled, as one of n trials) would have the variance; t is the quantile.
 * Holds p. */
struct sit_interval sit_share_interval(double p, double variance, double from, double n,
                                       double t);

/**
 * Variance of the mean of e, drawn towards `prior`, the variance without predictions,
 * by the weight of a few labels of the rarer answer, of which there are n_rarer: what
 * the predictions are worth shows on those, and where there is none it does not show at
 * all.
 */
double sit_share_variance(const struct sampled *s, const double *e, const double *h,
                          double prior, double n_rarer);

#endif
