/*
 * The labelled faces as a folder a split and class, built beside its final place and
 * moved there when whole.
 */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/export.h"

struct folder_writer {
    struct sit_class_list classes;
    const char *dir;
    int64_t *face_ids; /* collected first: the walk is one read transaction */
    char **paths;      /* below dir */
    size_t n, id_capacity, path_capacity;
};

/* A face's name as a path that stays below its folder, whatever the name says. */
static void append_safe_path(struct sit_buf *out, const char *name)
{
    for (const char *at = name; *at != '\0';) {
        size_t length = strcspn(at, "/");
        bool special = length == 0 || (length == 1 && at[0] == '.') ||
                       (length == 2 && at[0] == '.' && at[1] == '.');
        if (special)
            sit_buf_append_char(out, '_');
        else
            sit_buf_append(out, at, length);
        at += length;
        if (*at == '/') {
            sit_buf_append_char(out, '/');
            at++;
        }
    }
}

static enum sit_status collect_face(void *context, const struct sit_export_row *row,
                                    struct sit_error *err)
{
    struct folder_writer *writer = context;
    if (row->label == SIT_NO_CLASS || (size_t)row->label >= writer->classes.n)
        return SIT_OK;
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/", sit_split_name(row->split));
    append_safe_path(&path, writer->classes.items[row->label].name);
    sit_buf_append_char(&path, '/');
    append_safe_path(&path, row->name);
    void *ids = writer->face_ids, *paths = writer->paths;
    bool ok = !path.failed && sit_grow_array(&ids, &writer->id_capacity, writer->n + 1,
                                             sizeof(int64_t));
    writer->face_ids = ids;
    ok = ok &&
         sit_grow_array(&paths, &writer->path_capacity, writer->n + 1, sizeof(char *));
    writer->paths = paths;
    if (!ok) {
        sit_buf_release(&path);
        return sit_error_nomem(err);
    }
    writer->face_ids[writer->n] = row->face_id;
    writer->paths[writer->n++] = sit_buf_take(&path);
    return SIT_OK;
}

static enum sit_status write_picture(struct sit_project *project,
                                     const struct folder_writer *writer, size_t i,
                                     const char *temp, struct sit_error *err)
{
    struct sit_buf bytes = {0};
    char *path = sit_file_join(temp, writer->paths[i]);
    char *folder = path != NULL ? sit_strdup(path) : NULL;
    enum sit_status status = folder != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK) {
        *strrchr(folder, '/') = '\0';
        status = sit_file_make_dir(folder, err);
    }
    if (status == SIT_OK)
        status = sit_project_face_picture(project, writer->face_ids[i], &bytes, err);
    if (status == SIT_OK) {
        FILE *file = fopen(path, "wbxe"); /* two names must not become one file */
        bool ok = file != NULL &&
                  fwrite(sit_buf_text(&bytes), 1, bytes.n_bytes, file) == bytes.n_bytes;
        if (file != NULL && fclose(file) != 0)
            ok = false;
        if (!ok)
            status = sit_error_set_errno(err, SIT_E_IO, "cannot write '%s'", path);
    }
    sit_buf_release(&bytes);
    free(folder);
    free(path);
    return status;
}

static int remove_entry(const char *path, const struct stat *info, int flag,
                        struct FTW *walk)
{
    (void)info;
    (void)flag;
    (void)walk;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Not there, or an empty folder. */
static enum sit_status check_target(const char *dir, struct sit_error *err)
{
    DIR *open_dir = opendir(dir);
    if (open_dir == NULL && errno == ENOENT)
        return SIT_OK;
    if (open_dir == NULL)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open the folder '%s'", dir);
    size_t n_entries = 0;
    while (readdir(open_dir) != NULL)
        n_entries++;
    closedir(open_dir);
    if (n_entries > 2) /* . and .. */
        return sit_error_set(err, SIT_E_EXISTS, "'%s' is there already and not empty",
                             dir);
    return SIT_OK;
}

static enum sit_status write_all(struct sit_project *project,
                                 const struct folder_writer *writer,
                                 struct sit_error *err)
{
    struct sit_buf temp = {0};
    size_t length = strlen(writer->dir);
    while (length > 1 && writer->dir[length - 1] == '/')
        length--;
    sit_buf_appendf(&temp, "%.*s.part-%ld", (int)length, writer->dir, (long)getpid());
    if (temp.failed)
        return sit_error_nomem(err);
    enum sit_status status = SIT_OK;
    if (mkdir(temp.data, 0777) != 0)
        status = sit_error_set_errno(err, SIT_E_IO, "cannot make the folder '%s'",
                                     writer->dir);
    for (size_t i = 0; status == SIT_OK && i < writer->n; i++)
        status = write_picture(project, writer, i, temp.data, err);
    if (status == SIT_OK && rename(temp.data, writer->dir) != 0)
        status = sit_error_set_errno(err, SIT_E_IO, "cannot make the folder '%s'",
                                     writer->dir);
    if (status != SIT_OK)
        remove_tree(temp.data);
    sit_buf_release(&temp);
    return status;
}

enum sit_status sit_export_imagefolder(struct sit_project *project, const char *dir,
                                       size_t *n_faces, struct sit_error *err)
{
    struct folder_writer writer = {.dir = dir};
    enum sit_status status = check_target(dir, err);
    if (status == SIT_OK)
        status = sit_project_classes(project, &writer.classes, err);
    if (status == SIT_OK)
        status = sit_project_walk(project, 0, collect_face, &writer, err);
    if (status == SIT_OK && writer.n == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND, "no face is labelled yet");
    if (status == SIT_OK)
        status = write_all(project, &writer, err);
    if (status == SIT_OK)
        *n_faces = writer.n;
    for (size_t i = 0; i < writer.n; i++)
        free(writer.paths[i]);
    free(writer.paths);
    free(writer.face_ids);
    return status;
}
