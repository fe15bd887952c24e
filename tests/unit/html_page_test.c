/*
 * The HTML page and the contact sheet over a drawn collection, with text in it that
 * wants to be markup. tests/cli/check_page.py says whether the page is sound; here it
 * is what is shown, how often, and how large it gets.
 */
#include "report_project.h"

#include "sitter/image.h"
#include "sitter/report_page.h"
#include "sitter/text.h"

enum { N_FACES = 60 };

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what))
        n++;
    return n;
}

static void write_page(const struct sample_report *sample,
                       const struct sit_report_page_options *options,
                       struct sit_buf *page)
{
    char *path = sit_file_join(sample->dir, "page.html");
    assert_ok(sit_report_html_write(sample->project, &sample->report, options, path,
                                    NULL, NULL, err));
    sit_buf_reset(page);
    assert_ok(sit_file_read(path, 64 << 20, page, err));
    const char *keep = getenv("SITTER_KEEP_PAGE"); /* to look at it */
    if (keep != NULL && options->n_max_faces == 0 && options->n_per_group == 0)
        assert_ok(sit_file_write_atomic(keep, page->data, page->n_bytes, err));
    free(path);
}

static void test_each_face_is_embedded_once(void **state)
{
    (void)state;
    struct sample_report sample;
    struct sit_buf page = {0};
    sample_report_make(&sample, N_FACES);
    const struct sit_report_page_options options = {.seed = 7};
    write_page(&sample, &options, &page);
    assert_int_equal(count(page.data, "data:image/jpeg"), sample.report.n_faces);
    /* In three tables and on the sheet. */
    assert_true(count(page.data, "<li><a class=\"f f0 ") >= 3);
    assert_int_equal(count(page.data, "id=\"f0\""), 1);
    assert_true(sit_utf8_valid(page.data, page.n_bytes));
    assert_null(strchr(page.data, '\033'));
    assert_null(strstr(page.data, "<script"));
    assert_null(strstr(page.data, "<img"));
    assert_null(strstr(page.data, "\xe2\x80\xae")); /* a bidirectional override */
    assert_non_null(strstr(page.data, "&lt;script&gt;alert(1)"));
    assert_non_null(strstr(page.data, "≠"));
    sit_buf_release(&page);
    sample_report_release(&sample);
}

static void test_fewer_faces_where_there_are_too_many(void **state)
{
    (void)state;
    struct sample_report sample;
    struct sit_buf page = {0};
    sample_report_make(&sample, N_FACES);
    const struct sit_report_page_options options = {.n_max_faces = 30};
    write_page(&sample, &options, &page);
    size_t n_shown = count(page.data, "data:image/jpeg");
    assert_true(n_shown > 0 && n_shown <= 30);
    assert_non_null(strstr(page.data, "There are fewer than usual"));
    assert_non_null(strstr(page.data, "the least sure</p>"));
    const struct sit_report_page_options none = {.n_max_faces = 1};
    write_page(&sample, &none, &page);
    assert_true(count(page.data, "data:image/jpeg") <= 1);
    assert_non_null(strstr(page.data, "there are too many"));
    sit_buf_release(&page);
    sample_report_release(&sample);
}

static void test_the_same_seed_shows_the_same(void **state)
{
    (void)state;
    struct sample_report sample;
    struct sit_buf a = {0}, b = {0};
    sample_report_make(&sample, N_FACES);
    struct sit_report_page_options options = {.seed = 1, .n_per_group = 3};
    write_page(&sample, &options, &a);
    options.n_threads = 3;
    write_page(&sample, &options, &b);
    assert_int_equal(a.n_bytes, b.n_bytes);
    assert_memory_equal(a.data, b.data, a.n_bytes);
    options.seed = 2;
    write_page(&sample, &options, &b);
    assert_true(a.n_bytes != b.n_bytes || memcmp(a.data, b.data, a.n_bytes) != 0);
    sit_buf_release(&a);
    sit_buf_release(&b);
    sample_report_release(&sample);
}

/* A table with a row a poster must not swamp the page. */
static void test_long_tables_end(void **state)
{
    (void)state;
    enum { N_ROWS = 2100 };
    struct sample_report sample;
    struct sit_buf page = {0};
    sample_report_make(&sample, N_FACES);
    struct sample_row *rows = sit_calloc(N_ROWS, sizeof *rows);
    for (size_t i = 0; i < N_ROWS; i++)
        rows[i] = (struct sample_row){"a poster", NAN, 0.5, 0.4, 0.6, false};
    sample_table_release(&sample.tables[2]);
    sample.tables[2] = sample_table(SIT_CHART_BARS, rows, N_ROWS);
    sample_rows(&sample, &sample.tables[2]);
    free(rows);
    const struct sit_report_page_options options = {.n_per_group = 24,
                                                    .n_max_faces = 9};
    write_page(&sample, &options, &page);
    assert_int_equal(count(page.data, "<th scope=\"row\"><bdi>a poster"), 2000);
    assert_non_null(strstr(page.data, "100 more rows are in the CSV files only"));
    sit_buf_release(&page);
    sample_report_release(&sample);
}

static bool stop(void *context, size_t done, size_t total, const char *text)
{
    (void)context, (void)done, (void)total, (void)text;
    return false;
}

static void test_nothing_is_left_of_an_unfinished_page(void **state)
{
    (void)state;
    struct sample_report sample;
    sample_report_make(&sample, N_FACES);
    char *path = sit_file_join(sample.dir, "page.html");
    const struct sit_report_page_options options = {0};
    const struct sit_progress progress = {.report = stop};
    struct sit_error err;
    assert_int_equal(sit_report_html_write(sample.project, &sample.report, &options,
                                           path, NULL, &progress, &err),
                     SIT_E_CANCELLED);
    struct sit_dir_list list = {0};
    assert_int_equal(sit_dir_list_read(sample.dir, &list, &err), SIT_OK);
    assert_int_equal(list.n_entries, 1); /* the demo */
    sit_dir_list_release(&list);
    assert_int_equal(sit_report_html_write(sample.project, &sample.report, &options,
                                           "/nowhere/page.html", NULL, NULL, &err),
                     SIT_E_IO);
    assert_non_null(strstr(err.message, "/nowhere/page.html"));
    free(path);
    sample_report_release(&sample);
}

static size_t count_pixels(const struct sit_image *image, uint8_t r, uint8_t g,
                           uint8_t b)
{
    size_t n = 0;
    for (size_t i = 0; i < image->width_px * image->height_px; i++)
        n += image->rgb[3 * i] == r && image->rgb[3 * i + 1] == g &&
             image->rgb[3 * i + 2] == b;
    return n;
}

static void test_contact_sheet(void **state)
{
    (void)state;
    struct sample_report sample;
    sample_report_make(&sample, N_FACES);
    const struct sit_report_page_options options = {0};
    char *path = sit_file_join(sample.dir, "sheet.png");
    assert_ok(sit_report_sheet_write(sample.project, &sample.report, &options, path,
                                     NULL, NULL, err));
    struct sit_buf bytes = {0};
    struct sit_image image = {0};
    assert_ok(sit_file_read(path, 64 << 20, &bytes, err));
    assert_ok(sit_image_decode(bytes.data, bytes.n_bytes, path, &image, err));
    size_t n[2] = {0}, n_wrong = 0;
    for (size_t i = 0; i < sample.report.n_faces; i++) {
        const struct sit_report_face *face = &sample.report.faces[i];
        bool wrong = face->label != SIT_NO_CLASS && face->label != face->predicted;
        n_wrong += wrong;
        n[face->class_index] += !wrong;
    }
    /* A frame of 3 px round 64 is 804 pixels; the heading's mark is 24 x 24. */
    assert_in_range(count_pixels(&image, 0x1f, 0x6f, 0xb5), n[0] * 804 + 576,
                    n[0] * 804 + 600);
    assert_in_range(count_pixels(&image, 0xb8, 0x50, 0x1a), n[1] * 804 + 576,
                    n[1] * 804 + 600);
    assert_in_range(count_pixels(&image, 0xd6, 0x1f, 0x1f), n_wrong * 350,
                    n_wrong * 450);
    assert_true(n_wrong > 0);
    struct sit_error err;
    assert_int_equal(sit_report_sheet_write(sample.project, &sample.report, &options,
                                            "sheet.gif", NULL, NULL, &err),
                     SIT_E_ARG);
    sit_image_release(&image);
    sit_buf_release(&bytes);
    free(path);
    sample_report_release(&sample);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_face_is_embedded_once),
        cmocka_unit_test(test_fewer_faces_where_there_are_too_many),
        cmocka_unit_test(test_long_tables_end),
        cmocka_unit_test(test_the_same_seed_shows_the_same),
        cmocka_unit_test(test_nothing_is_left_of_an_unfinished_page),
        cmocka_unit_test(test_contact_sheet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
