/*
 * Shares of faces: the group's columns are gathered and handed to the estimators, with
 * the raw count beside.
 */
#include "report_figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/false_discovery.h"

static const double SIGNIFICANT = 0.05;

static enum sit_status find_mean_p(struct report_estimator *e, struct sit_error *err)
{
    const struct report_data *data = e->data;
    size_t n_classes = data->report->classes.n, n = 0;
    double sum[SIT_PROJECT_MAX_CLASSES] = {0};
    e->mean_p = sit_calloc(n_classes, sizeof *e->mean_p);
    if (e->mean_p == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < data->report->n_faces; i++) {
        const float *p = report_face_p(data, i);
        n += p != NULL;
        for (size_t k = 0; p != NULL && k < n_classes; k++)
            sum[k] += (double)p[k];
    }
    for (size_t k = 0; n > 0 && k < n_classes; k++)
        e->mean_p[k] = (float)(sum[k] / (double)n);
    return SIT_OK;
}

enum sit_status report_estimator_open(struct report_estimator *e,
                                      const struct report_data *data,
                                      struct sit_error *err)
{
    const struct sit_report *report = data->report;
    size_t n = report->n_faces > report->n_sources ? report->n_faces
                                                   : report->n_sources;
    *e = (struct report_estimator){
        .data = data,
        .capacity = n,
        .f_num = sit_malloc_array(n, sizeof *e->f_num),
        .f_den = sit_malloc_array(n, sizeof *e->f_den),
        .y_num = sit_malloc_array(n, sizeof *e->y_num),
        .y_den = sit_malloc_array(n, sizeof *e->y_den),
        .year = sit_malloc_array(n, sizeof *e->year),
        .cluster = sit_malloc_array(n, sizeof *e->cluster),
    };
    if (e->f_num == NULL || e->f_den == NULL || e->y_num == NULL || e->y_den == NULL ||
        e->year == NULL || e->cluster == NULL)
        return sit_error_nomem(err);
    return find_mean_p(e, err);
}

void report_estimator_release(struct report_estimator *e)
{
    free(e->f_num);
    free(e->f_den);
    free(e->y_num);
    free(e->y_den);
    free(e->year);
    free(e->cluster);
    free(e->mean_p);
}

struct sit_figure report_count(double count)
{
    return (struct sit_figure){.kind = SIT_FIGURE_COUNT,
                               .n = (size_t)count,
                               .count = count,
                               .raw = NAN,
                               .estimate = count,
                               .low = NAN,
                               .high = NAN,
                               .method = "",
                               .labels_share = NAN,
                               .labels_low = NAN,
                               .labels_high = NAN,
                               .p = NAN,
                               .q = NAN};
}

struct sit_figure report_empty_share(void)
{
    struct sit_figure figure = report_count(0);
    figure.kind = SIT_FIGURE_SHARE;
    figure.estimate = NAN;
    return figure;
}

void report_take_estimate(const struct sit_prevalence *from, struct sit_figure *to)
{
    to->estimate = from->estimate;
    to->low = from->low;
    to->high = from->high;
    to->method = from->method == SIT_PREVALENCE_NONE
                     ? ""
                     : sit_prevalence_method_name(from->method);
    to->few = from->is_few;
    to->model_based = from->method == SIT_PREVALENCE_MODEL;
    to->labels_share = from->labels;
    to->labels_low = from->labels_interval.low;
    to->labels_high = from->labels_interval.high;
    to->lambda = from->lambda;
    to->n_random = from->n_labelled;
    to->n_sources = from->n_clusters;
}

/* The columns as the estimators take them. */
static struct sit_prevalence_data columns(const struct report_estimator *e, size_t n,
                                          bool predicted, bool with_den)
{
    return (struct sit_prevalence_data){.n = n,
                                        .f_num = predicted ? e->f_num : NULL,
                                        .f_den = predicted && with_den ? e->f_den
                                                                       : NULL,
                                        .y_num = e->y_num,
                                        .y_den = with_den ? e->y_den : NULL,
                                        .cluster = e->cluster};
}

/* Row j of the columns is face i. */
static void fill_face(struct report_estimator *e, size_t j, size_t i,
                      sit_class_index class_index)
{
    const struct report_data *data = e->data;
    const struct sit_report_face *face = &data->report->faces[i];
    bool person = report_is_person(data, class_index);
    e->cluster[j] = face->source;
    e->y_num[j] = e->y_den[j] = NAN;
    if (face->random) {
        e->y_num[j] = face->label == class_index;
        e->y_den[j] = !person || report_is_person(data, face->label);
    }
    if (!data->has_predictions)
        return;
    const float *p = report_face_p(data, i);
    if (p == NULL)
        p = e->mean_p;
    e->f_num[j] = p[class_index];
    double people = 0;
    for (size_t k = 0; k < data->n_trained; k++)
        people += (double)p[data->trained[k]];
    e->f_den[j] = fmaxf((float)fmin(people, 1), e->f_num[j]);
}

/* The plain count of a face. */
static void count_face(const struct report_data *data, size_t i,
                       sit_class_index class_index, struct sit_figure *figure)
{
    const struct sit_report_face *face = &data->report->faces[i];
    if (face->class_index == SIT_NO_CLASS ||
        (report_is_person(data, class_index) &&
         !report_is_person(data, face->class_index)))
        return;
    figure->n++;
    figure->n_labelled += face->label != SIT_NO_CLASS;
    figure->n_predicted += face->label == SIT_NO_CLASS;
    figure->count += face->class_index == class_index;
}

/* faces NULL: all. */
static struct sit_prevalence_data gather_faces(struct report_estimator *e,
                                               const uint32_t *faces, size_t n,
                                               sit_class_index class_index)
{
    for (size_t j = 0; j < n; j++)
        fill_face(e, j, faces != NULL ? faces[j] : j, class_index);
    bool person = report_is_person(e->data, class_index);
    return columns(e, n, e->data->has_predictions && person, person);
}

static enum sit_status find_whole(struct report_estimator *e,
                                  sit_class_index class_index, struct sit_error *err)
{
    if (e->whole_known[class_index])
        return SIT_OK;
    struct sit_prevalence_data all = gather_faces(e, NULL, e->data->report->n_faces,
                                                  class_index);
    enum sit_status status = sit_prevalence_estimate(&all, NULL, NULL,
                                                     &e->whole[class_index], err);
    e->whole_known[class_index] = status == SIT_OK;
    return status;
}

enum sit_status report_share_of_faces(struct report_estimator *e, const uint32_t *faces,
                                      size_t n, sit_class_index class_index,
                                      struct sit_figure *out, struct sit_error *err)
{
    struct sit_figure figure = report_empty_share();
    struct sit_prevalence estimate = {.method = SIT_PREVALENCE_NONE};
    for (size_t j = 0; j < n; j++)
        count_face(e->data, faces != NULL ? faces[j] : j, class_index, &figure);
    figure.raw = figure.n > 0 ? figure.count / (double)figure.n : (double)NAN;
    enum sit_status status = find_whole(e, class_index, err);
    if (status != SIT_OK)
        return status;
    if (n == e->data->report->n_faces) {
        estimate = e->whole[class_index];
    } else {
        struct sit_prevalence_data group = gather_faces(e, faces, n, class_index);
        status = sit_prevalence_estimate(&group, NULL, &e->whole[class_index],
                                         &estimate, err);
        if (status != SIT_OK)
            return status;
    }
    report_take_estimate(&estimate, &figure);
    *out = figure;
    return SIT_OK;
}

/* A difference in a collection that is counted is what it is; the test asks whether
 * chance would have made it had the posters been drawn from many more. */
static void suppose_endless(const struct report_estimator *e,
                            struct sit_prevalence_data *all)
{
    if (!e->data->counted)
        return;
    all->is_endless = true;
    all->f_num = all->f_den = NULL;
}

enum sit_status report_difference(struct report_estimator *e, const uint32_t *faces,
                                  size_t n, sit_class_index class_index,
                                  struct sit_figure *out, struct sit_error *err)
{
    const struct sit_report *report = e->data->report;
    struct sit_figure figure = report_empty_share();
    struct sit_prevalence_difference difference;
    bool *in_group = sit_calloc(report->n_faces, sizeof *in_group);
    if (in_group == NULL)
        return sit_error_nomem(err);
    for (size_t j = 0; j < n; j++) {
        in_group[faces[j]] = true;
        figure.n_random += report->faces[faces[j]].random;
    }
    struct sit_prevalence_data all = gather_faces(e, NULL, report->n_faces,
                                                  class_index);
    suppose_endless(e, &all);
    enum sit_status status = sit_prevalence_compare(&all, in_group, &difference, err);
    free(in_group);
    if (status != SIT_OK)
        return status;
    figure.n = n;
    figure.count = NAN; /* nothing is counted: it is between two shares */
    figure.method = e->data->counted ? "counted; interval and p as of a sample" : "";
    figure.estimate = difference.difference;
    figure.low = difference.low;
    figure.high = difference.high;
    figure.p = difference.p;
    *out = figure;
    return SIT_OK;
}

/* The year for a trend: a decade without a year counts as its middle. */
static float year_of(const struct sit_report_source *source)
{
    if (source->year != 0)
        return (float)source->year;
    return source->decade != 0 ? (float)source->decade + 4.5f : NAN;
}

enum sit_status report_trend(struct report_estimator *e, sit_class_index class_index,
                             struct sit_report_trend *out, struct sit_error *err)
{
    const struct sit_report *report = e->data->report;
    struct sit_prevalence_trend trend;
    struct sit_prevalence_data all = gather_faces(e, NULL, report->n_faces,
                                                  class_index);
    for (size_t i = 0; i < report->n_faces; i++)
        e->year[i] = year_of(&report->sources[report->faces[i].source]);
    suppose_endless(e, &all);
    enum sit_status status = sit_prevalence_trend(&all, NULL, e->year, &trend, err);
    if (status != SIT_OK)
        return status;
    *out = (struct sit_report_trend){
        .known = trend.method != SIT_PREVALENCE_NONE,
        .slope = trend.slope,
        .low = trend.low,
        .high = trend.high,
        .p = trend.p,
        .x_mean = trend.mean_year,
        .y_mean = trend.at_mean,
        .method = e->data->counted ? "counted; interval and p as of a sample"
                                   : sit_prevalence_method_name(trend.method)};
    return SIT_OK;
}

/* Benjamini and Hochberg over the rows that were tested. */
enum sit_status report_adjust(struct sit_report_table *table, size_t column,
                              struct sit_error *err)
{
    double *q = sit_malloc_array(table->n_rows, sizeof *q);
    if (q == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < table->n_rows; i++)
        q[i] = table->rows[i].figures[column].p;
    enum sit_status status = sit_false_discovery(q, table->n_rows, q, err);
    for (size_t i = 0; status == SIT_OK && i < table->n_rows; i++) {
        struct sit_figure *figure = &table->rows[i].figures[column];
        figure->q = q[i];
        figure->survives = isfinite(q[i]) && q[i] <= SIGNIFICANT;
    }
    free(q);
    return status;
}
