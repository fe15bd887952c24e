/*
 * Measures of probabilities against the truth, with Wilson's intervals for proportions
 * and bootstrap intervals for the others. What a row contributes is metrics_rows.c's.
 */
#include "sitter/metrics.h"

#include "metrics_rows.h"
#include "sitter/bootstrap.h"

size_t sit_argmax(const float *p, size_t n_classes)
{
    size_t best = 0;
    for (size_t k = 1; k < n_classes; k++)
        if (p[k] > p[best])
            best = k;
    return best;
}

static void add_wilson(struct sit_metrics *m)
{
    struct sit_interval interval = sit_wilson(m->n_correct, m->n);
    m->accuracy_low = interval.low;
    m->accuracy_high = interval.high;
    for (size_t k = 0; k < m->n_classes; k++) {
        struct sit_class_metrics *c = &m->classes[k];
        c->precision_ci = sit_wilson(m->confusion[k][k], c->n_predicted);
        c->recall_ci = sit_wilson(m->confusion[k][k], c->support);
    }
}

enum sit_status sit_metrics_compute(const float *p, const uint8_t *y, size_t n,
                                    size_t n_classes, struct sit_metrics *out,
                                    struct sit_error *err)
{
    struct metrics_rows rows;
    enum sit_status status = metrics_rows_new(p, y, n, n_classes, &rows, err);
    if (status != SIT_OK)
        return status;
    metrics_rows_measure(&rows, NULL, out);
    add_wilson(out);
    metrics_rows_release(&rows);
    return SIT_OK;
}

/* The order of the bootstrapped values; F1 of each class follows. */
enum value {
    ACCURACY,
    BALANCED_ACCURACY,
    LOG_LOSS,
    BRIER,
    ECE,
    AUC,
    AVERAGE_PRECISION,
    FIRST_F1
};

static void measure(void *context, const uint32_t *weight, double *values)
{
    const struct metrics_rows *rows = context;
    struct sit_metrics m;
    metrics_rows_measure(rows, weight, &m);
    values[ACCURACY] = m.accuracy;
    values[BALANCED_ACCURACY] = m.balanced_accuracy;
    values[LOG_LOSS] = m.log_loss;
    values[BRIER] = m.brier;
    values[ECE] = m.ece;
    values[AUC] = m.auc;
    values[AVERAGE_PRECISION] = m.average_precision;
    for (size_t k = 0; k < m.n_classes; k++)
        values[FIRST_F1 + k] = m.classes[k].f1;
}

enum sit_status sit_metrics_bootstrap(const float *p, const uint8_t *y,
                                      const uint32_t *group, size_t n, size_t n_classes,
                                      size_t n_replicates, uint64_t seed,
                                      const struct sit_progress *progress,
                                      struct sit_metrics_intervals *out,
                                      struct sit_error *err)
{
    struct metrics_rows rows;
    struct sit_interval found[FIRST_F1 + SIT_METRICS_MAX_CLASSES];
    enum sit_status status = metrics_rows_new(p, y, n, n_classes, &rows, err);
    if (status != SIT_OK)
        return status;
    struct sit_bootstrap_design design = {group, n, n_replicates, seed};
    size_t n_sources;
    status = sit_bootstrap(&design, FIRST_F1 + n_classes, measure, &rows, progress,
                           found, &n_sources, err);
    metrics_rows_release(&rows);
    if (status != SIT_OK)
        return status;
    *out = (struct sit_metrics_intervals){
        .n_replicates = n_replicates,
        .n_sources = n_sources,
        .accuracy = found[ACCURACY],
        .balanced_accuracy = found[BALANCED_ACCURACY],
        .log_loss = found[LOG_LOSS],
        .brier = found[BRIER],
        .ece = found[ECE],
        .auc = found[AUC],
        .average_precision = found[AVERAGE_PRECISION],
    };
    for (size_t k = 0; k < n_classes; k++)
        out->f1[k] = found[FIRST_F1 + k];
    return SIT_OK;
}
