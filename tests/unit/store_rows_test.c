/*
 * What the tables hold: classes, annotators, settings, sources, faces and their names,
 * feature sets, models.
 */
#include "project_support.h"

#include "sitter/text.h"

static void test_class_list(void **state)
{
    (void)state;
    struct sit_class_list list = {0};
    assert_ok(sit_class_list_add(&list, "a:adult", err));
    assert_ok(sit_class_list_add(&list, "c:child:exclude", err));
    assert_ok(sit_class_list_add(&list, "\xd0\xb6:\xd0\xb6\xd1\x83\xd0\xba", err));
    assert_true(list.items[1].excluded && !list.items[0].excluded);
    assert_string_equal(list.items[1].name, "child");
    assert_int_equal(sit_class_list_find(&list, "ADULT"), 0);
    assert_int_equal(sit_class_list_find(&list, "c"), 1);
    assert_int_equal(sit_class_list_find(&list, "C"), SIT_NO_CLASS);
    assert_int_equal(sit_class_list_find(&list, "\xd0\xb6"), 2);
    assert_int_equal(sit_class_list_find(&list, ""), SIT_NO_CLASS);
    static const char *const refused[] = {
        "",
        "a",
        "a:",
        ":x",
        "a:other",
        "b:Adult",
        "b:x:excluded",
        "b:x:exclude:y",
        "bb:x",
        "u:undo",
        "?:what",
        "\x1b:esc",
        "\xff:bad",
        "b:a/b",
        "b:.hidden",
        "b:\xff",
        "b:0123456789012345678901234567890123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct sit_error cause = {0};
        if (sit_class_list_add(&list, refused[i], &cause) != SIT_E_ARG ||
            cause.message[0] == '\0')
            fail_msg("'%s' was taken", refused[i]);
        assert_int_equal(list.n, 3);
    }
    struct sit_error cause;
    for (int i = 3; i < SIT_PROJECT_MAX_CLASSES; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d:class %d", i % 10, i);
        if (i >= 10)
            snprintf(text, sizeof text, "%c:class %d", 'A' + i - 10, i);
        assert_ok(sit_class_list_add(&list, text, err));
    }
    assert_int_equal(sit_class_list_add(&list, "z:too many", &cause), SIT_E_LIMIT);
}

static void test_annotators_and_settings(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    int64_t a, b;
    struct sit_error cause;
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_annotator(project, "ann", &a, err));
    assert_ok(sit_project_annotator(project, "\x1b[31m", &b, err));
    assert_int_not_equal(a, b);
    assert_ok(sit_project_annotator(project, "ann", &b, err));
    assert_int_equal(a, b);
    assert_ok(sit_project_set_setting(project, "k", "1", err));
    assert_ok(sit_project_set_setting(project, "k", "2", err));
    assert_ok(sit_project_commit(project, err));
    struct sit_buf value = {0};
    assert_ok(sit_project_setting(project, "k", &value, err));
    assert_string_equal(value.data, "2");
    assert_int_equal(sit_project_setting(project, "nothing", &value, &cause),
                     SIT_E_NOT_FOUND);
    sit_buf_release(&value);
    sit_project_close(project);
}

static void test_sources_and_faces(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_error cause;
    add_faces(project, 0, 10);
    assert_query(f->path,
                 "SELECT group_concat(split, ' ') FROM (SELECT split FROM source"
                 " ORDER BY id)",
                 "test train train train test\n");
    const char *const keywords[] = {"rice", "army"};
    struct sit_source_facts facts = {.title = "T",
                                     .year = 1960,
                                     .year_text = "c. 1960",
                                     .keywords = keywords,
                                     .n_keywords = 2};
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_set_source_facts(project, "f0001", &facts, err));
    assert_ok(sit_project_set_source_facts(project, "f0001", &facts, err));
    assert_int_equal(sit_project_set_source_facts(project, "no", &facts, &cause),
                     SIT_E_NOT_FOUND);
    assert_ok(sit_project_add_alias(project, "second name", 3, err));
    assert_ok(sit_project_add_alias(project, "second name", 3, err));
    assert_ok(sit_project_commit(project, err));
    int64_t id;
    assert_ok(sit_project_find_face(project, "second name", &id, err));
    assert_int_equal(id, 3);
    assert_int_equal(sit_project_find_face(project, "second", &id, &cause),
                     SIT_E_NOT_FOUND);
    struct sit_face_detail detail = {0};
    assert_ok(sit_project_face_detail(project, 3, 0, &detail, err));
    assert_string_equal(detail.source, "f0001");
    assert_string_equal(detail.title, "T");
    assert_string_equal(detail.year, "c. 1960");
    assert_string_equal(detail.keywords, "rice; army");
    assert_null(detail.description);
    assert_null(detail.annotator);
    assert_int_equal(detail.label, SIT_NO_CLASS);
    assert_int_equal(sit_project_face_detail(project, 99, 0, &detail, &cause),
                     SIT_E_NOT_FOUND);
    assert_string_equal(detail.source, "f0001"); /* unchanged on failure */
    sit_face_detail_release(&detail);
    struct sit_buf bytes = {0};
    assert_ok(sit_project_face_picture(project, 3, &bytes, err));
    assert_string_equal(bytes.data, "f0001_0.jpg");
    assert_int_equal(sit_project_face_picture(project, 99, &bytes, &cause),
                     SIT_E_NOT_FOUND);
    sit_buf_release(&bytes);
    uint8_t *digests = NULL, digest[SIT_SHA256_BYTES];
    size_t n;
    assert_ok(sit_project_contents(project, &digests, &n, err));
    assert_int_equal(n, 10);
    for (size_t i = 1; i < n; i++)
        assert_true(memcmp(digests + (i - 1) * SIT_SHA256_BYTES,
                           digests + i * SIT_SHA256_BYTES, SIT_SHA256_BYTES) < 0);
    free(digests);
    sit_sha256("f0001_0.jpg", 11, digest);
    assert_ok(sit_project_find_content(project, digest, &id, err));
    assert_int_equal(id, 3);
    sit_project_close(project);
}

/* Sources are numbered by id among those that occur; ids need not be dense. */
static void test_face_table(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_face_table table = {0};
    assert_ok(sit_face_table_load(project, 0, &table, err));
    assert_int_equal(table.n, 0);
    assert_int_equal(table.n_sources, 0);
    assert_true(sit_face_table_find(&table, 1) == SIZE_MAX);
    sit_face_table_release(&table);
    add_faces(project, 0, 6);
    free(query_text(f->path, "UPDATE source SET id = 900 WHERE id = 2"));
    free(query_text(f->path, "UPDATE face SET source_id = 900 WHERE source_id = 2"));
    free(query_text(f->path, "UPDATE face SET id = 70 WHERE id = 6"));
    assert_ok(sit_face_table_load(project, 0, &table, err));
    static const uint32_t sources[] = {0, 0, 2, 2, 1, 1};
    assert_int_equal(table.n, 6);
    assert_int_equal(table.n_sources, 3);
    assert_memory_equal(table.source, sources, sizeof sources);
    assert_int_equal(sit_face_table_find(&table, 70), 5);
    assert_true(sit_face_table_find(&table, 6) == SIZE_MAX);
    assert_true(sit_face_table_find(&table, 71) == SIZE_MAX);
    sit_face_table_release(&table);
    sit_project_close(project);
}

static bool count_vectors(void *context, int64_t face_id, const float *vector)
{
    size_t *n = context;
    assert_true(vector[0] == (float)face_id);
    return ++*n < 3;
}

static void test_feature_sets(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_feature_set set = {0};
    struct sit_error cause = {0};
    int64_t id, other, *missing = NULL;
    size_t n = 0, n_missing;
    add_faces(project, 0, 5);
    assert_ok(sit_project_begin_feature_set(project, "a", 2, "npy", "{1}", &id, err));
    assert_ok(sit_project_begin(project, err));
    for (int64_t face = 1; face <= 4; face++) {
        float vector[2] = {(float)face, 0};
        assert_ok(sit_project_put_feature(project, id, face, vector, 2, err));
        assert_ok(sit_project_put_feature(project, id, face, vector, 2, err));
    }
    assert_ok(sit_project_commit(project, err));
    assert_int_equal(sit_project_feature_set(project, "a", &set, &cause),
                     SIT_E_NOT_FOUND);
    assert_ok(
        sit_project_begin_feature_set(project, "a", 2, "npy", "{1}", &other, err));
    assert_int_equal(id, other); /* taken up again */
    assert_ok(sit_project_finish_feature_set(project, id, err));
    assert_ok(sit_project_feature_set(project, NULL, &set, err));
    assert_int_equal(set.n_faces, 4);
    assert_string_equal(set.provenance, "{1}");
    free(set.provenance);
    assert_int_equal(
        sit_project_begin_feature_set(project, "a", 2, "npy", "{2}", &other, &cause),
        SIT_E_EXISTS);
    assert_ok(
        sit_project_faces_without_feature(project, id, &missing, &n_missing, err));
    assert_int_equal(n_missing, 1);
    assert_int_equal(missing[0], 5);
    free(missing);
    assert_ok(sit_project_features(project, id, 2, 1, count_vectors, &n, err));
    assert_int_equal(n, 3); /* after id 1, and the visitor ended it */
    n = 0;
    assert_int_equal(sit_project_features(project, id, 3, 0, count_vectors, &n, &cause),
                     SIT_E_FORMAT);
    assert_int_equal(n, 0);
    /* Models go with their set. */
    struct sit_model model = {.head = "logistic",
                              .feature_set_id = id,
                              .n_classes = 2,
                              .classes = {0, 1},
                              .options = (char *)"{}",
                              .report = (char *)"{}"};
    int64_t model_id;
    float p[2] = {0.25f, 0.75f};
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_add_model(project, &model, "bytes", 5, &model_id, err));
    model.id = model_id;
    assert_ok(sit_project_put_prediction(project, &model, 1, p, err));
    assert_ok(sit_project_commit(project, err));
    struct sit_model read = {0};
    struct sit_buf bytes = {0};
    assert_ok(sit_project_model(project, 0, &read, err));
    assert_string_equal(read.features, "a");
    assert_int_equal(read.classes[1], 1);
    assert_ok(sit_project_model_bytes(project, model_id, &bytes, err));
    assert_string_equal(bytes.data, "bytes");
    free(read.options);
    free(read.report);
    sit_buf_release(&bytes);
    assert_ok(sit_project_remove_feature_set(project, id, err));
    assert_query(f->path,
                 "SELECT (SELECT count(*) FROM feature), (SELECT count(*) FROM"
                 " model), (SELECT count(*) FROM prediction),"
                 " (SELECT count(*) FROM model_class)",
                 "0|0|0|0\n");
    sit_project_close(project);
    assert_sound(f->path);
}

/* Model numbers are not used again: an id in somebody's notes stays that model's. */
static void test_model_ids(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    int64_t set, first, second;
    assert_ok(sit_project_begin_feature_set(project, "a", 2, "npy", "", &set, err));
    struct sit_model model = {.head = "mlp",
                              .feature_set_id = set,
                              .n_classes = 1,
                              .classes = {2},
                              .options = (char *)"",
                              .report = (char *)""};
    assert_ok(sit_project_add_model(project, &model, "x", 1, &first, err));
    assert_ok(sit_project_remove_model(project, first, err));
    assert_ok(sit_project_add_model(project, &model, "x", 1, &second, err));
    assert_true(second > first);
    struct sit_model *models = NULL;
    size_t n;
    assert_ok(sit_project_models(project, &models, &n, err));
    assert_int_equal(n, 1);
    assert_int_equal(models[0].id, second);
    sit_models_release(models, n);
    sit_project_close(project);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_class_list),
        with_fixture(test_annotators_and_settings),
        with_fixture(test_sources_and_faces),
        with_fixture(test_face_table),
        with_fixture(test_feature_sets),
        with_fixture(test_model_ids),
    };
    sit_text_init_locale(); /* the width of a class key */
    return cmocka_run_group_tests_name("store rows", tests, NULL, NULL);
}
