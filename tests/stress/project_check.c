/*
 * The checks, by a connection of their own.
 */
#include "project_check.h"

#include "unit/project_support.h"

enum { MAX_UNITS = 65536 };

#define NEWEST                                                                         \
    "newest AS (SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY face_id,"     \
    " annotator_id, adjudicates ORDER BY clock DESC, uid DESC) AS r FROM event)"       \
    " WHERE r = 1)"

/* What a query gives and what it must. */
static const struct {
    const char *sql, *expected;
} checks[] = {
    {"PRAGMA integrity_check", "ok"},
    {"SELECT count(*) FROM pragma_foreign_key_check", "0"},
    /* The labels in force are the newest events', no more and no fewer. */
    {"WITH " NEWEST
     ", expected AS (SELECT face_id, annotator_id, adjudicates, class_id,"
     " confirmed, id AS event_id, clock FROM newest), found AS (SELECT face_id,"
     " annotator_id, adjudicates, class_id, confirmed, event_id, clock FROM label_now)"
     " SELECT count(*) FROM (SELECT * FROM (SELECT * FROM expected EXCEPT"
     " SELECT * FROM found) UNION ALL SELECT * FROM (SELECT * FROM found"
     " EXCEPT SELECT * FROM expected))",
     "0"},
    /* A batch is undone and done again wholly. */
    {"SELECT count(*) FROM (SELECT sum(kind IN ('label', 'confirm')) AS given,"
     " sum(kind = 'undo') AS undone, sum(kind = 'redo') AS redone FROM event"
     " WHERE batch IS NOT NULL GROUP BY batch)"
     " WHERE given = 0 OR undone % given <> 0 OR redone % given <> 0",
     "0"},
    /* Undo and redo are of the same annotator, face and label. */
    {"SELECT count(*) FROM event AS e JOIN event AS d ON d.id = e.undoes WHERE"
     " (e.face_id, e.annotator_id, e.adjudicates, coalesce(e.batch, 0)) <>"
     " (d.face_id, d.annotator_id, d.adjudicates, coalesce(d.batch, 0))",
     "0"},
    {"SELECT count(*) FROM event WHERE (undoes IS NULL) <>"
     " (kind IN ('label', 'confirm'))",
     "0"},
};

/* By one connection: this is done after every fault. */
void check_file(const char *path)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        sqlite3_stmt *stmt = NULL;
        if (sqlite3_prepare_v2(db, checks[i].sql, -1, &stmt, NULL) != SQLITE_OK ||
            sqlite3_step(stmt) != SQLITE_ROW)
            fail_msg("%s: %s", checks[i].sql, sqlite3_errmsg(db));
        const char *found = (const char *)sqlite3_column_text(stmt, 0);
        if (strcmp(found, checks[i].expected) != 0)
            fail_msg("%s: %s", checks[i].sql, found);
        sqlite3_finalize(stmt);
    }
    sqlite3_close(db);
}

char *check_whole_state(const char *path)
{
    return query_text(path,
                      "WITH " NEWEST " SELECT annotator_id, face_id, adjudicates,"
                      " class_id, confirmed FROM newest WHERE class_id IS NOT NULL"
                      " UNION ALL SELECT 'events', count(*), count(DISTINCT batch),"
                      " max(clock), 0 FROM event"
                      " UNION ALL SELECT kind, face_id, annotator_id, text, 0 FROM"
                      " remark UNION ALL SELECT 'faces', count(*), 0, 0, 0 FROM face"
                      " ORDER BY 1, 2, 3");
}

static char *state_where(const char *path, const char *annotator, const char *is)
{
    struct sit_buf sql = {0};
    sit_buf_appendf(&sql,
                    "WITH " NEWEST " SELECT a.name, n.face_id, n.adjudicates,"
                    " n.class_id, n.confirmed FROM newest AS n JOIN annotator AS a"
                    " ON a.id = n.annotator_id WHERE a.name %s '%s' AND n.class_id IS"
                    " NOT NULL ORDER BY 1, 2, 3",
                    is, annotator);
    char *text = query_text(path, sit_buf_text(&sql));
    sit_buf_release(&sql);
    return text != NULL ? text : calloc(1, 1);
}

char *check_state(const char *path, const char *annotator)
{
    return state_where(path, annotator, "=");
}

char *check_others_state(const char *path, const char *annotator)
{
    return state_where(path, annotator, "<>");
}

int64_t check_last_event(const char *path)
{
    return query_number(path, "SELECT coalesce(max(id), 0) FROM event");
}

size_t check_units(const char *path, const char *annotator, int64_t after_id,
                   struct check_unit *out, size_t max)
{
    struct sit_buf sql = {0};
    sit_buf_appendf(&sql,
                    "SELECT substr(kind, 1, 1), coalesce(batch, 0), face_id,"
                    " coalesce(class_id, 0) - 1 FROM event WHERE id > %lld AND origin"
                    " NOT IN ('import', 'demo') AND annotator_id = (SELECT id FROM"
                    " annotator WHERE name = '%s') ORDER BY clock, uid",
                    (long long)after_id, annotator);
    char *text = query_text(path, sit_buf_text(&sql)), *rest = text, *line;
    size_t n = 0;
    while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
        struct check_unit unit = {.n = 1};
        long long batch, face_id;
        assert_int_equal(sscanf(line, "%c|%lld|%lld|%d", &unit.kind, &batch, &face_id,
                                &unit.class_index),
                         4);
        unit.batch = batch;
        unit.face_id = face_id;
        if (n > 0 && batch != 0 && out[n - 1].batch == batch &&
            out[n - 1].kind == unit.kind) {
            out[n - 1].n++;
            continue;
        }
        assert_true(n < max);
        out[n++] = unit;
    }
    free(text);
    sit_buf_release(&sql);
    return n;
}

size_t check_depth(const char *path, const char *annotator)
{
    struct check_unit *units = calloc(MAX_UNITS, sizeof *units);
    assert_non_null(units);
    size_t n = check_units(path, annotator, 0, units, MAX_UNITS), depth = 0, undone = 0;
    for (size_t i = 0; i < n; i++) {
        bool takes = units[i].kind == 'u';
        assert_true(units[i].kind != 'u' || depth > 0);
        assert_true(units[i].kind != 'r' || undone > 0);
        depth = takes ? depth - 1 : depth + 1;
        undone = takes ? undone + 1 : units[i].kind == 'r' ? undone - 1 : 0;
    }
    free(units);
    return depth;
}
