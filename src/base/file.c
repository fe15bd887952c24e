/*
 * Files: whole reads, folders, paths. Writing is file_writer.c's.
 */
#include "sitter/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/alloc.h"

static enum sit_status read_all(int fd, const char *path, size_t max_bytes,
                                struct sit_buf *out, struct sit_error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot read '%s'", path);
    if (S_ISDIR(info.st_mode))
        return sit_error_set(err, SIT_E_IO, "'%s' is a folder, not a file", path);
    if (!S_ISREG(info.st_mode))
        return sit_error_set(err, SIT_E_IO, "'%s' is not a regular file", path);
    if (info.st_size < 0 || (uintmax_t)info.st_size > max_bytes)
        return sit_error_set(err, SIT_E_LIMIT,
                             "'%s' has %jd bytes, more than the %zu accepted", path,
                             (intmax_t)info.st_size, max_bytes);
    size_t n_bytes = (size_t)info.st_size, n_read = 0;
    if (!sit_buf_reserve(out, n_bytes))
        return sit_error_nomem(err);
    while (n_read < n_bytes) {
        ssize_t n = read(fd, out->data + out->n_bytes + n_read, n_bytes - n_read);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sit_error_set_errno(err, SIT_E_IO, "cannot read '%s'", path);
        if (n == 0)
            break; /* it shrank meanwhile; the reader of the content will notice */
        n_read += (size_t)n;
    }
    out->n_bytes += n_read;
    out->data[out->n_bytes] = '\0';
    return SIT_OK;
}

enum sit_status sit_file_read(const char *path, size_t max_bytes, struct sit_buf *out,
                              struct sit_error *err)
{
    /* O_NONBLOCK: a named pipe must not hang the program before it is refused. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    size_t before = out->n_bytes;
    enum sit_status status = read_all(fd, path, max_bytes, out, err);
    close(fd);
    if (status != SIT_OK && out->data != NULL) {
        out->n_bytes = before;
        out->data[before] = '\0';
        out->failed = false;
    }
    return status;
}

enum sit_status sit_file_make_dir(const char *path, struct sit_error *err)
{
    char *copy = sit_strdup(path);
    if (copy == NULL)
        return sit_error_nomem(err);
    enum sit_status status = SIT_OK;
    for (char *at = copy; status == SIT_OK && *at != '\0';) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        char held = *at;
        *at = '\0';
        struct stat info;
        if (mkdir(copy, 0777) != 0 &&
            (errno != EEXIST || stat(copy, &info) != 0 || !S_ISDIR(info.st_mode))) {
            if (errno == EEXIST)
                errno = ENOTDIR;
            status = sit_error_set_errno(err, SIT_E_IO, "cannot make the folder '%s'",
                                         path);
        }
        *at = held;
    }
    free(copy);
    return status;
}

char *sit_file_join(const char *dir, const char *name)
{
    struct sit_buf path = {0};
    sit_buf_append_text(&path, dir);
    if (path.n_bytes > 0 && path.data[path.n_bytes - 1] != '/')
        sit_buf_append_char(&path, '/');
    sit_buf_append_text(&path, name);
    if (path.failed)
        sit_buf_release(&path);
    return sit_buf_take(&path);
}

static int compare_entries(const void *a, const void *b)
{
    const struct sit_dir_entry *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static enum sit_status add_entry(struct sit_dir_list *list, size_t *capacity,
                                 int dir_fd, const char *name, struct sit_error *err)
{
    struct stat info;
    if (name[0] == '.' || fstatat(dir_fd, name, &info, 0) != 0)
        return SIT_OK; /* a dangling link is as good as not there */
    if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode))
        return SIT_OK;
    void *entries = list->entries;
    if (!sit_grow_array(&entries, capacity, list->n_entries + 1, sizeof *list->entries))
        return sit_error_nomem(err);
    list->entries = entries;
    char *copy = sit_strdup(name);
    if (copy == NULL)
        return sit_error_nomem(err);
    list->entries[list->n_entries++] = (struct sit_dir_entry){
        .name = copy, .is_dir = S_ISDIR(info.st_mode)};
    return SIT_OK;
}

enum sit_status sit_dir_list_read(const char *path, struct sit_dir_list *out,
                                  struct sit_error *err)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open the folder '%s'", path);
    struct sit_dir_list list = {0};
    size_t capacity = 0;
    enum sit_status status = SIT_OK;
    while (status == SIT_OK) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            if (errno != 0)
                status = sit_error_set_errno(err, SIT_E_IO,
                                             "cannot read the folder '%s'", path);
            break;
        }
        status = add_entry(&list, &capacity, dirfd(dir), entry->d_name, err);
    }
    closedir(dir);
    if (status != SIT_OK) {
        sit_dir_list_release(&list);
        return status;
    }
    if (list.n_entries > 1)
        qsort(list.entries, list.n_entries, sizeof *list.entries, compare_entries);
    *out = list;
    return SIT_OK;
}

void sit_dir_list_release(struct sit_dir_list *list)
{
    for (size_t i = 0; i < list->n_entries; i++)
        free(list->entries[i].name);
    free(list->entries);
    *list = (struct sit_dir_list){0};
}
