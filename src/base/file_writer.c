/*
 * Atomic writing: a temporary file beside the target, fsync, rename. Reading, folders
 * and paths are file.c's.
 */
#include "sitter/file_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/file.h"

/* Small pieces are gathered to so much before they are written. */
enum { PENDING_BYTES = 256 * 1024 };

static bool write_all(int fd, const char *bytes, size_t n_bytes)
{
    while (n_bytes > 0) {
        ssize_t n = write(fd, bytes, n_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        n_bytes -= (size_t)n;
    }
    return true;
}

static enum sit_status cannot_write(const struct sit_file_writer *writer,
                                    struct sit_error *err)
{
    return sit_error_set_errno(err, SIT_E_IO, "cannot write '%s'", writer->path);
}

static enum sit_status open_temp(struct sit_file_writer *writer, bool is_there,
                                 struct sit_error *err)
{
    struct sit_buf temp = {0};
    writer->target = is_there ? realpath(writer->path, NULL) : NULL;
    if (writer->target == NULL)
        writer->target = sit_strdup(writer->path);
    if (writer->target == NULL)
        return sit_error_nomem(err);
    sit_buf_appendf(&temp, "%s.XXXXXX", writer->target);
    if (temp.failed) {
        sit_buf_release(&temp);
        return sit_error_nomem(err);
    }
    writer->fd = mkostemp(temp.data, O_CLOEXEC);
    if (writer->fd >= 0)
        writer->temp = sit_buf_take(&temp);
    enum sit_status status = writer->fd >= 0 ? SIT_OK : cannot_write(writer, err);
    sit_buf_release(&temp);
    return status;
}

enum sit_status sit_file_writer_open(const char *path, struct sit_file_writer *out,
                                     struct sit_error *err)
{
    struct stat info;
    bool is_there = stat(path, &info) == 0;
    if (is_there && S_ISDIR(info.st_mode))
        return sit_error_set(err, SIT_E_IO, "cannot write '%s': it is a folder", path);
    struct sit_file_writer writer = {.fd = -1, .path = sit_strdup(path)};
    if (writer.path == NULL)
        return sit_error_nomem(err);
    enum sit_status status = SIT_OK;
    if (is_there && !S_ISREG(info.st_mode)) {
        writer.fd = open(path, O_WRONLY | O_CLOEXEC);
        if (writer.fd < 0)
            status = cannot_write(&writer, err);
    } else {
        status = open_temp(&writer, is_there, err);
    }
    if (status == SIT_OK)
        *out = writer;
    else
        sit_file_writer_discard(&writer);
    return status;
}

static enum sit_status flush(struct sit_file_writer *writer, struct sit_error *err)
{
    bool ok = write_all(writer->fd, writer->pending.data, writer->pending.n_bytes);
    sit_buf_reset(&writer->pending);
    return ok ? SIT_OK : cannot_write(writer, err);
}

enum sit_status sit_file_writer_put(struct sit_file_writer *writer, const void *bytes,
                                    size_t n_bytes, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (writer->pending.n_bytes + n_bytes > PENDING_BYTES)
        status = flush(writer, err);
    if (status == SIT_OK && n_bytes > PENDING_BYTES) {
        if (!write_all(writer->fd, bytes, n_bytes))
            status = cannot_write(writer, err);
    } else if (status == SIT_OK) {
        sit_buf_append(&writer->pending, bytes, n_bytes);
        if (writer->pending.failed)
            status = sit_error_nomem(err);
    }
    return status;
}

enum sit_status sit_file_writer_commit(struct sit_file_writer *writer,
                                       struct sit_error *err)
{
    enum sit_status status = flush(writer, err);
    if (status == SIT_OK && writer->temp != NULL) {
        mode_t mask = umask(0);
        umask(mask);
        if (fchmod(writer->fd, 0666 & ~mask) != 0 || fsync(writer->fd) != 0)
            status = cannot_write(writer, err);
    }
    if (close(writer->fd) != 0 && status == SIT_OK)
        status = cannot_write(writer, err);
    writer->fd = -1;
    if (status == SIT_OK && writer->temp != NULL) {
        if (rename(writer->temp, writer->target) != 0) {
            status = cannot_write(writer, err);
        } else {
            free(writer->temp);
            writer->temp = NULL;
        }
    }
    sit_file_writer_discard(writer);
    return status;
}

void sit_file_writer_discard(struct sit_file_writer *writer)
{
    if (writer->path == NULL)
        return;
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->temp != NULL)
        unlink(writer->temp);
    free(writer->temp);
    free(writer->target);
    free(writer->path);
    sit_buf_release(&writer->pending);
    *writer = (struct sit_file_writer){0};
}

enum sit_status sit_file_write_atomic(const char *path, const void *bytes,
                                      size_t n_bytes, struct sit_error *err)
{
    struct sit_file_writer writer = {0};
    enum sit_status status = sit_file_writer_open(path, &writer, err);
    if (status == SIT_OK)
        status = sit_file_writer_put(&writer, bytes, n_bytes, err);
    if (status == SIT_OK)
        status = sit_file_writer_commit(&writer, err);
    sit_file_writer_discard(&writer);
    return status;
}
