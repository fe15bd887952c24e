/*
 * Charts of sixels on the model of a screen: each picture lies on the rows of its
 * labels and between label and number, also where the window had to scroll, and the
 * cursor ends below.
 */
#include "../unit/report_samples.h"
#include "test_support.h"

#include "ptyscreen.h"
#include "sitter/chart.h"
#include "sitter/text.h"

enum { CELL_WIDTH = 10, CELL_HEIGHT = 20 };

static const struct sample_row rows[] = {
    {"1950s", 1955, 0.10, 0.06, 0.16, false},
    {"若い女性", 1965, 0.25, 0.18, 0.33, false},
    {"1970s", 1975, 0.50, 0.25, 0.75, true},
    {"1980s", 1985, 0.40, 0.31, 0.49, false},
};

static struct sit_term_caps caps_of(size_t n_cols, size_t n_rows)
{
    return (struct sit_term_caps){.graphics = SIT_GRAPHICS_SIXEL,
                                  .has_sixel = true,
                                  .cell_width_px = CELL_WIDTH,
                                  .cell_height_px = CELL_HEIGHT,
                                  .n_cols = n_cols,
                                  .n_rows = n_rows,
                                  .n_colours = 256,
                                  .is_utf8 = true};
}

/* As a tty in its usual mode would pass it on: LF becomes CR LF. */
static void feed(struct ptyscreen *screen, const char *bytes, size_t n_bytes)
{
    struct sit_buf out = {0};
    for (size_t i = 0; i < n_bytes; i++) {
        if (bytes[i] == '\n')
            sit_buf_append_char(&out, '\r');
        sit_buf_append_char(&out, bytes[i]);
    }
    ptyscreen_feed(screen, out.data, out.n_bytes, 0);
    sit_buf_release(&out);
}

/* The row's text, to be freed. */
static char *row_text(const struct ptyscreen *screen, size_t row)
{
    struct sit_buf out = {0};
    ptyscreen_row_text(screen, row, &out);
    sit_buf_append_text(&out, "");
    return sit_buf_take(&out);
}

/* The row that begins with the text, or -1. */
static long row_of(const struct ptyscreen *screen, const char *text)
{
    for (size_t row = 0; row < screen->n_rows; row++) {
        char *line = row_text(screen, row);
        bool found = line != NULL && strncmp(line, text, strlen(text)) == 0;
        free(line);
        if (found)
            return (long)row;
    }
    return -1;
}

/* Draws the chart, then a prompt. Returns the lines scrolled after the last picture. */
static long show(enum sit_report_chart kind, size_t n_cols, size_t n_rows,
                 size_t start_row, struct ptyscreen *screen)
{
    struct sit_report_table table = sample_table(kind, rows, 4);
    struct sit_term_caps caps = caps_of(n_cols, n_rows);
    struct sit_buf out = {0};
    assert_ok(sit_chart_sixel(&table, &caps, &out, err));
    assert_true(ptyscreen_init(screen, n_cols, n_rows, CELL_HEIGHT, NULL, NULL));
    for (size_t i = 0; i < start_row; i++)
        feed(screen, "$\n", 2);
    const char *end = NULL;
    for (const char *at = out.data; (at = strstr(at, "\033\\")) != NULL; at++)
        end = at + 2;
    assert_non_null(end);
    feed(screen, out.data, (size_t)(end - out.data));
    size_t n_scrolls = screen->n_scrolls;
    feed(screen, end, out.n_bytes - (size_t)(end - out.data));
    feed(screen, "prompt", 6);
    assert_int_equal(screen->n_unknown, 0);
    sit_buf_release(&out);
    sample_table_release(&table);
    return (long)(screen->n_scrolls - n_scrolls);
}

static void test_bars_lie_beside_their_labels(void **state)
{
    (void)state;
    for (size_t start = 0; start < 24; start++) {
        struct ptyscreen screen;
        long scrolled = show(SIT_CHART_BARS, 80, 24, start, &screen);
        assert_int_equal(screen.n_pictures, 1);
        long first = row_of(&screen, "1950s");
        assert_int_equal((long)screen.pictures[0].row - scrolled, first);
        assert_int_equal(row_of(&screen, "1980s"), first + 3);
        assert_true(first >= 0);
        assert_int_equal(screen.pictures[0].col, 9); /* the widest label and a blank */
        char *line = row_text(&screen, (size_t)first + 1);
        assert_non_null(strstr(line, "25.0 %  [18.0, 33.0]"));
        free(line);
        assert_true(row_of(&screen, "prompt") > first + 4);
        ptyscreen_release(&screen);
    }
}

static void test_plot_has_its_ticks_beside_and_labels_below(void **state)
{
    (void)state;
    struct ptyscreen screen;
    long scrolled = show(SIT_CHART_LINE, 80, 24, 20, &screen);
    assert_int_equal(screen.n_pictures, 1);
    long top = row_of(&screen, "  80 %");
    assert_int_equal((long)screen.pictures[0].row - scrolled, top);
    assert_int_equal(row_of(&screen, "     0"), top + 12);
    char *line = row_text(&screen, (size_t)top + 13);
    assert_non_null(strstr(line, "1950s"));
    assert_non_null(strstr(line, "若い女性"));
    free(line);
    ptyscreen_release(&screen);
}

static void test_small_windows(void **state)
{
    (void)state;
    for (size_t n_rows = 6; n_rows < 20; n_rows++) {
        struct ptyscreen screen;
        show(n_rows % 2 ? SIT_CHART_BARS : SIT_CHART_LINE, 41, n_rows, 3, &screen);
        assert_true(screen.n_pictures >= 1);
        assert_true(row_of(&screen, "prompt") >= 0);
        ptyscreen_release(&screen);
    }
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars_lie_beside_their_labels),
        cmocka_unit_test(test_plot_has_its_ticks_beside_and_labels_below),
        cmocka_unit_test(test_small_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
