/*
 * From probabilities to rows of losses, and from weighted rows to metrics. Where the
 * probabilities come from, and which rows are measured, is the caller's affair.
 */
#include "metrics_rows.h"

#include <math.h>
#include <stdlib.h>

#include "probabilities.h"
#include "sitter/alloc.h"

static double row_brier(const float *p, size_t truth, size_t n_classes)
{
    if (n_classes == 2) {
        double error = (double)p[1] - (double)truth;
        return error * error;
    }
    double sum = 0;
    for (size_t k = 0; k < n_classes; k++) {
        double error = (double)p[k] - (k == truth ? 1 : 0);
        sum += error * error;
    }
    return sum;
}

/* Bin b holds (b / 15, (b + 1) / 15]. */
static uint8_t bin_of(double confidence)
{
    double at = ceil(confidence * SIT_METRICS_N_BINS) - 1;
    return (uint8_t)fmin(fmax(at, 0), SIT_METRICS_N_BINS - 1);
}

enum sit_status metrics_rows_new(const float *p, const uint8_t *y, size_t n,
                                 size_t n_classes, struct metrics_rows *out,
                                 struct sit_error *err)
{
    struct metrics_rows rows = {.n = n, .n_classes = n_classes, .y = y};
    enum sit_status status = probabilities_check(p, y, n, n_classes, "measure", err);
    if (status != SIT_OK)
        return status;
    rows.predicted = sit_malloc_array(n, sizeof *rows.predicted);
    rows.bin = sit_malloc_array(n, sizeof *rows.bin);
    rows.confidence = sit_malloc_array(n, sizeof *rows.confidence);
    rows.log_loss = sit_malloc_array(n, sizeof *rows.log_loss);
    rows.brier = sit_malloc_array(n, sizeof *rows.brier);
    if (rows.predicted == NULL || rows.bin == NULL || rows.confidence == NULL ||
        rows.log_loss == NULL || rows.brier == NULL)
        status = sit_error_nomem(err);
    else
        status = rank_orders_new(p, n, n_classes, &rows.orders, err);
    if (status != SIT_OK) {
        metrics_rows_release(&rows);
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        const float *row = p + i * n_classes;
        double given = fmin(fmax((double)row[y[i]], 1e-15), 1 - 1e-15);
        rows.predicted[i] = (uint8_t)sit_argmax(row, n_classes);
        rows.confidence[i] = row[rows.predicted[i]];
        rows.bin[i] = bin_of((double)rows.confidence[i]);
        rows.log_loss[i] = -log(given);
        rows.brier[i] = row_brier(row, y[i], n_classes);
    }
    *out = rows;
    return SIT_OK;
}

void metrics_rows_release(struct metrics_rows *rows)
{
    free(rows->predicted);
    free(rows->bin);
    free(rows->confidence);
    free(rows->log_loss);
    free(rows->brier);
    rank_orders_release(&rows->orders);
    *rows = (struct metrics_rows){0};
}

static double ratio(size_t part, size_t whole)
{
    return whole > 0 ? (double)part / (double)whole : NAN;
}

static void measure_classes(struct sit_metrics *m)
{
    double recalls = 0, n_recalls = 0;
    for (size_t k = 0; k < m->n_classes; k++) {
        struct sit_class_metrics *c = &m->classes[k];
        size_t hits = m->confusion[k][k];
        for (size_t j = 0; j < m->n_classes; j++) {
            c->support += m->confusion[k][j];
            c->n_predicted += m->confusion[j][k];
        }
        c->precision = ratio(hits, c->n_predicted);
        c->recall = ratio(hits, c->support);
        c->f1 = isnan(c->precision) || isnan(c->recall)
                    ? NAN
                    : ratio(2 * hits, c->support + c->n_predicted);
        m->n_correct += hits;
        if (c->support > 0) {
            recalls += c->recall;
            n_recalls++;
        }
    }
    m->balanced_accuracy = n_recalls > 0 ? recalls / n_recalls : NAN;
}

/* The bins hold sums until here. */
static void measure_bins(struct sit_metrics *m)
{
    m->ece = m->n > 0 ? 0 : NAN;
    for (size_t b = 0; b < SIT_METRICS_N_BINS; b++) {
        struct sit_reliability_bin *bin = &m->bins[b];
        m->ece += m->n > 0 ? fabs(bin->accuracy - bin->confidence) / (double)m->n : 0;
        bin->accuracy = bin->n > 0 ? bin->accuracy / (double)bin->n : NAN;
        bin->confidence = bin->n > 0 ? bin->confidence / (double)bin->n : NAN;
    }
}

void metrics_rows_measure(const struct metrics_rows *rows, const uint32_t *weight,
                          struct sit_metrics *out)
{
    struct sit_metrics m = {.n_classes = rows->n_classes};
    for (size_t i = 0; i < rows->n; i++) {
        size_t times = weight != NULL ? weight[i] : 1;
        if (times == 0)
            continue;
        double w = (double)times;
        m.n += times;
        m.confusion[rows->y[i]][rows->predicted[i]] += times;
        m.log_loss += w * rows->log_loss[i];
        m.brier += w * rows->brier[i];
        struct sit_reliability_bin *bin = &m.bins[rows->bin[i]];
        bin->n += times;
        bin->confidence += w * (double)rows->confidence[i];
        bin->accuracy += rows->predicted[i] == rows->y[i] ? w : 0;
    }
    m.log_loss = m.n > 0 ? m.log_loss / (double)m.n : NAN;
    m.brier = m.n > 0 ? m.brier / (double)m.n : NAN;
    measure_classes(&m);
    m.accuracy = ratio(m.n_correct, m.n);
    measure_bins(&m);
    m.auc = rank_auc(&rows->orders, rows->y, rows->n_classes, weight);
    m.average_precision = rank_average_precision(&rows->orders, rows->y,
                                                 rows->n_classes, weight);
    *out = m;
}
