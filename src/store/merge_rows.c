/*
 * Events and remarks of another copy of a project: those that are new are appended with
 * the uid, clock and words that they have there, in the order in which they arrived
 * there, so that what an event refers to is there before it.
 */
#include "merge_map.h"

#include <stdio.h>
#include <string.h>

enum { UID_BYTES = 16 };
/* Clocks count events; more than this is forged, and would leave none to come. */
#define MAX_CLOCK ((int64_t)1 << 53)

/* The row with the uid in column `column` of `row_stmt`, where `into` has it. */
static enum sit_status find_uid(struct merge *merge, const char *sql,
                                sqlite3_stmt *row_stmt, int column, sqlite3_stmt **out,
                                struct sit_error *err)
{
    const void *uid = sqlite3_column_blob(row_stmt, column);
    *out = NULL;
    if (uid == NULL || sqlite3_column_type(row_stmt, column) != SQLITE_BLOB ||
        sqlite3_column_bytes(row_stmt, column) != UID_BYTES)
        return merge_damaged(merge, "an event has no uid", err);
    sqlite3_stmt *stmt = db_prepare(merge->into, sql, err);
    sqlite3_bind_blob(stmt, 1, uid, UID_BYTES, SQLITE_STATIC);
    bool row;
    enum sit_status status = db_step(merge->into, stmt, &row, err);
    if (status == SIT_OK && row)
        *out = stmt;
    return status;
}

/* Columns of an event as both statements below have them. */
enum {
    E_UID = 0,
    E_FACE,
    E_ANNOTATOR,
    E_KIND,
    E_ORIGIN,
    E_CLASS,
    E_CONFIRMED,
    E_AT,
    E_SPENT,
    E_SUGGESTED,
    E_P,
    E_VISIBLE,
    E_BATCH,
    E_UNDOES,
    E_RESTORES,
    E_CLOCK,
    E_REASON,
    E_QUEUE,
    E_ADJUDICATES,
    E_BLIND,
    E_N,
    E_ID = E_N
};

#define EVENT_COLUMNS                                                                  \
    "uid, face_id, annotator_id, kind, origin, class_id, confirmed, at_ms, spent_ms,"  \
    " suggested_class_id, suggested_p, suggestion_visible, batch, undoes, restores,"   \
    " clock, reason, queue, adjudicates, blind"

/* Bind a column as it is. */
static void copy_column(sqlite3_stmt *to, sqlite3_stmt *from, int column)
{
    sqlite3_bind_value(to, column + 1, sqlite3_column_value(from, column));
}

static enum sit_status bind_class(struct merge *merge, sqlite3_stmt *to,
                                  sqlite3_stmt *from, int column, struct sit_error *err)
{
    if (sqlite3_column_type(from, column) == SQLITE_NULL)
        return SIT_OK;
    int64_t id = sqlite3_column_int64(from, column);
    if (id < 1 || id > SIT_PROJECT_MAX_CLASSES || merge->class_ids[id] == 0)
        return merge_damaged(merge, "an event has a class that is not there", err);
    sqlite3_bind_int64(to, column + 1, merge->class_ids[id]);
    return SIT_OK;
}

static enum sit_status bind_event(struct merge *merge, sqlite3_stmt *to,
                                  sqlite3_stmt *from, int column, struct sit_error *err)
{
    if (sqlite3_column_type(from, column) == SQLITE_NULL)
        return SIT_OK;
    const struct merge_pair *pair = merge_map_find(&merge->events,
                                                   sqlite3_column_int64(from, column));
    if (pair == NULL)
        return merge_damaged(merge, "an event undoes one that is not there", err);
    sqlite3_bind_int64(to, column + 1, pair->into);
    return SIT_OK;
}

/* Batches of one number in `from` have one number in `into`, which no other has. The
 * newest are looked for most. */
static enum sit_status map_batch(struct merge *merge, int64_t from, int64_t *into,
                                 struct sit_error *err)
{
    for (size_t i = merge->batches.n; i > 0; i--)
        if (merge->batches.items[i - 1].from == from) {
            *into = merge->batches.items[i - 1].into;
            return SIT_OK;
        }
    if (*into == 0) {
        enum sit_status status = sit_project_new_batch(merge->into, into, err);
        if (status != SIT_OK)
            return status;
    }
    return merge_map_push(&merge->batches, from, *into) ? SIT_OK : sit_error_nomem(err);
}

static enum sit_status check_clock(const struct merge *merge, sqlite3_stmt *from,
                                   int column, struct sit_error *err)
{
    int64_t clock = sqlite3_column_int64(from, column);
    if (sqlite3_column_type(from, column) != SQLITE_INTEGER || clock < 0 ||
        clock > MAX_CLOCK)
        return merge_damaged(merge, "an event's clock is impossible", err);
    return SIT_OK;
}

/* What breaks the table's rules there breaks them here. */
static enum sit_status insert(struct merge *merge, sqlite3_stmt *stmt,
                              struct sit_error *err)
{
    struct sit_error cause = {0};
    enum sit_status status = db_run(merge->into, stmt, &cause);
    if (status == SIT_E_EXISTS)
        return merge_damaged(merge, cause.message, err);
    if (status != SIT_OK)
        return sit_error_set(err, status, "%s", cause.message);
    return SIT_OK;
}

static enum sit_status insert_event(struct merge *merge, sqlite3_stmt *from,
                                    int64_t face_id, int64_t annotator_id, int64_t *id,
                                    struct sit_error *err)
{
    enum sit_status status = check_clock(merge, from, E_CLOCK, err);
    int64_t batch = 0;
    if (status == SIT_OK && sqlite3_column_int64(from, E_BATCH) != 0)
        status = map_batch(merge, sqlite3_column_int64(from, E_BATCH), &batch, err);
    if (status != SIT_OK)
        return status;
    sqlite3_stmt *stmt = db_prepare(merge->into,
                                    "INSERT INTO event (" EVENT_COLUMNS ") VALUES (?,"
                                    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                    " ?, ?, ?)",
                                    err);
    if (stmt == NULL)
        return merge->into->prepare_status;
    static const int as_they_are[] = {
        E_UID,     E_KIND,  E_ORIGIN, E_CONFIRMED, E_AT,          E_SPENT, E_P,
        E_VISIBLE, E_CLOCK, E_REASON, E_QUEUE,     E_ADJUDICATES, E_BLIND};
    for (size_t i = 0; i < sizeof as_they_are / sizeof as_they_are[0]; i++)
        copy_column(stmt, from, as_they_are[i]);
    sqlite3_bind_int64(stmt, E_FACE + 1, face_id);
    sqlite3_bind_int64(stmt, E_ANNOTATOR + 1, annotator_id);
    if (batch != 0)
        sqlite3_bind_int64(stmt, E_BATCH + 1, batch);
    status = bind_class(merge, stmt, from, E_CLASS, err);
    if (status == SIT_OK)
        status = bind_class(merge, stmt, from, E_SUGGESTED, err);
    if (status == SIT_OK)
        status = bind_event(merge, stmt, from, E_UNDOES, err);
    if (status == SIT_OK)
        status = bind_event(merge, stmt, from, E_RESTORES, err);
    if (status == SIT_OK)
        status = insert(merge, stmt, err);
    if (status == SIT_OK)
        *id = sqlite3_last_insert_rowid(merge->into->db);
    return status;
}

/* An event that both have must be the same one. */
static enum sit_status take_known(struct merge *merge, sqlite3_stmt *from,
                                  sqlite3_stmt *known, int64_t face_id,
                                  int64_t annotator_id, int64_t *id,
                                  struct sit_error *err)
{
    *id = sqlite3_column_int64(known, 0);
    int64_t batch = sqlite3_column_int64(known, 4);
    bool same = sqlite3_column_int64(known, 1) == face_id &&
                sqlite3_column_int64(known, 2) == annotator_id &&
                sqlite3_column_int64(known, 3) == sqlite3_column_int64(from, E_CLOCK);
    sqlite3_reset(known);
    if (!same)
        return merge_damaged(merge, "an event is not what it is here", err);
    merge->counts->n_events_known++;
    int64_t from_batch = sqlite3_column_int64(from, E_BATCH);
    return from_batch != 0 && batch != 0 ? map_batch(merge, from_batch, &batch, err)
                                         : SIT_OK;
}

static enum sit_status take_event(struct merge *merge, sqlite3_stmt *from,
                                  struct sit_error *err)
{
    int64_t face_id = 0, annotator_id = 0, id = 0;
    sqlite3_stmt *known = NULL;
    enum sit_status status = merge_face(merge, sqlite3_column_int64(from, E_FACE),
                                        &face_id, err);
    if (status == SIT_OK)
        status = merge_annotator(merge, sqlite3_column_int64(from, E_ANNOTATOR),
                                 &annotator_id, err);
    if (status == SIT_OK)
        status = find_uid(merge,
                          "SELECT id, face_id, annotator_id, clock, batch FROM event"
                          " WHERE uid = ?",
                          from, E_UID, &known, err);
    if (status == SIT_OK && known != NULL) {
        status = take_known(merge, from, known, face_id, annotator_id, &id, err);
    } else if (status == SIT_OK) {
        status = insert_event(merge, from, face_id, annotator_id, &id, err);
        merge->counts->n_events_new++;
    }
    if (status == SIT_OK &&
        !merge_map_push(&merge->events, sqlite3_column_int64(from, E_ID), id))
        status = sit_error_nomem(err);
    return status;
}

typedef enum sit_status take_row_fn(struct merge *merge, sqlite3_stmt *from,
                                    struct sit_error *err);

static enum sit_status take_rows(struct merge *merge, const char *sql,
                                 take_row_fn *take_row, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(merge->from, sql, err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(merge->from, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        status = take_row(merge, stmt, err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
    }
}

/*
 * Remarks
 */

enum { R_UID = 0, R_CLOCK, R_FACE, R_ANNOTATOR, R_AT, R_KIND, R_TEXT };

static enum sit_status insert_remark(struct merge *merge, sqlite3_stmt *from,
                                     int64_t face_id, int64_t annotator_id,
                                     struct sit_error *err)
{
    enum sit_status status = check_clock(merge, from, R_CLOCK, err);
    if (status != SIT_OK)
        return status;
    sqlite3_stmt *stmt = db_prepare(
        merge->into,
        "INSERT INTO remark (uid, clock, face_id, annotator_id, at_ms, kind, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        err);
    if (stmt == NULL)
        return merge->into->prepare_status;
    for (int column = R_UID; column <= R_TEXT; column++)
        copy_column(stmt, from, column);
    sqlite3_bind_int64(stmt, R_FACE + 1, face_id);
    sqlite3_bind_int64(stmt, R_ANNOTATOR + 1, annotator_id);
    return insert(merge, stmt, err);
}

static enum sit_status take_remark(struct merge *merge, sqlite3_stmt *from,
                                   struct sit_error *err)
{
    int64_t face_id = 0, annotator_id = 0;
    sqlite3_stmt *known = NULL;
    enum sit_status status = find_uid(merge, "SELECT id FROM remark WHERE uid = ?",
                                      from, R_UID, &known, err);
    if (status == SIT_OK && known != NULL) {
        sqlite3_reset(known);
        merge->counts->n_remarks_known++;
        return SIT_OK;
    }
    if (status == SIT_OK)
        status = merge_face(merge, sqlite3_column_int64(from, R_FACE), &face_id, err);
    if (status == SIT_OK)
        status = merge_annotator(merge, sqlite3_column_int64(from, R_ANNOTATOR),
                                 &annotator_id, err);
    if (status == SIT_OK)
        status = insert_remark(merge, from, face_id, annotator_id, err);
    merge->counts->n_remarks_new += status == SIT_OK;
    return status;
}

enum sit_status sit_project_merge_rows(struct sit_project *into,
                                       struct sit_project *from, bool force,
                                       const struct sit_notes *notes,
                                       struct sit_merge_counts *counts,
                                       struct sit_error *err)
{
    struct merge merge = {.into = into, .from = from, .notes = notes, .counts = counts};
    enum sit_status status = db_exec(from, "BEGIN", err); /* one snapshot */
    if (status == SIT_OK)
        status = merge_read_maps(&merge, force, err);
    if (status == SIT_OK)
        status = take_rows(&merge,
                           "SELECT " EVENT_COLUMNS ", id FROM event ORDER BY id",
                           take_event, err);
    if (status == SIT_OK)
        status = take_rows(&merge,
                           "SELECT uid, clock, face_id, annotator_id, at_ms, kind, text"
                           " FROM remark ORDER BY id",
                           take_remark, err);
    sit_project_rollback(from);
    merge_map_release(&merge.faces);
    merge_map_release(&merge.annotators);
    merge_map_release(&merge.events);
    merge_map_release(&merge.batches);
    return status;
}
