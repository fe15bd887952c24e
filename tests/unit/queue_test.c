/*
 * The order of faces: what each queue may choose, that the plan is what comes, skips,
 * the history, retests; and the parts beneath: sets of indices, pace, the stop rule.
 */
#include "test_support.h"

#include <math.h>

#include "index_set.h"
#include "pace.h"
#include "queue.h"
#include "stop_rule.h"

enum { N = 400, TRAIN_FACES = 300 };

static uint8_t splits[N];

/* Every fourth face is test. */
static struct queue make(size_t n, enum sit_queue kind, uint64_t seed)
{
    struct queue queue;
    for (size_t i = 0; i < n; i++)
        splits[i] = i % 4 == 0 ? SIT_TEST : SIT_TRAIN;
    assert_ok(queue_init(&queue, splits, n, kind, seed, err));
    for (size_t i = 0; i < n; i++)
        queue_set_open(&queue, i, true);
    queue_settle(&queue);
    return queue;
}

/* Go to the next face; its entry. */
static struct queue_entry take(struct queue *queue)
{
    struct queue_entry next, now;
    assert_true(queue_peek(queue, 0, &next));
    queue_take(queue);
    now = queue_current(queue);
    assert_int_equal(now.index, next.index);
    return now;
}

/* Label the current face. */
static void label(struct queue *queue)
{
    queue_set_open(queue, queue_current(queue).index, false);
    queue_set_answered(queue);
    queue_settle(queue);
}

/* All train faces, the last one first. */
static void rank(struct queue *queue)
{
    struct queue_entry ranked[QUEUE_N_RANKED];
    size_t n = 0;
    for (size_t i = queue->n; i-- > 0 && n < QUEUE_N_RANKED;)
        if (index_set_has(&queue->open, i)) /* test faces too: they must be ignored */
            ranked[n++] = (struct queue_entry){(uint32_t)i, (uint8_t)queue->kind};
    queue_set_ranking(queue, ranked, n);
}

static void test_index_set(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 4095, 4096, 4097, 300000};
    struct sit_rng rng;
    sit_rng_init(&rng, 5);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s], count = 0;
        struct index_set set;
        bool *is_member = calloc(n + 1, sizeof *is_member);
        assert_true(index_set_init(&set, n));
        assert_int_equal(index_set_next(&set, 0), SIZE_MAX);
        assert_int_equal(index_set_previous(&set, n), SIZE_MAX);
        for (size_t round = 0; round < 300; round++) {
            size_t i = (size_t)sit_rng_below(&rng, n + 1);
            bool member = round < 40 || sit_rng_below(&rng, 3) == 0;
            index_set_put(&set, i, member);
            if (i < n) {
                count += (size_t)member - (size_t)is_member[i];
                is_member[i] = member;
            }
            assert_int_equal(set.count, count);
            if (n > 5000 && round % 50 != 0)
                continue;
            size_t from = (size_t)sit_rng_below(&rng, n + 2), next = from, before;
            while (next < n && !is_member[next])
                next++;
            assert_int_equal(index_set_next(&set, from), next < n ? next : SIZE_MAX);
            before = from < n ? from + 1 : n;
            while (before > 0 && !is_member[before - 1])
                before--;
            assert_int_equal(index_set_previous(&set, from),
                             before > 0 ? before - 1 : SIZE_MAX);
        }
        free(is_member);
        index_set_release(&set);
    }
}

static void test_given(void **state)
{
    (void)state;
    struct queue queue = make(N, SIT_QUEUE_GIVEN, 1);
    queue_visit(&queue, 3, QUEUE_BY_GIVEN);
    label(&queue);
    for (size_t i = 4; i < N; i++) {
        struct queue_entry entry = take(&queue);
        assert_int_equal(entry.index, i);
        assert_int_equal(entry.how, QUEUE_BY_GIVEN);
        if (i % 2 == 0)
            label(&queue);
    }
    assert_int_equal(take(&queue).index, 0); /* round to the beginning */
    queue_visit(&queue, 200, QUEUE_BY_PERSON);
    assert_int_equal(take(&queue).index, 201);
    queue_release(&queue);
}

/* Each face once, as often as `n` says; fills where each came and why. */
static void run_through(struct queue *queue, bool with_model, size_t n,
                        struct queue_entry *came)
{
    static bool seen[N];
    memset(seen, 0, sizeof seen);
    for (size_t k = 0; k < n; k++) {
        struct queue_entry ahead[QUEUE_N_PLAN];
        size_t n_ahead = 0;
        while (n_ahead < QUEUE_N_PLAN && queue_peek(queue, n_ahead, &ahead[n_ahead]))
            n_ahead++;
        assert_int_equal(n_ahead, n - k < QUEUE_N_PLAN ? n - k : QUEUE_N_PLAN);
        came[k] = take(queue);
        assert_int_equal(came[k].index, ahead[0].index);
        assert_false(seen[came[k].index]);
        seen[came[k].index] = true;
        label(queue);
        /* Without news from the model the plan is what comes. */
        for (size_t a = 1; a < n_ahead; a++) {
            struct queue_entry next;
            assert_true(queue_peek(queue, a - 1, &next));
            assert_int_equal(next.index, ahead[a].index);
        }
        if (with_model) {
            rank(queue);
            struct queue_entry next;
            if (n_ahead > 1) { /* whatever the model says, the next face stays */
                assert_true(queue_peek(queue, 0, &next));
                assert_int_equal(next.index, ahead[1].index);
            }
        }
    }
    struct queue_entry next;
    assert_false(queue_peek(queue, 0, &next));
    assert_int_equal(queue_n_left(queue), 0);
}

static void test_random(void **state)
{
    (void)state;
    static struct queue_entry one[N], same[N], other[N];
    struct queue queue = make(N, SIT_QUEUE_RANDOM, 7);
    run_through(&queue, false, N, one);
    queue_release(&queue);
    queue = make(N, SIT_QUEUE_RANDOM, 7);
    run_through(&queue, true, N, same); /* the model changes nothing */
    queue_release(&queue);
    queue = make(N, SIT_QUEUE_RANDOM, 8);
    run_through(&queue, false, N, other);
    queue_release(&queue);
    assert_memory_equal(one, same, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
    size_t n_test = 0;
    for (size_t k = 0; k < N / 2; k++) {
        assert_int_equal(one[k].how, QUEUE_BY_RANDOM);
        n_test += splits[one[k].index] == SIT_TEST;
    }
    assert_in_range(n_test, 35, 65); /* of 200 a quarter is 50 */
}

static void test_model_driven(void **state)
{
    (void)state;
    static const enum sit_queue kinds[] = {SIT_QUEUE_UNCERTAIN, SIT_QUEUE_SPREAD,
                                           SIT_QUEUE_LEAST};
    static struct queue_entry came[N];
    for (size_t q = 0; q < 3; q++) {
        size_t n_test_half = 0, n_random = 0, n_train = 0, n_chosen = 0;
        struct queue queue = make(N, kinds[q], 3 + q);
        run_through(&queue, true, N, came);
        queue_release(&queue);
        for (size_t k = 0; k < N; k++) {
            bool is_test = splits[came[k].index] == SIT_TEST;
            bool is_random = came[k].how == QUEUE_BY_RANDOM;
            assert_true(is_random || came[k].how == (uint8_t)kinds[q]);
            assert_true(is_random || !is_test); /* no model chooses a test face */
            n_test_half += is_test && k < N / 2;
            if (!is_test && k > QUEUE_N_PLAN && k < N - 20) {
                n_train++;
                n_random += is_random;
                n_chosen += !is_random;
            }
        }
        assert_in_range(n_test_half, 35, 65);
        double share = (double)n_random / (double)n_train;
        assert_true(share > 0.08 && share < 0.24);
        assert_true(n_chosen > 200);
    }
    /* No model yet: at random, all of it. */
    struct queue queue = make(N, SIT_QUEUE_UNCERTAIN, 3);
    run_through(&queue, false, N, came);
    for (size_t k = 0; k < N; k++)
        assert_int_equal(came[k].how, QUEUE_BY_RANDOM);
    queue_release(&queue);
}

static void test_skips_come_last(void **state)
{
    (void)state;
    struct queue queue = make(30, SIT_QUEUE_UNCERTAIN, 3);
    bool skipped[30] = {false};
    rank(&queue);
    take(&queue);
    for (size_t k = 0; k < 30; k++) {
        size_t i = queue_current(&queue).index;
        struct queue_entry next;
        assert_false(skipped[i]);
        if (k % 3 == 0) {
            skipped[i] = true;
            queue_skip(&queue);
            queue_settle(&queue);
        } else {
            label(&queue);
        }
        rank(&queue);
        assert_true(queue_peek(&queue, 0, &next));
        queue_take(&queue);
    }
    assert_int_equal(queue_n_left(&queue), 10);
    for (size_t k = 0; k < 10; k++) {
        struct queue_entry next;
        assert_true(skipped[queue_current(&queue).index]);
        label(&queue);
        if (queue_peek(&queue, 0, &next))
            queue_take(&queue);
        else
            assert_int_equal(k, 9);
    }
    assert_int_equal(queue_n_left(&queue), 0);
    queue_release(&queue);
}

static void test_history(void **state)
{
    (void)state;
    struct queue queue = make(N, SIT_QUEUE_RANDOM, 3);
    uint32_t shown[5];
    struct queue_entry entry;
    for (size_t k = 0; k < 5; k++) {
        shown[k] = take(&queue).index;
        if (k < 4)
            label(&queue);
    }
    assert_true(queue_look_back(&queue, -2, &entry));
    assert_int_equal(entry.index, shown[2]);
    queue_go_back(&queue, -2);
    assert_int_equal(queue_current(&queue).index, shown[2]);
    /* Correcting it leads back to the face that waits. */
    assert_true(queue_peek(&queue, 0, &entry));
    assert_int_equal(entry.index, shown[4]);
    queue_take(&queue);
    assert_int_equal(queue_current(&queue).index, shown[4]);
    /* Undone: shown again, and then the one that waits. */
    queue_set_open(&queue, shown[3], true);
    queue_settle(&queue);
    queue_visit(&queue, shown[3], QUEUE_BY_PERSON);
    assert_int_equal(queue_current(&queue).how, QUEUE_BY_RANDOM);
    label(&queue);
    assert_int_equal(take(&queue).index, shown[4]);
    /* A face elsewhere: the one that was left open waits. */
    uint32_t elsewhere = 0;
    while (elsewhere == shown[0] || elsewhere == shown[1] || elsewhere == shown[2] ||
           elsewhere == shown[3] || elsewhere == shown[4])
        elsewhere++;
    queue_visit(&queue, elsewhere, QUEUE_BY_PERSON);
    label(&queue);
    assert_int_equal(take(&queue).index, shown[4]);
    assert_true(queue_look_back(&queue, -1000000, &entry));
    assert_int_equal(entry.index, shown[0]);
    queue_go_back(&queue, -1000000);
    assert_false(queue_look_back(&queue, -1, &entry));
    assert_false(queue_look_back(&queue, -9223372036854775807L - 1, &entry));
    assert_true(queue_look_back(&queue, 9223372036854775807L, &entry));
    assert_int_equal(entry.index, shown[4]);
    /* It remembers many, and forgets the oldest. */
    for (size_t k = 0; k < 3 * QUEUE_N_HISTORY; k++) {
        queue_visit(&queue, k % N, QUEUE_BY_PERSON);
        assert_int_equal(queue_current(&queue).index, k % N);
        assert_true(queue.n_history <= QUEUE_N_HISTORY);
    }
    queue_release(&queue);
}

static bool wants_even(void *context, size_t i)
{
    ++*(size_t *)context;
    return i % 2 == 0;
}

static void test_retests(void **state)
{
    (void)state;
    static const enum sit_queue kinds[] = {SIT_QUEUE_GIVEN, SIT_QUEUE_RANDOM,
                                           SIT_QUEUE_UNCERTAIN};
    for (size_t q = 0; q < 3; q++) {
        struct queue queue = make(N, kinds[q], 11);
        size_t n_asked = 0, labelled_at[N] = {0}, n_retests = 0, last = 0, k = 0;
        bool again[N] = {false};
        queue.wants_retest = wants_even;
        queue.retest_context = &n_asked;
        for (struct queue_entry next; queue_peek(&queue, 0, &next); k++) {
            struct queue_entry entry = take(&queue);
            if (entry.how == QUEUE_BY_RETEST) {
                assert_int_equal(entry.index % 2, 0);
                assert_true(k - labelled_at[entry.index] >= QUEUE_RETEST_AFTER);
                assert_true(n_retests == 0 || k - last >= QUEUE_RETEST_GAP);
                assert_false(again[entry.index]);
                again[entry.index] = true;
                last = k;
                n_retests++;
                label(&queue);
                continue;
            }
            labelled_at[entry.index] = k;
            label(&queue);
            if (k % 5 == 0)
                queue_add_retest(&queue, entry.index);
            if (k % 7 == 0)
                rank(&queue);
        }
        assert_int_equal(queue_n_left(&queue), 0);
        assert_true(n_retests >= 20);
        queue_release(&queue);
    }
}

/* Whatever happens: no face comes that is not open, and none is lost. */
static void test_any_keys(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct sit_rng rng;
        sit_rng_init(&rng, seed);
        size_t n = 1 + (size_t)sit_rng_below(&rng, 40);
        struct queue queue = make(n, (enum sit_queue)(seed % SIT_N_QUEUES), seed);
        queue_visit(&queue, (size_t)sit_rng_below(&rng, n), QUEUE_BY_PERSON);
        for (size_t step = 0; step < 400; step++) {
            size_t i = (size_t)sit_rng_below(&rng, n);
            long by = (long)sit_rng_below(&rng, 7) - 3;
            struct queue_entry next;
            switch (sit_rng_below(&rng, 9)) {
            case 0: queue_visit(&queue, i, QUEUE_BY_PERSON); break;
            case 1:
                queue_set_open(&queue, i, sit_rng_below(&rng, 2) == 0);
                queue_settle(&queue);
                break;
            case 2: rank(&queue); break;
            case 3:
                queue_skip(&queue);
                queue_settle(&queue);
                break;
            case 4: queue_go_back(&queue, by); break;
            case 5:
                if (sit_rng_below(&rng, 10) == 0)
                    assert_ok(queue_set_kind(
                        &queue, (enum sit_queue)sit_rng_below(&rng, SIT_N_QUEUES),
                        err));
                break;
            case 6: label(&queue); break;
            default: break;
            }
            size_t current = queue_current(&queue).index, n_ahead = 0;
            bool ahead[40] = {false};
            for (size_t k = 0; queue_peek(&queue, k, &next); k++) {
                assert_true(index_set_has(&queue.open, next.index));
                assert_int_not_equal(next.index, current);
                n_ahead += !ahead[next.index];
                ahead[next.index] = true;
            }
            /* Something comes unless the current face is all there is. */
            size_t n_others = queue.open.count - index_set_has(&queue.open, current);
            assert_int_equal(n_ahead > 0, n_others > 0);
            if (n_ahead > 0 && sit_rng_below(&rng, 3) == 0)
                take(&queue);
        }
        queue_release(&queue);
    }
}

static void test_pace(void **state)
{
    (void)state;
    struct pace pace = {0};
    int64_t now_ms = 1000;
    for (size_t k = 0; k < PACE_FEWEST; k++) {
        assert_true(pace_gap_ms(&pace) == 0);
        pace_note(&pace, now_ms);
        now_ms += 2000;
    }
    pace_note(&pace, now_ms);
    assert_true(pace_gap_ms(&pace) == 2000);
    pace_note(&pace, now_ms += 3600000); /* a pause */
    assert_true(pace_gap_ms(&pace) == 2000);
    for (size_t k = 0; k < PACE_N_DECISIONS; k++)
        pace_note(&pace, now_ms += 500);
    assert_true(pace_gap_ms(&pace) == 500);
}

static void test_stop_rule(void **state)
{
    (void)state;
    uint8_t one[100], other[100];
    for (size_t i = 0; i < 100; i++)
        one[i] = other[i] = i % 3 == 0;
    assert_true(stop_rule_kappa(one, other, 100, 2) == 1);
    other[1] = 1;
    /* 0.99 observed, 0.548 by chance: 34 and 35 of 100 */
    assert_true(fabs(stop_rule_kappa(one, other, 100, 2) - 0.97788) < 1e-4);
    memset(one, 0, sizeof one);
    assert_true(stop_rule_kappa(one, one, 100, 2) == 0);
    for (size_t i = 0; i < 100; i++)
        one[i] = i % 3 == 0;
    struct stop_rule rule = {0};
    const size_t step = STOP_RULE_ROUND;
    assert_false(stop_rule_is_due(&rule, step - 1));
    assert_true(stop_rule_is_due(&rule, step));
    stop_rule_round(&rule, step, NULL, NULL, 0, 2);
    for (size_t round = 1; round <= 3; round++) {
        assert_false(rule.can_stop);
        assert_false(stop_rule_is_due(&rule, step * (round + 1) - 1));
        assert_true(stop_rule_is_due(&rule, step * (round + 1)));
        stop_rule_round(&rule, step * (round + 1), one, one, 100, 2);
    }
    assert_true(rule.can_stop);
    other[2] = other[4] = 1; /* predictions move again */
    stop_rule_round(&rule, step * 5, one, other, 100, 2);
    assert_false(rule.can_stop);
    assert_true(stop_rule_is_due(&rule, step * 5 - 1)); /* taken back: from the start */
    stop_rule_round(&rule, step * 5 - 1, one, one, 100, 2);
    assert_int_equal(rule.n_rounds, 0);
    assert_false(stop_rule_is_due(&(struct stop_rule){.n_labels = 1000}, 1049));
    assert_true(stop_rule_is_due(&(struct stop_rule){.n_labels = 1000}, 1050));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index_set),
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_model_driven),
        cmocka_unit_test(test_skips_come_last),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_retests),
        cmocka_unit_test(test_any_keys),
        cmocka_unit_test(test_pace),
        cmocka_unit_test(test_stop_rule),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
