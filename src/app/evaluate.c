/*
 * Judging stored models.
 */
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "judge.h"
#include "model_load.h"
#include "sitter/alloc.h"
#include "sitter/calibration.h"
#include "sitter/train.h"

enum { N_FOLDS = 5 };

/* Out-of-fold: heads with the model's options, on the labels as they are now. */
static enum sit_status
judge_out_of_fold(const struct judged *judged, const struct labelled_data *data,
                  const struct sit_leak *leak, const struct sit_progress *progress,
                  struct sit_evaluation *out, struct sit_error *err)
{
    struct sit_train_options options;
    enum sit_status status = model_refit_options(judged->model, &judged->report,
                                                 &options, err);
    if (status != SIT_OK)
        return status;
    struct sit_dataset rows = labelled_rows_dataset(data->rows, data->n_classes);
    float *p = sit_malloc_array(rows.n, judged->model->n_classes * sizeof *p);
    if (p == NULL)
        return sit_error_nomem(err);
    status = labelled_data_out_of_fold(data, &options.head, N_FOLDS, progress, p, err);
    if (status == SIT_OK) {
        sit_temperature_apply(p, rows.n, judged->model->n_classes, judged->temperature);
        status = judge_probabilities(judged, p, &rows, "cv", leak, out, err);
    }
    free(p);
    return status;
}

enum sit_status sit_evaluate(struct sit_project *project, int64_t model_id,
                             enum sit_evaluate_split split,
                             const struct sit_progress *progress,
                             struct sit_evaluation *out, struct sit_error *err)
{
    struct loaded_model loaded = {0};
    struct labelled_faces faces = {0};
    struct sit_class_list list;
    enum sit_status status = sit_project_classes(project, &list, err);
    if (status == SIT_OK)
        status = loaded_model_open(project, model_id, &loaded, err);
    if (status == SIT_OK)
        status = labelled_faces_load_within(
            project, loaded.set.id, loaded.set.dim, loaded.model.classes,
            loaded.model.n_classes, SIT_TRAIN_MAX_BYTES, &faces, err);
    if (status != SIT_OK) {
        loaded_model_release(&loaded);
        return status;
    }
    struct judged judged = {.list = &list,
                            .model = &loaded.model,
                            .report = loaded.report,
                            .temperature = sit_head_temperature(loaded.head),
                            .progress = progress};
    enum sit_split side = split == SIT_EVALUATE_TEST ? SIT_TEST : SIT_TRAIN;
    struct labelled_data rows = {project, loaded.set.id, &faces.rows[side],
                                 loaded.model.n_classes};
    if (split == SIT_EVALUATE_CV && rows.rows->n > 0)
        status = judge_out_of_fold(&judged, &rows, &faces.leak, progress, out, err);
    else
        status = judge_rows(&judged, loaded.head, &rows, sit_split_name(side),
                            &faces.leak, out, err);
    labelled_faces_release(&faces);
    loaded_model_release(&loaded);
    return status;
}
