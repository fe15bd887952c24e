/*
 * Writing and finding faces; one face's details and picture. Sources are sources.c's.
 */
#include "db.h"

#include <string.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/progress.h"

const char *sit_split_name(enum sit_split split)
{
    return split == SIT_TEST ? "test" : "train";
}

static enum sit_status add_picture(struct sit_project *project, int64_t face_id,
                                   const struct sit_new_face *face,
                                   struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "INSERT INTO face_picture (face_id, format, bytes) VALUES (?, ?, ?)",
        err);
    sqlite3_bind_int64(stmt, 1, face_id);
    db_bind_text(stmt, 2, face->format);
    sqlite3_bind_blob64(stmt, 3, face->bytes, face->n_bytes, SQLITE_STATIC);
    return db_run(project, stmt, err);
}

enum sit_status sit_project_add_face(struct sit_project *project,
                                     const struct sit_new_face *face, int64_t *id,
                                     struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT INTO face (name, source_id, split, width_px, height_px, sha256,"
        " added_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        err);
    db_bind_text(stmt, 1, face->name);
    sqlite3_bind_int64(stmt, 2, face->source_id);
    db_bind_text(stmt, 3, sit_split_name(face->split));
    sqlite3_bind_int64(stmt, 4, (int64_t)face->width_px);
    sqlite3_bind_int64(stmt, 5, (int64_t)face->height_px);
    sqlite3_bind_blob(stmt, 6, face->sha256, SIT_SHA256_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 7, sit_time_ms());
    enum sit_status status = db_run(project, stmt, err);
    if (status != SIT_OK)
        return status;
    int64_t face_id = sqlite3_last_insert_rowid(project->db);
    status = add_picture(project, face_id, face, err);
    if (status == SIT_OK)
        *id = face_id;
    return status;
}

enum sit_status sit_project_find_content(struct sit_project *project,
                                         const uint8_t sha256[SIT_SHA256_BYTES],
                                         int64_t *face_id, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "SELECT id FROM face WHERE sha256 = ?",
                                    err);
    sqlite3_bind_blob(stmt, 1, sha256, SIT_SHA256_BYTES, SQLITE_STATIC);
    return db_find_id(project, stmt, face_id, "such face", err);
}

enum sit_status sit_project_add_alias(struct sit_project *project, const char *name,
                                      int64_t face_id, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "INSERT OR IGNORE INTO face_alias (name, face_id) VALUES (?, ?)", err);
    db_bind_text(stmt, 1, name);
    sqlite3_bind_int64(stmt, 2, face_id);
    return db_run(project, stmt, err);
}

enum sit_status sit_project_count_faces(struct sit_project *project, size_t *n,
                                        struct sit_error *err)
{
    int64_t count;
    enum sit_status status = db_number(project, "SELECT count(*) FROM face", &count,
                                       err);
    if (status == SIT_OK)
        *n = (size_t)count;
    return status;
}

enum sit_status sit_project_find_face(struct sit_project *project, const char *name,
                                      int64_t *face_id, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project,
                                    "SELECT id FROM face WHERE name = ?1 UNION ALL"
                                    " SELECT face_id FROM face_alias WHERE name = ?1"
                                    " LIMIT 1",
                                    err);
    db_bind_text(stmt, 1, name);
    enum sit_status status = db_find_id(project, stmt, face_id, "such face", err);
    if (status == SIT_E_NOT_FOUND)
        return sit_error_set(err, status, "no face '%s' in '%s'", name, project->path);
    return status;
}

enum sit_status sit_project_search_face(struct sit_project *project, const char *text,
                                        int64_t after_id, bool backwards,
                                        int64_t *face_id, struct sit_error *err)
{
    /* Two walks along the ids, so that each stops at its first hit. */
    static const char *const queries[2][2] = {
        {"SELECT id FROM face WHERE id > ?1 AND instr(lower(name), lower(?2)) > 0"
         " ORDER BY id LIMIT 1",
         "SELECT id FROM face WHERE id <= ?1 AND instr(lower(name), lower(?2)) > 0"
         " ORDER BY id LIMIT 1"},
        {"SELECT id FROM face WHERE id < ?1 AND instr(lower(name), lower(?2)) > 0"
         " ORDER BY id DESC LIMIT 1",
         "SELECT id FROM face WHERE id >= ?1 AND instr(lower(name), lower(?2)) > 0"
         " ORDER BY id DESC LIMIT 1"}};
    enum sit_status status = SIT_E_NOT_FOUND;
    for (size_t i = 0; i < 2 && status == SIT_E_NOT_FOUND; i++) {
        sqlite3_stmt *stmt = db_prepare(project, queries[backwards][i], err);
        sqlite3_bind_int64(stmt, 1, after_id);
        db_bind_text(stmt, 2, text);
        status = db_find_id(project, stmt, face_id, "such face", err);
    }
    if (status == SIT_E_NOT_FOUND)
        return sit_error_set(err, status, "no face's name contains '%s'", text);
    return status;
}

void sit_face_detail_release(struct sit_face_detail *detail)
{
    free(detail->name);
    free(detail->source);
    free(detail->title);
    free(detail->artist);
    free(detail->year);
    free(detail->keywords);
    free(detail->description);
    free(detail->annotator);
    free(detail->comment);
    *detail = (struct sit_face_detail){.label = SIT_NO_CLASS};
}

/* Who gave the label that is seen, and when. */
static enum sit_status read_giver(struct sit_project *project, int64_t event_id,
                                  struct sit_face_detail *detail, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT a.name, g.at_ms FROM event AS e"
        " JOIN event AS g ON g.id = coalesce(e.restores, e.id)"
        " JOIN annotator AS a ON a.id = e.annotator_id WHERE e.id = ?",
        err);
    sqlite3_bind_int64(stmt, 1, event_id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK || !row)
        return status;
    detail->labelled_at_ms = sqlite3_column_int64(stmt, 1);
    if (!db_copy_text(stmt, 0, &detail->annotator))
        status = sit_error_nomem(err);
    sqlite3_reset(stmt);
    return status;
}

struct own_comment {
    int64_t annotator_id;
    char *text;
};

static enum sit_status take_comment(void *context, const struct sit_remark *remark,
                                    struct sit_error *err)
{
    struct own_comment *own = context;
    if (remark->kind != SIT_REMARK_COMMENT || remark->annotator_id != own->annotator_id)
        return SIT_OK;
    free(own->text);
    own->text = sit_strdup(remark->text);
    return own->text != NULL ? SIT_OK : sit_error_nomem(err);
}

static enum sit_status read_facts(struct sit_project *project, int64_t face_id,
                                  struct sit_face_detail *detail, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT f.name, s.name, f.split, f.width_px, f.height_px, s.title, s.artist,"
        " coalesce(s.year_text, s.year),"
        " (SELECT group_concat(keyword, '; ') FROM (SELECT keyword FROM source_keyword"
        "   WHERE source_id = s.id ORDER BY position)),"
        " s.description"
        " FROM face AS f JOIN source AS s ON s.id = f.source_id WHERE f.id = ?",
        err);
    sqlite3_bind_int64(stmt, 1, face_id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no face %lld in '%s'",
                             (long long)face_id, project->path);
    detail->face_id = face_id;
    detail->split = db_column_split(stmt, 2);
    detail->width_px = (size_t)sqlite3_column_int64(stmt, 3);
    detail->height_px = (size_t)sqlite3_column_int64(stmt, 4);
    bool copied = db_copy_text(stmt, 0, &detail->name) &&
                  db_copy_text(stmt, 1, &detail->source) &&
                  db_copy_text(stmt, 5, &detail->title) &&
                  db_copy_text(stmt, 6, &detail->artist) &&
                  db_copy_text(stmt, 7, &detail->year) &&
                  db_copy_text(stmt, 8, &detail->keywords) &&
                  db_copy_text(stmt, 9, &detail->description);
    sqlite3_reset(stmt);
    if (!copied || detail->name == NULL || detail->source == NULL)
        return sit_error_nomem(err);
    return SIT_OK;
}

enum sit_status sit_project_face_detail(struct sit_project *project, int64_t face_id,
                                        int64_t annotator_id,
                                        struct sit_face_detail *out,
                                        struct sit_error *err)
{
    struct sit_face_detail detail = {.label = SIT_NO_CLASS};
    struct sit_face_state state;
    struct own_comment own = {.annotator_id = annotator_id};
    enum sit_status status = read_facts(project, face_id, &detail, err);
    if (status == SIT_OK)
        status = sit_project_face_state(project, face_id, annotator_id, &state, err);
    if (status == SIT_OK) {
        detail.label = state.label;
        detail.confirmed = state.confirmed;
        detail.flags = state.flags;
        if (state.event_id != 0)
            status = read_giver(project, state.event_id, &detail, err);
    }
    if (status == SIT_OK && annotator_id != 0)
        status = sit_project_face_remarks(project, face_id, take_comment, &own, err);
    detail.comment = own.text;
    if (status != SIT_OK) {
        sit_face_detail_release(&detail);
        return status;
    }
    sit_face_detail_release(out);
    *out = detail;
    return SIT_OK;
}

enum sit_status sit_project_face_picture(struct sit_project *project, int64_t face_id,
                                         struct sit_buf *bytes, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT bytes FROM face_picture WHERE face_id = ?", err);
    sqlite3_bind_int64(stmt, 1, face_id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "face %lld has no picture in '%s'",
                             (long long)face_id, project->path);
    const void *blob = sqlite3_column_blob(stmt, 0);
    size_t n_bytes = (size_t)sqlite3_column_bytes(stmt, 0);
    if (blob != NULL)
        sit_buf_append(bytes, blob, n_bytes);
    else if (n_bytes > 0)
        bytes->failed = true;
    sqlite3_reset(stmt);
    return bytes->failed ? sit_error_nomem(err) : SIT_OK;
}

enum sit_status sit_project_face_names(struct sit_project *project,
                                       sit_face_name_fn *visit, void *context,
                                       struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project,
                                    "SELECT name, id FROM face UNION ALL"
                                    " SELECT name, face_id FROM face_alias",
                                    err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        if (name != NULL && !visit(context, name, sqlite3_column_int64(stmt, 1))) {
            sqlite3_reset(stmt);
            return SIT_OK;
        }
    }
}

enum sit_status db_read_digests(struct sit_project *project, const char *sql,
                                uint8_t **digests, size_t *n, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, sql, err);
    void *found = NULL;
    size_t used = 0, capacity = 0;
    enum sit_status status;
    for (;;) {
        bool row;
        status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            break;
        if (sqlite3_column_bytes(stmt, 0) != SIT_SHA256_BYTES)
            continue;
        if (!sit_grow_array(&found, &capacity, used + 1, SIT_SHA256_BYTES)) {
            sqlite3_reset(stmt);
            status = sit_error_nomem(err);
            break;
        }
        memcpy((uint8_t *)found + used++ * SIT_SHA256_BYTES,
               sqlite3_column_blob(stmt, 0), SIT_SHA256_BYTES);
    }
    if (status != SIT_OK) {
        free(found);
        return status;
    }
    *digests = found;
    *n = used;
    return SIT_OK;
}

enum sit_status sit_project_contents(struct sit_project *project, uint8_t **digests,
                                     size_t *n, struct sit_error *err)
{
    return db_read_digests(project, "SELECT sha256 FROM face ORDER BY sha256", digests,
                           n, err);
}

enum sit_status sit_project_face_label(struct sit_project *project, int64_t face_id,
                                       sit_class_index *label, struct sit_error *err)
{
    struct sit_face_state state;
    enum sit_status status = sit_project_face_state(project, face_id, 0, &state, err);
    if (status == SIT_OK)
        *label = state.label;
    return status;
}
