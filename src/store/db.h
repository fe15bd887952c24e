/*
 * Private to the store: the connection, its statement cache, and turning SQLite's
 * errors into ours. The one file of the tree that includes sqlite3.h for the others.
 */
#ifndef SITTER_STORE_DB_H
#define SITTER_STORE_DB_H

#include <sqlite3.h>

#include "sitter/project.h"

enum { DB_MAX_STATEMENTS = 128 };

struct db_statement {
    const char *sql; /* a string literal; its address is the key */
    sqlite3_stmt *stmt;
};

struct sit_project {
    sqlite3 *db;
    char *path;
    bool writable;
    int busy_ms; /* how long to wait for another writer */
    int64_t busy_since_us;
    char *scratch; /* a folder of its own, removed when it is closed; mostly NULL */
    enum sit_status prepare_status; /* why db_prepare() last gave NULL */
    size_t n_statements;
    struct db_statement statements[DB_MAX_STATEMENTS];
};

/* "SITT": application_id in the file's header. */
enum { DB_APPLICATION_ID = 0x53495454 };

/* project.c: a connection; `uri` is the path or, with SQLITE_OPEN_URI, a URI of it. */
enum sit_status db_connect(const char *path, const char *uri, int flags,
                           struct sit_project **out, struct sit_error *err);

/* What every connection is set to: foreign keys, syncing, cache. */
enum sit_status db_configure(struct sit_project *project, struct sit_error *err);

/* The error of the connection as ours; `doing` completes "cannot ... 'path'". */
enum sit_status db_fail(struct sit_project *project, const char *doing,
                        struct sit_error *err);

/* A statement for a literal, reset and without bindings; NULL with *err and
 * project->prepare_status set. It stays the cache's. A caller need not look: binding to
 * NULL does nothing and stepping it gives prepare_status. */
sqlite3_stmt *db_prepare(struct sit_project *project, const char *sql,
                         struct sit_error *err);

/* Step once: *row says whether there is a row. Resets the statement at the end or on
 * an error. */
enum sit_status db_step(struct sit_project *project, sqlite3_stmt *stmt, bool *row,
                        struct sit_error *err);

/* Step a statement that gives no rows, and reset it. */
enum sit_status db_run(struct sit_project *project, sqlite3_stmt *stmt,
                       struct sit_error *err);

/* Run SQL text. */
enum sit_status db_exec(struct sit_project *project, const char *sql,
                        struct sit_error *err);

/* One number from a statement without parameters. */
enum sit_status db_number(struct sit_project *project, const char *sql, int64_t *value,
                          struct sit_error *err);

/* Bind text, NULL being SQL's NULL; borrowed until the statement has run. A copy could
 * fail for want of memory and leave NULL in its place. */
void db_bind_text(sqlite3_stmt *stmt, int column, const char *text);

/* A copy of a column's text; *text is NULL for SQL's NULL. False without memory. */
bool db_copy_text(sqlite3_stmt *stmt, int column, char **text);

/* Class positions are ids less one; anything else is SIT_NO_CLASS. */
sit_class_index db_class_index(sqlite3_stmt *stmt, int column);
void db_bind_class(sqlite3_stmt *stmt, int column, sit_class_index class_index);

/* Run a query, already bound, that gives one id; SIT_E_NOT_FOUND "no WHAT in ...". */
enum sit_status db_find_id(struct sit_project *project, sqlite3_stmt *stmt, int64_t *id,
                           const char *what, struct sit_error *err);

/* 'train' or 'test'. */
enum sit_split db_column_split(sqlite3_stmt *stmt, int column);

/* Later than every event and remark: a Lamport clock. A few steps along the indices of
 * each annotator. */
#define DB_NEXT_CLOCK                                                                  \
    "(SELECT 1 + coalesce(max(c), 0) FROM"                                             \
    " (SELECT (SELECT max(clock) FROM event WHERE annotator_id = a.id) AS c"           \
    "   FROM annotator AS a UNION ALL"                                                 \
    "  SELECT (SELECT max(clock) FROM remark WHERE annotator_id = a.id)"               \
    "   FROM annotator AS a))"

/*
 * transaction.c
 */

/* Prepared when a project is opened: it must work when memory has run out. */
extern const char db_rollback_sql[];

/* SQLite's busy handler; the context is the project. */
int db_wait_for_writer(void *context, int n_waits);

/*
 * project_new.c
 */

/* Remove a database file and what may lie beside it. */
void db_remove_files(const char *path);

/*
 * faces.c
 */

/* Digests that a query gives, in its order; (*n) rows of SIT_SHA256_BYTES. The caller
 * frees them. */
enum sit_status db_read_digests(struct sit_project *project, const char *sql,
                                uint8_t **digests, size_t *n, struct sit_error *err);

/*
 * schema.c
 */

/* The newest schema this program knows. */
int db_schema_version(void);

/* Bring a connection from user_version `from` to the newest, in one transaction. */
enum sit_status db_migrate(struct sit_project *project, int from,
                           struct sit_error *err);

/* The same over any table of steps (step i leads from version i to i + 1); for tests.
 */
enum sit_status db_run_migrations(struct sit_project *project, const char *const *steps,
                                  int n_steps, int from, struct sit_error *err);

#endif
