/*
 * Feature sets from .npy files with a list of names. The other way is
 * feature_export.c's.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "face_names.h"
#include "feature_provenance.h"
#include "name_lines.h"
#include "sitter/alloc.h"
#include "sitter/feature_job.h"
#include "sitter/npy.h"

enum { BLOCK_ROWS = 1024 };

/* Which face each row belongs to; 0 for none. */
static enum sit_status match_rows(struct sit_project *project,
                                  const struct name_lines *lines, int64_t *face_ids,
                                  const struct sit_notes *notes,
                                  struct sit_feature_result *result,
                                  struct sit_error *err)
{
    enum { MAX_NOTED = 5 };
    struct face_names names = {0};
    enum sit_status status = face_names_load(project, &names, err);
    for (size_t i = 0; status == SIT_OK && i < lines->n; i++) {
        face_ids[i] = face_names_find(&names, lines->lines[i]);
        if (face_ids[i] != 0)
            continue;
        if (++result->n_unknown <= MAX_NOTED)
            sit_note(notes, "row %zu: no face '%s' in the project", i, lines->lines[i]);
    }
    if (status == SIT_OK && result->n_unknown > MAX_NOTED)
        sit_note(notes, "... and %zu more rows without a face",
                 result->n_unknown - MAX_NOTED);
    if (status == SIT_OK && result->n_unknown == lines->n)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "none of the %zu names is a face of the project",
                               lines->n);
    face_names_release(&names);
    return status;
}

/* Read every row once: nothing is written before all is known to be good. */
static enum sit_status check_values(const struct sit_npy *npy, float *block,
                                    const struct sit_progress *progress,
                                    struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t row = 0; status == SIT_OK && row < npy->n_rows; row += BLOCK_ROWS) {
        size_t n = npy->n_rows - row < BLOCK_ROWS ? npy->n_rows - row : BLOCK_ROWS;
        status = sit_npy_read_rows(npy, row, n, block, err);
        if (status == SIT_OK &&
            !sit_progress_report(progress, row / 2, npy->n_rows, NULL))
            status = sit_error_set(err, SIT_E_CANCELLED,
                                   "interrupted, nothing is imported");
    }
    return status;
}

static enum sit_status store_rows(struct sit_project *project, int64_t set_id,
                                  const struct sit_npy *npy, const int64_t *face_ids,
                                  float *block, const struct sit_progress *progress,
                                  size_t *n_stored, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t row = 0; status == SIT_OK && row < npy->n_rows; row += BLOCK_ROWS) {
        size_t n = npy->n_rows - row < BLOCK_ROWS ? npy->n_rows - row : BLOCK_ROWS;
        status = sit_npy_read_rows(npy, row, n, block, err);
        if (status == SIT_OK)
            status = sit_project_begin(project, err);
        size_t n_batch = 0;
        for (size_t i = 0; status == SIT_OK && i < n; i++) {
            if (face_ids[row + i] == 0)
                continue;
            status = sit_project_put_feature(project, set_id, face_ids[row + i],
                                             block + i * npy->n_cols, npy->n_cols, err);
            n_batch++;
        }
        if (status == SIT_OK)
            status = sit_project_commit(project, err);
        if (status != SIT_OK)
            sit_project_rollback(project);
        else
            *n_stored += n_batch;
        if (status == SIT_OK &&
            !sit_progress_report(progress, (npy->n_rows + row) / 2, npy->n_rows, NULL))
            status = sit_error_set(
                err, SIT_E_CANCELLED,
                "interrupted: the set is not whole and stays hidden; "
                "import it again");
    }
    return status;
}

static enum sit_status npy_provenance(const char *npy_path, json_t **out,
                                      struct sit_error *err)
{
    char hex[SIT_SHA256_HEX_BYTES];
    enum sit_status status = sit_sha256_file(npy_path, hex, err);
    if (status != SIT_OK)
        return status;
    json_t *object = json_pack("{s:s}", "sha256", hex);
    if (object == NULL || !feature_provenance_add_path(object, "file", npy_path)) {
        json_decref(object);
        return sit_error_nomem(err);
    }
    *out = object;
    return SIT_OK;
}

static enum sit_status count_missing(struct sit_project *project, int64_t set_id,
                                     struct sit_feature_result *result,
                                     struct sit_error *err)
{
    int64_t *ids = NULL;
    enum sit_status status = sit_project_faces_without_feature(project, set_id, &ids,
                                                               &result->n_missing, err);
    free(ids);
    return status;
}

static enum sit_status
import_open(struct sit_project *project, const struct sit_npy *npy,
            const char *npy_path, const char *names_path, const char *set_name,
            const struct sit_notes *notes, const struct sit_progress *progress,
            struct sit_feature_result *result, struct sit_error *err)
{
    struct name_lines lines = {0};
    int64_t *face_ids = NULL, set_id = 0;
    float *block = NULL;
    json_t *provenance = NULL;
    enum sit_status status = name_lines_read(names_path, &lines, err);
    if (status == SIT_OK && lines.n != npy->n_rows)
        status = sit_error_set(err, SIT_E_FORMAT,
                               "'%s' has %zu names, '%s' has %zu rows", names_path,
                               lines.n, npy_path, npy->n_rows);
    if (status != SIT_OK)
        goto done;
    size_t block_floats;
    face_ids = sit_calloc(lines.n, sizeof *face_ids);
    if (sit_mul_size(BLOCK_ROWS < npy->n_rows ? BLOCK_ROWS : npy->n_rows, npy->n_cols,
                     &block_floats))
        block = sit_malloc_array(block_floats, sizeof *block);
    if (face_ids == NULL || block == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    status = match_rows(project, &lines, face_ids, notes, result, err);
    if (status == SIT_OK)
        status = check_values(npy, block, progress, err);
    if (status == SIT_OK)
        status = npy_provenance(npy_path, &provenance, err);
    if (status == SIT_OK)
        status = feature_set_begin(project, set_name, npy->n_cols, "npy", provenance,
                                   &set_id, err);
    if (status == SIT_OK)
        status = store_rows(project, set_id, npy, face_ids, block, progress,
                            &result->n_stored, err);
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(project, set_id, err);
    if (status == SIT_OK)
        status = count_missing(project, set_id, result, err);
done:
    json_decref(provenance);
    free(block);
    free(face_ids);
    name_lines_release(&lines);
    return status;
}

enum sit_status sit_features_import(struct sit_project *project, const char *npy_path,
                                    const char *names_path, const char *set_name,
                                    const struct sit_notes *notes,
                                    const struct sit_progress *progress,
                                    struct sit_feature_result *out,
                                    struct sit_error *err)
{
    struct sit_npy npy = {0};
    enum sit_status status = sit_npy_open(npy_path, &npy, err);
    if (status != SIT_OK)
        return status;
    struct sit_feature_result result = {.n_rows = npy.n_rows, .dim = npy.n_cols};
    status = import_open(project, &npy, npy_path, names_path, set_name, notes, progress,
                         &result, err);
    sit_npy_close(&npy);
    if (status == SIT_OK)
        *out = result;
    return status;
}
