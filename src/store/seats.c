/*
 * Seats: which face each annotator is looking at, and which they have been promised
 * next, so that people who label side by side take different ones. Advisory: nothing
 * else follows from a seat, and one that is old counts no more.
 */
#include "db.h"

enum sit_status sit_project_seats(struct sit_project *project, int64_t annotator_id,
                                  int64_t since_ms, int64_t until_ms, int64_t *face_ids,
                                  size_t max, size_t *n, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project,
                                    "SELECT face_id, next_face_id FROM seat"
                                    " WHERE annotator_id <> ? AND at_ms BETWEEN ? AND ?"
                                    " ORDER BY at_ms DESC, annotator_id",
                                    err);
    sqlite3_bind_int64(stmt, 1, annotator_id);
    sqlite3_bind_int64(stmt, 2, since_ms);
    sqlite3_bind_int64(stmt, 3, until_ms);
    size_t used = 0;
    bool row = true;
    enum sit_status status = SIT_OK;
    while (used < max) {
        status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            break;
        face_ids[used++] = sqlite3_column_int64(stmt, 0);
        if (used < max && sqlite3_column_type(stmt, 1) != SQLITE_NULL)
            face_ids[used++] = sqlite3_column_int64(stmt, 1);
    }
    if (status != SIT_OK)
        return status;
    if (row)
        sqlite3_reset(stmt);
    *n = used;
    return SIT_OK;
}

enum sit_status sit_project_take_seat(struct sit_project *project, int64_t annotator_id,
                                      int64_t face_id, int64_t next_face_id,
                                      int64_t at_ms, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT OR REPLACE INTO seat (annotator_id, face_id, next_face_id, at_ms)"
        " VALUES (?, ?, nullif(?, 0), ?)",
        err);
    sqlite3_bind_int64(stmt, 1, annotator_id);
    sqlite3_bind_int64(stmt, 2, face_id);
    sqlite3_bind_int64(stmt, 3, next_face_id);
    sqlite3_bind_int64(stmt, 4, at_ms);
    return db_run(project, stmt, err);
}

enum sit_status sit_project_free_seat(struct sit_project *project, int64_t annotator_id,
                                      struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "DELETE FROM seat WHERE annotator_id = ?",
                                    err);
    sqlite3_bind_int64(stmt, 1, annotator_id);
    return db_run(project, stmt, err);
}
