/*
 * Posters by who is on them: a unit is a poster, what is predicted of it follows from
 * the probabilities of its faces, and only a poster labelled whole says what it is.
 */
#include <math.h>

#include "report_figure.h"

bool report_compose(const struct report_data *data, size_t source,
                    struct report_composition *out)
{
    const struct sit_report *report = data->report;
    const struct sit_report_source *s = &report->sources[source];
    size_t n_counted = 0;
    *out = (struct report_composition){REPORT_NOBODY, SIT_NO_CLASS};
    for (uint32_t j = 0; j < s->n_faces; j++) {
        sit_class_index k =
            report->faces[report->by_source[s->first_face + j]].class_index;
        n_counted += k != SIT_NO_CLASS;
        if (!report_is_person(data, k))
            continue;
        if (out->kind == REPORT_NOBODY)
            *out = (struct report_composition){REPORT_ONLY, k};
        else if (out->class_index != k)
            *out = (struct report_composition){REPORT_MIXED, SIT_NO_CLASS};
    }
    return n_counted > 0;
}

/* A poster whose faces all are labelled at random; among posters of a split that is
 * labelled only in part, those that happen to be complete are the small ones. */
static bool labelled_whole(const struct report_data *data,
                           const struct sit_report_source *source)
{
    const struct sit_report *report = data->report;
    for (uint32_t j = 0; j < source->n_faces; j++) {
        const struct sit_report_face *face =
            &report->faces[report->by_source[source->first_face + j]];
        if (face->label == SIT_NO_CLASS || !data->split_whole[face->split])
            return false;
    }
    return data->counted || data->by_source;
}

/* What the faces of a poster say, faces taken as independent. */
struct outlook {
    double people; /* expected number */
    double of_class[SIT_PROJECT_MAX_CLASSES];
    double only[SIT_PROJECT_MAX_CLASSES]; /* probability that all people are of it */
    double nobody;
};

static void look_at(const struct report_estimator *e,
                    const struct sit_report_source *source, struct outlook *out)
{
    const struct report_data *data = e->data;
    double all[SIT_PROJECT_MAX_CLASSES]; /* each of the class or no person */
    *out = (struct outlook){.nobody = 1};
    for (size_t k = 0; k < data->n_trained; k++)
        all[k] = 1;
    for (uint32_t j = 0; j < source->n_faces; j++) {
        const float *p = report_face_p(data,
                                       data->report->by_source[source->first_face + j]);
        if (p == NULL)
            p = e->mean_p;
        double people = 0;
        for (size_t k = 0; k < data->n_trained; k++)
            people += (double)p[data->trained[k]];
        people = fmin(people, 1);
        for (size_t k = 0; k < data->n_trained; k++) {
            double of_class = (double)p[data->trained[k]];
            out->of_class[k] += of_class;
            all[k] *= fmin(1 - people + of_class, 1);
        }
        out->people += people;
        out->nobody *= 1 - people;
    }
    for (size_t k = 0; k < data->n_trained; k++)
        out->only[k] = fmax(all[k] - out->nobody, 0);
}

static double mixed_of(const struct report_data *data, const struct outlook *outlook)
{
    double rest = 1 - outlook->nobody;
    for (size_t k = 0; k < data->n_trained; k++)
        rest -= outlook->only[k];
    return fmin(fmax(rest, 0), 1);
}

static double chance_of(const struct report_data *data, const struct outlook *outlook,
                        const struct report_composition *composition)
{
    if (composition->kind == REPORT_NOBODY)
        return outlook->nobody;
    if (composition->kind == REPORT_MIXED)
        return mixed_of(data, outlook);
    for (size_t k = 0; k < data->n_trained; k++)
        if (data->trained[k] == composition->class_index)
            return fmin(outlook->only[k], 1);
    return 0;
}

static bool is_as(const struct report_composition *a,
                  const struct report_composition *b)
{
    return a->kind == b->kind && a->class_index == b->class_index;
}

/* Labels or a prediction behind what a poster is counted as. */
static void count_poster(const struct report_data *data,
                         const struct sit_report_source *source,
                         struct sit_figure *figure)
{
    bool labelled = true;
    for (uint32_t j = 0; j < source->n_faces; j++)
        labelled = labelled &&
                   data->report->faces[data->report->by_source[source->first_face + j]]
                           .label != SIT_NO_CLASS;
    figure->n++;
    figure->n_labelled += labelled;
    figure->n_predicted += !labelled;
}

static enum sit_status estimate(struct report_estimator *e, size_t n, bool with_den,
                                struct sit_figure *figure, struct sit_error *err)
{
    bool predicted = e->data->has_predictions;
    struct sit_prevalence_data data = {.n = n,
                                       .f_num = predicted ? e->f_num : NULL,
                                       .f_den = predicted && with_den ? e->f_den : NULL,
                                       .y_num = e->y_num,
                                       .y_den = with_den ? e->y_den : NULL};
    struct sit_prevalence result;
    enum sit_status status = sit_prevalence_estimate(&data, NULL, NULL, &result, err);
    if (status != SIT_OK)
        return status;
    report_take_estimate(&result, figure);
    return SIT_OK;
}

enum sit_status report_share_of_posters(struct report_estimator *e,
                                        const struct report_composition *composition,
                                        struct sit_figure *out, struct sit_error *err)
{
    const struct report_data *data = e->data;
    struct sit_figure figure = report_empty_share();
    size_t n = 0;
    for (size_t s = 0; s < data->report->n_sources; s++) {
        const struct sit_report_source *source = &data->report->sources[s];
        struct report_composition own;
        struct outlook outlook;
        if (source->n_faces == 0)
            continue;
        if (report_compose(data, s, &own)) {
            count_poster(data, source, &figure);
            figure.count += is_as(&own, composition);
        }
        e->y_num[n] = labelled_whole(data, source) ? is_as(&own, composition) : NAN;
        if (data->has_predictions) {
            look_at(e, source, &outlook);
            e->f_num[n] = (float)chance_of(data, &outlook, composition);
        }
        n++;
    }
    figure.raw = figure.n > 0 ? figure.count / (double)figure.n : (double)NAN;
    enum sit_status status = estimate(e, n, false, &figure, err);
    if (status == SIT_OK)
        *out = figure;
    return status;
}

/* People of the class, and all, on a poster by its labels or predictions. */
static void count_people(const struct report_data *data,
                         const struct sit_report_source *source,
                         sit_class_index class_index, struct sit_figure *figure)
{
    for (uint32_t j = 0; j < source->n_faces; j++) {
        const struct sit_report_face *face =
            &data->report->faces[data->report->by_source[source->first_face + j]];
        if (!report_is_person(data, face->class_index))
            continue;
        figure->n++;
        figure->n_labelled += face->label != SIT_NO_CLASS;
        figure->n_predicted += face->label == SIT_NO_CLASS;
        figure->count += face->class_index == class_index;
    }
}

enum sit_status report_share_within_mixed(struct report_estimator *e,
                                          sit_class_index class_index,
                                          struct sit_figure *out, struct sit_error *err)
{
    const struct report_data *data = e->data;
    struct sit_figure figure = report_empty_share();
    size_t n = 0, own_output = 0;
    for (size_t k = 0; k < data->n_trained; k++)
        if (data->trained[k] == class_index)
            own_output = k;
    for (size_t s = 0; s < data->report->n_sources; s++) {
        const struct sit_report_source *source = &data->report->sources[s];
        struct report_composition own;
        struct outlook outlook;
        if (source->n_faces == 0)
            continue;
        struct sit_figure people = report_empty_share();
        bool mixed = report_compose(data, s, &own) && own.kind == REPORT_MIXED;
        if (mixed) {
            count_people(data, source, class_index, &people);
            figure.n += people.n;
            figure.n_labelled += people.n_labelled;
            figure.n_predicted += people.n_predicted;
            figure.count += people.count;
        }
        bool whole = labelled_whole(data, source);
        e->y_num[n] = whole ? (mixed ? (float)people.count : 0) : NAN;
        e->y_den[n] = whole ? (mixed ? (float)people.n : 0) : NAN;
        if (data->has_predictions) {
            /* Those of the class on a poster that has no others are not on a mixed one.
             */
            look_at(e, source, &outlook);
            double den = outlook.people * mixed_of(data, &outlook);
            double num = outlook.of_class[own_output] -
                         outlook.people * outlook.only[own_output];
            e->f_den[n] = (float)den;
            e->f_num[n] = fminf((float)fmax(num, 0), e->f_den[n]);
        }
        n++;
    }
    figure.raw = figure.n > 0 ? figure.count / (double)figure.n : (double)NAN;
    enum sit_status status = estimate(e, n, true, &figure, err);
    if (status == SIT_OK)
        *out = figure;
    return status;
}
