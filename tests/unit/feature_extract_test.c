/*
 * Computing features: what a run leaves when it is cancelled or killed, and which
 * vectors may stand side by side.
 */
#include "feature_support.h"

#include <signal.h>
#include <sys/wait.h>

#include "sitter/hog.h"

static void test_hog(void **state)
{
    struct feature_fixture *f = *state;
    char *pictures = in_dir(f->base.dir, "pictures"),
         *db = in_dir(f->base.dir, "hog.db");
    struct sit_project *project = new_project(db);
    struct sit_feature_result r;
    struct sit_error cause = {0};
    struct sit_extract_options few = {.limit = 4}, all = {0};
    make_pictures(pictures, 9);
    import_path(db, pictures, NULL, NULL);
    assert_ok(sit_features_extract(project, &few, NULL, NULL, &r, err));
    assert_int_equal(r.n_stored, 4);
    assert_int_equal(r.n_missing, 5);
    assert_int_equal(r.dim, SIT_HOG_DIM);
    struct stop_after stop = {.stop_at = 1};
    struct sit_progress progress = {.report = stop_after, .context = &stop};
    assert_int_equal(sit_features_extract(project, &all, NULL, &progress, &r, &cause),
                     SIT_E_CANCELLED);
    free(query_text(db, "UPDATE face_picture SET bytes = x'00' WHERE face_id = 9"));
    struct sit_buf text = {0};
    struct sit_notes notes = {.note = collect_note, .context = &text};
    assert_ok(sit_features_extract(project, &all, &notes, NULL, &r, err));
    assert_int_equal(r.n_rows, 5);
    assert_int_equal(r.n_stored, 4);
    assert_int_equal(r.n_failed, 1);
    assert_int_equal(r.n_missing, 1);
    assert_non_null(strstr(text.data, "face 9"));
    assert_query(db, "SELECT count(*), count(DISTINCT vector) FROM feature", "8|8\n");
    sit_buf_release(&text);
    sit_project_close(project);
    free(db);
    free(pictures);
}

static enum sit_status extract(struct sit_project *project, const char *set,
                               size_t stop_at, struct sit_feature_result *result,
                               struct sit_error *cause)
{
    struct sit_extract_options options = {.set_name = set, .batch = 2, .n_jobs = 2};
    struct stop_after stop = {.stop_at = stop_at};
    struct sit_progress progress = {.report = stop_after, .context = &stop};
    return sit_features_extract(project, &options, NULL, &progress, result, cause);
}

/* A project of n small pictures, open for writing. */
static struct sit_project *picture_project(const struct feature_fixture *f, size_t n,
                                           char **db)
{
    char *pictures = in_dir(f->base.dir, "pictures");
    *db = in_dir(f->base.dir, "pictures.db");
    struct sit_project *project = new_project(*db);
    make_pictures(pictures, n);
    import_path(*db, pictures, NULL, NULL);
    free(pictures);
    return project;
}

/* Cancelled after each number of batches, gone on with, equal to one that was not. */
static void test_cancelled_extraction(void **state)
{
    char *db;
    struct sit_project *project = picture_project(*state, 7, &db);
    struct sit_feature_result r = {0};
    struct sit_error cause = {0};
    assert_ok(extract(project, "whole", SIZE_MAX, &r, err));
    assert_int_equal(r.n_stored, 7);
    for (size_t n_batches = 0; n_batches < 3; n_batches++) {
        struct sit_feature_set set = {0};
        assert_int_equal(extract(project, "again", n_batches + 1, &r, &cause),
                         SIT_E_CANCELLED);
        assert_int_equal(sit_project_feature_set(project, "again", &set, NULL),
                         SIT_E_NOT_FOUND);
        assert_ok(sit_project_any_feature_set(project, "again", &set, err));
        assert_int_equal(set.n_faces, 2 * n_batches);
        assert_false(set.complete);
        assert_ok(extract(project, "again", SIZE_MAX, &r, err));
        assert_int_equal(r.n_stored, 7 - 2 * n_batches);
        assert_equal_sets(db, "7\n");
        assert_ok(sit_project_remove_feature_set(project, set.id, err));
        free(set.provenance);
    }
    sit_project_close(project);
    free(db);
}

/* Pictures that cannot be read, anywhere in a batch, leave the others theirs. */
static void test_unreadable_pictures(void **state)
{
    char *db;
    struct sit_project *project = picture_project(*state, 9, &db);
    struct sit_extract_options options = {.set_name = "again", .batch = 4};
    struct sit_feature_result r = {0};
    assert_ok(extract(project, "whole", SIZE_MAX, &r, err));
    free(query_text(db, "UPDATE face_picture SET bytes = x'00'"
                        " WHERE face_id IN (1, 3, 5, 6, 7, 8)"));
    assert_ok(sit_features_extract(project, &options, NULL, NULL, &r, err));
    assert_int_equal(r.n_failed, 6);
    assert_int_equal(r.n_stored, 3);
    assert_int_equal(r.n_missing, 6);
    assert_equal_sets(db, "3\n");
    sit_project_close(project);
    free(db);
}

static bool kill_self(void *context, size_t done, size_t total, const char *text)
{
    (void)context;
    (void)total;
    (void)text;
    if (done == 4)
        kill(getpid(), SIGKILL);
    return true;
}

static void test_killed_extraction(void **state)
{
    char *db;
    struct sit_project *project = picture_project(*state, 7, &db);
    struct sit_feature_result r = {0};
    assert_ok(extract(project, "whole", SIZE_MAX, &r, err));
    sit_project_close(project);
    pid_t child = fork();
    if (child == 0) {
        struct sit_extract_options options = {.set_name = "again", .batch = 2};
        struct sit_progress progress = {.report = kill_self};
        project = open_project(db, SIT_PROJECT_WRITE);
        sit_features_extract(project, &options, NULL, &progress, &r, NULL);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    project = open_project(db, SIT_PROJECT_WRITE);
    assert_equal_sets(db, "4\n");
    assert_ok(extract(project, "again", SIZE_MAX, &r, err));
    assert_int_equal(r.n_stored, 3);
    assert_equal_sets(db, "7\n");
    sit_project_close(project);
    assert_sound(db);
    free(db);
}

/* What determines the numbers must agree; what merely informs may differ. */
static void test_provenance(void **state)
{
    struct feature_fixture *f = *state;
    char *db;
    struct sit_project *project = picture_project(f, 5, &db);
    struct sit_feature_result r = {0};
    struct sit_error cause = {0};
    assert_int_equal(extract(project, "a", 2, &r, &cause), SIT_E_CANCELLED);
    free(query_text(db, "UPDATE feature_set SET provenance ="
                        " json_set(provenance, '$.program', 'sitter 0.0.1')"));
    assert_int_equal(extract(project, "a", 2, &r, &cause), SIT_E_CANCELLED);
    /* Made by another revision, unfinished and finished. */
    for (int finished = 0; finished < 2; finished++) {
        char *before;
        free(query_text(db, "UPDATE feature_set SET provenance ="
                            " json_set(provenance, '$.revision', 1)"));
        before = dump_tables(db);
        assert_int_equal(extract(project, "a", SIZE_MAX, &r, &cause), SIT_E_EXISTS);
        assert_non_null(strstr(cause.message, "revision 1, this is 2"));
        assert_non_null(strstr(cause.message, "features remove --set a"));
        assert_true((strstr(cause.message, "unfinished") != NULL) == !finished);
        char *after = dump_tables(db);
        assert_string_equal(after, before);
        free(before);
        free(after);
        free(query_text(db, "UPDATE feature_set SET provenance ="
                            " json_set(provenance, '$.revision', 2)"));
        assert_ok(extract(project, "a", SIZE_MAX, &r, err));
    }
    /* Imported and computed vectors do not mix, whatever their dimension. */
    float x[SIT_HOG_DIM] = {0};
    assert_ok(sit_npy_write(f->npy, x, 1, SIT_HOG_DIM, err));
    write_text(f->names, "a000_0.png\n");
    assert_int_equal(
        sit_features_import(project, f->npy, f->names, "a", NULL, NULL, &r, &cause),
        SIT_E_EXISTS);
    assert_non_null(strstr(cause.message, "model hog, not npy"));
    assert_ok(sit_features_import(project, f->npy, f->names, "b", NULL, NULL, &r, err));
    assert_int_equal(extract(project, "b", SIZE_MAX, &r, &cause), SIT_E_EXISTS);
    assert_non_null(strstr(cause.message, "model npy, not hog"));
    /* The same content under another name is the same. */
    char *copy = in_dir(f->base.dir, "copy.npy");
    assert_ok(sit_npy_write(copy, x, 1, SIT_HOG_DIM, err));
    assert_ok(sit_features_import(project, copy, f->names, "b", NULL, NULL, &r, err));
    free(copy);
    sit_project_close(project);
    free(db);
}

static void test_later_pictures(void **state)
{
    struct feature_fixture *f = *state;
    char *db, *more = in_dir(f->base.dir, "more");
    struct sit_project *project = picture_project(f, 5, &db);
    struct sit_feature_result r = {0};
    assert_ok(extract(project, "a", SIZE_MAX, &r, err));
    make_pictures(more, 8);
    import_path(db, more, NULL, NULL); /* five of them are known */
    assert_ok(extract(project, "a", SIZE_MAX, &r, err));
    assert_int_equal(r.n_stored, 3);
    assert_query(db, "SELECT count(*), count(DISTINCT set_id) FROM feature", "8|1\n");
    assert_ok(extract(project, "a", SIZE_MAX, &r, err));
    assert_int_equal(r.n_rows, 0);
    sit_project_close(project);
    free(more);
    free(db);
}

static void test_unusable_options(void **state)
{
    struct feature_fixture *f = *state;
    struct sit_feature_result r;
    struct sit_error cause = {0};
    const struct sit_extract_options bad[] = {
        {.model = "sift"},
        {.model = "hog", .weights_path = "x"},
        {.model = "vggface"},
        {.model = "vggface", .weights_path = f->npy, .preprocess = "v2"},
    };
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            sit_features_extract(f->project, &bad[i], NULL, NULL, &r, &cause),
            SIT_E_ARG);
    struct sit_extract_options missing = {.model = "vggface", .weights_path = f->npy};
    assert_int_not_equal(
        sit_features_extract(f->project, &missing, NULL, NULL, &r, &cause), SIT_OK);
    assert_non_null(strstr(cause.message, f->npy));
    assert_query(f->base.path, "SELECT count(*) FROM feature_set", "0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_features(test_hog),
        with_features(test_cancelled_extraction),
        with_features(test_unreadable_pictures),
        with_features(test_killed_extraction),
        with_features(test_provenance),
        with_features(test_later_pictures),
        with_features(test_unusable_options),
    };
    return cmocka_run_group_tests_name("feature extraction", tests, NULL, NULL);
}
