/*
 * Making the demo: pictures and tables into a folder, then the ordinary import.
 */
#include "sitter/demo_project.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv_write.h"
#include "sitter/demo.h"
#include "sitter/feature_job.h"
#include "sitter/metadata.h"
#include "sitter/image.h"
#include "sitter/import.h"

enum { POSTER_WIDTH_PX = 480, FACE_QUALITY = 92 };

struct demo_maker {
    const char *dir;
    const struct sit_demo_options *options;
    const struct sit_notes *notes;
    const struct sit_progress *progress;
    struct sit_buf truth;    /* CSV */
    struct sit_buf metadata; /* CSV */
    size_t n_faces, n_posters;
};

static void append_cell(struct sit_buf *out, const char *text, char after)
{
    csv_append_field(out, text);
    sit_buf_append_char(out, after);
}

static void join_keywords(const struct sit_demo_poster *poster, struct sit_buf *out)
{
    for (size_t i = 0; i < poster->n_keywords; i++)
        sit_buf_appendf(out, "%s%s", i > 0 ? ";" : "", poster->keywords[i]);
}

static void append_metadata(struct demo_maker *maker,
                            const struct sit_demo_poster *poster)
{
    struct sit_buf keywords = {0};
    char year[16] = "n.d.";
    if (poster->year != 0)
        snprintf(year, sizeof year, "%d", poster->year);
    join_keywords(poster, &keywords);
    append_cell(&maker->metadata, poster->id, ',');
    append_cell(&maker->metadata, poster->title, ',');
    append_cell(&maker->metadata, poster->artist, ',');
    append_cell(&maker->metadata, year, ',');
    append_cell(&maker->metadata, sit_buf_text(&keywords), ',');
    append_cell(&maker->metadata, poster->description, '\n');
    sit_buf_release(&keywords);
}

/* Write a picture as JPEG. */
static enum sit_status write_jpeg(const struct sit_image *image, const char *path,
                                  struct sit_error *err)
{
    struct sit_buf bytes = {0};
    enum sit_status status = sit_image_encode_jpeg(image, FACE_QUALITY, &bytes, err);
    if (status == SIT_OK) {
        /* Not synced one by one: a demo that is lost is made again. */
        FILE *file = fopen(path, "wbe");
        bool ok = file != NULL &&
                  fwrite(bytes.data, 1, bytes.n_bytes, file) == bytes.n_bytes;
        if (file != NULL && fclose(file) != 0)
            ok = false;
        if (!ok)
            status = sit_error_set_errno(err, SIT_E_IO, "cannot write '%s'", path);
    }
    sit_buf_release(&bytes);
    return status;
}

static enum sit_status draw_faces(struct demo_maker *maker, size_t index,
                                  const struct sit_demo_poster *poster,
                                  struct sit_error *err)
{
    static const char *const names[] = {"male", "female", "other"};
    enum sit_status status = SIT_OK;
    for (size_t j = 0; status == SIT_OK && j < poster->n_figures; j++) {
        struct sit_image face = {0};
        struct sit_buf path = {0};
        sit_buf_appendf(&path, "%s/faces/%s_%zu.jpg", maker->dir, poster->id, j);
        sit_buf_appendf(&maker->truth, "%s_%zu.jpg,%s\n", poster->id, j,
                        names[poster->truth[j]]);
        status = path.failed ? sit_error_nomem(err)
                             : sit_demo_draw_face(maker->options->seed, index, j,
                                                  SIT_DEMO_FACE_PX, &face, err);
        if (status == SIT_OK)
            status = write_jpeg(&face, path.data, err);
        sit_image_release(&face);
        sit_buf_release(&path);
        maker->n_faces++;
    }
    return status;
}

static enum sit_status draw_poster(const struct demo_maker *maker, size_t index,
                                   const struct sit_demo_poster *poster,
                                   struct sit_error *err)
{
    struct sit_image image = {0};
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/posters/%s", maker->dir, poster->id);
    enum sit_status status = path.failed ? sit_error_nomem(err)
                                         : sit_file_make_dir(path.data, err);
    sit_buf_appendf(&path, "/%s.jpg", poster->id);
    if (status == SIT_OK && path.failed)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_demo_draw_poster(maker->options->seed, index, POSTER_WIDTH_PX,
                                      &image, err);
    if (status == SIT_OK)
        status = write_jpeg(&image, path.data, err);
    sit_image_release(&image);
    sit_buf_release(&path);
    return status;
}

static enum sit_status draw_all(struct demo_maker *maker, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && maker->n_faces < maker->options->n_faces;
         i++) {
        struct sit_demo_poster poster;
        if (!sit_progress_report(maker->progress, maker->n_faces,
                                 maker->options->n_faces, "drawing"))
            return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
        sit_demo_poster_describe(maker->options->seed, i, &poster);
        append_metadata(maker, &poster);
        status = draw_faces(maker, i, &poster, err);
        if (status == SIT_OK && maker->options->posters)
            status = draw_poster(maker, i, &poster, err);
        maker->n_posters++;
    }
    if (status == SIT_OK && (maker->truth.failed || maker->metadata.failed))
        status = sit_error_nomem(err);
    return status;
}

static enum sit_status write_in(const char *dir, const char *name,
                                const struct sit_buf *bytes, struct sit_error *err)
{
    char *path = sit_file_join(dir, name);
    enum sit_status status = path != NULL ? sit_file_write_atomic(path, bytes->data,
                                                                  bytes->n_bytes, err)
                                          : sit_error_nomem(err);
    free(path);
    return status;
}

/* The folder is ours when it is new, empty, or holds a demo's files only. */
static enum sit_status check_dir(const char *dir, struct sit_error *err)
{
    static const char *const ours[] = {"faces",        "posters",   "metadata.csv",
                                       "truth.csv",    "sitter.db", "sitter.db-wal",
                                       "sitter.db-shm"};
    struct stat info;
    if (stat(dir, &info) != 0 && errno == ENOENT)
        return SIT_OK;
    struct sit_dir_list list;
    enum sit_status status = sit_dir_list_read(dir, &list, err);
    if (status != SIT_OK)
        return status;
    for (size_t i = 0; status == SIT_OK && i < list.n_entries; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof ours / sizeof ours[0]; k++)
            known = known || strcmp(list.entries[i].name, ours[k]) == 0;
        if (!known)
            status = sit_error_set(
                err, SIT_E_EXISTS,
                "'%s' holds other things ('%s'): name a new folder for "
                "the demo",
                dir, list.entries[i].name);
    }
    sit_dir_list_release(&list);
    return status;
}

static enum sit_status import_metadata(const struct demo_maker *maker,
                                       struct sit_project *project,
                                       struct sit_error *err)
{
    struct sit_metadata_options options = {0};
    struct sit_metadata_result result;
    char *path = sit_file_join(maker->dir, "metadata.csv");
    enum sit_status status = path == NULL
                                 ? sit_error_nomem(err)
                                 : sit_metadata_import(project, path, &options,
                                                       maker->notes, maker->progress,
                                                       &result, err);
    free(path);
    return status;
}

static enum sit_status make_project(const struct demo_maker *maker, const char *db_path,
                                    struct sit_error *err)
{
    struct sit_class_list classes;
    struct sit_project *project = NULL;
    struct sit_import_options import = {0};
    struct sit_import_result imported;
    struct sit_extract_options extract = {0};
    struct sit_feature_result features;
    sit_class_list_default(&classes);
    enum sit_status status = sit_project_create(db_path, &classes, err);
    if (status == SIT_E_EXISTS)
        status = SIT_OK;
    if (status == SIT_OK)
        status = sit_project_open(db_path, SIT_PROJECT_WRITE, &project, err);
    char *faces = sit_file_join(maker->dir, "faces");
    if (status == SIT_OK && faces == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_import_paths(project, (const char *const *)&faces, 1, &import,
                                  maker->notes, maker->progress, &imported, err);
    if (status == SIT_OK)
        status = import_metadata(maker, project, err);
    if (status == SIT_OK && maker->options->features)
        status = sit_features_extract(project, &extract, maker->notes, maker->progress,
                                      &features, err);
    free(faces);
    sit_project_close(project);
    return status;
}

enum sit_status sit_demo_make(const char *dir, const struct sit_demo_options *options,
                              const struct sit_notes *notes,
                              const struct sit_progress *progress, size_t *n_faces,
                              struct sit_error *err)
{
    struct demo_maker maker = {
        .dir = dir, .options = options, .notes = notes, .progress = progress};
    enum sit_status status = check_dir(dir, err);
    char *faces = sit_file_join(dir, "faces"),
         *db_path = sit_file_join(dir, "sitter.db");
    if (status == SIT_OK && (faces == NULL || db_path == NULL))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_file_make_dir(faces, err);
    sit_buf_append_text(&maker.truth, "face,label\n");
    sit_buf_append_text(&maker.metadata, "id,title,artist,year,keywords,description\n");
    if (status == SIT_OK)
        status = draw_all(&maker, err);
    if (status == SIT_OK)
        status = write_in(dir, "truth.csv", &maker.truth, err);
    if (status == SIT_OK)
        status = write_in(dir, "metadata.csv", &maker.metadata, err);
    if (status == SIT_OK)
        status = make_project(&maker, db_path, err);
    if (status == SIT_OK)
        *n_faces = maker.n_faces;
    sit_buf_release(&maker.truth);
    sit_buf_release(&maker.metadata);
    free(db_path);
    free(faces);
    return status;
}
