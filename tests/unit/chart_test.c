/*
 * Charts: text line for line, sixels decoded again and looked at where bars must end,
 * SVG by what it must say.
 */
#include "test_support.h"

#include <sixel.h>

#include "report_samples.h"
#include "sitter/chart.h"
#include "sitter/text.h"

static const struct sample_row decades[] = {
    {"1950s", 1955, 0.10, 0.06, 0.16, false},
    {"1960s", 1965, 0.25, 0.18, 0.33, false},
    {"1970s", 1975, 0.50, 0.25, 0.75, true},
    {"年代の若い女性と子供たち", 1985, 0.40, 0.40, 0.40, false},
};

static char *text_chart(enum sit_report_chart kind, size_t n_cols, bool ascii)
{
    struct sit_report_table table = sample_table(kind, decades, 4);
    struct sit_chart_text_options options = {.n_cols = n_cols, .ascii = ascii};
    struct sit_buf out = {0};
    assert_ok(sit_chart_unicode(&table, &options, &out, err));
    sample_table_release(&table);
    return sit_buf_take(&out);
}

static void assert_chart(enum sit_report_chart kind, size_t n_cols, bool ascii,
                         const char *expected)
{
    char *text = text_chart(kind, n_cols, ascii);
    assert_string_equal(text, expected);
    free(text);
}

static void test_bars_as_blocks(void **state)
{
    (void)state;
    assert_chart(SIT_CHART_BARS, 80, false,
                 "Faces by decade: share of female\n"
                 "1950s                    ██├─╋─┤     ┊                      10.0 %  "
                 "[6.0, 16.0]\n"
                 "1960s                    ███████├──╋─┼─┤                    25.0 %  "
                 "[18.0, 33.0]\n"
                 "1970s                    ▒▒▒▒▒▒▒▒▒▒├─┼────────╋─────────┤   50.0 %~ "
                 "[25.0, 75.0]\n"
                 "年代の若い女性と子供たち ████████████┊████                  40.0 %\n"
                 "                         └───────┴────────┴───────┴───────┘\n"
                 "                         0      20       40      60      80 %\n"
                 "┊ whole collection 30.0 %\n"
                 "├╋┤ estimate and 95 % interval\n"
                 "~ ▒ model-based: too few labels to check it by\n");
}

static void test_bars_in_a_narrow_window(void **state)
{
    (void)state;
    assert_chart(SIT_CHART_BARS, 40, false,
                 "Faces by decade: share of female\n"
                 "1950s         █├╋┤  ┊            10.0 %\n"
                 "1960s         ████├╋┼┤           25.0 %\n"
                 "1970s         ▒▒▒▒▒├┼────╋────┤  50.0 %~\n"
                 "年代の若い女… ██████┊██          40.0 %\n"
                 "              └───┴────┴───┴───┘\n"
                 "              0  20   40  60  80 %\n"
                 "┊ whole collection 30.0 %\n"
                 "├╋┤ estimate and 95 % interval\n"
                 "~ ▒ model-based: too few labels to check\n"
                 "  it by\n");
}

static void test_bars_in_ascii(void **state)
{
    (void)state;
    assert_chart(SIT_CHART_BARS, 60, true,
                 "Faces by decade: share of female\n"
                 "1950s                ##[|--]    :                    10.0 %\n"
                 "1960s                ######[--|-+]                   25.0 %\n"
                 "1970s                =========[-+-------|---------]  50.0 %~\n"
                 "??????????????????~  ###########:####                40.0 %\n"
                 "                     +------+-------+-------+------+\n"
                 "                     0     20      40      60     80 %\n"
                 ": whole collection 30.0 %\n"
                 "[|] estimate and 95 % interval\n"
                 "~ = model-based: too few labels to check it by\n");
}

static void test_points_over_time(void **state)
{
    (void)state;
    assert_chart(SIT_CHART_LINE, 80, false,
                 "Faces by decade: share of female\n"
                 "1950s                      ├─●─┤     ┊                      10.0 %  "
                 "[6.0, 16.0]\n"
                 "1960s                           ├──●─┼─┤                    25.0 %  "
                 "[18.0, 33.0]\n"
                 "1970s                              ├─┼────────●─────────┤   50.0 %~ "
                 "[25.0, 75.0]\n"
                 "年代の若い女性と子供たち             ┊    ●                 40.0 %\n"
                 "                         └───────┴────────┴───────┴───────┘\n"
                 "                         0      20       40      60      80 %\n"
                 "┊ whole collection 30.0 %\n"
                 "├●┤ estimate and 95 % interval\n"
                 "~ model-based: too few labels to check it by\n");
}

static void test_no_line_is_too_wide(void **state)
{
    (void)state;
    for (size_t n_cols = 1; n_cols < 140; n_cols++) {
        char *text = text_chart(n_cols % 2 ? SIT_CHART_BARS : SIT_CHART_LINE, n_cols,
                                false);
        size_t most = n_cols < SIT_CHART_MIN_COLS ? SIT_CHART_MIN_COLS : n_cols;
        for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
            assert_true(sit_text_width(line) <= most);
        free(text);
    }
}

/* A bar is seen through its interval by its ground, and no line leaves a colour on. */
static void test_colours_end_with_the_bar(void **state)
{
    (void)state;
    struct sit_report_table table = sample_table(SIT_CHART_BARS, decades, 4);
    struct sit_chart_text_options options = {.n_cols = 80, .colour = true};
    struct sit_buf out = {0};
    assert_ok(sit_chart_unicode(&table, &options, &out, err));
    assert_non_null(strstr(out.data, "\033[36m██\033[0m\033[30;46m├─\033[0m╋─┤"));
    for (char *line = strtok(out.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *last = strrchr(line, '\033');
        assert_true(last == NULL || strncmp(last, "\033[0m", 4) == 0);
    }
    sit_buf_release(&out);
    sample_table_release(&table);
}

static void test_hostile_labels_are_escaped(void **state)
{
    (void)state;
    const struct sample_row rows[] = {
        {"a\033[2Jb\xff\n\u202e", 1, 0.5, 0.4, 0.6, false}};
    struct sit_report_table table = sample_table(SIT_CHART_BARS, rows, 1);
    struct sit_chart_text_options options = {.n_cols = 80};
    struct sit_buf out = {0};
    assert_ok(sit_chart_unicode(&table, &options, &out, err));
    assert_null(strchr(out.data, '\033'));
    assert_non_null(strstr(out.data, "a\\e[2Jb\\xff\\n\\u{202e}"));
    sit_buf_reset(&out);
    assert_ok(sit_chart_svg(&table, "c", true, &out, err));
    assert_null(strchr(out.data, '\033'));
    assert_null(strchr(out.data, '\xff'));
    sit_buf_release(&out);
    sample_table_release(&table);
}

static void test_long_charts_say_what_they_leave_out(void **state)
{
    (void)state;
    enum { N_ROWS = SIT_CHART_MAX_BARS + 50 };
    struct sample_row rows[N_ROWS];
    for (size_t i = 0; i < N_ROWS; i++)
        rows[i] = (struct sample_row){"row", NAN, 0.5, 0.4, 0.6, false};
    struct sit_report_table table = sample_table(SIT_CHART_BARS, rows, N_ROWS);
    struct sit_chart_text_options options = {.n_cols = 80};
    struct sit_buf out = {0};
    assert_ok(sit_chart_unicode(&table, &options, &out, err));
    assert_non_null(strstr(out.data, "… and 50 more rows in the table\n"));
    sit_buf_reset(&out);
    assert_ok(sit_chart_svg(&table, "c", false, &out, err));
    assert_non_null(strstr(out.data, "and 50 more rows in the table"));
    sit_buf_release(&out);
    sample_table_release(&table);
}

/* Nothing to draw is an empty chart, not an error. */
static void test_charts_without_values(void **state)
{
    (void)state;
    const struct sample_row rows[] = {{"a", NAN, NAN, NAN, NAN, false},
                                      {"b", NAN, 0, 0, 0, false}};
    struct sit_report_table table = sample_table(SIT_CHART_BARS, rows, 2);
    assert_true(sit_chart_exists(&table));
    table.rows[1].unknown = true;
    struct sit_chart_text_options options = {.n_cols = 80};
    struct sit_buf out = {0};
    assert_false(sit_chart_exists(&table));
    assert_ok(sit_chart_unicode(&table, &options, &out, err));
    assert_int_equal(out.n_bytes, 0);
    table.rows[1].unknown = false;
    table.reference = NAN;
    assert_ok(sit_chart_unicode(&table, &options, &out, err)); /* all is 0 */
    assert_ok(sit_chart_svg(&table, "c", true, &out, err));
    assert_null(strstr(out.data, "nan"));
    table.chart = SIT_CHART_LINE;
    assert_false(sit_chart_exists(&table));
    sit_buf_release(&out);
    sample_table_release(&table);
}

/*
 * Sixels
 */

static const struct sit_term_caps caps = {.graphics = SIT_GRAPHICS_SIXEL,
                                          .has_sixel = true,
                                          .cell_width_px = 10,
                                          .cell_height_px = 20,
                                          .n_cols = 81,
                                          .n_rows = 40,
                                          .n_colours = 256,
                                          .is_utf8 = true};

/* The n-th picture in the bytes; its cells before it are in *column. */
static struct sit_image picture_of(const struct sit_buf *bytes, int n, int *column)
{
    const char *at = bytes->data - 1;
    for (int i = 0; i <= n; i++)
        assert_non_null(at = strstr(at + 1, "\033P"));
    const char *move = at;
    while (*move != '[')
        move--;
    assert_int_equal(sscanf(move, "[%dG", column), 1);
    const char *end = strstr(at, "\033\\");
    assert_non_null(end);
    unsigned char *pixels = NULL, *palette = NULL;
    int width, height, n_colours;
    struct sit_buf copy = {0};
    sit_buf_append(&copy, at, (size_t)(end + 2 - at));
    assert_false(SIXEL_FAILED(sixel_decode_raw((unsigned char *)copy.data,
                                               (int)copy.n_bytes, &pixels, &width,
                                               &height, &palette, &n_colours, NULL)));
    struct sit_image image = {0};
    assert_ok(sit_image_new((size_t)width, (size_t)height, &image, err));
    for (size_t i = 0; i < image.width_px * image.height_px; i++)
        memcpy(image.rgb + 3 * i, palette + 3 * pixels[i], 3);
    free(pixels);
    free(palette);
    sit_buf_release(&copy);
    return image;
}

/* The bar's blue, not the panel's. */
static bool is_bar(const struct sit_image *image, size_t x, size_t y)
{
    const uint8_t *pixel = image->rgb + 3 * (y * image->width_px + x);
    return pixel[2] > 170 && pixel[0] < 110;
}

/* The last column that is bar in the line y. */
static long bar_end(const struct sit_image *image, size_t y)
{
    long end = -1;
    for (size_t x = 0; x < image->width_px; x++)
        if (is_bar(image, x, y))
            end = (long)x;
    return end;
}

static void test_sixel_bars_end_where_they_must(void **state)
{
    (void)state;
    struct sit_report_table table = sample_table(SIT_CHART_BARS, decades, 4);
    struct sit_buf out = {0};
    assert_ok(sit_chart_sixel(&table, &caps, &out, err));
    int column;
    struct sit_image image = picture_of(&out, 0, &column);
    assert_int_equal(column, 26); /* 24 cells of label and a blank */
    assert_int_equal(image.width_px % caps.cell_width_px, 0);
    assert_true(image.height_px <= 4 * caps.cell_height_px);
    assert_true(image.height_px > 4 * caps.cell_height_px - 6);
    static const double shares[] = {0.10, 0.25, -1, 0.40};
    for (size_t row = 0; row < 4; row++) {
        if (shares[row] < 0)
            continue; /* an outline */
        double end = shares[row] / 0.8 * (double)image.width_px - 1;
        size_t y = row * caps.cell_height_px + caps.cell_height_px / 4;
        assert_true(labs(bar_end(&image, y) - lround(end)) <= 1);
        assert_int_equal(bar_end(&image, row * caps.cell_height_px), -1);
    }
    sit_image_release(&image);
    sit_buf_release(&out);
    sample_table_release(&table);
}

static void test_sixel_charts_go_into_small_windows(void **state)
{
    (void)state;
    struct sit_term_caps small = caps;
    small.n_rows = 5; /* three rows a picture */
    small.n_cols = 41;
    struct sit_report_table table = sample_table(SIT_CHART_BARS, decades, 4);
    struct sit_buf out = {0};
    int column;
    assert_ok(sit_chart_sixel(&table, &small, &out, err));
    struct sit_image image = picture_of(&out, 1, &column);
    assert_true(image.height_px <= caps.cell_height_px);
    sit_image_release(&image);
    sit_buf_reset(&out);
    table.chart = SIT_CHART_LINE;
    assert_ok(sit_chart_sixel(&table, &small, &out, err));
    image = picture_of(&out, 0, &column);
    assert_true(image.height_px <= 3 * caps.cell_height_px);
    sit_image_release(&image);
    small.cell_width_px = 0;
    struct sit_error err;
    size_t n_bytes = out.n_bytes;
    assert_int_equal(sit_chart_sixel(&table, &small, &out, &err), SIT_E_ARG);
    assert_int_equal(out.n_bytes, n_bytes);
    sit_buf_release(&out);
    sample_table_release(&table);
}

/* The point of 1970s, hollow, in the middle of its circle's rim. */
static void test_sixel_line_puts_points_at_their_values(void **state)
{
    (void)state;
    struct sit_report_table table = sample_table(SIT_CHART_LINE, decades, 2);
    struct sit_buf out = {0};
    int column;
    table.reference = NAN;
    assert_ok(sit_chart_sixel(&table, &caps, &out, err));
    struct sit_image image = picture_of(&out, 0, &column);
    /* 0 to 40 % in four steps: 13 rows, ticks in the middle of the first and last. */
    double bottom = 12.5 * 20, height = 12 * 20;
    for (int i = 0; i < 2; i++) {
        double x = (i == 0 ? 0.04 : 0.96) * (double)image.width_px;
        double y = bottom - decades[i].share / 0.4 * height;
        assert_true(is_bar(&image, (size_t)x + 3, (size_t)y));
        assert_false(is_bar(&image, (size_t)x + 3, (size_t)y - 12));
    }
    sit_image_release(&image);
    sit_buf_release(&out);
    sample_table_release(&table);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars_as_blocks),
        cmocka_unit_test(test_bars_in_a_narrow_window),
        cmocka_unit_test(test_bars_in_ascii),
        cmocka_unit_test(test_points_over_time),
        cmocka_unit_test(test_no_line_is_too_wide),
        cmocka_unit_test(test_colours_end_with_the_bar),
        cmocka_unit_test(test_hostile_labels_are_escaped),
        cmocka_unit_test(test_long_charts_say_what_they_leave_out),
        cmocka_unit_test(test_charts_without_values),
        cmocka_unit_test(test_sixel_bars_end_where_they_must),
        cmocka_unit_test(test_sixel_charts_go_into_small_windows),
        cmocka_unit_test(test_sixel_line_puts_points_at_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
