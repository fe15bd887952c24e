/*
 * What tests of the store and of the jobs share: a project in a scratch folder, faces
 * in it, a dump of every table to compare.
 */
#ifndef SITTER_PROJECT_SUPPORT_H
#define SITTER_PROJECT_SUPPORT_H

#include "test_support.h"

#include <dirent.h>
#include <sqlite3.h>

#include "sitter/file.h"
#include "sitter/project.h"

struct fixture {
    char *dir;
    char *path; /* of the project file, not there yet */
};

static inline char *in_dir(const char *dir, const char *name)
{
    char *path = sit_file_join(dir, name);
    assert_non_null(path);
    return path;
}

static inline int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->dir = test_make_dir();
    fixture->path = in_dir(fixture->dir, "p.db");
    *state = fixture;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    free(fixture->path);
    test_remove_dir(fixture->dir);
    free(fixture);
    return 0;
}

#define with_fixture(test)                                                             \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

static inline struct sit_project *open_project(const char *path,
                                               enum sit_project_mode mode)
{
    struct sit_project *project = NULL;
    assert_ok(sit_project_open(path, mode, &project, err));
    return project;
}

static inline struct sit_project *new_project(const char *path)
{
    struct sit_class_list classes;
    sit_class_list_default(&classes);
    assert_ok(sit_project_create(path, &classes, err));
    return open_project(path, SIT_PROJECT_WRITE);
}

/* n faces "fNNNN_J.jpg", two a source, with bytes that are no picture; inside no
 * transaction. */
static inline void add_faces(struct sit_project *project, size_t first, size_t n)
{
    assert_ok(sit_project_begin(project, err));
    for (size_t i = first; i < first + n; i++) {
        char name[32], source[32];
        snprintf(source, sizeof source, "f%04zu", i / 2);
        snprintf(name, sizeof name, "f%04zu_%zu.jpg", i / 2, i % 2);
        struct sit_new_face face = {.name = name,
                                    .width_px = 1,
                                    .height_px = 1,
                                    .format = "other",
                                    .bytes = name,
                                    .n_bytes = strlen(name)};
        int64_t id;
        sit_sha256(name, strlen(name), face.sha256);
        assert_ok(sit_project_add_source(project, source, true, SIT_TRAIN,
                                         &face.source_id, &face.split, err));
        assert_ok(sit_project_add_face(project, &face, &id, err));
    }
    assert_ok(sit_project_commit(project, err));
}

/* Every row a query gives, a line each, columns joined by '|'. */
static inline char *query_text(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    struct sit_buf out = {0};
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
                     SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int c = 0; c < sqlite3_column_count(stmt); c++) {
            const char *text = (const char *)sqlite3_column_text(stmt, c);
            sit_buf_appendf(&out, "%s%s", c > 0 ? "|" : "",
                            text != NULL ? text : "NULL");
        }
        sit_buf_append_char(&out, '\n');
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    if (out.data == NULL)
        sit_buf_append_text(&out, "");
    return sit_buf_take(&out);
}

static inline void assert_query(const char *path, const char *sql, const char *expected)
{
    char *text = query_text(path, sql);
    assert_string_equal(text != NULL ? text : "", expected);
    free(text);
}

static inline long long query_number(const char *path, const char *sql)
{
    char *text = query_text(path, sql);
    assert_non_null(text);
    long long number = atoll(text);
    free(text);
    return number;
}

/* All rows of all tables. */
static inline char *dump_tables(const char *path)
{
    char *names = query_text(path, "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                   " AND name NOT LIKE 'sqlite_%' ORDER BY name");
    struct sit_buf out = {0};
    char *rest = names, *name;
    while ((name = strsep(&rest, "\n")) != NULL && *name != '\0') {
        struct sit_buf sql = {0};
        char *columns, *sql_columns;
        sit_buf_appendf(&sql,
                        "SELECT group_concat('quote(' || name || ')', ', ') FROM"
                        " pragma_table_info('%s')",
                        name);
        columns = query_text(path, sit_buf_text(&sql));
        sql_columns = columns;
        sql_columns[strcspn(sql_columns, "\n")] = '\0';
        sit_buf_reset(&sql);
        sit_buf_appendf(&sql, "SELECT %s FROM %s ORDER BY 1, 2", sql_columns, name);
        char *rows = query_text(path, sit_buf_text(&sql));
        sit_buf_appendf(&out, "[%s]\n%s", name, rows != NULL ? rows : "");
        free(rows);
        free(columns);
        sit_buf_release(&sql);
    }
    free(names);
    return sit_buf_take(&out);
}

/* Names, sizes and digests of a folder's files, one text to compare. */
static inline char *folder_state(const char *dir)
{
    struct sit_buf out = {0};
    struct dirent **entries;
    int n = scandir(dir, &entries, NULL, alphasort);
    assert_true(n >= 0);
    for (int i = 0; i < n; i++) {
        char hex[SIT_SHA256_HEX_BYTES] = "-";
        char *path = in_dir(dir, entries[i]->d_name);
        struct stat info;
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
            assert_ok(sit_sha256_file(path, hex, err));
        sit_buf_appendf(&out, "%s %s\n", entries[i]->d_name, hex);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return sit_buf_take(&out);
}

static inline void write_file(const char *path, const void *bytes, size_t n_bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
}

/* A closed project's file; what lies beside the copy's name from before goes. */
static inline void copy_database(const char *from, const char *to)
{
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    struct sit_buf bytes = {0}, name = {0};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        sit_buf_reset(&name);
        sit_buf_appendf(&name, "%s%s", to, endings[i]);
        unlink(sit_buf_text(&name));
    }
    assert_ok(sit_file_read(from, (size_t)1 << 28, &bytes, err));
    write_file(to, bytes.data, bytes.n_bytes);
    sit_buf_release(&name);
    sit_buf_release(&bytes);
}

static inline void write_text(const char *path, const char *text)
{
    write_file(path, text, strlen(text));
}

/* The project is whole: SQLite's own check and the foreign keys. */
static inline void assert_sound(const char *path)
{
    struct sit_project *project = open_project(path, SIT_PROJECT_READ);
    struct sit_buf report = {0};
    assert_ok(sit_project_check(project, &report, err));
    assert_string_equal(sit_buf_text(&report), "ok");
    sit_buf_release(&report);
    sit_project_close(project);
}

#endif
