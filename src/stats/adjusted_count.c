/*
 * The confusion-matrix correction of a share, with an interval through its linear form:
 * the mistakes of the classifier, over what it tells apart.
 */
#include <math.h>
#include <stdlib.h>

#include "sampled.h"
#include "share.h"
#include "sitter/alloc.h"
#include "sitter/prevalence.h"
#include "student.h"

/* Each class has a mean prediction fitted to it: a unit of a small class weighs much.
 */
static void set_leverage(const struct sampled *s, double ones, double *h)
{
    double n = (double)s->n_labelled;
    for (size_t i = 0; i < s->n_labelled; i++) {
        double a = sit_sampled_unit(s->data, s->labelled[i]).a;
        h[i] = a * a / ones + (1 - a) * (1 - a) / (n - ones);
    }
}

static void adjust(const struct sampled *s, double *e, double *h,
                   struct sit_adjusted_count *out)
{
    double n = (double)s->n_labelled, ones = 0, f_ones = 0, f_zeros = 0, f_all = 0;
    *out = (struct sit_adjusted_count){.estimate = NAN,
                                       .low = NAN,
                                       .high = NAN,
                                       .se = NAN,
                                       .n = s->n,
                                       .n_labelled = s->n_labelled};
    for (size_t i = 0; i < s->n; i++)
        f_all += sit_sampled_unit(s->data, s->row[i]).f;
    for (size_t i = 0; i < s->n_labelled; i++) {
        struct unit u = sit_sampled_unit(s->data, s->labelled[i]);
        ones += u.a;
        f_ones += u.a * u.f;
        f_zeros += (1 - u.a) * u.f;
    }
    out->predicted = s->n > 0 ? f_all / (double)s->n : NAN;
    out->tpr = ones > 0 ? f_ones / ones : NAN;
    out->fpr = ones < n ? f_zeros / (n - ones) : NAN;
    double tells_apart = out->tpr - out->fpr;
    if (!(tells_apart > 0))
        return;
    double p = fmax(0, fmin(1, (out->predicted - out->fpr) / tells_apart));
    for (size_t i = 0; i < s->n_labelled; i++) {
        struct unit u = sit_sampled_unit(s->data, s->labelled[i]);
        e[i] = (u.f - out->fpr - tells_apart * u.a) / tells_apart;
    }
    double pulled = sit_share_pulled(p, n);
    set_leverage(s, ones, h);
    double variance = 0;
    if (s->n_labelled < s->n)
        variance = sit_share_variance(s, e, h,
                                      pulled * (1 - pulled) * (1 - s->fraction) / n,
                                      fmin(ones, n - ones));
    struct sit_interval interval = sit_share_interval(
        p, variance, ones / n, n, sit_student_95(sit_sampled_df(s, 2)));
    out->estimate = p;
    out->low = interval.low;
    out->high = interval.high;
    out->se = isfinite(variance) ? sqrt(variance) : NAN;
}

enum sit_status sit_prevalence_adjusted(const struct sit_prevalence_data *data,
                                        const bool *in_group,
                                        struct sit_adjusted_count *out,
                                        struct sit_error *err)
{
    struct sampled s;
    double *e = NULL;
    if (data->f_num == NULL || data->f_den != NULL || data->y_den != NULL ||
        data->is_mean)
        return sit_error_set(err, SIT_E_ARG,
                             "adjusted count: takes a share of all units (f_num, no "
                             "den, not a mean)");
    enum sit_status status = sit_sampled_init(&s, data, in_group, err);
    if (status != SIT_OK)
        goto done;
    e = sit_malloc_array(s.n_labelled, 2 * sizeof *e);
    if (e == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    adjust(&s, e, e + s.n_labelled, out);
done:
    free(e);
    sit_sampled_release(&s);
    return status;
}
