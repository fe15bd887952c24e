/*
 * The project file: creating, opening, refusing what is none, migrations, transactions,
 * backup.
 */
#include "project_support.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "db.h"
#include "sitter/rng.h"

static void test_create_and_reopen(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    int64_t value;
    assert_ok(db_number(project, "PRAGMA application_id", &value, err));
    assert_int_equal(value, 0x53495454);
    assert_ok(db_number(project, "PRAGMA user_version", &value, err));
    assert_int_equal(value, db_schema_version());
    assert_ok(db_number(project, "PRAGMA synchronous", &value, err));
    assert_int_equal(value, 2);
    assert_ok(db_number(project, "PRAGMA foreign_keys", &value, err));
    assert_int_equal(value, 1);
    assert_query(f->path, "PRAGMA journal_mode", "wal\n");
    assert_query(f->path, "SELECT id, key, name, excluded FROM class",
                 "1|m|male|0\n2|f|female|0\n3|o|other|1\n");
    sit_project_close(project);
    char *listing = folder_state(f->dir);
    assert_null(strstr(listing, "-wal"));
    assert_null(strstr(listing, ".new-"));
    free(listing);
    project = open_project(f->path, SIT_PROJECT_READ);
    assert_string_equal(sit_project_path(project), f->path);
    struct sit_class_list classes;
    assert_ok(sit_project_classes(project, &classes, err));
    assert_int_equal(classes.n, 3);
    assert_string_equal(classes.items[1].name, "female");
    struct sit_error cause = {0};
    assert_int_not_equal(sit_project_set_setting(project, "a", "b", &cause), SIT_OK);
    sit_project_close(project);
    sit_project_close(NULL);
}

static void test_create_refuses_existing(void **state)
{
    struct fixture *f = *state;
    struct sit_class_list classes;
    sit_class_list_default(&classes);
    write_text(f->path, "mine");
    struct sit_error cause = {0};
    assert_int_equal(sit_project_create(f->path, &classes, &cause), SIT_E_EXISTS);
    assert_non_null(strstr(cause.message, f->path));
    struct sit_buf bytes = {0};
    assert_ok(sit_file_read(f->path, 100, &bytes, err));
    assert_string_equal(bytes.data, "mine");
    sit_buf_release(&bytes);
    assert_int_equal(unlink(f->path), 0);
    assert_int_equal(symlink("nowhere", f->path), 0); /* a dangling link is something */
    assert_int_equal(sit_project_create(f->path, &classes, &cause), SIT_E_EXISTS);
    char *below = in_dir(f->path, "x.db");
    assert_int_equal(sit_project_create(below, &classes, &cause), SIT_E_IO);
    assert_non_null(strstr(cause.message, below));
    assert_null(strstr(cause.message, ".new-"));
    free(below);
}

/* What a killed process of the same number left behind is no obstacle. */
static void test_create_over_leftover(void **state)
{
    struct fixture *f = *state;
    struct sit_buf temp = {0};
    sit_buf_appendf(&temp, "%s.new-%ld", f->path, (long)getpid());
    sit_project_close(new_project(temp.data));
    sit_project_close(new_project(f->path));
    assert_int_not_equal(access(temp.data, F_OK), 0);
    sit_buf_release(&temp);
}

static void test_events_are_append_only(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 1);
    int64_t annotator, id;
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_annotator(project, "a", &annotator, err));
    struct sit_event event = {.face_id = 1,
                              .annotator_id = annotator,
                              .at_ms = 5,
                              .spent_ms = 12,
                              .suggested = 1,
                              .suggested_p = 0.75,
                              .suggestion_visible = true};
    assert_ok(sit_project_append_event(project, &event, &id, err));
    assert_ok(sit_project_commit(project, err));
    struct sit_error cause = {0};
    assert_int_not_equal(db_exec(project, "UPDATE event SET class_id = 2", &cause),
                         SIT_OK);
    assert_non_null(strstr(cause.message, "append-only"));
    assert_int_not_equal(db_exec(project, "DELETE FROM event", &cause), SIT_OK);
    assert_int_not_equal(db_exec(project,
                                 "REPLACE INTO event (id, face_id, annotator_id, kind,"
                                 " origin, at_ms) VALUES (1, 1, 1, 'undo', '', 0)",
                                 &cause),
                         SIT_OK);
    /* Foreign keys hold. */
    event.face_id = 99;
    assert_ok(sit_project_begin(project, err));
    assert_int_equal(sit_project_append_event(project, &event, &id, &cause),
                     SIT_E_EXISTS);
    sit_project_rollback(project);
    sit_project_close(project);
    assert_query(f->path,
                 "SELECT face_id, kind, origin, class_id, spent_ms, suggested_class_id,"
                 " suggested_p, suggestion_visible, length(uid) FROM event",
                 "1|label|screen|1|12|2|0.75|1|16\n");
}

/* Open in both ways: refused with that status, naming the file, leaving all untouched.
 */
static void assert_refused(const struct fixture *f, const char *path,
                           enum sit_status expected)
{
    char *before = folder_state(f->dir);
    for (int mode = SIT_PROJECT_READ; mode <= SIT_PROJECT_WRITE; mode++) {
        struct sit_project *project = NULL;
        struct sit_error cause = {0};
        enum sit_status status = sit_project_open(path, (enum sit_project_mode)mode,
                                                  &project, &cause);
        if (status != expected)
            fail_msg("%s: %s (%s)", path, sit_status_name(status), cause.message);
        assert_non_null(strstr(cause.message, path));
        assert_null(project);
    }
    char *after = folder_state(f->dir);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void patch_header(const char *path, long offset, const char *bytes, size_t n)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void test_refuses_what_is_no_project(void **state)
{
    struct fixture *f = *state;
    assert_refused(f, f->path, SIT_E_NOT_FOUND);
    char *path = in_dir(f->dir, "other");
    write_text(path, "");
    assert_refused(f, path, SIT_E_FORMAT);
    write_text(path,
               "just some text that is longer than the hundred bytes of the header of "
               "an SQLite database, so that it is read as one\n");
    assert_refused(f, path, SIT_E_FORMAT);
    assert_int_equal(unlink(path), 0);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_refused(f, path, SIT_E_FORMAT);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused(f, path, SIT_E_FORMAT);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(f, path, SIT_E_FORMAT); /* and without waiting for a writer */
    assert_int_equal(unlink(path), 0);
    free(path);
    sit_project_close(new_project(f->path));
    patch_header(f->path, 60, "\0\0\0\x63", 4); /* user_version 99 */
    assert_refused(f, f->path, SIT_E_UNSUPPORTED);
}

/* Our application_id, but none of our tables. */
static void test_refuses_forged_schema(void **state)
{
    struct fixture *f = *state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "PRAGMA application_id = 1397314644;"
                                  "PRAGMA user_version = 1; CREATE TABLE face (x)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_refused(f, f->path, SIT_E_FORMAT);
}

/* More classes than there is room for: the table's own CHECK is not to be trusted. */
static void test_too_many_classes(void **state)
{
    struct fixture *f = *state;
    sit_project_close(new_project(f->path));
    sqlite3 *db;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(
            db,
            "PRAGMA ignore_check_constraints = 1;"
            "WITH n (i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
            " INSERT INTO class (id, key, name)"
            " SELECT i, char(200 + i), 'class ' || i FROM n",
            NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    struct sit_project *project = open_project(f->path, SIT_PROJECT_READ);
    struct sit_class_list classes = {0};
    struct sit_error cause = {0};
    assert_int_equal(sit_project_classes(project, &classes, &cause), SIT_E_FORMAT);
    assert_int_equal(classes.n, 0);
    sit_project_close(project);
}

static void test_read_only_file(void **state)
{
    struct fixture *f = *state;
    sit_project_close(new_project(f->path));
    assert_int_equal(chmod(f->path, 0444), 0);
    char *before = folder_state(f->dir);
    struct sit_project *project = NULL;
    struct sit_error cause = {0};
    assert_int_equal(sit_project_open(f->path, SIT_PROJECT_WRITE, &project, &cause),
                     SIT_E_IO);
    assert_non_null(strstr(cause.message, f->path));
    assert_non_null(strstr(cause.message, "read-only"));
    char *after = folder_state(f->dir);
    assert_string_equal(after, before);
    free(before);
    free(after);
    project = open_project(f->path, SIT_PROJECT_READ);
    sit_project_close(project);
}

/* Reading leaves nothing beside the project. */
static void test_reading_leaves_no_trace(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 20);
    sit_project_close(project);
    char *before = folder_state(f->dir);
    project = open_project(f->path, SIT_PROJECT_READ);
    struct sit_face_table table = {0};
    assert_ok(sit_face_table_load(project, 0, &table, err));
    assert_int_equal(table.n, 20);
    sit_face_table_release(&table);
    sit_project_close(project);
    char *after = folder_state(f->dir);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

/* Everything a reader does with a file; every outcome but a crash is fine. */
static enum sit_status read_everything(const char *path, enum sit_project_mode mode,
                                       struct sit_error *err)
{
    struct sit_project *project = NULL;
    struct sit_face_table table = {0};
    struct sit_class_list classes;
    struct sit_face_detail detail = {0};
    struct sit_buf bytes = {0}, report = {0};
    enum sit_status status = sit_project_open(path, mode, &project, err);
    if (status != SIT_OK)
        return status;
    status = sit_project_classes(project, &classes, err);
    if (status == SIT_OK)
        status = sit_face_table_load(project, 0, &table, err);
    for (size_t i = 0; status == SIT_OK && i < table.n; i++) {
        status = sit_project_face_detail(project, table.id[i], 0, &detail, err);
        if (status == SIT_OK)
            status = sit_project_face_picture(project, table.id[i], &bytes, err);
    }
    if (status == SIT_OK) {
        status = sit_project_check(project, &report, err);
        if (status == SIT_OK && strcmp(sit_buf_text(&report), "ok") != 0)
            status = sit_error_set(err, SIT_E_FORMAT, "%s", sit_buf_text(&report));
    }
    sit_buf_release(&bytes);
    sit_buf_release(&report);
    sit_face_detail_release(&detail);
    sit_face_table_release(&table);
    sit_project_close(project);
    return status;
}

static void make_filled(const char *path, size_t n)
{
    struct sit_project *project = new_project(path);
    add_faces(project, 0, n);
    int64_t annotator, id;
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_annotator(project, "a", &annotator, err));
    for (size_t i = 0; i < n; i++) {
        struct sit_event event = {.face_id = (int64_t)i + 1,
                                  .annotator_id = annotator,
                                  .class_index = (sit_class_index)(i % 3)};
        assert_ok(sit_project_append_event(project, &event, &id, err));
    }
    assert_ok(sit_project_commit(project, err));
    sit_project_close(project);
}

static void test_truncated(void **state)
{
    struct fixture *f = *state;
    make_filled(f->path, 60);
    struct sit_buf whole = {0};
    assert_ok(sit_file_read(f->path, 1u << 24, &whole, err));
    char *cut = in_dir(f->dir, "cut.db");
    assert_ok(read_everything(f->path, SIT_PROJECT_WRITE, err));
    for (size_t n = 0; n < whole.n_bytes; n += n < 512 ? 50 : 3001) {
        write_file(cut, whole.data, n);
        char *before = folder_state(f->dir);
        struct sit_error cause = {0};
        enum sit_project_mode mode = n % 2 ? SIT_PROJECT_READ : SIT_PROJECT_WRITE;
        enum sit_status status = read_everything(cut, mode, &cause);
        if (status != SIT_E_FORMAT)
            fail_msg("cut to %zu bytes: %s (%s)", n, sit_status_name(status),
                     cause.message);
        assert_non_null(strstr(cause.message, cut));
        char *after = folder_state(f->dir);
        assert_string_equal(after, before);
        free(before);
        free(after);
    }
    free(cut);
    sit_buf_release(&whole);
}

static void test_flipped_bytes(void **state)
{
    struct fixture *f = *state;
    make_filled(f->path, 60);
    struct sit_buf whole = {0};
    assert_ok(sit_file_read(f->path, 1u << 24, &whole, err));
    char *bad = in_dir(f->dir, "bad.db");
    struct sit_rng rng;
    sit_rng_init(&rng, 11);
    size_t n_refused = 0;
    for (int round = 0; round < 150; round++) {
        struct sit_buf copy = {0};
        sit_buf_append(&copy, whole.data, whole.n_bytes);
        for (int k = 0; k < 30; k++)
            copy.data[sit_rng_below(&rng, copy.n_bytes)] = (char)sit_rng_below(&rng,
                                                                               256);
        write_file(bad, copy.data, copy.n_bytes);
        struct sit_error cause = {0};
        enum sit_status status = read_everything(
            bad, round % 2 ? SIT_PROJECT_READ : SIT_PROJECT_WRITE, &cause);
        if (status != SIT_OK) {
            n_refused++;
            assert_true(cause.message[0] != '\0');
        }
        if (status == SIT_E_NOMEM) /* a damaged length must not look like no memory */
            fail_msg("round %d: %s", round, cause.message);
        unlink(bad);
        sit_buf_release(&copy);
    }
    assert_true(n_refused > 30);
    free(bad);
    sit_buf_release(&whole);
}

enum { MAX_STEPS = 32 };

static void test_migrations(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    const int now = db_schema_version();
    assert_true(now + 2 <= MAX_STEPS);
    const char *good[MAX_STEPS], *bad[MAX_STEPS];
    good[now] = "CREATE TABLE two (x)";
    good[now + 1] = "CREATE TABLE three (x); INSERT INTO two VALUES (3)";
    bad[now] = "CREATE TABLE two (x); INSERT INTO setting VALUES ('k', 'v')";
    bad[now + 1] = "CREATE TABLE three (x); INSERT INTO nowhere VALUES (3)";
    char *before = dump_tables(f->path);
    struct sit_error cause = {0};
    assert_int_not_equal(db_run_migrations(project, bad, now + 2, now, &cause), SIT_OK);
    assert_true(cause.message[0] != '\0');
    char *after = dump_tables(f->path);
    assert_string_equal(before, after);
    free(after);
    free(before);
    assert_int_equal(query_number(f->path, "PRAGMA user_version"), now);
    assert_ok(db_run_migrations(project, good, now + 2, now, err));
    assert_int_equal(query_number(f->path, "PRAGMA user_version"), now + 2);
    assert_int_equal(query_number(f->path, "SELECT x FROM two"), 3);
    /* Run again by one who still believes in the old version: nothing is done twice. */
    assert_ok(db_run_migrations(project, good, now + 2, now, err));
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM two"), 1);
    sit_project_close(project);
}

/* Two processes at once: one migrates, the other waits and finds it done. */
static void test_migrations_at_once(void **state)
{
    struct fixture *f = *state;
    sit_project_close(new_project(f->path));
    const int now = db_schema_version();
    assert_true(now < MAX_STEPS);
    const char *steps[MAX_STEPS];
    steps[now] =
        "CREATE TABLE two (x); WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 20000) INSERT INTO two SELECT i FROM n";
    pid_t children[4];
    for (size_t i = 0; i < 4; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            struct sit_project *mine = NULL;
            struct sit_error cause;
            if (sit_project_open(f->path, SIT_PROJECT_WRITE, &mine, &cause) != SIT_OK)
                _exit(2);
            enum sit_status status = db_run_migrations(mine, steps, now + 1, now,
                                                       &cause);
            sit_project_close(mine);
            _exit(status == SIT_OK ? 0 : 1);
        }
    }
    /* A child that opens after the migration sees a newer schema than it knows: 2. */
    size_t n_done = 0;
    for (size_t i = 0; i < 4; i++) {
        int code;
        assert_int_equal(waitpid(children[i], &code, 0), children[i]);
        assert_true(WIFEXITED(code) && WEXITSTATUS(code) != 1);
        n_done += WEXITSTATUS(code) == 0;
    }
    assert_true(n_done >= 1);
    assert_int_equal(query_number(f->path, "SELECT count(*) FROM two"), 20000);
}

/* A writer in another process goes on while the copy is made; the copy is one state. */
static void test_backup_while_written(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 2000);
    char *stop = in_dir(f->dir, "stop"), *copy = in_dir(f->dir, "copy.db");
    pid_t child = fork();
    if (child == 0) {
        struct sit_project *mine = open_project(f->path, SIT_PROJECT_WRITE);
        for (int64_t i = 1; access(stop, F_OK) != 0; i++) {
            char number[24];
            snprintf(number, sizeof number, "%lld", (long long)i);
            if (sit_project_begin(mine, NULL) != SIT_OK ||
                sit_project_set_setting(mine, "a", number, NULL) != SIT_OK ||
                sit_project_set_setting(mine, "b", number, NULL) != SIT_OK ||
                sit_project_commit(mine, NULL) != SIT_OK)
                _exit(1);
        }
        _exit(0);
    }
    while (query_number(f->path, "SELECT count(*) FROM setting") == 0)
        usleep(1000);
    for (int i = 0; i < 5; i++) {
        assert_ok(sit_project_backup(project, copy, err));
        assert_query(copy, "SELECT count(DISTINCT value), count(*) FROM setting",
                     "1|2\n");
        assert_sound(copy);
        assert_int_equal(query_number(copy, "SELECT count(*) FROM face"), 2000);
        assert_int_equal(unlink(copy), 0);
    }
    write_text(stop, "");
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    sit_project_close(project);
    free(stop);
    free(copy);
}

static void test_backup_refusals(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 500);
    sit_project_checkpoint(project);
    char *there = in_dir(f->dir, "there"), *nowhere = in_dir(f->dir, "no/where.db");
    write_text(there, "mine");
    struct sit_error cause = {0};
    char *before = folder_state(f->dir);
    assert_int_equal(sit_project_backup(project, there, &cause), SIT_E_EXISTS);
    assert_int_equal(sit_project_backup(project, nowhere, &cause), SIT_E_IO);
    assert_non_null(strstr(cause.message, nowhere));
    /* No room: a limit on file sizes stands in for a full disk. */
    char *copy = in_dir(f->dir, "copy.db");
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, low = {.rlim_cur = 20000, .rlim_max = RLIM_INFINITY};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    low.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    enum sit_status status = sit_project_backup(project, copy, &cause);
    struct sit_class_list classes;
    sit_class_list_default(&classes);
    struct sit_error create_err = {0};
    enum sit_status created = sit_project_create(copy, &classes, &create_err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(status, SIT_E_IO);
    assert_non_null(strstr(cause.message, copy));
    assert_null(strstr(cause.message, ".new-"));
    assert_int_equal(created, SIT_E_IO);
    assert_non_null(strstr(create_err.message, copy));
    assert_null(strstr(create_err.message, ".new-"));
    char *after = folder_state(f->dir);
    assert_string_equal(after, before);
    assert_ok(sit_project_backup(project, copy, err)); /* with room it works */
    sit_project_close(project);
    assert_sound(copy);
    free(before);
    free(after);
    free(copy);
    free(there);
    free(nowhere);
}

static void test_data_version_and_busy(void **state)
{
    struct fixture *f = *state;
    struct sit_project *a = new_project(f->path);
    struct sit_project *b = open_project(f->path, SIT_PROJECT_WRITE);
    int64_t first, second;
    assert_ok(sit_project_data_version(a, &first, err));
    add_faces(a, 0, 1);
    assert_ok(sit_project_data_version(a, &second, err));
    assert_int_equal(first, second); /* its own commits do not count */
    add_faces(b, 2, 1);
    assert_ok(sit_project_data_version(a, &second, err));
    assert_int_not_equal(first, second);
    /* A writer that does not let go. */
    assert_ok(sit_project_begin(a, err));
    sqlite3_busy_timeout(b->db, 1);
    struct sit_error cause = {0};
    assert_int_equal(sit_project_begin(b, &cause), SIT_E_BUSY);
    assert_non_null(strstr(cause.message, "another process"));
    sit_project_rollback(a);
    sit_project_rollback(a); /* harmless */
    assert_ok(sit_project_begin(b, err));
    assert_ok(sit_project_commit(b, err));
    sit_project_close(a);
    sit_project_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_create_and_reopen),
        with_fixture(test_create_refuses_existing),
        with_fixture(test_create_over_leftover),
        with_fixture(test_events_are_append_only),
        with_fixture(test_refuses_what_is_no_project),
        with_fixture(test_refuses_forged_schema),
        with_fixture(test_too_many_classes),
        with_fixture(test_read_only_file),
        with_fixture(test_reading_leaves_no_trace),
        with_fixture(test_truncated),
        with_fixture(test_flipped_bytes),
        with_fixture(test_migrations),
        with_fixture(test_migrations_at_once),
        with_fixture(test_backup_while_written),
        with_fixture(test_backup_refusals),
        with_fixture(test_data_version_and_busy),
    };
    return cmocka_run_group_tests_name("project", tests, NULL, NULL);
}
