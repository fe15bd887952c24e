/*
 * Training the logistic head: C by cross-validation where it is not given, then the fit
 * on all rows. How both are done is logistic_cv.c's and logistic_fit.c's.
 */
#include "logistic.h"

#include <stdlib.h>

#include "logistic_cv.h"
#include "logistic_fit.h"
#include "sitter/alloc.h"
#include "standardise.h"

/* A fit from zero makes about so many factors. */
enum { FIT_FACTORS = 5 };

enum sit_status logistic_train(const struct sit_dataset *data, const double *x,
                               const struct sit_head_options *options,
                               const struct sit_progress *progress, double *w,
                               struct sit_head_report *report, struct sit_error *err)
{
    struct logistic_matrix matrix;
    struct sit_head_report found = {.c = options->c};
    size_t n_factors = options->c == 0 ? LOGISTIC_CV_FACTORS : FIT_FACTORS;
    enum sit_status status = logistic_matrix_init(&matrix, x, data->n, data->d,
                                                  n_factors, err);
    if (status != SIT_OK)
        return status;
    if (options->c == 0) {
        status = logistic_cross_validate(data, x, &matrix, options->balanced, progress,
                                         &found.c, found.cv, err);
        found.n_cv = SIT_HEAD_N_CV_C;
    }
    struct fit_result result;
    struct fit_watch watch = {.progress = progress};
    if (status == SIT_OK)
        status = logistic_fit(data, x, &matrix, found.c, options->balanced, &watch, w,
                              &result, err);
    if (status == SIT_OK) {
        found.objective = result.objective;
        found.n_iterations = result.n_iterations;
        found.converged = result.converged;
        *report = found;
    }
    logistic_matrix_release(&matrix);
    return status;
}

enum sit_status logistic_choose_c(const struct sit_dataset *data,
                                  const struct sit_head_options *options,
                                  const struct sit_progress *progress, double *c,
                                  struct sit_error *err)
{
    struct sit_head_cv_point points[SIT_HEAD_N_CV_C];
    struct logistic_matrix matrix = {0};
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
    status = logistic_matrix_init(&matrix, x, data->n, data->d, LOGISTIC_CV_FACTORS,
                                  err);
    if (status == SIT_OK)
        status = logistic_cross_validate(data, x, &matrix, options->balanced, progress,
                                         c, points, err);
done:
    logistic_matrix_release(&matrix);
    free(scaling);
    free(x);
    return status;
}
