/*
 * Feature sets to .npy files with a list of names, a block in memory at a time. The
 * vectors are written as they are stored: bit by bit what was imported.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "face_names.h"
#include "name_lines.h"
#include "pixel_set.h"
#include "sitter/alloc.h"
#include "sitter/feature_job.h"
#include "sitter/npy_writer.h"

/* Both files under way. */
struct exporter {
    const char *npy_path, *names_path;
    const struct sit_feature_set *set;
    struct sit_npy_writer npy; /* opened with the first row */
    struct sit_file_writer names;
    size_t n;
    const struct sit_progress *progress;
};

static enum sit_status put_row(struct exporter *exporter, size_t n_rows,
                               const char *name, const float *vector,
                               struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (exporter->n == 0)
        status = sit_npy_writer_open(exporter->npy_path, n_rows, exporter->set->dim,
                                     &exporter->npy, err);
    if (status == SIT_OK && strpbrk(name, "\r\n") != NULL)
        status = sit_error_set(
            err, SIT_E_FORMAT,
            "face '%s' cannot stand in a list of names: it has a line break", name);
    if (status == SIT_OK && exporter->n % 256 == 0 &&
        !sit_progress_report(exporter->progress, exporter->n, n_rows, NULL))
        status = sit_error_set(err, SIT_E_CANCELLED,
                               "interrupted, nothing is exported");
    if (status == SIT_OK)
        status = sit_npy_writer_put(&exporter->npy, vector, 1, err);
    if (status == SIT_OK)
        status = sit_file_writer_put(&exporter->names, name, strlen(name), err);
    if (status == SIT_OK)
        status = sit_file_writer_put(&exporter->names, "\n", 1, err);
    exporter->n++;
    return status;
}

static enum sit_status take_row(void *context, const struct sit_feature_row *row,
                                struct sit_error *err)
{
    return put_row(context, row->n_rows, row->name, row->vector, err);
}

/* In the order of a list, under the names that it uses. */
static enum sit_status put_in_order(struct sit_project *project,
                                    struct exporter *exporter, const char *order_path,
                                    struct sit_error *err)
{
    const struct sit_feature_set *set = exporter->set;
    struct name_lines lines = {0};
    struct face_names names = {0};
    float *vector = sit_malloc_array(set->dim, sizeof *vector);
    enum sit_status status = vector != NULL ? SIT_OK : sit_error_nomem(err);
    if (status == SIT_OK)
        status = name_lines_read(order_path, &lines, err);
    if (status == SIT_OK)
        status = face_names_load(project, &names, err);
    for (size_t i = 0; status == SIT_OK && i < lines.n; i++) {
        int64_t face_id = face_names_find(&names, lines.lines[i]);
        status = face_id != 0 ? sit_project_feature(project, set->id, face_id, set->dim,
                                                    vector, err)
                              : SIT_E_NOT_FOUND;
        if (status == SIT_E_NOT_FOUND)
            status = sit_error_set(err, status,
                                   "'%s', line %zu: feature set '%s' has no face '%s'",
                                   order_path, i + 1, set->name, lines.lines[i]);
        if (status == SIT_OK)
            status = put_row(exporter, lines.n, lines.lines[i], vector, err);
    }
    face_names_release(&names);
    name_lines_release(&lines);
    free(vector);
    return status;
}

/* Rows that nobody can name are of no use: one file not without the other. */
static enum sit_status commit(struct exporter *exporter, struct sit_error *err)
{
    enum sit_status status = sit_npy_writer_commit(&exporter->npy, err);
    if (status != SIT_OK)
        return status;
    status = sit_file_writer_commit(&exporter->names, err);
    struct stat info;
    if (status != SIT_OK && stat(exporter->npy_path, &info) == 0 &&
        S_ISREG(info.st_mode))
        unlink(exporter->npy_path);
    return status;
}

enum sit_status sit_features_export(struct sit_project *project, const char *set_name,
                                    const char *npy_path, const char *names_path,
                                    const char *order_path,
                                    const struct sit_progress *progress,
                                    size_t *n_faces, struct sit_error *err)
{
    struct sit_feature_set set = {0};
    struct exporter exporter = {.npy_path = npy_path,
                                .names_path = names_path,
                                .set = &set,
                                .progress = progress};
    enum sit_status status = sit_project_feature_set(project, set_name, &set, err);
    if (status == SIT_OK && strcmp(set.model, PIXEL_SET_NAME) == 0)
        status = sit_error_set(
            err, SIT_E_UNSUPPORTED,
            "feature set '%s' is not stored: it is computed from the "
            "pictures when a head needs it",
            set.name);
    if (status == SIT_OK)
        status = sit_file_writer_open(names_path, &exporter.names, err);
    if (status == SIT_OK && order_path != NULL)
        status = put_in_order(project, &exporter, order_path, err);
    else if (status == SIT_OK)
        status = sit_project_feature_rows(project, set.id, set.dim, take_row, &exporter,
                                          err);
    if (status == SIT_OK && exporter.n == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND, "no rows of feature set '%s'",
                               set.name);
    if (status == SIT_OK)
        status = commit(&exporter, err);
    if (status == SIT_OK)
        *n_faces = exporter.n;
    sit_npy_writer_discard(&exporter.npy);
    sit_file_writer_discard(&exporter.names);
    free(set.provenance);
    return status;
}
