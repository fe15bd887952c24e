/*
 * Transactions, those that may be lost with the machine's power among them, and waiting
 * for other writers.
 */
#include "db.h"

#include <time.h>

#include "sitter/progress.h"

const char db_rollback_sql[] = "ROLLBACK";

/* SQLite's own way of waiting soon sleeps 10 ms and more, where another's label takes
 * one: a key would feel it. */
int db_wait_for_writer(void *context, int n_waits)
{
    enum { SHORT_US = 250, LONG_US = 2000, N_SHORT = 40 };
    struct sit_project *project = context;
    int64_t now_us = sit_clock_us();
    if (n_waits == 0)
        project->busy_since_us = now_us;
    if (now_us - project->busy_since_us >= (int64_t)project->busy_ms * 1000)
        return 0;
    long us = n_waits < N_SHORT ? SHORT_US : LONG_US;
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
    return 1;
}

void sit_project_set_busy_ms(struct sit_project *project, int busy_ms)
{
    project->busy_ms = busy_ms;
}

/* SQLite counts BEGIN and COMMIT among the statements that only read. */
static enum sit_status run_transaction(struct sit_project *project, const char *sql,
                                       struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, sql, err);
    if (stmt == NULL)
        return project->prepare_status;
    enum sit_status status = SIT_OK;
    if (sqlite3_step(stmt) != SQLITE_DONE)
        status = db_fail(project, "write", err);
    sqlite3_reset(stmt);
    return status;
}

enum sit_status sit_project_begin(struct sit_project *project, struct sit_error *err)
{
    return run_transaction(project, "BEGIN IMMEDIATE", err);
}

enum sit_status sit_project_commit(struct sit_project *project, struct sit_error *err)
{
    enum sit_status status = run_transaction(project, "COMMIT", err);
    if (status != SIT_OK)
        sit_project_rollback(project);
    return status;
}

void sit_project_rollback(struct sit_project *project)
{
    if (sqlite3_get_autocommit(project->db))
        return;
    sqlite3_stmt *stmt = db_prepare(project, db_rollback_sql, NULL);
    if (stmt != NULL) {
        sqlite3_step(stmt);
        sqlite3_reset(stmt);
    }
}

enum sit_status sit_project_begin_unsynced(struct sit_project *project,
                                           struct sit_error *err)
{
    enum sit_status status = db_exec(project, "PRAGMA synchronous = NORMAL", err);
    if (status == SIT_OK)
        status = sit_project_begin(project, err);
    if (status != SIT_OK)
        sit_project_end_unsynced(project);
    return status;
}

void sit_project_end_unsynced(struct sit_project *project)
{
    sit_project_rollback(project);
    sqlite3_exec(project->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
}
