/*
 * SIGKILL at seeded moments of everything that decides: keys on the labelling screen,
 * batches on the grid, review, scripts, merges. kill_stress [KILLS [SEED [TEST]]]; by
 * default as many as a test run bears. The seed decides keys and plans; what a clock
 * hits is up to the machine.
 */
#include "kill_stress.h"

#include "test_support.h"

#include "sitter/text.h"

enum { N_ACTIVITIES = 6, DEFAULT_KILLS = 15, DEFAULT_SEED = 20170930 };

static size_t n_kills = DEFAULT_KILLS;
static uint64_t seed = DEFAULT_SEED;

static void print_tally(const char *name, const struct kill_tally *t)
{
    print_message(
        "%-7s %zu kills, %zu of them by a call; %zu decisions, %zu in batches;"
        " hit: %zu between key and answer, %zu while the log was written,"
        " %zu a checkpoint; %zu committed and not shown\n",
        name, t->n_kills, t->n_by_call, t->n_units, t->n_batches, t->n_in_key,
        t->n_in_log, t->n_in_file, t->n_unseen);
    if (t->n_whole + t->n_not_at_all > 0)
        print_message("        %zu left nothing, %zu all\n", t->n_not_at_all,
                      t->n_whole);
}

/* Kills of an activity: the total, dealt out. */
static size_t share_of(size_t activity)
{
    return n_kills / N_ACTIVITIES + (activity < n_kills % N_ACTIVITIES);
}

static void kill_on_screen(enum kill_screen which, size_t activity, const char *name)
{
    struct kill_tally tally = {0};
    struct sit_rng rng;
    if (share_of(activity) == 0)
        return;
    sit_rng_init(&rng, seed + activity);
    struct screen_stress *stress = screen_stress_new(which);
    for (size_t i = 0; i < share_of(activity); i++)
        screen_stress_round(stress, &rng, &tally);
    screen_stress_free(stress);
    print_tally(name, &tally);
}

static void killed_while_labelling(void **state)
{
    (void)state;
    kill_on_screen(KILL_ON_LABEL, 0, "label");
}

static void killed_on_the_grid(void **state)
{
    (void)state;
    kill_on_screen(KILL_ON_GRID, 1, "grid");
}

static void killed_in_review(void **state)
{
    (void)state;
    kill_on_screen(KILL_ON_REVIEW, 2, "review");
}

static void killed_in_adjudication(void **state)
{
    (void)state;
    kill_on_screen(KILL_ON_ADJUDICATION, 5, "adjudication");
}

static void killed_in_a_script(void **state)
{
    (void)state;
    struct kill_tally tally = {0};
    struct sit_rng rng;
    sit_rng_init(&rng, seed + 3);
    struct script_stress *stress = script_stress_new(&rng);
    for (size_t i = 0; i < share_of(3); i++)
        script_stress_round(stress, &rng, &tally);
    script_stress_free(stress);
    print_tally("script", &tally);
}

/* At random moments, killed again while merging again; then at one call after the
 * other. */
static void killed_in_a_merge(void **state)
{
    (void)state;
    struct kill_tally tally = {0}, swept = {0};
    struct sit_rng rng;
    sit_rng_init(&rng, seed + 4);
    struct merge_stress *stress = merge_stress_new();
    for (size_t i = 0; i < share_of(4); i++)
        merge_stress_round(stress, &rng, &tally);
    print_tally("merge", &tally);
    merge_stress_sweep(stress, n_kills < 100 ? 11 : 1, &swept);
    print_tally("merge, call by call", &swept);
    merge_stress_free(stress);
}

int main(int argc, char **argv)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    if (argc > 1)
        n_kills = strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    if (argc > 3)
        cmocka_set_test_filter(argv[3]);
    print_message("%zu kills, seed %llu\n", n_kills, (unsigned long long)seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_while_labelling),
        cmocka_unit_test(killed_on_the_grid),
        cmocka_unit_test(killed_in_review),
        cmocka_unit_test(killed_in_adjudication),
        cmocka_unit_test(killed_in_a_script),
        cmocka_unit_test(killed_in_a_merge),
    };
    return cmocka_run_group_tests_name("kill stress", tests, NULL, NULL);
}
