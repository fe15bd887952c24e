/*
 * Training the logistic head: cross-validation over C, then the fit on all rows. The
 * fits themselves are logistic_fit.c's, the folds folds.c's.
 */
#include "logistic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "logistic_fit.h"
#include "sitter/alloc.h"
#include "standardise.h"

enum { N_CV_FOLDS = 5 };

static const double fit_tolerance = 1e-8;
/* Fold fits only have to rank values of C: their losses differ in the third digit. */
static const double cv_tolerance = 1e-6;

/* What cross-validation keeps between fits. */
struct cv {
    const struct logistic_data *data;
    const struct sit_head_options *options;
    uint32_t *fold; /* (n) */
    struct logistic_subset subset;
    double *thetas; /* (N_CV_FOLDS, theta_size): each fold starts from its last C */
    double *p;      /* (n, n_classes) */
    size_t theta_size;
};

static void release_cv(struct cv *cv)
{
    free(cv->fold);
    free(cv->thetas);
    free(cv->p);
    logistic_subset_release(&cv->subset);
}

static enum sit_status prepare_cv(struct cv *cv, const struct logistic_data *data,
                                  const struct sit_head_options *options,
                                  struct sit_error *err)
{
    const struct sit_dataset *rows = data->rows;
    *cv = (struct cv){.data = data, .options = options};
    cv->theta_size = logistic_theta_size(data);
    size_t n_p, theta_bytes;
    if (!sit_mul_size(rows->n, rows->n_classes, &n_p) ||
        !sit_mul_size(cv->theta_size, sizeof *cv->thetas, &theta_bytes))
        return sit_error_nomem(err);
    cv->fold = sit_malloc_array(rows->n, sizeof *cv->fold);
    cv->thetas = sit_calloc(N_CV_FOLDS, theta_bytes);
    cv->p = sit_malloc_array(n_p, sizeof *cv->p);
    if (cv->fold == NULL || cv->thetas == NULL || cv->p == NULL)
        return sit_error_nomem(err);
    enum sit_status status = logistic_subset_init(&cv->subset, rows->n, err);
    if (status == SIT_OK)
        status = sit_folds_assign(rows->y, rows->group, rows->n, rows->n_classes,
                                  N_CV_FOLDS, cv->fold, err);
    if (status != SIT_OK)
        sit_error_prefix(err, "cannot choose C by cross-validation");
    return status;
}

/* Mean loss of the held-out rows whose class the fit has seen; the others would cost
 * the same whatever C is. NAN where there are none. */
static double held_out_loss(const struct cv *cv, uint32_t held_out)
{
    const struct sit_dataset *rows = cv->data->rows;
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (cv->fold[i] != held_out || !cv->subset.present[rows->y[i]])
            continue;
        double p = cv->p[i * cv->subset.n_classes + cv->subset.y[i]];
        sum -= log(fmin(fmax(p, 1e-15), 1 - 1e-15));
        n++;
    }
    return n > 0 ? sum / (double)n : NAN;
}

static enum sit_status try_fold(struct cv *cv, double c, uint32_t held_out,
                                const struct fit_watch *watch, double *loss,
                                struct sit_error *err)
{
    double *theta = cv->thetas + held_out * cv->theta_size;
    logistic_subset_select(&cv->subset, cv->data->rows, cv->fold, held_out,
                           cv->options->balanced);
    *loss = NAN;
    if (cv->subset.n_classes < 2)
        return SIT_OK; /* one class is left: nothing to learn about C */
    struct fit_result result;
    enum sit_status status = logistic_fit(cv->data, &cv->subset, c, cv_tolerance, watch,
                                          theta, &result, err);
    if (status == SIT_OK)
        status = logistic_probabilities(cv->data, &cv->subset, theta, cv->p, err);
    if (status == SIT_OK)
        *loss = held_out_loss(cv, held_out);
    return status;
}

/* Mean and standard error over the folds that told something. */
static enum sit_status summarise(const double *losses, double c,
                                 struct sit_head_cv_point *out, struct sit_error *err)
{
    double sum = 0, squares = 0;
    size_t n = 0;
    for (size_t f = 0; f < N_CV_FOLDS; f++)
        if (isfinite(losses[f])) {
            sum += losses[f];
            n++;
        }
    if (n < 2)
        return sit_error_set(err, SIT_E_ARG,
                             "cannot choose C by cross-validation: the classes come "
                             "from too few sources");
    double mean = sum / (double)n;
    for (size_t f = 0; f < N_CV_FOLDS; f++)
        if (isfinite(losses[f]))
            squares += (losses[f] - mean) * (losses[f] - mean);
    *out = (struct sit_head_cv_point){.c = c,
                                      .mean_log_loss = mean,
                                      .se_log_loss = sqrt(squares / (double)(n - 1)) /
                                                     sqrt((double)n)};
    return SIT_OK;
}

/* The smallest C whose mean is within one standard error of the best. */
static double simplest(const struct sit_head_cv_point *points, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (points[i].mean_log_loss < points[best].mean_log_loss)
            best = i;
    double limit = points[best].mean_log_loss + points[best].se_log_loss;
    for (size_t i = 0; i < best; i++)
        if (points[i].mean_log_loss <= limit)
            return points[i].c;
    return points[best].c;
}

static enum sit_status cross_validate(const struct logistic_data *data,
                                      const struct sit_head_options *options,
                                      const struct sit_progress *progress, double *c,
                                      struct sit_head_cv_point *points,
                                      struct sit_error *err)
{
    struct cv cv;
    enum sit_status status = prepare_cv(&cv, data, options, err);
    for (size_t i = 0; status == SIT_OK && i < SIT_HEAD_N_CV_C; i++) {
        double tried = pow(10, -4 + 8 * (double)i / (SIT_HEAD_N_CV_C - 1));
        double losses[N_CV_FOLDS];
        struct fit_watch watch = {.progress = progress,
                                  .total = SIT_HEAD_N_CV_C * N_CV_FOLDS};
        for (uint32_t f = 0; status == SIT_OK && f < N_CV_FOLDS; f++) {
            watch.done = i * N_CV_FOLDS + f;
            status = try_fold(&cv, tried, f, &watch, &losses[f], err);
        }
        if (status == SIT_OK)
            status = summarise(losses, tried, &points[i], err);
        if (status != SIT_OK)
            break;
        char text[80];
        snprintf(text, sizeof text, "C %.3g, log-loss %.3f", tried,
                 points[i].mean_log_loss);
        if (!sit_progress_report(progress, (i + 1) * N_CV_FOLDS, watch.total, text))
            status = sit_error_set(err, SIT_E_CANCELLED, "training was cancelled");
    }
    if (status == SIT_OK)
        *c = simplest(points, SIT_HEAD_N_CV_C);
    release_cv(&cv);
    return status;
}

static enum sit_status fit_all(const struct logistic_data *data, double c,
                               bool balanced, const struct sit_progress *progress,
                               double *w, struct fit_result *result,
                               struct sit_error *err)
{
    struct logistic_subset subset;
    struct fit_watch watch = {.progress = progress};
    enum sit_status status = logistic_subset_init(&subset, data->rows->n, err);
    if (status != SIT_OK)
        return status;
    double *theta = sit_calloc(logistic_theta_size(data), sizeof *theta);
    if (theta == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    logistic_subset_select(&subset, data->rows, NULL, 0, balanced);
    status = logistic_fit(data, &subset, c, fit_tolerance, &watch, theta, result, err);
    if (status == SIT_OK)
        status = logistic_weights(data, &subset, theta, w, err);
done:
    free(theta);
    logistic_subset_release(&subset);
    return status;
}

enum sit_status logistic_train(const struct sit_dataset *data, const double *x,
                               const struct sit_head_options *options,
                               const struct sit_progress *progress, double *w,
                               struct sit_head_report *report, struct sit_error *err)
{
    struct logistic_data fit_data;
    struct sit_head_report found = {.c = options->c};
    enum sit_status status = logistic_data_init(&fit_data, data, x, err);
    if (status != SIT_OK)
        return status;
    if (options->c == 0) {
        status = cross_validate(&fit_data, options, progress, &found.c, found.cv, err);
        found.n_cv = SIT_HEAD_N_CV_C;
    }
    struct fit_result result;
    if (status == SIT_OK)
        status = fit_all(&fit_data, found.c, options->balanced, progress, w, &result,
                         err);
    if (status == SIT_OK) {
        found.objective = result.objective;
        found.n_iterations = result.n_iterations;
        found.converged = result.converged;
        *report = found;
    }
    logistic_data_release(&fit_data);
    return status;
}

enum sit_status logistic_choose_c(const struct sit_dataset *data,
                                  const struct sit_head_options *options,
                                  const struct sit_progress *progress, double *c,
                                  struct sit_error *err)
{
    struct sit_head_cv_point points[SIT_HEAD_N_CV_C];
    struct logistic_data fit_data = {0};
    size_t n_x;
    double *scaling = sit_malloc_array(data->d, 2 * sizeof *scaling);
    double *x = NULL;
    enum sit_status status = SIT_OK;
    if (sit_mul_size(data->n, data->d, &n_x))
        x = sit_malloc_array(n_x, sizeof *x);
    if (scaling == NULL || x == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    standardise_fit(data->x, data->n, data->d, scaling, scaling + data->d);
    standardise_apply(data->x, data->n, data->d, scaling, scaling + data->d, x);
    status = logistic_data_init(&fit_data, data, x, err);
    if (status == SIT_OK)
        status = cross_validate(&fit_data, options, progress, c, points, err);
done:
    logistic_data_release(&fit_data);
    free(scaling);
    free(x);
    return status;
}
