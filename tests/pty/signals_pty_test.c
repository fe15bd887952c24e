/*
 * What happens to the terminal around the screens: other sizes while labelling, paint
 * again, stopping and continuing, signals that end the program, a fatal one, a line
 * that goes away. Nothing acknowledged is lost, and the terminal is left as it was.
 */
#include "test_support.h"

#include <signal.h>
#include <sys/wait.h>

#include "screen_driver.h"
#include "sitter/text.h"

#define CTRL_L "\x0c"
#define CTRL_Z "\x1a"

enum { N_FACES = 24 };

static void repaints_at_every_size(void **state)
{
    (void)state;
    static const struct {
        size_t n_cols, n_rows;
    } sizes[] = {{80, 24}, {60, 20},  {41, 12}, {132, 50},
                 {40, 12}, {250, 70}, {100, 40}};
    const struct ptyterm_profile *profiles[] = {&ptyterm_sixel_sync, &ptyterm_sixel,
                                                &ptyterm_xterm16};
    for (size_t p = 0; p < sizeof profiles / sizeof *profiles; p++) {
        struct driver_project project;
        struct ptyterm term;
        size_t at = 0;
        driver_make_project(&project, N_FACES, false);
        driver_start(&term, profiles[p], &project, "label", "ann");
        driver_expect_face(&term, &project, 0, at);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            size_t n_before = ptyterm_n_pictures(&term);
            struct ptyscreen_picture before = term.screen.pictures[n_before - 1];
            driver_mark_screen(&term);
            assert_true(ptyterm_resize(&term, sizes[i].n_cols, sizes[i].n_rows));
            driver_expect_face(&term, &project, n_before, at);
            driver_assert_erased(&term, &before);
            driver_type_to_face(&term, &project, i % 2 == 0 ? "m" : "f", at + 1);
            at++;
        }
        driver_quit(&term, "q");
        driver_assert_pictures_fit(&term);
        ptyterm_stop(&term);
        driver_release_project(&project);
    }
}

/* In a screen that is too small for a face nobody can have meant to label one. */
static void labels_nothing_unseen(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    sit_class_index labels[N_FACES * 2];
    driver_make_project(&project, N_FACES, false);
    for (size_t i = 0; i < project.n; i++)
        labels[i] = SIT_NO_CLASS;
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    driver_type_to_face(&term, &project, "f", 1);
    labels[0] = 1;
    size_t n_before = ptyterm_n_pictures(&term);
    struct ptyscreen_picture before = term.screen.pictures[n_before - 1];
    driver_mark_screen(&term);
    ptyterm_resize(&term, 30, 8);
    driver_expect_text(&term, "too small");
    driver_assert_erased(&term, &before);
    assert_int_equal(ptyterm_n_pictures(&term), n_before);
    driver_mark_screen(&term);
    ptyterm_send(&term, "m" CTRL_L); /* painted again: the key has been taken */
    driver_expect_text(&term, "too small");
    ptyterm_resize(&term, DRIVER_COLS, DRIVER_ROWS);
    driver_expect_face(&term, &project, n_before, 1);
    driver_assert_labels(&project, labels);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

static void paints_again_on_demand(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    driver_start(&term, &ptyterm_sixel, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    driver_type_to_face(&term, &project, "m", 1);
    struct sit_buf screen = {0};
    sit_buf_append_text(&screen, ptyterm_screen_text(&term));
    driver_mark_screen(&term); /* another program wrote here */
    driver_type_to_face(&term, &project, CTRL_L, 1);
    assert_string_equal(ptyterm_screen_text(&term), sit_buf_text(&screen));
    ptyterm_send(&term, "?");
    driver_expect_text(&term, "Labelling: keys");
    driver_mark_screen(&term);
    ptyterm_send(&term, CTRL_L); /* in the help, too */
    driver_expect_text(&term, "Labelling: keys");
    assert_int_equal(driver_count_marks(&term, 0, 0, DRIVER_ROWS, DRIVER_COLS), 0);
    driver_type_to_face(&term, &project, "q", 1);
    sit_buf_release(&screen);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* A shell with sitter in its foreground; returns sitter's process id. */
static pid_t start_job(struct ptyterm *term, const struct driver_project *project)
{
    const char *argv[] = {JOB_SHELL, SITTER_PROGRAM, "--db", project->db,
                          "label",   "--annotator",  "ann",  NULL};
    long pid = 0;
    assert_ok(ptyterm_start(term, &ptyterm_sixel_sync, DRIVER_COLS, DRIVER_ROWS,
                            (char *const *)(uintptr_t)argv, NULL, err));
    driver_expect_face(term, project, 0, 0);
    assert_int_equal(sscanf(sit_buf_text(&term->output), "child %ld.", &pid), 1);
    return (pid_t)pid;
}

static void stops_and_continues(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    pid_t pid = start_job(&term, &project);
    size_t at = 0;
    for (int by_key = 0; by_key < 2; by_key++) {
        driver_type_to_face(&term, &project, "m", ++at);
        if (by_key)
            ptyterm_send(&term, CTRL_Z);
        else
            kill(pid, SIGTSTP);
        driver_expect_text(&term,
                           by_key ? "stop 2 by signal 20" : "stop 1 by signal 20");
        driver_assert_restored(&term);
        driver_type_to_face(&term, &project, "\r", at); /* fg */
        assert_true(term.screen.is_alternate);
        assert_false(term.screen.is_cursor_visible);
        assert_false(ptyterm_termios_restored(&term));
        driver_type_to_face(&term, &project, "f", ++at);
    }
    /* A window resized meanwhile. */
    ptyterm_send(&term, CTRL_Z);
    driver_expect_text(&term, "stop 3 by signal 20");
    ptyterm_resize(&term, 80, 24);
    driver_type_to_face(&term, &project, "\r", at);
    driver_type_to_face(&term, &project, "m", ++at);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* SIGSTOP comes without warning; whatever was written then is painted over. */
static void repaints_after_a_hard_stop(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    pid_t pid = start_job(&term, &project);
    kill(pid, SIGSTOP);
    driver_expect_text(&term, "stop 1 by signal 19");
    driver_mark_screen(&term);
    driver_type_to_face(&term, &project, "\r", 0);
    assert_int_equal(driver_count_marks(&term, 0, 0, DRIVER_ROWS, DRIVER_COLS), 0);
    driver_type_to_face(&term, &project, "m", 1);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

static void assert_one_label(const struct driver_project *project)
{
    struct driver_events events;
    driver_load_events(project, &events);
    assert_int_equal(events.n, 1);
    assert_int_equal(events.items[0].class_index, 0);
    driver_release_events(&events);
    driver_assert_sound(project);
}

static void ends_in_order_by_signals(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct driver_project project;
        struct ptyterm term;
        int status;
        driver_make_project(&project, N_FACES, false);
        driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
        driver_expect_face(&term, &project, 0, 0);
        driver_type_to_face(&term, &project, "m", 1);
        assert_true(ptyterm_kill(&term, signals[i]));
        assert_true(ptyterm_wait_exit(&term, DRIVER_LIMIT_MS, &status));
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), signals[i] == SIGINT ? 0 : 1);
        driver_assert_restored(&term);
        ptyterm_stop(&term);
        assert_one_label(&project);
        driver_release_project(&project);
    }
}

static void restores_on_a_fatal_signal(void **state)
{
    (void)state;
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct driver_project project;
        struct ptyterm term;
        int status;
        driver_make_project(&project, N_FACES, false);
        driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
        driver_expect_face(&term, &project, 0, 0);
        driver_type_to_face(&term, &project, "m", 1);
        assert_true(ptyterm_kill(&term, signals[i]));
        assert_true(ptyterm_wait_exit(&term, DRIVER_LIMIT_MS, &status));
        /* Under a sanitizer the signal becomes its report and an exit status. */
        assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == signals[i]
                                        : WEXITSTATUS(status) != 0);
        driver_assert_restored(&term);
        ptyterm_stop(&term);
        assert_one_label(&project);
        driver_release_project(&project);
    }
}

/* The connection breaks: the program ends by itself, and nothing is lost. */
static void ends_when_the_terminal_goes_away(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    int status;
    driver_make_project(&project, N_FACES, false);
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    driver_type_to_face(&term, &project, "m", 1);
    close(term.master);
    term.master = -1;
    assert_true(ptyterm_wait_exit(&term, DRIVER_LIMIT_MS, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    ptyterm_stop(&term);
    assert_one_label(&project);
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repaints_at_every_size),
        cmocka_unit_test(labels_nothing_unseen),
        cmocka_unit_test(paints_again_on_demand),
        cmocka_unit_test(stops_and_continues),
        cmocka_unit_test(repaints_after_a_hard_stop),
        cmocka_unit_test(ends_in_order_by_signals),
        cmocka_unit_test(restores_on_a_fatal_signal),
        cmocka_unit_test(ends_when_the_terminal_goes_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
