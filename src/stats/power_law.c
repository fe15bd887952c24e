/*
 * Fitting a - b n^-c. The exponent is searched on a grid, since the sum of squares may
 * have several minima in it; for each, a and b are a straight line's.
 */
#include "sitter/power_law.h"

#include <math.h>

enum { N_EXPONENTS = 96 };

struct sums {
    double w, u, uu, v, uv;
};

/* v = a - b u, constrained; returns the sum of squares. */
static double fit_line(const double *n, const double *accuracy, const double *weight,
                       size_t n_points, double c, double *a, double *b)
{
    struct sums s = {0};
    for (size_t i = 0; i < n_points; i++) {
        double w = weight != NULL ? weight[i] : 1, u = pow(n[i], -c), v = accuracy[i];
        s.w += w;
        s.u += w * u;
        s.uu += w * u * u;
        s.v += w * v;
        s.uv += w * u * v;
    }
    double determinant = s.w * s.uu - s.u * s.u;
    *b = determinant > 0 ? -(s.w * s.uv - s.u * s.v) / determinant : 0;
    *b = fmax(*b, 0);
    *a = (s.v + *b * s.u) / s.w;
    if (*a > 1) {
        *a = 1;
        *b = fmax(0, (s.u - s.uv) / s.uu);
    }
    double squares = 0;
    for (size_t i = 0; i < n_points; i++) {
        double w = weight != NULL ? weight[i] : 1;
        double error = accuracy[i] - (*a - *b * pow(n[i], -c));
        squares += w * error * error;
    }
    return squares;
}

static bool is_usable(const double *n, const double *accuracy, const double *weight,
                      size_t n_points)
{
    size_t n_different = 0;
    for (size_t i = 0; i < n_points; i++) {
        if (!(n[i] > 0) || !isfinite(n[i]) || !isfinite(accuracy[i]) ||
            (weight != NULL && !(weight[i] > 0)))
            return false;
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || n[j] == n[i];
        n_different += !seen;
    }
    return n_different >= 3;
}

bool sit_power_law_fit(const double *n, const double *accuracy, const double *weight,
                       size_t n_points, struct sit_power_law *out)
{
    if (!is_usable(n, accuracy, weight, n_points))
        return false;
    struct sit_power_law best = {0};
    double least = INFINITY;
    for (int i = 0; i < N_EXPONENTS; i++) {
        struct sit_power_law law = {.c = 0.1 * pow(20.0, i / (N_EXPONENTS - 1.0))};
        double squares = fit_line(n, accuracy, weight, n_points, law.c, &law.a, &law.b);
        if (squares < least) {
            least = squares;
            best = law;
        }
    }
    *out = best;
    return true;
}

double sit_power_law_at(const struct sit_power_law *law, double n)
{
    return law->a - law->b * pow(n, -law->c);
}
