/*
 * Walking every face with its label and prediction, for exports.
 */
#include "db.h"

#include <string.h>

enum sit_status sit_project_predicting_model(struct sit_project *project, int64_t *id,
                                             struct sit_error *err)
{
    /* Two steps along the primary key rather than one over all predictions. */
    return db_number(project,
                     "SELECT coalesce((SELECT max(id) FROM model WHERE EXISTS"
                     " (SELECT 1 FROM prediction WHERE model_id = model.id)), 0)",
                     id, err);
}

static enum sit_status read_predictions(struct sit_project *project, int64_t model_id,
                                        struct sit_export_row *row,
                                        struct sit_error *err)
{
    row->n_p = 0;
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT class_id, p FROM prediction"
        " WHERE model_id = ? AND face_id = ? ORDER BY class_id",
        err);
    sqlite3_bind_int64(stmt, 1, model_id);
    sqlite3_bind_int64(stmt, 2, row->face_id);
    for (;;) {
        bool more;
        enum sit_status status = db_step(project, stmt, &more, err);
        if (status != SIT_OK || !more)
            return status;
        if (row->n_p < SIT_PROJECT_MAX_CLASSES) {
            row->p_class[row->n_p] = db_class_index(stmt, 0);
            row->p[row->n_p++] = sqlite3_column_double(stmt, 1);
        }
    }
}

static enum sit_status walk_rows(struct sit_project *project, int64_t model_id,
                                 sit_export_fn *visit, void *context,
                                 struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT f.id, f.name, s.name, f.split = 'test', e.class_id, a.name, g.at_ms"
        " FROM face AS f JOIN source AS s ON s.id = f.source_id"
        " LEFT JOIN event AS e"
        "   ON e.id = (SELECT max(id) FROM event WHERE face_id = f.id)"
        " LEFT JOIN event AS g ON g.id = coalesce(e.restores, e.id)"
        " LEFT JOIN annotator AS a ON a.id = g.annotator_id ORDER BY f.id",
        err);
    for (;;) {
        bool more;
        enum sit_status status = db_step(project, stmt, &more, err);
        if (status != SIT_OK || !more)
            return status;
        struct sit_export_row row = {
            .face_id = sqlite3_column_int64(stmt, 0),
            .name = (const char *)sqlite3_column_text(stmt, 1),
            .source = (const char *)sqlite3_column_text(stmt, 2),
            .split = sqlite3_column_int(stmt, 3) != 0 ? SIT_TEST : SIT_TRAIN,
            .label = db_class_index(stmt, 4),
            .annotator = (const char *)sqlite3_column_text(stmt, 5),
            .labelled_at_ms = sqlite3_column_int64(stmt, 6),
        };
        if (row.label == SIT_NO_CLASS)
            row.annotator = NULL;
        if (row.name == NULL || row.source == NULL)
            status = sit_error_nomem(err);
        if (status == SIT_OK && model_id != 0)
            status = read_predictions(project, model_id, &row, err);
        if (status == SIT_OK)
            status = visit(context, &row, err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
    }
}

enum sit_status sit_project_walk(struct sit_project *project, int64_t model_id,
                                 sit_export_fn *visit, void *context,
                                 struct sit_error *err)
{
    enum sit_status status = db_exec(project, "BEGIN", err); /* one snapshot */
    if (status == SIT_OK && model_id == 0)
        status = sit_project_predicting_model(project, &model_id, err);
    if (status == SIT_OK)
        status = walk_rows(project, model_id, visit, context, err);
    sit_project_rollback(project);
    return status;
}
