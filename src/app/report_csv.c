/*
 * A report as CSV: a file a table, one for the method. Every file is written beside
 * before the first is put in its place.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_write.h"
#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/file_writer.h"
#include "sitter/report.h"

static void append_number(struct sit_buf *out, double value)
{
    sit_buf_append_char(out, ',');
    if (isfinite(value))
        sit_buf_appendf(out, "%.10g", value);
}

/* Field names of a figure's parts: "share", "share_low", ... */
static void append_header(struct sit_buf *out, const struct sit_report_column *column)
{
    static const char *const of_share[] = {
        "",       "_low",    "_high",       "_method",      "_n",
        "_count", "_raw",    "_labelled",   "_predicted",   "_random",
        "_few",   "_labels", "_labels_low", "_labels_high", "_lambda",
        "_p",     "_q",      "_survives"};
    size_t n = column->kind == SIT_FIGURE_COUNT ? 1
                                                : sizeof of_share / sizeof of_share[0];
    for (size_t i = 0; i < n; i++)
        sit_buf_appendf(out, ",%s%s", column->id, of_share[i]);
}

static void append_figure(struct sit_buf *out, const struct sit_report_column *column,
                          const struct sit_figure *figure)
{
    bool share = figure->kind == SIT_FIGURE_SHARE;
    if (column->kind == SIT_FIGURE_COUNT) {
        append_number(out, figure->count);
        return;
    }
    append_number(out, share ? figure->estimate : (double)NAN);
    append_number(out, figure->low);
    append_number(out, figure->high);
    sit_buf_append_char(out, ',');
    if (share)
        csv_append_field(out, figure->method);
    append_number(out, share ? (double)figure->n : (double)NAN);
    append_number(out, figure->kind != SIT_FIGURE_NONE ? figure->count : (double)NAN);
    append_number(out, figure->raw);
    append_number(out, share ? (double)figure->n_labelled : (double)NAN);
    append_number(out, share ? (double)figure->n_predicted : (double)NAN);
    append_number(out, share ? (double)figure->n_random : (double)NAN);
    append_number(out, share ? (double)figure->few : (double)NAN);
    append_number(out, figure->labels_share);
    append_number(out, figure->labels_low);
    append_number(out, figure->labels_high);
    append_number(out, share ? figure->lambda : (double)NAN);
    append_number(out, figure->p);
    append_number(out, figure->q);
    append_number(out, isfinite(figure->q) ? (double)figure->survives : (double)NAN);
}

static void append_table(struct sit_buf *out, const struct sit_report_table *table)
{
    csv_append_field(out, table->field);
    if (table->field2 != NULL) {
        sit_buf_append_char(out, ',');
        csv_append_field(out, table->field2);
    }
    for (size_t c = 0; c < table->n_columns; c++)
        append_header(out, &table->columns[c]);
    sit_buf_append_text(out, "\r\n");
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct sit_report_row *row = &table->rows[i];
        csv_append_field(out, row->label);
        if (table->field2 != NULL) {
            sit_buf_append_char(out, ',');
            csv_append_field(out, row->label2);
        }
        for (size_t c = 0; c < table->n_columns; c++)
            append_figure(out, &table->columns[c], &row->figures[c]);
        sit_buf_append_text(out, "\r\n");
    }
}

/*
 * The method: field, value
 */

static void put(struct sit_buf *out, const char *field, const char *value)
{
    csv_append_field(out, field);
    sit_buf_append_char(out, ',');
    csv_append_field(out, value);
    sit_buf_append_text(out, "\r\n");
}

static void put_count(struct sit_buf *out, const char *field, size_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", value);
    put(out, field, text);
}

static void put_number(struct sit_buf *out, const char *field, double value)
{
    char text[32] = "";
    if (isfinite(value))
        snprintf(text, sizeof text, "%.10g", value);
    put(out, field, text);
}

static void put_labels(struct sit_buf *out, const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    struct sit_buf field = {0};
    put_count(out, "labels", method->n_labels);
    put_count(out, "labels at random", method->n_random);
    for (size_t side = 0; side < 2; side++) {
        for (size_t k = 0; k < report->classes.n; k++) {
            sit_buf_reset(&field);
            sit_buf_appendf(&field, "labels %s %s",
                            sit_split_name((enum sit_split)side),
                            report->classes.items[k].name);
            put_count(out, sit_buf_text(&field), method->n_labels_by_class[side][k]);
        }
    }
    for (size_t a = 0; a < method->n_annotators; a++) {
        sit_buf_reset(&field);
        sit_buf_appendf(&field, "labels of %s", method->annotators[a].name);
        put_count(out, sit_buf_text(&field), method->annotators[a].n_labels);
    }
    out->failed = out->failed || field.failed;
    sit_buf_release(&field);
}

static void put_agreement(struct sit_buf *out, const struct sit_report_agreement *a)
{
    if (!a->known)
        return;
    put_count(out, "faces labelled by several", a->n_faces);
    put_number(out, "agreement", a->percent);
    put_number(out, "Cohen's kappa", a->kappa);
    put_number(out, "Krippendorff's alpha", a->alpha);
    put_number(out, "Krippendorff's alpha low", a->alpha_ci.low);
    put_number(out, "Krippendorff's alpha high", a->alpha_ci.high);
    put_number(out, "Gwet's AC1", a->ac1);
}

static void put_model(struct sit_buf *out, const struct sit_report_method *method)
{
    const struct sit_metrics *m = &method->test.metrics;
    put_count(out, "model", (size_t)method->model_id);
    put(out, "head", method->head);
    put(out, "features", method->features);
    put_count(out, "feature dimensions", method->dim);
    put(out, "feature provenance",
        method->provenance != NULL ? method->provenance : "");
    put_number(out, "C", method->c);
    put_number(out, "temperature", method->temperature);
    put_count(out, "faces trained on", method->n_train);
    put_count(out, "faces predicted out-of-fold", method->n_out_of_fold);
    if (method->test.has_metrics) {
        put_count(out, "test faces", m->n);
        put_count(out, "test faces right", m->n_correct);
        put_number(out, "test accuracy", m->accuracy);
        put_number(out, "test accuracy low", m->accuracy_low);
        put_number(out, "test accuracy high", m->accuracy_high);
        put_number(out, "test log-loss", m->log_loss);
        put_number(out, "test Brier score", m->brier);
        put_number(out, "test ROC AUC", m->auc);
    }
    if (method->has_calibration)
        put_number(out, "calibration error", method->calibration.ece);
}

static void append_method(struct sit_buf *out, const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    const struct sit_report_published *published = &method->published;
    put(out, "field", "value");
    put_count(out, "posters", report->n_posters);
    put_count(out, "posters with faces", report->n_posters_with_faces);
    put_count(out, "posters searched", report->n_posters_searched);
    put_count(out, "faces", report->n_faces);
    put_labels(out, report);
    put_agreement(out, &method->agreement);
    put(out, "split unit", method->split_unit == SIT_SPLIT_BY_FACE ? "face" : "source");
    put_count(out, "sources with a given split", method->n_split_given);
    put_count(out, "sources on both sides", method->leak.n_sources_on_both_sides);
    put_count(out, "test faces affected", method->leak.n_test_faces_affected);
    if (method->model_id != 0)
        put_model(out, method);
    if (published->asked) {
        put(out, "published", published->citation);
        put_count(out, "published test faces", published->n);
        put_count(out, "published test faces right", published->n_correct);
        put_number(out, "published accuracy", published->accuracy);
        put_number(out, "published accuracy low", published->ci.low);
        put_number(out, "published accuracy high", published->ci.high);
    }
    for (size_t i = 0; i < method->n_limits; i++)
        put(out, "limit", method->limits[i]);
    put(out, "citation", method->citation);
}

static enum sit_status stage(const char *dir, const char *id, struct sit_buf *text,
                             struct sit_file_writer *writer, struct sit_error *err)
{
    struct sit_buf name = {0};
    sit_buf_appendf(&name, "%s.csv", id);
    char *path = name.failed ? NULL : sit_file_join(dir, sit_buf_text(&name));
    sit_buf_release(&name);
    enum sit_status status = path == NULL || text->failed
                                 ? sit_error_nomem(err)
                                 : sit_file_writer_open(path, writer, err);
    if (status == SIT_OK)
        status = sit_file_writer_put(writer, text->data, text->n_bytes, err);
    free(path);
    return status;
}

enum sit_status sit_report_write_csv(const struct sit_report *report, const char *dir,
                                     struct sit_error *err)
{
    size_t n = report->n_tables + 1;
    struct sit_buf text = {0};
    struct sit_file_writer *writers = sit_calloc(n, sizeof *writers);
    enum sit_status status = writers == NULL ? sit_error_nomem(err)
                                             : sit_file_make_dir(dir, err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        bool method = i == report->n_tables;
        sit_buf_reset(&text);
        if (method)
            append_method(&text, report);
        else
            append_table(&text, &report->tables[i]);
        status = stage(dir, method ? "method" : report->tables[i].id, &text,
                       &writers[i], err);
    }
    for (size_t i = 0; status == SIT_OK && i < n; i++)
        status = sit_file_writer_commit(&writers[i], err);
    for (size_t i = 0; writers != NULL && i < n; i++)
        sit_file_writer_discard(&writers[i]);
    free(writers);
    sit_buf_release(&text);
    return status;
}
