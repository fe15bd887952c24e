/*
 * How often the intervals of the prevalence estimates hold the truth, and how wide they
 * are beside those of the labels alone: on drawn collections whose truth is known,
 * labels drawn anew each time. Prints tables in Markdown; seeded, the same on every
 * run.
 *
 *     coverage_sim [REPETITIONS [THREADS]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "coverage_draw.h"
#include "sitter/alloc.h"
#include "sitter/pool.h"
#include "sitter/prevalence.h"

enum estimator {
    OVERALL,
    OVERALL_HARD,
    DECADE_OWN,
    DECADE_POOLED,
    RATIO,
    RATIO_HARD,
    COMPOSITION,
    ADJUSTED,
    TREND,
    COMPARE,
    NO_DIFFERENCE,
    LABELS,
    PLAIN_WILSON,
    PLAIN_COUNT,
    N_ESTIMATORS
};

static const char *const names[N_ESTIMATORS] = {
    [OVERALL] = "ppi, all faces, probabilities",
    [OVERALL_HARD] = "ppi, all faces, 0/1",
    [DECADE_OWN] = "ppi by decade, own lambda (n >= 30)",
    [DECADE_POOLED] = "ppi by decade, pooled lambda (n 10-29)",
    [RATIO] = "women among m and f, probabilities",
    [RATIO_HARD] = "women among m and f, 0/1",
    [COMPOSITION] = "posters with women only",
    [ADJUSTED] = "confusion-matrix correction, 0/1",
    [TREND] = "trend a decade",
    [COMPARE] = "decade against collection",
    [NO_DIFFERENCE] = "p >= .05 for every other poster",
    [LABELS] = "labels only, as printed beside",
    [PLAIN_WILSON] = "labels only, plain Wilson",
    [PLAIN_COUNT] = "plain count, 0/1, Wilson",
};

struct tally {
    size_t n, hits;
    double width, labels_width, plain_width, bias;
};

struct cell {
    struct drawn_design design;
    struct tally tally[N_ESTIMATORS][N_DECADES]; /* one decade unless by decade */
    bool failed;
};

struct run {
    struct cell *cells;
    size_t n_repetitions;
};

struct truth {
    double overall, ratio, composition, slope, decade[N_DECADES];
};

/* A thousand draws have a standard error of .7 points; cells of fewer than
 * this many are not looked at by themselves. */
enum { FEWEST_DRAWS = 400, DRAWS_A_COLLECTION = 25 };
/* Comparisons take three estimates each: for the sake of time not in the largest. */
enum { MOST_TO_COMPARE = 10000 };

static void note(struct cell *cell, enum estimator which, uint32_t decade, double truth,
                 double estimate, double low, double high, const struct tally *beside)
{
    struct tally *t = &cell->tally[which][decade];
    /* The bound may be the truth itself, to within rounding of floats. */
    t->hits += truth >= low - 1e-7 && truth <= high + 1e-7;
    t->n++;
    t->width += high - low;
    t->bias += estimate - truth;
    t->labels_width += beside->labels_width;
    t->plain_width += beside->plain_width;
}

static struct sit_interval plain_wilson(const float *num, const float *den,
                                        const uint32_t *decade, uint32_t which,
                                        size_t n, double *p)
{
    double over = 0, under = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(num[i]) && (decade == NULL || decade[i] == which)) {
            over += (double)num[i];
            under += den != NULL ? (double)den[i] : 1;
        }
    *p = under > 0 ? over / under : 0.5;
    return sit_wilson((size_t)(over + 0.5), (size_t)(under + 0.5));
}

static struct tally widths(const struct sit_prevalence *x, struct sit_interval plain)
{
    return (struct tally){.labels_width = x->labels_interval.high -
                                          x->labels_interval.low,
                          .plain_width = plain.high - plain.low};
}

static void note_estimate(struct cell *cell, enum estimator which, uint32_t decade,
                          double truth, const struct sit_prevalence *x,
                          struct sit_interval plain)
{
    struct tally beside = widths(x, plain);
    note(cell, which, decade, truth, x->estimate, x->low, x->high, &beside);
}

/* All faces: estimates, and what stands beside them. */
static bool overall(struct cell *cell, const struct drawn *c, const struct truth *truth,
                    struct sit_prevalence *all)
{
    struct sit_prevalence_data data = {
        .n = c->n, .f_num = c->p_woman, .y_num = c->label_woman, .cluster = c->poster};
    struct sit_prevalence_data hard = data;
    struct sit_prevalence x, by_class;
    struct sit_adjusted_count adjusted;
    double p, counted = drawn_truth(c->h_woman, NULL, NULL, 0, c->n);
    hard.f_num = c->h_woman;
    if (sit_prevalence_estimate(&data, NULL, NULL, &x, NULL) != SIT_OK ||
        sit_prevalence_estimate(&hard, NULL, NULL, &by_class, NULL) != SIT_OK ||
        sit_prevalence_adjusted(&hard, NULL, &adjusted, NULL) != SIT_OK)
        return false;
    struct sit_interval plain = plain_wilson(c->label_woman, NULL, NULL, 0, c->n, &p);
    struct sit_interval count = sit_wilson((size_t)(counted * (double)c->n + 0.5),
                                           c->n);
    struct tally beside = widths(&x, plain);
    double t = truth->overall;
    note_estimate(cell, OVERALL, 0, t, &x, plain);
    note_estimate(cell, OVERALL_HARD, 0, t, &by_class, plain);
    note(cell, LABELS, 0, t, x.labels, x.labels_interval.low, x.labels_interval.high,
         &beside);
    note(cell, PLAIN_WILSON, 0, t, p, plain.low, plain.high, &beside);
    note(cell, PLAIN_COUNT, 0, t, counted, count.low, count.high, &beside);
    if (!isnan(adjusted.estimate))
        note(cell, ADJUSTED, 0, t, adjusted.estimate, adjusted.low, adjusted.high,
             &beside);
    *all = x;
    return true;
}

static bool by_decade(struct cell *cell, const struct drawn *c,
                      const struct truth *truth, const struct sit_prevalence *all,
                      bool *in_group)
{
    struct sit_prevalence_data data = {
        .n = c->n, .f_num = c->p_woman, .y_num = c->label_woman, .cluster = c->poster};
    struct sit_prevalence x;
    struct sit_prevalence_difference difference;
    double p;
    for (uint32_t d = 0; d < N_DECADES; d++) {
        for (size_t i = 0; i < c->n; i++)
            in_group[i] = c->decade[i] == d;
        if (sit_prevalence_estimate(&data, in_group, all, &x, NULL) != SIT_OK)
            return false;
        struct sit_interval plain = plain_wilson(c->label_woman, NULL, c->decade, d,
                                                 c->n, &p);
        if (x.method == SIT_PREVALENCE_PPI)
            note_estimate(cell, DECADE_OWN, d, truth->decade[d], &x, plain);
        else if (x.method == SIT_PREVALENCE_PPI_POOLED)
            note_estimate(cell, DECADE_POOLED, d, truth->decade[d], &x, plain);
        if (d != 1 || x.method != SIT_PREVALENCE_PPI || c->n > MOST_TO_COMPARE)
            continue;
        if (sit_prevalence_compare(&data, in_group, &difference, NULL) != SIT_OK)
            return false;
        struct tally beside = {0};
        note(cell, COMPARE, 0, truth->decade[d] - truth->overall, difference.difference,
             difference.low, difference.high, &beside);
    }
    return true;
}

/* Every other poster differs from the collection by chance alone. */
static bool no_difference(struct cell *cell, const struct drawn *c, bool *in_group)
{
    struct sit_prevalence_data data = {
        .n = c->n, .f_num = c->p_woman, .y_num = c->label_woman, .cluster = c->poster};
    struct sit_prevalence_difference x;
    struct tally beside = {0};
    if (c->n > MOST_TO_COMPARE)
        return true;
    for (size_t i = 0; i < c->n; i++)
        in_group[i] = c->poster[i] % 2;
    if (sit_prevalence_compare(&data, in_group, &x, NULL) != SIT_OK)
        return false;
    if (!isnan(x.p))
        note(cell, NO_DIFFERENCE, 0, 1, 1, x.p >= 0.05 ? 0 : 2, 2, &beside);
    return true;
}

static bool other_shares(struct cell *cell, const struct drawn *c,
                         const struct truth *truth)
{
    struct sit_prevalence_data ratio = {.n = c->n,
                                        .f_num = c->p_woman,
                                        .f_den = c->p_known,
                                        .y_num = c->label_woman,
                                        .y_den = c->label_known,
                                        .cluster = c->poster};
    struct sit_prevalence_data hard = ratio;
    struct sit_prevalence_data posters = {
        .n = c->n_posters, .f_num = c->p_only_women, .y_num = c->label_only_women};
    struct sit_prevalence_data faces = {
        .n = c->n, .f_num = c->p_woman, .y_num = c->label_woman, .cluster = c->poster};
    struct sit_prevalence x, by_class, composition;
    struct sit_prevalence_trend trend;
    double p;
    hard.f_num = c->h_woman;
    hard.f_den = c->h_known;
    if (sit_prevalence_estimate(&ratio, NULL, NULL, &x, NULL) != SIT_OK ||
        sit_prevalence_estimate(&hard, NULL, NULL, &by_class, NULL) != SIT_OK ||
        sit_prevalence_estimate(&posters, NULL, NULL, &composition, NULL) != SIT_OK ||
        sit_prevalence_trend(&faces, NULL, c->year, &trend, NULL) != SIT_OK)
        return false;
    struct sit_interval plain = plain_wilson(c->label_woman, c->label_known, NULL, 0,
                                             c->n, &p);
    note_estimate(cell, RATIO, 0, truth->ratio, &x, plain);
    note_estimate(cell, RATIO_HARD, 0, truth->ratio, &by_class, plain);
    plain = plain_wilson(c->label_only_women, NULL, NULL, 0, c->n_posters, &p);
    if (composition.method == SIT_PREVALENCE_PPI && composition.n_labelled >= 30)
        note_estimate(cell, COMPOSITION, 0, truth->composition, &composition, plain);
    struct tally beside = {0};
    note(cell, TREND, 0, truth->slope, trend.slope, trend.low, trend.high, &beside);
    return true;
}

static struct truth measure(const struct drawn *c)
{
    struct truth t = {
        .overall = drawn_truth(c->woman, NULL, NULL, 0, c->n),
        .ratio = drawn_truth(c->woman, c->known, NULL, 0, c->n),
        .composition = drawn_truth(c->only_women, NULL, NULL, 0, c->n_posters),
        .slope = drawn_slope(c->woman, NULL, c->year, c->n),
    };
    for (uint32_t d = 0; d < N_DECADES; d++)
        t.decade[d] = drawn_truth(c->woman, NULL, c->decade, d, c->n);
    return t;
}

static void run_cell(void *context, size_t task, size_t worker)
{
    (void)worker;
    const struct run *run = context;
    struct cell *cell = &run->cells[task];
    struct drawn c;
    struct truth truth = {0};
    struct sit_prevalence all;
    struct sit_rng rng;
    bool *in_group = sit_calloc(cell->design.n_faces + 8, sizeof *in_group);
    cell->failed = !drawn_init(&c, cell->design.n_faces) || in_group == NULL;
    sit_rng_init(&rng, 20170930 + task);
    for (size_t r = 0; r < run->n_repetitions && !cell->failed; r++) {
        if (r % DRAWS_A_COLLECTION == 0) {
            drawn_collection(&c, &cell->design, &rng);
            truth = measure(&c);
        }
        drawn_labels(&c, &cell->design, &rng);
        cell->failed = !overall(cell, &c, &truth, &all) ||
                       !by_decade(cell, &c, &truth, &all, in_group) ||
                       !no_difference(cell, &c, in_group) ||
                       !other_shares(cell, &c, &truth);
    }
    free(in_group);
    drawn_release(&c);
}

static const size_t sizes[] = {1500, 5000, 20000}, labels[] = {60, 150, 300, 600};
static const double prevalences[] = {.1, .3, .5}, accuracies[] = {.75, .9, .97};
/* Then a class of 3 %, in the smallest collection. */
enum { N_MAIN = 3 * 3 * 3 * 4 * 2, N_RARE = 3 * 4 * 2, N_CELLS = N_MAIN + N_RARE };

static void set_designs(struct cell *cells)
{
    for (size_t i = 0; i < N_CELLS; i++)
        cells[i].design = (struct drawn_design){
            .by_poster = i % 2,
            .n_labels = labels[i / 2 % 4],
            .accuracy = accuracies[i / 8 % 3],
            .prevalence = i < N_MAIN ? prevalences[i / 24 % 3] : .03,
            .n_faces = sizes[i / 72 % 3]};
}

static void add(struct tally *sum, const struct tally *t)
{
    sum->n += t->n;
    sum->hits += t->hits;
    sum->width += t->width;
    sum->labels_width += t->labels_width;
    sum->plain_width += t->plain_width;
    sum->bias += t->bias;
}

static double percent(size_t hits, size_t n)
{
    return n > 0 ? 100 * (double)hits / (double)n : NAN;
}

static void print_estimators(const struct cell *cells, size_t n_these)
{
    puts("| estimator | coverage | by face | by poster | cells | under 93 % | worst "
         "cell "
         "| bias (points) |\n|---|---|---|---|---|---|---|---|");
    for (size_t e = 0; e < N_ESTIMATORS; e++) {
        struct tally by[2] = {{0}, {0}}, all = {0};
        double worst = 101;
        size_t n_cells = 0, n_low = 0, at = 0, worst_decade = 0;
        for (size_t i = 0; i < n_these; i++)
            for (size_t d = 0; d < N_DECADES; d++) {
                const struct tally *t = &cells[i].tally[e][d];
                add(&by[i % 2], t);
                add(&all, t);
                double coverage = percent(t->hits, t->n);
                if (t->n < FEWEST_DRAWS)
                    continue;
                n_cells++;
                n_low += coverage < 93;
                if (coverage < worst) {
                    worst = coverage;
                    at = i;
                    worst_decade = d;
                }
            }
        const struct drawn_design *x = &cells[at].design;
        printf("| %s | %.1f | %.1f | %.1f | %zu | %zu | ", names[e],
               percent(all.hits, all.n), percent(by[0].hits, by[0].n),
               percent(by[1].hits, by[1].n), n_cells, n_low);
        if (n_cells > 0)
            printf("%.1f: %zu faces, %.2g, accuracy %.2g, %zu labels %s", worst,
                   x->n_faces, x->prevalence, x->accuracy, x->n_labels,
                   x->by_poster ? "by poster" : "by face");
        if (n_cells > 0 && (e == DECADE_OWN || e == DECADE_POOLED))
            printf(", %zus", 1950 + 10 * worst_decade);
        printf(" | %+.2f |\n", 100 * all.bias / (double)all.n);
    }
}

/* Coverage where one factor of the design has one value. */
static void print_factors(const struct cell *cells)
{
    static const struct {
        size_t step, n;
    } factors[] = {{2, 4}, {24, 3}, {8, 3}, {72, 3}};
    puts("\nCoverage by number of labels, prevalence, accuracy and faces:\n\n| "
         "estimator "
         "| 60 | 150 | 300 | 600 | .1 | .3 | .5 | .75 | .9 | .97 | 1,500 | 5,000 | "
         "20,000 "
         "|\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (size_t e = 0; e < N_ESTIMATORS; e++) {
        printf("| %s ", names[e]);
        for (size_t f = 0; f < sizeof factors / sizeof *factors; f++)
            for (size_t level = 0; level < factors[f].n; level++) {
                struct tally sum = {0};
                for (size_t i = 0; i < N_MAIN; i++)
                    for (size_t d = 0; d < N_DECADES; d++)
                        if (i / factors[f].step % factors[f].n == level)
                            add(&sum, &cells[i].tally[e][d]);
                printf("| %.1f ", percent(sum.hits, sum.n));
            }
        puts("|");
    }
}

static void print_widths(const struct cell *cells)
{
    static const enum estimator shown[] = {
        OVERALL, OVERALL_HARD, DECADE_OWN, DECADE_POOLED, RATIO, COMPOSITION, ADJUSTED};
    puts(
        "\nMean width over that of the labels-only interval printed beside (over plain "
        "Wilson):\n\n| estimator | accuracy | .1 | .3 | .5 |\n|---|---|---|---|---|");
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
        for (size_t a = 0; a < 3; a++) {
            printf("| %s | %.2f ", names[shown[k]], accuracies[a]);
            for (size_t p = 0; p < 3; p++) {
                struct tally sum = {0};
                for (size_t i = 0; i < N_MAIN; i++)
                    for (size_t d = 0; d < N_DECADES; d++)
                        if (i / 8 % 3 == a && i / 24 % 3 == p)
                            add(&sum, &cells[i].tally[shown[k]][d]);
                printf("| %.2f (%.2f) ", sum.width / sum.labels_width,
                       sum.width / sum.plain_width);
            }
            puts("|");
        }
}

int main(int argc, char **argv)
{
    struct sit_error err;
    struct sit_pool *pool = NULL;
    struct run run = {.cells = sit_calloc(N_CELLS, sizeof *run.cells),
                      .n_repetitions = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000};
    size_t n_threads = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    if (run.cells == NULL || sit_pool_new(n_threads, &pool, &err) != SIT_OK) {
        fputs("coverage_sim: out of memory\n", stderr);
        return 1;
    }
    set_designs(run.cells);
    sit_pool_run(pool, run_cell, &run, N_CELLS);
    bool failed = false;
    for (size_t i = 0; i < N_CELLS; i++)
        failed = failed || run.cells[i].failed;
    if (failed)
        fputs("coverage_sim: a cell failed\n", stderr);
    printf("%d cells, %zu repetitions each\n\n", N_CELLS, run.n_repetitions);
    print_estimators(run.cells, N_MAIN);
    print_factors(run.cells);
    print_widths(run.cells);
    printf("\nA class of 3 %%, %zu faces:\n\n", sizes[0]);
    print_estimators(run.cells + N_MAIN, N_RARE);
    sit_pool_free(pool);
    free(run.cells);
    return failed;
}
