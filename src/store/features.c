/*
 * Feature sets: named, of one dimension and provenance, a vector a face.
 */
#include "db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/progress.h"

void sit_feature_sets_release(struct sit_feature_set *sets, size_t n)
{
    for (size_t i = 0; sets != NULL && i < n; i++)
        free(sets[i].provenance);
    free(sets);
}

#define SET_COLUMNS                                                                    \
    "SELECT id, name, dim, model, provenance, created_at_ms,"                          \
    " CASE model WHEN 'pixels' THEN (SELECT count(*) FROM face)"                       \
    " ELSE (SELECT count(*) FROM feature WHERE set_id = feature_set.id) END, complete" \
    " FROM feature_set "

static enum sit_status read_set(sqlite3_stmt *stmt, struct sit_feature_set *set,
                                struct sit_error *err)
{
    const char *name = (const char *)sqlite3_column_text(stmt, 1);
    const char *model = (const char *)sqlite3_column_text(stmt, 3);
    *set = (struct sit_feature_set){
        .id = sqlite3_column_int64(stmt, 0),
        .dim = (size_t)sqlite3_column_int64(stmt, 2),
        .created_at_ms = sqlite3_column_int64(stmt, 5),
        .n_faces = (size_t)sqlite3_column_int64(stmt, 6),
        .complete = sqlite3_column_int(stmt, 7) != 0,
    };
    snprintf(set->name, sizeof set->name, "%s", name != NULL ? name : "");
    snprintf(set->model, sizeof set->model, "%s", model != NULL ? model : "");
    if (!db_copy_text(stmt, 4, &set->provenance))
        return sit_error_nomem(err);
    return SIT_OK;
}

static enum sit_status read_sets(struct sit_project *project, sqlite3_stmt *stmt,
                                 struct sit_feature_set **out, size_t *n,
                                 struct sit_error *err)
{
    struct sit_feature_set *sets = NULL;
    size_t used = 0, capacity = 0;
    enum sit_status status = SIT_OK;
    for (bool row; status == SIT_OK;) {
        status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            break;
        void *grown = sets;
        if (!sit_grow_array(&grown, &capacity, used + 1, sizeof *sets))
            status = sit_error_nomem(err);
        sets = grown;
        if (status == SIT_OK)
            status = read_set(stmt, &sets[used], err);
        if (status == SIT_OK)
            used++;
        else
            sqlite3_reset(stmt);
    }
    if (status != SIT_OK) {
        sit_feature_sets_release(sets, used);
        return status;
    }
    *out = sets;
    *n = used;
    return SIT_OK;
}

enum sit_status sit_project_feature_sets(struct sit_project *project,
                                         struct sit_feature_set **out, size_t *n,
                                         struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project,
                                    SET_COLUMNS "WHERE complete = 1 ORDER BY id", err);
    return read_sets(project, stmt, out, n, err);
}

enum sit_status sit_project_unfinished_feature_sets(struct sit_project *project,
                                                    struct sit_feature_set **out,
                                                    size_t *n, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project,
                                    SET_COLUMNS "WHERE complete = 0 ORDER BY id", err);
    return read_sets(project, stmt, out, n, err);
}

/* One set, if there is one. */
static enum sit_status find_set(struct sit_project *project, sqlite3_stmt *stmt,
                                const char *name, bool *found,
                                struct sit_feature_set *out, struct sit_error *err)
{
    if (name != NULL)
        db_bind_text(stmt, 1, name);
    enum sit_status status = db_step(project, stmt, found, err);
    if (status == SIT_OK && *found) {
        status = read_set(stmt, out, err);
        sqlite3_reset(stmt);
    }
    return status;
}

static enum sit_status no_such_set(const struct sit_project *project, const char *name,
                                   struct sit_error *err)
{
    return sit_error_set(err, SIT_E_NOT_FOUND,
                         "no feature set '%s' in '%s' (sitter features list)", name,
                         project->path);
}

/* features list shows an unfinished one: "not there" would puzzle. */
static enum sit_status no_finished_set(struct sit_project *project, const char *name,
                                       struct sit_error *err)
{
    struct sit_feature_set set = {0};
    enum sit_status status = sit_project_any_feature_set(project, name, &set, err);
    if (status != SIT_OK)
        return status;
    free(set.provenance);
    return sit_error_set(err, SIT_E_NOT_FOUND,
                         "feature set '%s' is unfinished; run again what fills it",
                         name);
}

enum sit_status sit_project_feature_set(struct sit_project *project, const char *name,
                                        struct sit_feature_set *out,
                                        struct sit_error *err)
{
    bool found;
    sqlite3_stmt *stmt =
        name != NULL
            ? db_prepare(project, SET_COLUMNS "WHERE complete = 1 AND name = ?", err)
            : db_prepare(project,
                         SET_COLUMNS "WHERE complete = 1 AND model <> 'pixels'"
                                     " ORDER BY id DESC LIMIT 1",
                         err);
    enum sit_status status = find_set(project, stmt, name, &found, out, err);
    if (status != SIT_OK || found)
        return status;
    if (name != NULL)
        return no_finished_set(project, name, err);
    return sit_error_set(err, SIT_E_NOT_FOUND,
                         "'%s' has no features yet (sitter features extract or import)",
                         project->path);
}

enum sit_status sit_project_any_feature_set(struct sit_project *project,
                                            const char *name,
                                            struct sit_feature_set *out,
                                            struct sit_error *err)
{
    bool found;
    sqlite3_stmt *stmt = db_prepare(project, SET_COLUMNS "WHERE name = ?", err);
    enum sit_status status = find_set(project, stmt, name, &found, out, err);
    if (status != SIT_OK || found)
        return status;
    return no_such_set(project, name, err);
}

/* An unfinished set of that name: kept (its id in *id) where it is the same work,
 * removed where it holds nothing yet; another one is an error. */
static enum sit_status reuse_set(struct sit_project *project, const char *name,
                                 size_t dim, const char *model, const char *provenance,
                                 int64_t *id, struct sit_error *err)
{
    struct sit_feature_set set = {0};
    enum sit_status status = sit_project_any_feature_set(project, name, &set, err);
    if (status == SIT_E_NOT_FOUND)
        return SIT_OK;
    if (status != SIT_OK)
        return status;
    if (set.dim == dim && strcmp(set.model, model) == 0 && set.provenance != NULL &&
        strcmp(set.provenance, provenance) == 0)
        *id = set.id;
    else if (!set.complete && set.n_faces == 0)
        status = sit_project_remove_feature_set(project, set.id, err);
    else
        status = sit_error_set(
            err, SIT_E_EXISTS,
            "feature set '%s' is there already and was made otherwise (another --set, "
            "or sitter features remove --set %s)",
            name, name);
    free(set.provenance);
    return status;
}

enum sit_status sit_project_begin_feature_set(struct sit_project *project,
                                              const char *name, size_t dim,
                                              const char *model, const char *provenance,
                                              int64_t *id, struct sit_error *err)
{
    if (name[0] == '\0' || strlen(name) >= sizeof((struct sit_feature_set *)0)->name)
        return sit_error_set(err, SIT_E_ARG, "a feature set's name has 1 to 63 bytes");
    int64_t found = 0;
    enum sit_status status = reuse_set(project, name, dim, model, provenance, &found,
                                       err);
    if (status != SIT_OK)
        return status;
    if (found != 0) {
        *id = found;
        return SIT_OK;
    }
    status = sit_project_begin(project, err);
    if (status != SIT_OK)
        return status;
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT INTO feature_set (name, dim, model, provenance, created_at_ms)"
        " VALUES (?, ?, ?, ?, ?)",
        err);
    db_bind_text(stmt, 1, name);
    sqlite3_bind_int64(stmt, 2, (int64_t)dim);
    db_bind_text(stmt, 3, model);
    db_bind_text(stmt, 4, provenance);
    sqlite3_bind_int64(stmt, 5, sit_time_ms());
    status = db_run(project, stmt, err);
    int64_t new_id = sqlite3_last_insert_rowid(project->db);
    if (status == SIT_OK)
        status = sit_project_commit(project, err);
    else
        sit_project_rollback(project);
    if (status == SIT_OK)
        *id = new_id;
    return status;
}

/* Run a statement with one id as its parameter. */
static enum sit_status run_with_id(struct sit_project *project, const char *sql,
                                   int64_t id, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, sql, err);
    sqlite3_bind_int64(stmt, 1, id);
    return db_run(project, stmt, err);
}

enum sit_status sit_project_finish_feature_set(struct sit_project *project, int64_t id,
                                               struct sit_error *err)
{
    return run_with_id(project, "UPDATE feature_set SET complete = 1 WHERE id = ?", id,
                       err);
}

enum sit_status sit_project_remove_feature_set(struct sit_project *project, int64_t id,
                                               struct sit_error *err)
{
    static const char *const deletions[] = {
        "DELETE FROM model WHERE feature_set_id = ?",
        "DELETE FROM feature WHERE set_id = ?",
        "DELETE FROM feature_set WHERE id = ?",
    };
    enum sit_status status = sit_project_begin(project, err);
    if (status != SIT_OK)
        return status;
    for (size_t i = 0; status == SIT_OK && i < 3; i++)
        status = run_with_id(project, deletions[i], id, err);
    if (status == SIT_OK)
        return sit_project_commit(project, err);
    sit_project_rollback(project);
    return status;
}

enum sit_status sit_project_put_feature(struct sit_project *project, int64_t set_id,
                                        int64_t face_id, const float *vector,
                                        size_t dim, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT OR REPLACE INTO feature (set_id, face_id, vector) VALUES (?, ?, ?)",
        err);
    sqlite3_bind_int64(stmt, 1, set_id);
    sqlite3_bind_int64(stmt, 2, face_id);
    sqlite3_bind_blob64(stmt, 3, vector, dim * sizeof *vector, SQLITE_STATIC);
    return db_run(project, stmt, err);
}

enum sit_status sit_project_faces_without_feature(struct sit_project *project,
                                                  int64_t set_id, int64_t **ids,
                                                  size_t *n, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT id FROM face WHERE NOT EXISTS (SELECT 1 FROM feature"
        " WHERE set_id = ? AND face_id = face.id) ORDER BY id",
        err);
    sqlite3_bind_int64(stmt, 1, set_id);
    void *found = NULL;
    size_t used = 0, capacity = 0;
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status == SIT_OK && !row)
            break;
        if (status == SIT_OK &&
            !sit_grow_array(&found, &capacity, used + 1, sizeof(int64_t))) {
            sqlite3_reset(stmt);
            status = sit_error_nomem(err);
        }
        if (status != SIT_OK) {
            free(found);
            return status;
        }
        ((int64_t *)found)[used++] = sqlite3_column_int64(stmt, 0);
    }
    *ids = found;
    *n = used;
    return SIT_OK;
}

/* The vector of one row, aligned, into `vector`. */
static enum sit_status copy_vector(struct sit_project *project, sqlite3_stmt *stmt,
                                   int column, int64_t face_id, size_t dim,
                                   float *vector, struct sit_error *err)
{
    const void *blob = sqlite3_column_blob(stmt, column);
    if (blob == NULL ||
        (size_t)sqlite3_column_bytes(stmt, column) != dim * sizeof *vector)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s' is damaged: a feature vector of face %lld has "
                             "the wrong size",
                             project->path, (long long)face_id);
    memcpy(vector, blob, dim * sizeof *vector);
    return SIT_OK;
}

enum sit_status sit_project_features(struct sit_project *project, int64_t set_id,
                                     size_t dim, int64_t after_id,
                                     sit_feature_fn *visit, void *context,
                                     struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT face_id, vector FROM feature WHERE set_id = ?"
        " AND face_id > ? ORDER BY face_id",
        err);
    float *vector = sit_malloc_array(dim, sizeof *vector);
    enum sit_status status = vector != NULL ? SIT_OK : sit_error_nomem(err);
    sqlite3_bind_int64(stmt, 1, set_id);
    sqlite3_bind_int64(stmt, 2, after_id);
    while (status == SIT_OK) {
        bool row;
        status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            break;
        int64_t face_id = sqlite3_column_int64(stmt, 0);
        status = copy_vector(project, stmt, 1, face_id, dim, vector, err);
        if (status != SIT_OK || !visit(context, face_id, vector)) {
            sqlite3_reset(stmt);
            break;
        }
    }
    free(vector);
    return status;
}

enum sit_status sit_project_feature_rows(struct sit_project *project, int64_t set_id,
                                         size_t dim, sit_feature_row_fn *visit,
                                         void *context, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT x.face_id, face.name, x.vector,"
        " (SELECT count(*) FROM feature WHERE set_id = ?1)"
        " FROM feature AS x CROSS JOIN face ON face.id = x.face_id WHERE x.set_id = ?1"
        " ORDER BY x.face_id",
        err);
    float *vector = sit_malloc_array(dim, sizeof *vector);
    enum sit_status status = vector != NULL ? SIT_OK : sit_error_nomem(err);
    sqlite3_bind_int64(stmt, 1, set_id);
    while (status == SIT_OK) {
        bool row;
        status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            break;
        struct sit_feature_row found = {
            .face_id = sqlite3_column_int64(stmt, 0),
            .name = (const char *)sqlite3_column_text(stmt, 1),
            .vector = vector,
            .n_rows = (size_t)sqlite3_column_int64(stmt, 3),
        };
        status = found.name != NULL
                     ? copy_vector(project, stmt, 2, found.face_id, dim, vector, err)
                     : sit_error_nomem(err);
        if (status == SIT_OK)
            status = visit(context, &found, err);
        if (status != SIT_OK)
            sqlite3_reset(stmt);
    }
    free(vector);
    return status;
}

enum sit_status sit_project_feature(struct sit_project *project, int64_t set_id,
                                    int64_t face_id, size_t dim, float *out,
                                    struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT vector FROM feature WHERE set_id = ? AND face_id = ?", err);
    sqlite3_bind_int64(stmt, 1, set_id);
    sqlite3_bind_int64(stmt, 2, face_id);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "face %lld has no vector in the set",
                             (long long)face_id);
    status = copy_vector(project, stmt, 0, face_id, dim, out, err);
    sqlite3_reset(stmt);
    return status;
}
