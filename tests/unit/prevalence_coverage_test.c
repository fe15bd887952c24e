/*
 * A small part of tests/bench/coverage_sim.c, seeded: intervals hold the truth about as
 * often as they say, for labels by face and by poster. 300 repetitions a design, so the
 * bounds are loose.
 */
#include "test_support.h"

#include <math.h>

#include "coverage_draw.h"
#include "sitter/prevalence.h"

enum { N_FACES = 1500, N_REPETITIONS = 300 };
enum { OVERALL, HARD, RATIO, POSTERS, DECADE, ADJUSTED, TREND, N_FIGURES };

struct count {
    size_t n, hits;
    double width, labels_width;
};

static struct drawn collection;
static bool in_decade[N_FACES + 8];
static struct count counts[N_FIGURES];

static void note(int figure, double truth, double low, double high)
{
    counts[figure].n++;
    counts[figure].hits += truth >= low - 1e-7 && truth <= high + 1e-7;
}

static void note_estimate(int figure, double truth,
                          const struct sit_prevalence_data *data, const bool *in_group,
                          const struct sit_prevalence *all)
{
    struct sit_prevalence x;
    assert_ok(sit_prevalence_estimate(data, in_group, all, &x, err));
    if (x.n_labelled < 30)
        return;
    note(figure, truth, x.low, x.high);
    counts[figure].width += x.high - x.low;
    counts[figure].labels_width += x.labels_interval.high - x.labels_interval.low;
}

static void measure(const struct drawn *c)
{
    struct sit_prevalence_data faces = {
        .n = c->n, .f_num = c->p_woman, .y_num = c->label_woman, .cluster = c->poster};
    struct sit_prevalence_data hard = faces, ratio = faces;
    struct sit_prevalence_data posters = {
        .n = c->n_posters, .f_num = c->p_only_women, .y_num = c->label_only_women};
    struct sit_prevalence all;
    struct sit_adjusted_count adjusted;
    struct sit_prevalence_trend trend;
    double truth = drawn_truth(c->woman, NULL, NULL, 0, c->n);
    hard.f_num = c->h_woman;
    ratio.f_den = c->p_known;
    ratio.y_den = c->label_known;
    note_estimate(OVERALL, truth, &faces, NULL, NULL);
    note_estimate(HARD, truth, &hard, NULL, NULL);
    note_estimate(RATIO, drawn_truth(c->woman, c->known, NULL, 0, c->n), &ratio, NULL,
                  NULL);
    note_estimate(POSTERS, drawn_truth(c->only_women, NULL, NULL, 0, c->n_posters),
                  &posters, NULL, NULL);
    assert_ok(sit_prevalence_estimate(&faces, NULL, NULL, &all, err));
    for (size_t i = 0; i < c->n; i++)
        in_decade[i] = c->decade[i] == 2;
    note_estimate(DECADE, drawn_truth(c->woman, NULL, c->decade, 2, c->n), &faces,
                  in_decade, &all);
    assert_ok(sit_prevalence_adjusted(&hard, NULL, &adjusted, err));
    note(ADJUSTED, truth, adjusted.low, adjusted.high);
    assert_ok(sit_prevalence_trend(&faces, NULL, c->year, &trend, err));
    note(TREND, drawn_slope(c->woman, NULL, c->year, c->n), trend.low, trend.high);
}

static void run(const struct drawn_design *design, uint64_t seed)
{
    struct sit_rng rng;
    assert_true(drawn_init(&collection, design->n_faces));
    sit_rng_init(&rng, seed);
    for (size_t r = 0; r < N_REPETITIONS; r++) {
        if (r % 20 == 0)
            drawn_collection(&collection, design, &rng);
        drawn_labels(&collection, design, &rng);
        measure(&collection);
    }
    drawn_release(&collection);
}

static double coverage(int figure)
{
    return (double)counts[figure].hits / (double)counts[figure].n;
}

/* Bounds four standard errors of the simulation apart from .95 and a little. */
static void check(double width_at_most)
{
    for (int figure = 0; figure < N_FIGURES; figure++) {
        if (counts[figure].n == 0)
            continue;
        print_message("figure %d: %.3f of %zu, width %.2f\n", figure, coverage(figure),
                      counts[figure].n,
                      counts[figure].width / counts[figure].labels_width);
        assert_true(counts[figure].n >= 250);
        assert_true(coverage(figure) > 0.91 && coverage(figure) < 0.99);
    }
    assert_true(counts[OVERALL].width < width_at_most * counts[OVERALL].labels_width);
    memset(counts, 0, sizeof counts);
}

static void faces_one_by_one(void **state)
{
    (void)state;
    run(&(struct drawn_design){N_FACES, 0.3, 0.9, 200, false}, 1);
    check(0.7);
}

static void whole_posters(void **state)
{
    (void)state;
    run(&(struct drawn_design){N_FACES, 0.5, 0.9, 200, true}, 2);
    check(0.7);
}

static void rarer_class(void **state)
{
    (void)state;
    run(&(struct drawn_design){N_FACES, 0.1, 0.9, 300, true}, 3);
    check(0.85);
}

static void weak_classifier(void **state)
{
    (void)state;
    run(&(struct drawn_design){N_FACES, 0.3, 0.75, 200, true}, 4);
    check(1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_one_by_one),
        cmocka_unit_test(whole_posters),
        cmocka_unit_test(rarer_class),
        cmocka_unit_test(weak_classifier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
