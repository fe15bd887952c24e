/*
 * Bringing labels in from files: parsed and matched first, then written in one
 * transaction.
 */
#include <stdlib.h>
#include <string.h>

#include "face_names.h"
#include "label_rows.h"
#include "label_writer.h"
#include "sitter/alloc.h"
#include "sitter/export.h"

enum { MAX_FILE_BYTES = 512 * 1024 * 1024, MAX_NOTED = 5 };

/* What a row comes to in this project. */
struct matched_row {
    int64_t face_id; /* 0: nothing to do */
    sit_class_index class_index;
};

static bool is_blank(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* Whose label a row tells; without a name nobody's. */
static const char *teller_of(const struct label_row *row)
{
    return is_blank(row->annotator) ? "import" : row->annotator;
}

struct seen_face {
    int64_t face_id;
    const char *teller;
    size_t row;
};

static int compare_seen(const void *a, const void *b)
{
    const struct seen_face *x = a, *y = b;
    if (x->face_id != y->face_id)
        return x->face_id < y->face_id ? -1 : 1;
    int order = strcmp(x->teller, y->teller);
    if (order != 0)
        return order;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* One face with two labels of one person: nobody could say which is meant. */
static enum sit_status check_contradictions(const struct label_rows *rows,
                                            const char *name,
                                            const struct matched_row *matched,
                                            struct sit_error *err)
{
    struct seen_face *seen = sit_calloc(rows->n, sizeof *seen);
    if (seen == NULL)
        return sit_error_nomem(err);
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (matched[i].face_id != 0)
            seen[n++] = (struct seen_face){matched[i].face_id,
                                           teller_of(&rows->items[i]), i};
    if (n > 1)
        qsort(seen, n, sizeof *seen, compare_seen);
    enum sit_status status = SIT_OK;
    for (size_t i = 1; status == SIT_OK && i < n; i++) {
        size_t first = seen[i - 1].row, second = seen[i].row;
        if (seen[i].face_id == seen[i - 1].face_id &&
            strcmp(seen[i].teller, seen[i - 1].teller) == 0 &&
            matched[first].class_index != matched[second].class_index)
            status = sit_error_set(err, SIT_E_FORMAT,
                                   "'%s', lines %zu and %zu give face '%s' two labels",
                                   name, rows->items[first].line,
                                   rows->items[second].line, rows->items[second].face);
    }
    free(seen);
    return status;
}

static enum sit_status match(struct sit_project *project, const struct label_rows *rows,
                             const char *name, struct matched_row *matched,
                             const struct sit_notes *notes,
                             struct sit_labels_import_result *result,
                             struct sit_error *err)
{
    struct sit_class_list classes;
    struct face_names names = {0};
    enum sit_status status = sit_project_classes(project, &classes, err);
    if (status == SIT_OK)
        status = face_names_load(project, &names, err);
    for (size_t i = 0; status == SIT_OK && i < rows->n; i++) {
        const struct label_row *row = &rows->items[i];
        if (is_blank(row->label)) {
            result->n_unlabelled++;
            continue;
        }
        matched[i].class_index = sit_class_list_find(&classes, row->label);
        if (matched[i].class_index == SIT_NO_CLASS) {
            status = sit_error_set(err, SIT_E_FORMAT,
                                   "'%s', line %zu: '%s' is no class of the project",
                                   name, row->line, row->label);
            break;
        }
        matched[i].face_id = face_names_find(&names, row->face);
        if (matched[i].face_id == 0 && ++result->n_unknown <= MAX_NOTED)
            sit_note(notes, "'%s', line %zu: no face '%s' in the project", name,
                     row->line, row->face);
    }
    if (status == SIT_OK && result->n_unknown > MAX_NOTED)
        sit_note(notes, "... and %zu more rows without a face",
                 result->n_unknown - MAX_NOTED);
    if (status == SIT_OK && result->n_unknown > 0 &&
        result->n_unknown + result->n_unlabelled == rows->n)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "none of the faces named in '%s' is in the project",
                               name);
    face_names_release(&names);
    return status;
}

/* The label that a row takes the place of: the same annotator's own; for a row that
 * names nobody also one that says the same, whoever gave it. */
static enum sit_status find_old(struct sit_project *project,
                                const struct matched_row *matched,
                                const struct label_row *row, int64_t annotator_id,
                                sit_class_index *label, struct sit_error *err)
{
    struct sit_face_state state;
    sit_class_index resolved;
    enum sit_status status = sit_project_face_state(project, matched->face_id,
                                                    annotator_id, &state, err);
    if (status == SIT_OK)
        status = sit_project_face_label(project, matched->face_id, &resolved, err);
    if (status != SIT_OK)
        return status;
    *label = (state.flags & SIT_FACE_OWN) != 0 ? state.label : SIT_NO_CLASS;
    if (is_blank(row->annotator) && resolved == matched->class_index)
        *label = resolved;
    return SIT_OK;
}

/* A person's word counts more than a file's that names nobody. */
static enum sit_status count_outvoted(struct sit_project *project,
                                      const struct matched_row *matched,
                                      struct sit_labels_import_result *result,
                                      struct sit_error *err)
{
    sit_class_index now;
    enum sit_status status = sit_project_face_label(project, matched->face_id, &now,
                                                    err);
    result->n_outvoted += status == SIT_OK && now != matched->class_index;
    return status;
}

static enum sit_status write_row(struct sit_project *project,
                                 const struct label_row *row,
                                 const struct matched_row *matched,
                                 struct sit_labels_import_result *result,
                                 struct sit_error *err)
{
    sit_class_index old = SIT_NO_CLASS;
    int64_t annotator_id = 0;
    enum sit_status status = sit_project_annotator(project, teller_of(row),
                                                   &annotator_id, err);
    if (status == SIT_OK)
        status = find_old(project, matched, row, annotator_id, &old, err);
    if (status != SIT_OK)
        return status;
    if (old == matched->class_index) {
        result->n_unchanged++;
        return SIT_OK;
    }
    status = label_writer_append(project, matched->face_id, annotator_id,
                                 matched->class_index, SIT_ORIGIN_IMPORT, row->at_ms,
                                 err);
    if (status != SIT_OK)
        return status;
    result->n_labelled++;
    result->n_changed += old != SIT_NO_CLASS;
    return count_outvoted(project, matched, result, err);
}

static enum sit_status write_rows(struct sit_project *project,
                                  const struct label_rows *rows,
                                  const struct matched_row *matched,
                                  struct sit_labels_import_result *result,
                                  struct sit_error *err)
{
    enum sit_status status = sit_project_begin(project, err);
    for (size_t i = 0; status == SIT_OK && i < rows->n; i++)
        if (matched[i].face_id != 0)
            status = write_row(project, &rows->items[i], &matched[i], result, err);
    if (status == SIT_OK)
        return sit_project_commit(project, err);
    sit_project_rollback(project);
    return status;
}

enum sit_status sit_labels_import_bytes(struct sit_project *project, const char *bytes,
                                        size_t n_bytes, const char *name,
                                        const struct sit_notes *notes,
                                        struct sit_labels_import_result *out,
                                        struct sit_error *err)
{
    struct label_rows rows = {0};
    struct sit_labels_import_result result = {0};
    enum sit_status status = label_rows_parse(bytes, n_bytes, name, &rows, err);
    if (status != SIT_OK)
        return status;
    result.n_rows = rows.n;
    struct matched_row *matched = sit_calloc(rows.n, sizeof *matched);
    if (matched == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = match(project, &rows, name, matched, notes, &result, err);
    if (status == SIT_OK)
        status = check_contradictions(&rows, name, matched, err);
    if (status == SIT_OK)
        status = write_rows(project, &rows, matched, &result, err);
    if (status == SIT_OK)
        *out = result;
    free(matched);
    label_rows_release(&rows);
    return status;
}

enum sit_status sit_labels_import(struct sit_project *project, const char *path,
                                  const struct sit_notes *notes,
                                  struct sit_labels_import_result *out,
                                  struct sit_error *err)
{
    struct sit_buf bytes = {0};
    enum sit_status status = sit_file_read(path, MAX_FILE_BYTES, &bytes, err);
    if (status == SIT_OK)
        status = sit_labels_import_bytes(project, sit_buf_text(&bytes), bytes.n_bytes,
                                         path, notes, out, err);
    sit_buf_release(&bytes);
    return status;
}
