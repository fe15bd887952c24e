/*
 * Labels to and from files: CSV, JSON lines, folders; what the parser refuses.
 */
#include "picture_support.h"

#include "label_rows.h"
#include "sitter/export.h"
#include "sitter/labels.h"

static const char LABELS[] =
    "SELECT f.name, v.class_key, v.annotator, v.labelled_at_ms / 1000"
    " FROM v_label AS v JOIN face AS f ON f.id = v.face_id"
    " ORDER BY f.name";

/* Faces with names that want quoting; all but the last labelled. */
static const char *const NAMES[] = {
    "plain_0.png",  "com,ma_0.png", "quo\"te_0.png", "line\nbreak_0.png",
    " space_0.png", "\ttab_0.png",  "a\r\nb_0.png",  "\xd0\xb6_0.png",
    "{brace_0.png", "\"\"_0.png",   "tab\t_0.png ",  "unlabelled_0.png"};
enum { N_NAMES = sizeof NAMES / sizeof NAMES[0] };

static void add_named(struct sit_project *project, const char *name)
{
    struct sit_new_face face = {.name = name,
                                .width_px = 1,
                                .height_px = 1,
                                .format = "other",
                                .bytes = name,
                                .n_bytes = strlen(name)};
    int64_t id;
    sit_sha256(name, strlen(name), face.sha256);
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_add_source(project, name, true, SIT_TRAIN, &face.source_id,
                                     &face.split, err));
    assert_ok(sit_project_add_face(project, &face, &id, err));
    assert_ok(sit_project_commit(project, err));
}

static struct sit_project *named_project(const char *path)
{
    struct sit_project *project = new_project(path);
    for (size_t i = 0; i < N_NAMES; i++)
        add_named(project, NAMES[i]);
    return project;
}

static void label_some(struct sit_project *project, size_t n)
{
    struct sit_label_note note = {
        .origin = SIT_ORIGIN_SCREEN, .spent_ms = 1, .suggested = SIT_NO_CLASS};
    struct sit_labels *labels = NULL;
    assert_ok(sit_labels_open(project, "ann, \"a\"\n", &labels, err));
    for (size_t i = 0; i < n; i++)
        assert_ok(sit_labels_set(labels, i, (sit_class_index)(i % 3), &note, err));
    sit_labels_free(labels);
}

static void test_round_trip(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = named_project(f->path);
    label_some(project, N_NAMES - 1);
    char *expected = query_text(f->path, LABELS);
    for (int json = 0; json < 2; json++) {
        char *path = in_dir(f->dir, json ? "json.db" : "csv.db");
        struct sit_project *copy = named_project(path);
        struct sit_buf text = {0};
        struct sit_labels_import_result r;
        if (json)
            assert_ok(sit_export_jsonl(project, 0, &text, err));
        else
            assert_ok(sit_export_csv(project, 0, &text, err));
        assert_ok(
            sit_labels_import_bytes(copy, text.data, text.n_bytes, "x", NULL, &r, err));
        assert_int_equal(r.n_rows, N_NAMES);
        assert_int_equal(r.n_labelled, N_NAMES - 1);
        assert_int_equal(r.n_unlabelled, 1);
        assert_int_equal(r.n_unknown, 0);
        char *got = query_text(path, LABELS);
        assert_string_equal(got, expected);
        free(got);
        assert_ok(
            sit_labels_import_bytes(copy, text.data, text.n_bytes, "x", NULL, &r, err));
        assert_int_equal(r.n_labelled, 0);
        assert_int_equal(r.n_unchanged, N_NAMES - 1);
        sit_project_close(copy);
        sit_buf_release(&text);
        free(path);
    }
    free(expected);
    sit_project_close(project);
}

static void test_csv_text(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 2);
    struct sit_buf text = {0};
    assert_ok(sit_export_csv(project, 0, &text, err));
    assert_string_equal(text.data,
                        "face,source,split,label,annotator,labelled_at,prediction\r\n"
                        "f0000_0.jpg,f0000,test,,,,\r\nf0000_1.jpg,f0000,test,,,,\r\n");
    sit_buf_reset(&text);
    assert_ok(sit_export_jsonl(project, 0, &text, err));
    assert_non_null(strstr(
        text.data, "{\"face\":\"f0000_0.jpg\",\"source\":\"f0000\",\"split\":\"test\","
                   "\"label\":null,\"annotator\":null,\"labelled_at\":null,"
                   "\"prediction\":null,\"p\":{}}\n"));
    sit_buf_release(&text);
    sit_project_close(project);
}

struct bad_file {
    const char *bytes;
    size_t n_bytes;
    const char *message; /* part of it */
};

#define BAD(text, message)                                                             \
    {                                                                                  \
        text, sizeof text - 1, message                                                 \
    }

/* Each is refused with a message that names the file and what is wrong; nothing is
 * written, though the first row of each is good. */
static void test_refused_files(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    static const struct bad_file files[] = {
        BAD("", "'labels.x' is empty"),
        BAD("\xef\xbb\xbf", "is empty"),
        BAD("name,class\nf0000_0.jpg,m\n", "no columns 'face' and 'label'"),
        BAD("face,label,label\nf0000_0.jpg,m,f\n", "'label' is there twice"),
        BAD("face,label\nf0000_0.jpg,m\nf0000_1.jpg\n", "'labels.x', line 3: 1 fields"),
        BAD("face,label\nf0000_0.jpg,m\nf0000_1.jpg,f,x\n", "line 3: 3 fields"),
        BAD("face,label\nf0000_0.jpg,m\nf0000_1.jpg,dog\n",
            "line 3: 'dog' is no class"),
        BAD("face,label\nf0000_0.jpg,m\n\"f0000_1.jpg,f\n", "not closed"),
        BAD("face,label\nf0000_0.jpg,m\n\"f\"0_1.jpg,f\n", "line 3: a quote"),
        BAD("face,label\nf0000_0.jpg,m\nf\0000_1.jpg,f\n", "line 3: a NUL byte"),
        BAD("face,label,labelled_at\nf0000_0.jpg,m,\nf0000_1.jpg,f,yesterday\n",
            "line 3: 'yesterday' is no time"),
        BAD("face,label\nf0000_0.jpg,m\nf0000_1.jpg,m\na/f0000_0.png,f\n",
            "lines 2 and 4"),
        BAD("face,label\nx.jpg,m\ny.jpg,m\n", "none of the faces named in 'labels.x'"),
        BAD("{\"face\":\"f0000_0.jpg\",\"label\":\"m\"}\nnonsense\n",
            "'labels.x', line 2"),
        BAD("{\"face\":\"f0000_0.jpg\",\"label\":\"m\"}\n{\"face\":1}\n",
            "line 2: 'face' is no text"),
        BAD("{\"face\":\"f0000_0.jpg\",\"label\":\"m\"}\n{\"label\":\"m\"}\n",
            "line 2: no field 'face'"),
        BAD("{\"face\":\"f0000_0.jpg\",\"label\":\"m\"}\n[1]\n",
            "line 2: no JSON object"),
        BAD("{\"face\":\"a\",\"face\":\"b\",\"label\":\"m\"}\n", "line 1"),
        BAD("{\"face\":\"f0000_0.jpg\",\"label\":\"m\"}\n{\"face\":\"f0000_1\0\"}\n",
            "line 2"),
        BAD("{\"face\":\"f0000_0.jpg\",\"label\":\"m\"}\n{\"face\":\"f0000_1.jpg\","
            "\"label\":\"M\xff\"}\n",
            "line 2"),
    };
    char *before = dump_tables(f->path);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct sit_labels_import_result r = {.n_rows = 77};
        struct sit_error cause = {0};
        enum sit_status status = sit_labels_import_bytes(
            project, files[i].bytes, files[i].n_bytes, "labels.x", NULL, &r, &cause);
        if (status != SIT_E_FORMAT && status != SIT_E_NOT_FOUND)
            fail_msg("file %zu: %s", i, sit_status_name(status));
        if (strstr(cause.message, files[i].message) == NULL ||
            strstr(cause.message, "labels.x") == NULL)
            fail_msg("file %zu: %s", i, cause.message);
        assert_int_equal(r.n_rows, 77);
        char *after = dump_tables(f->path);
        assert_string_equal(after, before);
        free(after);
    }
    free(before);
    sit_project_close(project);
}

static void test_accepted_files(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 6);
    static const char csv[] = "\xef\xbb\xbflabelled_at,label,x,face\r\n"
                              "2017-09-30T12:00:00Z,MALE,,faces/f0000_0.jpg\r\n"
                              ",f,\"a,b\",\"f0000_1.png\"\r\n"
                              "\r\n"
                              ",o,,f0001_0\r\n"
                              ",,,f0001_1.jpg\r\n"
                              ",m,,stranger.jpg"; /* no line break at the end */
    struct sit_labels_import_result r;
    struct sit_buf notes_text = {0};
    struct sit_notes notes = {.note = collect_note, .context = &notes_text};
    assert_ok(
        sit_labels_import_bytes(project, csv, sizeof csv - 1, "c", &notes, &r, err));
    assert_int_equal(r.n_rows, 5);
    assert_int_equal(r.n_labelled, 3);
    assert_int_equal(r.n_unlabelled, 1);
    assert_int_equal(r.n_unknown, 1);
    assert_non_null(strstr(notes_text.data, "no face 'stranger.jpg'"));
    assert_query(f->path,
                 "SELECT f.name, v.class_key, v.annotator FROM v_label AS v"
                 " JOIN face AS f ON f.id = v.face_id ORDER BY f.id",
                 "f0000_0.jpg|m|import\nf0000_1.jpg|f|import\nf0001_0.jpg|o|import\n");
    assert_int_equal(query_number(f->path, "SELECT at_ms FROM event WHERE face_id = 1"),
                     1506772800000);
    static const char json[] = "\n {\"face\": \"f0002_0.jpg\", \"label\": \"female\","
                               " \"annotator\": \"zoe\", \"p\": {\"m\": 0.5}}\r\n\n"
                               "{\"face\": \"f0002_1.jpg\", \"label\": null}";
    assert_ok(
        sit_labels_import_bytes(project, json, sizeof json - 1, "j", NULL, &r, err));
    assert_int_equal(r.n_labelled, 1);
    assert_int_equal(r.n_unlabelled, 1);
    assert_query(f->path, "SELECT class_key, annotator FROM v_label WHERE face_id = 5",
                 "f|zoe\n");
    sit_buf_release(&notes_text);
    sit_project_close(project);
}

/* Names as other programs have them: exact before anything else, and never a guess. */
static void test_names_of_faces(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_named(project, "x_9.jpg");
    add_named(project, "x_9.png");
    add_named(project, "sub/y_0.jpg");
    add_named(project, "y_0.jpg");
    add_named(project, ".z");
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_add_alias(project, "copy_of_y.jpg", 3, err));
    assert_ok(sit_project_commit(project, err));
    static const struct {
        const char *name;
        int face; /* 0: none */
    } cases[] = {{"x_9", 0},
                 {"x_9.bmp", 0},
                 {"x_9.png", 2},
                 {"/a/b/x_9.jpg", 1},
                 {"sub/y_0.jpg", 3},
                 {"a/sub/y_0.png", 3},
                 {"other/y_0.jpg", 4},
                 {"copy_of_y.png", 3},
                 {".z", 5},
                 {"a/.z", 5},
                 {"", 0},
                 {"/", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sit_buf text = {0};
        struct sit_labels_import_result r = {0};
        struct sit_error cause;
        sit_buf_appendf(&text, "face,label\n\"%s\",%c\n", cases[i].name,
                        i % 2 ? 'm' : 'f');
        enum sit_status status = sit_labels_import_bytes(
            project, text.data, text.n_bytes, "x", NULL, &r, &cause);
        long long face = query_number(f->path,
                                      "SELECT coalesce((SELECT face_id FROM event"
                                      " ORDER BY id DESC LIMIT 1), 0)");
        if ((status == SIT_OK) != (cases[i].face != 0) ||
            (status == SIT_OK && face != cases[i].face))
            fail_msg("'%s' is taken for face %lld", cases[i].name, face);
        free(query_text(f->path, "DROP TRIGGER event_no_delete"));
        free(query_text(f->path, "DELETE FROM event"));
        free(query_text(f->path, "CREATE TRIGGER event_no_delete BEFORE DELETE ON event"
                                 " BEGIN SELECT raise(ABORT, ''); END"));
        sit_buf_release(&text);
    }
    sit_project_close(project);
}

static void test_file_and_folder(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_labels_import_result r;
    struct sit_error cause = {0};
    assert_int_equal(sit_labels_import(project, f->dir, NULL, &r, &cause), SIT_E_IO);
    assert_non_null(strstr(cause.message, f->dir));
    sit_project_close(project);
}

static void test_imagefolder(void **state)
{
    struct fixture *f = *state;
    char *pictures = in_dir(f->dir, "pictures"), *out = in_dir(f->dir, "out"),
         *second = in_dir(f->dir, "second.db");
    struct sit_project *project = new_project(f->path);
    struct sit_error cause = {0};
    size_t n = 0;
    make_pictures(pictures, 12);
    put_png(pictures, "deep/er/z_0.png", 77);
    import_path(f->path, pictures, NULL, NULL);
    assert_int_equal(sit_export_imagefolder(project, out, &n, &cause), SIT_E_NOT_FOUND);
    assert_int_not_equal(access(out, F_OK), 0);
    label_some(project, 13);
    assert_ok(sit_export_imagefolder(project, out, &n, err));
    assert_int_equal(n, 13);
    assert_int_equal(sit_export_imagefolder(project, out, &n, &cause), SIT_E_EXISTS);
    assert_non_null(strstr(cause.message, out));
    assert_int_equal(sit_export_imagefolder(project, f->path, &n, &cause), SIT_E_IO);
    sit_project_close(new_project(second));
    struct sit_import_result r = import_path(second, out, NULL, NULL);
    assert_int_equal(r.n_added, 13);
    static const char sql[] =
        "SELECT f.name, f.split, v.class_key, hex(f.sha256) FROM face"
        " AS f JOIN v_label AS v ON v.face_id = f.id ORDER BY 1";
    char *a = query_text(f->path, sql), *b = query_text(second, sql);
    assert_string_equal(a, b);
    free(a);
    free(b);
    /* An empty folder may be filled. */
    char *empty = in_dir(f->dir, "empty");
    assert_int_equal(mkdir(empty, 0700), 0);
    assert_ok(sit_export_imagefolder(project, empty, &n, err));
    char *listing = folder_state(f->dir);
    assert_null(strstr(listing, ".part-"));
    free(listing);
    sit_project_close(project);
    free(empty);
    free(pictures);
    free(out);
    free(second);
}

/* Names and classes of a forged project stay inside the folder. */
static void test_imagefolder_hostile_names(void **state)
{
    struct fixture *f = *state;
    char *inner = in_dir(f->dir, "a"), *out = in_dir(inner, "b");
    struct sit_project *project = new_project(f->path);
    add_named(project, "../../x_0.png");
    add_named(project, "/abs_0.png");
    add_named(project, "./.././y_0.png");
    add_named(project, "..");
    label_some(project, 4);
    free(query_text(f->path, "UPDATE class SET name = '../../../evil' WHERE id = 2"));
    free(query_text(f->path, "UPDATE class SET name = '' WHERE id = 3"));
    assert_ok(sit_file_make_dir(inner, err));
    size_t n = 0;
    assert_ok(sit_export_imagefolder(project, out, &n, err));
    assert_int_equal(n, 4);
    char *outside = folder_state(f->dir), *listing = folder_state(inner);
    assert_null(strstr(outside, "evil"));
    assert_null(strstr(outside, "png"));
    assert_null(strstr(listing, "evil"));
    assert_null(strstr(listing, "png"));
    static const char *const expected[] = {"test/male/_/_/x_0.png",
                                           "train/_/_/_/evil/_/abs_0.png",
                                           "train/_/_/_/y_0.png", "train/male/_"};
    for (size_t i = 0; i < 4; i++) {
        char *path = in_dir(out, expected[i]);
        if (access(path, F_OK) != 0)
            fail_msg("%s is not there", path);
        free(path);
    }
    free(outside);
    free(listing);
    sit_project_close(project);
    free(out);
    free(inner);
}

static void test_rows_lines(void **state)
{
    (void)state;
    struct label_rows rows = {0};
    static const char csv[] = "face,label\n\"a\nb\",m\n\nc,f\n";
    assert_ok(label_rows_parse(csv, sizeof csv - 1, "x", &rows, err));
    assert_int_equal(rows.n, 2);
    assert_string_equal(rows.items[0].face, "a\nb");
    assert_int_equal(rows.items[1].line, 5);
    label_rows_release(&rows);
    label_rows_release(&rows); /* harmless */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_round_trip),     with_fixture(test_csv_text),
        with_fixture(test_refused_files),  with_fixture(test_accepted_files),
        with_fixture(test_names_of_faces), with_fixture(test_file_and_folder),
        with_fixture(test_imagefolder),    with_fixture(test_imagefolder_hostile_names),
        cmocka_unit_test(test_rows_lines),
    };
    return cmocka_run_group_tests_name("label files", tests, NULL, NULL);
}
