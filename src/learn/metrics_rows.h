/*
 * Private to learn: what each row contributes to the metrics, worked out once, and the
 * metrics of rows that count several times each.
 */
#ifndef SITTER_LEARN_METRICS_ROWS_H
#define SITTER_LEARN_METRICS_ROWS_H

#include "metrics_rank.h"

struct metrics_rows {
    size_t n, n_classes;
    const uint8_t *y;   /* (n), borrowed */
    uint8_t *predicted; /* (n) */
    uint8_t *bin;       /* (n) of the confidence */
    float *confidence;  /* (n) greatest probability */
    double *log_loss;   /* (n) */
    double *brier;      /* (n) */
    struct rank_orders orders;
};

/* Checks and errors as of sit_metrics_compute(). */
enum sit_status metrics_rows_new(const float *p, const uint8_t *y, size_t n,
                                 size_t n_classes, struct metrics_rows *out,
                                 struct sit_error *err);
void metrics_rows_release(struct metrics_rows *rows);

/* All but Wilson's intervals; row i counts weight[i] times (NULL: once). With weights
 * that are all 0 every measure is NAN. */
void metrics_rows_measure(const struct metrics_rows *rows, const uint32_t *weight,
                          struct sit_metrics *out);

#endif
