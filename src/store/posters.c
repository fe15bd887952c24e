/*
 * Posters that were searched for faces: what has been done, where on its poster each
 * face lies, and a small picture of the poster to show.
 */
#include "db.h"

#include <string.h>

#include "sitter/progress.h"

static enum sit_status add_thumbnail(struct sit_project *project, int64_t poster_id,
                                     const struct sit_new_poster *poster,
                                     struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "INSERT INTO poster_thumbnail (poster_id, bytes) VALUES (?, ?)", err);
    sqlite3_bind_int64(stmt, 1, poster_id);
    sqlite3_bind_blob64(stmt, 2, poster->thumbnail, poster->n_thumbnail_bytes,
                        SQLITE_STATIC);
    return db_run(project, stmt, err);
}

enum sit_status sit_project_add_poster(struct sit_project *project,
                                       const struct sit_new_poster *poster, int64_t *id,
                                       struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT INTO poster (name, path, source_id, sha256, n_bytes, width_px,"
        " height_px, n_faces, parameters, searched_at_ms)"
        " VALUES (?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?)",
        err);
    db_bind_text(stmt, 1, poster->name);
    db_bind_text(stmt, 2, poster->path);
    sqlite3_bind_int64(stmt, 3, poster->source_id);
    sqlite3_bind_blob(stmt, 4, poster->sha256, SIT_SHA256_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 5, (int64_t)poster->n_bytes);
    sqlite3_bind_int64(stmt, 6, (int64_t)poster->width_px);
    sqlite3_bind_int64(stmt, 7, (int64_t)poster->height_px);
    sqlite3_bind_int64(stmt, 8, (int64_t)poster->n_faces);
    db_bind_text(stmt, 9, poster->parameters);
    sqlite3_bind_int64(stmt, 10, sit_time_ms());
    enum sit_status status = db_run(project, stmt, err);
    if (status != SIT_OK)
        return status;
    int64_t poster_id = sqlite3_last_insert_rowid(project->db);
    if (poster->thumbnail != NULL)
        status = add_thumbnail(project, poster_id, poster, err);
    if (status == SIT_OK)
        *id = poster_id;
    return status;
}

enum sit_status sit_project_add_poster_box(struct sit_project *project, int64_t face_id,
                                           int64_t poster_id, size_t face_index,
                                           const struct sit_poster_box *box,
                                           struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT INTO face_box (face_id, poster_id, face_index, left_px, top_px,"
        " width_px, height_px, score, landmarks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        err);
    sqlite3_bind_int64(stmt, 1, face_id);
    sqlite3_bind_int64(stmt, 2, poster_id);
    sqlite3_bind_int64(stmt, 3, (int64_t)face_index);
    sqlite3_bind_double(stmt, 4, box->left);
    sqlite3_bind_double(stmt, 5, box->top);
    sqlite3_bind_double(stmt, 6, box->width);
    sqlite3_bind_double(stmt, 7, box->height);
    sqlite3_bind_double(stmt, 8, box->score);
    db_bind_text(stmt, 9, box->landmarks);
    return db_run(project, stmt, err);
}

/* Append a column's bytes; false without memory. */
static bool append_column(sqlite3_stmt *stmt, int column, struct sit_buf *out)
{
    const void *bytes = sqlite3_column_blob(stmt, column);
    size_t n_bytes = (size_t)sqlite3_column_bytes(stmt, column);
    if (bytes != NULL)
        sit_buf_append(out, bytes, n_bytes);
    else if (n_bytes > 0)
        out->failed = true;
    return !out->failed;
}

enum sit_status sit_project_find_poster(struct sit_project *project, const char *name,
                                        uint8_t sha256[SIT_SHA256_BYTES],
                                        struct sit_buf *parameters,
                                        struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT sha256, parameters FROM poster WHERE name = ?", err);
    db_bind_text(stmt, 1, name);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no poster '%s' in '%s'", name,
                             project->path);
    const void *digest = sqlite3_column_blob(stmt, 0);
    if (digest == NULL || sqlite3_column_bytes(stmt, 0) != SIT_SHA256_BYTES)
        status = sit_error_set(err, SIT_E_FORMAT, "'%s' is damaged: poster '%s'",
                               project->path, name);
    else if (parameters != NULL && !append_column(stmt, 1, parameters))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        memcpy(sha256, digest, SIT_SHA256_BYTES);
    sqlite3_reset(stmt);
    return status;
}

enum sit_status sit_project_find_poster_content(struct sit_project *project,
                                                const uint8_t sha256[SIT_SHA256_BYTES],
                                                struct sit_buf *name,
                                                struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT name FROM poster WHERE sha256 = ? ORDER BY id LIMIT 1", err);
    sqlite3_bind_blob(stmt, 1, sha256, SIT_SHA256_BYTES, SQLITE_STATIC);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no such poster in '%s'",
                             project->path);
    if (!append_column(stmt, 0, name))
        status = sit_error_nomem(err);
    sqlite3_reset(stmt);
    return status;
}

enum sit_status sit_project_poster_contents(struct sit_project *project,
                                            uint8_t **digests, size_t *n,
                                            struct sit_error *err)
{
    return db_read_digests(project, "SELECT sha256 FROM poster ORDER BY sha256",
                           digests, n, err);
}

enum sit_status sit_project_face_context(struct sit_project *project, int64_t face_id,
                                         struct sit_face_context *out,
                                         struct sit_buf *thumbnail,
                                         struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT p.width_px, p.height_px, b.left_px, b.top_px, b.width_px, b.height_px,"
        " b.score, t.bytes FROM face_box AS b JOIN poster AS p ON p.id = b.poster_id"
        " JOIN poster_thumbnail AS t ON t.poster_id = p.id WHERE b.face_id = ?",
        err);
    sqlite3_bind_int64(stmt, 1, face_id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no poster for face %lld in '%s'",
                             (long long)face_id, project->path);
    struct sit_face_context context = {
        .width_px = (size_t)sqlite3_column_int64(stmt, 0),
        .height_px = (size_t)sqlite3_column_int64(stmt, 1),
        .box = {.left = sqlite3_column_double(stmt, 2),
                .top = sqlite3_column_double(stmt, 3),
                .width = sqlite3_column_double(stmt, 4),
                .height = sqlite3_column_double(stmt, 5),
                .score = sqlite3_column_double(stmt, 6)}};
    if (!append_column(stmt, 7, thumbnail))
        status = sit_error_nomem(err);
    sqlite3_reset(stmt);
    if (status == SIT_OK)
        *out = context;
    return status;
}
