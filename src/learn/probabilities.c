/*
 * Checking probabilities that come from elsewhere. What is made of them is the
 * callers' affair.
 */
#include "probabilities.h"

#include <math.h>

#include "sitter/head.h"
#include "sitter/metrics.h"

_Static_assert((int)SIT_METRICS_MAX_CLASSES == (int)SIT_HEAD_MAX_CLASSES,
               "whatever a head predicts can be measured");

enum sit_status probabilities_check(const float *p, const uint8_t *y, size_t n,
                                    size_t n_classes, const char *purpose,
                                    struct sit_error *err)
{
    if (n == 0)
        return sit_error_set(err, SIT_E_ARG, "no rows to %s", purpose);
    if (n_classes < 2 || n_classes > SIT_HEAD_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "%zu classes, must be 2 to %d", n_classes,
                             SIT_HEAD_MAX_CLASSES);
    for (size_t i = 0; i < n; i++) {
        if (y[i] >= n_classes)
            return sit_error_set(err, SIT_E_ARG, "row %zu has class %u of %zu", i,
                                 (unsigned)y[i], n_classes);
        for (size_t k = 0; k < n_classes; k++)
            if (!isfinite(p[i * n_classes + k]))
                return sit_error_set(err, SIT_E_NUMERIC,
                                     "the probability of class %zu in row %zu is not "
                                     "finite",
                                     k, i);
    }
    return SIT_OK;
}
