/*
 * Out-of-sample probabilities: the head has learnt labelled train faces by heart, so
 * these get the probabilities of heads that saw no face of their source.
 */
#include <math.h>
#include <stdlib.h>

#include "labelled_data.h"
#include "report_data.h"
#include "sitter/alloc.h"
#include "sitter/calibration.h"

enum {
    N_FOLDS = 5,
    /* A collection that is counted needs no predictions; beyond so many values it is
     * not worth the wait to have the labelled faces in the calibration as well. */
    MAX_IDLE_VALUES = 1 << 25,
};

static size_t find_face(const struct sit_report *report, int64_t id)
{
    size_t low = 0, high = report->n_faces;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (report->faces[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < report->n_faces && report->faces[low].id == id ? low : SIZE_MAX;
}

static bool knows(const struct sit_model *model, sit_class_index label)
{
    for (size_t k = 0; k < model->n_classes; k++)
        if (model->classes[k] == label)
            return true;
    return false;
}

/* Faces the head was, or may have been, trained on: what it says of them is no
 * evidence. */
static size_t forget_train(struct report_data *data)
{
    struct sit_report *report = data->report;
    size_t n = 0;
    for (size_t i = 0; i < report->n_faces; i++) {
        const struct sit_report_face *face = &report->faces[i];
        if (face->split == SIT_TRAIN && knows(&data->loaded.model, face->label)) {
            data->p[i * report->classes.n] = NAN;
            n++;
        }
    }
    return n;
}

static void take_rows(struct report_data *data, const struct labelled_rows *rows,
                      const float *p)
{
    const struct sit_model *model = &data->loaded.model;
    size_t n_classes = data->report->classes.n;
    for (size_t i = 0; i < rows->n; i++) {
        size_t face = find_face(data->report, rows->face_id[i]);
        if (face == SIZE_MAX)
            continue;
        float *out = data->p + face * n_classes;
        for (size_t c = 0; c < n_classes; c++)
            out[c] = 0;
        for (size_t k = 0; k < model->n_classes; k++)
            out[model->classes[k]] = p[i * model->n_classes + k];
        data->n_out_of_fold++;
    }
}

enum sit_status report_data_sample(struct sit_project *project,
                                   struct report_data *data,
                                   const struct sit_progress *progress,
                                   struct sit_error *err)
{
    const struct loaded_model *loaded = &data->loaded;
    struct labelled_faces faces = {0};
    struct sit_train_options options = {0};
    /* An imported head has not seen the train faces, as far as is known. */
    if (!data->has_predictions || model_is_imported(&loaded->model))
        return SIT_OK;
    size_t n_train = forget_train(data);
    if (n_train == 0 || (data->counted && n_train > MAX_IDLE_VALUES / loaded->set.dim))
        return SIT_OK;
    enum sit_status status = model_refit_options(&loaded->model, &loaded->report,
                                                 &options, err);
    if (status == SIT_OK)
        status = labelled_faces_load_within(
            project, loaded->set.id, loaded->set.dim, loaded->model.classes,
            loaded->model.n_classes, SIT_TRAIN_MAX_BYTES, &faces, err);
    if (status != SIT_OK)
        return status;
    struct labelled_data rows = {project, loaded->set.id, &faces.rows[SIT_TRAIN],
                                 loaded->model.n_classes};
    size_t n = rows.rows->n;
    float *p = sit_malloc_array(n, loaded->model.n_classes * sizeof *p);
    if (p == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK && n > 0) {
        status = labelled_data_out_of_fold(&rows, &options.head, N_FOLDS, progress, p,
                                           err);
        if (status == SIT_OK) {
            sit_temperature_apply(p, n, loaded->model.n_classes,
                                  sit_head_temperature(loaded->head));
            take_rows(data, rows.rows, p);
        } else if (status == SIT_E_ARG) {
            status = SIT_OK; /* too few sources to hold any out: without predictions */
        }
    }
    free(p);
    labelled_faces_release(&faces);
    return status;
}
