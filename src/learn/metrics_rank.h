/*
 * Private to learn: rows in the order of their scores, and what is measured by it.
 */
#ifndef SITTER_LEARN_METRICS_RANK_H
#define SITTER_LEARN_METRICS_RANK_H

#include <stdbool.h>

#include "sitter/metrics.h"

/* One order a ranked class: class 1 of two, every class of more. */
struct rank_orders {
    size_t n, n_orders;
    uint32_t *row;    /* (n_orders, n) ascending by the class's probability */
    bool *ends_group; /* (n_orders, n) whether the next one's differs, or there is none
                       */
};

enum sit_status rank_orders_new(const float *p, size_t n, size_t n_classes,
                                struct rank_orders *out, struct sit_error *err);
void rank_orders_release(struct rank_orders *orders);

/* Row i counts weight[i] times; NULL: once. */
double rank_auc(const struct rank_orders *orders, const uint8_t *y, size_t n_classes,
                const uint32_t *weight);
double rank_average_precision(const struct rank_orders *orders, const uint8_t *y,
                              size_t n_classes, const uint32_t *weight);

#endif
