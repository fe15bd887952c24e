/*
 * Annotators, and the shares of the collection that several of them label.
 */
#include "db.h"

#include <string.h>

enum sit_status sit_project_annotator(struct sit_project *project, const char *name,
                                      int64_t *id, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "SELECT id FROM annotator WHERE name = ?",
                                    err);
    db_bind_text(stmt, 1, name);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (row) {
        *id = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
        return SIT_OK;
    }
    stmt = db_prepare(project,
                      "INSERT INTO annotator (name, is_person)"
                      " VALUES (?1, ?1 NOT IN ('import', 'demo'))",
                      err);
    db_bind_text(stmt, 1, name);
    status = db_run(project, stmt, err);
    if (status == SIT_OK)
        *id = sqlite3_last_insert_rowid(project->db);
    return status;
}

enum sit_status sit_project_annotators(struct sit_project *project,
                                       sit_annotator_fn *visit, void *context,
                                       struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT a.id, a.name, a.is_person, coalesce(sum(NOT n.adjudicates), 0),"
        " coalesce(sum(n.adjudicates), 0) FROM annotator AS a"
        " LEFT JOIN label_now AS n ON n.annotator_id = a.id AND n.class_id IS NOT NULL"
        " GROUP BY a.id ORDER BY a.id",
        err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        struct sit_annotator annotator = {
            .id = sqlite3_column_int64(stmt, 0),
            .name = (const char *)sqlite3_column_text(stmt, 1),
            .is_person = sqlite3_column_int(stmt, 2) != 0,
            .n_labels = (size_t)sqlite3_column_int64(stmt, 3),
            .n_adjudications = (size_t)sqlite3_column_int64(stmt, 4),
        };
        status = annotator.name != NULL ? visit(context, &annotator, err)
                                        : sit_error_nomem(err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
    }
}

enum sit_status sit_project_ratings(struct sit_project *project, sit_rating_fn *visit,
                                    void *context, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT n.face_id, f.source_id, n.annotator_id, n.class_id, g.blind, g.clock"
        " FROM label_now AS n JOIN annotator AS a ON a.id = n.annotator_id"
        " JOIN face AS f ON f.id = n.face_id JOIN event AS e ON e.id = n.event_id"
        " JOIN event AS g ON g.id = coalesce(e.restores, e.id)"
        " WHERE a.is_person AND NOT n.adjudicates AND n.class_id IS NOT NULL"
        " ORDER BY n.face_id, n.annotator_id",
        err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        struct sit_rating rating = {
            .face_id = sqlite3_column_int64(stmt, 0),
            .source = (uint32_t)sqlite3_column_int64(stmt, 1),
            .annotator_id = sqlite3_column_int64(stmt, 2),
            .class_index = db_class_index(stmt, 3),
            .blind = sqlite3_column_int(stmt, 4) != 0,
            .clock = sqlite3_column_int64(stmt, 5),
        };
        status = visit(context, &rating, err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
    }
}

#define STANDING                                                                       \
    "SELECT n.face_id, n.annotator_id, a.name, a.is_person, n.adjudicates, "           \
    "n.class_id,"                                                                      \
    " n.confirmed, n.clock FROM label_now AS n"                                        \
    " CROSS JOIN annotator AS a ON a.id = n.annotator_id"                              \
    " WHERE n.class_id IS NOT NULL"

enum sit_status sit_project_standing_labels(struct sit_project *project,
                                            int64_t face_id,
                                            sit_standing_label_fn *visit, void *context,
                                            struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project,
                                    face_id != 0 ? STANDING
                                        " AND n.face_id = ? ORDER BY n.clock"
                                                 : STANDING " ORDER BY n.face_id",
                                    err);
    if (face_id != 0)
        sqlite3_bind_int64(stmt, 1, face_id);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        const char *name = (const char *)sqlite3_column_text(stmt, 2);
        struct sit_standing_label label = {
            .face_id = sqlite3_column_int64(stmt, 0),
            .annotator_id = sqlite3_column_int64(stmt, 1),
            .annotator = name != NULL ? name : "",
            .is_person = sqlite3_column_int(stmt, 3) != 0,
            .adjudicates = sqlite3_column_int(stmt, 4) != 0,
            .class_index = db_class_index(stmt, 5),
            .confirmed = sqlite3_column_int(stmt, 6) != 0,
            .clock = sqlite3_column_int64(stmt, 7),
        };
        status = visit(context, &label, err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
    }
}

/*
 * Shares
 */

static const char *const SHARE_NAMES[] = {"overlap", "retest"};

enum sit_status sit_project_share(struct sit_project *project, enum sit_share which,
                                  double *share, struct sit_error *err)
{
    /* SQLite reads and writes numbers alike in every locale. */
    sqlite3_stmt *stmt = db_prepare(
        project, "SELECT CAST(value AS REAL) FROM setting WHERE key = ?", err);
    db_bind_text(stmt, 1, SHARE_NAMES[which]);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    double value = row ? sqlite3_column_double(stmt, 0) : 0;
    if (row)
        sqlite3_reset(stmt);
    *share = value >= 0 && value <= 1 ? value : 0;
    return SIT_OK;
}

enum sit_status sit_project_set_share(struct sit_project *project, enum sit_share which,
                                      double share, struct sit_error *err)
{
    if (!(share >= 0 && share <= 1))
        return sit_error_set(err, SIT_E_ARG, "a share lies between 0 and 1");
    sqlite3_stmt *stmt = db_prepare(project,
                                    "INSERT OR REPLACE INTO setting (key, value)"
                                    " VALUES (?, ?)",
                                    err);
    db_bind_text(stmt, 1, SHARE_NAMES[which]);
    sqlite3_bind_double(stmt, 2, share);
    return db_run(project, stmt, err);
}

bool sit_share_has(enum sit_share which, double share,
                   const uint8_t sha256[SIT_SHA256_BYTES])
{
    /* A digest is as good as a random number; each share takes bytes of its own. */
    uint32_t place = 0;
    for (size_t i = 0; i < 4; i++)
        place = place << 8 | sha256[4 * (size_t)which + i];
    return place < share * 4294967296.0;
}
