/*
 * Who agrees with whom: gathers ratings from the project as a table of faces by
 * annotators, and leaves the coefficients to stats. Retests are found in the events.
 */
#include "sitter/agreement_job.h"

#include <stdlib.h>
#include <string.h>

#include "retest.h"
#include "sitter/alloc.h"
#include "sitter/bootstrap.h"

/* The table of ratings as it grows. */
struct gathering {
    struct sit_agreement_report *report;
    bool all_labels;
    size_t n, capacity; /* faces */
    int8_t *classes;    /* (n, n_annotators) */
    uint32_t *source;   /* (n) */
    size_t capacity_classes;
    int64_t face_id; /* of the last row */
    /* Of that face, the earliest label so far where it is not blind: it counts, while
     * the others that are not blind do not. */
    size_t first_annotator;
    int64_t first_clock;
};

static enum sit_status add_annotator(void *context,
                                     const struct sit_annotator *annotator,
                                     struct sit_error *err)
{
    struct sit_agreement_report *report = context;
    if (!annotator->is_person || annotator->n_labels == 0)
        return SIT_OK;
    size_t n = report->n_annotators;
    void *grown = realloc(report->annotators, (n + 1) * sizeof *report->annotators);
    if (grown == NULL)
        return sit_error_nomem(err);
    report->annotators = grown;
    report->annotators[n] = (struct sit_agreement_annotator){
        .id = annotator->id, .name = sit_strdup(annotator->name)};
    if (report->annotators[n].name == NULL)
        return sit_error_nomem(err);
    report->n_annotators++;
    return SIT_OK;
}

static size_t find_annotator(const struct sit_agreement_report *report, int64_t id)
{
    for (size_t i = 0; i < report->n_annotators; i++)
        if (report->annotators[i].id == id)
            return i;
    return SIZE_MAX;
}

static enum sit_status add_face(struct gathering *g, const struct sit_rating *rating,
                                struct sit_error *err)
{
    size_t n_annotators = g->report->n_annotators;
    void *classes = g->classes, *source = g->source;
    if (!sit_grow_array(&classes, &g->capacity_classes, (g->n + 1) * n_annotators, 1))
        return sit_error_nomem(err);
    g->classes = classes;
    if (!sit_grow_array(&source, &g->capacity, g->n + 1, sizeof *g->source))
        return sit_error_nomem(err);
    g->source = source;
    memset(g->classes + g->n * n_annotators, SIT_NO_CLASS, n_annotators);
    g->source[g->n++] = rating->source;
    g->face_id = rating->face_id;
    g->first_annotator = SIZE_MAX;
    return SIT_OK;
}

static int8_t *place_of(const struct gathering *g, size_t annotator)
{
    return &g->classes[(g->n - 1) * g->report->n_annotators + annotator];
}

/* Of labels that are not blind the earliest one counts: its annotator saw nobody's. */
static bool takes_first_place(struct gathering *g, size_t annotator,
                              const struct sit_rating *rating)
{
    bool is_only = g->first_annotator == SIZE_MAX;
    g->report->n_seen += !is_only;
    if (!is_only && rating->clock >= g->first_clock)
        return false;
    if (!is_only)
        *place_of(g, g->first_annotator) = SIT_NO_CLASS;
    g->first_annotator = annotator;
    g->first_clock = rating->clock;
    return true;
}

static enum sit_status add_rating(void *context, const struct sit_rating *rating,
                                  struct sit_error *err)
{
    struct gathering *g = context;
    size_t annotator = find_annotator(g->report, rating->annotator_id);
    if (annotator == SIZE_MAX) /* new since the list was made */
        return SIT_OK;
    enum sit_status status = SIT_OK;
    if (g->n == 0 || rating->face_id != g->face_id)
        status = add_face(g, rating, err);
    if (status != SIT_OK)
        return status;
    if (g->all_labels || rating->blind || takes_first_place(g, annotator, rating))
        *place_of(g, annotator) = rating->class_index;
    return SIT_OK;
}

static void count_labels(const struct gathering *g)
{
    for (size_t i = 0; i < g->n * g->report->n_annotators; i++)
        g->report->annotators[i % g->report->n_annotators].n_labels += g->classes[i] !=
                                                                       SIT_NO_CLASS;
}

/* The columns of two annotators as ratings of their own. */
static enum sit_status measure_pair(const struct gathering *g,
                                    struct sit_agreement_pair *pair, int8_t *room,
                                    size_t n_replicates,
                                    const struct sit_progress *progress,
                                    struct sit_error *err)
{
    const size_t columns[2] = {pair->first, pair->second};
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < 2; k++)
            room[2 * i + k] = g->classes[i * g->report->n_annotators + columns[k]];
    struct sit_ratings ratings = {room, g->source, g->n, 2, g->report->classes.n};
    sit_agreement_confusion(&ratings, 0, 1, pair->counts);
    for (size_t i = 0; i < ratings.n_classes * ratings.n_classes; i++)
        pair->n_faces += pair->counts[i];
    if (pair->n_faces == 0)
        return SIT_OK;
    return sit_agreement_measure(&ratings, n_replicates, SIT_BOOTSTRAP_SEED, progress,
                                 &pair->agreement, err);
}

static enum sit_status measure_pairs(const struct gathering *g, size_t n_replicates,
                                     const struct sit_progress *progress,
                                     struct sit_error *err)
{
    struct sit_agreement_report *report = g->report;
    size_t n = report->n_annotators;
    report->pairs = sit_calloc(n * (n - 1) / 2, sizeof *report->pairs);
    int8_t *room = sit_malloc_array(g->n, 2);
    enum sit_status status = report->pairs != NULL && room != NULL
                                 ? SIT_OK
                                 : sit_error_nomem(err);
    for (size_t a = 0; status == SIT_OK && a + 1 < n; a++)
        for (size_t b = a + 1; status == SIT_OK && b < n; b++) {
            struct sit_agreement_pair *pair = &report->pairs[report->n_pairs];
            *pair = (struct sit_agreement_pair){.first = a, .second = b};
            status = measure_pair(g, pair, room, n_replicates, progress, err);
            report->n_pairs += status == SIT_OK;
        }
    free(room);
    return status;
}

static enum sit_status measure(const struct gathering *g, size_t n_replicates,
                               const struct sit_progress *progress,
                               struct sit_error *err)
{
    struct sit_agreement_report *report = g->report;
    if (report->n_annotators < 2 || g->n == 0 || report->classes.n < 2)
        return SIT_OK;
    enum sit_status status = measure_pairs(g, n_replicates, progress, err);
    for (size_t i = 0; i < report->n_pairs; i++)
        report->has_all = report->has_all || report->pairs[i].n_faces > 0;
    if (status != SIT_OK || !report->has_all)
        return status;
    struct sit_ratings ratings = {g->classes, g->source, g->n, report->n_annotators,
                                  report->classes.n};
    return sit_agreement_measure(&ratings, n_replicates, SIT_BOOTSTRAP_SEED, progress,
                                 &report->all, err);
}

static enum sit_status find_retests(struct sit_project *project,
                                    struct sit_agreement_report *report,
                                    struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < report->n_annotators; i++) {
        struct sit_agreement_annotator *annotator = &report->annotators[i];
        status = retest_count(project, annotator->id, &annotator->n_retested,
                              &annotator->n_same, err);
        annotator->same_ci95 = sit_wilson(annotator->n_same, annotator->n_retested);
    }
    return status;
}

void sit_agreement_report_release(struct sit_agreement_report *report)
{
    for (size_t i = 0; i < report->n_annotators; i++)
        free(report->annotators[i].name);
    free(report->annotators);
    free(report->pairs);
    *report = (struct sit_agreement_report){0};
}

enum sit_status sit_agreement_run(struct sit_project *project, bool all_labels,
                                  size_t n_replicates,
                                  const struct sit_progress *progress,
                                  struct sit_agreement_report *out,
                                  struct sit_error *err)
{
    struct sit_agreement_report report = {0};
    struct gathering g = {.report = &report, .all_labels = all_labels};
    enum sit_status status = sit_project_classes(project, &report.classes, err);
    if (status == SIT_OK)
        status = sit_project_annotators(project, add_annotator, &report, err);
    if (status == SIT_OK)
        status = sit_project_ratings(project, add_rating, &g, err);
    if (status == SIT_OK)
        status = measure(&g, n_replicates, progress, err);
    if (status == SIT_OK)
        count_labels(&g);
    if (status == SIT_OK)
        status = find_retests(project, &report, err);
    free(g.classes);
    free(g.source);
    if (status != SIT_OK) {
        sit_agreement_report_release(&report);
        return status;
    }
    *out = report;
    return SIT_OK;
}
