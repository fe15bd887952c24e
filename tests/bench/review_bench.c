/*
 * What review's lists that take no features cost on a project: computed (connection and
 * table of faces included), shown, and a key on them; the medians of some rounds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sitter/progress.h"
#include "sitter/review.h"

enum { N_ROUNDS = 5 };

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static double median_ms(int64_t *us)
{
    qsort(us, N_ROUNDS, sizeof *us, by_value);
    return (double)us[N_ROUNDS / 2] / 1000.0;
}

static enum sit_status measure(struct sit_project *project, struct sit_review *review,
                               enum sit_review_kind kind, double abstain,
                               struct sit_error *err)
{
    const struct sit_review_view *view = sit_review_get_view(review);
    struct sit_review_options options = {.annotator_id = view->annotator_id,
                                         .abstain = abstain};
    int64_t compute_us[N_ROUNDS], show_us[N_ROUNDS], key_us[N_ROUNDS];
    enum sit_status status = SIT_OK;
    for (int i = 0; status == SIT_OK && i < N_ROUNDS; i++) {
        struct sit_review_list list = {0};
        int64_t began_us = sit_clock_us();
        status = sit_review_compute(sit_project_path(project), kind, &options, NULL,
                                    &list, err);
        int64_t computed_us = sit_clock_us();
        if (status == SIT_OK)
            status = sit_review_take_list(review, &list, err);
        int64_t shown_us = sit_clock_us();
        if (status == SIT_OK)
            status = sit_review_move(review, 1, err);
        key_us[i] = sit_clock_us() - shown_us;
        show_us[i] = shown_us - computed_us;
        compute_us[i] = computed_us - began_us;
        sit_review_list_release(&list);
    }
    if (status == SIT_OK)
        printf("%8.1f ms computed  %6.2f ms shown  %6.2f ms a key  %7zu faces  %s\n",
               median_ms(compute_us), median_ms(show_us), median_ms(key_us),
               view->n_shown, sit_review_kind_name(kind));
    return status;
}

int main(int argc, char **argv)
{
    static const struct {
        enum sit_review_kind kind;
        double abstain;
    } cases[] = {{SIT_REVIEW_DISAGREEMENTS, 0},
                 {SIT_REVIEW_BOOKMARKED, 0},
                 {SIT_REVIEW_ABSTAINED, 0.7},
                 {SIT_REVIEW_ABSTAINED, 1}};
    struct sit_project *project = NULL;
    struct sit_review *review = NULL;
    struct sit_error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: %s PROJECT ANNOTATOR\n", argv[0]);
        return 2;
    }
    enum sit_status status = sit_project_open(argv[1], SIT_PROJECT_WRITE, &project,
                                              &err);
    if (status == SIT_OK)
        status = sit_review_open(project, argv[2], NULL, &review, &err);
    for (size_t i = 0; status == SIT_OK && i < sizeof cases / sizeof *cases; i++)
        status = measure(project, review, cases[i].kind, cases[i].abstain, &err);
    if (status != SIT_OK)
        fprintf(stderr, "%s\n", err.message);
    sit_review_free(review);
    sit_project_close(project);
    return status == SIT_OK ? 0 : 1;
}
