/*
 * Paired comparison of two classifiers from four counts. Which rows they are counted
 * over is the caller's affair.
 */
#include "sitter/paired.h"

#include <math.h>

double sit_mcnemar_exact(const struct sit_paired_counts *counts)
{
    size_t n = counts->only_a + counts->only_b;
    size_t fewer = counts->only_a < counts->only_b ? counts->only_a : counts->only_b;
    if (n == 0)
        return 1;
    /* Logarithms: 2^-n leaves the range of a double from n = 1075 on. */
    double tail = 0, log_n_factorial = lgamma((double)n + 1);
    for (size_t k = 0; k <= fewer; k++)
        tail += exp(log_n_factorial - lgamma((double)k + 1) -
                    lgamma((double)(n - k) + 1) - (double)n * log(2.0));
    return fmin(1, 2 * tail);
}

/* The correlation of the two being right; 0 where one is always or never. The numerator
 * is lessened by n/2 where positive (Newcombe's continuity correction). */
static double correlation(const struct sit_paired_counts *counts)
{
    double e = (double)counts->both, f = (double)counts->only_a;
    double g = (double)counts->only_b, h = (double)counts->neither;
    double n = e + f + g + h;
    double product = (e + f) * (g + h) * (e + g) * (f + h);
    if (product <= 0)
        return 0;
    double numerator = e * h - f * g;
    if (numerator > n / 2)
        numerator -= n / 2;
    else if (numerator > 0)
        numerator = 0;
    return numerator / sqrt(product);
}

struct sit_interval sit_newcombe_paired(const struct sit_paired_counts *counts)
{
    size_t n = counts->both + counts->only_a + counts->only_b + counts->neither;
    if (n == 0)
        return (struct sit_interval){-1, 1};
    size_t right_a = counts->both + counts->only_a;
    size_t right_b = counts->both + counts->only_b;
    struct sit_interval wa = sit_wilson(right_a, n), wb = sit_wilson(right_b, n);
    double pa = (double)right_a / (double)n, pb = (double)right_b / (double)n;
    double phi = correlation(counts), difference = pa - pb;
    double la = pa - wa.low, ua = wa.high - pa, lb = pb - wb.low, ub = wb.high - pb;
    double down = sqrt(fmax(0, la * la - 2 * phi * la * ub + ub * ub));
    double up = sqrt(fmax(0, ua * ua - 2 * phi * ua * lb + lb * lb));
    return (struct sit_interval){difference - down, difference + up};
}
