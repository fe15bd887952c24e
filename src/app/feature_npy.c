/*
 * Feature sets from and to .npy files with a list of names.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "face_names.h"
#include "sitter/alloc.h"
#include "sitter/feature_job.h"
#include "sitter/npy.h"

enum { MAX_NAMES_BYTES = 256 * 1024 * 1024, BLOCK_ROWS = 1024 };

/* The lines of a names file; the pointers lead into its bytes. */
struct name_lines {
    struct sit_buf bytes;
    char **lines;
    size_t n;
};

static void name_lines_release(struct name_lines *lines)
{
    free(lines->lines);
    sit_buf_release(&lines->bytes);
}

static enum sit_status name_lines_read(const char *path, struct name_lines *out,
                                       struct sit_error *err)
{
    struct name_lines result = {0};
    enum sit_status status = sit_file_read(path, MAX_NAMES_BYTES, &result.bytes, err);
    if (status != SIT_OK)
        return status;
    size_t capacity = 0, n_bytes = result.bytes.n_bytes;
    char *text = result.bytes.data;
    if (n_bytes > 0 && memchr(text, '\0', n_bytes) != NULL)
        status = sit_error_set(err, SIT_E_FORMAT, "'%s' is no text: it has NUL bytes",
                               path);
    for (size_t at = 0; status == SIT_OK && at < n_bytes;) {
        char *end = memchr(text + at, '\n', n_bytes - at);
        size_t length = end != NULL ? (size_t)(end - text) - at : n_bytes - at;
        void *lines = result.lines;
        if (!sit_grow_array(&lines, &capacity, result.n + 1, sizeof *result.lines)) {
            status = sit_error_nomem(err);
            break;
        }
        result.lines = lines;
        result.lines[result.n++] = text + at;
        size_t next = at + length + 1;
        text[at + length] = '\0'; /* the buffer has a byte to spare */
        if (length > 0 && text[at + length - 1] == '\r')
            text[at + length - 1] = '\0';
        at = next;
    }
    if (status != SIT_OK) {
        name_lines_release(&result);
        return status;
    }
    *out = result;
    return SIT_OK;
}

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

static char *npy_provenance(const char *npy_path, struct sit_error *err)
{
    char hex[SIT_SHA256_HEX_BYTES];
    if (sit_sha256_file(npy_path, hex, err) != SIT_OK)
        return NULL;
    const char *slash = strrchr(npy_path, '/');
    json_t *object = json_pack("{s:s, s:s}", "file",
                               slash != NULL ? slash + 1 : npy_path, "sha256", hex);
    if (object == NULL) /* a name that is no UTF-8 */
        object = json_pack("{s:s}", "sha256", hex);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL)
        sit_error_nomem(err);
    return text;
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
    char *provenance = NULL;
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
    if (status == SIT_OK) {
        provenance = npy_provenance(npy_path, err);
        status = provenance != NULL ? SIT_OK : SIT_E_IO;
    }
    if (status == SIT_OK)
        status = sit_project_begin_feature_set(project, set_name, npy->n_cols, "npy",
                                               provenance, &set_id, err);
    if (status == SIT_OK)
        status = store_rows(project, set_id, npy, face_ids, block, progress,
                            &result->n_stored, err);
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(project, set_id, err);
    if (status == SIT_OK)
        status = count_missing(project, set_id, result, err);
done:
    free(provenance);
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

/*
 * Export
 */

struct export_rows {
    float *x;
    int64_t *face_ids;
    size_t n, capacity, dim;
};

static bool take_row(void *context, int64_t face_id, const float *vector)
{
    struct export_rows *rows = context;
    if (rows->n == rows->capacity)
        return false;
    memcpy(rows->x + rows->n * rows->dim, vector, rows->dim * sizeof *vector);
    rows->face_ids[rows->n++] = face_id;
    return true;
}

static enum sit_status names_text(struct sit_project *project,
                                  const struct export_rows *rows, struct sit_buf *text,
                                  struct sit_error *err)
{
    struct sit_face_detail detail = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < rows->n; i++) {
        status = sit_project_face_detail(project, rows->face_ids[i], &detail, err);
        if (status == SIT_OK && strpbrk(detail.name, "\r\n") != NULL)
            status = sit_error_set(
                err, SIT_E_FORMAT,
                "face '%s' cannot stand in a list of names: it has a "
                "line break",
                detail.name);
        if (status == SIT_OK)
            sit_buf_appendf(text, "%s\n", detail.name);
    }
    if (status == SIT_OK && text->failed)
        status = sit_error_nomem(err);
    sit_face_detail_release(&detail);
    return status;
}

enum sit_status sit_features_export(struct sit_project *project, const char *set_name,
                                    const char *npy_path, const char *names_path,
                                    size_t *n_faces, struct sit_error *err)
{
    struct sit_feature_set set = {0};
    struct export_rows rows = {0};
    struct sit_buf names = {0};
    enum sit_status status = sit_project_feature_set(project, set_name, &set, err);
    if (status != SIT_OK)
        return status;
    size_t n_floats;
    if (sit_mul_size(set.n_faces, set.dim, &n_floats)) {
        rows = (struct export_rows){.capacity = set.n_faces, .dim = set.dim};
        rows.x = sit_malloc_array(n_floats, sizeof *rows.x);
        rows.face_ids = sit_calloc(set.n_faces, sizeof *rows.face_ids);
    }
    if (rows.x == NULL || rows.face_ids == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK && set.n_faces == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND, "feature set '%s' is empty",
                               set.name);
    if (status == SIT_OK)
        status = sit_project_features(project, set.id, set.dim, 0, take_row, &rows,
                                      err);
    if (status == SIT_OK)
        status = names_text(project, &rows, &names, err);
    if (status == SIT_OK)
        status = sit_npy_write(npy_path, rows.x, rows.n, rows.dim, err);
    if (status == SIT_OK) {
        status = sit_file_write_atomic(names_path, sit_buf_text(&names), names.n_bytes,
                                       err);
        struct stat info;
        if (status != SIT_OK && stat(npy_path, &info) == 0 && S_ISREG(info.st_mode))
            unlink(npy_path); /* rows that nobody can name are of no use */
    }
    if (status == SIT_OK)
        *n_faces = rows.n;
    sit_buf_release(&names);
    free(rows.x);
    free(rows.face_ids);
    free(set.provenance);
    return status;
}
