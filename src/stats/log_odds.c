/*
 * Log-odds ratios of word counts under a Dirichlet prior, and Holm's correction for
 * looking at every word.
 */
#include "sitter/log_odds.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

static const double Z_95 = 1.959963984540054;
static const double FAMILY_LEVEL = 0.05;

static double log_odds(double count, double total)
{
    return log(count / (total - count));
}

static struct sit_log_odds one_word(double a, double b, double n_a, double n_b,
                                    double prior)
{
    double alpha = prior * ((a + b) / (n_a + n_b));
    struct sit_log_odds odds = {
        .value = log_odds(a + alpha, n_a + prior) - log_odds(b + alpha, n_b + prior),
        .error = sqrt(1 / (a + alpha) + 1 / (b + alpha)),
    };
    odds.low = odds.value - Z_95 * odds.error;
    odds.high = odds.value + Z_95 * odds.error;
    odds.z = odds.value / odds.error;
    if (!isfinite(odds.value))
        odds = (struct sit_log_odds){
            .value = NAN, .error = NAN, .low = NAN, .high = NAN, .z = NAN};
    return odds;
}

struct ranked {
    double p;
    size_t word;
};

static int by_p(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    return (a->p > b->p) - (a->p < b->p);
}

/* Holm 1979: the k-th smallest p against level / (n - k), up to the first that fails.
 */
static void mark_survivors(struct ranked *ranked, size_t n, struct sit_log_odds *odds)
{
    qsort(ranked, n, sizeof *ranked, by_p);
    for (size_t k = 0; k < n && ranked[k].p <= FAMILY_LEVEL / (double)(n - k); k++)
        odds[ranked[k].word].survives = true;
}

enum sit_status sit_log_odds(const size_t *a, const size_t *b, size_t n, double prior,
                             struct sit_log_odds *out, struct sit_error *err)
{
    double n_a = 0, n_b = 0;
    size_t n_ranked = 0;
    if (!(prior > 0) || !isfinite(prior))
        return sit_error_set(err, SIT_E_ARG, "the prior's weight must be above 0");
    struct ranked *ranked = sit_malloc_array(n, sizeof *ranked);
    if (ranked == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n; i++) {
        n_a += (double)a[i];
        n_b += (double)b[i];
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = one_word((double)a[i], (double)b[i], n_a, n_b, prior);
        if (isfinite(out[i].z))
            ranked[n_ranked++] = (struct ranked){erfc(fabs(out[i].z) / sqrt(2)), i};
    }
    mark_survivors(ranked, n_ranked, out);
    free(ranked);
    return SIT_OK;
}
