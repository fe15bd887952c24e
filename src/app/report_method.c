/*
 * The facts of the method's page: counted from labels, read from the model, and judged
 * on labelled faces with out-of-sample probabilities.
 */
#include "report_method.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "sitter/agreement_job.h"
#include "sitter/alloc.h"
#include "sitter/bootstrap.h"
#include "split_rule.h"

/* Beyond so many test faces Wilson's interval has to do: resampling takes seconds. */
enum { MOST_BOOTSTRAPPED = 20000 };

void report_method_release(struct sit_report_method *method)
{
    for (size_t a = 0; a < method->n_annotators; a++)
        free(method->annotators[a].name);
    free(method->annotators);
    for (size_t i = 0; i < method->n_limits; i++)
        free(method->limits[i]);
    free(method->limits);
    free(method->provenance);
    free(method->citation);
}

/*
 * Labels and sides
 */

static void count_labels(const struct report_data *data, struct sit_report *report)
{
    struct sit_report_method *method = &report->method;
    for (size_t i = 0; i < report->n_faces; i++) {
        const struct sit_report_face *face = &report->faces[i];
        method->n_faces_by_split[face->split]++;
        if (face->label == SIT_NO_CLASS)
            continue;
        method->n_labels++;
        method->n_labels_by_class[face->split][face->label]++;
        if (face->annotator >= 0) {
            struct sit_report_annotator *annotator =
                &method->annotators[face->annotator];
            annotator->n_labels++;
            annotator->n_by_class[face->label]++;
        }
    }
    method->n_random = data->n_random;
    method->n_not_random = method->n_labels - data->n_random;
    method->counted = data->counted;
}

/* Sources by side of the split, and those whose labelled people are on both. */
static void count_sources(const struct report_data *data, struct sit_report *report)
{
    struct sit_report_method *method = &report->method;
    struct sit_leak leak = {0};
    for (size_t s = 0; s < report->n_sources; s++) {
        const struct sit_report_source *source = &report->sources[s];
        size_t n[2] = {0, 0}, n_labelled[2] = {0, 0};
        for (uint32_t j = 0; j < source->n_faces; j++) {
            const struct sit_report_face *face =
                &report->faces[report->by_source[source->first_face + j]];
            n[face->split]++;
            n_labelled[face->split] += report_is_person(data, face->label);
        }
        for (size_t side = 0; side < 2; side++)
            method->n_sources_by_split[side] += n[side] > 0;
        method->n_split_given += source->n_faces > 0 && source->split_given;
        bool both = n_labelled[0] > 0 && n_labelled[1] > 0;
        leak.n_sources += n_labelled[0] + n_labelled[1] > 0;
        leak.n_sources_on_both_sides += both;
        leak.n_test_faces += n_labelled[SIT_TEST];
        leak.n_test_faces_affected += both ? n_labelled[SIT_TEST] : 0;
    }
    method->leak = leak;
}

static enum sit_status tell_agreement(struct sit_project *project,
                                      const struct sit_progress *progress,
                                      struct sit_report_method *method,
                                      struct sit_error *err)
{
    struct sit_agreement_report found = {0};
    if (method->n_annotators < 2)
        return SIT_OK;
    enum sit_status status = sit_agreement_run(project, false, SIT_BOOTSTRAP_REPLICATES,
                                               progress, &found, err);
    if (status == SIT_OK && found.has_all)
        method->agreement = (struct sit_report_agreement){
            .known = true,
            .n_annotators = found.n_annotators,
            .n_faces = found.all.n_units,
            .percent = found.all.percent.value,
            .kappa = found.all.kappa.value,
            .alpha = found.all.alpha.value,
            .ac1 = found.all.ac1.value,
            .percent_ci = found.all.percent.ci95,
            .kappa_ci = found.all.kappa.ci95,
            .alpha_ci = found.all.alpha.ci95,
            .ac1_ci = found.all.ac1.ci95};
    sit_agreement_report_release(&found);
    return status;
}

/*
 * The model
 */

static enum sit_status tell_model(const struct report_data *data,
                                  struct sit_report_method *method,
                                  struct sit_error *err)
{
    const struct loaded_model *loaded = &data->loaded;
    method->model_id = loaded->model.id;
    memcpy(method->head, loaded->model.head, sizeof method->head);
    memcpy(method->features, loaded->model.features, sizeof method->features);
    method->dim = loaded->set.dim;
    method->c = loaded->report.c;
    method->temperature = sit_head_temperature(loaded->head);
    method->n_train = loaded->report.n_train;
    method->imported = model_is_imported(&loaded->model);
    method->n_out_of_fold = data->n_out_of_fold;
    if (loaded->set.provenance == NULL)
        return SIT_OK;
    method->provenance = sit_strdup(loaded->set.provenance);
    return method->provenance != NULL ? SIT_OK : sit_error_nomem(err);
}

/* Labelled faces with out-of-sample probabilities, by the model's outputs. */
struct judged_rows {
    size_t n;
    float *p;
    uint8_t *y;
    uint32_t *group;
};

static void judged_rows_release(struct judged_rows *rows)
{
    free(rows->p);
    free(rows->y);
    free(rows->group);
}

static size_t output_of(const struct sit_model *model, sit_class_index label)
{
    for (size_t k = 0; k < model->n_classes; k++)
        if (model->classes[k] == label)
            return k;
    return SIZE_MAX;
}

static enum sit_status judged_rows_make(const struct report_data *data, bool test_only,
                                        struct judged_rows *rows, struct sit_error *err)
{
    const struct sit_report *report = data->report;
    const struct sit_model *model = &data->loaded.model;
    size_t n_most = data->n_labelled;
    rows->p = sit_malloc_array(n_most, model->n_classes * sizeof *rows->p);
    rows->y = sit_malloc_array(n_most, sizeof *rows->y);
    rows->group = sit_malloc_array(n_most, sizeof *rows->group);
    if (rows->p == NULL || rows->y == NULL || rows->group == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < report->n_faces; i++) {
        const struct sit_report_face *face = &report->faces[i];
        size_t output = output_of(model, face->label);
        const float *p = report_face_p(data, i);
        if (p == NULL || output == SIZE_MAX || (test_only && face->split != SIT_TEST))
            continue;
        for (size_t k = 0; k < model->n_classes; k++)
            rows->p[rows->n * model->n_classes + k] = p[model->classes[k]];
        rows->y[rows->n] = (uint8_t)output;
        rows->group[rows->n++] = face->source;
    }
    return SIT_OK;
}

static void forget_intervals(struct sit_metrics_intervals *intervals)
{
    const struct sit_interval none = {NAN, NAN};
    *intervals = (struct sit_metrics_intervals){.accuracy = none,
                                                .balanced_accuracy = none,
                                                .log_loss = none,
                                                .brier = none,
                                                .ece = none,
                                                .auc = none,
                                                .average_precision = none};
    for (size_t k = 0; k < SIT_METRICS_MAX_CLASSES; k++)
        intervals->f1[k] = none;
}

static enum sit_status judge_test(const struct report_data *data,
                                  const struct sit_progress *progress,
                                  struct sit_report *report, struct sit_error *err)
{
    struct judged_rows rows = {0};
    struct judged judged = {.list = &report->classes,
                            .model = &data->loaded.model,
                            .report = data->loaded.report,
                            .temperature = report->method.temperature,
                            .progress = progress};
    enum sit_status status = judged_rows_make(data, true, &rows, err);
    struct sit_dataset set = {.y = rows.y,
                              .group = rows.group,
                              .n = rows.n,
                              .n_classes = data->loaded.model.n_classes};
    bool many = rows.n > MOST_BOOTSTRAPPED;
    struct sit_evaluation *test = &report->method.test;
    if (status == SIT_OK && many)
        set.n = 0;
    if (status == SIT_OK)
        status = judge_probabilities(&judged, rows.p, &set, "test",
                                     &report->method.leak, test, err);
    if (status == SIT_OK && many) {
        status = sit_metrics_compute(rows.p, rows.y, rows.n, set.n_classes,
                                     &test->metrics, err);
        test->has_metrics = status == SIT_OK;
        forget_intervals(&test->intervals);
    }
    judged_rows_release(&rows);
    return status;
}

static enum sit_status calibrate(const struct report_data *data,
                                 struct sit_report *report, struct sit_error *err)
{
    struct judged_rows rows = {0};
    enum sit_status status = judged_rows_make(data, false, &rows, err);
    if (status == SIT_OK && rows.n > 0) {
        status = sit_metrics_compute(rows.p, rows.y, rows.n,
                                     data->loaded.model.n_classes,
                                     &report->method.calibration, err);
        report->method.has_calibration = status == SIT_OK;
    }
    judged_rows_release(&rows);
    return status;
}

static void fill_published(struct sit_report_published *published)
{
    *published = (struct sit_report_published){
        .asked = true,
        .citation = "Gender Distribution in North Korean Posters with Convolutional "
                    "Neural Networks, digitalnk.com, 2017-09-30",
        .n_correct = 66,
        .n = 70,
        .accuracy = 66.0 / 70,
        .ci = sit_wilson(66, 70)};
}

enum sit_status report_method_fill(struct sit_project *project,
                                   const struct report_data *data,
                                   const struct sit_progress *progress,
                                   struct sit_report *report, struct sit_error *err)
{
    struct sit_report_method *method = &report->method;
    struct split_rule rule;
    enum sit_status status = split_rule_settle(project, NULL, &rule, err);
    if (status != SIT_OK)
        return status;
    method->split_unit = rule.unit;
    method->c = method->temperature = NAN;
    count_labels(data, report);
    count_sources(data, report);
    if (data->options->reproduce)
        fill_published(&method->published);
    status = tell_agreement(project, progress, method, err);
    if (status != SIT_OK || !data->has_predictions)
        return status;
    status = tell_model(data, method, err);
    if (status == SIT_OK)
        status = judge_test(data, progress, report, err);
    if (status == SIT_OK)
        status = calibrate(data, report, err);
    return status;
}
