/*
 * Loading the whole collection as compact columns.
 */
#include "face_votes.h"

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
    free(table->flags);
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
    table->flags = sit_calloc(n, sizeof *table->flags);
    return table->id != NULL && table->source != NULL && table->split != NULL &&
           table->label != NULL && table->confirmed != NULL && table->flags != NULL;
}

/* The shares of the project, and which of them a digest belongs to. */
struct shares {
    double overlap, retest;
};

static enum sit_status read_shares(struct sit_project *project, struct shares *shares,
                                   struct sit_error *err)
{
    enum sit_status status = sit_project_share(project, SIT_SHARE_OVERLAP,
                                               &shares->overlap, err);
    if (status == SIT_OK)
        status = sit_project_share(project, SIT_SHARE_RETEST, &shares->retest, err);
    return status;
}

static uint8_t share_flags(const struct shares *shares, sqlite3_stmt *stmt, int column)
{
    if (sqlite3_column_bytes(stmt, column) != SIT_SHA256_BYTES)
        return 0;
    const uint8_t *digest = sqlite3_column_blob(stmt, column);
    if (digest == NULL)
        return 0;
    unsigned overlap = sit_share_has(SIT_SHARE_OVERLAP, shares->overlap, digest);
    unsigned retest = sit_share_has(SIT_SHARE_RETEST, shares->retest, digest);
    return (uint8_t)(overlap * SIT_FACE_OVERLAP | retest * SIT_FACE_RETEST);
}

/* Faces by id; sources are numbered by looking their ids up in the sorted list of ids.
 */
static enum sit_status load_faces(struct sit_project *project,
                                  struct sit_face_table *table, size_t capacity,
                                  struct sit_error *err)
{
    struct shares shares;
    enum sit_status status = read_shares(project, &shares, err);
    if (status != SIT_OK)
        return status;
    bool any_share = shares.overlap > 0 || shares.retest > 0;
    sqlite3_stmt *stmt = db_prepare(
        project,
        any_share ? "SELECT id, source_id, split = 'test', sha256 FROM face ORDER BY id"
                  : "SELECT id, source_id, split = 'test' FROM face ORDER BY id",
        err);
    for (;;) {
        bool row;
        status = db_step(project, stmt, &row, err);
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
        if (any_share)
            table->flags[i] = share_flags(&shares, stmt, 3);
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

struct bookmarks {
    struct sit_face_table *table;
    int64_t annotator_id;
};

static enum sit_status take_bookmark(void *context, const struct sit_remark *remark,
                                     struct sit_error *err)
{
    (void)err;
    const struct bookmarks *bookmarks = context;
    if (remark->kind != SIT_REMARK_BOOKMARK ||
        (bookmarks->annotator_id != 0 &&
         remark->annotator_id != bookmarks->annotator_id))
        return SIT_OK;
    size_t i = sit_face_table_find(bookmarks->table, remark->face_id);
    if (i != SIZE_MAX)
        bookmarks->table->flags[i] |= SIT_FACE_BOOKMARKED;
    return SIT_OK;
}

static enum sit_status load_labels(struct sit_project *project, int64_t annotator_id,
                                   struct sit_face_table *table, struct sit_error *err)
{
    struct bookmarks bookmarks = {table, annotator_id};
    enum sit_status status = sit_project_remarks(project, take_bookmark, &bookmarks,
                                                 err);
    if (status == SIT_OK)
        status = sit_project_last_event(project, &table->last_event_id, err);
    if (status != SIT_OK)
        return status;
    struct face_votes votes;
    status = face_votes_begin(&votes, project, INT64_MIN, false, err);
    for (size_t i = 0; status == SIT_OK && i < table->n && votes.has_row; i++) {
        if (table->id[i] < votes.row_face_id && table->flags[i] == 0)
            continue;
        status = face_votes_read(&votes, table->id[i], err);
        struct sit_face_state state = face_votes_resolve(votes.items, votes.n,
                                                         annotator_id, table->flags[i]);
        table->label[i] = state.label;
        table->confirmed[i] = state.confirmed;
        table->flags[i] = state.flags;
        table->n_disputed += (state.flags & SIT_FACE_DISPUTED) != 0;
    }
    face_votes_release(&votes);
    return status;
}

/* Room for all faces. Ids are given one after the other, so that the largest is about
 * their number; counting would walk them all once more. */
static enum sit_status find_room(struct sit_project *project, size_t *n,
                                 struct sit_error *err)
{
    enum { USUAL_IDS = 1 << 22 };
    int64_t largest;
    enum sit_status status = db_number(project, "SELECT coalesce(max(id), 0) FROM face",
                                       &largest, err);
    if (status != SIT_OK)
        return status;
    if (largest < 0 || largest > USUAL_IDS)
        return sit_project_count_faces(project, n, err);
    *n = (size_t)largest;
    return SIT_OK;
}

enum sit_status sit_face_table_load(struct sit_project *project, int64_t annotator_id,
                                    struct sit_face_table *out, struct sit_error *err)
{
    struct sit_face_table table = {0};
    bool own_snapshot = sqlite3_get_autocommit(project->db) != 0;
    enum sit_status status = SIT_OK;
    if (own_snapshot) /* one snapshot for all reads */
        status = db_exec(project, "BEGIN", err);
    size_t n = 0;
    if (status == SIT_OK)
        status = find_room(project, &n, err);
    if (status == SIT_OK && !allocate(&table, n))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = load_faces(project, &table, n, err);
    if (status == SIT_OK)
        status = number_sources(project, &table, err);
    if (status == SIT_OK)
        status = load_labels(project, annotator_id, &table, err);
    if (own_snapshot)
        sit_project_rollback(project);
    if (status != SIT_OK) {
        sit_face_table_release(&table);
        return status;
    }
    *out = table;
    return SIT_OK;
}

/* Whether there is a bookmark that counts on the face. */
static enum sit_status add_bookmark(struct sit_project *project, int64_t face_id,
                                    int64_t annotator_id, uint8_t *flags,
                                    struct sit_error *err)
{
    struct sit_face_table table = {
        .n = 1, .id = &face_id, .flags = flags}; /* of one face */
    struct bookmarks bookmarks = {&table, annotator_id};
    return sit_project_face_remarks(project, face_id, take_bookmark, &bookmarks, err);
}

enum sit_status sit_project_face_state(struct sit_project *project, int64_t face_id,
                                       int64_t annotator_id, struct sit_face_state *out,
                                       struct sit_error *err)
{
    struct shares shares;
    struct face_votes votes = {0};
    uint8_t flags = 0;
    bool row;
    enum sit_status status = read_shares(project, &shares, err);
    if (status != SIT_OK)
        return status;
    sqlite3_stmt *stmt = db_prepare(project, "SELECT sha256 FROM face WHERE id = ?",
                                    err);
    sqlite3_bind_int64(stmt, 1, face_id);
    status = db_step(project, stmt, &row, err);
    if (status == SIT_OK && row) {
        flags = share_flags(&shares, stmt, 0);
        sqlite3_reset(stmt);
    }
    if (status == SIT_OK)
        status = add_bookmark(project, face_id, annotator_id, &flags, err);
    if (status == SIT_OK)
        status = face_votes_begin(&votes, project, face_id, true, err);
    if (status == SIT_OK)
        status = face_votes_read(&votes, face_id, err);
    if (status == SIT_OK)
        *out = face_votes_resolve(votes.items, votes.n, annotator_id, flags);
    face_votes_release(&votes);
    return status;
}
