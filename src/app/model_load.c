/*
 * Reading a stored model back.
 */
#include "model_load.h"

#include <stdio.h>
#include <stdlib.h>

void loaded_model_release(struct loaded_model *loaded)
{
    free(loaded->model.options);
    free(loaded->model.report);
    free(loaded->set.provenance);
    sit_head_free(loaded->head);
    *loaded = (struct loaded_model){0};
}

enum sit_status loaded_model_open(struct sit_project *project, int64_t id,
                                  struct loaded_model *out, struct sit_error *err)
{
    struct loaded_model loaded = {0};
    struct sit_buf bytes = {0};
    enum sit_status status = sit_project_model(project, id, &loaded.model, err);
    if (status == SIT_OK)
        status = sit_project_feature_set(project, loaded.model.features, &loaded.set,
                                         err);
    if (status == SIT_OK)
        status = model_report_from_json(&loaded.model, &loaded.report, err);
    if (status == SIT_OK)
        status = sit_project_model_bytes(project, loaded.model.id, &bytes, err);
    if (status == SIT_OK) {
        char name[64];
        snprintf(name, sizeof name, "model %lld", (long long)loaded.model.id);
        status = sit_head_parse(sit_buf_text(&bytes), bytes.n_bytes, name, &loaded.head,
                                err);
    }
    if (status == SIT_OK && (sit_head_dim(loaded.head) != loaded.set.dim ||
                             sit_head_n_classes(loaded.head) != loaded.model.n_classes))
        status = sit_error_set(
            err, SIT_E_FORMAT,
            "model %lld does not fit feature set '%s' or its classes",
            (long long)loaded.model.id, loaded.set.name);
    for (size_t k = 0; status == SIT_OK && k < loaded.model.n_classes; k++)
        if (loaded.model.classes[k] == SIT_NO_CLASS)
            status = sit_error_set(err, SIT_E_FORMAT, "model %lld has an unknown class",
                                   (long long)loaded.model.id);
    sit_buf_release(&bytes);
    if (status != SIT_OK) {
        loaded_model_release(&loaded);
        return status;
    }
    *out = loaded;
    return SIT_OK;
}
