/*
 * Posters in the project file: what is noted, found again and refused; files of the
 * schema before there were posters.
 */
#include "project_support.h"

#include "db.h"
#include "schema_1.h"

static const char PARAMETERS[] = "{\"scale\": 2.5}";

static int64_t add_poster(struct sit_project *project, const char *name,
                          int64_t source_id, const char *thumbnail)
{
    struct sit_new_poster poster = {.name = name,
                                    .path = "some/where.jpg",
                                    .n_bytes = 1234,
                                    .width_px = 400,
                                    .height_px = 300,
                                    .n_faces = 2,
                                    .source_id = source_id,
                                    .parameters = PARAMETERS,
                                    .thumbnail = thumbnail,
                                    .n_thumbnail_bytes = strlen(thumbnail)};
    int64_t id = 0;
    sit_sha256(name, strlen(name), poster.sha256);
    assert_ok(sit_project_add_poster(project, &poster, &id, err));
    return id;
}

static void test_posters_are_found_again(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    uint8_t sha256[SIT_SHA256_BYTES], wanted[SIT_SHA256_BYTES];
    struct sit_buf text = {0};
    struct sit_error error;
    sit_sha256("one", 3, wanted);
    assert_int_equal(sit_project_find_poster(project, "one", sha256, NULL, &error),
                     SIT_E_NOT_FOUND);
    assert_int_equal(sit_project_find_poster_content(project, wanted, &text, &error),
                     SIT_E_NOT_FOUND);
    assert_ok(sit_project_begin(project, err));
    add_poster(project, "one", 0, "thumb");
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_find_poster(project, "one", sha256, &text, err));
    assert_memory_equal(sha256, wanted, sizeof wanted);
    assert_string_equal(text.data, PARAMETERS);
    sit_buf_reset(&text);
    assert_ok(sit_project_find_poster_content(project, wanted, &text, err));
    assert_string_equal(text.data, "one");
    sit_buf_release(&text);
    sit_project_close(project);
    assert_query(f->path, "SELECT source_id, n_faces FROM poster", "NULL|2\n");
}

static void test_context_of_a_face(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_face_context context = {0};
    struct sit_buf thumbnail = {0};
    struct sit_error error;
    add_faces(project, 0, 2);
    assert_ok(sit_project_begin(project, err));
    int64_t poster = add_poster(project, "f0000", 1, "thumb");
    struct sit_poster_box box = {10.5, 20, 30, 40.25, 1.5, "[[1.0, 2.0]]"};
    assert_ok(sit_project_add_poster_box(project, 1, poster, 0, &box, err));
    assert_int_equal(sit_project_add_poster_box(project, 1, poster, 1, &box, &error),
                     SIT_E_EXISTS);
    assert_int_equal(sit_project_add_poster_box(project, 2, poster, 0, &box, &error),
                     SIT_E_EXISTS);
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_face_context(project, 1, &context, &thumbnail, err));
    assert_int_equal(context.width_px, 400);
    assert_int_equal(context.height_px, 300);
    assert_true(context.box.left == 10.5 && context.box.top == 20.0 &&
                context.box.width == 30.0 && context.box.height == 40.25 &&
                context.box.score == 1.5);
    assert_string_equal(thumbnail.data, "thumb");
    assert_int_equal(sit_project_face_context(project, 2, &context, &thumbnail, &error),
                     SIT_E_NOT_FOUND);
    sit_buf_release(&thumbnail);
    sit_project_close(project);
    assert_sound(f->path);
}

/* A file of version 1 with a face and a label in it. */
static void make_version_1(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "PRAGMA application_id = 1397314644; PRAGMA journal_mode = WAL;"
                     "PRAGMA user_version = 1;",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, SCHEMA_1, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(
            db,
            "INSERT INTO class VALUES (1, 'm', 'male', 0), (2, 'f', 'female', 0);"
            "INSERT INTO annotator VALUES (1, 'a');"
            "INSERT INTO source (id, name, split) VALUES (1, 's', 'train');"
            "INSERT INTO face VALUES (1, 's_0', 1, 'train', 8, 8, x'00', 0);"
            "INSERT INTO event (face_id, annotator_id, kind, origin, class_id, at_ms)"
            " VALUES (1, 1, 'label', 'screen', 2, 5);",
            NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
}

static void check_migrated(const struct fixture *f, enum sit_project_mode mode)
{
    make_version_1(f->path);
    struct sit_project *project = open_project(f->path, mode);
    sit_class_index label;
    assert_ok(sit_project_face_label(project, 1, &label, err));
    assert_int_equal(label, 1);
    if (mode == SIT_PROJECT_READ)
        assert_int_not_equal(sit_project_begin(project, NULL) == SIT_OK &&
                                 sit_project_set_setting(project, "k", "v", NULL) ==
                                     SIT_OK,
                             true);
    sit_project_close(project);
    char version[16];
    snprintf(version, sizeof version, "%d\n", db_schema_version());
    assert_query(f->path, "PRAGMA user_version", version);
    assert_query(f->path, "SELECT count(*) FROM poster", "0\n");
    assert_query(f->path, "SELECT face, label FROM v_face", "s_0|f\n");
    assert_sound(f->path);
}

static void test_version_1_is_migrated_for_writing(void **state)
{
    check_migrated(*state, SIT_PROJECT_WRITE);
}

static void test_version_1_is_migrated_for_reading(void **state)
{
    check_migrated(*state, SIT_PROJECT_READ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_posters_are_found_again),
        with_fixture(test_context_of_a_face),
        with_fixture(test_version_1_is_migrated_for_writing),
        with_fixture(test_version_1_is_migrated_for_reading),
    };
    return cmocka_run_group_tests_name("posters", tests, NULL, NULL);
}
