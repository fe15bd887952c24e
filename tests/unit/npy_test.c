/*
 * .npy files: every layout NumPy writes, and every lie a header can tell.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/file.h"
#include "sitter/npy.h"

/* A header of the given version around a dictionary, into out; returns its bytes. */
static size_t make_header(unsigned char *out, int version, const char *dict)
{
    size_t n = strlen(dict), prefix = version == 1 ? 10 : 12;
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (unsigned char)version;
    out[7] = 0;
    for (size_t i = 8; i < prefix; i++)
        out[i] = (unsigned char)(n >> (8 * (i - 8)));
    memcpy(out + prefix, dict, n);
    return prefix + n;
}

static enum sit_status parse(int version, const char *dict, size_t data_bytes,
                             struct sit_npy *out, struct sit_error *err)
{
    unsigned char bytes[1024];
    size_t n = make_header(bytes, version, dict);
    return sit_npy_parse_header(bytes, n, n + data_bytes, 2, "t.npy", out, err);
}

static void accepts(int version, const char *dict, size_t n_rows, size_t n_cols,
                    size_t item_bytes, bool big_endian, bool fortran_order)
{
    struct sit_npy npy = {0};
    assert_ok(parse(version, dict, n_rows * n_cols * item_bytes, &npy, err));
    assert_int_equal(npy.n_rows, n_rows);
    assert_int_equal(npy.n_cols, n_cols);
    assert_int_equal(npy.item_bytes, item_bytes);
    assert_int_equal(npy.big_endian, big_endian);
    assert_int_equal(npy.fortran_order, fortran_order);
}

static void refuses(const char *dict, size_t data_bytes, const char *message_part)
{
    struct sit_npy npy = {.n_rows = 77};
    struct sit_error failure = {0};
    assert_int_equal(parse(1, dict, data_bytes, &npy, &failure), SIT_E_FORMAT);
    if (strstr(failure.message, message_part) == NULL ||
        strstr(failure.message, "t.npy") == NULL)
        fail_msg("'%s' does not say '%s'", failure.message, message_part);
    assert_int_equal(npy.n_rows, 77);
}

static void headers_of_all_kinds_are_read(void **state)
{
    (void)state;
    accepts(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }  \n", 3, 4,
            4, false, false);
    accepts(2, "{'descr': '<f8', 'fortran_order': True, 'shape': (3, 4), }\n", 3, 4, 8,
            false, true);
    accepts(3, "{'shape': (3, 4), 'descr': '>f2', 'fortran_order': False}", 3, 4, 2,
            true, false);
    accepts(1, "{\"descr\":\"<f4\",\"shape\":(5,),\"fortran_order\":False}", 5, 1, 4,
            false, false);
    accepts(1,
            " { 'fortran_order' : False , 'shape' : ( 2L , 3L , ) , 'descr' : '>f4' } ",
            2, 3, 4, true, false);
}

static void types_that_are_not_floats_are_named(void **state)
{
    (void)state;
    refuses("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 4), }", 12, "|u1");
    refuses("{'descr': '<i8', 'fortran_order': False, 'shape': (3, 4), }", 96, "<i8");
    refuses("{'descr': '<f16', 'fortran_order': False, 'shape': (3, 4), }", 192,
            "<f16");
    refuses("{'descr': '|O', 'fortran_order': False, 'shape': (3, 4), }", 96, "|O");
    refuses("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }", 12,
            "structured");
    refuses("{'descr': '', 'fortran_order': False, 'shape': (3,), }", 12,
            "not supported");
}

static void shapes_must_account_for_the_file(void **state)
{
    (void)state;
#define WITH_SHAPE(s) "{'descr': '<f4', 'fortran_order': False, 'shape': " s ", }"
    refuses(WITH_SHAPE("(3, 4)"), 47, "need a file");
    refuses(WITH_SHAPE("(3, 4)"), 49, "need a file");
    refuses(WITH_SHAPE("()"), 4, "0 dimensions");
    refuses(WITH_SHAPE("(1, 2, 3)"), 24, "3 dimensions");
    refuses(WITH_SHAPE("(0, 4)"), 0, "empty");
    refuses(WITH_SHAPE("(4, 0)"), 0, "empty");
    refuses(WITH_SHAPE("(4294967296, 4294967296)"), 0, "large shape");
    refuses(WITH_SHAPE("(4611686018427387905,)"), 4, "large shape");
    refuses(WITH_SHAPE("(18446744073709551616, 1)"), 0, "large shape");
    refuses(WITH_SHAPE("(99999999999999999999999999999999, 1)"), 0, "large shape");
    refuses(WITH_SHAPE("(4611686018427387903,)"), 12, "large shape");
    refuses(WITH_SHAPE("(4611686018427380000,)"), 12, "need a file");
    refuses(WITH_SHAPE("(-3, 4)"), 48, "dictionary");
    refuses(WITH_SHAPE("(3.0, 4)"), 48, "dictionary");
    refuses(WITH_SHAPE("(3 4)"), 48, "dictionary");
    refuses(WITH_SHAPE("(12)"), 48, "dictionary");
    refuses(WITH_SHAPE("(,)"), 48, "dictionary");
    refuses(WITH_SHAPE("(3, 4,,)"), 48, "dictionary");
    refuses(WITH_SHAPE("[3, 4]"), 48, "dictionary");
}

static void dictionaries_must_be_exact(void **state)
{
    (void)state;
    refuses("", 48, "dictionary");
    refuses("{}", 48, "dictionary");
    refuses("{'descr': '<f4', 'shape': (3, 4)}", 48, "dictionary");
    refuses("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}",
            48, "dictionary");
    refuses("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), 'x': 1}", 48,
            "dictionary");
    refuses("{'descr': '<f4', 'fortran_order': 0, 'shape': (3, 4)}", 48, "dictionary");
    refuses("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)} x", 48,
            "dictionary");
    refuses("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)", 48,
            "dictionary");
    refuses("{'descr': '<f4', 'fortran_order': False 'shape': (3, 4)}", 48,
            "dictionary");
    refuses("{'descr': '<f4\x1b', 'fortran_order': False, 'shape': (3, 4)}", 48,
            "dictionary");
    refuses("{'descr: <f4", 48, "dictionary");
}

static void lengths_that_lie_are_refused(void **state)
{
    (void)state;
    unsigned char bytes[256];
    struct sit_npy npy;
    struct sit_error failure;
    size_t n = make_header(
        bytes, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }");
    for (size_t cut = 0; cut < n; cut++)
        assert_int_equal(
            sit_npy_parse_header(bytes, cut, n + 4, 2, "t", &npy, &failure),
            SIT_E_FORMAT);
    assert_ok(sit_npy_parse_header(bytes, n, n + 4, 2, "t", &npy, err));
    bytes[8]++; /* one more than there is */
    assert_int_equal(sit_npy_parse_header(bytes, n, n + 4, 2, "t", &npy, &failure),
                     SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "cut short"));
    bytes[6] = 2;
    memcpy(bytes + 8, "\xff\xff\xff\xff", 4);
    assert_int_equal(sit_npy_parse_header(bytes, n, UINT64_MAX, 2, "t", &npy, &failure),
                     SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "too long"));
    bytes[6] = 4;
    assert_int_equal(sit_npy_parse_header(bytes, n, n + 4, 2, "t", &npy, &failure),
                     SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "version 4"));
}

/* A file of the dictionary and data in `path`. */
static void write_file(const char *path, const char *dict, const void *data,
                       size_t data_bytes)
{
    unsigned char bytes[4096];
    size_t n = make_header(bytes, 1, dict);
    memcpy(bytes + n, data, data_bytes);
    assert_ok(sit_file_write_atomic(path, bytes, n + data_bytes, err));
}

static void half_precision_is_exact(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    char *path = sit_file_join(dir, "half.npy");
    /* 1, -2, largest, smallest normal, smallest and largest subnormal, -0, 1/3 rounded
     */
    const unsigned char data[16] = {0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x00, 0x04,
                                    0x01, 0x00, 0xff, 0x03, 0x00, 0x80, 0x55, 0x35};
    const float expected[8] = {1,        -2,           65504, 0x1p-14f,
                               0x1p-24f, 0x1.ff8p-15f, -0.0f, 0x1.554p-2f};
    write_file(path, "{'descr': '<f2', 'fortran_order': False, 'shape': (8,)}", data,
               16);
    struct sit_npy npy = {0};
    float values[8];
    assert_ok(sit_npy_open(path, &npy, err));
    assert_ok(sit_npy_read_rows(&npy, 0, 8, values, err));
    assert_memory_equal(values, expected, sizeof values);
    sit_npy_close(&npy);
    const unsigned char not_finite[4] = {0x00, 0x7c, 0x01, 0x7e};
    struct sit_error failure;
    for (size_t i = 0; i < 2; i++) {
        write_file(path, "{'descr': '<f2', 'fortran_order': False, 'shape': (1,)}",
                   not_finite + 2 * i, 2);
        assert_ok(sit_npy_open(path, &npy, err));
        assert_int_equal(sit_npy_read_rows(&npy, 0, 1, values, &failure),
                         SIT_E_NUMERIC);
        sit_npy_close(&npy);
    }
    free(path);
    test_remove_dir(dir);
}

static void orders_and_bytes_give_the_same_rows(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    char *path = sit_file_join(dir, "x.npy");
    struct sit_npy npy = {0};
    float rows[4];
    /* [[1 2 3] [4 5 6]] as big-endian doubles in columns */
    const unsigned char columns[48] = {
        0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0, 0, 0, 0, 0, 0,
        0x40, 0x00, 0, 0, 0, 0, 0, 0, 0x40, 0x14, 0, 0, 0, 0, 0, 0,
        0x40, 0x08, 0, 0, 0, 0, 0, 0, 0x40, 0x18, 0, 0, 0, 0, 0, 0};
    write_file(path, "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3)}",
               columns, 48);
    assert_ok(sit_npy_open(path, &npy, err));
    const float second[3] = {4, 5, 6};
    assert_ok(sit_npy_read_rows(&npy, 1, 1, rows, err));
    assert_memory_equal(rows, second, sizeof second);
    struct sit_error failure;
    assert_int_equal(sit_npy_read_rows(&npy, 1, 2, rows, &failure), SIT_E_ARG);
    assert_int_equal(sit_npy_read_rows(&npy, SIZE_MAX, 2, rows, &failure), SIT_E_ARG);
    sit_npy_close(&npy);

    const unsigned char floats[8] = {0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0};
    write_file(path, "{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}", floats,
               8);
    assert_ok(sit_npy_open(path, &npy, err));
    assert_int_equal(npy.n_cols, 1);
    const float pair[2] = {1, -2};
    assert_ok(sit_npy_read_rows(&npy, 0, 2, rows, err));
    assert_memory_equal(rows, pair, sizeof pair);
    sit_npy_close(&npy);
    sit_npy_close(&npy); /* harmless */
    free(path);
    test_remove_dir(dir);
}

static void expect_bad_value(const char *path, const char *dict, const void *data,
                             size_t data_bytes, const char *message_part)
{
    struct sit_npy npy = {0};
    struct sit_error failure = {0};
    float values[16];
    write_file(path, dict, data, data_bytes);
    assert_ok(sit_npy_open(path, &npy, err));
    assert_int_equal(sit_npy_read_rows(&npy, 1, 1, values, &failure), SIT_E_NUMERIC);
    if (strstr(failure.message, message_part) == NULL)
        fail_msg("'%s' does not say '%s'", failure.message, message_part);
    sit_npy_close(&npy);
}

static void values_that_are_not_finite_are_located(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    char *path = sit_file_join(dir, "x.npy");
    const float x[6] = {1, 2, 3, 4, NAN, 6};
    expect_bad_value(path, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
                     x, sizeof x, "row 1, column 1");
    const float by_column[6] = {1, 2, 3, 4, 5, INFINITY};
    expect_bad_value(path, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}",
                     by_column, sizeof by_column, "row 1, column 2");
    const double too_large[2] = {1, 1e39};
    expect_bad_value(path, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)}",
                     too_large, sizeof too_large, "row 1, column 0");
    free(path);
    test_remove_dir(dir);
}

/* (2, 3, 2, 2) holding 0, 1, 2 ... in C order, as a file of either order. */
static void tensors_are_read_in_c_order(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    char *path = sit_file_join(dir, "t.npy");
    float c_order[24], fortran[24], back[24];
    for (size_t a = 0; a < 2; a++)
        for (size_t b = 0; b < 3; b++)
            for (size_t c = 0; c < 2; c++)
                for (size_t d = 0; d < 2; d++) {
                    size_t at = ((a * 3 + b) * 2 + c) * 2 + d;
                    c_order[at] = (float)at;
                    fortran[a + 2 * (b + 3 * (c + 2 * d))] = (float)at;
                }
    struct sit_npy npy = {0};
    struct sit_error failure;
    write_file(path, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 2, 2)}",
               c_order, sizeof c_order);
    assert_int_equal(sit_npy_open(path, &npy, &failure), SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "4 dimensions, must be 1 or 2"));
    assert_ok(sit_npy_open_tensor(path, &npy, err));
    assert_int_equal(npy.n_dims, 4);
    assert_int_equal(npy.shape[1], 3);
    assert_int_equal(npy.n_cols, 12);
    assert_ok(sit_npy_read_tensor(&npy, back, err));
    assert_memory_equal(back, c_order, sizeof back);
    sit_npy_close(&npy);

    write_file(path, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 2, 2)}",
               fortran, sizeof fortran);
    assert_ok(sit_npy_open_tensor(path, &npy, err));
    assert_ok(sit_npy_read_tensor(&npy, back, err));
    assert_memory_equal(back, c_order, sizeof back);
    assert_ok(sit_npy_read_rows(&npy, 1, 1, back, err));
    assert_memory_equal(back, c_order + 12, sizeof back / 2);
    sit_npy_close(&npy);

    fortran[1 + 2 * (2 + 3 * (0 + 2 * 1))] = NAN;
    write_file(path, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 2, 2)}",
               fortran, sizeof fortran);
    assert_ok(sit_npy_open_tensor(path, &npy, err));
    assert_int_equal(sit_npy_read_tensor(&npy, back, &failure), SIT_E_NUMERIC);
    assert_non_null(strstr(failure.message, "item [1, 2, 0, 1]"));
    sit_npy_close(&npy);

    write_file(path, "{'descr': '<f4', 'fortran_order': True, 'shape': (1,1,1,1,1)}",
               fortran, 4);
    assert_int_equal(sit_npy_open_tensor(path, &npy, &failure), SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "5 dimensions, must be 1 to 4"));
    free(path);
    test_remove_dir(dir);
}

static void written_files_read_back(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    char *path = sit_file_join(dir, "x.npy");
    enum { N_ROWS = 700, N_COLS = 61 }; /* more than one read's worth */
    float *x = malloc(sizeof(float) * N_ROWS * N_COLS);
    float *back = malloc(sizeof(float) * N_ROWS * N_COLS);
    assert_true(x != NULL && back != NULL);
    for (size_t i = 0; i < N_ROWS * N_COLS; i++)
        x[i] = (float)i * 0.37f - 100;
    assert_ok(sit_npy_write(path, x, N_ROWS, N_COLS, err));
    struct sit_npy npy = {0};
    assert_ok(sit_npy_open(path, &npy, err));
    assert_int_equal(npy.n_rows, N_ROWS);
    assert_int_equal(npy.data_offset_bytes % 64, 0);
    assert_ok(sit_npy_read_rows(&npy, 3, N_ROWS - 3, back, err));
    assert_memory_equal(back, x + 3 * N_COLS, sizeof(float) * (N_ROWS - 3) * N_COLS);
    struct sit_error failure;
    if (truncate(path, 5000) != 0)
        fail();
    assert_int_equal(sit_npy_read_rows(&npy, 0, N_ROWS, back, &failure), SIT_E_IO);
    sit_npy_close(&npy);
    assert_int_equal(sit_npy_write(path, x, 0, 3, &failure), SIT_E_ARG);
    free(x);
    free(back);
    free(path);
    test_remove_dir(dir);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    char *missing = sit_file_join(dir, "none.npy");
    char *pipe_path = sit_file_join(dir, "pipe.npy");
    struct sit_npy npy = {0};
    struct sit_error failure = {0};
    assert_int_equal(sit_npy_open(missing, &npy, &failure), SIT_E_IO);
    assert_non_null(strstr(failure.message, "none.npy"));
    assert_int_equal(sit_npy_open(dir, &npy, &failure), SIT_E_IO);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_int_equal(sit_npy_open(pipe_path, &npy, &failure), SIT_E_IO);
    assert_null(npy.path);
    assert_ok(sit_file_write_atomic(missing, "", 0, err));
    assert_int_equal(sit_npy_open(missing, &npy, &failure), SIT_E_FORMAT);
    free(missing);
    free(pipe_path);
    test_remove_dir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_of_all_kinds_are_read),
        cmocka_unit_test(types_that_are_not_floats_are_named),
        cmocka_unit_test(shapes_must_account_for_the_file),
        cmocka_unit_test(dictionaries_must_be_exact),
        cmocka_unit_test(lengths_that_lie_are_refused),
        cmocka_unit_test(half_precision_is_exact),
        cmocka_unit_test(orders_and_bytes_give_the_same_rows),
        cmocka_unit_test(values_that_are_not_finite_are_located),
        cmocka_unit_test(tensors_are_read_in_c_order),
        cmocka_unit_test(written_files_read_back),
        cmocka_unit_test(what_is_no_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
