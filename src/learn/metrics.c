/*
 * Measures of probabilities against the truth. Where the probabilities come from, and
 * which rows are measured, is the caller's affair.
 */
#include "sitter/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/interval.h"

size_t sit_argmax(const float *p, size_t n_classes)
{
    size_t best = 0;
    for (size_t k = 1; k < n_classes; k++)
        if (p[k] > p[best])
            best = k;
    return best;
}

static enum sit_status check(const float *p, const uint8_t *y, size_t n,
                             size_t n_classes, struct sit_error *err)
{
    if (n == 0)
        return sit_error_set(err, SIT_E_ARG, "no rows to measure");
    if (n_classes < 2 || n_classes > SIT_METRICS_MAX_CLASSES)
        return sit_error_set(err, SIT_E_ARG, "%zu classes, must be 2 to %d", n_classes,
                             SIT_METRICS_MAX_CLASSES);
    for (size_t i = 0; i < n; i++) {
        if (y[i] >= n_classes)
            return sit_error_set(err, SIT_E_ARG, "row %zu has class %u of %zu", i,
                                 (unsigned)y[i], n_classes);
        for (size_t k = 0; k < n_classes; k++)
            if (!isfinite(p[i * n_classes + k]))
                return sit_error_set(err, SIT_E_NUMERIC,
                                     "the probability of class %zu in row %zu is not "
                                     "finite",
                                     k, i);
    }
    return SIT_OK;
}

struct scored {
    float p;
    uint8_t y;
};

static int by_probability(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    return (x->p > y->p) - (x->p < y->p);
}

/* Area under the ROC curve: the share of (class 1, class 0) pairs in the right order,
 * equal probabilities counting half. */
static enum sit_status compute_auc(const float *p, const uint8_t *y, size_t n,
                                   double *auc, struct sit_error *err)
{
    struct scored *rows = sit_malloc_array(n, sizeof *rows);
    if (rows == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct scored){p[2 * i + 1], y[i]};
    qsort(rows, n, sizeof *rows, by_probability);
    double pairs = 0, n_below = 0, n_positive = 0;
    for (size_t i = 0; i < n;) {
        double equal[2] = {0, 0};
        size_t j = i;
        for (; j < n && rows[j].p == rows[i].p; j++)
            equal[rows[j].y]++;
        pairs += equal[1] * (n_below + equal[0] / 2);
        n_below += equal[0];
        n_positive += equal[1];
        i = j;
    }
    free(rows);
    *auc = n_below > 0 && n_positive > 0 ? pairs / (n_below * n_positive) : NAN;
    return SIT_OK;
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
        size_t hits = m->confusion[k][k], n_predicted = 0;
        for (size_t j = 0; j < m->n_classes; j++) {
            c->support += m->confusion[k][j];
            n_predicted += m->confusion[j][k];
        }
        c->precision = ratio(hits, n_predicted);
        c->recall = ratio(hits, c->support);
        c->f1 = isnan(c->precision) || isnan(c->recall)
                    ? NAN
                    : ratio(2 * hits, c->support + n_predicted);
        m->n_correct += hits;
        if (c->support > 0) {
            recalls += c->recall;
            n_recalls++;
        }
    }
    m->balanced_accuracy = recalls / n_recalls;
}

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

enum sit_status sit_metrics_compute(const float *p, const uint8_t *y, size_t n,
                                    size_t n_classes, struct sit_metrics *out,
                                    struct sit_error *err)
{
    enum sit_status status = check(p, y, n, n_classes, err);
    if (status != SIT_OK)
        return status;
    struct sit_metrics m = {.n = n, .n_classes = n_classes, .auc = NAN};
    for (size_t i = 0; i < n; i++) {
        const float *row = p + i * n_classes;
        double given = fmin(fmax((double)row[y[i]], 1e-15), 1 - 1e-15);
        m.confusion[y[i]][sit_argmax(row, n_classes)]++;
        m.log_loss -= log(given) / (double)n;
        m.brier += row_brier(row, y[i], n_classes) / (double)n;
    }
    measure_classes(&m);
    m.accuracy = ratio(m.n_correct, n);
    struct sit_interval interval = sit_wilson(m.n_correct, n);
    m.accuracy_low = interval.low;
    m.accuracy_high = interval.high;
    if (n_classes == 2)
        status = compute_auc(p, y, n, &m.auc, err);
    if (status == SIT_OK)
        *out = m;
    return status;
}
