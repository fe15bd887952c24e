/*
 * ROC AUC and average precision. Sorting is apart from measuring, so that thousands of
 * bootstrap samples, which only weigh rows differently, share one order.
 */
#include "metrics_rank.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

struct scored {
    float p;
    uint32_t row;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->p != y->p)
        return x->p > y->p ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

/* The class that order `o` ranks. */
static size_t class_of_order(size_t o, size_t n_classes)
{
    return n_classes == 2 ? 1 : o;
}

enum sit_status rank_orders_new(const float *p, size_t n, size_t n_classes,
                                struct rank_orders *out, struct sit_error *err)
{
    struct rank_orders orders = {.n = n, .n_orders = n_classes == 2 ? 1 : n_classes};
    if (n > UINT32_MAX)
        return sit_error_set(err, SIT_E_LIMIT, "%zu rows are too many to rank", n);
    struct scored *scored = sit_malloc_array(n, sizeof *scored);
    orders.row = sit_malloc_array(n, orders.n_orders * sizeof *orders.row);
    orders.ends_group = sit_malloc_array(n,
                                         orders.n_orders * sizeof *orders.ends_group);
    if (scored == NULL || orders.row == NULL || orders.ends_group == NULL) {
        free(scored);
        rank_orders_release(&orders);
        return sit_error_nomem(err);
    }
    for (size_t o = 0; o < orders.n_orders; o++) {
        size_t k = class_of_order(o, n_classes);
        for (size_t i = 0; i < n; i++)
            scored[i] = (struct scored){p[i * n_classes + k], (uint32_t)i};
        qsort(scored, n, sizeof *scored, by_score);
        for (size_t i = 0; i < n; i++) {
            orders.row[o * n + i] = scored[i].row;
            orders.ends_group[o * n + i] = i + 1 == n || scored[i + 1].p != scored[i].p;
        }
    }
    free(scored);
    *out = orders;
    return SIT_OK;
}

void rank_orders_release(struct rank_orders *orders)
{
    free(orders->row);
    free(orders->ends_group);
    *orders = (struct rank_orders){0};
}

/* The share of (positive, negative) pairs in the right order, ties counting half. */
static double auc_of(const uint32_t *row, const bool *ends_group, size_t n,
                     const uint8_t *y, size_t positive, const uint32_t *weight)
{
    double pairs = 0, n_below = 0, n_positive = 0, equal[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        equal[y[row[i]] == positive] += weight != NULL ? weight[row[i]] : 1;
        if (!ends_group[i])
            continue;
        pairs += equal[1] * (n_below + equal[0] / 2);
        n_below += equal[0];
        n_positive += equal[1];
        equal[0] = equal[1] = 0;
    }
    return n_below > 0 && n_positive > 0 ? pairs / (n_below * n_positive) : NAN;
}

/* From the highest score down; equal scores enter together. */
static double average_precision_of(const uint32_t *row, const bool *ends_group,
                                   size_t n, const uint8_t *y, size_t positive,
                                   const uint32_t *weight)
{
    double sum = 0, hits = 0, entered = 0, hits_before = 0;
    for (size_t i = n; i-- > 0;) {
        double w = weight != NULL ? weight[row[i]] : 1;
        entered += w;
        hits += y[row[i]] == positive ? w : 0;
        if (i > 0 && !ends_group[i - 1])
            continue;
        if (hits > hits_before)
            sum += (hits - hits_before) * hits / entered;
        hits_before = hits;
    }
    return hits > 0 ? sum / hits : NAN;
}

typedef double measure_fn(const uint32_t *row, const bool *ends_group, size_t n,
                          const uint8_t *y, size_t positive, const uint32_t *weight);

/* The mean over the orders where it is defined. */
static double mean_over_orders(const struct rank_orders *orders, const uint8_t *y,
                               size_t n_classes, const uint32_t *weight,
                               measure_fn *measure)
{
    double sum = 0, n_defined = 0;
    for (size_t o = 0; o < orders->n_orders; o++) {
        double value = measure(orders->row + o * orders->n,
                               orders->ends_group + o * orders->n, orders->n, y,
                               class_of_order(o, n_classes), weight);
        if (isnan(value))
            continue;
        sum += value;
        n_defined++;
    }
    return n_defined > 0 ? sum / n_defined : NAN;
}

double rank_auc(const struct rank_orders *orders, const uint8_t *y, size_t n_classes,
                const uint32_t *weight)
{
    return mean_over_orders(orders, y, n_classes, weight, auc_of);
}

double rank_average_precision(const struct rank_orders *orders, const uint8_t *y,
                              size_t n_classes, const uint32_t *weight)
{
    return mean_over_orders(orders, y, n_classes, weight, average_precision_of);
}
