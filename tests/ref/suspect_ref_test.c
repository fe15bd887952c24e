/*
 * Suspect labels: how many of 15 wrong labels among 290 real ones are found.
 */
#include "posters_data.h"

#include "sitter/rng.h"
#include "sitter/suspect.h"

enum { N_SEEDS = 20, N_WRONG = 15 };

static size_t count_wrong(const struct sit_suspect *ranked, size_t n,
                          const bool *is_wrong)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += is_wrong[ranked[i].row];
    return found;
}

static void most_wrong_labels_are_among_the_worst_suspects(void **state)
{
    (void)state;
    struct posters posters;
    if (!posters_load(&posters))
        skip_without(NULL);
    size_t n = posters.all.n, n_off, sum_15 = 0, sum_30 = 0;
    struct sit_dataset data = posters.all;
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    uint8_t *y = malloc(n);
    bool *is_wrong = malloc(n * sizeof *is_wrong);
    size_t *order = malloc(n * sizeof *order);
    float *p = malloc(2 * n * sizeof *p);
    struct sit_suspect *ranked = malloc(n * sizeof *ranked);
    assert_true(y != NULL && is_wrong != NULL && order != NULL && p != NULL &&
                ranked != NULL);
    data.y = y;
    const char *first = getenv("SITTER_FIRST_SEED");
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        struct sit_rng rng;
        sit_rng_init(&rng, seed + (first != NULL ? strtoul(first, NULL, 10) : 0));
        memcpy(y, posters.y, n);
        memset(is_wrong, 0, n * sizeof *is_wrong);
        for (size_t i = 0; i < n; i++)
            order[i] = i;
        sit_rng_shuffle(&rng, order, n);
        for (size_t i = 0; i < N_WRONG; i++) {
            y[order[i]] = (uint8_t)(1 - y[order[i]]);
            is_wrong[order[i]] = true;
        }
        assert_ok(sit_suspect_probabilities(&data, &options, NULL, p, NULL, err));
        assert_ok(sit_suspect_rank(p, y, n, 2, ranked, &n_off, err));
        sum_15 += count_wrong(ranked, 15, is_wrong);
        sum_30 += count_wrong(ranked, 30, is_wrong);
    }
    print_message("of 15 wrong labels: %.2f among the 15 worst, %.2f among the 30 "
                  "worst\n",
                  (double)sum_15 / N_SEEDS, (double)sum_30 / N_SEEDS);
    assert_true(sum_15 >= 8 * N_SEEDS);
    assert_true(sum_30 >= 11 * N_SEEDS);
    free(y);
    free(is_wrong);
    free(order);
    free(p);
    free(ranked);
    posters_release(&posters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_wrong_labels_are_among_the_worst_suspects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
