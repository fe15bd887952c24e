/*
 * The thread pool: every task once, workers that keep apart, loops one after another.
 */
#include "test_support.h"

#include <stdatomic.h>

#include "sitter/pool.h"

enum { N_TASKS = 1000, N_WORKERS = 5 };

struct tally {
    int done[N_TASKS]; /* plain: each task writes its own */
    atomic_int in_use[N_WORKERS];
    atomic_int n_clashes;
    size_t first; /* what the caller wrote before the loop */
};

static void count_task(void *context, size_t task, size_t worker)
{
    struct tally *tally = context;
    if (worker >= N_WORKERS || atomic_exchange(&tally->in_use[worker], 1) != 0)
        atomic_fetch_add(&tally->n_clashes, 1);
    tally->done[(tally->first + task) % N_TASKS]++;
    if (worker < N_WORKERS)
        atomic_store(&tally->in_use[worker], 0);
}

static void every_task_runs_once(void **state)
{
    (void)state;
    static struct tally tally;
    for (size_t n_threads = 1; n_threads <= N_WORKERS; n_threads++) {
        struct sit_pool *pool = NULL;
        assert_ok(sit_pool_new(n_threads, &pool, err));
        assert_in_range(sit_pool_n_threads(pool), 1, n_threads);
        memset(&tally, 0, sizeof tally);
        for (size_t loop = 0; loop < 50; loop++) {
            tally.first = loop * 7;
            sit_pool_run(pool, count_task, &tally, N_TASKS);
            for (size_t i = 0; i < N_TASKS; i++)
                assert_int_equal(tally.done[i], loop + 1);
        }
        assert_int_equal(atomic_load(&tally.n_clashes), 0);
        sit_pool_free(pool);
    }
}

static void few_tasks_and_none(void **state)
{
    (void)state;
    static struct tally tally;
    struct sit_pool *pool = NULL;
    assert_ok(sit_pool_new(N_WORKERS, &pool, err));
    memset(&tally, 0, sizeof tally);
    for (size_t n_tasks = 0; n_tasks < 10; n_tasks++)
        sit_pool_run(pool, count_task, &tally, n_tasks);
    for (size_t i = 0; i < N_TASKS; i++)
        assert_int_equal(tally.done[i], i < 9 ? 9 - i : 0);
    sit_pool_free(pool);
}

static void unused_pools_end_and_sizes_are_bounded(void **state)
{
    (void)state;
    struct sit_pool *pool = NULL;
    sit_pool_free(NULL);
    assert_ok(sit_pool_new(0, &pool, err));
    assert_in_range(sit_pool_n_threads(pool), 1, SIT_POOL_MAX_THREADS);
    sit_pool_free(pool);
    assert_ok(sit_pool_new(SIT_POOL_MAX_THREADS + 10, &pool, err));
    assert_in_range(sit_pool_n_threads(pool), 1, SIT_POOL_MAX_THREADS);
    sit_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_runs_once),
        cmocka_unit_test(few_tasks_and_none),
        cmocka_unit_test(unused_pools_end_and_sizes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
