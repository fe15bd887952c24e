/*
 * Feature sets from and to .npy files; what is refused, what an interruption leaves.
 */
#include "feature_support.h"

#include <math.h>

#include "sitter/feature_job.h"
#include "sitter/npy.h"

static float value(size_t row, size_t column)
{
    return (float)(row * 100 + column) / 7.0f;
}

/* Rows 0 .. n - 1 of value(), with dim columns. */
static void write_npy(const struct feature_fixture *f, size_t n, size_t dim)
{
    float *x = calloc(n * dim, sizeof *x);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < dim; j++)
            x[i * dim + j] = value(i, j);
    assert_ok(sit_npy_write(f->npy, x, n, dim, err));
    free(x);
}

/* The faces' names, each by that format ("%s.jpg"); the stems are fNNNN_J. */
static void write_names(const struct feature_fixture *f, size_t n, const char *before,
                        const char *after)
{
    struct sit_buf text = {0};
    for (size_t i = 0; i < n; i++)
        sit_buf_appendf(&text, "%sf%04zu_%zu%s", before, i / 2, i % 2, after);
    write_text(f->names, sit_buf_text(&text));
    sit_buf_release(&text);
}

static enum sit_status import_set(const struct feature_fixture *f, const char *set,
                                  struct sit_feature_result *result,
                                  struct sit_error *cause)
{
    return sit_features_import(f->project, f->npy, f->names, set, NULL, NULL, result,
                               cause);
}

static bool check_vector(void *context, int64_t face_id, const float *vector)
{
    size_t *n = context;
    for (size_t j = 0; j < DIM; j++)
        assert_true(vector[j] == value((size_t)face_id - 1, j));
    ++*n;
    return true;
}

static void test_import_by_names(void **state)
{
    struct feature_fixture *f = *state;
    static const char *const decorations[][2] = {{"", ".jpg\n"},
                                                 {"train/male/", ".jpg\r\n"},
                                                 {"/data/x/", ".png\n"},
                                                 {"", "\n"}};
    write_npy(f, N_FACES, DIM);
    for (size_t i = 0; i < 4; i++) {
        char set[16];
        struct sit_feature_result r = {0};
        struct sit_feature_set stored = {0};
        size_t n = 0;
        snprintf(set, sizeof set, "set %zu", i);
        write_names(f, N_FACES, decorations[i][0], decorations[i][1]);
        assert_ok(import_set(f, set, &r, err));
        assert_int_equal(r.n_stored, N_FACES);
        assert_int_equal(r.n_missing, 0);
        assert_int_equal(r.dim, DIM);
        assert_ok(sit_project_feature_set(f->project, set, &stored, err));
        assert_string_equal(stored.model, "npy");
        assert_non_null(strstr(stored.provenance, "\"sha256\""));
        assert_ok(
            sit_project_features(f->project, stored.id, DIM, 0, check_vector, &n, err));
        assert_int_equal(n, N_FACES);
        free(stored.provenance);
    }
    char *before = dump_tables(f->base.path);
    struct sit_feature_result r;
    assert_ok(import_set(f, "set 3", &r, err)); /* again: nothing changes */
    char *after = dump_tables(f->base.path);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void test_refusals(void **state)
{
    struct feature_fixture *f = *state;
    struct sit_feature_result r;
    struct sit_error cause = {0};
    write_npy(f, N_FACES, DIM);
    write_names(f, N_FACES, "", ".jpg\n");
    assert_ok(import_set(f, "whole", &r, err));
    char *before = dump_tables(f->base.path);
    write_names(f, N_FACES - 1, "", ".jpg\n");
    assert_int_equal(import_set(f, "a", &r, &cause), SIT_E_FORMAT);
    assert_non_null(strstr(cause.message, f->names));
    assert_non_null(strstr(cause.message, "9 names"));
    write_names(f, N_FACES, "x", ".jpg\n");
    assert_int_equal(import_set(f, "a", &r, &cause), SIT_E_NOT_FOUND);
    write_names(f, N_FACES, "", ".jpg\n");
    assert_int_equal(import_set(f, "", &r, &cause), SIT_E_ARG);
    write_npy(f, N_FACES, DIM + 1); /* the set is there with another dimension */
    assert_int_equal(import_set(f, "whole", &r, &cause), SIT_E_EXISTS);
    assert_non_null(strstr(cause.message, "whole"));
    float x[N_FACES * DIM] = {0};
    x[N_FACES * DIM - 1] = NAN;
    assert_ok(sit_npy_write(f->npy, x, N_FACES, DIM, err));
    assert_int_equal(import_set(f, "a", &r, &cause), SIT_E_NUMERIC);
    assert_non_null(strstr(cause.message, f->npy));
    write_text(f->npy, "\x93NUMPY");
    assert_int_equal(import_set(f, "a", &r, &cause), SIT_E_FORMAT);
    write_npy(f, N_FACES, DIM);
    write_file(f->names, "f0000_0\0\n", 9);
    assert_int_equal(import_set(f, "a", &r, &cause), SIT_E_FORMAT);
    char *after = dump_tables(f->base.path);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

/* Faces that came later are filled in by the same file. */
static void test_later_faces(void **state)
{
    struct feature_fixture *f = *state;
    struct sit_feature_result r;
    write_npy(f, N_FACES + 2, DIM);
    write_names(f, N_FACES + 2, "", ".jpg\n");
    struct sit_buf text = {0};
    struct sit_notes notes = {.note = collect_note, .context = &text};
    assert_ok(
        sit_features_import(f->project, f->npy, f->names, "a", &notes, NULL, &r, err));
    assert_int_equal(r.n_unknown, 2);
    assert_non_null(strstr(text.data, "no face 'f0005_0.jpg'"));
    sit_buf_release(&text);
    add_faces(f->project, N_FACES, 4);
    assert_ok(import_set(f, "a", &r, err));
    assert_int_equal(r.n_unknown, 0);
    assert_int_equal(r.n_stored, N_FACES + 2);
    assert_int_equal(r.n_missing, 2);
}

/* Interrupted, the set stays hidden; another import of the name of other content is
 * refused. */
static void test_interrupted_import(void **state)
{
    struct feature_fixture *f = *state;
    struct sit_feature_result r;
    struct sit_error cause = {0};
    write_npy(f, N_FACES, DIM);
    write_names(f, N_FACES, "", ".jpg\n");
    for (size_t stop_at = 1; stop_at <= 2; stop_at++) {
        struct stop_after stop = {.stop_at = stop_at};
        struct sit_progress progress = {.report = stop_after, .context = &stop};
        assert_int_equal(sit_features_import(f->project, f->npy, f->names, "a", NULL,
                                             &progress, &r, &cause),
                         SIT_E_CANCELLED);
        struct sit_feature_set *sets = NULL, set;
        size_t n = 99;
        assert_ok(sit_project_feature_sets(f->project, &sets, &n, err));
        assert_int_equal(n, 0);
        sit_feature_sets_release(sets, n);
        assert_int_equal(sit_project_feature_set(f->project, NULL, &set, &cause),
                         SIT_E_NOT_FOUND);
    }
    assert_int_equal(query_number(f->base.path, "SELECT count(*) FROM feature_set"), 1);
    write_npy(f, N_FACES, DIM + 2); /* another file: nothing is thrown away unasked */
    assert_int_equal(import_set(f, "a", &r, &cause), SIT_E_EXISTS);
    assert_non_null(strstr(cause.message, "unfinished feature set 'a'"));
    assert_non_null(strstr(cause.message, "sha256"));
    assert_query(f->base.path, "SELECT count(*) FROM feature", "10\n");
    struct sit_feature_set unfinished = {0};
    assert_ok(sit_project_any_feature_set(f->project, "a", &unfinished, err));
    assert_false(unfinished.complete);
    free(unfinished.provenance);
    struct sit_error cause_of_use;
    assert_int_equal(
        sit_project_feature_set(f->project, "a", &unfinished, &cause_of_use),
        SIT_E_NOT_FOUND);
    assert_non_null(strstr(cause_of_use.message, "'a' is unfinished"));
    assert_ok(sit_project_remove_feature_set(f->project, unfinished.id, err));
    assert_ok(import_set(f, "a", &r, err));
    assert_query(f->base.path,
                 "SELECT count(*), count(DISTINCT length(vector)) FROM feature",
                 "10|1\n");
    assert_query(f->base.path, "SELECT name, dim, complete FROM feature_set",
                 "a|7|1\n");
}

static void test_export_import(void **state)
{
    struct feature_fixture *f = *state;
    struct sit_feature_result r;
    struct sit_error cause = {0};
    size_t n = 0;
    write_npy(f, N_FACES, DIM);
    write_names(f, N_FACES, "", ".jpg\n");
    assert_ok(import_set(f, "a", &r, err));
    char *npy = in_dir(f->base.dir, "out.npy"), *names = in_dir(f->base.dir, "out.txt"),
         *nowhere = in_dir(f->base.dir, "no/where");
    assert_int_equal(
        sit_features_export(f->project, "b", npy, names, NULL, NULL, &n, &cause),
        SIT_E_NOT_FOUND);
    /* Not one without the other. */
    assert_int_equal(
        sit_features_export(f->project, "a", npy, nowhere, NULL, NULL, &n, &cause),
        SIT_E_IO);
    assert_int_equal(
        sit_features_export(f->project, "a", nowhere, names, NULL, NULL, &n, &cause),
        SIT_E_IO);
    assert_int_not_equal(access(npy, F_OK), 0);
    assert_int_not_equal(access(names, F_OK), 0);
    assert_ok(sit_features_export(f->project, NULL, npy, names, NULL, NULL, &n, err));
    assert_int_equal(n, N_FACES);
    assert_ok(sit_features_import(f->project, npy, names, "b", NULL, NULL, &r, err));
    assert_query(f->base.path,
                 "SELECT count(*) FROM feature AS a JOIN feature AS b"
                 " ON a.face_id = b.face_id AND a.vector = b.vector"
                 " AND a.set_id < b.set_id",
                 "10\n");
    free(npy);
    free(names);
    free(nowhere);
}

static void assert_equal_files(const char *a_path, const char *b_path)
{
    struct sit_buf a = {0}, b = {0};
    assert_ok(sit_file_read(a_path, 1 << 24, &a, err));
    assert_ok(sit_file_read(b_path, 1 << 24, &b, err));
    assert_int_equal(a.n_bytes, b.n_bytes);
    assert_memory_equal(a.data, b.data, a.n_bytes);
    sit_buf_release(&a);
    sit_buf_release(&b);
}

/* Random finite bit patterns, faces in another order than they were imported: exported
 * in the order of the names, the files are the same. */
static void test_export_is_exact(void **state)
{
    struct feature_fixture *f = *state;
    struct sit_feature_result r;
    struct sit_error cause = {0};
    struct sit_rng rng;
    uint32_t bits[N_FACES * DIM];
    float x[N_FACES * DIM];
    sit_rng_init(&rng, 5);
    for (size_t i = 0; i < N_FACES * DIM; i++)
        bits[i] = (uint32_t)sit_rng_below(&rng, UINT64_C(1) << 32) & 0xbfffffffu;
    memcpy(x, bits, sizeof x);
    x[0] = -0.0f;
    x[1] = 1e-42f;
    assert_ok(sit_npy_write(f->npy, x, N_FACES, DIM, err));
    struct sit_buf names = {0};
    for (size_t i = 0; i < N_FACES; i++) {
        size_t face = i * 7 % N_FACES;
        sit_buf_appendf(&names, "x/f%04zu_%zu.jpg\n", face / 2, face % 2);
    }
    write_text(f->names, sit_buf_text(&names));
    assert_ok(import_set(f, "a", &r, err));
    char *npy = in_dir(f->base.dir, "out.npy"), *out = in_dir(f->base.dir, "out.txt");
    size_t n = 0;
    assert_ok(sit_features_export(f->project, "a", npy, out, f->names, NULL, &n, err));
    assert_equal_files(npy, f->npy);
    assert_equal_files(out, f->names);
    /* A name without a vector: neither file changes. */
    write_text(f->names, "f0000_0.jpg\nsomebody\n");
    assert_int_equal(
        sit_features_export(f->project, "a", npy, out, f->names, NULL, &n, &cause),
        SIT_E_NOT_FOUND);
    assert_non_null(strstr(cause.message, "line 2"));
    assert_non_null(strstr(cause.message, "'somebody'"));
    struct stop_after stop = {.stop_at = 1};
    struct sit_progress progress = {.report = stop_after, .context = &stop};
    assert_int_equal(
        sit_features_export(f->project, "a", npy, out, NULL, &progress, &n, &cause),
        SIT_E_CANCELLED);
    assert_equal_files(npy, f->npy);
    sit_buf_release(&names);
    free(npy);
    free(out);
}

/* The real features: names with folders of the article's layout. */
static void test_posters(void **state)
{
    struct feature_fixture *f = *state;
    char *faces = test_shared_path("data/posters/faces");
    char *npy = test_shared_path("data/posters/faceres-1024.npy");
    char *names = test_shared_path("data/posters/faceres-1024.names.txt");
    skip_without(npy);
    char *db = in_dir(f->base.dir, "posters.db");
    struct sit_project *project = new_project(db);
    struct sit_feature_result r;
    import_path(db, faces, NULL, NULL);
    assert_ok(sit_features_import(project, npy, names, "faceres", NULL, NULL, &r, err));
    assert_int_equal(r.n_stored, 290);
    assert_int_equal(r.n_unknown + r.n_missing, 0);
    assert_int_equal(r.dim, 1024);
    char *out = in_dir(f->base.dir, "out.npy"), *out_names = in_dir(f->base.dir, "o");
    size_t n = 0;
    assert_ok(
        sit_features_export(project, "faceres", out, out_names, names, NULL, &n, err));
    assert_int_equal(n, 290);
    assert_equal_files(out, npy);
    assert_equal_files(out_names, names);
    /* By face id: the same rows by their names. */
    assert_ok(
        sit_features_export(project, "faceres", out, out_names, NULL, NULL, &n, err));
    assert_ok(
        sit_features_import(project, out, out_names, "copy", NULL, NULL, &r, err));
    assert_equal_sets(db, "290\n");
    free(out);
    free(out_names);
    sit_project_close(project);
    free(db);
    free(names);
    free(npy);
    free(faces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_features(test_import_by_names), with_features(test_refusals),
        with_features(test_later_faces),     with_features(test_interrupted_import),
        with_features(test_export_import),   with_features(test_export_is_exact),
        with_features(test_posters),
    };
    return cmocka_run_group_tests_name("feature jobs", tests, NULL, NULL);
}
