/*
 * Ranking labels by confident learning, and the out-of-source probabilities it takes.
 * Which faces are ranked, and what becomes of the suspects, is the caller's affair.
 */
#include "sitter/suspect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probabilities.h"
#include "sitter/alloc.h"
#include "sitter/bootstrap.h"
#include "sitter/rng.h"

/* threshold[k]: the mean p_k of the rows labelled k; beyond reach for a class without.
 */
static void find_thresholds(const float *p, const uint8_t *y, size_t n,
                            size_t n_classes, double *threshold)
{
    double count[SIT_HEAD_MAX_CLASSES] = {0};
    for (size_t k = 0; k < n_classes; k++)
        threshold[k] = 0;
    for (size_t i = 0; i < n; i++) {
        threshold[y[i]] += (double)p[i * n_classes + y[i]];
        count[y[i]]++;
    }
    for (size_t k = 0; k < n_classes; k++)
        threshold[k] = count[k] > 0 ? threshold[k] / count[k] : INFINITY;
}

static struct sit_suspect judge_row(const float *p, size_t row, size_t given,
                                    size_t n_classes, const double *threshold)
{
    size_t rival = SIZE_MAX, confident = SIZE_MAX;
    for (size_t k = 0; k < n_classes; k++) {
        if (k != given && (rival == SIZE_MAX || p[k] > p[rival]))
            rival = k;
        if ((double)p[k] >= threshold[k] &&
            (confident == SIZE_MAX || p[k] > p[confident]))
            confident = k;
    }
    bool off = confident != SIZE_MAX && confident != given;
    size_t suggested = off ? confident : rival;
    return (struct sit_suspect){
        .row = row,
        .given = (uint8_t)given,
        .suggested = (uint8_t)suggested,
        .off_diagonal = off,
        .self_confidence = (double)p[given],
        .margin = ((double)p[given] - (double)p[rival] + 1) / 2,
        .p_suggested = (double)p[suggested],
    };
}

static int most_suspect_first(const void *a, const void *b)
{
    const struct sit_suspect *x = a, *y = b;
    if (x->off_diagonal != y->off_diagonal)
        return x->off_diagonal ? -1 : 1;
    if (x->self_confidence != y->self_confidence)
        return x->self_confidence < y->self_confidence ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

enum sit_status sit_suspect_rank(const float *p, const uint8_t *y, size_t n,
                                 size_t n_classes, struct sit_suspect *out,
                                 size_t *n_off, struct sit_error *err)
{
    double threshold[SIT_HEAD_MAX_CLASSES];
    enum sit_status status = probabilities_check(p, y, n, n_classes, "judge", err);
    if (status != SIT_OK)
        return status;
    find_thresholds(p, y, n, n_classes, threshold);
    size_t n_found = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = judge_row(p + i * n_classes, i, y[i], n_classes, threshold);
        n_found += out[i].off_diagonal;
    }
    qsort(out, n, sizeof *out, most_suspect_first);
    *n_off = n_found;
    return SIT_OK;
}

/*
 * Probabilities
 */

/* The progress of one round, told as part of the whole. */
struct round_progress {
    const struct sit_progress *outer;
    size_t round;
};

static bool report_round(void *context, size_t done, size_t total, const char *text)
{
    const struct round_progress *rp = context;
    char longer[200];
    snprintf(longer, sizeof longer, "round %zu of %d: %s", rp->round + 1,
             SIT_SUSPECT_REPEATS, text != NULL ? text : "");
    return sit_progress_report(rp->outer, rp->round * total + done,
                               total * SIT_SUSPECT_REPEATS, longer);
}

/* The C that cross-validation finds, once for all rounds. */
static enum sit_status fix_c(const struct sit_dataset *data,
                             struct sit_head_options *options,
                             const struct sit_progress *progress, struct sit_error *err)
{
    struct sit_head *head = NULL;
    struct sit_head_report report;
    if (options->kind != SIT_HEAD_LOGISTIC || options->c > 0)
        return SIT_OK;
    enum sit_status status = sit_head_train(data, NULL, options, progress, &head,
                                            &report, err);
    sit_head_free(head);
    if (status == SIT_OK)
        options->c = report.c;
    return status;
}

/* Number the groups anew, at random: folds are assigned in order of number among groups
 * that are alike, so other numbers give other folds. room (n) and order (n). */
static void renumber(const uint32_t *group, size_t n, struct sit_rng *rng,
                     uint32_t *room, size_t *order, uint32_t *out)
{
    size_t n_groups = sit_groups_number(group, n, room, out);
    for (size_t g = 0; g < n_groups; g++)
        order[g] = g;
    sit_rng_shuffle(rng, order, n_groups);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)order[out[i]];
}

enum sit_status sit_suspect_probabilities(const struct sit_dataset *data,
                                          const struct sit_head_options *options,
                                          const struct sit_progress *progress, float *p,
                                          double *c_used, struct sit_error *err)
{
    enum { SEED = 2021 };
    struct sit_head_options fixed = *options;
    struct sit_dataset shuffled = *data;
    struct sit_rng rng;
    size_t n = data->n, n_p = 0;
    enum sit_status status = SIT_OK;
    uint32_t *group = sit_malloc_array(n, sizeof *group);
    uint32_t *room = sit_malloc_array(n, sizeof *room);
    size_t *order = sit_malloc_array(n, sizeof *order);
    float *round = sit_malloc_array(n, data->n_classes * sizeof *round);
    double *sum = sit_calloc(n, data->n_classes * sizeof *sum);
    if (group == NULL || room == NULL || order == NULL || round == NULL ||
        sum == NULL || !sit_mul_size(n, data->n_classes, &n_p)) {
        status = sit_error_nomem(err);
        goto done;
    }
    status = fix_c(data, &fixed, progress, err);
    shuffled.group = group;
    sit_rng_init(&rng, SEED);
    for (size_t r = 0; status == SIT_OK && r < SIT_SUSPECT_REPEATS; r++) {
        struct round_progress rp = {progress, r};
        struct sit_progress inner = {report_round, &rp};
        renumber(data->group, n, &rng, room, order, group);
        status = sit_head_out_of_fold(&shuffled, &fixed, SIT_SUSPECT_FOLDS, &inner,
                                      round, err);
        for (size_t i = 0; status == SIT_OK && i < n_p; i++)
            sum[i] += (double)round[i] / SIT_SUSPECT_REPEATS;
    }
    for (size_t i = 0; status == SIT_OK && i < n_p; i++)
        p[i] = (float)sum[i];
    if (status == SIT_OK && c_used != NULL)
        *c_used = fixed.c;
done:
    free(group);
    free(room);
    free(order);
    free(round);
    free(sum);
    return status;
}
