/*
 * Held keys: what a keyboard's repetition and a typist's fingers look like in time.
 */
#include "test_support.h"

#include "held_key.h"

/* Faces labelled after the presses, with what is taken back. */
struct typist {
    struct sit_held_key held;
    long n_labelled;
    long n_taken_back;
};

static void press(struct typist *typist, uint32_t key, int64_t at_ms)
{
    switch (sit_held_key_feed(&typist->held, key, true, at_ms)) {
    case SIT_HELD_PRESSED: typist->n_labelled++; break;
    case SIT_HELD_TAKE_BACK:
        typist->n_labelled--;
        typist->n_taken_back++;
        break;
    case SIT_HELD_REPEATED: break;
    }
}

/* A key held from `from_ms` for three seconds. */
static void hold(struct typist *typist, int64_t from_ms, int64_t delay_ms,
                 int64_t every_ms)
{
    press(typist, 'm', from_ms);
    for (int64_t t = delay_ms; t < 3000; t += every_ms)
        press(typist, 'm', from_ms + t);
}

static void test_a_held_key_counts_once(void **state)
{
    (void)state;
    for (int64_t delay_ms = 200; delay_ms <= 700; delay_ms += 20) {
        for (int64_t every_ms = 20; every_ms <= 50; every_ms += 5) {
            struct typist typist = {0};
            hold(&typist, 10000, delay_ms, every_ms);
            assert_int_equal(typist.n_labelled, 1);
            assert_int_equal(typist.n_taken_back, 1);
        }
    }
}

static void test_held_twice_counts_twice(void **state)
{
    (void)state;
    struct typist typist = {0};
    hold(&typist, 10000, 500, 33);
    hold(&typist, 13300, 500, 33);
    assert_int_equal(typist.n_labelled, 2);
}

static void test_a_stall_while_held_changes_nothing(void **state)
{
    (void)state;
    struct typist typist = {0};
    press(&typist, 'm', 0);
    for (int64_t t = 500; t < 3000; t += 33)
        press(&typist, 'm', t + (t > 2000 ? 110 : 0));
    assert_int_equal(typist.n_labelled, 1);
}

static void test_typing_the_same_key_fast_counts_each(void **state)
{
    (void)state;
    const int64_t gaps_ms[] = {100, 120, 150, 200, 400, 1000, 5000};
    for (size_t g = 0; g < sizeof gaps_ms / sizeof gaps_ms[0]; g++) {
        struct typist typist = {0};
        for (int64_t i = 0; i < 50; i++)
            press(&typist, 'm', i * gaps_ms[g]);
        assert_int_equal(typist.n_labelled, 50);
    }
}

static void test_a_bouncing_key_counts_once(void **state)
{
    (void)state;
    struct typist typist = {0};
    for (int64_t i = 0; i < 20; i++) {
        press(&typist, 'm', i * 300);
        press(&typist, 'm', i * 300 + 15);
    }
    assert_int_equal(typist.n_labelled, 20);
}

static void test_alternating_keys_count_each(void **state)
{
    (void)state;
    struct typist typist = {0};
    for (int64_t i = 0; i < 100; i++)
        press(&typist, i % 2 == 0 ? 'm' : 'f', i);
    assert_int_equal(typist.n_labelled, 100);
}

static void test_keys_that_decide_nothing_may_repeat(void **state)
{
    (void)state;
    struct sit_held_key held = {0};
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(sit_held_key_feed(&held, 'l', false, i), SIT_HELD_PRESSED);
    /* and they part two presses of a guarded key */
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 200), SIT_HELD_PRESSED);
    assert_int_equal(sit_held_key_feed(&held, 'l', false, 210), SIT_HELD_PRESSED);
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 220), SIT_HELD_PRESSED);
}

static void test_what_failed_is_not_taken_back(void **state)
{
    (void)state;
    struct sit_held_key held = {0};
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 0), SIT_HELD_PRESSED);
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 500), SIT_HELD_PRESSED);
    sit_held_key_failed(&held);
    for (int64_t t = 533; t < 2000; t += 33)
        assert_int_equal(sit_held_key_feed(&held, 'm', true, t), SIT_HELD_REPEATED);
}

/* What a dropped press was followed by must not take back the press before it. */
static void test_a_dropped_press_is_not_taken_back(void **state)
{
    (void)state;
    struct sit_held_key held = {0};
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 0), SIT_HELD_PRESSED);
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 300), SIT_HELD_PRESSED);
    sit_held_key_dropped(&held);
    for (int64_t t = 333; t < 2000; t += 33)
        assert_int_equal(sit_held_key_feed(&held, 'm', true, t), SIT_HELD_REPEATED);
    assert_false(held.after_drop);
    /* The next press counts, and is known to come after one that did not. */
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 4000), SIT_HELD_PRESSED);
    assert_true(held.after_drop);
    assert_int_equal(sit_held_key_feed(&held, 'm', true, 6000), SIT_HELD_PRESSED);
    assert_false(held.after_drop);
}

static void test_keys_that_waited_are_spread_over_the_wait(void **state)
{
    (void)state;
    assert_int_equal(sit_held_key_arrival_ms(100, 100, 0, 3), 100);
    assert_int_equal(sit_held_key_arrival_ms(0, 90, 0, 3), 30);
    assert_int_equal(sit_held_key_arrival_ms(0, 90, 2, 3), 90);
    assert_int_equal(sit_held_key_arrival_ms(0, 300, 0, 1), 300);
    /* A commit of 150 ms while a key is held: still one face. */
    struct typist typist = {0};
    press(&typist, 'm', 0);
    press(&typist, 'm', 500);
    for (size_t i = 0; i < 4; i++)
        press(&typist, 'm', sit_held_key_arrival_ms(500, 650, i, 4));
    assert_int_equal(typist.n_labelled, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_held_key_counts_once),
        cmocka_unit_test(test_held_twice_counts_twice),
        cmocka_unit_test(test_a_stall_while_held_changes_nothing),
        cmocka_unit_test(test_typing_the_same_key_fast_counts_each),
        cmocka_unit_test(test_a_bouncing_key_counts_once),
        cmocka_unit_test(test_alternating_keys_count_each),
        cmocka_unit_test(test_keys_that_decide_nothing_may_repeat),
        cmocka_unit_test(test_what_failed_is_not_taken_back),
        cmocka_unit_test(test_a_dropped_press_is_not_taken_back),
        cmocka_unit_test(test_keys_that_waited_are_spread_over_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
