/*
 * The n-th allocation fails while a chart is drawn or a page written: it succeeds all
 * the same or says that memory is short, appends nothing, and leaves no file.
 */
#include "unit/report_project.h"

#include "alloc_faults.h"
#include "sitter/chart.h"
#include "sitter/report_page.h"
#include "sitter/text.h"

static size_t whole_bytes; /* what the work gives when nothing fails; 0: not known */

/* Success means all of it. */
static void check_whole(enum sit_status status, size_t n_bytes)
{
    if (status != SIT_OK)
        return;
    if (whole_bytes == 0)
        whole_bytes = n_bytes;
    assert_int_equal(n_bytes, whole_bytes);
}

static size_t fail_each(work_fn *work, void *context)
{
    struct sit_error first = {0};
    whole_bytes = 0;
    assert_int_equal(work(context, &first), SIT_OK);
    return fail_by(work, context, SIT_OK, 100);
}

static const struct sit_term_caps caps = {.graphics = SIT_GRAPHICS_SIXEL,
                                          .cell_width_px = 10,
                                          .cell_height_px = 20,
                                          .n_cols = 80,
                                          .n_rows = 24,
                                          .is_utf8 = true};

static enum sit_status draw_charts(void *context, struct sit_error *cause)
{
    const struct sit_report_table *table = context;
    const struct sit_chart_text_options options = {.n_cols = 80, .colour = true};
    struct sit_buf out = {0};
    sit_buf_append_text(&out, "before");
    enum sit_status status = out.failed ? sit_error_nomem(cause) : SIT_OK;
    if (status == SIT_OK)
        status = sit_chart_unicode(table, &options, &out, cause);
    size_t n_bytes = out.n_bytes;
    if (status == SIT_OK)
        status = sit_chart_sixel(table, &caps, &out, cause);
    assert_true(status == SIT_OK || out.n_bytes == n_bytes);
    n_bytes = out.n_bytes;
    if (status == SIT_OK)
        status = sit_chart_svg(table, "c", true, &out, cause);
    assert_true(status == SIT_OK || out.n_bytes == n_bytes);
    check_whole(status, out.n_bytes);
    sit_buf_release(&out);
    return status;
}

static void test_charts(void **state)
{
    (void)state;
    static const struct sample_row rows[] = {
        {"1950s", 1955, 0.10, 0.06, 0.16, false},
        {"若い女性", 1965, 0.25, 0.18, 0.33, true},
    };
    struct sit_report_table table = sample_table(SIT_CHART_BARS, rows, 2);
    assert_true(fail_each(draw_charts, &table) > 20);
    table.chart = SIT_CHART_LINE;
    assert_true(fail_each(draw_charts, &table) > 20);
    sample_table_release(&table);
}

/* One thread: the countdown is not made for several. */
static const struct sit_report_page_options options = {.n_threads = 1};

static enum sit_status write_page(void *context, struct sit_error *cause)
{
    const struct sample_report *sample = context;
    char path[512];
    snprintf(path, sizeof path, "%s/page.html", sample->dir);
    unlink(path);
    enum sit_status status = sit_report_html_write(sample->project, &sample->report,
                                                   &options, path, NULL, NULL, cause);
    struct stat file = {0};
    assert_int_equal(stat(path, &file) == 0, status == SIT_OK);
    check_whole(status, (size_t)file.st_size);
    return status;
}

static enum sit_status write_sheet(void *context, struct sit_error *cause)
{
    const struct sample_report *sample = context;
    char path[512];
    snprintf(path, sizeof path, "%s/sheet.jpg", sample->dir);
    unlink(path);
    enum sit_status status = sit_report_sheet_write(sample->project, &sample->report,
                                                    &options, path, NULL, NULL, cause);
    struct stat file = {0};
    assert_int_equal(stat(path, &file) == 0, status == SIT_OK);
    check_whole(status, (size_t)file.st_size);
    return status;
}

static void test_page_and_sheet(void **state)
{
    (void)state;
    struct sample_report sample;
    sample_report_make(&sample, 4);
    assert_true(fail_each(write_page, &sample) > 100);
    assert_true(fail_each(write_sheet, &sample) > 20);
    sample_report_release(&sample);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charts),
        cmocka_unit_test(test_page_and_sheet),
    };
    return cmocka_run_group_tests_name("allocation faults of pages", tests, NULL, NULL);
}
