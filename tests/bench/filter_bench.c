/*
 * What filters cost on a project: made ready (the file asked), and looked up for every
 * face; the medians of some rounds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sitter/filter.h"
#include "sitter/progress.h"

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

static enum sit_status measure(struct sit_project *project,
                               const struct sit_face_table *table, const char *text,
                               struct sit_error *err)
{
    int64_t make_us[N_ROUNDS], match_us[N_ROUNDS];
    struct sit_filter_terms terms;
    size_t n = 0;
    enum sit_status status = sit_filter_parse(text, &terms, err);
    for (int i = 0; status == SIT_OK && i < N_ROUNDS; i++) {
        struct sit_filter *filter = NULL;
        int64_t before_us = sit_clock_us();
        status = sit_filter_new(project, table, &terms, &filter, err);
        int64_t made_us = sit_clock_us();
        if (status == SIT_OK)
            n = sit_filter_count(filter, table);
        match_us[i] = sit_clock_us() - made_us;
        make_us[i] = made_us - before_us;
        sit_filter_free(filter);
    }
    if (status == SIT_OK)
        printf("%8.1f ms made ready  %6.2f ms matched  %7zu faces  %s\n",
               median_ms(make_us), median_ms(match_us), n, text);
    return status;
}

int main(int argc, char **argv)
{
    static const char *const filters[] = {
        "label=none",
        "name~1",
        "source~99",
        "title~coal",
        "decade=1970",
        "split=train",
        "p<0.6",
        "commented",
        "annotator=demo",
        "keyword~work",
        "year>=1950 !label=m name~7 p<0.9",
    };
    struct sit_project *project = NULL;
    struct sit_face_table table = {0};
    struct sit_error err = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: %s PROJECT\n", argv[0]);
        return 2;
    }
    enum sit_status status = sit_project_open(argv[1], SIT_PROJECT_READ, &project,
                                              &err);
    if (status == SIT_OK)
        status = sit_face_table_load(project, 0, &table, &err);
    for (size_t i = 0; status == SIT_OK && i < sizeof filters / sizeof *filters; i++)
        status = measure(project, &table, filters[i], &err);
    if (status != SIT_OK)
        fprintf(stderr, "%s\n", err.message);
    sit_face_table_release(&table);
    sit_project_close(project);
    return status == SIT_OK ? 0 : 1;
}
