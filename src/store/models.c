/*
 * Stored heads and what they predict.
 */
#include "db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/progress.h"

void sit_models_release(struct sit_model *models, size_t n)
{
    for (size_t i = 0; models != NULL && i < n; i++) {
        free(models[i].options);
        free(models[i].report);
    }
    free(models);
}

static enum sit_status add_outputs(struct sit_project *project, int64_t id,
                                   const struct sit_model *model, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < model->n_classes; i++) {
        sqlite3_stmt *stmt = db_prepare(
            project,
            "INSERT INTO model_class (model_id, output, class_id) VALUES (?, ?, ?)",
            err);
        sqlite3_bind_int64(stmt, 1, id);
        sqlite3_bind_int64(stmt, 2, (int64_t)i);
        db_bind_class(stmt, 3, model->classes[i]);
        status = db_run(project, stmt, err);
    }
    return status;
}

enum sit_status sit_project_add_model(struct sit_project *project,
                                      const struct sit_model *model, const void *bytes,
                                      size_t n_bytes, int64_t *id,
                                      struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project,
                                    "INSERT INTO model (head, feature_set_id, options, "
                                    "report, bytes, created_at_ms)"
                                    " VALUES (?, ?, ?, ?, ?, ?)",
                                    err);
    db_bind_text(stmt, 1, model->head);
    sqlite3_bind_int64(stmt, 2, model->feature_set_id);
    db_bind_text(stmt, 3, model->options);
    db_bind_text(stmt, 4, model->report);
    sqlite3_bind_blob64(stmt, 5, bytes, n_bytes, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 6, sit_time_ms());
    enum sit_status status = db_run(project, stmt, err);
    if (status != SIT_OK)
        return status;
    int64_t new_id = sqlite3_last_insert_rowid(project->db);
    status = add_outputs(project, new_id, model, err);
    if (status == SIT_OK)
        *id = new_id;
    return status;
}

static enum sit_status read_outputs(struct sit_project *project,
                                    struct sit_model *model, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT class_id FROM model_class WHERE model_id = ? ORDER BY output",
        err);
    sqlite3_bind_int64(stmt, 1, model->id);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK)
            return status;
        if (!row)
            return SIT_OK;
        if (model->n_classes == SIT_PROJECT_MAX_CLASSES) {
            sqlite3_reset(stmt);
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s' is damaged: model %lld has too many classes",
                                 project->path, (long long)model->id);
        }
        model->classes[model->n_classes++] = db_class_index(stmt, 0);
    }
}

#define MODEL_COLUMNS                                                                  \
    "SELECT m.id, m.head, m.feature_set_id, s.name, m.options, m.report,"              \
    " m.created_at_ms FROM model AS m JOIN feature_set AS s"                           \
    " ON s.id = m.feature_set_id "

static enum sit_status read_model(struct sit_project *project, sqlite3_stmt *stmt,
                                  struct sit_model *out, struct sit_error *err)
{
    const char *head = (const char *)sqlite3_column_text(stmt, 1);
    const char *features = (const char *)sqlite3_column_text(stmt, 3);
    struct sit_model model = {
        .id = sqlite3_column_int64(stmt, 0),
        .feature_set_id = sqlite3_column_int64(stmt, 2),
        .created_at_ms = sqlite3_column_int64(stmt, 6),
    };
    snprintf(model.head, sizeof model.head, "%s", head != NULL ? head : "");
    snprintf(model.features, sizeof model.features, "%s",
             features != NULL ? features : "");
    enum sit_status status = SIT_OK;
    if (!db_copy_text(stmt, 4, &model.options) || !db_copy_text(stmt, 5, &model.report))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = read_outputs(project, &model, err);
    if (status != SIT_OK) {
        free(model.options);
        free(model.report);
        return status;
    }
    *out = model;
    return SIT_OK;
}

enum sit_status sit_project_model(struct sit_project *project, int64_t id,
                                  struct sit_model *out, struct sit_error *err)
{
    sqlite3_stmt *stmt =
        id != 0 ? db_prepare(project, MODEL_COLUMNS "WHERE m.id = ?", err)
                : db_prepare(project, MODEL_COLUMNS "ORDER BY m.id DESC LIMIT 1", err);
    if (id != 0)
        sqlite3_bind_int64(stmt, 1, id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row && id != 0)
        return sit_error_set(err, SIT_E_NOT_FOUND,
                             "no model %lld in '%s' (sitter model list)", (long long)id,
                             project->path);
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND,
                             "'%s' has no model yet (sitter train makes one)",
                             project->path);
    status = read_model(project, stmt, out, err);
    sqlite3_reset(stmt);
    return status;
}

enum sit_status sit_project_models(struct sit_project *project, struct sit_model **out,
                                   size_t *n, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, MODEL_COLUMNS "ORDER BY m.id", err);
    struct sit_model *models = NULL;
    size_t used = 0, capacity = 0;
    enum sit_status status = SIT_OK;
    for (bool row; status == SIT_OK;) {
        status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            break;
        void *grown = models;
        if (!sit_grow_array(&grown, &capacity, used + 1, sizeof *models))
            status = sit_error_nomem(err);
        models = grown;
        if (status == SIT_OK)
            status = read_model(project, stmt, &models[used], err);
        if (status == SIT_OK)
            used++;
        else
            sqlite3_reset(stmt);
    }
    if (status != SIT_OK) {
        sit_models_release(models, used);
        return status;
    }
    *out = models;
    *n = used;
    return SIT_OK;
}

enum sit_status sit_project_model_bytes(struct sit_project *project, int64_t id,
                                        struct sit_buf *bytes, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "SELECT bytes FROM model WHERE id = ?",
                                    err);
    sqlite3_bind_int64(stmt, 1, id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND,
                             "no model %lld in '%s' (sitter model list)", (long long)id,
                             project->path);
    const void *blob = sqlite3_column_blob(stmt, 0);
    if (blob != NULL)
        sit_buf_append(bytes, blob, (size_t)sqlite3_column_bytes(stmt, 0));
    /* Where memory for the blob was short, only the reset says so. */
    if (sqlite3_reset(stmt) != SQLITE_OK)
        return sit_error_nomem(err);
    return bytes->failed ? sit_error_nomem(err) : SIT_OK;
}

enum sit_status sit_project_remove_model(struct sit_project *project, int64_t id,
                                         struct sit_error *err)
{
    enum sit_status status = sit_project_begin(project, err);
    if (status != SIT_OK)
        return status;
    sqlite3_stmt *stmt = db_prepare(project, "DELETE FROM model WHERE id = ?", err);
    sqlite3_bind_int64(stmt, 1, id);
    status = db_run(project, stmt, err);
    if (status == SIT_OK && sqlite3_changes(project->db) == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "no model %lld in '%s' (sitter model list)",
                               (long long)id, project->path);
    if (status == SIT_OK)
        return sit_project_commit(project, err);
    sit_project_rollback(project);
    return status;
}

enum sit_status sit_project_put_prediction(struct sit_project *project,
                                           const struct sit_model *model,
                                           int64_t face_id, const float *p,
                                           struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < model->n_classes; i++) {
        sqlite3_stmt *stmt = db_prepare(
            project,
            "INSERT OR REPLACE INTO prediction (model_id, face_id, class_id, p)"
            " VALUES (?, ?, ?, ?)",
            err);
        sqlite3_bind_int64(stmt, 1, model->id);
        sqlite3_bind_int64(stmt, 2, face_id);
        db_bind_class(stmt, 3, model->classes[i]);
        sqlite3_bind_double(stmt, 4, (double)p[i]);
        status = db_run(project, stmt, err);
    }
    return status;
}

enum sit_status sit_project_count_predictions(struct sit_project *project,
                                              int64_t model_id, size_t *n_faces,
                                              struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT count(DISTINCT face_id) FROM prediction WHERE model_id = ?",
        err);
    sqlite3_bind_int64(stmt, 1, model_id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status == SIT_OK && row) {
        *n_faces = (size_t)sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return status;
}
