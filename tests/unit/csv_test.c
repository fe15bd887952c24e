/*
 * Reading and writing CSV: every text survives the way there and back, and none is a
 * formula to a spreadsheet.
 */
#include "test_support.h"

#include "csv_read.h"
#include "csv_write.h"
#include "sitter/rng.h"

static const char *const TEXTS[] = {"plain",
                                    "",
                                    " blanks ",
                                    "comma, and \"quotes\"",
                                    "two\r\nlines",
                                    "tab\there",
                                    "=cmd|' /C calc'!A0",
                                    "+1+1",
                                    "-2+3",
                                    "@SUM(1)",
                                    "\t=1",
                                    "\r=1",
                                    "'=1",
                                    "''=1",
                                    "'quoted'",
                                    "'",
                                    "-5",
                                    "+5.25",
                                    "-",
                                    "--5",
                                    "-1.2.3",
                                    "'-5",
                                    "\xed\x95\x9c\xea\xb8\x80"};
enum { N_TEXTS = sizeof TEXTS / sizeof TEXTS[0] };

static enum sit_status skip_record(void *context, const struct csv_record *record,
                                   struct sit_error *error)
{
    (void)context;
    (void)record;
    (void)error;
    return SIT_OK;
}

static enum sit_status compare_record(void *context, const struct csv_record *record,
                                      struct sit_error *error)
{
    (void)error;
    const char *const *texts = context;
    for (size_t i = 0; i < record->n_fields; i++)
        assert_string_equal(record->fields[i], texts[i]);
    return SIT_OK;
}

static void texts_come_back_and_are_no_formulas(void **state)
{
    (void)state;
    struct sit_buf out = {0};
    for (int row = 0; row < 2; row++) {
        for (size_t i = 0; i < N_TEXTS; i++) {
            struct sit_buf field = {0};
            sit_buf_append_text(&field, ""); /* never NULL */
            csv_append_field(&field, TEXTS[i]);
            const char *at = sit_buf_text(&field);
            at += *at == '"';
            bool number = strcmp(at, "-5") == 0 || strcmp(at, "+5.25") == 0 ||
                          strcmp(at, "-") == 0;
            if (!number && *at != '\0' && strchr("=+-@\t\r", *at) != NULL)
                fail_msg("'%s' is written as %s", TEXTS[i], sit_buf_text(&field));
            sit_buf_append_text(&out, i > 0 ? "," : "");
            sit_buf_append_text(&out, sit_buf_text(&field));
            sit_buf_release(&field);
        }
        sit_buf_append_text(&out, "\r\n");
    }
    assert_false(out.failed);
    assert_ok(csv_read(out.data, out.n_bytes, "x.csv", skip_record, compare_record,
                       (void *)(size_t)TEXTS, err));
    sit_buf_release(&out);
}

static void any_text_comes_back(void **state)
{
    (void)state;
    struct sit_rng rng;
    sit_rng_init(&rng, 5);
    for (int round = 0; round < 2000; round++) {
        char text[9];
        const char *texts[1] = {text};
        size_t n = sit_rng_below(&rng, 8);
        for (size_t i = 0; i < n; i++)
            text[i] = "'=+-@\t\r\n\",a 1."[sit_rng_below(&rng, 14)];
        text[n] = '\0';
        struct sit_buf out = {0};
        sit_buf_append_text(&out, "name,more\n");
        csv_append_field(&out, text);
        sit_buf_append_text(&out, ",");
        csv_append_field(&out, text);
        sit_buf_append_text(&out, "\n");
        const char *both[2] = {texts[0], texts[0]};
        assert_ok(csv_read(out.data, out.n_bytes, "x.csv", skip_record, compare_record,
                           both, err));
        sit_buf_release(&out);
    }
}

static void bad_files_name_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *message;
    } FILES[] = {
        {"", "is empty"},
        {"\xef\xbb\xbf", "is empty"},
        {"a,b\n1\n", "line 2: 1 fields where the header has 2"},
        {"a,b\n1,2\n1,2,3\n", "line 3: 3 fields"},
        {"a,b\n\"x\"y,2\n", "line 2: a quote in the wrong place"},
        {"a,b\n\"x,2\n", "not closed"},
    };
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        struct sit_error failure = {0};
        assert_int_equal(csv_read(FILES[i].bytes, strlen(FILES[i].bytes), "x.csv",
                                  skip_record, skip_record, NULL, &failure),
                         SIT_E_FORMAT);
        if (strstr(failure.message, FILES[i].message) == NULL ||
            strstr(failure.message, "x.csv") == NULL)
            fail_msg("'%s' does not say '%s'", failure.message, FILES[i].message);
    }
    struct sit_error failure = {0};
    assert_int_equal(
        csv_read("a\nx\0y\n", 6, "x.csv", skip_record, skip_record, NULL, &failure),
        SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "line 2: a NUL byte"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back_and_are_no_formulas),
        cmocka_unit_test(any_text_comes_back),
        cmocka_unit_test(bad_files_name_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
