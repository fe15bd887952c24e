/*
 * The connection's statement cache and error mapping.
 */
#include "db.h"

#include <errno.h>
#include <string.h>

#include "sitter/alloc.h"

static enum sit_status map_code(int code)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM: return SIT_E_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return SIT_E_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return SIT_E_FORMAT;
    case SQLITE_CONSTRAINT: return SIT_E_EXISTS;
    case SQLITE_TOOBIG: return SIT_E_LIMIT;
    case SQLITE_INTERRUPT: return SIT_E_CANCELLED;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return SIT_E_ARG;
    default: return SIT_E_IO;
    }
}

static const char *explain(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another process is writing to it for too long";
    case SQLITE_CORRUPT: return "the file is damaged (use a backup)";
    case SQLITE_NOTADB: return "not a sitter project";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_READONLY: return "the file is read-only";
    default: return NULL;
    }
}

enum sit_status db_fail(struct sit_project *project, const char *doing,
                        struct sit_error *err)
{
    int code = sqlite3_extended_errcode(project->db);
    const char *text = explain(code);
    /* What the system refused: its own reason says more than "disk I/O error". */
    int cause = sqlite3_system_errno(project->db), kind = code & 0xff;
    if (text == NULL && (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && cause != 0)
        text = strerrordesc_np(cause);
    return sit_error_set(err, map_code(code), "cannot %s '%s': %s", doing,
                         project->path,
                         text != NULL ? text : sqlite3_errmsg(project->db));
}

sqlite3_stmt *db_prepare(struct sit_project *project, const char *sql,
                         struct sit_error *err)
{
    for (size_t i = 0; i < project->n_statements; i++) {
        if (project->statements[i].sql == sql) {
            sqlite3_stmt *stmt = project->statements[i].stmt;
            sqlite3_reset(stmt);
            sqlite3_clear_bindings(stmt);
            return stmt;
        }
    }
    if (project->n_statements == DB_MAX_STATEMENTS) {
        project->prepare_status = sit_error_set(err, SIT_E_LIMIT,
                                                "too many kinds of statements");
        return NULL;
    }
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(project->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt,
                           NULL) != SQLITE_OK) {
        project->prepare_status = db_fail(project, "read", err);
        return NULL;
    }
    project->statements[project->n_statements++] = (struct db_statement){.sql = sql,
                                                                         .stmt = stmt};
    return stmt;
}

enum sit_status db_step(struct sit_project *project, sqlite3_stmt *stmt, bool *row,
                        struct sit_error *err)
{
    *row = false;
    if (stmt == NULL)
        return project->prepare_status;
    int code = sqlite3_step(stmt);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return SIT_OK;
    enum sit_status status = SIT_OK;
    if (code != SQLITE_DONE)
        status = db_fail(project, sqlite3_stmt_readonly(stmt) ? "read" : "write", err);
    sqlite3_reset(stmt);
    return status;
}

enum sit_status db_run(struct sit_project *project, sqlite3_stmt *stmt,
                       struct sit_error *err)
{
    bool row = true;
    enum sit_status status = SIT_OK;
    while (status == SIT_OK && row)
        status = db_step(project, stmt, &row, err);
    if (stmt != NULL)
        sqlite3_clear_bindings(stmt); /* what was bound is the caller's */
    return status;
}

enum sit_status db_exec(struct sit_project *project, const char *sql,
                        struct sit_error *err)
{
    if (sqlite3_exec(project->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return db_fail(project, project->writable ? "write" : "read", err);
    return SIT_OK;
}

enum sit_status db_number(struct sit_project *project, const char *sql, int64_t *value,
                          struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, sql, err);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status == SIT_OK && !row)
        status = sit_error_set(err, SIT_E_NOT_FOUND, "no such row in '%s'",
                               project->path);
    if (status == SIT_OK) {
        *value = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return status;
}

void db_bind_text(sqlite3_stmt *stmt, int column, const char *text)
{
    if (text == NULL)
        sqlite3_bind_null(stmt, column);
    else
        sqlite3_bind_text(stmt, column, text, -1, SQLITE_STATIC);
}

bool db_copy_text(sqlite3_stmt *stmt, int column, char **text)
{
    *text = NULL;
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return true;
    const char *value = (const char *)sqlite3_column_text(stmt, column);
    if (value == NULL)
        return false;
    *text = sit_strdup(value);
    return *text != NULL;
}

sit_class_index db_class_index(sqlite3_stmt *stmt, int column)
{
    int64_t id = sqlite3_column_int64(stmt, column); /* NULL reads as 0 */
    if (id < 1 || id > SIT_PROJECT_MAX_CLASSES)
        return SIT_NO_CLASS;
    return (sit_class_index)(id - 1);
}

void db_bind_class(sqlite3_stmt *stmt, int column, sit_class_index class_index)
{
    if (class_index == SIT_NO_CLASS)
        sqlite3_bind_null(stmt, column);
    else
        sqlite3_bind_int(stmt, column, class_index + 1);
}

enum sit_status db_find_id(struct sit_project *project, sqlite3_stmt *stmt, int64_t *id,
                           const char *what, struct sit_error *err)
{
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (!row)
        return sit_error_set(err, SIT_E_NOT_FOUND, "no %s in '%s'", what,
                             project->path);
    *id = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return SIT_OK;
}

enum sit_split db_column_split(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text != NULL && strcmp(text, "test") == 0 ? SIT_TEST : SIT_TRAIN;
}
