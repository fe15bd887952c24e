/*
 * Coefficients of agreement from counts of ratings a unit, and their bootstrap.
 */
#include "sitter/agreement.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/bootstrap.h"

enum { MAX_CLASSES = 64, PERCENT = 0, KAPPA, ALPHA, AC1, N_VALUES };

/* The units with two ratings or more. */
struct units {
    size_t n, n_classes;
    bool is_pair;     /* of two raters: kappa is defined */
    uint32_t *counts; /* (n, n_classes) ratings of each class */
    int8_t *pair;     /* (n, 2) the two raters' classes, where is_pair */
    uint32_t *group;  /* (n) */
};

static void release(struct units *units)
{
    free(units->counts);
    free(units->pair);
    free(units->group);
}

static enum sit_status check(const struct sit_ratings *ratings, struct sit_error *err)
{
    if (ratings->n_raters < 2)
        return sit_error_set(err, SIT_E_ARG, "agreement needs two raters or more");
    if (ratings->n_classes < 2 || ratings->n_classes > MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG,
                             "agreement is measured on 2 to %d classes, not %zu",
                             (int)MAX_CLASSES, ratings->n_classes);
    for (size_t i = 0; i < ratings->n * ratings->n_raters; i++)
        if (ratings->classes[i] < -1 || ratings->classes[i] >= (int)ratings->n_classes)
            return sit_error_set(err, SIT_E_ARG, "rating %zu is of no class", i);
    return SIT_OK;
}

static void take_unit(const struct sit_ratings *ratings, size_t i, struct units *units)
{
    const int8_t *row = ratings->classes + i * ratings->n_raters;
    uint32_t *counts = units->counts + units->n * units->n_classes;
    size_t n_ratings = 0;
    memset(counts, 0, units->n_classes * sizeof *counts);
    for (size_t r = 0; r < ratings->n_raters; r++) {
        if (row[r] < 0)
            continue;
        counts[row[r]]++;
        n_ratings++;
    }
    if (n_ratings < 2)
        return;
    if (units->is_pair)
        memcpy(units->pair + 2 * units->n, row, 2);
    units->group[units->n++] = ratings->group[i];
}

static enum sit_status collect(const struct sit_ratings *ratings, struct units *units,
                               struct sit_error *err)
{
    *units = (struct units){.n_classes = ratings->n_classes,
                            .is_pair = ratings->n_raters == 2};
    size_t n_counts;
    if (!sit_mul_size(ratings->n, ratings->n_classes, &n_counts))
        return sit_error_nomem(err);
    units->counts = sit_malloc_array(n_counts, sizeof *units->counts);
    units->pair = sit_malloc_array(ratings->n, 2 * sizeof *units->pair);
    units->group = sit_malloc_array(ratings->n, sizeof *units->group);
    if (units->counts == NULL || units->pair == NULL || units->group == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < ratings->n; i++)
        take_unit(ratings, i, units);
    if (units->n == 0)
        return sit_error_set(err, SIT_E_NOT_FOUND,
                             "nothing has been labelled by two people");
    return SIT_OK;
}

/* (observed - chance) / (1 - chance) */
static double beyond_chance(double observed, double chance)
{
    return chance < 1 ? (observed - chance) / (1 - chance) : NAN;
}

/* Cohen's kappa from both raters' classes. */
static double cohen(const struct units *units, const uint32_t *weight, double total)
{
    double first[MAX_CLASSES] = {0}, second[MAX_CLASSES] = {0}, agree = 0, chance = 0;
    for (size_t i = 0; i < units->n; i++) {
        const int8_t *pair = units->pair + 2 * i;
        first[pair[0]] += weight[i];
        second[pair[1]] += weight[i];
        agree += pair[0] == pair[1] ? weight[i] : 0;
    }
    for (size_t k = 0; k < units->n_classes; k++)
        chance += first[k] / total * (second[k] / total);
    return beyond_chance(agree / total, chance);
}

static void measure(void *context, const uint32_t *weight, double *values)
{
    const struct units *units = context;
    size_t n_classes = units->n_classes;
    double total = 0, agree = 0, disagree = 0;
    double ratings[MAX_CLASSES] = {0}; /* of each class: alpha */
    double share[MAX_CLASSES] = {0};   /* mean over units: AC1 */
    for (size_t i = 0; i < units->n; i++) {
        if (weight[i] == 0)
            continue;
        const uint32_t *counts = units->counts + i * n_classes;
        double n = 0, same = 0, w = weight[i];
        for (size_t k = 0; k < n_classes; k++) {
            n += counts[k];
            same += (double)counts[k] * ((double)counts[k] - 1);
        }
        for (size_t k = 0; k < n_classes; k++) {
            ratings[k] += w * counts[k];
            share[k] += w * counts[k] / n;
        }
        total += w;
        agree += w * same / (n * (n - 1));
        disagree += w * (n * (n - 1) - same) / (n - 1);
    }
    double n_ratings = 0, unlike = 0, chance = 0;
    for (size_t k = 0; k < n_classes; k++) {
        n_ratings += ratings[k];
        chance += share[k] / total * (1 - share[k] / total);
    }
    for (size_t k = 0; k < n_classes; k++)
        unlike += ratings[k] * (n_ratings - ratings[k]);
    values[PERCENT] = agree / total;
    values[KAPPA] = units->is_pair ? cohen(units, weight, total) : NAN;
    values[ALPHA] = unlike > 0 ? 1 - (n_ratings - 1) * disagree / unlike : NAN;
    values[AC1] = beyond_chance(agree / total, chance / (double)(n_classes - 1));
}

static enum sit_status measure_all(struct units *units, size_t n_replicates,
                                   uint64_t seed, const struct sit_progress *progress,
                                   double *values, struct sit_interval *intervals,
                                   size_t *n_groups, struct sit_error *err)
{
    uint32_t *once = sit_malloc_array(units->n, sizeof *once);
    uint32_t *room = sit_malloc_array(units->n, sizeof *room);
    enum sit_status status = SIT_OK;
    if (once == NULL || room == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    *n_groups = sit_groups_number(units->group, units->n, room, once);
    for (size_t i = 0; i < units->n; i++)
        once[i] = 1;
    measure(units, once, values);
    for (size_t v = 0; v < N_VALUES; v++)
        intervals[v] = (struct sit_interval){NAN, NAN};
    if (n_replicates > 0) {
        struct sit_bootstrap_design design = {units->group, units->n, n_replicates,
                                              seed};
        status = sit_bootstrap(&design, N_VALUES, measure, units, progress, intervals,
                               NULL, err);
    }
done:
    free(once);
    free(room);
    return status;
}

enum sit_status sit_agreement_measure(const struct sit_ratings *ratings,
                                      size_t n_replicates, uint64_t seed,
                                      const struct sit_progress *progress,
                                      struct sit_agreement *out, struct sit_error *err)
{
    struct units units = {0};
    double values[N_VALUES];
    struct sit_interval intervals[N_VALUES];
    size_t n_groups = 0;
    enum sit_status status = check(ratings, err);
    if (status == SIT_OK)
        status = collect(ratings, &units, err);
    if (status == SIT_OK)
        status = measure_all(&units, n_replicates, seed, progress, values, intervals,
                             &n_groups, err);
    if (status == SIT_OK)
        *out = (struct sit_agreement){
            .n_units = units.n,
            .n_groups = n_groups,
            .percent = {values[PERCENT], intervals[PERCENT]},
            .kappa = {values[KAPPA], intervals[KAPPA]},
            .alpha = {values[ALPHA], intervals[ALPHA]},
            .ac1 = {values[AC1], intervals[AC1]},
        };
    release(&units);
    return status;
}

void sit_agreement_confusion(const struct sit_ratings *ratings, size_t first,
                             size_t second, size_t *counts)
{
    memset(counts, 0, ratings->n_classes * ratings->n_classes * sizeof *counts);
    for (size_t i = 0; i < ratings->n; i++) {
        const int8_t *row = ratings->classes + i * ratings->n_raters;
        if (row[first] >= 0 && row[second] >= 0)
            counts[(size_t)row[first] * ratings->n_classes + (size_t)row[second]]++;
    }
}
