/*
 * Judging stored models, and predicting the whole collection.
 */
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "judge.h"
#include "model_load.h"
#include "sitter/alloc.h"
#include "sitter/calibration.h"
#include "sitter/train.h"

enum { N_FOLDS = 5, BLOCK_FACES = 2048 };

/* Out-of-fold: heads with the model's options, on the labels as they are now. */
static enum sit_status
judge_out_of_fold(const struct judged *judged, const struct sit_dataset *rows,
                  const struct sit_leak *leak, const struct sit_progress *progress,
                  struct sit_evaluation *out, struct sit_error *err)
{
    struct sit_train_options options;
    enum sit_status status = model_refit_options(judged->model, &judged->report,
                                                 &options, err);
    if (status != SIT_OK)
        return status;
    float *p = sit_malloc_array(rows->n, judged->model->n_classes * sizeof *p);
    if (p == NULL)
        return sit_error_nomem(err);
    status = sit_head_out_of_fold(rows, &options.head, N_FOLDS, progress, p, err);
    if (status == SIT_OK) {
        sit_temperature_apply(p, rows->n, judged->model->n_classes,
                              judged->temperature);
        status = judge_probabilities(judged, p, rows, "cv", leak, out, err);
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
        status = labelled_faces_load(project, loaded.set.id, loaded.set.dim,
                                     loaded.model.classes, loaded.model.n_classes,
                                     &faces, err);
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
    struct sit_dataset rows = labelled_rows_dataset(&faces.rows[side],
                                                    loaded.model.n_classes);
    if (split == SIT_EVALUATE_CV && rows.n > 0)
        status = judge_out_of_fold(&judged, &rows, &faces.leak, progress, out, err);
    else
        status = judge_rows(&judged, loaded.head, &rows, sit_split_name(side),
                            &faces.leak, out, err);
    labelled_faces_release(&faces);
    loaded_model_release(&loaded);
    return status;
}

/* A block of vectors on their way to predictions. */
struct block {
    size_t n, d;
    int64_t face_id[BLOCK_FACES];
    float *x; /* (BLOCK_FACES, d) */
    float *p; /* (BLOCK_FACES, n_classes) */
};

static bool fill_block(void *context, int64_t face_id, const float *vector)
{
    struct block *block = context;
    memcpy(block->x + block->n * block->d, vector, block->d * sizeof *vector);
    block->face_id[block->n++] = face_id;
    return block->n < BLOCK_FACES;
}

static enum sit_status store_block(struct sit_project *project,
                                   const struct block *block,
                                   const struct sit_model *model, struct sit_error *err)
{
    enum sit_status status = sit_project_begin(project, err);
    for (size_t i = 0; status == SIT_OK && i < block->n; i++)
        status = sit_project_put_prediction(project, model, block->face_id[i],
                                            block->p + i * model->n_classes, err);
    if (status == SIT_OK)
        return sit_project_commit(project, err);
    sit_project_rollback(project);
    return status;
}

static enum sit_status predict_all(struct sit_project *project,
                                   const struct loaded_model *loaded,
                                   struct block *block,
                                   const struct sit_progress *progress, size_t *n_faces,
                                   struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    int64_t last_id = 0;
    size_t n_done = 0;
    do {
        if (!sit_progress_report(progress, n_done, loaded->set.n_faces, NULL))
            return sit_error_set(err, SIT_E_CANCELLED,
                                 "interrupted: %zu faces are predicted", n_done);
        block->n = 0;
        status = sit_project_features(project, loaded->set.id, loaded->set.dim, last_id,
                                      fill_block, block, err);
        if (status == SIT_OK && block->n > 0)
            status = sit_head_predict(loaded->head, block->x, block->n, block->d,
                                      block->p, err);
        if (status == SIT_OK && block->n > 0)
            status = store_block(project, block, &loaded->model, err);
        if (block->n > 0)
            last_id = block->face_id[block->n - 1];
        n_done += block->n;
    } while (status == SIT_OK && block->n == BLOCK_FACES);
    if (status == SIT_OK)
        sit_progress_report(progress, n_done, n_done, NULL);
    *n_faces = n_done;
    return status;
}

enum sit_status sit_predict(struct sit_project *project, int64_t model_id,
                            const struct sit_progress *progress, int64_t *model_used,
                            size_t *n_faces, struct sit_error *err)
{
    struct loaded_model loaded = {0};
    enum sit_status status = loaded_model_open(project, model_id, &loaded, err);
    if (status != SIT_OK)
        return status;
    struct block *block = sit_calloc(1, sizeof *block);
    if (block != NULL) {
        block->d = loaded.set.dim;
        block->x = sit_malloc_array(BLOCK_FACES, block->d * sizeof *block->x);
        block->p = sit_malloc_array(BLOCK_FACES,
                                    loaded.model.n_classes * sizeof *block->p);
    }
    size_t n_done = 0;
    if (block == NULL || block->x == NULL || block->p == NULL)
        status = sit_error_nomem(err);
    else
        status = predict_all(project, &loaded, block, progress, &n_done, err);
    if (status == SIT_OK) {
        *model_used = loaded.model.id;
        *n_faces = n_done;
    }
    if (block != NULL) {
        free(block->x);
        free(block->p);
    }
    free(block);
    loaded_model_release(&loaded);
    return status;
}
