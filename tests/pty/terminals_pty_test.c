/*
 * Labelling on terminals of several kinds: with and without synchronised output, few
 * colour registers, no sixel, no answers at all, and answers that come late.
 */
#include "test_support.h"

#include <signal.h>

#include "screen_driver.h"
#include "sitter/term.h"
#include "sitter/text.h"

enum { N_FACES = 16, N_KEYS = 6 };

static const char *const class_keys[] = {"m", "f", "o"};

static void assert_n_events(const struct driver_project *project, size_t n)
{
    struct driver_events events;
    driver_load_events(project, &events);
    assert_int_equal(events.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(events.items[i].face_id, project->ids[i]);
        assert_int_equal(events.items[i].class_index, i % 3);
    }
    driver_release_events(&events);
}

/* Text that changes beside a picture leaves the picture's cells alone: no blanks over
 * them, and nothing that moves them. */
static void label_some(struct ptyterm *term, const struct driver_project *project)
{
    driver_expect_face(term, project, 0, 0);
    struct ptyscreen_picture picture = term->screen.pictures[0];
    size_t n_rows, n_cols;
    driver_picture_cells(term, &picture, &n_rows, &n_cols);
    for (size_t i = 0; i < N_KEYS; i++) {
        driver_mark_cells(term, picture.row, picture.col, n_rows, n_cols);
        driver_type_to_face(term, project, class_keys[i % 3], i + 1);
        assert_int_equal(
            driver_count_marks(term, picture.row, picture.col, n_rows, n_cols),
            n_rows * n_cols);
    }
    assert_n_events(project, N_KEYS);
    driver_assert_pictures_fit(term);
}

static void labels_on_sixel_terminals(void **state)
{
    (void)state;
    static const struct {
        size_t n_cols, n_rows;
    } sizes[] = {{100, 40}, {80, 24}, {200, 60}};
    const struct ptyterm_profile *profiles[] = {&ptyterm_sixel_sync, &ptyterm_sixel,
                                                &ptyterm_xterm16};
    for (size_t p = 0; p < sizeof profiles / sizeof *profiles; p++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct driver_project project;
            struct ptyterm term;
            driver_make_project(&project, N_FACES, false);
            driver_start_size(&term, profiles[p], &project, "label", "ann",
                              sizes[i].n_cols, sizes[i].n_rows);
            label_some(&term, &project);
            for (size_t k = 0; k < ptyterm_n_pictures(&term); k++)
                assert_int_equal(term.screen.pictures[k].is_in_sync,
                                 profiles[p]->has_sync);
            driver_quit(&term, "q");
            ptyterm_stop(&term);
            driver_release_project(&project);
        }
    }
}

/* One picture stands at a time, whatever has been shown, and none when it is over. */
static void labels_by_the_kitty_protocol(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    driver_start(&term, &ptyterm_kitty, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    for (size_t i = 0; i < N_KEYS; i++) {
        driver_type_to_face(&term, &project, class_keys[i % 3], i + 1);
        size_t last = ptyterm_n_pictures(&term) - 1;
        assert_true(term.screen.pictures[last].is_kitty);
        assert_true(term.screen.pictures[last].is_in_sync);
        assert_true(driver_picture_psnr(&term, last, &project, i + 1) > 40);
        assert_false(term.screen.pictures[last].is_erased);
        assert_int_equal(ptyscreen_n_standing(&term.screen), 1);
    }
    assert_n_events(&project, N_KEYS);
    ptyterm_send(&term, "?");
    driver_expect_text(&term, "Labelling: keys");
    assert_int_equal(ptyscreen_n_standing(&term.screen), 0);
    size_t n_before = ptyterm_n_pictures(&term);
    ptyterm_send(&term, "q");
    driver_expect_face(&term, &project, n_before, N_KEYS);
    assert_int_equal(ptyscreen_n_standing(&term.screen), 1);
    /* Drawn anew after a resize: the old one goes with the old screen. */
    n_before = ptyterm_n_pictures(&term);
    ptyterm_resize(&term, 80, 30);
    driver_expect_face(&term, &project, n_before, N_KEYS);
    assert_int_equal(ptyscreen_n_standing(&term.screen), 1);
    driver_assert_pictures_fit(&term);
    driver_quit(&term, "q");
    assert_int_equal(ptyscreen_n_standing(&term.screen), 0);
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* However it ends: pictures deleted while the screen is still there to delete them on.
 */
static void deletes_kitty_pictures_on_fatal_signals(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGHUP, SIGSEGV, SIGABRT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct driver_project project;
        struct ptyterm term;
        int status;
        driver_make_project(&project, N_FACES, false);
        driver_start(&term, &ptyterm_kitty, &project, "label", "ann");
        driver_expect_face(&term, &project, 0, 0);
        assert_true(ptyterm_kill(&term, signals[i]));
        assert_true(ptyterm_wait_exit(&term, DRIVER_LIMIT_MS, &status));
        const char *output = sit_buf_text(&term.output);
        const char *deleted = strstr(output, SIT_TERM_DELETE_PICTURES);
        for (const char *at = deleted; at != NULL;
             at = strstr(at + 1, SIT_TERM_DELETE_PICTURES))
            deleted = at;
        assert_non_null(deleted);
        assert_non_null(strstr(deleted, "\033[?1049l"));
        assert_null(strstr(deleted, "a=T"));
        ptyterm_stop(&term);
        driver_release_project(&project);
    }
}

/* A picture never needs more colours than the terminal keeps. */
static void keeps_to_the_colour_registers(void **state)
{
    (void)state;
    static const struct ptyterm_profile fixed = {
        .name = "16 registers, not to be raised",
        .has_pixels = true,
        .da1 = "?63;1;2;4;6;9;15;16;22;28c",
        .n_registers = 16,
        .max_registers = 16,
        .max_side_px = 1000,
        .cell_width_px = 6,
        .cell_height_px = 13,
    };
    const struct ptyterm_profile *profiles[] = {&ptyterm_xterm16, &fixed};
    for (size_t p = 0; p < sizeof profiles / sizeof *profiles; p++) {
        struct driver_project project;
        struct ptyterm term;
        driver_make_project(&project, N_FACES, false);
        driver_start(&term, profiles[p], &project, "label", "ann");
        assert_true(ptyterm_expect_picture_end(&term, 0, DRIVER_LIMIT_MS));
        for (size_t i = 0; i < N_KEYS; i++) {
            size_t n_before = ptyterm_n_pictures(&term);
            assert_true(driver_press(&term, class_keys[i % 3], DRIVER_LIMIT_MS));
            assert_string_equal(driver_shown_name(&term), project.names[i + 1]);
            /* Few colours, but still this face. */
            double psnr = driver_picture_psnr(&term, n_before, &project, i + 1);
            if (!(psnr >= 20))
                fail_msg("%.2f dB in %zu registers", psnr, term.n_registers);
        }
        assert_int_equal(term.n_registers, p == 0 ? 256 : 16);
        for (size_t k = 0; k < ptyterm_n_pictures(&term); k++)
            assert_true(term.screen.pictures[k].max_register < term.n_registers);
        driver_quit(&term, "q");
        ptyterm_stop(&term);
        driver_release_project(&project);
    }
}

/* How many cells show block characters; the progress bar is made of shades. */
static size_t count_blocks(const struct ptyterm *term)
{
    enum { FIRST = 0x2580, LAST = 0x259f, SHADE = 0x2591, LAST_SHADE = 0x2593 };
    size_t n = 0;
    for (size_t i = 0; i < term->screen.n_cols * term->screen.n_rows; i++) {
        uint32_t code = term->screen.cells[i];
        n += code >= FIRST && code <= LAST && (code < SHADE || code > LAST_SHADE);
    }
    return n;
}

static bool shows_blocks(struct ptyterm *term, void *context)
{
    (void)context;
    return count_blocks(term) > 300;
}

static bool shows_no_blocks(struct ptyterm *term, void *context)
{
    (void)context;
    return count_blocks(term) == 0;
}

static void type_to_name(struct ptyterm *term, const char *keys, const char *name)
{
    driver_press_to_text(term, keys, name);
    driver_expect_name(term, name);
    if (!ptyterm_wait(term, shows_blocks, NULL, DRIVER_LIMIT_MS))
        driver_fail(term, "no block characters");
}

static void labels_without_sixel(void **state)
{
    (void)state;
    const struct ptyterm_profile *profiles[] = {&ptyterm_silent, &ptyterm_plain,
                                                &ptyterm_truecolor};
    for (size_t p = 0; p < sizeof profiles / sizeof *profiles; p++) {
        struct driver_project project;
        struct ptyterm term;
        driver_make_project(&project, N_FACES, false);
        driver_start(&term, profiles[p], &project, "label", "ann");
        type_to_name(&term, "", project.names[0]);
        for (size_t i = 0; i < N_KEYS; i++)
            type_to_name(&term, class_keys[i % 3], project.names[i + 1]);
        assert_n_events(&project, N_KEYS);
        assert_int_equal(ptyterm_n_pictures(&term), 0);
        const char *colour = p == 2 ? "\033[38;2;" : "38;5;";
        assert_non_null(strstr(sit_buf_text(&term.output), colour));
        /* The help covers the picture, and it comes back. */
        ptyterm_send(&term, "?");
        driver_expect_text(&term, "Labelling: keys");
        assert_true(ptyterm_wait(&term, shows_no_blocks, NULL, DRIVER_LIMIT_MS));
        type_to_name(&term, "q", project.names[N_KEYS]);
        driver_quit(&term, "q");
        assert_int_equal(term.screen.n_scrolls, 0);
        ptyterm_stop(&term);
        driver_release_project(&project);
    }
}

/* Two parts of an answer that arrive one after the other. */
static void send_in_two(struct ptyterm *term, const char *text, size_t n_first)
{
    char first[64] = "";
    assert_true(n_first < sizeof first);
    memcpy(first, text, n_first);
    ptyterm_send(term, first);
    driver_pass_time(term, 10);
    ptyterm_send(term, text + n_first);
}

/* The answers come when the probe has given up. They are full of letters that are
 * labels: none of them may count, at whatever place the line cuts them. */
static void takes_no_late_answer_for_a_key(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "\033[?62;4;22c",
        "\033P>|foot(1.16.2)\033\\",
        "\033P>|mlterm(3.9.0)\033\\",
        "\033[?1;0;256S\033[?2;0;4096;4096S\033[?2026;2$y\033[6;20;10t\033[?62;4;22c",
    };
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    driver_start(&term, &ptyterm_silent, &project, "label", "ann");
    driver_expect_name(&term, project.names[0]);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        ptyterm_send(&term, answers[i]);
        /* Not after the first byte: ESC alone is a key. */
        for (size_t cut = 2; cut < strlen(answers[i]) && cut < 24; cut++)
            send_in_two(&term, answers[i], cut);
    }
    /* A key typed after them shows that they have been read. */
    driver_press_to_text(&term, "m", project.names[1]);
    assert_n_events(&project, 1);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* Keys typed while the terminal is asked are not lost; but a face that nobody has seen
 * yet is not labelled by them. */
static void keeps_keys_typed_at_the_start(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    driver_start(&term, &ptyterm_silent, &project, "label", "ann");
    while (term.n_queries == 0 && ptyterm_pump(&term, DRIVER_LIMIT_MS))
        continue;
    ptyterm_send(&term, "jjjm");
    driver_expect_name(&term, project.names[3]);
    driver_expect_text(&term, "too early");
    assert_n_events(&project, 0);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_on_sixel_terminals),
        cmocka_unit_test(labels_by_the_kitty_protocol),
        cmocka_unit_test(deletes_kitty_pictures_on_fatal_signals),
        cmocka_unit_test(keeps_to_the_colour_registers),
        cmocka_unit_test(labels_without_sixel),
        cmocka_unit_test(takes_no_late_answer_for_a_key),
        cmocka_unit_test(keeps_keys_typed_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
