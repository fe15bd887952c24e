/*
 * Running programs: what they say, how they end, and that no side waits for ever.
 */
#include "test_support.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "sitter/child.h"

enum { LARGE = 3 << 20 };

static enum sit_status run(const char *const *argv, const char *input, size_t n,
                           size_t max, struct sit_child_result *result,
                           struct sit_error *err)
{
    struct sit_child_options options = {
        .argv = argv, .input = input, .n_input_bytes = n, .max_output_bytes = max};
    return sit_child_run(&options, result, err);
}

static void no_child_is_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* More than any pipe holds goes in and comes out again. */
static void test_cat(void **state)
{
    (void)state;
    struct sit_child_result result = {0};
    char *text = malloc(LARGE);
    assert_non_null(text);
    for (size_t i = 0; i < LARGE; i++)
        text[i] = (char)(i * 7 + i / 251);
    assert_ok(run((const char *[]){"cat", NULL}, text, LARGE, LARGE, &result, err));
    assert_int_equal(result.out.n_bytes, LARGE);
    assert_memory_equal(result.out.data, text, LARGE);
    assert_int_equal(result.exit_status, 0);
    assert_ok(sit_child_check(&result, "cat", err));
    assert_ok(run((const char *[]){"cat", NULL}, NULL, 0, 0, &result, err));
    assert_int_equal(result.out.n_bytes, 0);
    sit_child_result_release(&result);
    free(text);
    no_child_is_left();
}

static void test_how_it_ended(void **state)
{
    (void)state;
    struct sit_child_result result = {0};
    struct sit_error why;
    assert_ok(run((const char *[]){"false", NULL}, NULL, 0, 9, &result, err));
    assert_int_equal(result.exit_status, 1);
    assert_int_equal(sit_child_check(&result, "false", &why), SIT_E_IO);
    assert_string_equal(why.message, "'false' failed with exit status 1");
    const char *script = "echo first line >&2; yes second | head -c 300000 >&2; exit 7";
    assert_ok(
        run((const char *[]){"sh", "-c", script, NULL}, NULL, 0, 9, &result, err));
    assert_int_equal(sit_child_check(&result, "sh", &why), SIT_E_IO);
    assert_string_equal(why.message, "'sh' failed with exit status 7: first line");
    assert_ok(run((const char *[]){"sh", "-c", "kill -SEGV $$", NULL}, NULL, 0, 9,
                  &result, err));
    assert_int_equal(result.signal, SIGSEGV);
    assert_int_equal(result.exit_status, -1);
    assert_int_equal(sit_child_check(&result, "sh", &why), SIT_E_IO);
    assert_non_null(strstr(why.message, "was ended by signal 11"));
    sit_child_result_release(&result);
}

static void test_missing(void **state)
{
    (void)state;
    struct sit_child_result result = {.exit_status = 5};
    struct sit_error err;
    assert_int_equal(
        run((const char *[]){"sitter-no-such-program", NULL}, "x", 1, 9, &result, &err),
        SIT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "cannot run 'sitter-no-such-program'"));
    assert_int_equal(result.exit_status, 5);
    no_child_is_left();
}

/* The arguments reach it as they are. */
static void test_no_shell(void **state)
{
    (void)state;
    struct sit_child_result result = {0};
    assert_ok(run((const char *[]){"printf", "%s", "a b; echo $HOME '`x`", NULL}, NULL,
                  0, 99, &result, err));
    assert_string_equal(sit_buf_text(&result.out), "a b; echo $HOME '`x`");
    sit_child_result_release(&result);
}

/* SIGPIPE would end this test where it came through. */
static void test_stops_reading(void **state)
{
    (void)state;
    struct sit_child_result result = {0};
    char *text = calloc(1, LARGE);
    assert_non_null(text);
    signal(SIGPIPE, SIG_DFL);
    assert_ok(run((const char *[]){"sh", "-c", "exec <&-; echo done", NULL}, text,
                  LARGE, 99, &result, err));
    assert_string_equal(sit_buf_text(&result.out), "done\n");
    assert_ok(
        run((const char *[]){"head", "-c", "3", NULL}, text, LARGE, 99, &result, err));
    assert_int_equal(result.out.n_bytes, 3);
    sit_child_result_release(&result);
    free(text);
}

static void test_huge_output(void **state)
{
    (void)state;
    struct sit_child_result result = {0};
    struct sit_error err;
    assert_int_equal(run((const char *[]){"yes", NULL}, NULL, 0, 100000, &result, &err),
                     SIT_E_LIMIT);
    assert_string_equal(err.message, "'yes' wrote more than 100000 bytes");
    assert_int_equal(result.out.n_bytes, 0);
    no_child_is_left();
}

static bool second_time_no(void *context, size_t done, size_t total, const char *text)
{
    (void)done, (void)total, (void)text;
    return ++*(int *)context < 2;
}

/* One that would stay for an hour, outputs open or closed, goes when told. */
static void test_cancelled(void **state)
{
    (void)state;
    const char *const scripts[] = {"sleep 3600", "exec >&- 2>&-; sleep 3600"};
    for (size_t i = 0; i < 2; i++) {
        struct sit_child_result result = {0};
        struct sit_error err;
        int n_asked = 0;
        struct sit_progress progress = {second_time_no, &n_asked};
        struct sit_child_options options = {
            .argv = (const char *[]){"sh", "-c", scripts[i], NULL},
            .max_output_bytes = 9,
            .progress = &progress};
        assert_int_equal(sit_child_run(&options, &result, &err), SIT_E_CANCELLED);
        no_child_is_left();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cat),           cmocka_unit_test(test_how_it_ended),
        cmocka_unit_test(test_missing),       cmocka_unit_test(test_no_shell),
        cmocka_unit_test(test_stops_reading), cmocka_unit_test(test_huge_output),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
