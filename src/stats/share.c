/*
 * Wilson's interval on an effective sample, and the variance drawn towards that of the
 * labels.
 */
#include "share.h"

#include <math.h>

/* Weight of the variance without predictions, in labels; see docs/prevalence.md. */
static const double n_prior = 1;

double sit_share_pulled(double p, double n)
{
    return (p * n + 2) / (n + 4);
}

struct sit_interval sit_share_interval(double p, double variance, double from, double n,
                                       double t)
{
    if (!isfinite(variance))
        return (struct sit_interval){0, 1};
    double pulled = sit_share_pulled(from, n);
    double trials = pulled * (1 - pulled) / variance, t2 = t * t;
    if (!(variance > 0))
        return (struct sit_interval){p, p};
    double scale = 1 + t2 / trials;
    double centre = (p + t2 / (2 * trials)) / scale;
    double half = t * sqrt(p * (1 - p) / trials + t2 / (4 * trials * trials)) / scale;
    /* At the ends the bound is the end itself, which rounding would miss. */
    return (struct sit_interval){fmin(p, fmax(0, centre - half)),
                                 fmax(p, fmin(1, centre + half))};
}

double sit_share_variance(const struct sampled *s, const double *e, const double *h,
                          double prior, double n_rarer)
{
    double weight = n_prior / (n_prior + n_rarer);
    return (1 - weight) * sit_sampled_variance(s, e, h) + weight * prior;
}
