/*
 * The tail of Student's t through the incomplete beta function (its continued fraction,
 * evaluated by Lentz's method), and the 95 % bound by bisection.
 */
#include "student.h"

#include <math.h>

/* The continued fraction of I_x(a, b); converges fast for x < (a + 1)/(a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    for (int m = 1; m <= 10000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double before = value;
        for (int half = 0; half < 2; half++) {
            double term = half == 0 ? even : odd;
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            value *= c * d;
        }
        if (fabs(value - before) <= 1e-15 * fabs(value))
            break;
    }
    return value;
}

static double incomplete_beta(double x, double a, double b)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) +
                       b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double sit_student_two_sided(double t, double df)
{
    if (isnan(t) || isnan(df))
        return NAN;
    if (!isfinite(df) || df > 1e7)
        return erfc(fabs(t) / sqrt(2.0));
    return incomplete_beta(df / (df + t * t), df / 2, 0.5);
}

double sit_student_95(double df)
{
    double low = 1.9, high = 13;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (sit_student_two_sided(middle, df) > 0.05)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}
