/*
 * Importing folders: layouts, sources and splits, duplicates, bad files, hostile names,
 * interruptions.
 */
#include "picture_support.h"

#include <unistd.h>

static const char FACES[] = "SELECT f.name, s.name, f.split, coalesce(v.class_key, '-')"
                            " FROM face AS f JOIN source AS s ON s.id = f.source_id"
                            " LEFT JOIN v_label AS v ON v.face_id = f.id ORDER BY f.id";

struct import_fixture {
    struct fixture base;
    char *pictures;
};

static int setup(void **state)
{
    struct import_fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->base.dir = test_make_dir();
    f->base.path = in_dir(f->base.dir, "p.db");
    f->pictures = in_dir(f->base.dir, "pictures");
    assert_int_equal(mkdir(f->pictures, 0700), 0);
    sit_project_close(new_project(f->base.path));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct import_fixture *f = *state;
    free(f->pictures);
    free(f->base.path);
    test_remove_dir(f->base.dir);
    free(f);
    return 0;
}

static enum sit_status try_import(const struct import_fixture *f,
                                  const struct sit_import_options *options,
                                  struct sit_error *cause)
{
    struct sit_project *project = open_project(f->base.path, SIT_PROJECT_WRITE);
    struct sit_import_result result;
    const char *path = f->pictures;
    enum sit_status status = sit_import_paths(project, &path, 1, options, NULL, NULL,
                                              &result, cause);
    sit_project_close(project);
    return status;
}

/* The article's labelled faces. */
static void test_posters(void **state)
{
    struct import_fixture *f = *state;
    char *faces = test_shared_path("data/posters/faces");
    skip_without(faces);
    struct sit_import_result r = import_path(f->base.path, faces, NULL, NULL);
    assert_int_equal(r.n_pictures, 290);
    assert_int_equal(r.n_added, 290);
    assert_int_equal(r.n_labelled, 290);
    assert_int_equal(r.n_failed + r.n_duplicates + r.n_known + r.n_conflicts, 0);
    assert_query(f->base.path, "SELECT count(*), count(DISTINCT source_id) FROM face",
                 "290|178\n");
    assert_query(
        f->base.path,
        "SELECT f.split, v.class_key, count(*) FROM face AS f JOIN v_label AS v"
        " ON v.face_id = f.id GROUP BY 1, 2",
        "test|f|30\ntest|m|40\ntrain|f|80\ntrain|m|140\n");
    char *before = dump_tables(f->base.path);
    r = import_path(f->base.path, faces, NULL, NULL);
    assert_int_equal(r.n_known, 290);
    assert_int_equal(r.n_added + r.n_labelled + r.n_duplicates, 0);
    char *after = dump_tables(f->base.path);
    assert_string_equal(after, before);
    assert_sound(f->base.path);
    free(before);
    free(after);
    free(faces);
}

static void test_default_source(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"132771_1.jpg", "132771"}, {"a/b_c_2.png", "b_c"}, {"plain.jpg", "plain"},
        {"_3.jpg", "_3"},           {"d/_3.jpg", "_3"},     {"d_1/x.jpg", "x"},
        {"noending_1", "noending"}, {"x_1.tar.gz", "x"},    {"_", "_"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct sit_buf out = {0};
        sit_import_default_source(pairs[i][0], &out);
        assert_string_equal(sit_buf_text(&out), pairs[i][1]);
        sit_buf_release(&out);
    }
}

/* Every 4th source in byte order, counting on over imports. */
static void test_split_by_source(void **state)
{
    struct import_fixture *f = *state;
    static const char *const first[] = {"b_0.png", "B_0.png",        "a_1.png",
                                        "a_0.png", "\xc3\xa9_0.png", "c_0.png"};
    for (size_t i = 0; i < 6; i++)
        put_png(f->pictures, first[i], i);
    struct sit_import_result r = import_path(f->base.path, f->pictures, NULL, NULL);
    assert_int_equal(r.n_added, 6);
    assert_query(
        f->base.path, FACES,
        "B_0.png|B|test|-\na_0.png|a|train|-\na_1.png|a|train|-\n"
        "b_0.png|b|train|-\nc_0.png|c|train|-\n\xc3\xa9_0.png|\xc3\xa9|test|-\n");
    put_png(f->pictures, "A_0.png", 10); /* the 6th source, though first by name */
    put_png(f->pictures, "a_2.png", 11); /* an old source keeps its side */
    put_png(f->pictures, "d_0.png", 12);
    put_png(f->pictures, "e_0.png", 13);
    put_png(f->pictures, "f_0.png", 14);
    r = import_path(f->base.path, f->pictures, NULL, NULL);
    assert_int_equal(r.n_added, 5);
    assert_int_equal(r.n_known, 6);
    assert_query(f->base.path,
                 "SELECT name, split, split_index FROM source WHERE id > 5 ORDER BY id",
                 "A|train|5\nd|train|6\ne|train|7\nf|test|8\n");
    assert_query(f->base.path, "SELECT split FROM face WHERE name = 'a_2.png'",
                 "train\n");
}

static void test_split_by_face(void **state)
{
    struct import_fixture *f = *state;
    struct sit_import_options options = {.split_unit_given = true,
                                         .split_unit = SIT_SPLIT_BY_FACE};
    make_pictures(f->pictures, 6);
    assert_ok(try_import(f, &options, err));
    put_png(f->pictures, "A_0.png", 1); /* counts on: number 6 and 7, then 8 */
    put_png(f->pictures, "B_0.png", 2);
    put_png(f->pictures, "C_0.png", 3);
    options.split_unit_given = false; /* the project remembers */
    assert_ok(try_import(f, &options, err));
    assert_query(f->base.path,
                 "SELECT group_concat(substr(split, 1, 2), ' ') FROM"
                 " (SELECT split FROM face ORDER BY id)",
                 "te tr tr tr te tr tr tr te\n");
    struct sit_error cause = {0};
    options = (struct sit_import_options){.split_unit_given = true,
                                          .split_unit = SIT_SPLIT_BY_SOURCE};
    assert_int_equal(try_import(f, &options, &cause), SIT_E_ARG);
    assert_non_null(strstr(cause.message, "splits by face"));
}

static void test_layouts(void **state)
{
    struct import_fixture *f = *state;
    put_png(f->pictures, "male/a_0.png", 1);
    put_png(f->pictures, "F/sub/b_0.png",
            2); /* by key, without regard to case of names */
    put_png(f->pictures, "Other/c_0.png", 3);
    char *readme = in_dir(f->pictures, "README.txt"); /* does not hide the layout */
    write_text(readme, "hello");
    free(readme);
    struct sit_error cause = {0};
    struct sit_import_options options = {0};
    struct sit_buf notes = {0};
    struct sit_import_result r = import_path(f->base.path, f->pictures, NULL, &notes);
    assert_int_equal(r.n_labelled, 0); /* "F" is no class: the key is "f" */
    assert_non_null(strstr(notes.data, "'F'"));
    sit_buf_release(&notes);
    char *upper = in_dir(f->pictures, "F"), *lower = in_dir(f->pictures, "f");
    assert_int_equal(rename(upper, lower), 0);
    free(upper);
    free(lower);
    unlink(f->base.path);
    sit_project_close(new_project(f->base.path));
    r = import_path(f->base.path, f->pictures, NULL, NULL);
    assert_int_equal(r.n_labelled, 3);
    assert_int_equal(r.n_ignored, 1);
    assert_query(f->base.path, FACES,
                 "a_0.png|a|test|m\nsub/b_0.png|b|train|f\nc_0.png|c|train|o\n");
    /* The split layout must have classes below; pictures beside them are unlabelled. */
    char *split = in_dir(f->base.dir, "split");
    put_png(split, "train/male/x_0.png", 4);
    put_png(split, "train/x_1.png", 5);
    put_png(split, "test/female/x_2.png", 6);
    r = import_path(f->base.path, split, NULL, NULL);
    assert_int_equal(r.n_added, 3);
    assert_query(
        f->base.path,
        "SELECT f.name, s.name, f.split, coalesce(v.class_key, '-')"
        " FROM face AS f JOIN source AS s ON s.id = f.source_id"
        " LEFT JOIN v_label AS v ON v.face_id = f.id WHERE f.id > 3 ORDER BY f.id",
        "x_0.png|x|train|m\nx_1.png|x|train|-\nx_2.png|x|test|f\n");
    put_png(split, "test/dogs/y_0.png", 7);
    char *before = dump_tables(f->base.path);
    struct sit_project *project = open_project(f->base.path, SIT_PROJECT_WRITE);
    const char *paths[] = {f->pictures, split};
    assert_int_equal(
        sit_import_paths(project, paths, 2, &options, NULL, NULL, &r, &cause),
        SIT_E_ARG);
    sit_project_close(project);
    assert_non_null(strstr(cause.message, "test/dogs"));
    char *after = dump_tables(f->base.path);
    assert_string_equal(after, before);
    free(before);
    free(after);
    free(split);
}

static void test_source_pattern(void **state)
{
    struct import_fixture *f = *state;
    put_png(f->pictures, "p12-face3.png", 1);
    put_png(f->pictures, "p12-face4.png", 2);
    put_png(f->pictures, "odd.png", 3);
    struct sit_error cause = {0};
    struct sit_import_options options = {.source_pattern = "^(p[0-9]+"};
    char *before = dump_tables(f->base.path);
    assert_int_equal(try_import(f, &options, &cause), SIT_E_ARG);
    assert_non_null(strstr(cause.message, "^(p[0-9]+"));
    options.source_pattern = "^p[0-9]+";
    assert_int_equal(try_import(f, &options, &cause), SIT_E_ARG);
    assert_non_null(strstr(cause.message, "no group"));
    char *after = dump_tables(f->base.path);
    assert_string_equal(after, before);
    options.source_pattern = "^(p[0-9]+)-";
    assert_ok(try_import(f, &options, err));
    assert_query(f->base.path,
                 "SELECT f.name, s.name FROM face AS f JOIN source AS s"
                 " ON s.id = f.source_id ORDER BY f.id",
                 "odd.png|odd\np12-face3.png|p12\np12-face4.png|p12\n");
    free(before);
    free(after);
}

static void test_duplicates_and_conflicts(void **state)
{
    struct import_fixture *f = *state;
    struct sit_buf notes = {0};
    put_png(f->pictures, "male/a_0.png", 1);
    put_png(f->pictures, "male/b_0.png", 1);   /* the same file */
    put_png(f->pictures, "female/c_0.png", 1); /* and under another class */
    put_png(f->pictures, "female/d_0.png", 2);
    struct sit_import_result r = import_path(f->base.path, f->pictures, NULL, &notes);
    assert_int_equal(r.n_added, 2);
    assert_int_equal(r.n_duplicates, 2);
    assert_int_equal(r.n_conflicts, 1);
    assert_non_null(
        strstr(notes.data, "labelled male in the project, female by its folder"));
    assert_query(f->base.path, "SELECT name, face_id FROM face_alias ORDER BY name",
                 "b_0.png|1\nc_0.png|1\n");
    r = import_path(f->base.path, f->pictures, NULL, NULL);
    assert_int_equal(r.n_known, 4);
    assert_int_equal(r.n_duplicates, 0);
    /* The same name with other content is left out. */
    sit_buf_reset(&notes);
    char *other = in_dir(f->base.dir, "other");
    put_png(other, "a_0.png", 3);
    put_png(other, "b_0.png", 4); /* an alias is a name too */
    put_png(other, "e_0.png", 5);
    r = import_path(f->base.path, other, NULL, &notes);
    assert_int_equal(r.n_added, 1);
    assert_int_equal(r.n_failed, 2);
    assert_non_null(strstr(notes.data, "another picture named 'a_0.png'"));
    assert_non_null(strstr(notes.data, "another picture named 'b_0.png'"));
    assert_int_equal(query_number(f->base.path, "SELECT count(*) FROM face"), 3);
    free(other);
    sit_buf_release(&notes);
}

/* A PNG header that promises 60000 x 60000 px. */
static void put_huge(const char *path)
{
    static const unsigned char png[] = {0x89, 'P',  'N', 'G', '\r', '\n', 0x1a, '\n', 0,
                                        0,    0,    13,  'I', 'H',  'D',  'R',  0,    0,
                                        0xea, 0x60, 0,   0,   0xea, 0x60, 8,    2,    0,
                                        0,    0,    0,   0,   0,    0};
    write_file(path, png, sizeof png);
}

static void test_bad_files(void **state)
{
    struct import_fixture *f = *state;
    struct sit_buf notes = {0}, jpeg = {0};
    struct sit_image image = {0};
    make_pictures(f->pictures, 5);
    assert_ok(sit_image_new(64, 64, &image, err));
    assert_ok(sit_image_encode_jpeg(&image, 90, &jpeg, err));
    static const char *const names[] = {"cut_0.jpg", "huge_0.png", "text_0.jpg",
                                        "empty_0.jpg"};
    char *paths[4];
    for (size_t i = 0; i < 4; i++)
        paths[i] = in_dir(f->pictures, names[i]);
    write_file(paths[0], jpeg.data, jpeg.n_bytes / 2);
    put_huge(paths[1]);
    write_text(paths[2], "this is no picture");
    write_text(paths[3], "");
    char *ignored = in_dir(f->pictures, "notes.txt"),
         *fifo = in_dir(f->pictures, "p_0.png");
    write_text(ignored, "x");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    struct sit_import_result r = import_path(f->base.path, f->pictures, NULL, &notes);
    assert_int_equal(r.n_pictures, 9);
    assert_int_equal(r.n_added, 5);
    assert_int_equal(r.n_failed, 4);
    assert_int_equal(r.n_ignored, 1);
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(strstr(notes.data, paths[i]));
        free(paths[i]);
    }
    assert_sound(f->base.path);
    free(fifo);
    free(ignored);
    sit_image_release(&image);
    sit_buf_release(&jpeg);
    sit_buf_release(&notes);
}

static void test_hostile_names(void **state)
{
    struct import_fixture *f = *state;
    char longest[256], quoted[32] = "\xff\xfe'\"%s_0.png";
    memset(longest, 'x', sizeof longest);
    memcpy(longest + 251, ".png", 5);
    const char *const names[] = {
        "\x1b]0;title\x07_0.png", "line\nbreak_0.png", quoted, longest, "-rf_0.png",
        "\xe2\x80\xaegnp.png"};
    for (size_t i = 0; i < 6; i++)
        put_png(f->pictures, names[i], i);
    struct sit_import_result r = import_path(f->base.path, f->pictures, NULL, NULL);
    assert_int_equal(r.n_added, 6);
    struct sit_project *project = open_project(f->base.path, SIT_PROJECT_READ);
    for (size_t i = 0; i < 6; i++) {
        int64_t id;
        struct sit_face_detail detail = {0};
        assert_ok(sit_project_find_face(project, names[i], &id, err));
        assert_ok(sit_project_face_detail(project, id, 0, &detail, err));
        assert_string_equal(detail.name, names[i]);
        sit_face_detail_release(&detail);
    }
    sit_project_close(project);
    r = import_path(f->base.path, f->pictures, NULL, NULL);
    assert_int_equal(r.n_known, 6);
}

/* Links that lead back are walked once; two in one folder would double at each level.
 */
static void test_link_loops(void **state)
{
    struct import_fixture *f = *state;
    put_png(f->pictures, "male/a_0.png", 1);
    put_png(f->pictures, "female/b_0.png", 2);
    static const char *const links[][2] = {{"male/up", ".."},
                                           {"male/self", "."},
                                           {"female/other", "../male"},
                                           {"female/gone", "nowhere"}};
    for (size_t i = 0; i < 4; i++) {
        char *path = in_dir(f->pictures, links[i][0]);
        assert_int_equal(symlink(links[i][1], path), 0);
        free(path);
    }
    struct sit_import_result r = import_path(f->base.path, f->pictures, NULL, NULL);
    assert_int_equal(r.n_pictures, 2);
    assert_query(f->base.path, FACES, "a_0.png|a|test|m\nb_0.png|b|train|f\n");
    char *flat = in_dir(f->base.dir, "flat"), *linked = in_dir(flat, "linked");
    put_png(flat, "x/c_0.png", 3);
    assert_int_equal(symlink(f->pictures, linked),
                     0); /* a link elsewhere is followed */
    r = import_path(f->base.path, flat, NULL, NULL);
    assert_int_equal(r.n_pictures, 3);
    free(linked);
    free(flat);
}

struct interrupt {
    size_t n_calls, stop_at;
};

static bool interrupt(void *context, size_t done, size_t total, const char *text)
{
    struct interrupt *interrupt = context;
    (void)done;
    (void)total;
    (void)text;
    return ++interrupt->n_calls < interrupt->stop_at;
}

/* Interrupted and run again, the project is what it would have been. */
static void test_interrupted(void **state)
{
    enum { N = 1300 }; /* several transactions */
    struct import_fixture *f = *state;
    make_pictures(f->pictures, N);
    char *whole = in_dir(f->base.dir, "whole.db");
    sit_project_close(new_project(whole));
    import_path(whole, f->pictures, NULL, NULL);
    size_t n_interrupted = 0;
    for (size_t stop_at = 1; stop_at < 30; stop_at++) {
        struct sit_project *project = open_project(f->base.path, SIT_PROJECT_WRITE);
        struct interrupt context = {.stop_at = stop_at > 3 ? 1000000 : 2};
        struct sit_progress progress = {.report = interrupt, .context = &context};
        struct sit_import_options options = {0};
        struct sit_import_result r;
        const char *path = f->pictures;
        struct sit_error cause;
        enum sit_status status = sit_import_paths(project, &path, 1, &options, NULL,
                                                  &progress, &r, &cause);
        sit_project_close(project);
        if (status == SIT_OK)
            break;
        assert_int_equal(status, SIT_E_CANCELLED);
        assert_true(query_number(f->base.path, "SELECT count(*) FROM face") < N);
        n_interrupted++;
    }
    assert_true(n_interrupted >= 1);
    char *a = query_text(whole, FACES), *b = query_text(f->base.path, FACES);
    assert_string_equal(a, b);
    assert_int_equal(query_number(f->base.path, "SELECT count(*) FROM face"), N);
    free(a);
    free(b);
    free(whole);
}

static void test_single_file_and_missing_path(void **state)
{
    struct import_fixture *f = *state;
    make_pictures(f->pictures, 2);
    char *one = in_dir(f->pictures, "a000_1.png"), *gone = in_dir(f->pictures, "gone");
    struct sit_import_result r = import_path(f->base.path, one, NULL, NULL);
    assert_int_equal(r.n_added, 1);
    assert_query(f->base.path, "SELECT name FROM face", "a000_1.png\n");
    struct sit_project *project = open_project(f->base.path, SIT_PROJECT_WRITE);
    struct sit_import_options options = {0};
    struct sit_error cause = {0};
    const char *paths[] = {f->pictures, gone};
    assert_int_equal(
        sit_import_paths(project, paths, 2, &options, NULL, NULL, &r, &cause),
        SIT_E_IO);
    assert_non_null(strstr(cause.message, gone));
    sit_project_close(project);
    assert_int_equal(query_number(f->base.path, "SELECT count(*) FROM face"), 1);
    free(one);
    free(gone);
}

#define with_pictures(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_pictures(test_posters),
        cmocka_unit_test(test_default_source),
        with_pictures(test_split_by_source),
        with_pictures(test_split_by_face),
        with_pictures(test_layouts),
        with_pictures(test_source_pattern),
        with_pictures(test_duplicates_and_conflicts),
        with_pictures(test_bad_files),
        with_pictures(test_hostile_names),
        with_pictures(test_link_loops),
        with_pictures(test_interrupted),
        with_pictures(test_single_file_and_missing_path),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
