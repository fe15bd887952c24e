/*
 * An evaluation as JSON; the fields are promised in docs.
 */
#include <math.h>

#include "json_out.h"
#include "sitter/bootstrap.h"

static json_t *confusion(const struct sit_evaluation *evaluation)
{
    json_t *rows = json_array();
    for (size_t t = 0; t < evaluation->n_classes; t++) {
        json_t *row = json_array();
        for (size_t p = 0; p < evaluation->n_classes; p++)
            json_array_append_new(
                row, json_integer((json_int_t)evaluation->metrics.confusion[t][p]));
        json_array_append_new(rows, row);
    }
    return rows;
}

/* Wilson's interval of a share that may not be defined. */
static json_t *share_interval(double share, struct sit_interval interval)
{
    return isfinite(share) ? json_interval_or_null(interval) : json_null();
}

static json_t *per_class(const struct sit_evaluation *evaluation)
{
    json_t *rows = json_array();
    for (size_t k = 0; k < evaluation->n_classes; k++) {
        const struct sit_class_metrics *m = &evaluation->metrics.classes[k];
        json_t *row = json_object();
        json_object_set_new(row, "key", json_safe_text(evaluation->classes[k].key));
        json_object_set_new(row, "support", json_integer((json_int_t)m->support));
        json_object_set_new(row, "precision", json_number_or_null(m->precision));
        json_object_set_new(row, "precision_ci95",
                            share_interval(m->precision, m->precision_ci));
        json_object_set_new(row, "recall", json_number_or_null(m->recall));
        json_object_set_new(row, "recall_ci95",
                            share_interval(m->recall, m->recall_ci));
        json_object_set_new(row, "f1", json_number_or_null(m->f1));
        json_object_set_new(row, "f1_ci95",
                            json_interval_or_null(evaluation->intervals.f1[k]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *reliability(const struct sit_evaluation *evaluation)
{
    json_t *bins = json_array();
    for (size_t b = 0; b < SIT_METRICS_N_BINS; b++) {
        const struct sit_reliability_bin *bin = &evaluation->metrics.bins[b];
        if (bin->n == 0)
            continue;
        json_array_append_new(bins,
                              json_pack("{s:f, s:f, s:I, s:f, s:f}", "above",
                                        (double)b / SIT_METRICS_N_BINS, "to",
                                        (double)(b + 1) / SIT_METRICS_N_BINS, "n",
                                        (json_int_t)bin->n, "confidence",
                                        bin->confidence, "accuracy", bin->accuracy));
    }
    return bins;
}

/* A measure and its bootstrap interval beside it. */
static void set_measure(json_t *object, const char *name, double value,
                        struct sit_interval interval)
{
    char ci_name[40];
    snprintf(ci_name, sizeof ci_name, "%s_ci95", name);
    json_object_set_new(object, name, json_number_or_null(value));
    json_object_set_new(object, ci_name, json_interval_or_null(interval));
}

static json_t *metrics(const struct sit_evaluation *evaluation)
{
    const struct sit_metrics *m = &evaluation->metrics;
    const struct sit_metrics_intervals *ci = &evaluation->intervals;
    if (!evaluation->has_metrics)
        return json_pack("{s:I, s:n}", "n", (json_int_t)0, "accuracy");
    json_t *object = json_pack("{s:I, s:f, s:[f,f]}", "n", (json_int_t)m->n, "accuracy",
                               m->accuracy, "accuracy_ci95", m->accuracy_low,
                               m->accuracy_high);
    set_measure(object, "balanced_accuracy", m->balanced_accuracy,
                ci->balanced_accuracy);
    json_object_set_new(object, "log_loss", json_number_or_null(m->log_loss));
    json_object_set_new(object, "brier", json_number_or_null(m->brier));
    json_object_set_new(object, "auc", json_number_or_null(m->auc));
    json_object_set_new(object, "confusion", confusion(evaluation));
    json_object_set_new(object, "log_loss_ci95", json_interval_or_null(ci->log_loss));
    json_object_set_new(object, "brier_ci95", json_interval_or_null(ci->brier));
    json_object_set_new(object, "auc_ci95", json_interval_or_null(ci->auc));
    set_measure(object, "average_precision", m->average_precision,
                ci->average_precision);
    set_measure(object, "ece", m->ece, ci->ece);
    json_object_set_new(object, "accuracy_ci95_by_source",
                        json_interval_or_null(ci->accuracy));
    json_object_set_new(object, "per_class", per_class(evaluation));
    json_object_set_new(object, "reliability", reliability(evaluation));
    json_object_set_new(object, "intervals",
                        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "accuracy",
                                  "wilson", "precision", "wilson", "recall", "wilson",
                                  "others", "bootstrap by source, percentile",
                                  "replicates", (json_int_t)ci->n_replicates, "sources",
                                  (json_int_t)ci->n_sources, "seed",
                                  (json_int_t)SIT_BOOTSTRAP_SEED));
    return object;
}

json_t *json_evaluation(const struct sit_evaluation *evaluation)
{
    json_t *classes = json_array();
    for (size_t k = 0; k < evaluation->n_classes; k++)
        json_array_append_new(classes, json_safe_text(evaluation->classes[k].key));
    const struct sit_leak *leak = &evaluation->leak;
    /* Test figures stand under "test"; others under the name of their split. */
    return json_pack(
        "{s:I, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:f, s:o, s:{s:I, s:I}}", "model",
        (json_int_t)evaluation->model_id, "head", json_safe_text(evaluation->head),
        "features", json_safe_text(evaluation->features), "classes", classes, "c",
        json_number_or_null(evaluation->c), "n_train", (json_int_t)evaluation->n_train,
        "train_ms", json_number_or_null(evaluation->train_ms), "objective",
        json_number_or_null(evaluation->objective), "temperature",
        evaluation->temperature, evaluation->split, metrics(evaluation), "leak",
        "sources_on_both_sides", (json_int_t)leak->n_sources_on_both_sides,
        "test_faces_affected", (json_int_t)leak->n_test_faces_affected);
}
