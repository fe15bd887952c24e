/*
 * The harness itself, against shell commands that print sequences; then sit_term_query,
 * the guard and a picture through it, in a program of their own (query_probe.c).
 */
#include "test_support.h"

#include <signal.h>
#include <sys/wait.h>

#include "ptyterm.h"
#include "sitter/term.h"
#include "sitter/text.h"

enum { LIMIT_MS = 10000 };

static void start(struct ptyterm *term, const struct ptyterm_profile *profile,
                  char *const argv[], char *const env[])
{
    assert_ok(ptyterm_start(term, profile, 40, 10, argv, env, err));
}

static void start_shell(struct ptyterm *term, const struct ptyterm_profile *profile,
                        const char *command)
{
    char *argv[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
                    (char *)(uintptr_t)command, NULL};
    start(term, profile, argv, NULL);
}

/* Run a command to its end; the screen is left to look at. */
static void run_shell(struct ptyterm *term, const char *command)
{
    int status = -1;
    start_shell(term, &ptyterm_sixel, command);
    assert_true(ptyterm_wait_exit(term, LIMIT_MS, &status));
    assert_int_equal(status, 0);
}

static void start_query(struct ptyterm *term, const struct ptyterm_profile *profile,
                        const char *word, char *const env[])
{
    char *argv[] = {(char *)(uintptr_t)QUERY_PROBE, (char *)(uintptr_t)word, NULL};
    start(term, profile, argv, env);
}

static void assert_shows(struct ptyterm *term, const char *text)
{
    if (!ptyterm_wait_text(term, text, LIMIT_MS))
        fail_msg("no \"%s\" in\n%s", text, ptyterm_screen_text(term));
}

static void models_cursor_movements(void **state)
{
    (void)state;
    struct ptyterm term;
    run_shell(&term, "printf 'one\\r\\ntwo\\033[5;3Hfive\\033[2A^\\033[1B\\033[3Dv"
                     "\\033[7dr\\033[30Gg\\033[8;1Hx\\033[4Cy\\bz\\r\\033[1Cw'");
    assert_string_equal(ptyterm_row_text(&term, 0), "one");
    assert_string_equal(ptyterm_row_text(&term, 1), "two");
    assert_string_equal(ptyterm_row_text(&term, 2), "      ^");
    assert_string_equal(ptyterm_row_text(&term, 3), "    v");
    assert_string_equal(ptyterm_row_text(&term, 4), "  five");
    assert_string_equal(ptyterm_row_text(&term, 6), "     r                       g");
    assert_string_equal(ptyterm_row_text(&term, 7), "xw   z");
    assert_int_equal(term.screen.row, 7);
    assert_int_equal(term.screen.col, 2);
    assert_int_equal(term.screen.n_unknown, 0);
    ptyterm_stop(&term);
}

static void models_erasing_and_repeating(void **state)
{
    (void)state;
    struct ptyterm term;
    run_shell(&term, "printf 'abcdef\\033[1;3H\\033[K\\033[2;1Habcdef\\033[2;3H\\033[1K"
                     "\\033[3;1Habcdef\\033[3;2H\\033[2X\\033[4;1Hx\\033[9b"
                     "\\033[5;1Habcdef\\033[5;2H\\033[2P\\033[6;1Habc\\033[6;2H\\033[2@"
                     "\\033[7;1Hgone\\033[8;1Hgone\\033[7;3H\\033[J'");
    assert_string_equal(ptyterm_row_text(&term, 0), "ab");
    assert_string_equal(ptyterm_row_text(&term, 1), "   def");
    assert_string_equal(ptyterm_row_text(&term, 2), "a  def");
    assert_string_equal(ptyterm_row_text(&term, 3), "xxxxxxxxxx");
    assert_string_equal(ptyterm_row_text(&term, 4), "adef");
    assert_string_equal(ptyterm_row_text(&term, 5), "a  bc");
    assert_string_equal(ptyterm_row_text(&term, 6), "go");
    assert_string_equal(ptyterm_row_text(&term, 7), "");
    ptyterm_stop(&term);
}

static void models_wide_and_wrapped_text(void **state)
{
    (void)state;
    struct ptyterm term;
    run_shell(&term, "printf '\\343\\201\\202\\303\\251|\\033[2;40Hab"
                     "\\033[4;40H\\343\\201\\202\\033[6;1H\\343\\201\\202\\033[6;2Hx'");
    assert_string_equal(ptyterm_row_text(&term, 0), "\u3042\u00e9|");
    assert_string_equal(ptyterm_row_text(&term, 2), "b");
    assert_string_equal(ptyterm_row_text(&term, 4), "\u3042");
    assert_string_equal(ptyterm_row_text(&term, 5), " x");
    ptyterm_stop(&term);
}

static void models_scrolling(void **state)
{
    (void)state;
    struct ptyterm term;
    run_shell(&term, "printf 'top\\033[10;1Hlast\\r\\nnew'");
    assert_string_equal(ptyterm_row_text(&term, 0), "");
    assert_string_equal(ptyterm_row_text(&term, 8), "last");
    assert_string_equal(ptyterm_row_text(&term, 9), "new");
    assert_int_equal(term.screen.n_scrolls, 1);
    ptyterm_stop(&term);
    run_shell(&term, "printf 'a\\r\\nb\\r\\nc\\033[2;3r\\033[3;1H\\033D\\033[2;1Hd"
                     "\\033M\\033[r'");
    assert_string_equal(ptyterm_row_text(&term, 0), "a");
    assert_string_equal(ptyterm_row_text(&term, 1), "");
    assert_string_equal(ptyterm_row_text(&term, 2), "d");
    ptyterm_stop(&term);
}

static void keeps_two_screens(void **state)
{
    (void)state;
    struct ptyterm term;
    start_shell(&term, &ptyterm_sixel,
                "printf 'main\\033[?1049h\\033[?25l\\033[Hother'; read x;"
                "printf '\\033[?25h\\033[?1049l'");
    assert_shows(&term, "other");
    assert_false(ptyterm_screen_has(&term, "main"));
    assert_true(term.screen.is_alternate);
    assert_false(term.screen.is_cursor_visible);
    assert_false(ptyterm_is_restored(&term));
    assert_true(ptyterm_send(&term, "\r"));
    int status = -1;
    assert_true(ptyterm_wait_exit(&term, LIMIT_MS, &status));
    assert_true(WIFEXITED(status));
    assert_true(ptyterm_screen_has(&term, "main"));
    assert_int_equal(term.screen.n_alternate_entries, 1);
    assert_int_equal(term.screen.n_alternate_leaves, 1);
    assert_true(ptyterm_is_restored(&term));
    ptyterm_stop(&term);
}

static void notices_changed_modes(void **state)
{
    (void)state;
    struct ptyterm term;
    run_shell(&term, "stty raw -echo");
    assert_false(ptyterm_termios_restored(&term));
    ptyterm_stop(&term);
    run_shell(&term, "before=$(stty -g); stty raw -echo; stty $before");
    assert_true(ptyterm_termios_restored(&term));
    ptyterm_stop(&term);
}

static void tells_the_window_and_its_changes(void **state)
{
    (void)state;
    struct ptyterm term;
    start_shell(&term, &ptyterm_sixel,
                "trap 'stty size; exit 3' WINCH; stty size; echo $TERM; "
                "while :; do read x; done");
    assert_shows(&term, "10 40");
    assert_shows(&term, "xterm-256color");
    assert_true(ptyterm_resize(&term, 50, 12));
    assert_shows(&term, "12 50");
    int status = -1;
    assert_true(ptyterm_wait_exit(&term, LIMIT_MS, &status));
    assert_int_equal(WEXITSTATUS(status), 3);
    ptyterm_stop(&term);
}

static void signals_and_stops(void **state)
{
    (void)state;
    struct ptyterm term;
    int status = 0;
    start_shell(&term, &ptyterm_silent, "echo ready; exec sleep 600");
    assert_shows(&term, "ready");
    assert_false(ptyterm_wait_text(&term, "never", 30));
    assert_false(ptyterm_wait_exit(&term, 0, &status));
    assert_true(ptyterm_kill(&term, SIGTERM));
    assert_true(ptyterm_wait_exit(&term, LIMIT_MS, &status));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    ptyterm_stop(&term);
    start_shell(&term, &ptyterm_silent, "exec sleep 600");
    ptyterm_stop(&term); /* and is not there any more */
    assert_false(ptyterm_kill(&term, SIGTERM));
}

/* A picture of 2 x 6 px, the left column red and the right one green. */
#define SMALL_SIXEL "\\033Pq\"1;1;2;6#0;2;100;0;0#1;2;0;100;0#0~$#1?~\\033\\\\"

static void catches_pictures(void **state)
{
    (void)state;
    struct ptyterm term;
    run_shell(&term, "printf '\\033[3;7H" SMALL_SIXEL "\\033[3;7H'");
    assert_int_equal(ptyterm_n_pictures(&term), 1);
    struct sit_image image = {0};
    size_t row, col;
    assert_ok(ptyterm_picture(&term, 0, &image, &row, &col, err));
    assert_int_equal(row, 2);
    assert_int_equal(col, 6);
    assert_int_equal(image.width_px, 2);
    assert_int_equal(image.height_px, 6);
    static const uint8_t red_green[] = {255, 0, 0, 0, 255, 0};
    for (size_t y = 0; y < 6; y++)
        assert_memory_equal(image.rgb + 6 * y, red_green, 6);
    assert_int_equal(term.screen.pictures[0].max_register, 1);
    assert_false(term.screen.pictures[0].is_erased);
    assert_int_equal(term.screen.n_scrolls, 0);
    assert_true(term.last_output_us >= term.screen.pictures[0].end_us);
    sit_image_release(&image);
    ptyterm_stop(&term);
    run_shell(&term, "printf '\\033[10;1H" SMALL_SIXEL "\\033[2J'");
    assert_int_equal(term.screen.n_scrolls, 1); /* it was in the last row */
    assert_true(term.screen.pictures[0].is_erased);
    ptyterm_stop(&term);
}

/* A frame is complete when its synchronised update is, not before. */
static void knows_the_end_of_a_frame(void **state)
{
    (void)state;
    struct ptyterm term;
    start_shell(&term, &ptyterm_sixel_sync,
                "stty -echo; printf '\\033[?2026h" SMALL_SIXEL "'; read x;"
                "printf 'more\\033[?2026l'; read x; printf '\\033Pq#0'; read x");
    assert_false(ptyterm_picture_ended(&term, 0));
    while (ptyterm_n_pictures(&term) == 0 && ptyterm_pump(&term, LIMIT_MS))
        continue;
    assert_int_equal(ptyterm_n_pictures(&term), 1);
    assert_false(ptyterm_picture_ended(&term, 0));
    assert_true(term.screen.pictures[0].is_in_sync);
    ptyterm_send(&term, "\r");
    assert_true(ptyterm_expect_picture_end(&term, 0, LIMIT_MS));
    assert_true(ptyterm_screen_has(&term, "more"));
    assert_true(term.screen.pictures[0].frame_us >= term.screen.pictures[0].end_us);
    assert_false(ptyterm_picture_ended(&term, 1));
    ptyterm_send(&term, "\r");
    while (ptyscreen_is_ground(&term.screen) && ptyterm_pump(&term, LIMIT_MS))
        continue;
    assert_false(ptyterm_picture_ended(&term, 0));
    ptyterm_stop(&term);
}

/*
 * sit_term_query
 */

static void finish_query(struct ptyterm *term)
{
    int status = -1;
    ptyterm_send(term, "\r");
    assert_true(ptyterm_wait_exit(term, LIMIT_MS, &status));
    assert_int_equal(status, 0);
    assert_true(ptyterm_is_restored(term));
    assert_int_equal(term->screen.n_unknown, 0);
    ptyterm_stop(term);
}

static void queries_a_sixel_terminal(void **state)
{
    (void)state;
    struct ptyterm term;
    start_query(&term, &ptyterm_sixel_sync, NULL, NULL);
    assert_shows(&term, "typed");
    assert_true(ptyterm_screen_has(&term, "graphics sixel"));
    assert_true(ptyterm_screen_has(&term, "answered 1 sixel 1 kitty 0 sync 1 tmux 0"));
    assert_true(ptyterm_screen_has(&term, "registers 256 max 4096x4096"));
    assert_true(ptyterm_screen_has(&term, "cell 10x20 by CSI 16t"));
    assert_true(ptyterm_screen_has(&term, "window 40x10 colours 16777216"));
    assert_true(ptyterm_screen_has(&term, "name testterm 1.0|"));
    finish_query(&term);
}

static void queries_raise_the_registers(void **state)
{
    (void)state;
    struct ptyterm term;
    start_query(&term, &ptyterm_xterm16, NULL, NULL);
    assert_shows(&term, "typed");
    assert_true(ptyterm_screen_has(&term, "graphics sixel"));
    assert_true(ptyterm_screen_has(&term, "registers 256 max 1000x1000"));
    assert_true(ptyterm_screen_has(&term, "cell 6x13 by TIOCGWINSZ"));
    assert_int_equal(term.n_registers, 256);
    /* Its cells are measured by the kernel, so they are measured again. */
    ptyterm_resize(&term, 44, 11);
    ptyterm_send(&term, "m\r");
    assert_shows(&term, "measured 44x11 cells of 6x13");
    finish_query(&term);
}

static void queries_terminals_without_sixel(void **state)
{
    (void)state;
    struct ptyterm term;
    start_query(&term, &ptyterm_plain, NULL, NULL);
    assert_shows(&term, "typed");
    assert_true(ptyterm_screen_has(&term, "graphics blocks-256"));
    finish_query(&term);
    start_query(&term, &ptyterm_truecolor, NULL, NULL);
    assert_shows(&term, "typed");
    assert_true(ptyterm_screen_has(&term, "graphics blocks-rgb"));
    finish_query(&term);
}

static void queries_a_silent_terminal(void **state)
{
    (void)state;
    struct ptyterm term;
    start_query(&term, &ptyterm_silent, NULL, NULL);
    assert_shows(&term, "typed");
    assert_true(ptyterm_screen_has(&term, "graphics blocks-256"));
    assert_true(ptyterm_screen_has(&term, "answered 0"));
    assert_true(ptyterm_screen_has(&term, "cell 10x20 by assumed"));
    finish_query(&term);
}

static void queries_obey_the_environment(void **state)
{
    (void)state;
    struct ptyterm term;
    char graphics[] = "SITTER_GRAPHICS=blocks-16";
    char cell[] = "SITTER_CELL=7x14";
    char *env[] = {graphics, cell, NULL};
    start_query(&term, &ptyterm_sixel, NULL, env);
    assert_shows(&term, "typed");
    assert_true(ptyterm_screen_has(&term, "graphics blocks-16"));
    assert_true(ptyterm_screen_has(&term, "cell 7x14 by $SITTER_CELL"));
    finish_query(&term);
}

/* Keys typed while the terminal is asked are kept, in the order typed. */
static void queries_keep_what_is_typed(void **state)
{
    (void)state;
    struct ptyterm term;
    start_query(&term, &ptyterm_silent, NULL, NULL);
    while (term.n_queries < 9 && ptyterm_pump(&term, LIMIT_MS))
        continue;
    assert_true(ptyterm_send(&term, "mf"));
    assert_true(ptyterm_send(&term, "\033[?62;4co"));
    assert_shows(&term, "typed mf");
    assert_true(ptyterm_screen_has(&term, "answered 1 sixel 1"));
    finish_query(&term);
}

static void queries_need_a_terminal(void **state)
{
    (void)state;
    int ends[2];
    struct sit_term_caps caps = {.n_cols = 77};
    struct sit_error err = {0};
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(sit_term_query(ends[0], ends[1], 100, NULL, &caps, &err),
                     SIT_E_IO);
    assert_int_equal(caps.n_cols, 77);
    assert_int_equal(sit_term_guard_install(ends[0], &err), SIT_E_IO);
    sit_term_guard_restore();
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(sit_term_write(ends[1], "x", 1, &err), SIT_E_IO);
    close(ends[1]);
}

/* In the middle of a picture, on the alternate screen, in raw mode. */
static void guard_restores_on_a_fatal_signal(void **state)
{
    (void)state;
    struct ptyterm term;
    int status = 0;
    start_query(&term, &ptyterm_sixel_sync, "guard", NULL);
    assert_true(ptyterm_wait_exit(&term, LIMIT_MS, &status));
    assert_int_equal(term.screen.n_alternate_entries, 1);
    assert_true(ptyterm_is_restored(&term));
    /* Under a sanitizer the signal becomes its report and an exit status. */
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGSEGV : status != 0);
    ptyterm_stop(&term);
}

static void pictures_arrive_as_they_were_drawn(void **state)
{
    (void)state;
    struct ptyterm term;
    start_query(&term, &ptyterm_sixel_sync, "picture", NULL);
    assert_true(ptyterm_expect_picture_end(&term, 0, LIMIT_MS));
    struct sit_image got = {0}, want = {0};
    size_t row, col;
    assert_ok(ptyterm_picture(&term, 0, &got, &row, &col, err));
    assert_int_equal(row, 2);
    assert_int_equal(col, 4);
    assert_ok(sit_image_new(120, 120, &want, err));
    for (size_t y = 0; y < 120; y++) {
        for (size_t x = 0; x < 120; x++) {
            want.rgb[(y * 120 + x) * 3] = (uint8_t)(2 * x);
            want.rgb[(y * 120 + x) * 3 + 1] = (uint8_t)(2 * y);
        }
    }
    double psnr = sit_image_psnr(&got, &want);
    if (!(psnr >= 28))
        fail_msg("%.2f dB", psnr);
    assert_true(term.screen.pictures[0].max_register < 64);
    sit_image_release(&got);
    sit_image_release(&want);
    ptyterm_stop(&term);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_cursor_movements),
        cmocka_unit_test(models_erasing_and_repeating),
        cmocka_unit_test(models_wide_and_wrapped_text),
        cmocka_unit_test(models_scrolling),
        cmocka_unit_test(keeps_two_screens),
        cmocka_unit_test(notices_changed_modes),
        cmocka_unit_test(tells_the_window_and_its_changes),
        cmocka_unit_test(signals_and_stops),
        cmocka_unit_test(catches_pictures),
        cmocka_unit_test(knows_the_end_of_a_frame),
        cmocka_unit_test(queries_a_sixel_terminal),
        cmocka_unit_test(queries_raise_the_registers),
        cmocka_unit_test(queries_terminals_without_sixel),
        cmocka_unit_test(queries_a_silent_terminal),
        cmocka_unit_test(queries_obey_the_environment),
        cmocka_unit_test(queries_keep_what_is_typed),
        cmocka_unit_test(queries_need_a_terminal),
        cmocka_unit_test(guard_restores_on_a_fatal_signal),
        cmocka_unit_test(pictures_arrive_as_they_were_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
