/*
 * Making project files: a new one and a copy, each built under a temporary name and
 * given its own when whole.
 */
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum sit_status fill_new(struct sit_project *project,
                                const struct sit_class_list *classes,
                                struct sit_error *err)
{
    char text[96];
    snprintf(text, sizeof text, "PRAGMA application_id = %d", DB_APPLICATION_ID);
    /* Three vectors of 512 floats a page instead of one in the default 4096 bytes; to
     * be said before anything is written. */
    enum sit_status status = db_exec(project, "PRAGMA page_size = 8192", err);
    if (status == SIT_OK)
        status = db_exec(project, text, err);
    if (status == SIT_OK)
        status = db_exec(project, "PRAGMA journal_mode = WAL", err);
    if (status == SIT_OK)
        status = db_configure(project, err);
    if (status == SIT_OK)
        status = db_migrate(project, 0, err);
    if (status == SIT_OK)
        status = sit_project_begin(project, err);
    for (size_t i = 0; status == SIT_OK && i < classes->n; i++) {
        sqlite3_stmt *stmt = db_prepare(
            project, "INSERT INTO class (id, key, name, excluded) VALUES (?, ?, ?, ?)",
            err);
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

void db_remove_files(const char *path)
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
static enum sit_status publish(const char *temp, const char *path,
                               struct sit_error *err)
{
    enum sit_status status = sync_file(temp, err);
    if (status != SIT_OK)
        return status;
    /* Some file systems have no hard links. */
    if (link(temp, path) == 0 ||
        (errno != EEXIST &&
         renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0))
        return SIT_OK;
    if (errno == EEXIST)
        return sit_error_set(err, SIT_E_EXISTS, "'%s' is there already", path);
    return sit_error_set_errno(err, SIT_E_IO, "cannot write '%s'", path);
}

/* A new database under a temporary name beside `path`, where nothing may be yet. */
static enum sit_status begin_new_file(const char *path, struct sit_buf *temp,
                                      struct sit_project **project,
                                      struct sit_error *err)
{
    struct stat info;
    if (lstat(path, &info) == 0)
        return sit_error_set(err, SIT_E_EXISTS, "'%s' is there already", path);
    sit_buf_appendf(temp, "%s.new-%ld", path, (long)getpid());
    if (temp->failed)
        return sit_error_nomem(err);
    db_remove_files(temp->data); /* of a process of our number that was killed */
    return db_connect(temp->data, temp->data,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, project, err);
}

/* Close it and give it its name where all went well; leave nothing behind otherwise. */
static enum sit_status finish_new_file(const char *path, struct sit_buf *temp,
                                       struct sit_project *project,
                                       enum sit_status status, struct sit_error *err)
{
    /* Only the file gets the name, so that all must be in it; closing would do that
     * too, but not say when it fails. */
    if (status == SIT_OK &&
        sqlite3_wal_checkpoint_v2(project->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                  NULL) != SQLITE_OK)
        status = db_fail(project, "write", err);
    sit_project_close(project);
    if (status == SIT_OK)
        status = publish(temp->data, path, err);
    if (temp->n_bytes > 0)
        db_remove_files(temp->data);
    char *at = err != NULL && status != SIT_OK && temp->n_bytes > 0
                   ? strstr(err->message, temp->data)
                   : NULL;
    if (at != NULL) { /* the temporary name means nothing to the user */
        size_t length = strlen(path);
        memmove(at + length, at + temp->n_bytes, strlen(at + temp->n_bytes) + 1);
    }
    sit_buf_release(temp);
    return status;
}

enum sit_status sit_project_create(const char *path,
                                   const struct sit_class_list *classes,
                                   struct sit_error *err)
{
    struct sit_buf temp = {0};
    struct sit_project *project = NULL;
    enum sit_status status = begin_new_file(path, &temp, &project, err);
    if (status == SIT_OK)
        status = fill_new(project, classes, err);
    return finish_new_file(path, &temp, project, status, err);
}

static enum sit_status copy_pages(struct sit_project *from, struct sit_project *to,
                                  struct sit_error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (backup == NULL)
        return db_fail(to, "write", err);
    int code; /* a busy project has been waited for by then */
    do {
        code = sqlite3_backup_step(backup, 4096);
    } while (code == SQLITE_OK);
    sqlite3_backup_finish(backup);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return sit_error_set(err, SIT_E_BUSY,
                             "cannot read '%s': another process is "
                             "writing to it for too long",
                             from->path);
    return code == SQLITE_DONE ? SIT_OK : db_fail(to, "write", err);
}

/* Within one read transaction: others may write meanwhile without the copy having to
 * begin again. */
static enum sit_status copy_snapshot(struct sit_project *from, struct sit_project *to,
                                     struct sit_error *err)
{
    int64_t n;
    enum sit_status status = db_exec(from, "BEGIN", err);
    if (status == SIT_OK)
        status = db_number(from, "SELECT count(*) FROM class", &n, err);
    if (status == SIT_OK)
        status = copy_pages(from, to, err);
    sit_project_rollback(from);
    return status;
}

enum sit_status sit_project_backup(struct sit_project *project, const char *path,
                                   struct sit_error *err)
{
    struct sit_buf temp = {0};
    struct sit_project *copy = NULL;
    enum sit_status status = begin_new_file(path, &temp, &copy, err);
    if (status == SIT_OK)
        status = copy_snapshot(project, copy, err);
    return finish_new_file(path, &temp, copy, status, err);
}
