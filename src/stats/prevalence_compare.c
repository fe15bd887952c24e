/*
 * A group beside its collection: the group against the rest, each estimated by itself.
 */
#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/prevalence.h"
#include "student.h"

static bool is_usable(const struct sit_prevalence *x)
{
    return x->method == SIT_PREVALENCE_COUNTED || (!x->is_few && !isnan(x->se));
}

/* What labels leave open, and chance. */
static double variance(const struct sit_prevalence *x)
{
    return x->se * x->se + x->chance_se * x->chance_se;
}

static double df(const struct sit_prevalence *x)
{
    return isnan(x->df) ? fmax(1, (double)x->n_labelled_clusters - 1) : x->df;
}

/* Welch and Satterthwaite. */
static double p_value(const struct sit_prevalence *x, const struct sit_prevalence *y)
{
    double vx = variance(x), vy = variance(y), sum = vx + vy;
    double over = (vx > 0 ? vx * vx / df(x) : 0) + (vy > 0 ? vy * vy / df(y) : 0);
    if (!(sum > 0) || !isfinite(sum))
        return NAN;
    return sit_student_two_sided((x->estimate - y->estimate) / sqrt(sum),
                                 sum * sum / over);
}

/* The part of the denominator outside the group. */
static double rest_part(const struct sit_prevalence_data *data, const bool *in_group)
{
    double group = 0, rest = 0;
    for (size_t i = 0; i < data->n; i++) {
        double y_den = data->y_den != NULL ? (double)data->y_den[i] : 1;
        double f_den = data->f_den != NULL ? (double)data->f_den[i] : 1;
        double den = !isnan(y_den) ? y_den : data->f_num != NULL ? f_den : 0;
        *(in_group[i] ? &group : &rest) += den;
    }
    return rest / (group + rest);
}

static void compare(const struct sit_prevalence *group,
                    const struct sit_prevalence *rest, double part,
                    struct sit_prevalence_difference *out)
{
    *out = (struct sit_prevalence_difference){NAN, NAN, NAN, NAN, NAN};
    if (!is_usable(group) || !is_usable(rest))
        return;
    double difference = group->estimate - rest->estimate;
    double se = hypot(group->se, rest->se);
    /* Square-and-add, so that the bounds are as lopsided as those of the two. */
    double down = hypot(group->estimate - group->low, rest->high - rest->estimate);
    double up = hypot(group->high - group->estimate, rest->estimate - rest->low);
    out->difference = part * difference;
    out->low = part * (difference - down);
    out->high = part * (difference + up);
    out->se = part * se;
    out->p = p_value(group, rest);
}

enum sit_status sit_prevalence_compare(const struct sit_prevalence_data *data,
                                       const bool *in_group,
                                       struct sit_prevalence_difference *out,
                                       struct sit_error *err)
{
    struct sit_prevalence all, group, rest;
    bool *outside = sit_calloc(data->n, sizeof *outside);
    if (outside == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < data->n; i++)
        outside[i] = in_group != NULL && !in_group[i];
    enum sit_status status = sit_prevalence_estimate(data, NULL, NULL, &all, err);
    if (status == SIT_OK)
        status = sit_prevalence_estimate(data, in_group, &all, &group, err);
    if (status == SIT_OK)
        status = sit_prevalence_estimate(data, outside, &all, &rest, err);
    if (status == SIT_OK)
        compare(&group, &rest, in_group == NULL ? 0 : rest_part(data, in_group), out);
    free(outside);
    return status;
}
