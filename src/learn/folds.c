/*
 * Assigning sources to stratified folds, as scikit-learn's StratifiedGroupKFold does
 * without shuffling: sources in order of falling spread of their class counts, each to
 * the fold where the classes end up most evenly divided. Sums are taken in NumPy's
 * order, so that ties by rounding fall alike.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/head.h"

struct source {
    uint32_t group, fold;
    size_t rank; /* position in order of `group` */
    double spread;
    size_t counts[SIT_HEAD_MAX_CLASSES];
};

struct assignment {
    size_t n_classes, n_folds;
    double class_counts[SIT_HEAD_MAX_CLASSES];
    size_t *counts; /* (n_folds, n_classes) */
};

/* NumPy's sum of up to 128 contiguous numbers: eight running sums from eight on. */
static double numpy_sum(const double *values, size_t n)
{
    double sum = 0;
    size_t i = 0;
    if (n >= 8) {
        double r[8];
        memcpy(r, values, sizeof r);
        for (i = 8; i + 8 <= n; i += 8)
            for (size_t k = 0; k < 8; k++)
                r[k] += values[i + k];
        sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    }
    for (; i < n; i++)
        sum += values[i];
    return sum;
}

static double spread_of_counts(const size_t *counts, size_t n)
{
    double values[SIT_HEAD_MAX_CLASSES];
    for (size_t k = 0; k < n; k++)
        values[k] = (double)counts[k];
    double mean = numpy_sum(values, n) / (double)n;
    for (size_t k = 0; k < n; k++)
        values[k] = (values[k] - mean) * (values[k] - mean);
    return sqrt(numpy_sum(values, n) / (double)n);
}

/* How unevenly the classes lie over the folds if `source` joined `fold`. */
static double unevenness(const struct assignment *as, const struct source *source,
                         size_t fold)
{
    double deviations[SIT_HEAD_MAX_CLASSES];
    double n_folds = (double)as->n_folds;
    for (size_t k = 0; k < as->n_classes; k++) {
        double mean = 0, squares = 0;
        for (int pass = 0; pass < 2; pass++) {
            double sum = 0;
            for (size_t f = 0; f < as->n_folds; f++) {
                size_t count = as->counts[f * as->n_classes + k] +
                               (f == fold ? source->counts[k] : 0);
                double share = (double)count / as->class_counts[k];
                sum += pass == 0 ? share : (share - mean) * (share - mean);
            }
            if (pass == 0)
                mean = sum / n_folds;
            else
                squares = sum;
        }
        deviations[k] = sqrt(squares / n_folds);
    }
    return numpy_sum(deviations, as->n_classes) / (double)as->n_classes;
}

static size_t best_fold(const struct assignment *as, const struct source *source)
{
    size_t best = 0, least_rows = SIZE_MAX;
    double least = INFINITY;
    for (size_t f = 0; f < as->n_folds; f++) {
        double value = unevenness(as, source, f);
        size_t n_rows = 0;
        for (size_t k = 0; k < as->n_classes; k++)
            n_rows += as->counts[f * as->n_classes + k];
        bool equal = !isinf(least) && fabs(value - least) <= 1e-8 + 1e-5 * fabs(least);
        if (value < least || (equal && n_rows < least_rows)) {
            least = value;
            least_rows = n_rows;
            best = f;
        }
    }
    return best;
}

static int by_group(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    return (x->group > y->group) - (x->group < y->group);
}

static int by_spread(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    if (x->spread != y->spread)
        return x->spread > y->spread ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static struct source *find_source(struct source *sources, size_t n, uint32_t group)
{
    struct source key = {.group = group};
    return bsearch(&key, sources, n, sizeof *sources, by_group);
}

/* The distinct groups in order, sources[0..*n_sources), n items being allocated. */
static void collect_sources(const uint32_t *group, size_t n, struct source *sources,
                            size_t *n_sources)
{
    for (size_t i = 0; i < n; i++)
        sources[i].group = group[i];
    qsort(sources, n, sizeof *sources, by_group);
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++)
        if (n_kept == 0 || sources[n_kept - 1].group != sources[i].group)
            sources[n_kept++].group = sources[i].group;
    *n_sources = n_kept;
}

static enum sit_status check_arguments(const uint8_t *y, size_t n, size_t n_classes,
                                       size_t n_folds, struct sit_error *err)
{
    if (n_classes < 1 || n_classes > SIT_HEAD_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "%zu classes, must be 1 to %d", n_classes,
                             SIT_HEAD_MAX_CLASSES);
    if (n_folds < 2)
        return sit_error_set(err, SIT_E_ARG, "%zu folds, must be at least 2", n_folds);
    if (n == 0)
        return sit_error_set(err, SIT_E_ARG, "no rows to divide into folds");
    for (size_t i = 0; i < n; i++)
        if (y[i] >= n_classes)
            return sit_error_set(err, SIT_E_ARG, "row %zu has class %u of %zu classes",
                                 i, (unsigned)y[i], n_classes);
    return SIT_OK;
}

/* Fill in as->class_counts and each source's counts and spread. Classes without a row
 * take no part, as in scikit-learn. */
static void count_classes(const uint8_t *y, const uint32_t *group, size_t n,
                          size_t n_classes, struct source *sources, size_t n_sources,
                          struct assignment *as)
{
    size_t column[SIT_HEAD_MAX_CLASSES], rows_of[SIT_HEAD_MAX_CLASSES] = {0};
    for (size_t i = 0; i < n; i++)
        rows_of[y[i]]++;
    for (size_t k = 0; k < n_classes; k++) {
        if (rows_of[k] == 0)
            continue;
        column[k] = as->n_classes;
        as->class_counts[as->n_classes++] = (double)rows_of[k];
    }
    for (size_t i = 0; i < n; i++)
        find_source(sources, n_sources, group[i])->counts[column[y[i]]]++;
    for (size_t g = 0; g < n_sources; g++) {
        sources[g].rank = g;
        sources[g].spread = spread_of_counts(sources[g].counts, as->n_classes);
    }
}

enum sit_status sit_folds_assign(const uint8_t *y, const uint32_t *group, size_t n,
                                 size_t n_classes, size_t n_folds, uint32_t *fold,
                                 struct sit_error *err)
{
    struct source *sources = NULL;
    struct assignment as = {.n_folds = n_folds};
    enum sit_status status = check_arguments(y, n, n_classes, n_folds, err);
    if (status != SIT_OK)
        return status;
    sources = sit_calloc(n, sizeof *sources);
    if (sources == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    size_t n_sources;
    collect_sources(group, n, sources, &n_sources);
    if (n_sources < n_folds) {
        status = sit_error_set(err, SIT_E_ARG,
                               "%zu sources are too few for %zu folds: faces of one "
                               "source stay together",
                               n_sources, n_folds);
        goto done;
    }
    as.counts = sit_calloc(n_folds, n_classes * sizeof *as.counts);
    if (as.counts == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    count_classes(y, group, n, n_classes, sources, n_sources, &as);
    qsort(sources, n_sources, sizeof *sources, by_spread);
    for (size_t g = 0; g < n_sources; g++) {
        size_t f = best_fold(&as, &sources[g]);
        for (size_t k = 0; k < as.n_classes; k++)
            as.counts[f * as.n_classes + k] += sources[g].counts[k];
        sources[g].fold = (uint32_t)f;
    }
    qsort(sources, n_sources, sizeof *sources, by_group);
    for (size_t i = 0; i < n; i++)
        fold[i] = find_source(sources, n_sources, group[i])->fold;
done:
    free(sources);
    free(as.counts);
    return status;
}
