/*
 * Learning curves: heads on growing subsets, their answers on judged rows, and the
 * intervals from both. What is trained is head.c's.
 */
#include "sitter/learning_curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/bootstrap.h"
#include "sitter/metrics.h"
#include "sitter/rng.h"

enum { LEAST_LABELS = 10, ENOUGH_SOURCES = 10 };

struct curve_work {
    const struct sit_dataset *train, *judged;
    const struct sit_learning_options *options;
    const struct sit_progress *progress;
    size_t n_points;
    size_t sizes[SIT_LEARNING_MAX_POINTS];
    double n_sum[SIT_LEARNING_MAX_POINTS]; /* labels used, over all heads */
    size_t n_heads[SIT_LEARNING_MAX_POINTS];
    size_t n_done, n_all; /* heads, for progress */
    uint8_t *right;       /* (n_repeats, n_points, judged->n) */
    uint32_t *fold;       /* (train->n), out-of-fold only */
    /* A subset: the first rows of an order in which sources stay whole. */
    size_t *order; /* (train->n) rows */
    size_t n_groups;
    uint32_t *number;   /* (train->n) of the row's group, below n_groups */
    size_t *group_rank; /* (n_groups, room for train->n): the group's place */
    float *x;           /* (train->n, d) */
    uint8_t *y;
    uint32_t *group;
    float *held_x; /* (judged->n, d) */
    float *p;      /* (judged->n, n_classes) */
    size_t *held;  /* (judged->n) rows judged now */
    struct sit_rng rng;
};

static void release(struct curve_work *w)
{
    free(w->right);
    free(w->fold);
    free(w->order);
    free(w->number);
    free(w->group_rank);
    free(w->x);
    free(w->y);
    free(w->group);
    free(w->held_x);
    free(w->p);
    free(w->held);
}

static enum sit_status allocate(struct curve_work *w, struct sit_error *err)
{
    const struct sit_dataset *train = w->train, *judged = w->judged;
    size_t n_x, n_held_x, n_right;
    if (!sit_mul_size(train->n, train->d, &n_x) ||
        !sit_mul_size(judged->n, train->d, &n_held_x) ||
        !sit_mul_size(w->options->n_repeats * w->n_points, judged->n, &n_right))
        return sit_error_nomem(err);
    w->right = sit_calloc(n_right, 1);
    w->fold = sit_calloc(train->n, sizeof *w->fold);
    w->order = sit_malloc_array(train->n, sizeof *w->order);
    w->number = sit_malloc_array(train->n, sizeof *w->number);
    w->group_rank = sit_malloc_array(train->n, sizeof *w->group_rank);
    w->x = sit_malloc_array(n_x, sizeof *w->x);
    w->y = sit_malloc_array(train->n, sizeof *w->y);
    w->group = sit_malloc_array(train->n, sizeof *w->group);
    w->held_x = sit_malloc_array(n_held_x, sizeof *w->held_x);
    w->p = sit_malloc_array(judged->n, train->n_classes * sizeof *w->p);
    w->held = sit_malloc_array(judged->n, sizeof *w->held);
    if (w->right == NULL || w->fold == NULL || w->order == NULL || w->number == NULL ||
        w->group_rank == NULL || w->x == NULL || w->y == NULL || w->group == NULL ||
        w->held_x == NULL || w->p == NULL || w->held == NULL)
        return sit_error_nomem(err);
    w->n_groups = sit_groups_number(train->group, train->n, w->group, w->number);
    return SIT_OK;
}

/* From LEAST_LABELS (or two a class) to n_most, by equal factors, each larger than the
 * one before. */
static void choose_sizes(struct curve_work *w, size_t n_most)
{
    size_t least = LEAST_LABELS;
    if (least < 2 * w->train->n_classes)
        least = 2 * w->train->n_classes;
    size_t n_wanted = w->options->n_points;
    w->n_points = 0;
    for (size_t i = 0; i < n_wanted && least < n_most; i++) {
        double share = (double)i / (double)(n_wanted - 1);
        size_t size = (size_t)lround((double)least *
                                     pow((double)n_most / (double)least, share));
        if (w->n_points == 0 || size > w->sizes[w->n_points - 1])
            w->sizes[w->n_points++] = size;
    }
    if (w->n_points == 0)
        w->sizes[w->n_points++] = n_most;
    w->sizes[w->n_points - 1] = n_most;
}

struct ranked_row {
    size_t rank, row;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked_row *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank > y->rank ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

/* The rows outside `fold` (all of them without folds) in a random order of sources;
 * *n is how many. */
static enum sit_status shuffle_pool(struct curve_work *w, bool by_fold, uint32_t fold,
                                    size_t *n, struct sit_error *err)
{
    struct ranked_row *rows = sit_malloc_array(w->train->n, sizeof *rows);
    size_t used = 0;
    if (rows == NULL)
        return sit_error_nomem(err);
    for (size_t g = 0; g < w->n_groups; g++)
        w->group_rank[g] = g;
    sit_rng_shuffle(&w->rng, w->group_rank, w->n_groups);
    for (size_t i = 0; i < w->train->n; i++)
        if (!by_fold || w->fold[i] != fold)
            rows[used++] = (struct ranked_row){w->group_rank[w->number[i]], i};
    qsort(rows, used, sizeof *rows, by_rank);
    for (size_t i = 0; i < used; i++)
        w->order[i] = rows[i].row;
    free(rows);
    *n = used;
    return SIT_OK;
}

/* Rows of whole sources, at least `size` of them where there are so many. */
static size_t whole_sources(const struct curve_work *w, size_t size, size_t n_pool)
{
    const uint32_t *group = w->train->group;
    if (size >= n_pool)
        return n_pool;
    while (size < n_pool && group[w->order[size]] == group[w->order[size - 1]])
        size++;
    return size;
}

/* Copy the first n rows of the order; classes that none has take no part, class_of
 * gives the old numbers of the others. *n_groups counts the sources. */
static struct sit_dataset take_rows(struct curve_work *w, size_t n, size_t *class_of,
                                    size_t *n_groups)
{
    const struct sit_dataset *train = w->train;
    size_t count[SIT_HEAD_MAX_CLASSES] = {0};
    uint8_t number[SIT_HEAD_MAX_CLASSES] = {0};
    struct sit_dataset subset = {
        .x = w->x, .y = w->y, .group = w->group, .n = n, .d = train->d};
    *n_groups = 0;
    for (size_t i = 0; i < n; i++)
        count[train->y[w->order[i]]]++;
    for (size_t k = 0; k < train->n_classes; k++) {
        if (count[k] == 0)
            continue;
        number[k] = (uint8_t)subset.n_classes;
        class_of[subset.n_classes++] = k;
    }
    for (size_t i = 0; i < n; i++) {
        size_t row = w->order[i];
        memcpy(w->x + i * train->d, train->x + row * train->d, train->d * sizeof *w->x);
        w->y[i] = number[train->y[row]];
        w->group[i] = train->group[row];
        *n_groups += i == 0 || w->group[i] != w->group[i - 1];
    }
    return subset;
}

static bool report_head(void *context, size_t done, size_t total, const char *text)
{
    const struct curve_work *w = context;
    (void)done;
    (void)total;
    return sit_progress_report(w->progress, w->n_done, w->n_all, text);
}

/* Train on the first n rows of the order and note who of the held rows is right. */
static enum sit_status judge_subset(struct curve_work *w, size_t n, size_t n_held,
                                    size_t repeat, uint8_t *right,
                                    struct sit_error *err)
{
    size_t class_of[SIT_HEAD_MAX_CLASSES], n_groups;
    struct sit_dataset subset = take_rows(w, n, class_of, &n_groups);
    struct sit_head_options options = w->options->head;
    struct sit_progress inner = {report_head, w};
    struct sit_head *head = NULL;
    enum sit_status status = SIT_OK;
    options.seed += repeat;
    if (options.kind == SIT_HEAD_LOGISTIC && options.c == 0 &&
        n_groups < ENOUGH_SOURCES)
        options.c = w->options->fallback_c;
    if (!report_head(w, 0, 0, NULL))
        return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
    if (subset.n_classes > 1) {
        status = sit_head_train(&subset, NULL, &options, &inner, &head, NULL, err);
        if (status == SIT_OK)
            status = sit_head_predict(head, w->held_x, n_held, subset.d, w->p, err);
        sit_head_free(head);
    } else {
        for (size_t i = 0; i < n_held; i++)
            w->p[i] = 1; /* it has seen one class: it knows one answer */
    }
    for (size_t i = 0; status == SIT_OK && i < n_held; i++) {
        size_t answer = sit_argmax(w->p + i * subset.n_classes, subset.n_classes);
        size_t row = w->held[i];
        right[row] = class_of[answer] == w->judged->y[row];
    }
    w->n_done++;
    return status;
}

/* All sizes of one order of sources, judged on the rows of `fold` (or all). */
static enum sit_status grow(struct curve_work *w, size_t repeat, bool by_fold,
                            uint32_t fold, struct sit_error *err)
{
    size_t n_pool = 0, n_held = 0, d = w->train->d;
    enum sit_status status = shuffle_pool(w, by_fold, fold, &n_pool, err);
    for (size_t i = 0; i < w->judged->n; i++) {
        if (by_fold && w->fold[i] != fold)
            continue;
        memcpy(w->held_x + n_held * d, w->judged->x + i * d, d * sizeof *w->held_x);
        w->held[n_held++] = i;
    }
    for (size_t q = 0; status == SIT_OK && n_held > 0 && q < w->n_points; q++) {
        size_t n = whole_sources(w, w->sizes[q], n_pool);
        uint8_t *right = w->right + (repeat * w->n_points + q) * w->judged->n;
        status = judge_subset(w, n, n_held, repeat, right, err);
        w->n_sum[q] += (double)n;
        w->n_heads[q]++;
    }
    return status;
}

/*
 * Means and intervals
 */

struct sampling {
    const struct curve_work *w;
    const struct sit_learning_curve *curve;
    double scatter;     /* of the points around the law */
    struct sit_rng rng; /* draws repeats, as the bootstrap draws sources */
    size_t *times;      /* (n_repeats) */
};

/* accuracy (n_points) with rows weighted and repeats drawn so often; NULL: once each.
 */
static void mean_curve(const struct curve_work *w, const uint32_t *weight,
                       const size_t *times, double *accuracy)
{
    double n = 0;
    for (size_t i = 0; i < w->judged->n; i++)
        n += weight != NULL ? weight[i] : 1;
    for (size_t q = 0; q < w->n_points; q++) {
        double sum = 0;
        for (size_t r = 0; r < w->options->n_repeats; r++) {
            const uint8_t *right = w->right + (r * w->n_points + q) * w->judged->n;
            uint64_t hits = 0;
            if (times != NULL && times[r] == 0)
                continue;
            for (size_t i = 0; i < w->judged->n; i++)
                hits += right[i] * (weight != NULL ? weight[i] : 1u);
            sum += (double)hits * (times != NULL ? (double)times[r] : 1);
        }
        accuracy[q] = sum / (n * (double)w->options->n_repeats);
    }
}

/* Points weigh as much as they have labels: the end of the curve is what is continued,
 * and its beginning often follows no power law. *scatter: the deviation of a point from
 * the law, weighted likewise. */
static bool fit(const struct sit_learning_curve *curve, const double *accuracy,
                struct sit_power_law *law, double *gain, double *scatter)
{
    double n[SIT_LEARNING_MAX_POINTS];
    size_t last = curve->n_points - 1;
    for (size_t q = 0; q < curve->n_points; q++)
        n[q] = curve->points[q].n;
    if (curve->n_points < 4 || !sit_power_law_fit(n, accuracy, n, curve->n_points, law))
        return false;
    *gain = sit_power_law_at(law, 2 * n[last]) - sit_power_law_at(law, n[last]);
    double squares = 0, weight = 0;
    for (size_t q = 0; q < curve->n_points; q++) {
        squares += n[q] * pow(accuracy[q] - sit_power_law_at(law, n[q]), 2);
        weight += n[q];
    }
    *scatter = sqrt(squares / weight * (double)curve->n_points /
                    (double)(curve->n_points - 3));
    return true;
}

/* The points' accuracies, then the gain. */
static void measure(void *context, const uint32_t *weight, double *values)
{
    struct sampling *s = context;
    size_t n_repeats = s->w->options->n_repeats;
    struct sit_power_law law;
    double unused, *gain = &values[s->w->n_points];
    memset(s->times, 0, n_repeats * sizeof *s->times);
    for (size_t r = 0; r < n_repeats; r++)
        s->times[sit_rng_below(&s->rng, n_repeats)]++;
    mean_curve(s->w, weight, s->times, values);
    if (fit(s->curve, values, &law, gain, &unused))
        *gain += s->scatter * sit_rng_normal(&s->rng);
    else
        *gain = NAN;
}

static enum sit_status summarise(struct curve_work *w, struct sit_learning_curve *curve,
                                 struct sit_error *err)
{
    double accuracy[SIT_LEARNING_MAX_POINTS];
    struct sit_interval ci[SIT_LEARNING_MAX_POINTS + 1];
    *curve = (struct sit_learning_curve){.n_points = w->n_points,
                                         .n_repeats = w->options->n_repeats,
                                         .n_replicates = SIT_BOOTSTRAP_REPLICATES,
                                         .n_judged = w->judged->n};
    mean_curve(w, NULL, NULL, accuracy);
    for (size_t q = 0; q < w->n_points; q++) {
        curve->points[q].n = w->n_sum[q] / (double)w->n_heads[q];
        curve->points[q].accuracy = accuracy[q];
    }
    struct sampling s = {.w = w, .curve = curve};
    curve->has_law = fit(curve, accuracy, &curve->law, &curve->gain, &s.scatter);
    s.times = sit_malloc_array(w->options->n_repeats, sizeof *s.times);
    if (s.times == NULL)
        return sit_error_nomem(err);
    sit_rng_init(&s.rng, w->options->seed + 1);
    struct sit_bootstrap_design design = {w->judged->group, w->judged->n,
                                          SIT_BOOTSTRAP_REPLICATES, SIT_BOOTSTRAP_SEED};
    enum sit_status status = sit_bootstrap(&design, w->n_points + 1, measure, &s,
                                           w->progress, ci, &curve->n_judged_sources,
                                           err);
    free(s.times);
    if (status != SIT_OK)
        return status;
    for (size_t q = 0; q < w->n_points; q++)
        curve->points[q].ci = ci[q];
    curve->gain_ci = ci[w->n_points];
    return SIT_OK;
}

static enum sit_status check(const struct sit_dataset *train,
                             const struct sit_dataset *test,
                             const struct sit_learning_options *options,
                             struct sit_error *err)
{
    if (options->n_points < 2 || options->n_points > SIT_LEARNING_MAX_POINTS ||
        options->n_repeats < 1)
        return sit_error_set(err, SIT_E_ARG, "a curve has 2 to %d points",
                             SIT_LEARNING_MAX_POINTS);
    if (train->n == 0 || (test != NULL && test->n == 0))
        return sit_error_set(err, SIT_E_ARG, "no rows to train or to judge on");
    if (test != NULL && (test->d != train->d || test->n_classes != train->n_classes))
        return sit_error_set(err, SIT_E_ARG,
                             "train and test rows differ in features or classes");
    if (train->n_classes < 2 || train->n_classes > SIT_HEAD_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "%zu classes, must be 2 to %d",
                             train->n_classes, SIT_HEAD_MAX_CLASSES);
    return SIT_OK;
}

/* The most rows that every fold leaves to the others. */
static size_t smallest_pool(const struct curve_work *w)
{
    size_t held[SIT_LEARNING_FOLDS] = {0}, most = 0;
    for (size_t i = 0; i < w->train->n; i++)
        held[w->fold[i]]++;
    for (size_t f = 0; f < SIT_LEARNING_FOLDS; f++)
        if (held[f] > most)
            most = held[f];
    return w->train->n - most;
}

enum sit_status sit_learning_curve(const struct sit_dataset *train,
                                   const struct sit_dataset *test,
                                   const struct sit_learning_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_learning_curve *out,
                                   struct sit_error *err)
{
    struct curve_work w = {.train = train,
                           .judged = test != NULL ? test : train,
                           .options = options,
                           .progress = progress,
                           .n_points = options->n_points};
    size_t n_rounds = test != NULL ? 1 : SIT_LEARNING_FOLDS;
    enum sit_status status = check(train, test, options, err);
    if (status == SIT_OK)
        status = allocate(&w, err);
    if (status == SIT_OK && test == NULL)
        status = sit_folds_assign(train->y, train->group, train->n, train->n_classes,
                                  SIT_LEARNING_FOLDS, w.fold, err);
    if (status != SIT_OK)
        goto done;
    choose_sizes(&w, test != NULL ? train->n : smallest_pool(&w));
    w.n_all = options->n_repeats * w.n_points * n_rounds;
    sit_rng_init(&w.rng, options->seed);
    for (size_t r = 0; status == SIT_OK && r < options->n_repeats; r++)
        for (uint32_t f = 0; status == SIT_OK && f < n_rounds; f++)
            status = grow(&w, r, test == NULL, f, err);
    if (status == SIT_OK)
        status = summarise(&w, out, err);
done:
    release(&w);
    return status;
}
