/*
 * Loading the whole collection as compact columns.
 */
#include "db.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

void sit_face_table_release(struct sit_face_table *table)
{
    free(table->id);
    free(table->source);
    free(table->split);
    free(table->label);
    free(table->confirmed);
    *table = (struct sit_face_table){0};
}

size_t sit_face_table_find(const struct sit_face_table *table, int64_t face_id)
{
    size_t low = 0, high = table->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->id[middle] < face_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->n && table->id[low] == face_id ? low : SIZE_MAX;
}

static bool allocate(struct sit_face_table *table, size_t n)
{
    table->id = sit_calloc(n, sizeof *table->id);
    table->source = sit_calloc(n, sizeof *table->source);
    table->split = sit_calloc(n, sizeof *table->split);
    table->label = sit_calloc(n, sizeof *table->label);
    table->confirmed = sit_calloc(n, sizeof *table->confirmed);
    return table->id != NULL && table->source != NULL && table->split != NULL &&
           table->label != NULL && table->confirmed != NULL;
}

/* Faces by id; sources are numbered by looking their ids up in the sorted list of ids.
 */
static enum sit_status load_faces(struct sit_project *project,
                                  struct sit_face_table *table, size_t capacity,
                                  struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT id, source_id, split = 'test' FROM face ORDER BY id", err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        if (table->n == capacity) {
            sqlite3_reset(stmt);
            return sit_error_set(err, SIT_E_FORMAT, "'%s' is damaged: faces miscounted",
                                 project->path);
        }
        size_t i = table->n++;
        table->id[i] = sqlite3_column_int64(stmt, 0);
        int64_t source = sqlite3_column_int64(stmt, 1);
        table->source[i] = source > 0 && source < UINT32_MAX ? (uint32_t)source : 0;
        table->split[i] = sqlite3_column_int(stmt, 2) != 0 ? SIT_TEST : SIT_TRAIN;
        table->label[i] = SIT_NO_CLASS;
    }
}

/* Source ids become positions among the ids that occur. */
static enum sit_status number_sources(struct sit_project *project,
                                      struct sit_face_table *table,
                                      struct sit_error *err)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < table->n; i++)
        if (table->source[i] > largest)
            largest = table->source[i];
    int64_t n_sources;
    enum sit_status status = db_number(
        project, "SELECT coalesce(max(id), 0) FROM source", &n_sources, err);
    if (status != SIT_OK)
        return status;
    if ((int64_t)largest > n_sources)
        return sit_error_set(err, SIT_E_FORMAT, "'%s' is damaged: a face has no source",
                             project->path);
    uint32_t *number = sit_calloc((size_t)largest + 1, sizeof *number);
    if (number == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < table->n; i++)
        number[table->source[i]] = 1;
    uint32_t next = 0;
    for (size_t i = 0; i <= largest; i++)
        if (number[i] != 0)
            number[i] = next++;
    for (size_t i = 0; i < table->n; i++)
        table->source[i] = number[table->source[i]];
    table->n_sources = table->n > 0 ? next : 0;
    free(number);
    return SIT_OK;
}

static enum sit_status load_labels(struct sit_project *project,
                                   struct sit_face_table *table, struct sit_error *err)
{
    /* SQLite gives the other columns of the row that has the maximum; the index
     * event_face covers all of it. */
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT face_id, max(id), class_id, confirmed FROM event GROUP BY face_id",
        err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        int64_t event_id = sqlite3_column_int64(stmt, 1);
        if (event_id > table->last_event_id)
            table->last_event_id = event_id;
        size_t i = sit_face_table_find(table, sqlite3_column_int64(stmt, 0));
        if (i == SIZE_MAX)
            continue;
        table->label[i] = db_class_index(stmt, 2);
        table->confirmed[i] = sqlite3_column_int(stmt, 3) != 0;
    }
}

enum sit_status sit_face_table_load(struct sit_project *project,
                                    struct sit_face_table *out, struct sit_error *err)
{
    struct sit_face_table table = {0};
    bool own_snapshot = sqlite3_get_autocommit(project->db) != 0;
    enum sit_status status = SIT_OK;
    if (own_snapshot) /* one snapshot for the three reads */
        status = db_exec(project, "BEGIN", err);
    size_t n = 0;
    if (status == SIT_OK)
        status = sit_project_count_faces(project, &n, err);
    if (status == SIT_OK && !allocate(&table, n))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = load_faces(project, &table, n, err);
    if (status == SIT_OK)
        status = number_sources(project, &table, err);
    if (status == SIT_OK)
        status = load_labels(project, &table, err);
    if (own_snapshot)
        sit_project_rollback(project);
    if (status != SIT_OK) {
        sit_face_table_release(&table);
        return status;
    }
    *out = table;
    return SIT_OK;
}
