/*
 * What tmux tells of the pane's place, and sequences wrapped for the terminal around
 * it.
 */
#include "test_support.h"

#include "sitter/term.h"
#include "tmux.h"

static void places_the_pane(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t row, col;
    } cases[] = {
        {"0 0 1 0 1 100 40 100 39 on bottom\n", 0, 0},
        {"0 0 1 0 1 100 40 100 39 on top\n", 1, 0},
        {"0 1 1 0 1 100 40 100 38 2 top", 3, 0},
        {"0 0 1 0 1 100 40 100 40 off top\n", 0, 0},
        {"0 0 3 1 1 100 40 100 39 on bottom\n", 0, 0},
        {"5 2 3 1 1 100 40 100 39 on bottom\n", 2, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t row = 99, col = 99;
        assert_null(sit_tmux_parse(cases[i].text, strlen(cases[i].text), &row, &col));
        assert_int_equal(row, cases[i].row);
        assert_int_equal(col, cases[i].col);
    }
}

static void says_what_is_unsafe(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"", "tmux did not tell"},
        {"0 0 1 0 1 100 40 100 39 on\n", "tmux did not tell"},
        {"can't find pane\n", "tmux did not tell"},
        {"0 0 2 0 1 100 40 100 39 on bottom\n", "several panes"},
        {"0 0 1 0 2 100 40 100 39 on bottom\n", "several terminals"},
        {"0 0 1 0 1 100 40 120 39 on bottom\n", "larger than the terminal"},
        {"0 0 1 0 1 100 40 100 40 on bottom\n", "larger than the terminal"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t row = 99, col = 99;
        const char *problem = sit_tmux_parse(cases[i].text, strlen(cases[i].text), &row,
                                             &col);
        assert_non_null(problem);
        assert_non_null(strstr(problem, cases[i].problem));
    }
    char endless[4000];
    size_t row, col;
    memset(endless, '1', sizeof endless);
    assert_non_null(sit_tmux_parse(endless, sizeof endless, &row, &col));
}

static void wraps_and_doubles_escapes(void **state)
{
    (void)state;
    struct sit_buf out = {0};
    sit_term_wrap_for_tmux(&out, "\033[c", 3);
    assert_string_equal(sit_buf_text(&out), "\033Ptmux;\033\033[c\033\\");
    sit_buf_reset(&out);
    sit_term_wrap_for_tmux(&out, "\033P0q#\033\\", 7);
    assert_string_equal(sit_buf_text(&out), "\033Ptmux;\033\033P0q#\033\033\\\033\\");
    sit_buf_release(&out);
}

/* Long ones come in pieces below the 1 MiB that tmux takes; unwrapped they are whole.
 */
static void cuts_long_ones(void **state)
{
    (void)state;
    struct sit_buf in = {0}, out = {0}, back = {0};
    while (in.n_bytes < 3000000)
        sit_buf_append_text(&in, in.n_bytes % 7 == 0 ? "\033P" : "0123456789");
    sit_term_wrap_for_tmux(&out, in.data, in.n_bytes);
    size_t n_pieces = 0;
    for (size_t i = 0; i < out.n_bytes; n_pieces++) {
        size_t began = i;
        assert_memory_equal(out.data + i, "\033Ptmux;", 7);
        for (i += 7; memcmp(out.data + i, "\033\\", 2) != 0; i++) {
            if (out.data[i] == '\033') {
                assert_int_equal(out.data[i + 1], '\033');
                i++;
            }
            sit_buf_append_char(&back, out.data[i]);
        }
        i += 2;
        assert_true(i - began < 1 << 20);
    }
    assert_true(n_pieces > 2);
    assert_int_equal(back.n_bytes, in.n_bytes);
    assert_memory_equal(back.data, in.data, in.n_bytes);
    sit_buf_release(&in);
    sit_buf_release(&out);
    sit_buf_release(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_the_pane),
        cmocka_unit_test(says_what_is_unsafe),
        cmocka_unit_test(wraps_and_doubles_escapes),
        cmocka_unit_test(cuts_long_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
