/*
 * What is learned of a line, and how coarse pictures are for it.
 */
#include "test_support.h"

#include "line_speed.h"

enum { FACE_PX = 480 * 480 };

static size_t quality(const struct sit_line_speed *line, int64_t now_ms)
{
    return sit_line_speed_quality(line, SIT_GRAPHICS_SIXEL, FACE_PX, now_ms);
}

static void send_and_answer(struct sit_line_speed *line, size_t n_bytes,
                            int64_t *now_ms, int64_t ms)
{
    assert_true(sit_line_speed_ask(line, n_bytes, *now_ms));
    *now_ms += ms;
    sit_line_speed_answer(line, *now_ms);
}

static void test_a_fast_line_is_sharp(void **state)
{
    (void)state;
    struct sit_line_speed line;
    int64_t now_ms = 5000;
    sit_line_speed_init(&line, true, false, 1);
    assert_int_equal(quality(&line, now_ms), SIT_QUALITY_SHARP);
    for (int i = 0; i < 5; i++) {
        send_and_answer(&line, 130000, &now_ms, 12);
        assert_int_equal(quality(&line, now_ms), SIT_QUALITY_SHARP);
    }
}

static void test_slower_is_coarser(void **state)
{
    (void)state;
    static const struct {
        int64_t ms; /* for 100 kB */
        size_t expected;
    } cases[] = {{10, 0}, {100, 0}, {200, 1}, {400, 2}, {600, 3}, {1000, 3}, {9000, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sit_line_speed line;
        int64_t now_ms = 0;
        sit_line_speed_init(&line, true, false, 0);
        send_and_answer(&line, 100000, &now_ms, cases[i].ms);
        assert_int_equal(quality(&line, now_ms), cases[i].expected);
        /* A small picture is sharp where a large one is not. */
        assert_true(sit_line_speed_quality(&line, SIT_GRAPHICS_SIXEL, 1000, now_ms) <=
                    cases[i].expected);
        assert_int_equal(
            sit_line_speed_quality(&line, SIT_GRAPHICS_BLOCKS_RGB, FACE_PX, now_ms),
            SIT_QUALITY_SHARP);
    }
}

static void test_latency_is_no_slowness(void **state)
{
    (void)state;
    struct sit_line_speed line;
    int64_t now_ms = 0;
    sit_line_speed_init(&line, true, true, 300);
    send_and_answer(&line, 20000, &now_ms, 310);
    assert_int_equal(quality(&line, now_ms), SIT_QUALITY_SHARP);
}

static void test_a_remote_line_is_slow_until_it_is_known(void **state)
{
    (void)state;
    struct sit_line_speed line;
    int64_t now_ms = 0;
    sit_line_speed_init(&line, true, true, 20);
    assert_true(quality(&line, now_ms) > SIT_QUALITY_SHARP);
    send_and_answer(&line, 20000, &now_ms, 25);
    assert_int_equal(quality(&line, now_ms), SIT_QUALITY_SHARP);
    /* One that cannot be asked is left as it is. */
    sit_line_speed_init(&line, false, true, 20);
    assert_int_equal(quality(&line, now_ms), SIT_QUALITY_SHARP);
    assert_false(sit_line_speed_ask(&line, 100000, now_ms));
}

static void test_an_answer_that_is_late_counts(void **state)
{
    (void)state;
    struct sit_line_speed line;
    sit_line_speed_init(&line, true, false, 0);
    assert_true(sit_line_speed_ask(&line, 100000, 0));
    assert_int_equal(quality(&line, 100), SIT_QUALITY_SHARP);
    assert_true(quality(&line, 1000) > SIT_QUALITY_SHARP);
    /* One question at a time; it is given up at last. */
    assert_false(sit_line_speed_ask(&line, 100000, 1000));
    assert_false(sit_line_speed_ask(&line, 100000, 60000));
    assert_int_equal(quality(&line, 60000), SIT_QUALITY_SHARP);
}

static void test_it_recovers(void **state)
{
    (void)state;
    struct sit_line_speed line;
    int64_t now_ms = 0;
    sit_line_speed_init(&line, true, false, 0);
    send_and_answer(&line, 100000, &now_ms, 2000);
    assert_int_equal(quality(&line, now_ms), SIT_N_QUALITIES - 1);
    for (int i = 0; i < 6; i++)
        send_and_answer(&line, 14000, &now_ms, 5);
    assert_int_equal(quality(&line, now_ms), SIT_QUALITY_SHARP);
    /* Answers to nothing change nothing, too short pictures are not asked about. */
    sit_line_speed_answer(&line, now_ms + 1000);
    assert_int_equal(quality(&line, now_ms), SIT_QUALITY_SHARP);
    assert_false(sit_line_speed_ask(&line, 200, now_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fast_line_is_sharp),
        cmocka_unit_test(test_slower_is_coarser),
        cmocka_unit_test(test_latency_is_no_slowness),
        cmocka_unit_test(test_a_remote_line_is_slow_until_it_is_known),
        cmocka_unit_test(test_an_answer_that_is_late_counts),
        cmocka_unit_test(test_it_recovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
