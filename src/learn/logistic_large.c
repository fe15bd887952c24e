/*
 * The fit: L-BFGS over walks of all rows, each step preconditioned by the Hessian of a
 * sample. Ten to twenty walks reach the optimum, where the exact Hessian would take the
 * time of some hundred and L-BFGS alone needs as many steps.
 */
#include "logistic_large.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lbfgs.h"
#include "logistic_hessian.h"
#include "logistic_large_cv.h"
#include "sitter/alloc.h"

enum {
    ROWS_PER_FEATURE = 4, /* fewer rows are better solved otherwise */
    MAX_STEPS = 2000,
};

static const double tolerance = 1e-8;
/* In steps of the loss, what remains is then some 1e-7 of a probability. */
static const double decrement = 1e-13;

bool logistic_large_applies(const struct sit_dataset *data)
{
    size_t n_values;
    return sit_mul_size(data->n, data->d, &n_values) &&
           n_values >= LOGISTIC_LARGE_VALUES && data->n / ROWS_PER_FEATURE >= data->d;
}

static bool set_target(const struct sit_dataset *data, bool balanced,
                       struct logistic_target *target)
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0}, n = 0;
    for (size_t i = 0; i < data->n; i++)
        if (row_takes_part(&target->mask, i)) {
            counts[data->y[i]]++;
            n++;
        }
    target->n_classes = 0;
    for (size_t k = 0; k < data->n_classes; k++)
        if (counts[k] > 0)
            target->number[k] = (uint8_t)target->n_classes++;
    for (size_t k = 0; k < data->n_classes; k++) {
        double share = (double)n / ((double)target->n_classes * (double)counts[k]);
        target->class_weight[k] = counts[k] == 0 ? 0 : balanced ? share : 1;
    }
    return target->n_classes > 1;
}

/* Sampling errors and building cost balance there, found by measurement. */
static size_t sample_size(const struct sit_dataset *data)
{
    size_t size = 2 * data->d + (size_t)(20 * sqrt((double)data->n));
    return size < data->n ? size : data->n;
}

enum sit_status large_fit_init(struct large_fit *fit, const struct sit_dataset *data,
                               const struct sit_row_source *source,
                               struct sit_pool *pool, struct row_mask mask,
                               bool balanced, struct sit_error *err)
{
    size_t d = data->d, n_scaling;
    *fit = (struct large_fit){.data = data};
    fit->target.mask = mask;
    if (!set_target(data, balanced, &fit->target))
        return SIT_OK; /* nothing to fit */
    if (sit_mul_size(data->n_classes + 2, d, &n_scaling))
        fit->scaling = sit_malloc_array(n_scaling, sizeof *fit->scaling);
    if (fit->scaling == NULL)
        return sit_error_nomem(err);
    fit->moments.mean = fit->scaling;
    fit->moments.deviation = fit->scaling + d;
    fit->moments.class_sums = fit->scaling + 2 * d;
    fit->target.mean = fit->moments.mean;
    fit->target.deviation = fit->moments.deviation;
    enum sit_status status = row_walk_init(&fit->walk, data, source, pool, err);
    if (status == SIT_OK)
        status = logistic_hessian_init(&fit->hessian, data, &fit->target,
                                       sample_size(data), pool, err);
    if (status == SIT_OK)
        status = logistic_loss_init(&fit->loss, &fit->walk, &fit->target, err);
    struct row_choice choice = {fit->hessian.rows, fit->hessian.n, fit->hessian.x};
    if (status == SIT_OK)
        status = column_moments_find(&fit->walk, &fit->target.mask, &fit->moments,
                                     &choice, err);
    if (status != SIT_OK)
        large_fit_release(fit);
    return status;
}

void large_fit_release(struct large_fit *fit)
{
    free(fit->scaling);
    logistic_loss_release(&fit->loss);
    logistic_hessian_release(&fit->hessian);
    row_walk_release(&fit->walk);
    *fit = (struct large_fit){0};
}

static enum sit_status evaluate(void *context, const double *w, double *objective,
                                double *gradient, struct sit_error *err)
{
    struct large_fit *fit = context;
    return logistic_loss_evaluate(&fit->loss, w, objective, gradient, err);
}

static enum sit_status precondition(void *context, size_t step, const double *w,
                                    double *direction, struct sit_error *err)
{
    struct large_fit *fit = context;
    enum sit_status status = SIT_OK;
    /* The start is far away, and later on the second derivatives hardly change: one
     * renewal pays, more of them only where the way is long. */
    if (step == fit->next_build) {
        fit->next_build = step == 0 ? 3 : 4 * step;
        status = logistic_hessian_build(&fit->hessian, w, err);
    }
    if (status == SIT_OK)
        status = logistic_hessian_solve(&fit->hessian, direction, err);
    return status;
}

enum sit_status large_fit_run(struct large_fit *fit, double c,
                              const struct fit_watch *watch, double *w,
                              struct fit_result *result, struct sit_error *err)
{
    size_t n_outputs = logistic_target_n_outputs(&fit->target);
    double scale = logistic_gradient_at_zero(&fit->target, fit->data->d, &fit->moments,
                                             fit->data->n_classes);
    fit->target.c = c;
    fit->next_build = 0;
    struct lbfgs_task task = {.fn = evaluate,
                              .precondition = precondition,
                              .context = fit,
                              .n = n_outputs * (fit->data->d + 1),
                              .threshold = tolerance * fmax(1, scale),
                              .decrement = decrement,
                              .max_steps = MAX_STEPS};
    return lbfgs_run(&task, watch, w, result, err);
}

enum sit_status logistic_large_train(const struct sit_dataset *data,
                                     const struct sit_row_source *source,
                                     const struct sit_head_options *options,
                                     const struct sit_progress *progress, double *mean,
                                     double *deviation, double *w,
                                     struct sit_head_report *report,
                                     struct sit_error *err)
{
    struct sit_pool *pool = NULL;
    struct large_fit fit = {0};
    struct fit_watch watch = {.progress = progress};
    struct fit_result result;
    struct sit_head_report found = {.c = options->c};
    size_t d = data->d;
    enum sit_status status = sit_pool_new(options->n_threads, &pool, err);
    if (status == SIT_OK)
        status = large_fit_init(&fit, data, source, pool, (struct row_mask){0},
                                options->balanced, err);
    if (status == SIT_OK && options->c == 0)
        status = logistic_large_choose_c(&fit.walk, options, progress, &found, err);
    size_t n_w = logistic_target_n_outputs(&fit.target) * (d + 1);
    if (status == SIT_OK)
        memset(w, 0, n_w * sizeof *w);
    if (status == SIT_OK)
        status = large_fit_run(&fit, found.c, &watch, w, &result, err);
    if (status == SIT_OK) {
        memcpy(mean, fit.moments.mean, d * sizeof *mean);
        memcpy(deviation, fit.moments.deviation, d * sizeof *deviation);
        found.objective = result.objective;
        found.n_iterations = result.n_iterations;
        found.converged = result.converged;
        *report = found;
    }
    large_fit_release(&fit);
    sit_pool_free(pool);
    return status;
}
