/*
 * sitter report --charts in a terminal: sixels where it has them, each beside its
 * labels and no line too wide; blocks in colours elsewhere; no colours under $NO_COLOR;
 * no question where it is no terminal.
 */
#include "test_support.h"

#include "ptyterm.h"
#include "sitter/demo_project.h"
#include "sitter/file.h"
#include "sitter/project.h"
#include "sitter/text.h"

enum { N_COLS = 90, N_ROWS = 30, WAIT_MS = 20000 };

/* A drawn collection, a third of it labelled, as `sitter report` finds it. */
static char *make_project(char **db)
{
    static const struct sit_demo_options options = {.n_faces = 90, .seed = 1};
    char *dir = test_make_dir(), *demo = sit_file_join(dir, "demo");
    size_t n;
    assert_ok(sit_demo_make(demo, &options, NULL, NULL, &n, err));
    *db = sit_file_join(demo, "sitter.db");
    struct sit_project *project = NULL;
    struct sit_face_table table = {0};
    int64_t annotator, id;
    assert_ok(sit_project_open(*db, SIT_PROJECT_WRITE, &project, err));
    assert_ok(sit_face_table_load(project, 0, &table, err));
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_annotator(project, "ann", &annotator, err));
    for (size_t i = 0; i < table.n; i += 3) {
        const struct sit_event event = {.face_id = table.id[i],
                                        .annotator_id = annotator,
                                        .origin = SIT_ORIGIN_IMPORT,
                                        .class_index = (sit_class_index)(i % 2),
                                        .spent_ms = -1,
                                        .suggested = SIT_NO_CLASS};
        assert_ok(sit_project_append_event(project, &event, &id, err));
    }
    assert_ok(sit_project_commit(project, err));
    sit_face_table_release(&table);
    sit_project_close(project);
    free(demo);
    return dir;
}

static void run_report(struct ptyterm *term, const struct ptyterm_profile *profile,
                       char *db, char *const env[])
{
    char *argv[] = {SITTER_PROGRAM, "--db", db, "report", "--charts", NULL};
    int status = -1;
    assert_ok(ptyterm_start(term, profile, N_COLS, N_ROWS, argv, env, err));
    assert_true(ptyterm_wait_exit(term, WAIT_MS, &status));
    assert_int_equal(status, 0);
    assert_int_equal(term->screen.n_unknown, 0);
    assert_true(ptyterm_is_restored(term));
}

static void test_sixels_where_there_are_sixels(void **state)
{
    (void)state;
    char *db, *dir = make_project(&db);
    struct ptyterm term;
    run_report(&term, &ptyterm_sixel, db, NULL);
    assert_true(ptyterm_n_pictures(&term) >= 3);
    for (size_t i = 0; i < ptyterm_n_pictures(&term); i++) {
        struct sit_image image = {0};
        size_t row, col;
        assert_ok(ptyterm_picture(&term, i, &image, &row, &col, err));
        assert_true(col > 0 && image.width_px > 0);
        assert_true(col * term.profile->cell_width_px + image.width_px <=
                    N_COLS * term.profile->cell_width_px);
        sit_image_release(&image);
    }
    assert_null(strstr(term.output.data, "├"));
    ptyterm_stop(&term);
    free(db);
    test_remove_dir(dir);
}

static void test_blocks_elsewhere(void **state)
{
    (void)state;
    char *db, *dir = make_project(&db);
    struct ptyterm term;
    run_report(&term, &ptyterm_plain, db, NULL);
    assert_int_equal(ptyterm_n_pictures(&term), 0);
    assert_non_null(strstr(term.output.data, "├"));
    assert_non_null(strstr(term.output.data, "\033[36m"));
    ptyterm_stop(&term);
    char *const plain[] = {"NO_COLOR=1", NULL};
    run_report(&term, &ptyterm_plain, db, plain);
    assert_non_null(strstr(term.output.data, "├"));
    assert_null(strstr(term.output.data, "\033[36m"));
    ptyterm_stop(&term);
    char *const wish[] = {"SITTER_GRAPHICS=blocks-256", NULL};
    run_report(&term, &ptyterm_sixel, db, wish);
    assert_int_equal(ptyterm_n_pictures(&term), 0);
    ptyterm_stop(&term);
    free(db);
    test_remove_dir(dir);
}

/* It asks, waits its time, and goes on with what is safe to assume. */
static void test_a_silent_terminal(void **state)
{
    (void)state;
    char *db, *dir = make_project(&db);
    struct ptyterm term;
    run_report(&term, &ptyterm_silent, db, NULL);
    assert_int_equal(ptyterm_n_pictures(&term), 0);
    assert_non_null(strstr(term.output.data, "95 % interval"));
    ptyterm_stop(&term);
    free(db);
    test_remove_dir(dir);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sixels_where_there_are_sixels),
        cmocka_unit_test(test_blocks_elsewhere),
        cmocka_unit_test(test_a_silent_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
