/*
 * Opening, checking and closing the project file. What the tables hold is the other
 * files' matter.
 */
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/merge_rows.h"

enum { HEADER_BYTES = 100 }; /* SQLite's file header */

static uint32_t big_endian_32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

/* What is no file at all SQLite might wait for. */
static enum sit_status check_is_file(const char *path, struct sit_error *err)
{
    struct stat info;
    bool is_there = stat(path, &info) == 0;
    if (!is_there && errno == ENOENT)
        return sit_error_set(
            err, SIT_E_NOT_FOUND,
            "no project at '%s' (sitter init or sitter import makes one)", path);
    if (!is_there || access(path, R_OK) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    if (S_ISDIR(info.st_mode))
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s' is a folder, not a sitter project", path);
    if (!S_ISREG(info.st_mode))
        return sit_error_set(err, SIT_E_FORMAT, "'%s' is not a sitter project", path);
    return SIT_OK;
}

/* Look at the header before SQLite does, which would already make files beside a
 * stranger's database. Through SQLite's own descriptor: closing another one would drop
 * the locks that this process has on the file by all its connections (POSIX), and the
 * next process to end would take the log away from under them. */
static enum sit_status check_header(struct sit_project *project, struct sit_error *err)
{
    unsigned char header[HEADER_BYTES];
    sqlite3_file *file = NULL;
    const char *path = project->path;
    if (sqlite3_file_control(project->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
            SQLITE_OK ||
        file == NULL || file->pMethods == NULL ||
        file->pMethods->xRead(file, header, sizeof header, 0) != SQLITE_OK ||
        memcmp(header, "SQLite format 3", 16) != 0 ||
        big_endian_32(header + 68) != DB_APPLICATION_ID)
        return sit_error_set(err, SIT_E_FORMAT, "'%s' is not a sitter project", path);
    uint32_t version = big_endian_32(header + 60);
    if (version > (uint32_t)db_schema_version())
        return sit_error_set(err, SIT_E_UNSUPPORTED,
                             "'%s' was made by a newer sitter (its schema is %u, this "
                             "program knows up to %d)",
                             path, version, db_schema_version());
    return SIT_OK;
}

/* root may write anything; a file that nobody may write is meant to stay as it is. */
static bool is_writable(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && (info.st_mode & 0222) != 0 &&
           access(path, W_OK) == 0;
}

static void set_limits(struct sit_project *project)
{
    project->busy_ms = SIT_PROJECT_BUSY_MS;
    sqlite3_busy_handler(project->db, db_wait_for_writer, project);
    sqlite3_extended_result_codes(project->db, 1);
    /* The file is a stranger's as far as we know: no functions with side effects from
     * its views and triggers. */
    sqlite3_db_config(project->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(project->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

/* Why a file cannot be made: after its attempt SQLite looks for one to read, and says
 * that there is none. */
static bool can_create(const char *path, struct sit_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST) {
        sit_error_set_errno(err, SIT_E_IO, "cannot make '%s'", path);
        return false;
    }
    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    return true;
}

enum sit_status db_connect(const char *path, const char *uri, int flags,
                           struct sit_project **out, struct sit_error *err)
{
    struct sit_project *project = sit_calloc(1, sizeof *project);
    if (project == NULL)
        return sit_error_nomem(err);
    enum sit_status status = SIT_OK;
    const bool creates = (flags & SQLITE_OPEN_CREATE) != 0;
    project->path = sit_strdup(path);
    project->writable = (flags & SQLITE_OPEN_READWRITE) != 0;
    if (project->path == NULL)
        status = sit_error_nomem(err);
    else if (sqlite3_open_v2(uri, &project->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
             SQLITE_OK)
        status = project->db == NULL                 ? sit_error_nomem(err)
                 : creates && !can_create(path, err) ? SIT_E_IO
                                                     : db_fail(project, "open", err);
    if (status != SIT_OK) {
        sit_project_close(project);
        return status;
    }
    set_limits(project);
    *out = project;
    return SIT_OK;
}

/* Percent-encode what is special in a SQLite file: URI. */
static void append_uri_path(struct sit_buf *uri, const char *path)
{
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '%' || *c == '?' || *c == '#')
            sit_buf_appendf(uri, "%%%02x", (unsigned)*c);
        else
            sit_buf_append_char(uri, *c);
    }
}

/* A connection that could write but does not: only such a one takes the log's files
 * away again when it is closed. */
static enum sit_status connect_query_only(const char *path, struct sit_project **out,
                                          struct sit_error *err)
{
    struct sit_project *project = NULL;
    enum sit_status status = db_connect(path, path, SQLITE_OPEN_READWRITE, &project,
                                        err);
    if (status != SIT_OK)
        return status;
    project->writable = false;
    status = db_exec(project, "PRAGMA query_only = ON", err);
    if (status != SIT_OK) {
        sit_project_close(project);
        return status;
    }
    *out = project;
    return SIT_OK;
}

/* A write-ahead log needs a shared-memory file beside the project; where the folder
 * cannot be written and there is no log, the file can be read as it lies. */
static enum sit_status connect_read_only(const char *path, struct sit_project **out,
                                         struct sit_error *err)
{
    struct sit_buf uri = {0}, wal = {0}, folder = {0};
    sit_buf_append_text(&uri, "file:");
    append_uri_path(&uri, path);
    sit_buf_appendf(&wal, "%s-wal", path);
    const char *slash = strrchr(path, '/');
    sit_buf_append(&folder, path, slash != NULL ? (size_t)(slash - path) + 1 : 0);
    sit_buf_append_text(&folder, ".");
    bool in_writable_folder = access(sit_buf_text(&folder), W_OK) == 0;
    enum sit_status status;
    if (access(sit_buf_text(&wal), F_OK) != 0 && !in_writable_folder)
        sit_buf_append_text(&uri, "?immutable=1");
    if (uri.failed || wal.failed || folder.failed)
        status = sit_error_nomem(err);
    else if (in_writable_folder && is_writable(path))
        status = connect_query_only(path, out, err);
    else
        status = db_connect(path, uri.data, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, out,
                            err);
    sit_buf_release(&folder);
    sit_buf_release(&wal);
    sit_buf_release(&uri);
    return status;
}

/* A reader migrates too, where its connection could write: an older project stays
 * readable by every command. */
static enum sit_status migrate(struct sit_project *project, int version,
                               struct sit_error *err)
{
    if (project->writable)
        return db_migrate(project, version, err);
    if (sqlite3_db_readonly(project->db, "main") != 0)
        return sit_error_set(err, SIT_E_UNSUPPORTED,
                             "'%s' has an older schema and cannot be written to",
                             project->path);
    enum sit_status status = db_exec(project, "PRAGMA query_only = OFF", err);
    if (status == SIT_OK)
        status = db_migrate(project, version, err);
    if (status == SIT_OK)
        status = db_exec(project, "PRAGMA query_only = ON", err);
    return status;
}

/* Whether it looks like a project at all, and of which version. */
static enum sit_status check_tables(struct sit_project *project, int64_t *version,
                                    struct sit_error *err)
{
    int64_t n_tables;
    enum sit_status status = db_number(project, "PRAGMA user_version", version, err);
    if (status == SIT_OK && *version > db_schema_version())
        return sit_error_set(err, SIT_E_UNSUPPORTED, "'%s' was made by a newer sitter",
                             project->path);
    /* A file cut short shows itself at the latest when its pages are counted. */
    if (status == SIT_OK)
        status = db_number(project,
                           "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND"
                           " name IN ('class', 'face', 'event', 'feature', 'model')",
                           &n_tables, err);
    if (status == SIT_OK && n_tables != 5)
        status = sit_error_set(err, SIT_E_FORMAT,
                               "'%s' is damaged: tables are missing (use a backup)",
                               project->path);
    return status;
}

static enum sit_status check_schema(struct sit_project *project, struct sit_error *err)
{
    int64_t version;
    enum sit_status status = check_tables(project, &version, err);
    if (status == SIT_OK && version < db_schema_version())
        status = migrate(project, (int)version, err);
    return status;
}

static enum sit_status cut_short(const struct sit_project *project,
                                 struct sit_error *err)
{
    return sit_error_set(err, SIT_E_FORMAT,
                         "'%s' is damaged: it is cut short (use a backup)",
                         project->path);
}

/* Whether the write-ahead log holds nothing: then the file itself must be whole. */
static bool has_no_log(const struct sit_project *project)
{
    struct sit_buf wal = {0};
    struct stat info;
    sit_buf_appendf(&wal, "%s-wal", project->path);
    bool none = !wal.failed && (stat(wal.data, &info) != 0 || info.st_size == 0);
    sit_buf_release(&wal);
    return none;
}

/* SQLite notices a file that was cut short only when it needs a page beyond its end,
 * and within the last page never. Compare sizes at once; while a checkpoint may be
 * under way a real check decides. */
static enum sit_status check_length(struct sit_project *project, struct sit_error *err)
{
    int64_t n_pages, page_bytes;
    enum sit_status status = db_number(project, "PRAGMA page_count", &n_pages, err);
    if (status == SIT_OK)
        status = db_number(project, "PRAGMA page_size", &page_bytes, err);
    if (status != SIT_OK)
        return status;
    bool no_log = has_no_log(project);
    struct stat info;
    if (stat(project->path, &info) != 0 || info.st_size >= n_pages * page_bytes)
        return SIT_OK;
    if (no_log)
        return cut_short(project, err);
    sqlite3_stmt *stmt = db_prepare(project, "PRAGMA quick_check(1)", err);
    bool row = false;
    status = db_step(project, stmt, &row, err);
    if (status == SIT_OK && row) {
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        if (text == NULL || strcmp(text, "ok") != 0)
            status = cut_short(project, err);
        sqlite3_reset(stmt);
    }
    return status;
}

enum sit_status db_configure(struct sit_project *project, struct sit_error *err)
{
    enum sit_status status = db_exec(project, "PRAGMA foreign_keys = ON", err);
    if (status == SIT_OK) /* or REPLACE would go round the trigger against deleting */
        status = db_exec(project, "PRAGMA recursive_triggers = ON", err);
    if (status == SIT_OK && project->writable)
        status = db_exec(project, "PRAGMA synchronous = FULL", err);
    if (status == SIT_OK)
        status = db_exec(project, "PRAGMA cache_size = -16384", err);
    if (status == SIT_OK) /* or a batch needs room in the folder for temporary files */
        status = db_exec(project, "PRAGMA temp_store = MEMORY", err);
    if (status == SIT_OK && db_prepare(project, db_rollback_sql, err) == NULL)
        status = project->prepare_status;
    return status;
}

enum sit_status sit_project_open(const char *path, enum sit_project_mode mode,
                                 struct sit_project **out, struct sit_error *err)
{
    enum sit_status status = check_is_file(path, err);
    if (status != SIT_OK)
        return status;
    struct sit_project *project = NULL;
    if (mode == SIT_PROJECT_READ)
        status = connect_read_only(path, &project, err);
    else if (!is_writable(path))
        status = sit_error_set(err, SIT_E_IO,
                               "cannot write to '%s': the file is read-only", path);
    else
        status = db_connect(path, path, SQLITE_OPEN_READWRITE, &project, err);
    if (status == SIT_OK)
        status = check_header(project, err);
    if (status == SIT_OK)
        status = check_schema(project, err);
    if (status == SIT_OK)
        status = check_length(project, err);
    if (status == SIT_OK)
        status = db_configure(project, err);
    if (status != SIT_OK) {
        sit_project_close(project);
        return status;
    }
    *out = project;
    return SIT_OK;
}

/*
 * Another's project, only read
 */

static const char SCRATCH_NAME[] = "copy.db";

static void remove_scratch(const char *folder)
{
    char *path = sit_file_join(folder, SCRATCH_NAME);
    if (path != NULL)
        db_remove_files(path);
    free(path);
    rmdir(folder);
}

static enum sit_status make_scratch(char **folder, struct sit_error *err)
{
    const char *temp = getenv("TMPDIR");
    *folder = sit_file_join(temp != NULL && temp[0] != '\0' ? temp : "/tmp",
                            "sitter-XXXXXX");
    if (*folder == NULL)
        return sit_error_nomem(err);
    if (mkdtemp(*folder) != NULL)
        return SIT_OK;
    enum sit_status status = sit_error_set_errno(err, SIT_E_IO, "cannot make '%s'",
                                                 *folder);
    free(*folder);
    *folder = NULL;
    return status;
}

/* A migrated copy takes the place of an older project; messages go on naming that. */
static enum sit_status migrate_copy(struct sit_project **project, struct sit_error *err)
{
    struct sit_project *copy = NULL;
    char *folder = NULL, *path = NULL;
    enum sit_status status = make_scratch(&folder, err);
    if (status != SIT_OK)
        return status;
    path = sit_file_join(folder, SCRATCH_NAME);
    if (path == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_project_backup(*project, path, err);
    if (status == SIT_OK)
        status = sit_project_open(path, SIT_PROJECT_WRITE, &copy, err);
    free(path);
    if (status != SIT_OK) {
        remove_scratch(folder);
        free(folder);
        return status;
    }
    char *copy_path = copy->path;
    copy->path = (*project)->path;
    (*project)->path = copy_path;
    copy->scratch = folder;
    copy->writable = false;
    sit_project_close(*project);
    *project = copy;
    return SIT_OK;
}

enum sit_status sit_project_open_other(const char *path, struct sit_project **out,
                                       struct sit_error *err)
{
    struct sit_project *project = NULL;
    int64_t version = 0;
    enum sit_status status = check_is_file(path, err);
    if (status == SIT_OK)
        status = connect_read_only(path, &project, err);
    /* Closing would move a log that somebody left into the file. */
    if (status == SIT_OK && !has_no_log(project))
        sqlite3_db_config(project->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (status == SIT_OK)
        status = check_header(project, err);
    if (status == SIT_OK)
        status = check_tables(project, &version, err);
    if (status == SIT_OK)
        status = check_length(project, err);
    if (status == SIT_OK)
        status = db_configure(project, err);
    if (status == SIT_OK && version < db_schema_version())
        status = migrate_copy(&project, err);
    if (status != SIT_OK) {
        sit_project_close(project);
        return status;
    }
    *out = project;
    return SIT_OK;
}

void sit_project_close(struct sit_project *project)
{
    if (project == NULL)
        return;
    for (size_t i = 0; i < project->n_statements; i++)
        sqlite3_finalize(project->statements[i].stmt);
    sqlite3_close(project->db);
    if (project->scratch != NULL)
        remove_scratch(project->scratch);
    free(project->scratch);
    free(project->path);
    free(project);
}

const char *sit_project_path(const struct sit_project *project)
{
    return project->path;
}

const char *sit_project_sqlite_version(void)
{
    return sqlite3_libversion();
}

enum sit_status sit_project_data_version(struct sit_project *project, int64_t *version,
                                         struct sit_error *err)
{
    return db_number(project, "PRAGMA data_version", version, err);
}

enum sit_status sit_project_check(struct sit_project *project, struct sit_buf *report,
                                  struct sit_error *err)
{
    static const char *const checks[] = {
        "PRAGMA integrity_check(10)",
        "SELECT 'row ' || rowid || ' of ' || \"table\" || ' refers to nothing'"
        " FROM pragma_foreign_key_check LIMIT 10"};
    size_t before = report->n_bytes;
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = db_prepare(project, checks[i], err);
        for (;;) {
            bool row;
            enum sit_status status = db_step(project, stmt, &row, err);
            if (status != SIT_OK)
                return status;
            if (!row)
                break;
            const char *text = (const char *)sqlite3_column_text(stmt, 0);
            if (text == NULL || strcmp(text, "ok") == 0)
                continue;
            if (report->n_bytes > before)
                sit_buf_append_text(report, "; ");
            sit_buf_append_text(report, text);
        }
    }
    if (report->n_bytes == before)
        sit_buf_append_text(report, "ok");
    return report->failed ? sit_error_nomem(err) : SIT_OK;
}

void sit_project_checkpoint(struct sit_project *project)
{
    sqlite3_wal_checkpoint_v2(project->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

void sit_project_set_auto_checkpoint(struct sit_project *project, bool automatic)
{
    sqlite3_wal_autocheckpoint(project->db, automatic ? 1000 : 0);
}
