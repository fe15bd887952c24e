/*
 * Judging a head on labelled rows.
 */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/bootstrap.h"

enum sit_status judge_probabilities(const struct judged *judged, const float *p,
                                    const struct sit_dataset *rows, const char *split,
                                    const struct sit_leak *leak,
                                    struct sit_evaluation *out, struct sit_error *err)
{
    const struct sit_model *model = judged->model;
    struct sit_evaluation result = {.model_id = model->id,
                                    .n_classes = model->n_classes,
                                    .c = judged->report.c,
                                    .objective = judged->report.objective,
                                    .temperature = judged->temperature,
                                    .n_train = judged->report.n_train,
                                    .train_ms = judged->report.train_ms,
                                    .has_metrics = rows->n > 0,
                                    .leak = *leak};
    snprintf(result.head, sizeof result.head, "%s", model->head);
    snprintf(result.features, sizeof result.features, "%s", model->features);
    snprintf(result.split, sizeof result.split, "%s", split);
    for (size_t k = 0; k < model->n_classes; k++) {
        if (model->classes[k] < 0 || (size_t)model->classes[k] >= judged->list->n)
            return sit_error_set(err, SIT_E_FORMAT, "model %lld has an unknown class",
                                 (long long)model->id);
        result.classes[k] = judged->list->items[model->classes[k]];
    }
    if (rows->n > 0) {
        enum sit_status status = sit_metrics_compute(
            p, rows->y, rows->n, model->n_classes, &result.metrics, err);
        if (status == SIT_OK)
            status = sit_metrics_bootstrap(p, rows->y, rows->group, rows->n,
                                           model->n_classes, SIT_BOOTSTRAP_REPLICATES,
                                           SIT_BOOTSTRAP_SEED, judged->progress,
                                           &result.intervals, err);
        if (status != SIT_OK)
            return status;
    }
    *out = result;
    return SIT_OK;
}

enum sit_status judge_rows(const struct judged *judged, const struct sit_head *head,
                           const struct labelled_data *data, const char *split,
                           const struct sit_leak *leak, struct sit_evaluation *out,
                           struct sit_error *err)
{
    float *p = NULL;
    enum sit_status status = SIT_OK;
    struct sit_dataset rows = labelled_rows_dataset(data->rows, data->n_classes);
    if (rows.n > 0) {
        p = sit_malloc_array(rows.n, judged->model->n_classes * sizeof *p);
        status = p == NULL ? sit_error_nomem(err)
                           : labelled_data_predict(data, head, p, err);
    }
    if (status == SIT_OK)
        status = judge_probabilities(judged, p, &rows, split, leak, out, err);
    free(p);
    return status;
}
