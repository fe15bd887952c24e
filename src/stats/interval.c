/*
 * Intervals for proportions. Takes counts; what they count is the caller's affair.
 */
#include "sitter/interval.h"

#include <math.h>

static const double z_95 = 1.959963984540054; /* normal quantile at 0.975 */

struct sit_interval sit_wilson(size_t k, size_t n)
{
    if (n == 0)
        return (struct sit_interval){.low = 0, .high = 1};
    double trials = (double)n;
    double p = (double)(k < n ? k : n) / trials;
    double z2 = z_95 * z_95;
    double scale = 1 + z2 / trials;
    double centre = (p + z2 / (2 * trials)) / scale;
    double half = z_95 * sqrt(p * (1 - p) / trials + z2 / (4 * trials * trials)) /
                  scale;
    /* At the ends the bound is the end itself, which rounding would miss. */
    return (struct sit_interval){.low = k == 0 ? 0 : fmax(0, centre - half),
                                 .high = k >= n ? 1 : fmin(1, centre + half)};
}
