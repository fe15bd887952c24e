/*
 * Creating, opening, checking and copying the project file; transactions. What the
 * tables hold is the other files' matter.
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

enum { HEADER_BYTES = 100 }; /* SQLite's file header */

static uint32_t big_endian_32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

/* Look at the header without SQLite, which would already make files beside a stranger's
 * database. */
static enum sit_status check_header(const char *path, struct sit_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return sit_error_set(err, SIT_E_NOT_FOUND,
                             "no project at '%s' (sitter init or sitter import makes one)",
                             path);
    if (fd < 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    unsigned char header[HEADER_BYTES];
    struct stat info;
    ssize_t n = -1;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
        n = pread(fd, header, sizeof header, 0);
    close(fd);
    if (n != HEADER_BYTES || memcmp(header, "SQLite format 3", 16) != 0 ||
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
    return stat(path, &info) == 0 && (info.st_mode & 0222) != 0 && access(path, W_OK) == 0;
}

static void set_limits(struct sit_project *project)
{
    sqlite3_busy_timeout(project->db, SIT_PROJECT_BUSY_MS);
    sqlite3_extended_result_codes(project->db, 1);
    /* The file is a stranger's as far as we know: no functions with side effects from
     * its views and triggers. */
    sqlite3_db_config(project->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(project->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

static enum sit_status connect(const char *path, const char *uri, int flags,
                               struct sit_project **out, struct sit_error *err)
{
    struct sit_project *project = sit_calloc(1, sizeof *project);
    if (project == NULL)
        return sit_error_nomem(err);
    enum sit_status status = SIT_OK;
    project->path = sit_strdup(path);
    project->writable = (flags & SQLITE_OPEN_READWRITE) != 0;
    if (project->path == NULL)
        status = sit_error_nomem(err);
    else if (sqlite3_open_v2(uri, &project->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
             SQLITE_OK)
        status = project->db != NULL ? db_fail(project, "open", err) : sit_error_nomem(err);
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
    enum sit_status status;
    if (access(sit_buf_text(&wal), F_OK) != 0 && access(sit_buf_text(&folder), W_OK) != 0)
        sit_buf_append_text(&uri, "?immutable=1");
    if (uri.failed || wal.failed || folder.failed)
        status = sit_error_nomem(err);
    else
        status = connect(path, uri.data, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, out, err);
    sit_buf_release(&folder);
    sit_buf_release(&wal);
    sit_buf_release(&uri);
    return status;
}

static enum sit_status check_schema(struct sit_project *project, struct sit_error *err)
{
    int64_t version, n_tables;
    enum sit_status status = db_number(project, "PRAGMA user_version", &version, err);
    if (status == SIT_OK && version > db_schema_version())
        return sit_error_set(err, SIT_E_UNSUPPORTED, "'%s' was made by a newer sitter",
                             project->path);
    if (status == SIT_OK && version < db_schema_version() && !project->writable)
        return sit_error_set(err, SIT_E_UNSUPPORTED,
                             "'%s' has an older schema and is opened for reading only",
                             project->path);
    if (status == SIT_OK && version < db_schema_version())
        status = db_migrate(project, (int)version, err);
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

/* SQLite notices a file that was cut short only when it needs a page beyond its end.
 * Compare sizes at once; a real check decides, since a checkpoint may be under way. */
static enum sit_status check_length(struct sit_project *project, struct sit_error *err)
{
    int64_t n_pages, page_bytes;
    enum sit_status status = db_number(project, "PRAGMA page_count", &n_pages, err);
    if (status == SIT_OK)
        status = db_number(project, "PRAGMA page_size", &page_bytes, err);
    struct stat info;
    if (status != SIT_OK || stat(project->path, &info) != 0 ||
        info.st_size >= n_pages * page_bytes)
        return status;
    sqlite3_stmt *stmt = db_prepare(project, "PRAGMA quick_check(1)", err);
    bool row = false;
    status = stmt == NULL ? project->prepare_status : db_step(project, stmt, &row, err);
    if (status == SIT_OK && row) {
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        if (text == NULL || strcmp(text, "ok") != 0)
            status = sit_error_set(err, SIT_E_FORMAT,
                                   "'%s' is damaged: it is cut short (use a backup)",
                                   project->path);
        sqlite3_reset(stmt);
    }
    return status;
}

static enum sit_status configure(struct sit_project *project, struct sit_error *err)
{
    enum sit_status status = db_exec(project, "PRAGMA foreign_keys = ON", err);
    if (status == SIT_OK && project->writable)
        status = db_exec(project, "PRAGMA synchronous = FULL", err);
    if (status == SIT_OK)
        status = db_exec(project, "PRAGMA cache_size = -16384", err);
    return status;
}

enum sit_status sit_project_open(const char *path, enum sit_project_mode mode,
                                 struct sit_project **out, struct sit_error *err)
{
    enum sit_status status = check_header(path, err);
    if (status != SIT_OK)
        return status;
    struct sit_project *project = NULL;
    if (mode == SIT_PROJECT_READ)
        status = connect_read_only(path, &project, err);
    else if (!is_writable(path))
        status = sit_error_set(err, SIT_E_IO, "cannot write to '%s': the file is read-only",
                               path);
    else
        status = connect(path, path, SQLITE_OPEN_READWRITE, &project, err);
    if (status == SIT_OK)
        status = check_schema(project, err);
    if (status == SIT_OK)
        status = check_length(project, err);
    if (status == SIT_OK)
        status = configure(project, err);
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

static enum sit_status fill_new(struct sit_project *project,
                                const struct sit_class_list *classes,
                                struct sit_error *err)
{
    char text[96];
    snprintf(text, sizeof text, "PRAGMA application_id = %d", DB_APPLICATION_ID);
    enum sit_status status = db_exec(project, text, err);
    if (status == SIT_OK)
        status = db_exec(project, "PRAGMA journal_mode = WAL", err);
    if (status == SIT_OK)
        status = configure(project, err);
    if (status == SIT_OK)
        status = db_migrate(project, 0, err);
    if (status == SIT_OK)
        status = sit_project_begin(project, err);
    for (size_t i = 0; status == SIT_OK && i < classes->n; i++) {
        sqlite3_stmt *stmt = db_prepare(
            project, "INSERT INTO class (id, key, name, excluded) VALUES (?, ?, ?, ?)", err);
        if (stmt == NULL) {
            status = project->prepare_status;
            break;
        }
        sqlite3_bind_int64(stmt, 1, (int64_t)i + 1);
        db_bind_text(stmt, 2, classes->items[i].key);
        db_bind_text(stmt, 3, classes->items[i].name);
        sqlite3_bind_int(stmt, 4, classes->items[i].excluded);
        status = db_run(project, stmt, err);
    }
    if (status == SIT_OK)
        status = sit_project_commit(project, err);
    return status;
}

static void remove_with_logs(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct sit_buf name = {0};
        sit_buf_appendf(&name, "%s%s", path, endings[i]);
        if (!name.failed)
            unlink(name.data);
        sit_buf_release(&name);
    }
}

static enum sit_status sync_file(const char *path, struct sit_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    enum sit_status status = SIT_OK;
    if (!ok)
        status = sit_error_set_errno(err, SIT_E_IO, "cannot write '%s'", path);
    if (fd >= 0)
        close(fd);
    return status;
}

/* Give the finished file its name, unless something has that name by now. */
static enum sit_status publish(const char *temp, const char *path, struct sit_error *err)
{
    enum sit_status status = sync_file(temp, err);
    if (status != SIT_OK)
        return status;
    if (link(temp, path) != 0) {
        if (errno == EEXIST)
            return sit_error_set(err, SIT_E_EXISTS, "'%s' is there already", path);
        return sit_error_set_errno(err, SIT_E_IO, "cannot write '%s'", path);
    }
    return SIT_OK;
}

enum sit_status sit_project_create(const char *path, const struct sit_class_list *classes,
                                   struct sit_error *err)
{
    struct stat info;
    if (lstat(path, &info) == 0)
        return sit_error_set(err, SIT_E_EXISTS, "'%s' is there already", path);
    struct sit_buf temp = {0};
    sit_buf_appendf(&temp, "%s.new-%ld", path, (long)getpid());
    if (temp.failed)
        return sit_error_nomem(err);
    struct sit_project *project = NULL;
    enum sit_status status =
        connect(temp.data, temp.data, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &project,
                err);
    if (status == SIT_OK)
        status = fill_new(project, classes, err);
    sit_project_close(project); /* the last connection empties the log into the file */
    if (status == SIT_OK)
        status = publish(temp.data, path, err);
    remove_with_logs(temp.data);
    sit_buf_release(&temp);
    if (status != SIT_OK && status != SIT_E_EXISTS && err != NULL) {
        /* The temporary name means nothing to the user. */
        char cause[SIT_ERROR_MESSAGE_BYTES];
        snprintf(cause, sizeof cause, "%s", err->message);
        const char *tail = strstr(cause, "': ");
        sit_error_set(err, status, "cannot make '%s': %s", path,
                      tail != NULL ? tail + 3 : cause);
    }
    return status;
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
        if (stmt == NULL)
            return project->prepare_status;
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

static enum sit_status copy_pages(struct sit_project *from, struct sit_project *to,
                                  struct sit_error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (backup == NULL)
        return db_fail(to, "write", err);
    int code;
    do {
        code = sqlite3_backup_step(backup, 4096);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            sqlite3_sleep(10);
    } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
    if (sqlite3_backup_finish(backup) != SQLITE_OK)
        return db_fail(to, "write", err);
    return SIT_OK;
}

enum sit_status sit_project_backup(struct sit_project *project, const char *path,
                                   struct sit_error *err)
{
    struct stat info;
    if (lstat(path, &info) == 0)
        return sit_error_set(err, SIT_E_EXISTS, "'%s' is there already", path);
    struct sit_buf temp = {0};
    sit_buf_appendf(&temp, "%s.new-%ld", path, (long)getpid());
    if (temp.failed)
        return sit_error_nomem(err);
    struct sit_project *copy = NULL;
    enum sit_status status = connect(
        temp.data, temp.data, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &copy, err);
    if (status == SIT_OK)
        status = copy_pages(project, copy, err);
    sit_project_close(copy);
    if (status == SIT_OK)
        status = publish(temp.data, path, err);
    remove_with_logs(temp.data);
    sit_buf_release(&temp);
    return status;
}

void sit_project_checkpoint(struct sit_project *project)
{
    sqlite3_wal_checkpoint_v2(project->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

void sit_project_set_auto_checkpoint(struct sit_project *project, bool automatic)
{
    sqlite3_wal_autocheckpoint(project->db, automatic ? 1000 : 0);
}

enum sit_status sit_project_begin(struct sit_project *project, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "BEGIN IMMEDIATE", err);
    return stmt == NULL ? project->prepare_status : db_run(project, stmt, err);
}

enum sit_status sit_project_commit(struct sit_project *project, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "COMMIT", err);
    enum sit_status status = stmt == NULL ? project->prepare_status : db_run(project, stmt, err);
    if (status != SIT_OK)
        sit_project_rollback(project);
    return status;
}

void sit_project_rollback(struct sit_project *project)
{
    if (!sqlite3_get_autocommit(project->db))
        sqlite3_exec(project->db, "ROLLBACK", NULL, NULL, NULL);
}
