/*
 * Comments and bookmarks: appended, and those that count.
 */
#include "db.h"

#include <string.h>

static const char *const KINDS[] = {"comment", "bookmark"};

enum sit_status sit_project_add_remark(struct sit_project *project,
                                       const struct sit_remark *remark,
                                       struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT INTO remark (face_id, annotator_id, kind, at_ms, text, clock)"
        " VALUES (?, ?, ?, ?, ?, " DB_NEXT_CLOCK ")",
        err);
    sqlite3_bind_int64(stmt, 1, remark->face_id);
    sqlite3_bind_int64(stmt, 2, remark->annotator_id);
    db_bind_text(stmt, 3, KINDS[remark->kind]);
    sqlite3_bind_int64(stmt, 4, remark->at_ms);
    db_bind_text(stmt, 5, remark->text);
    return db_run(project, stmt, err);
}

static enum sit_status walk(struct sit_project *project, sqlite3_stmt *stmt,
                            sit_remark_fn *visit, void *context, struct sit_error *err)
{
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        const char *kind = (const char *)sqlite3_column_text(stmt, 2);
        struct sit_remark remark = {
            .face_id = sqlite3_column_int64(stmt, 0),
            .annotator_id = sqlite3_column_int64(stmt, 1),
            .kind = kind != NULL && strcmp(kind, KINDS[SIT_REMARK_BOOKMARK]) == 0
                        ? SIT_REMARK_BOOKMARK
                        : SIT_REMARK_COMMENT,
            .at_ms = sqlite3_column_int64(stmt, 3),
            .text = (const char *)sqlite3_column_text(stmt, 4),
            .annotator = (const char *)sqlite3_column_text(stmt, 5),
            .face = (const char *)sqlite3_column_text(stmt, 6),
        };
        if (kind == NULL || remark.text == NULL || remark.annotator == NULL ||
            remark.face == NULL)
            status = sit_error_nomem(err);
        else
            status = visit(context, &remark, err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
    }
}

/* Newest of its face, annotator and kind; the index remark_face answers it. */
#define CURRENT_REMARKS                                                                \
    "SELECT r.face_id, r.annotator_id, r.kind, r.at_ms, r.text, a.name, f.name"        \
    " FROM remark AS r JOIN face AS f ON f.id = r.face_id"                             \
    " JOIN annotator AS a ON a.id = r.annotator_id"                                    \
    " WHERE r.text <> '' AND NOT EXISTS (SELECT 1 FROM remark AS n"                    \
    "   WHERE n.face_id = r.face_id AND n.annotator_id = r.annotator_id"               \
    "   AND n.kind = r.kind AND (n.clock, n.uid) > (r.clock, r.uid)) "

enum sit_status sit_project_face_remarks(struct sit_project *project, int64_t face_id,
                                         sit_remark_fn *visit, void *context,
                                         struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, CURRENT_REMARKS "AND r.face_id = ? ORDER BY r.clock, r.uid", err);
    sqlite3_bind_int64(stmt, 1, face_id);
    return walk(project, stmt, visit, context, err);
}

enum sit_status sit_project_remarks(struct sit_project *project, sit_remark_fn *visit,
                                    void *context, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, CURRENT_REMARKS "ORDER BY r.face_id, r.clock, r.uid", err);
    return walk(project, stmt, visit, context, err);
}
