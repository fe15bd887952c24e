/*
 * A straight line through a share over the years. Both normal equations are corrected
 * by the labels as a single share is (predictions of all units, plus what the labels
 * say of their error), so the line is that of the labels, drawn with less noise.
 */
#include <math.h>
#include <stdlib.h>

#include "sampled.h"
#include "share.h"
#include "sitter/alloc.h"
#include "sitter/prevalence.h"
#include "student.h"

/* Weighted sums of the normal equations: x is in decades from the mean year. */
struct normal {
    double w, wx, wxx, y, xy;
};

struct line {
    double intercept, slope;
    /* The inverse of the normal equations, [i0 c0; c0 c1]; in the slope a unit's weight
     * is c0 + c1 x. */
    double i0, c0, c1;
};

struct fit {
    const struct sampled *s;
    const float *year;
    double mean_year;
    double *e, *h; /* (n_labelled) residuals, leverage */
    struct normal all, labels,
        sample;          /* predictions; labels; predictions of labelled */
    struct normal mixed; /* labels, else predictions */
};

static double decades(const struct fit *fit, size_t row)
{
    return ((double)fit->year[row] - fit->mean_year) / 10;
}

static void add(struct normal *sums, double num, double den, double x)
{
    sums->w += den;
    sums->wx += den * x;
    sums->wxx += den * x * x;
    sums->y += num;
    sums->xy += num * x;
}

static struct normal plus(struct normal a, double factor, struct normal b)
{
    return (struct normal){a.w + factor * b.w, a.wx + factor * b.wx,
                           a.wxx + factor * b.wxx, a.y + factor * b.y,
                           a.xy + factor * b.xy};
}

static void sum_up(struct fit *fit)
{
    const struct sampled *s = fit->s;
    for (size_t i = 0; i < s->n; i++)
        fit->mean_year += (double)fit->year[s->row[i]] / (double)s->n;
    for (size_t i = 0; i < s->n; i++) {
        struct unit u = sit_sampled_unit(s->data, s->row[i]);
        double x = decades(fit, s->row[i]);
        add(&fit->all, u.f, u.g, x);
        if (isnan(u.a)) {
            add(&fit->mixed, u.f, u.g, x);
            continue;
        }
        add(&fit->mixed, u.a, u.b, x);
        add(&fit->labels, u.a, u.b, x);
        add(&fit->sample, u.f, u.g, x);
    }
}

static bool solve(struct normal m, struct line *out)
{
    double determinant = m.w * m.wxx - m.wx * m.wx;
    if (!(determinant > 1e-12 * m.w * m.wxx))
        return false;
    *out = (struct line){.intercept = (m.wxx * m.y - m.wx * m.xy) / determinant,
                         .slope = (m.w * m.xy - m.wx * m.y) / determinant,
                         .i0 = m.wxx / determinant,
                         .c0 = -m.wx / determinant,
                         .c1 = m.w / determinant};
    return true;
}

/* The line for a weight of the predictions; its sums are means over units. */
static bool solve_for(const struct fit *fit, double lambda, struct line *out)
{
    double n = (double)fit->s->n_labelled, all = (double)fit->s->n;
    struct normal m = plus((struct normal){0}, 1 / n, fit->labels);
    m = plus(m, lambda / all, fit->all);
    return solve(plus(m, -lambda / n, fit->sample), out);
}

/* What a labelled unit adds to the slope by its label (u) and by its prediction (v). */
static void influence(const struct fit *fit, const struct line *line, size_t i,
                      double *u, double *v)
{
    size_t row = fit->s->labelled[i];
    struct unit x = sit_sampled_unit(fit->s->data, row);
    double at = decades(fit, row), share = line->intercept + line->slope * at;
    double weight = line->c0 + line->c1 * at;
    *u = weight * (x.a - share * x.b);
    *v = weight * (x.f - share * x.g);
}

static double tuned_lambda(const struct fit *fit, const struct line *line)
{
    size_t n = fit->s->n_labelled;
    double u, v, u_mean = 0, v_mean = 0, uv = 0, vv = 0;
    for (size_t i = 0; i < n; i++) {
        influence(fit, line, i, &u, &v);
        u_mean += u / (double)n;
        v_mean += v / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        influence(fit, line, i, &u, &v);
        uv += (u - u_mean) * (v - v_mean);
        vv += (v - v_mean) * (v - v_mean);
    }
    return vv > 0 ? fmax(0, fmin(1, uv / vv)) : 0;
}

/* Residuals and leverage of the labelled; returns the mean square of a unit's weight
 * times its denominator. */
static double set_residuals(struct fit *fit, const struct line *line, double lambda)
{
    const struct sampled *s = fit->s;
    double u, v, square = 0, n = (double)s->n_labelled;
    for (size_t i = 0; i < s->n_labelled; i++) {
        influence(fit, line, i, &u, &v);
        fit->e[i] = v;
    }
    sit_sampled_leverage(s, fit->e, fit->h);
    for (size_t i = 0; i < s->n_labelled; i++) {
        double b = sit_sampled_unit(s->data, s->labelled[i]).b;
        double x = decades(fit, s->labelled[i]), weight = line->c0 + line->c1 * x;
        influence(fit, line, i, &u, &v);
        fit->e[i] = u - lambda * v;
        /* 1 / n is in it already for the level; the line has two parameters. */
        fit->h[i] += (b * (line->i0 + 2 * line->c0 * x + line->c1 * x * x) - 1) / n;
        square += weight * weight * b / n;
    }
    return square;
}

/* Variance of the slope by chance. */
static double chance(struct fit *fit, const struct line *line)
{
    double v;
    for (size_t i = 0; i < fit->s->n_labelled; i++)
        influence(fit, line, i, &fit->e[i], &v);
    return sit_sampled_chance(fit->s, fit->e);
}

/* Fills in lambda, slope and what the residuals say of it. False: no line. */
static bool fit_labels(struct fit *fit, struct sit_prevalence_trend *out)
{
    const struct sampled *s = fit->s;
    struct line line;
    size_t n_fitted = s->data->f_num != NULL ? 3 : 2;
    if (!solve_for(fit, 0, &line))
        return false;
    for (int round = 0; round < 3 && s->data->f_num != NULL; round++) {
        out->lambda = tuned_lambda(fit, &line);
        if (!solve_for(fit, out->lambda, &line))
            return false;
    }
    double prior = set_residuals(fit, &line, out->lambda);
    double n = (double)s->n_labelled, y = fit->labels.y;
    double pulled = sit_share_pulled(y / fit->labels.w, (double)s->n_informative);
    prior *= pulled * (1 - pulled) * (1 - s->fraction) / n;
    double variance = s->data->is_mean ? sit_sampled_variance(s, fit->e, fit->h)
                                       : sit_share_variance(s, fit->e, fit->h, prior,
                                                            fmin(y, fit->labels.w - y));
    double df = sit_sampled_df(s, n_fitted), t_95 = sit_student_95(df);
    out->slope = line.slope;
    out->at_mean = line.intercept;
    if (!isfinite(variance))
        return true;
    out->se = sqrt(variance);
    out->low = line.slope - t_95 * out->se;
    out->high = line.slope + t_95 * out->se;
    out->p = sit_student_two_sided(line.slope / sqrt(variance + chance(fit, &line)),
                                   df);
    return true;
}

static void fit_trend(struct fit *fit, struct sit_prevalence_trend *out)
{
    const struct sampled *s = fit->s;
    bool has_predictions = s->data->f_num != NULL;
    bool is_all = s->n_labelled == s->n && !s->data->is_endless;
    struct line line;
    *out = (struct sit_prevalence_trend){.slope = NAN,
                                         .low = NAN,
                                         .high = NAN,
                                         .se = NAN,
                                         .p = NAN,
                                         .mean_year = NAN,
                                         .at_mean = NAN,
                                         .n = s->n,
                                         .n_labelled = s->n_labelled,
                                         .n_clusters = s->n_clusters,
                                         .n_labelled_clusters = s->n_labelled_clusters};
    if (s->n == 0)
        return;
    sum_up(fit);
    out->mean_year = fit->mean_year;
    out->is_few = !is_all && s->n_informative < SIT_PREVALENCE_FEW;
    if (!is_all && !(out->is_few && has_predictions) && s->n_labelled > 0 &&
        fit_labels(fit, out)) {
        out->method = has_predictions ? SIT_PREVALENCE_PPI : SIT_PREVALENCE_LABELS;
        return;
    }
    out->lambda = 0;
    if ((!is_all && !has_predictions) || !solve(fit->mixed, &line))
        return;
    out->method = is_all ? SIT_PREVALENCE_COUNTED : SIT_PREVALENCE_MODEL;
    out->slope = line.slope;
    out->at_mean = line.intercept;
    out->lambda = is_all ? 0 : 1;
    out->is_few = !is_all;
    if (is_all) {
        /* The inverse belongs to sums; residuals are averaged. */
        line.c0 *= (double)s->n;
        line.c1 *= (double)s->n;
        out->low = out->high = line.slope;
        out->se = 0;
        out->p = sit_student_two_sided(line.slope / sqrt(chance(fit, &line)),
                                       sit_sampled_df(s, 2));
    }
}

enum sit_status sit_prevalence_trend(const struct sit_prevalence_data *data,
                                     const bool *in_group, const float *year,
                                     struct sit_prevalence_trend *out,
                                     struct sit_error *err)
{
    struct sampled s = {0};
    struct fit fit = {.s = &s, .year = year};
    enum sit_status status = SIT_OK;
    bool *dated = sit_calloc(data->n, sizeof *dated);
    if (dated == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    for (size_t i = 0; i < data->n; i++) {
        dated[i] = !isnan(year[i]) && (in_group == NULL || in_group[i]);
        if (isinf(year[i])) {
            status = sit_error_set(err, SIT_E_ARG,
                                   "trend: year of unit %zu is not finite", i);
            goto done;
        }
    }
    status = sit_sampled_init(&s, data, dated, err);
    if (status != SIT_OK)
        goto done;
    fit.e = sit_malloc_array(s.n_labelled, 2 * sizeof *fit.e);
    if (fit.e == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    fit.h = fit.e + s.n_labelled;
    fit_trend(&fit, out);
done:
    free(fit.e);
    free(dated);
    sit_sampled_release(&s);
    return status;
}
