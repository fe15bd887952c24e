/*
 * The estimate of one figure: counted, from labels, corrected predictions, or
 * predictions alone, whichever the labels allow; with its interval. How the sample was
 * drawn and what a mean over it varies by is sampled.c's.
 */
#include "sitter/prevalence.h"

#include <math.h>
#include <stdlib.h>

#include "sampled.h"
#include "share.h"
#include "sitter/alloc.h"
#include "student.h"

struct sums {
    double a, b, f, g;
};

struct totals {
    struct sums all; /* over all units; a and b with predictions in place of labels */
    struct sums sample; /* over the labelled */
    struct sums count;  /* a and b as counted plainly */
};

const char *sit_prevalence_method_name(enum sit_prevalence_method method)
{
    static const char *const names[] = {
        [SIT_PREVALENCE_NONE] = "none",
        [SIT_PREVALENCE_COUNTED] = "counted",
        [SIT_PREVALENCE_LABELS] = "labels",
        [SIT_PREVALENCE_PPI] = "ppi",
        [SIT_PREVALENCE_PPI_POOLED] = "ppi, pooled lambda",
        [SIT_PREVALENCE_MODEL] = "model-based",
    };
    return (size_t)method < sizeof names / sizeof *names ? names[method] : "none";
}

static void add(struct sums *sums, struct unit u)
{
    sums->a += u.a;
    sums->b += u.b;
    sums->f += u.f;
    sums->g += u.g;
}

static struct totals total(const struct sampled *s)
{
    struct totals t = {0};
    const struct sit_prevalence_data *data = s->data;
    for (size_t i = 0; i < s->n; i++) {
        size_t row = s->row[i];
        struct unit u = sit_sampled_unit(data, row);
        if (!isnan(u.a)) {
            add(&t.sample, u);
        } else {
            u.a = data->f_num != NULL ? u.f : NAN;
            u.b = data->f_num != NULL ? u.g : NAN;
        }
        add(&t.all, u);
        if (data->count_num != NULL) {
            u.a = (double)data->count_num[row];
            u.b = data->count_den != NULL ? (double)data->count_den[row] : 1;
        }
        add(&t.count, u);
    }
    return t;
}

static double divide(double num, double den)
{
    return den > 0 ? num / den : NAN;
}

static double held(double p, bool is_mean)
{
    return is_mean ? p : fmax(0, fmin(1, p));
}

/* lambda mean_all(f) + mean_sample(a - lambda f), over the same of the denominators,
 * which goes to *den. */
static double ratio(const struct sampled *s, const struct totals *t, double lambda,
                    double *den)
{
    double all = (double)s->n, n = (double)s->n_labelled;
    double num = lambda * t->all.f / all + (t->sample.a - lambda * t->sample.f) / n;
    *den = lambda * t->all.g / all + (t->sample.b - lambda * t->sample.g) / n;
    return divide(num, *den);
}

/* Cov(u, v) / Var(v) over the sample, for u = a - r b and v = f - r g; in [0, 1]. */
static double tuned_lambda(const struct sampled *s, double r)
{
    double n = (double)s->n_labelled, u_mean = 0, v_mean = 0, uv = 0, vv = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < s->n_labelled; i++) {
            struct unit x = sit_sampled_unit(s->data, s->labelled[i]);
            double u = x.a - r * x.b, v = x.f - r * x.g;
            if (pass == 0) {
                u_mean += u / n;
                v_mean += v / n;
            } else {
                uv += (u - u_mean) * (v - v_mean);
                vv += (v - v_mean) * (v - v_mean);
            }
        }
    return vv > 0 ? fmax(0, fmin(1, uv / vv)) : 0;
}

/* Residuals of the linearised ratio, into e (n_labelled); returns their mean square. */
static double residuals(const struct sampled *s, double r, double den, double lambda,
                        double *e)
{
    double squares = 0;
    for (size_t i = 0; i < s->n_labelled; i++) {
        struct unit x = sit_sampled_unit(s->data, s->labelled[i]);
        e[i] = (x.a - r * x.b - lambda * (x.f - r * x.g)) / den;
        squares += e[i] * e[i];
    }
    return squares / (double)s->n_labelled;
}

static void set_predicted(const struct sampled *s, double r, double *v)
{
    for (size_t i = 0; i < s->n_labelled; i++) {
        struct unit x = sit_sampled_unit(s->data, s->labelled[i]);
        v[i] = x.f - r * x.g;
    }
}

/* How many times a sample of single units this one must be to tell as much, where every
 * label says the same, so that residuals cannot tell: as if a cluster were one unit. */
static double worst_design_effect(const struct sampled *s)
{
    double sum = 0, squares = 0, in_cluster = 0;
    for (size_t i = 0; i < s->n_labelled; i++) {
        in_cluster += sit_sampled_unit(s->data, s->labelled[i]).b;
        if (i + 1 < s->n_labelled && s->cluster[i + 1] == s->cluster[i])
            continue;
        sum += in_cluster;
        squares += in_cluster * in_cluster;
        in_cluster = 0;
    }
    double factor = s->fraction < 1 ? s->pair_factor / (1 - s->fraction) : 0;
    return 1 + fmax(0, squares / sum - 1) * factor;
}

/* What the labels say by themselves; returns the variance behind their interval. e
 * (2, n_labelled) is room. */
static double estimate_labels(const struct sampled *s, const struct totals *t,
                              double *e, struct sit_prevalence *out)
{
    bool is_mean = s->data->is_mean;
    double *h = e + s->n_labelled;
    double den, r = s->n_labelled > 0 ? ratio(s, t, 0, &den) : NAN;
    out->labels = r;
    out->labels_interval = is_mean ? (struct sit_interval){NAN, NAN}
                                   : (struct sit_interval){0, 1};
    if (isnan(r))
        return NAN;
    double squares = residuals(s, r, den, 0, e);
    out->chance_se = sqrt(sit_sampled_chance(s, e));
    sit_sampled_leverage(s, NULL, h);
    double variance = sit_sampled_variance(s, e, h), df = sit_sampled_df(s, 1);
    double t_95 = sit_student_95(df), half = t_95 * sqrt(variance);
    if (is_mean) {
        if (isfinite(variance))
            out->labels_interval = (struct sit_interval){r - half, r + half};
        return variance;
    }
    double single = (1 - s->fraction) * squares / (double)s->n_labelled;
    double effect = squares > 0 ? variance / single : worst_design_effect(s);
    if (!isfinite(effect))
        effect = worst_design_effect(s);
    bool is_clustered = s->pair_factor > 0;
    double trials = t->sample.b / fmax(1e-9, 1 - s->fraction) /
                    (is_clustered ? fmax(effect, 1) : 1);
    double pulled = sit_share_pulled(r, t->sample.b);
    variance = pulled * (1 - pulled) / trials;
    out->labels_interval = sit_share_interval(
        r, variance, r, t->sample.b, is_clustered ? t_95 : sit_student_95(1e9));
    return variance;
}

/* The interval of what is in out->estimate, with residuals and leverage in e. */
static void set_interval(const struct sampled *s, const struct totals *t,
                         const double *e, double prior, size_t n_fitted,
                         struct sit_prevalence *out)
{
    const double *h = e + s->n_labelled;
    double variance = s->data->is_mean
                          ? sit_sampled_variance(s, e, h)
                          : sit_share_variance(
                                s, e, h, prior,
                                fmin(t->sample.a, t->sample.b - t->sample.a));
    out->df = sit_sampled_df(s, n_fitted);
    double t_95 = sit_student_95(out->df);
    struct sit_interval held_in = {out->estimate - t_95 * sqrt(variance),
                                   out->estimate + t_95 * sqrt(variance)};
    if (!s->data->is_mean)
        held_in = sit_share_interval(out->estimate, variance, out->labels,
                                     (double)s->n_informative, t_95);
    if (!isfinite(held_in.low))
        held_in = (struct sit_interval){NAN, NAN};
    out->se = isfinite(variance) ? sqrt(variance) : NAN;
    out->low = held_in.low;
    out->high = held_in.high;
}

/* False where the denominator comes out empty. */
static bool estimate_ppi(const struct sampled *s, const struct totals *t,
                         const double *pooled_lambda, double prior, double *e,
                         struct sit_prevalence *out)
{
    double den, lambda = 0, r = out->labels;
    size_t n_fitted = 1;
    if (isnan(r))
        return false;
    if (s->data->f_num != NULL && pooled_lambda != NULL) {
        lambda = *pooled_lambda;
    } else if (s->data->f_num != NULL) {
        n_fitted = 2;
        /* lambda depends on the ratio a little, and the ratio on lambda. */
        for (int round = 0; round < 3 && !isnan(r); round++) {
            lambda = tuned_lambda(s, r);
            r = ratio(s, t, lambda, &den);
        }
    }
    r = ratio(s, t, lambda, &den);
    if (isnan(r))
        return false;
    out->estimate = r = held(r, s->data->is_mean);
    out->lambda = lambda;
    /* The leverage of lambda is its regressor's. */
    set_predicted(s, r, e);
    sit_sampled_leverage(s, n_fitted > 1 ? e : NULL, e + s->n_labelled);
    residuals(s, r, den, lambda, e);
    set_interval(s, t, e, prior, n_fitted, out);
    return true;
}

static void estimate_model(const struct totals *t, bool is_mean,
                           struct sit_prevalence *out)
{
    out->method = SIT_PREVALENCE_MODEL;
    out->is_few = true;
    out->lambda = 1;
    out->estimate = divide(t->all.a, t->all.b);
    if (isnan(out->estimate)) {
        out->method = SIT_PREVALENCE_NONE;
        out->lambda = 0;
        return;
    }
    out->estimate = held(out->estimate, is_mean);
    /* fmin() would take a bound that is not known for the estimate itself. */
    if (isnan(out->labels_interval.low))
        return;
    out->low = fmin(out->estimate, out->labels_interval.low);
    out->high = fmax(out->estimate, out->labels_interval.high);
}

static void estimate_counted(struct sit_prevalence *out)
{
    out->labels_interval = (struct sit_interval){out->labels, out->labels};
    out->method = isnan(out->labels) ? SIT_PREVALENCE_NONE : SIT_PREVALENCE_COUNTED;
    out->estimate = out->low = out->high = out->labels;
    out->se = isnan(out->labels) ? NAN : 0;
}

static void estimate(const struct sampled *s, const struct sit_prevalence *collection,
                     double *e, struct sit_prevalence *out)
{
    struct totals t = total(s);
    *out = (struct sit_prevalence){.estimate = NAN,
                                   .low = NAN,
                                   .high = NAN,
                                   .se = NAN,
                                   .df = NAN,
                                   .chance_se = NAN,
                                   .raw = divide(t.count.a, t.count.b),
                                   .labels = NAN,
                                   .variance_ratio = NAN,
                                   .labels_interval = {NAN, NAN},
                                   .n = s->n,
                                   .n_labelled = s->n_labelled,
                                   .n_clusters = s->n_clusters,
                                   .n_labelled_clusters = s->n_labelled_clusters};
    if (s->n == 0)
        return;
    double without = estimate_labels(s, &t, e, out), prior = without;
    if (s->n_labelled == s->n && !s->data->is_endless) {
        estimate_counted(out);
        return;
    }
    bool has_predictions = s->data->f_num != NULL;
    out->is_few = s->n_informative < SIT_PREVALENCE_FEW;
    if (has_predictions && out->is_few) {
        estimate_model(&t, s->data->is_mean, out);
        return;
    }
    bool has_collection = collection != NULL &&
                          (collection->method == SIT_PREVALENCE_PPI ||
                           collection->method == SIT_PREVALENCE_PPI_POOLED);
    bool is_pooled = has_collection && s->n_informative < SIT_PREVALENCE_OWN_LAMBDA;
    out->method = !has_predictions ? SIT_PREVALENCE_LABELS
                  : is_pooled      ? SIT_PREVALENCE_PPI_POOLED
                                   : SIT_PREVALENCE_PPI;
    /* What the predictions are worth in the collection, they are here: half believed
     * where the group has labels enough to say so itself, and less where few of them
     * are of the rarer answer. */
    if (has_collection && collection->variance_ratio < 1) {
        enum { ENOUGH = 10 };
        double rarer = fmin(t.sample.a, t.sample.b - t.sample.a);
        double belief = is_pooled ? 1 : fmin(1, rarer / ENOUGH) / 2;
        prior *= 1 - belief * (1 - collection->variance_ratio);
    }
    if (!estimate_ppi(s, &t, is_pooled ? &collection->lambda : NULL, prior, e, out)) {
        out->method = SIT_PREVALENCE_NONE;
        return;
    }
    out->variance_ratio = divide(out->se * out->se, without);
    if (!has_predictions) {
        out->low = out->labels_interval.low;
        out->high = out->labels_interval.high;
    }
}

enum sit_status sit_prevalence_estimate(const struct sit_prevalence_data *data,
                                        const bool *in_group,
                                        const struct sit_prevalence *collection,
                                        struct sit_prevalence *out,
                                        struct sit_error *err)
{
    struct sampled s;
    double *e = NULL;
    enum sit_status status = sit_sampled_init(&s, data, in_group, err);
    if (status != SIT_OK)
        goto done;
    e = sit_malloc_array(s.n_labelled, 2 * sizeof *e);
    if (e == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    estimate(&s, collection, e, out);
done:
    free(e);
    sit_sampled_release(&s);
    return status;
}
