/*
 * A report as JSON: everything the text shows, and every figure's parts.
 */
#include <math.h>
#include <stdio.h>

#include "json_out.h"
#include "report_out.h"

static json_t *count(size_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *interval(double low, double high)
{
    return json_interval_or_null((struct sit_interval){low, high});
}

static json_t *class_key(const struct sit_report *report, sit_class_index k)
{
    return k >= 0 ? json_safe_text(report->classes.items[k].key) : json_null();
}

/*
 * Tables
 */

static json_t *figure_json(const struct sit_figure *figure)
{
    if (figure->kind == SIT_FIGURE_NONE)
        return json_null();
    if (figure->kind == SIT_FIGURE_COUNT)
        return json_real(figure->count);
    json_t *out = json_pack(
        "{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o}",
        "estimate", json_number_or_null(figure->estimate), "ci95",
        interval(figure->low, figure->high), "method", figure->method, "n",
        count(figure->n), "count", json_number_or_null(figure->count), "raw",
        json_number_or_null(figure->raw), "n_labelled", count(figure->n_labelled),
        "n_predicted", count(figure->n_predicted), "n_random", count(figure->n_random),
        "n_sources", count(figure->n_sources), "few", figure->few, "model_based",
        figure->model_based, "labels_only", json_number_or_null(figure->labels_share),
        "labels_only_ci95", interval(figure->labels_low, figure->labels_high), "lambda",
        json_number_or_null(figure->lambda));
    if (out != NULL && isfinite(figure->p)) {
        json_object_set_new(out, "p", json_real(figure->p));
        json_object_set_new(out, "q", json_number_or_null(figure->q));
        json_object_set_new(out, "survives", json_boolean(figure->survives));
    }
    return out;
}

static json_t *rows_json(const struct sit_report_table *table)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct sit_report_row *row = &table->rows[i];
        json_t *out = json_object(), *values = json_array(), *figures = json_object();
        json_array_append_new(values, json_safe_text(row->label));
        if (table->field2 != NULL)
            json_array_append_new(values, json_safe_text(row->label2));
        for (size_t c = 0; c < table->n_columns; c++)
            json_object_set_new(figures, table->columns[c].id,
                                figure_json(&row->figures[c]));
        json_object_set_new(out, "values", values);
        json_object_set_new(out, "x", json_number_or_null(row->x));
        json_object_set_new(out, "unknown", json_boolean(row->unknown));
        json_object_set_new(out, "n_faces", count(row->n_faces));
        json_object_set_new(out, "figures", figures);
        json_array_append_new(rows, out);
    }
    return rows;
}

static json_t *columns_json(const struct sit_report *report,
                            const struct sit_report_table *table)
{
    static const char *const kinds[] = {"none", "count", "share", "number"};
    json_t *columns = json_array();
    for (size_t c = 0; c < table->n_columns; c++) {
        const struct sit_report_column *column = &table->columns[c];
        json_array_append_new(
            columns,
            json_pack("{s:o, s:o, s:s, s:o}", "id", json_safe_text(column->id), "name",
                      json_safe_text(column->name), "kind", kinds[column->kind],
                      "class", class_key(report, column->class_index)));
    }
    return columns;
}

static json_t *trend_json(const struct sit_report_trend *trend)
{
    if (!trend->known)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s}", "slope_per_decade",
                     json_number_or_null(trend->slope), "ci95",
                     interval(trend->low, trend->high), "p",
                     json_number_or_null(trend->p), "mean_year",
                     json_number_or_null(trend->x_mean), "share_at_mean",
                     json_number_or_null(trend->y_mean), "method", trend->method);
}

static json_t *table_json(const struct sit_report *report,
                          const struct sit_report_table *table)
{
    json_t *fields = json_array();
    json_array_append_new(fields, json_safe_text(table->field));
    if (table->field2 != NULL)
        json_array_append_new(fields, json_safe_text(table->field2));
    return json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", table->id,
                     "title", json_safe_text(table->title), "note",
                     json_safe_text(table->note), "unit", table->unit, "fields", fields,
                     "reference", json_number_or_null(table->reference), "trend",
                     trend_json(&table->trend), "columns", columns_json(report, table),
                     "rows", rows_json(table));
}

/*
 * The method
 */

static json_t *by_class(const struct sit_report *report, const size_t *n)
{
    json_t *out = json_object();
    for (size_t k = 0; k < report->classes.n; k++)
        json_object_set_new(out, report->classes.items[k].key, count(n[k]));
    return out;
}

static json_t *labels_json(const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    json_t *annotators = json_array();
    for (size_t a = 0; a < method->n_annotators; a++) {
        const struct sit_report_annotator *annotator = &method->annotators[a];
        if (annotator->n_labels > 0)
            json_array_append_new(annotators,
                                  json_pack("{s:o, s:o, s:o}", "name",
                                            json_safe_text(annotator->name), "labels",
                                            count(annotator->n_labels), "classes",
                                            by_class(report, annotator->n_by_class)));
    }
    return json_pack("{s:o, s:o, s:b, s:o, s:o, s:o}", "n", count(method->n_labels),
                     "n_random", count(method->n_random), "counted", method->counted,
                     "train", by_class(report, method->n_labels_by_class[SIT_TRAIN]),
                     "test", by_class(report, method->n_labels_by_class[SIT_TEST]),
                     "annotators", annotators);
}

static json_t *bins_json(const struct sit_metrics *metrics)
{
    json_t *bins = json_array();
    for (size_t b = 0; b < SIT_METRICS_N_BINS; b++)
        if (metrics->bins[b].n > 0)
            json_array_append_new(
                bins, json_pack("{s:o, s:f, s:f}", "n", count(metrics->bins[b].n),
                                "confidence", metrics->bins[b].confidence, "accuracy",
                                metrics->bins[b].accuracy));
    return bins;
}

static json_t *model_json(const struct sit_report_method *method)
{
    if (method->model_id == 0)
        return json_null();
    json_t *calibration = json_null();
    if (method->has_calibration)
        calibration = json_pack(
            "{s:o, s:f, s:f, s:f, s:o}", "n", count(method->calibration.n), "ece",
            method->calibration.ece, "log_loss", method->calibration.log_loss, "brier",
            method->calibration.brier, "bins", bins_json(&method->calibration));
    return json_pack(
        "{s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "id",
        (json_int_t)method->model_id, "head", method->head, "features",
        json_safe_text(method->features), "dim", count(method->dim), "provenance",
        json_provenance(method->provenance), "c", json_number_or_null(method->c),
        "temperature", json_number_or_null(method->temperature), "n_train",
        count(method->n_train), "imported", method->imported, "n_out_of_fold",
        count(method->n_out_of_fold), "evaluation",
        method->test.has_metrics ? json_evaluation(&method->test) : json_null(),
        "calibration", calibration);
}

static json_t *agreement_json(const struct sit_report_agreement *a)
{
    if (!a->known)
        return json_null();
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "annotators",
        count(a->n_annotators), "faces", count(a->n_faces), "percent",
        json_number_or_null(a->percent), "percent_ci95",
        json_interval_or_null(a->percent_ci), "kappa", json_number_or_null(a->kappa),
        "kappa_ci95", json_interval_or_null(a->kappa_ci), "alpha",
        json_number_or_null(a->alpha), "alpha_ci95", json_interval_or_null(a->alpha_ci),
        "ac1", json_number_or_null(a->ac1), "ac1_ci95",
        json_interval_or_null(a->ac1_ci));
}

static json_t *published_json(const struct sit_report_published *published)
{
    if (!published->asked)
        return json_null();
    return json_pack("{s:s, s:o, s:o, s:f, s:o}", "citation", published->citation,
                     "n_correct", count(published->n_correct), "n", count(published->n),
                     "accuracy", published->accuracy, "accuracy_ci95",
                     json_interval_or_null(published->ci));
}

static json_t *method_json(const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    const struct sit_leak *leak = &method->leak;
    json_t *limits = json_array();
    for (size_t i = 0; i < method->n_limits; i++)
        json_array_append_new(limits, json_safe_text(method->limits[i]));
    json_t *split = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o}", "unit",
        method->split_unit == SIT_SPLIT_BY_FACE ? "face" : "source", "given_sources",
        count(method->n_split_given), "train_faces",
        count(method->n_faces_by_split[SIT_TRAIN]), "test_faces",
        count(method->n_faces_by_split[SIT_TEST]), "train_sources",
        count(method->n_sources_by_split[SIT_TRAIN]), "test_sources",
        count(method->n_sources_by_split[SIT_TEST]));
    json_t *leaking = json_pack(
        "{s:o, s:o, s:o, s:o}", "sources", count(leak->n_sources),
        "sources_on_both_sides", count(leak->n_sources_on_both_sides),
        "test_faces_affected", count(leak->n_test_faces_affected), "test_faces",
        count(leak->n_test_faces));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "labels",
                     labels_json(report), "agreement",
                     agreement_json(&method->agreement), "split", split, "leak",
                     leaking, "model", model_json(method), "published",
                     published_json(&method->published), "limits", limits, "citation",
                     json_safe_text(method->citation));
}

json_t *report_json(const struct sit_report *report)
{
    json_t *tables = json_array(), *classes = json_array();
    for (size_t i = 0; i < report->n_tables; i++)
        json_array_append_new(tables, table_json(report, &report->tables[i]));
    for (size_t k = 0; k < report->classes.n; k++) {
        const struct sit_class *class = &report->classes.items[k];
        json_array_append_new(classes, json_pack("{s:o, s:o, s:b}", "key",
                                                 json_safe_text(class->key), "name",
                                                 json_safe_text(class->name),
                                                 "excluded", class->excluded));
    }
    json_t *collection = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "posters", count(report->n_posters),
        "posters_with_faces", count(report->n_posters_with_faces), "posters_searched",
        count(report->n_posters_searched), "faces", count(report->n_faces),
        "posters_with_year", count(report->n_with_year), "first_year",
        report->first_year != 0 ? json_integer(report->first_year) : json_null(),
        "last_year",
        report->last_year != 0 ? json_integer(report->last_year) : json_null());
    return json_pack("{s:o, s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "project",
                     json_safe_text(report->project_path), "version", report->version,
                     "made_at_ms", (json_int_t)report->made_at_ms, "classes", classes,
                     "share_class", class_key(report, report->share_class),
                     "collection", collection, "tables", tables, "method",
                     method_json(report));
}
