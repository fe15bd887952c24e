/*
 * Benjamini and Hochberg's step-up procedure as q values.
 */
#include "sitter/false_discovery.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

struct ranked {
    double p;
    size_t index;
};

static int by_p(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return (x->p > y->p) - (x->p < y->p);
}

enum sit_status sit_false_discovery(const double *p, size_t n, double *q,
                                    struct sit_error *err)
{
    size_t n_tests = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] < 0 || p[i] > 1)
            return sit_error_set(err, SIT_E_ARG, "q values: p of test %zu is %g", i,
                                 p[i]);
    struct ranked *tests = sit_malloc_array(n, sizeof *tests);
    if (tests == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i]))
            tests[n_tests++] = (struct ranked){p[i], i};
        q[i] = NAN;
    }
    qsort(tests, n_tests, sizeof *tests, by_p);
    double least = 1;
    for (size_t rank = n_tests; rank-- > 0;) {
        least = fmin(least, tests[rank].p * (double)n_tests / (double)(rank + 1));
        q[tests[rank].index] = least;
    }
    free(tests);
    return SIT_OK;
}
