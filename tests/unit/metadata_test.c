/*
 * Metadata onto sources and back: columns in any order, updates, rows without faces,
 * files that are refused whole.
 */
#include "project_support.h"

#include "sitter/metadata.h"

static struct sit_metadata_result import(struct fixture *f, struct sit_project *project,
                                         const char *text,
                                         const struct sit_metadata_options *options)
{
    struct sit_metadata_options none = {0};
    struct sit_metadata_result result;
    char path[4096];
    snprintf(path, sizeof path, "%s.csv", f->path);
    assert_ok(sit_file_write_atomic(path, text, strlen(text), err));
    assert_ok(sit_metadata_import(project, path, options != NULL ? options : &none,
                                  NULL, NULL, &result, err));
    return result;
}

static void assert_export(struct sit_project *project, const char *expected)
{
    struct sit_buf out = {0};
    assert_ok(sit_metadata_export(project, &out, NULL, err));
    assert_string_equal(sit_buf_text(&out), expected);
    sit_buf_release(&out);
}

static void columns_in_any_order_and_back(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_metadata_result result = import(
        f, project,
        "\xef\xbb\xbfYear,keywords,Note,id,title,keywords\r\n"
        "ca. 1975, steel ;worker,x,p1,\"Steel, \"\"now\"\"\",worker;\r\n"
        "1950s,,,p2,\xed\x95\x9c\xea\xb8\x80,rice\r\n"
        "soon,,=cmd(),p3,-,\r\n",
        NULL);
    assert_int_equal(result.n_rows, 3);
    assert_int_equal(result.n_new, 3);
    assert_int_equal(result.n_without_faces, 3);
    assert_int_equal(result.n_decades, 1);
    assert_int_equal(result.n_not_understood, 1);
    assert_query(f->path,
                 "SELECT source, year, year_approx, decade, keywords, faces"
                 " FROM v_source ORDER BY 1",
                 "p1|1975|1|1970|steel; worker|0\n"
                 "p2|NULL|0|1950|rice|0\n"
                 "p3|NULL|0|NULL|NULL|0\n");
    static const char EXPECTED[] =
        "id,title,artist,year,keywords,description,Note\r\n"
        "p1,\"Steel, \"\"now\"\"\",,ca. 1975,steel; worker,,x\r\n"
        "p2,\xed\x95\x9c\xea\xb8\x80,,1950s,rice,,\r\n"
        "p3,-,,soon,,,'=cmd()\r\n";
    assert_export(project, EXPECTED);
    result = import(f, project, EXPECTED, NULL);
    assert_int_equal(result.n_unchanged, 3);
    assert_export(project, EXPECTED);
    sit_project_close(project);
}

static void importing_again_updates(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    import(f, project, "id,title,artist,a,b\np1,T,A,1,2\np2,T,A,1,2\n", NULL);
    struct sit_metadata_result result = import(f, project,
                                               "id,title,b,c\np1,,,3\np2,T,2,\n", NULL);
    assert_int_equal(result.n_changed, 1);
    assert_int_equal(result.n_unchanged, 1);
    assert_export(project, "id,title,artist,year,keywords,description,a,b,c\r\n"
                           "p1,,A,,,,1,,3\r\n"
                           "p2,T,A,,,,1,2,\r\n");
    sit_project_close(project);
}

static void columns_by_other_names(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_metadata_options options = {0};
    options.columns[SIT_METADATA_ID] = "nr";
    options.columns[SIT_METADATA_YEAR] = "date";
    import(f, project, "id,nr,date\nx,7,1986\n", &options);
    assert_export(project, "id,title,artist,year,keywords,description,id\r\n"
                           "7,,,1986,,,x\r\n");
    sit_project_close(project);
}

static void the_first_face_settles_the_split(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    import(f, project, "id\na\nb\nc\nd\ne\n", NULL);
    int64_t id;
    enum sit_split split;
    static const char *const ORDER[] = {"b", "new", "d", "e", "a"};
    assert_ok(sit_project_begin(project, err));
    for (size_t i = 0; i < 5; i++) {
        assert_ok(sit_project_add_source(project, ORDER[i], true, SIT_TRAIN, &id,
                                         &split, err));
        assert_int_equal(split, i % 4 == 0 ? SIT_TEST : SIT_TRAIN);
    }
    assert_ok(sit_project_add_source(project, "c", false, SIT_TEST, &id, &split, err));
    assert_int_equal(split, SIT_TEST);
    assert_ok(sit_project_commit(project, err));
    sit_project_close(project);
}

static void bad_files_change_nothing(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    import(f, project, "id,title\np1,T\n", NULL);
    char *before = dump_tables(f->path);
    static const struct {
        const char *text, *message;
    } FILES[] = {
        {"", "is empty"},
        {"title\nT\n", "no column 'id'"},
        {"id;title\np1;T\n", "parted by semicolons"},
        {"id\ttitle\np1\tT\n", "parted by tabs"},
        {"\xff\xfei", "is UTF-16"},
        {"id,title,Title\n1,2,3\n", "column 'Title' is there twice"},
        {"id,x,x\n1,2,3\n", "column 'x' is there twice"},
        {"id,title\np1,new\n,T\n", "line 3: the id is empty"},
        {"id,title\np1,new\np2\n", "line 3: 1 fields"},
        {"id,title\np1,new\np2,T\np1,T\n", "'p1' is on line 2 and again on line 4"},
        {"id,title\np1,new\np2,\"T\n", "not closed"},
        {"id,title\np1,new\np2,\xff\n", "line 3: field 2 is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        struct sit_metadata_options none = {0};
        struct sit_metadata_result result;
        struct sit_error failure = {0};
        char path[4096];
        snprintf(path, sizeof path, "%s.csv", f->path);
        assert_ok(
            sit_file_write_atomic(path, FILES[i].text, strlen(FILES[i].text), err));
        assert_int_equal(
            sit_metadata_import(project, path, &none, NULL, NULL, &result, &failure),
            SIT_E_FORMAT);
        if (strstr(failure.message, FILES[i].message) == NULL)
            fail_msg("'%s' does not say '%s'", failure.message, FILES[i].message);
    }
    char *after = dump_tables(f->path);
    assert_string_equal(before, after);
    free(before);
    free(after);
    sit_project_close(project);
}

static void a_cell_of_a_million_characters(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_buf text = {0}, out = {0};
    sit_buf_append_text(&text, "id,description\r\np1,");
    for (size_t i = 0; i < 1000000; i++)
        sit_buf_append_char(&text, (char)('a' + i % 26));
    sit_buf_append_text(&text, "\r\n");
    import(f, project, sit_buf_text(&text), NULL);
    assert_ok(sit_metadata_export(project, &out, NULL, err));
    assert_true(out.n_bytes > 1000000);
    assert_non_null(strstr(sit_buf_text(&out), "p1,,,,,abcdef"));
    sit_buf_release(&text);
    sit_buf_release(&out);
    sit_project_close(project);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_in_any_order_and_back, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(importing_again_updates, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(columns_by_other_names, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_first_face_settles_the_split, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(bad_files_change_nothing, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cell_of_a_million_characters, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
