/*
 * Training: labels and features in, a stored model and its judgement out.
 */
#include "sitter/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "judge.h"
#include "model_json.h"
#include "pixel_set.h"
#include "sitter/alloc.h"
#include "sitter/calibration.h"

/* Leave out classes without a training face, as long as two remain. */
static enum sit_status drop_empty_classes(const struct sit_class_list *list,
                                          const struct labelled_rows *rows,
                                          sit_class_index *classes, size_t *n_classes,
                                          bool *dropped, const struct sit_notes *notes,
                                          struct sit_error *err)
{
    size_t count[SIT_PROJECT_MAX_CLASSES] = {0}, n_kept = 0;
    for (size_t i = 0; i < rows->n; i++)
        count[rows->y[i]]++;
    struct sit_buf counts = {0};
    for (size_t k = 0; k < *n_classes; k++) {
        sit_buf_appendf(&counts, "%s%s %zu", k > 0 ? ", " : "",
                        list->items[classes[k]].name, count[k]);
        n_kept += count[k] > 0;
    }
    enum sit_status status = SIT_OK;
    if (n_kept < 2)
        status = sit_error_set(
            err, SIT_E_ARG,
            "training needs labelled train faces with features of at "
            "least two classes (test faces are only judged on); there "
            "are: %s; sitter label adds more",
            sit_buf_text(&counts));
    sit_buf_release(&counts);
    *dropped = status == SIT_OK && n_kept < *n_classes;
    if (!*dropped)
        return status;
    size_t used = 0;
    for (size_t k = 0; k < *n_classes; k++) {
        if (count[k] > 0)
            classes[used++] = classes[k];
        else
            sit_note(notes, "no train face is labelled %s: the head does without it",
                     list->items[classes[k]].name);
    }
    *n_classes = used;
    return SIT_OK;
}

/* What one training works with. */
struct training {
    struct sit_project *project;
    struct sit_class_list list;
    struct sit_feature_set set;
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES];
    size_t n_classes;
    struct labelled_faces faces;
    struct sit_train_options options;
    const struct sit_train_options *asked; /* stored: retraining asks the same again */
};

static enum sit_status load(struct training *training, const struct sit_notes *notes,
                            struct sit_error *err)
{
    struct sit_project *project = training->project;
    enum sit_status status = sit_project_classes(project, &training->list, err);
    if (status == SIT_OK)
        status = feature_set_for_head(project, training->options.head.kind,
                                      training->options.features, &training->set, err);
    if (status != SIT_OK)
        return status;
    training->n_classes = classes_to_train_on(
        &training->list, training->options.with_other, training->classes);
    for (bool again = true; status == SIT_OK && again;) {
        labelled_faces_release(&training->faces);
        status = labelled_faces_load_within(
            project, training->set.id, training->set.dim, training->classes,
            training->n_classes,
            training->options.max_bytes > 0 ? training->options.max_bytes
                                            : SIT_TRAIN_MAX_BYTES,
            &training->faces, err);
        if (status == SIT_OK)
            status = drop_empty_classes(
                &training->list, &training->faces.rows[SIT_TRAIN], training->classes,
                &training->n_classes, &again, notes, err);
    }
    if (status != SIT_OK && status != SIT_E_ARG)
        return status;
    /* Also where too few are left to train on: this may be why. */
    size_t n_with = training->faces.rows[0].n + training->faces.rows[1].n;
    if (n_with < training->faces.n_labelled)
        sit_note(notes,
                 "%zu labelled faces have no vector in feature set '%s' and are "
                 "left out (sitter features extract or import)",
                 training->faces.n_labelled - n_with, training->set.name);
    if (status != SIT_OK)
        return status;
    enum { ENOUGH_SOURCES = 10 };
    struct sit_head_options *head = &training->options.head;
    if (head->kind == SIT_HEAD_LOGISTIC && head->c == 0 && !training->options.c_given &&
        labelled_rows_n_groups(&training->faces.rows[SIT_TRAIN]) < ENOUGH_SOURCES) {
        head->c = SIT_TRAIN_FALLBACK_C;
        sit_note(notes, "fewer than %d sources: C is %g, not cross-validated",
                 ENOUGH_SOURCES, head->c);
    }
    return SIT_OK;
}

/* Divide the head's scores by what serves heads like it best on faces they have not
 * seen. */
static enum sit_status calibrate(const struct training *training,
                                 const struct labelled_data *train, double c,
                                 const struct sit_progress *progress,
                                 struct sit_head *head, struct sit_error *err)
{
    enum { N_FOLDS = 5 };
    struct sit_head_options options = training->options.head;
    double temperature = 1;
    if (isfinite(c))
        options.c = c;
    const struct labelled_rows *rows = train->rows;
    float *p = sit_malloc_array(rows->n, train->n_classes * sizeof *p);
    if (p == NULL)
        return sit_error_nomem(err);
    enum sit_status status = labelled_data_out_of_fold(train, &options, N_FOLDS,
                                                       progress, p, err);
    if (status == SIT_E_ARG)
        sit_error_prefix(err, "cannot calibrate");
    if (status == SIT_OK)
        status = sit_temperature_fit(p, rows->y, rows->n, train->n_classes,
                                     &temperature, err);
    if (status == SIT_OK)
        status = sit_head_set_temperature(head, temperature, err);
    free(p);
    return status;
}

/* Serialise and store, in one transaction. */
static enum sit_status store(struct training *training, const struct sit_head *head,
                             const struct sit_head_report *report, double train_ms,
                             struct sit_model *model, struct sit_error *err)
{
    struct sit_buf bytes = {0};
    model->options = model_options_to_json(training->asked);
    model->report = model_report_to_json(report, training->faces.rows[SIT_TRAIN].n,
                                         train_ms, training->faces.last_event_id);
    enum sit_status status = SIT_OK;
    if (model->options == NULL || model->report == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_head_serialise(head, &bytes, err);
    if (status == SIT_OK)
        status = sit_project_begin(training->project, err);
    if (status == SIT_OK)
        status = sit_project_add_model(training->project, model, bytes.data,
                                       bytes.n_bytes, &model->id, err);
    if (status == SIT_OK)
        status = sit_project_commit(training->project, err);
    if (status != SIT_OK)
        sit_project_rollback(training->project);
    sit_buf_release(&bytes);
    return status;
}

enum sit_status sit_train(struct sit_project *project,
                          const struct sit_train_options *options,
                          const struct sit_notes *notes,
                          const struct sit_progress *progress,
                          struct sit_evaluation *out, struct sit_head_report *report,
                          struct sit_error *err)
{
    struct training training = {
        .project = project, .options = *options, .asked = options};
    struct sit_head *head = NULL;
    struct sit_head_report found = {0};
    struct sit_model model = {0};
    struct sit_evaluation evaluation;
    enum sit_status status = load(&training, notes, err);
    if (status != SIT_OK)
        goto done;
    struct labelled_data train = {project, training.set.id,
                                  &training.faces.rows[SIT_TRAIN], training.n_classes};
    struct labelled_data test = train;
    test.rows = &training.faces.rows[SIT_TEST];
    int64_t started_us = sit_clock_us();
    status = labelled_data_train(&train, &test, &training.options.head, progress, &head,
                                 &found, err);
    double train_ms = (double)(sit_clock_us() - started_us) / 1000.0;
    if (status == SIT_OK && options->calibrate)
        status = calibrate(&training, &train, found.c, progress, head, err);
    if (status != SIT_OK)
        goto done;
    model.feature_set_id = training.set.id;
    memcpy(model.head, sit_head_kind_name(training.options.head.kind),
           strlen(sit_head_kind_name(training.options.head.kind)) + 1);
    memcpy(model.features, training.set.name, sizeof model.features);
    model.n_classes = training.n_classes;
    memcpy(model.classes, training.classes, sizeof model.classes);
    /* Judged before it is stored: a head that cannot be judged is not kept. */
    struct judged judged = {.list = &training.list,
                            .model = &model,
                            .temperature = sit_head_temperature(head)};
    judged.report = (struct model_report){.c = found.c,
                                          .objective = found.objective,
                                          .n_train = train.rows->n,
                                          .train_ms = train_ms};
    status = judge_rows(&judged, head, &test, "test", &training.faces.leak, &evaluation,
                        err);
    if (status == SIT_OK)
        status = store(&training, head, &found, train_ms, &model, err);
    if (status == SIT_OK) {
        evaluation.model_id = model.id;
        *out = evaluation;
        if (report != NULL)
            *report = found;
    }
done:
    free(model.options);
    free(model.report);
    sit_head_free(head);
    labelled_faces_release(&training.faces);
    free(training.set.provenance);
    return status;
}
