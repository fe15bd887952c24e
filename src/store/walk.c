/*
 * Walking every face with its label and prediction, for exports.
 */
#include "face_votes.h"

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

/* The resolved label; the annotator's name is borrowed from *giver until it is reset.
 */
static enum sit_status read_label(struct face_votes *votes, struct sit_export_row *row,
                                  sqlite3_stmt **giver, struct sit_error *err)
{
    struct sit_project *project = votes->project;
    enum sit_status status = face_votes_read(votes, row->face_id, err);
    if (status != SIT_OK)
        return status;
    struct sit_face_state state = face_votes_resolve(votes->items, votes->n, 0, 0);
    row->label = state.label;
    if (state.event_id == 0)
        return SIT_OK;
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT a.name, g.at_ms FROM event AS e"
        " JOIN event AS g ON g.id = coalesce(e.restores, e.id)"
        " JOIN annotator AS a ON a.id = e.annotator_id WHERE e.id = ?",
        err);
    sqlite3_bind_int64(stmt, 1, state.event_id);
    bool more;
    status = db_step(project, stmt, &more, err);
    if (status == SIT_OK && more) {
        row->annotator = (const char *)sqlite3_column_text(stmt, 0);
        row->labelled_at_ms = sqlite3_column_int64(stmt, 1);
        *giver = stmt;
    }
    return status;
}

static enum sit_status visit_row(struct face_votes *votes, struct sit_export_row *row,
                                 int64_t model_id, sit_export_fn *visit, void *context,
                                 struct sit_error *err)
{
    sqlite3_stmt *giver = NULL;
    enum sit_status status = read_label(votes, row, &giver, err);
    if (status == SIT_OK && model_id != 0)
        status = read_predictions(votes->project, model_id, row, err);
    if (status == SIT_OK)
        status = visit(context, row, err);
    if (giver != NULL)
        sqlite3_reset(giver);
    return status;
}

static enum sit_status walk_rows(struct sit_project *project, int64_t model_id,
                                 sit_export_fn *visit, void *context,
                                 struct sit_error *err)
{
    struct face_votes votes = {0};
    enum sit_status status = face_votes_begin(&votes, project, INT64_MIN, false, err);
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT f.id, f.name, s.name, f.split = 'test' FROM face AS f"
        " JOIN source AS s ON s.id = f.source_id ORDER BY f.id",
        err);
    while (status == SIT_OK) {
        bool more;
        status = db_step(project, stmt, &more, err);
        if (status != SIT_OK || !more)
            break;
        struct sit_export_row row = {
            .face_id = sqlite3_column_int64(stmt, 0),
            .name = (const char *)sqlite3_column_text(stmt, 1),
            .source = (const char *)sqlite3_column_text(stmt, 2),
            .split = sqlite3_column_int(stmt, 3) != 0 ? SIT_TEST : SIT_TRAIN,
            .label = SIT_NO_CLASS,
        };
        status = row.name != NULL && row.source != NULL
                     ? visit_row(&votes, &row, model_id, visit, context, err)
                     : sit_error_nomem(err);
        if (status != SIT_OK)
            sqlite3_reset(stmt);
    }
    face_votes_release(&votes);
    return status;
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
