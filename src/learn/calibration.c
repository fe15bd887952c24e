/*
 * Finding and applying a temperature. Which rows it is found on (out-of-fold ones) is
 * the caller's affair; a head keeps it.
 */
#include "sitter/calibration.h"

#include <float.h>
#include <math.h>

#include "probabilities.h"
#include "sitter/head.h"

enum { MAX_CLASSES = SIT_HEAD_MAX_CLASSES, N_STEPS = 60 };

/* p^b normalised, b = 1 / T, into q. Probabilities of 0 count as the least float, as a
 * sigmoid that ran out of exponent. */
static void temper(const float *p, size_t n_classes, double b, double *q)
{
    double greatest = -INFINITY, sum = 0;
    for (size_t k = 0; k < n_classes; k++) {
        q[k] = b * log(fmax((double)p[k], FLT_MIN));
        greatest = fmax(greatest, q[k]);
    }
    for (size_t k = 0; k < n_classes; k++) {
        q[k] = exp(q[k] - greatest);
        sum += q[k];
    }
    for (size_t k = 0; k < n_classes; k++)
        q[k] /= sum;
}

/* The derivative of the summed log-loss by b: expected logit less the true class's. It
 * grows with b. */
static double slope(const float *p, const uint8_t *y, size_t n, size_t n_classes,
                    double b)
{
    double sum = 0, q[MAX_CLASSES];
    for (size_t i = 0; i < n; i++) {
        const float *row = p + i * n_classes;
        temper(row, n_classes, b, q);
        for (size_t k = 0; k < n_classes; k++)
            sum += (q[k] - (k == y[i] ? 1 : 0)) * log(fmax((double)row[k], FLT_MIN));
    }
    return sum;
}

enum sit_status sit_temperature_fit(const float *p, const uint8_t *y, size_t n,
                                    size_t n_classes, double *out,
                                    struct sit_error *err)
{
    enum sit_status status = probabilities_check(p, y, n, n_classes, "calibrate on",
                                                 err);
    if (status != SIT_OK)
        return status;
    for (size_t i = 0; i < n * n_classes; i++)
        if (p[i] < 0)
            return sit_error_set(err, SIT_E_NUMERIC,
                                 "the probability of class %zu in row %zu is below 0",
                                 i % n_classes, i / n_classes);
    double low = -log(SIT_TEMPERATURE_MOST), high = -log(SIT_TEMPERATURE_LEAST);
    if (slope(p, y, n, n_classes, exp(low)) >= 0) {
        *out = SIT_TEMPERATURE_MOST;
        return SIT_OK;
    }
    if (slope(p, y, n, n_classes, exp(high)) <= 0) {
        *out = SIT_TEMPERATURE_LEAST;
        return SIT_OK;
    }
    for (int step = 0; step < N_STEPS; step++) {
        double middle = (low + high) / 2;
        if (slope(p, y, n, n_classes, exp(middle)) < 0)
            low = middle;
        else
            high = middle;
    }
    *out = exp(-(low + high) / 2);
    return SIT_OK;
}

void sit_temperature_apply(float *p, size_t n, size_t n_classes, double temperature)
{
    double q[MAX_CLASSES];
    for (size_t i = 0; i < n && n_classes <= MAX_CLASSES; i++) {
        temper(p + i * n_classes, n_classes, 1 / temperature, q);
        for (size_t k = 0; k < n_classes; k++)
            p[i * n_classes + k] = (float)q[k];
    }
}
