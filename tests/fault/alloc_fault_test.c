/*
 * The n-th allocation fails, for every n of a piece of work: it succeeds all the same
 * or says that memory is short; the sanitizers watch over leaks. SQLite is
 * told to fail likewise. What jansson and libcsv allocate is left alone: their words
 * for it are not ours.
 */
#include "unit/picture_support.h"
#include "unit/train_support.h"

#include "alloc_faults.h"
#include "import_scan.h"
#include "label_rows.h"
#include "live_learner.h"
#include "sitter/compare.h"
#include "sitter/feature_job.h"
#include "sitter/head.h"
#include "sitter/learning_curve.h"
#include "sitter/npy.h"
#include "sitter/session.h"
#include "sitter/suspect.h"

static sqlite3_mem_methods sqlite_memory;

static void *sqlite_malloc(int n_bytes)
{
    return should_fail() ? NULL : sqlite_memory.xMalloc(n_bytes);
}

static void *sqlite_realloc(void *block, int n_bytes)
{
    return should_fail() ? NULL : sqlite_memory.xRealloc(block, n_bytes);
}

static void fail_in_sqlite(void)
{
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory),
                     SQLITE_OK);
    sqlite3_mem_methods faulty = sqlite_memory;
    faulty.xMalloc = sqlite_malloc;
    faulty.xRealloc = sqlite_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty), SQLITE_OK);
}

/* Fail each allocation in turn; how many there were. */
static size_t fail_each(work_fn *work, void *context, enum sit_status at_last)
{
    return fail_by(work, context, at_last, 0);
}

static enum sit_status parse_rows(void *context, struct sit_error *cause)
{
    const char *text = context;
    struct label_rows rows = {0};
    enum sit_status status = label_rows_parse(text, strlen(text), "x", &rows, cause);
    label_rows_release(&rows);
    return status;
}

static void test_label_rows(void **state)
{
    (void)state;
    char csv[] =
        "x,face,label,annotator,labelled_at\n1,\"a\nb\",m,ann,2017-09-30T12:00:00Z\n"
        "2,b,f,,\n3,c,,,\n";
    char json[] = "{\"face\":\"a\",\"label\":\"m\",\"annotator\":\"ann\"}\n"
                  "{\"face\":\"b\",\"p\":{\"m\":0.25},\"labelled_at\":null}\n";
    char broken[] = "face,label\na,m\nb\n";
    assert_true(fail_each(parse_rows, csv, SIT_OK) > 10);
    assert_true(fail_each(parse_rows, json, SIT_OK) > 4);
    assert_true(fail_each(parse_rows, broken, SIT_E_FORMAT) > 3);
}

static enum sit_status scan(void *context, struct sit_error *cause)
{
    struct import_files files = {0};
    struct sit_class_list classes;
    const char *path = context;
    sit_class_list_default(&classes);
    enum sit_status status = import_scan(&path, 1, &classes, NULL, SIT_SPLIT_BY_SOURCE,
                                         &files, cause);
    if (status == SIT_OK)
        assert_int_equal(files.n, 4);
    import_files_release(&files);
    return status;
}

static void test_import_scan(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"train/male/a_0.jpg",
                                        "train/female/sub/b_0.jpg", "test/male/c_0.jpg",
                                        "test/d.png"};
    for (size_t i = 0; i < 4; i++) {
        char *path = in_dir(f->dir, names[i]), *folder = strdup(path);
        *strrchr(folder, '/') = '\0';
        assert_ok(sit_file_make_dir(folder, err));
        write_text(path, "x");
        free(folder);
        free(path);
    }
    assert_true(fail_each(scan, f->dir, SIT_OK) > 20);
}

/* Open, label, undo, look about, close. */
static enum sit_status session(void *context, struct sit_error *cause)
{
    const char *path = context;
    struct sit_project *project = NULL;
    struct sit_session *s = NULL;
    struct sit_undo_result result;
    bool flag;
    enum sit_status status = sit_project_open(path, SIT_PROJECT_WRITE, &project, cause);
    if (status == SIT_OK)
        status = sit_session_open(project, "ann", NULL, &s, cause);
    if (status == SIT_OK)
        status = sit_session_label(s, 1, 5, cause);
    if (status == SIT_OK)
        status = sit_session_undo(s, &result, cause);
    if (status == SIT_OK)
        status = sit_session_redo(s, &result, cause);
    if (status == SIT_OK)
        status = sit_session_find(s, "f0002", false, cause);
    if (status == SIT_OK)
        status = sit_session_skip(s, &flag, cause);
    if (status == SIT_OK)
        status = sit_session_refresh(s, &flag, cause);
    /* Whatever happened, memory agrees with itself. */
    if (s != NULL) {
        const struct sit_session_view *view = sit_session_get_view(s);
        assert_true(view->position < view->n_faces);
        assert_non_null(view->face->name);
    }
    sit_session_free(s);
    sit_project_close(project);
    return status;
}

/* Another order, a filter, remarks. */
static enum sit_status narrowed_session(void *context, struct sit_error *cause)
{
    const struct sit_session_options options = {.queue = SIT_QUEUE_RANDOM};
    struct sit_session *s = NULL;
    bool flag;
    enum sit_status status = sit_session_open(context, "ann", &options, &s, cause);
    if (status == SIT_OK)
        status = sit_session_set_filter(s, "name~f000 split=train", cause);
    if (status == SIT_OK)
        status = sit_session_skip(s, &flag, cause);
    if (status == SIT_OK)
        status = sit_session_toggle_bookmark(s, cause);
    sit_session_free(s);
    return status;
}

static void test_session(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 6);
    sit_project_close(project);
    assert_true(fail_each(session, f->path, SIT_OK) > 200);
    project = open_project(f->path, SIT_PROJECT_WRITE);
    assert_true(fail_each(narrowed_session, project, SIT_OK) > 20);
    sit_project_close(project);
    assert_sound(f->path);
    /* Each undo was followed by a redo of the same, or by nothing. */
    assert_int_equal(query_number(f->path,
                                  "SELECT count(*) FROM event WHERE kind = 'undo'"
                                  " AND undoes IS NULL"),
                     0);
}

struct bytes {
    const unsigned char *bytes;
    size_t n;
};

static enum sit_status parse_npy(void *context, struct sit_error *cause)
{
    const struct bytes *bytes = context;
    struct sit_npy npy = {0};
    return sit_npy_parse_header(bytes->bytes, bytes->n, bytes->n, 2, "x", &npy, cause);
}

static void test_npy_header(void **state)
{
    (void)state;
    static unsigned char file[128 + 24] = "\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', "
                                          "'fortran_order': False, 'shape': (2, 3), }";
    memset(file + strlen((char *)file + 10) + 10, ' ',
           128 - 10 - strlen((char *)file + 10));
    file[127] = '\n';
    struct bytes bytes = {file, sizeof file};
    fail_each(parse_npy, &bytes, SIT_OK);
}

struct feature_files {
    const char *db;
    char *npy, *names;
};

/* Compute, export in an order, import what was exported, remove. */
static enum sit_status features(void *context, struct sit_error *cause)
{
    const struct feature_files *files = context;
    struct sit_project *project = NULL;
    struct sit_extract_options options = {.set_name = "a", .batch = 2, .n_jobs = 1};
    struct sit_feature_result result;
    struct sit_feature_set set = {0};
    size_t n;
    enum sit_status status = sit_project_open(files->db, SIT_PROJECT_WRITE, &project,
                                              cause);
    if (status == SIT_OK)
        status = sit_features_extract(project, &options, NULL, NULL, &result, cause);
    if (status == SIT_OK)
        status = sit_features_export(project, "a", files->npy, files->names,
                                     files->names, NULL, &n, cause);
    if (status == SIT_OK)
        status = sit_features_import(project, files->npy, files->names, "b", NULL, NULL,
                                     &result, cause);
    if (status == SIT_OK)
        status = sit_project_any_feature_set(project, "a", &set, cause);
    if (status == SIT_OK)
        status = sit_project_remove_feature_set(project, set.id, cause);
    free(set.provenance);
    sit_project_close(project);
    return status;
}

static void test_features(void **state)
{
    struct fixture *f = *state;
    char *pictures = in_dir(f->dir, "pictures");
    struct feature_files files = {f->path, in_dir(f->dir, "x.npy"),
                                  in_dir(f->dir, "names.txt")};
    sit_project_close(new_project(f->path));
    make_pictures(pictures, 3);
    import_path(f->path, pictures, NULL, NULL);
    write_text(files.names, "a000_1.png\na000_0.png\na001_0.png\n");
    assert_true(fail_each(features, &files, SIT_OK) > 100);
    assert_sound(f->path);
    assert_query(f->path, "SELECT count(*) FROM feature", "3\n");
    free(files.npy);
    free(files.names);
    free(pictures);
}

static enum sit_status add_classes(void *context, struct sit_error *cause)
{
    (void)context;
    struct sit_class_list list = {0};
    enum sit_status status = sit_class_list_add(&list, "a:adult", cause);
    if (status == SIT_OK)
        status = sit_class_list_add(&list, "b:baby:exclude", cause);
    return status;
}

static void test_class_list(void **state)
{
    (void)state;
    fail_each(add_classes, NULL, SIT_OK);
}

enum { JUDGED_ROWS = 40 };

/* Two clouds, two rows a source. */
static void make_rows(float *x, uint8_t *y, uint32_t *group)
{
    for (uint32_t i = 0; i < JUDGED_ROWS; i++) {
        y[i] = (uint8_t)(i / 2 % 2);
        x[2 * i] = (y[i] == 1 ? 1.f : -1.f) + 0.3f * (float)(i % 7);
        x[2 * i + 1] = 0.1f * (float)(i % 5);
        group[i] = i / 2;
    }
}

static enum sit_status judge(void *context, struct sit_error *cause)
{
    const struct sit_dataset *data = context;
    float p[JUDGED_ROWS * 2];
    struct sit_head_options options;
    struct sit_metrics metrics;
    struct sit_metrics_intervals intervals;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = 1;
    enum sit_status status = sit_suspect_probabilities(data, &options, NULL, p, NULL,
                                                       cause);
    if (status == SIT_OK)
        status = sit_metrics_compute(p, data->y, data->n, 2, &metrics, cause);
    if (status == SIT_OK)
        status = sit_metrics_bootstrap(p, data->y, data->group, data->n, 2, 10, 1, NULL,
                                       &intervals, cause);
    return status;
}

static enum sit_status draw_curve(void *context, struct sit_error *cause)
{
    const struct sit_dataset *data = context;
    struct sit_learning_options options = {
        .fallback_c = 1, .n_points = 2, .n_repeats = 1};
    struct sit_learning_curve curve;
    sit_head_options_init(&options.head, SIT_HEAD_LOGISTIC);
    options.head.c = 1;
    return sit_learning_curve(data, NULL, &options, NULL, &curve, cause);
}

static void test_judging(void **state)
{
    (void)state;
    float x[JUDGED_ROWS * 2];
    uint8_t y[JUDGED_ROWS];
    uint32_t group[JUDGED_ROWS];
    make_rows(x, y, group);
    struct sit_dataset data = {x, y, group, JUDGED_ROWS, 2, 2};
    assert_true(fail_each(judge, &data, SIT_OK) > 100);
    assert_true(fail_each(draw_curve, &data, SIT_OK) > 50);
}

static enum sit_status compare(void *context, struct sit_error *cause)
{
    const char *path = context;
    struct sit_project *project = NULL;
    struct sit_comparison comparison;
    enum sit_status status = sit_project_open(path, SIT_PROJECT_READ, &project, cause);
    if (status == SIT_OK)
        status = sit_compare(project, 1, 2, SIT_EVALUATE_TEST, NULL, &comparison,
                             cause);
    sit_project_close(project);
    return status;
}

static void test_compare(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_train_options weak = logistic(0.01), strong = logistic(1);
    struct sit_evaluation e;
    add_faces(project, 0, N_FACES);
    put_features(project, "x");
    label_faces(project, 0, N_FACES, false);
    assert_ok(sit_train(project, &weak, NULL, NULL, &e, NULL, err));
    label_faces(project, 0, 10, false);
    assert_ok(sit_train(project, &strong, NULL, NULL, &e, NULL, err));
    sit_project_close(project);
    assert_true(fail_each(compare, f->path, SIT_OK) > 100);
}

static enum sit_status use_mlp(void *context, struct sit_error *cause)
{
    const struct sit_dataset *data = context;
    struct sit_head_options options;
    struct sit_head *head = NULL;
    struct sit_buf bytes = {0};
    float p[2 * 12];
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.n_epochs = 2;
    options.hidden[0] = options.hidden[1] = 4;
    options.early_stop = 0.5;
    enum sit_status status = sit_head_train(data, data, &options, NULL, &head, NULL,
                                            cause);
    if (status == SIT_OK)
        status = sit_head_predict(head, data->x, data->n, data->d, p, cause);
    if (status == SIT_OK)
        status = sit_head_serialise(head, &bytes, cause);
    sit_buf_release(&bytes);
    sit_head_free(head);
    return status;
}

static void test_mlp(void **state)
{
    (void)state;
    float x[12 * 3];
    uint8_t y[12];
    uint32_t group[12];
    for (size_t i = 0; i < 12; i++) {
        y[i] = i % 2;
        group[i] = (uint32_t)i;
        for (size_t j = 0; j < 3; j++)
            x[i * 3 + j] = (float)(i * j % 5);
    }
    struct sit_dataset data = {x, y, group, 12, 3, 2};
    assert_true(fail_each(use_mlp, &data, SIT_OK) > 15);
}

/*
 * The live model, but for its thread: where it fails, the thread says so and ends
 */

enum { N_LIVE = 60, LIVE_DIM = 3 };

static enum sit_status read_live(void *context, size_t index, float *x, bool *found,
                                 struct sit_error *cause)
{
    (void)context, (void)cause;
    for (size_t j = 0; j < LIVE_DIM; j++)
        x[j] = (float)((index * (j + 3) * 7919) % 101);
    *found = index % 7 != 0;
    return SIT_OK;
}

static enum sit_status learn(void *context, struct sit_error *cause)
{
    const struct sit_face_table *table = context;
    const struct live_reader reader = {.read = read_live};
    struct queue_entry ranked[QUEUE_N_RANKED];
    struct live_learner learner = {0};
    struct live_faces faces = {0};
    struct sit_class_list classes;
    uint8_t is_candidate[N_LIVE];
    uint32_t wanted[] = {0, 4, 8};
    size_t n_taken;
    memset(is_candidate, 1, sizeof is_candidate);
    sit_class_list_default(&classes);
    enum sit_status status = live_faces_copy(table, is_candidate, &faces, cause);
    if (status == SIT_OK)
        status = live_learner_init(&learner, &faces, LIVE_DIM, &classes, 1, &reader,
                                   cause);
    if (status == SIT_OK)
        status = live_learner_load(&learner, NULL, cause);
    for (size_t i = 0; status == SIT_OK && i < 30; i++)
        status = live_learner_set_face(&learner, i, (sit_class_index)(i % 2), false,
                                       cause);
    if (status == SIT_OK)
        status = live_learner_want(&learner, wanted, 3, cause);
    if (status == SIT_OK)
        status = live_learner_fill_pool(&learner, N_LIVE, &n_taken, cause);
    if (status == SIT_OK)
        status = live_learner_fit(&learner, NULL, cause);
    if (status == SIT_OK)
        status = live_learner_cluster(&learner, NULL, cause);
    if (status == SIT_OK)
        status = live_learner_judge(&learner, cause);
    if (status == SIT_OK)
        live_learner_rank(&learner, SIT_QUEUE_SPREAD, ranked);
    if (status == SIT_OK)
        status = live_faces_copy(table, NULL, &faces, cause);
    if (status == SIT_OK)
        status = live_learner_grow(&learner, &faces, cause);
    live_faces_release(&faces);
    live_learner_release(&learner);
    return status;
}

static void test_live_model(void **state)
{
    (void)state;
    int64_t id[N_LIVE];
    uint32_t source[N_LIVE];
    uint8_t split[N_LIVE];
    sit_class_index label[N_LIVE];
    struct sit_face_table table = {
        .n = N_LIVE, .id = id, .source = source, .split = split, .label = label};
    for (size_t i = 0; i < N_LIVE; i++) {
        id[i] = (int64_t)i + 1;
        source[i] = (uint32_t)i / 2;
        split[i] = i % 8 == 0 ? SIT_TEST : SIT_TRAIN;
        label[i] = i >= 54 ? (sit_class_index)(i % 2) : SIT_NO_CLASS;
    }
    assert_true(fail_each(learn, &table, SIT_OK) > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judging),    with_fixture(test_compare),
        cmocka_unit_test(test_label_rows), with_fixture(test_import_scan),
        with_fixture(test_session),        cmocka_unit_test(test_npy_header),
        cmocka_unit_test(test_class_list), with_fixture(test_features),
        cmocka_unit_test(test_mlp),        cmocka_unit_test(test_live_model),
    };
    fail_in_sqlite();
    return cmocka_run_group_tests_name("allocation faults", tests, NULL, NULL);
}
