/*
 * What curses is made to send: the colours of the classes, and how the screen is left
 * on terminals that have no second one.
 */
#include "tty_support.h"

#include "painter.h"
#include "sitter/text.h"

static int draw_classes(void *n_colours)
{
    struct sit_painter *painter = NULL;
    struct sit_grid grid = {0};
    struct sit_error err;
    if (!sit_grid_resize(&grid, TTY_COLS, TTY_ROWS) ||
        sit_painter_open(*(const int *)n_colours, NULL, &painter, &err) != SIT_OK)
        return 1;
    for (size_t i = 0; i < SIT_N_CLASS_STYLES; i++) {
        char name[] = "class-0";
        name[6] = (char)('0' + i);
        sit_grid_put(&grid, sit_grid_area(&grid), 3 + 2 * i, 0, SIZE_MAX,
                     (enum sit_style)(SIT_STYLE_CLASS + i), name);
    }
    sit_painter_draw(painter, &grid);
    sit_painter_flush(painter, 5, 5, NULL);
    sit_painter_leave(painter);
    if (write(STDOUT_FILENO, "<left>", 6) != 6)
        return 1;
    sit_painter_return(painter);
    sit_painter_draw(painter, &grid);
    sit_painter_flush(painter, 5, 5, NULL);
    sit_painter_close(painter);
    sit_grid_release(&grid);
    return write(STDOUT_FILENO, "<closed>", 8) == 8 ? 0 : 1;
}

static int eight = 8;

/* What the eight colours look like is the user's affair: attributes alone. */
static void test_no_colours_of_eight(void **state)
{
    (void)state;
    struct test_tty tty;
    tty_start(&tty, "xterm", draw_classes, &eight);
    tty_finish(&tty);
    const char *at = sit_buf_text(&tty.output);
    for (size_t i = 0; i < SIT_N_CLASS_STYLES; i++) {
        char name[] = "class-0";
        name[6] = (char)('0' + i);
        at = tty_after(at, name);
    }
    for (int colour = 30; colour < 38; colour++) {
        char sequence[16];
        snprintf(sequence, sizeof sequence, "\033[%dm", colour);
        assert_null(strstr(sit_buf_text(&tty.output), sequence));
    }
    assert_non_null(strstr(sit_buf_text(&tty.output), "\033[0;4m"));
    tty_release(&tty);
}

/* xterm's $TERM says eight unless it is told otherwise; what it has counts. */
static void test_colours_the_terminal_has(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm", "xterm-256color"};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct test_tty tty;
        int n_colours = 256;
        tty_start(&tty, terms[i], draw_classes, &n_colours);
        tty_finish(&tty);
        assert_non_null(strstr(sit_buf_text(&tty.output), "38;5;"));
        tty_release(&tty);
    }
}

/* Nothing but the cursor at the top is left, both times. */
static void test_clears_the_screen_without_a_second_one(void **state)
{
    (void)state;
    static const char *const terms[] = {"linux", "vt100"};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct test_tty tty;
        tty_start(&tty, terms[i], draw_classes, &eight);
        tty_finish(&tty);
        const char *at = tty_after(sit_buf_text(&tty.output), "class-5");
        static const char *const ends[] = {"<left>", "<closed>"};
        for (size_t k = 0; k < 2; k++) {
            const char *left = tty_after(at, ends[k]) - strlen(ends[k]);
            const char *cleared = tty_after(at, "\033[H\033[J");
            assert_true(cleared <= left);
            assert_null(memchr(cleared, 'H', (size_t)(left - cleared)));
            at = k == 0 ? tty_after(left, "class-5") : left;
        }
        tty_release(&tty);
    }
}

/* Where there is one, the shell's screen is not touched. */
static void test_leaves_the_second_screen(void **state)
{
    (void)state;
    struct test_tty tty;
    tty_start(&tty, "xterm", draw_classes, &eight);
    tty_finish(&tty);
    const char *at = tty_after(sit_buf_text(&tty.output), "class-5");
    const char *left = tty_after(at, "\033[?1049l");
    const char *end = tty_after(left, "<left>");
    const char *cleared = strstr(left, "\033[J");
    assert_true(cleared == NULL || cleared > end);
    tty_release(&tty);
}

/* Text that begins further right than before, as beside a poster that is opened. */
static int draw_further_right(void *context)
{
    (void)context;
    struct sit_painter *painter = NULL;
    struct sit_grid grid = {0};
    struct sit_error err;
    if (sit_painter_open(8, NULL, &painter, &err) != SIT_OK)
        return 1;
    for (size_t col = 40; col <= 60; col += 20) {
        if (!sit_grid_resize(&grid, TTY_COLS, TTY_ROWS))
            return 1;
        for (size_t row = 1; row < 8; row++)
            sit_grid_put(&grid, sit_grid_area(&grid), row, col, SIZE_MAX,
                         SIT_STYLE_NORMAL, col == 40 ? "first" : "second");
        sit_painter_draw(painter, &grid);
        sit_painter_flush(painter, 9, 0, NULL);
    }
    sit_painter_close(painter);
    sit_grid_release(&grid);
    return 0;
}

/* The picture to the left of it stays: nothing is erased up to the cursor. */
static void test_erases_nothing_to_the_left(void **state)
{
    (void)state;
    struct test_tty tty;
    tty_start(&tty, "xterm", draw_further_right, NULL);
    tty_finish(&tty);
    tty_after(tty_after(sit_buf_text(&tty.output), "first"), "second");
    assert_null(strstr(sit_buf_text(&tty.output), "\033[1K"));
    tty_release(&tty);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_colours_of_eight),
        cmocka_unit_test(test_colours_the_terminal_has),
        cmocka_unit_test(test_clears_the_screen_without_a_second_one),
        cmocka_unit_test(test_leaves_the_second_screen),
        cmocka_unit_test(test_erases_nothing_to_the_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
