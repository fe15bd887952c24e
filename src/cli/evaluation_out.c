/*
 * An evaluation as text.
 */
#include "evaluation_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "sitter/text.h"

enum { NAME_CELLS = 16, LINE_CELLS = 80 };

/* "0.905 0.78-0.96", 15 cells; "-" where it is not defined. */
static void put_share(double share, struct sit_interval interval)
{
    if (!isfinite(share))
        printf("  %15s", "-              ");
    else if (isfinite(interval.low))
        printf("  %5.3f %.2f-%.2f", share, interval.low, interval.high);
    else
        printf("  %5.3f          ", share);
}

static void print_measure(const char *name, double value, struct sit_interval interval)
{
    if (!isfinite(value))
        return;
    printf("  %-18s %.4f", name, value);
    if (isfinite(interval.low))
        printf("   %.3f to %.3f\n", interval.low, interval.high);
    else
        printf("   no interval: too few sources\n");
}

static void print_measures(const struct sit_evaluation *e)
{
    const struct sit_metrics *m = &e->metrics;
    const struct sit_metrics_intervals *ci = &e->intervals;
    printf("\n  %-18s %-6s   95 %% interval\n", "", "");
    print_measure("balanced accuracy", m->balanced_accuracy, ci->balanced_accuracy);
    print_measure("log-loss", m->log_loss, ci->log_loss);
    print_measure("Brier score", m->brier, ci->brier);
    print_measure("calibration error", m->ece, ci->ece);
    print_measure("ROC AUC", m->auc, ci->auc);
    print_measure("average precision", m->average_precision, ci->average_precision);
}

/* Columns get narrower with more classes; narrow ones are headed by the class's key. */
static void print_confusion(const struct sit_evaluation *e)
{
    enum { WIDE = 12, NARROWEST_NAME = 7 };
    size_t n_cells = (LINE_CELLS - 2 - NAME_CELLS - 2) / e->n_classes;
    n_cells = n_cells > WIDE ? WIDE : n_cells;
    printf("\n  ");
    cli_put_cell(n_cells < NARROWEST_NAME ? "truth \\ predic." : "truth \\ predicted",
                 NAME_CELLS + 2, false);
    for (size_t k = 0; k < e->n_classes; k++)
        cli_put_cell(n_cells < NARROWEST_NAME ? e->classes[k].key : e->classes[k].name,
                     n_cells, true);
    printf("\n");
    for (size_t t = 0; t < e->n_classes; t++) {
        printf("  ");
        cli_put_cell(e->classes[t].name, NAME_CELLS, false);
        printf("  ");
        for (size_t p = 0; p < e->n_classes; p++)
            printf("%*zu", (int)n_cells, e->metrics.confusion[t][p]);
        printf("\n");
    }
}

static void print_classes(const struct sit_evaluation *e)
{
    printf("\n  %-*s  %-15s  %-15s  %s\n", NAME_CELLS, "", "precision", "recall", "F1");
    for (size_t k = 0; k < e->n_classes; k++) {
        const struct sit_class_metrics *m = &e->metrics.classes[k];
        printf("  ");
        cli_put_cell(e->classes[k].name, NAME_CELLS, false);
        put_share(m->precision, m->precision_ci);
        put_share(m->recall, m->recall_ci);
        put_share(m->f1, e->intervals.f1[k]);
        printf("\n");
    }
}

static void print_methods(const struct sit_evaluation *e)
{
    if (e->n_classes == 2) {
        struct sit_buf name = {0};
        sit_text_fit(&name, e->classes[1].name, 32);
        printf("\nAverage precision is that of %s.\n", sit_buf_text(&name));
        sit_buf_release(&name);
    } else {
        printf("\nAUC and average precision are means over the classes.\n");
    }
    printf("95 %% intervals: accuracy, precision and recall by Wilson's method, the "
           "others\nby %zu bootstrap samples of the %zu source%s.\n",
           e->intervals.n_replicates, e->intervals.n_sources,
           cli_plural(e->intervals.n_sources));
}

/* It flatters the figures of test faces, of no others. */
static void print_leak(const struct sit_evaluation *e)
{
    const struct sit_leak *leak = &e->leak;
    if (leak->n_sources_on_both_sides == 0 || strcmp(e->split, "test") != 0)
        return;
    printf("careful: %zu of %zu sources have faces in both train and test;\n%zu of %zu "
           "test faces are of such sources, so these figures are flattered\n",
           leak->n_sources_on_both_sides, leak->n_sources, leak->n_test_faces_affected,
           leak->n_test_faces);
}

void print_evaluation(const struct sit_evaluation *e)
{
    printf("model %lld: ", (long long)e->model_id);
    cli_put_safe(e->head);
    printf(" on ");
    cli_put_safe(e->features);
    if (isfinite(e->c))
        printf(", C = %.4g", e->c);
    if (isfinite(e->train_ms))
        printf("\ntrained on %zu face%s in %.0f ms", e->n_train, cli_plural(e->n_train),
               e->train_ms);
    else
        printf(", imported");
    if (e->temperature != 1)
        printf(", calibrated: temperature %.3f", e->temperature);
    printf("\n");
    const struct sit_metrics *m = &e->metrics;
    if (!e->has_metrics) {
        printf("no labelled %s faces to judge it on\n",
               strcmp(e->split, "test") == 0 ? "test" : "train");
        return;
    }
    const char *what = strcmp(e->split, "cv") == 0      ? "train, out-of-fold"
                       : strcmp(e->split, "train") == 0 ? "train, seen in training"
                                                        : "test";
    printf("%s: accuracy %.4f (%zu of %zu, 95 %% interval %.3f to %.3f)\n", what,
           m->accuracy, m->n_correct, m->n, m->accuracy_low, m->accuracy_high);
    print_measures(e);
    print_confusion(e);
    print_classes(e);
    print_methods(e);
    print_leak(e);
}

void print_calibration(const struct sit_evaluation *e)
{
    if (!e->has_metrics)
        return;
    printf("\n  confidence        faces   mean confidence   accuracy\n");
    for (size_t b = 0; b < SIT_METRICS_N_BINS; b++) {
        const struct sit_reliability_bin *bin = &e->metrics.bins[b];
        if (bin->n == 0)
            continue;
        struct sit_interval interval = sit_wilson(
            (size_t)lround(bin->accuracy * (double)bin->n), bin->n);
        printf("  %.3f to %.3f  %7zu   %15.3f   %8.3f  (%.2f to %.2f)\n",
               (double)b / SIT_METRICS_N_BINS, (double)(b + 1) / SIT_METRICS_N_BINS,
               bin->n, bin->confidence, bin->accuracy, interval.low, interval.high);
    }
    double confidence = 0;
    for (size_t b = 0; b < SIT_METRICS_N_BINS; b++)
        if (e->metrics.bins[b].n > 0)
            confidence += e->metrics.bins[b].confidence * (double)e->metrics.bins[b].n /
                          (double)e->metrics.n;
    printf("In the mean it is %.3f sure and %.3f right", confidence,
           e->metrics.accuracy);
    double excess = confidence - e->metrics.accuracy;
    if (confidence <= e->metrics.accuracy_high && confidence >= e->metrics.accuracy_low)
        printf(": no more apart than chance allows.\n");
    else
        printf(": %s by %.3f.\n%s", excess > 0 ? "overconfident" : "too modest",
               fabs(excess),
               e->temperature == 1 ? "sitter train --calibrate may correct that.\n"
                                   : "");
}
