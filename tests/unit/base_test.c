/*
 * The base layer: buffers, text, files, random numbers.
 */
#include "test_support.h"

#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/progress.h"
#include "sitter/rng.h"
#include "sitter/text.h"

static void assert_escaped(const char *raw, size_t n_bytes, const char *expected)
{
    struct sit_buf out = {0};
    sit_text_escape(&out, raw, n_bytes);
    assert_string_equal(sit_buf_text(&out), expected);
    sit_buf_release(&out);
}

static void escape_makes_controls_visible(void **state)
{
    (void)state;
    assert_escaped("a\x1b[31m", 6, "a\\e[31m");
    assert_escaped("x\n\t\r\x07\x7f", 6, "x\\n\\t\\r\\x07\\x7f");
    assert_escaped("\xc2\x9b"
                   "31m",
                   5, "\\x9b31m");      /* C1 CSI as UTF-8 */
    assert_escaped("\x9b", 1, "\\x9b"); /* and as a raw byte */
    assert_escaped("\xe2\x80\xae"
                   "abc",
                   6, "\\u{202e}abc");
    assert_escaped("\xed\xa0\x80", 3, "\\xed\\xa0\\x80"); /* a surrogate */
    assert_escaped("\xec\x97\xac", 3, "\xec\x97\xac");    /* Hangul stays */
    assert_escaped("a\0b", 3, "a\\x00b");
}

static void assert_fit(const char *text, size_t n_cells, const char *expected)
{
    struct sit_buf out = {0};
    sit_text_fit(&out, text, n_cells);
    assert_string_equal(sit_buf_text(&out), expected);
    assert_true(sit_text_width(sit_buf_text(&out)) <= n_cells);
    sit_buf_release(&out);
}

static void fit_cuts_to_cells(void **state)
{
    (void)state;
    assert_fit("abcdef", 6, "abcdef");
    assert_fit("abcdef", 5, "abcd\xe2\x80\xa6");
    assert_fit("abcdef", 1, "\xe2\x80\xa6");
    assert_fit("abcdef", 0, "");
    assert_fit("", 0, "");
    /* Two-cell characters never straddle the edge. */
    assert_fit("\xec\x97\xac\xec\x84\xb1\xec\x9d\xb4", 6,
               "\xec\x97\xac\xec\x84\xb1\xec\x9d\xb4");
    assert_fit("\xec\x97\xac\xec\x84\xb1\xec\x9d\xb4", 5,
               "\xec\x97\xac\xec\x84\xb1\xe2\x80\xa6");
    assert_fit("\xec\x97\xac\xec\x84\xb1\xec\x9d\xb4", 4, "\xec\x97\xac\xe2\x80\xa6");
    assert_fit("a\x1b", 2, "a\xe2\x80\xa6");
    assert_int_equal(sit_text_width("\xec\x97\xac"
                                    "a"),
                     3);
}

static void utf8_round_trip(void **state)
{
    (void)state;
    static const uint32_t codes[] = {0,     0x7f,   0x80,    0x7ff,
                                     0x800, 0xffff, 0x10000, 0x10ffff};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char bytes[4];
        size_t n = sit_utf8_encode(codes[i], bytes);
        uint32_t back;
        assert_int_equal(sit_utf8_decode(bytes, n, &back), n);
        assert_int_equal(back, codes[i]);
    }
    assert_false(sit_utf8_valid("\xc0\x80", 2));
    assert_false(sit_utf8_valid("\xf4\x90\x80\x80", 4));
    assert_false(sit_utf8_valid("\xe2\x80", 2));
    assert_true(sit_utf8_valid("\xe2\x80\xa6", 3));
}

static void products_are_checked(void **state)
{
    (void)state;
    size_t product;
    assert_false(sit_mul_size(SIZE_MAX, 2, &product));
    assert_null(sit_malloc_array(SIZE_MAX / 2, 3));
    void *items = NULL;
    size_t capacity = 0;
    assert_false(sit_grow_array(&items, &capacity, SIZE_MAX, 8));
    assert_true(sit_grow_array(&items, &capacity, 17, 8));
    assert_int_equal(capacity, 32);
    free(items);
}

static void aligned_blocks_are_aligned(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 1000, (size_t)20 << 20};
    assert_null(sit_malloc_aligned(SIZE_MAX / 2, 3));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *block = sit_malloc_aligned(sizes[i], 1);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 64, 0);
        memset(block, 1, sizes[i]);
        free(block);
    }
}

static void files_are_whole_or_absent(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    char *path = sit_file_join(dir, "a.txt");
    assert_ok(sit_file_write_atomic(path, "hello", 5, err));
    struct sit_buf content = {0};
    assert_ok(sit_file_read(path, 100, &content, err));
    assert_string_equal(sit_buf_text(&content), "hello");
    struct sit_error failure = {0};
    assert_int_equal(sit_file_read(path, 4, &content, &failure), SIT_E_LIMIT);
    assert_int_equal(content.n_bytes, 5);
    assert_int_equal(sit_file_read(dir, 100, &content, &failure), SIT_E_IO);
    assert_non_null(strstr(failure.message, "is a folder"));
    char *below_file = sit_file_join(path, "b");
    assert_int_equal(sit_file_write_atomic(below_file, "x", 1, &failure), SIT_E_IO);
    assert_int_equal(sit_file_make_dir(below_file, &failure), SIT_E_IO);
    char *deep = sit_file_join(dir, "x/y/z");
    assert_ok(sit_file_make_dir(deep, err));
    assert_ok(sit_file_make_dir(deep, err));
    struct sit_dir_list list;
    assert_ok(sit_dir_list_read(dir, &list, err));
    assert_int_equal(list.n_entries, 2); /* no temporary file left */
    assert_string_equal(list.entries[0].name, "a.txt");
    assert_true(list.entries[1].is_dir);
    sit_dir_list_release(&list);
    char hex[SIT_SHA256_HEX_BYTES];
    assert_ok(sit_sha256_file(path, hex, err));
    assert_string_equal(
        hex, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    sit_buf_release(&content);
    free(deep);
    free(below_file);
    free(path);
    test_remove_dir(dir);
}

static void devices_and_links_are_not_replaced(void **state)
{
    (void)state;
    struct stat info;
    assert_ok(sit_file_write_atomic("/dev/null", "x", 1, err));
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
    char *dir = test_make_dir();
    char *file = sit_file_join(dir, "file"), *link = sit_file_join(dir, "link");
    assert_ok(sit_file_write_atomic(file, "old", 3, err));
    assert_int_equal(symlink(file, link), 0);
    assert_ok(sit_file_write_atomic(link, "newer", 5, err));
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_size, 5);
    struct sit_error failure = {0};
    assert_int_equal(sit_file_write_atomic(dir, "x", 1, &failure), SIT_E_IO);
    assert_non_null(strstr(failure.message, "is a folder"));
    free(link);
    free(file);
    test_remove_dir(dir);
}

static void random_numbers_repeat(void **state)
{
    (void)state;
    struct sit_rng a, b;
    sit_rng_init(&a, 7);
    sit_rng_init(&b, 7);
    double sum = 0, squares = 0;
    for (int i = 0; i < 20000; i++) {
        assert_true(sit_rng_next(&a) == sit_rng_next(&b));
        double z = sit_rng_normal(&a);
        assert_true(z == sit_rng_normal(&b));
        sum += z;
        squares += z * z;
    }
    assert_true(sum / 20000 > -0.03 && sum / 20000 < 0.03);
    assert_true(squares / 20000 > 0.97 && squares / 20000 < 1.03);
    size_t items[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, seen = 0;
    sit_rng_shuffle(&a, items, 10);
    for (int i = 0; i < 10; i++)
        seen |= (size_t)1 << items[i];
    assert_int_equal(seen, 0x3ff);
}

static void times_are_iso(void **state)
{
    (void)state;
    char text[32];
    sit_time_format(1506729600000, text);
    assert_string_equal(text, "2017-09-30T00:00:00Z");
}

static void times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"2017-09-30T00:00:00Z", 1506729600000},
        {"2017-09-30", 1506729600000},
        {"2017-09-30 00:00", 1506729600000},
        {"2017-09-30T09:00:00+09:00", 1506729600000},
        {"2017-09-29T20:30-0330", 1506729600000},
        {"2017-09-30T00:00:00.25Z", 1506729600250},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t ms = 0;
        assert_true(sit_time_parse(good[i].text, &ms));
        assert_int_equal(ms, good[i].ms);
    }
    static const char *const bad[] = {"",
                                      "yesterday",
                                      "2017-09-31",
                                      "2017-13-01",
                                      "2017-09-30T25:00Z",
                                      "2017-09-30T1:2:3+99",
                                      "2017-09-30Z",
                                      "2017-09-30T00:00:00 UTC"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ms = 7;
        assert_false(sit_time_parse(bad[i], &ms));
        assert_int_equal(ms, 7);
    }
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape_makes_controls_visible),
        cmocka_unit_test(fit_cuts_to_cells),
        cmocka_unit_test(utf8_round_trip),
        cmocka_unit_test(products_are_checked),
        cmocka_unit_test(aligned_blocks_are_aligned),
        cmocka_unit_test(files_are_whole_or_absent),
        cmocka_unit_test(devices_and_links_are_not_replaced),
        cmocka_unit_test(random_numbers_repeat),
        cmocka_unit_test(times_are_iso),
        cmocka_unit_test(times_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
