/*
 * The multi-class logistic objective and its gradient; lbfgs.c does the minimising.
 */
#include "softmax.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lbfgs.h"
#include "sitter/alloc.h"
#include "sitter/matrix.h"

enum { MAX_STEPS = 20000 };

struct evaluation {
    const struct softmax_problem *problem;
    double *z; /* (n, n_classes) */
};

size_t softmax_dim(const struct softmax_problem *p)
{
    return p->n_classes * (p->d + 1);
}

double softmax_normalise(double *z, size_t n_classes)
{
    double max = z[0], sum = 0;
    for (size_t k = 1; k < n_classes; k++)
        max = fmax(max, z[k]);
    for (size_t k = 0; k < n_classes; k++) {
        z[k] = exp(z[k] - max);
        sum += z[k];
    }
    for (size_t k = 0; k < n_classes; k++)
        z[k] /= sum;
    return max + log(sum);
}

enum sit_status softmax_scores(const struct softmax_problem *p, const double *theta,
                               double *z, struct sit_error *err)
{
    const double *intercepts = theta + p->n_classes * p->d;
    for (size_t i = 0; i < p->n; i++)
        memcpy(z + i * p->n_classes, intercepts, p->n_classes * sizeof *z);
    return sit_matrix_dgemm(false, true, p->n, p->n_classes, p->d, 1, p->x, theta, 1, z,
                            err);
}

static enum sit_status evaluate(void *context, const double *theta, double *objective,
                                double *gradient, struct sit_error *err)
{
    struct evaluation *ev = context;
    const struct softmax_problem *p = ev->problem;
    size_t n_classes = p->n_classes, n_weights = n_classes * p->d;
    enum sit_status status = softmax_scores(p, theta, ev->z, err);
    if (status != SIT_OK)
        return status;
    double *intercepts = gradient + n_weights;
    memset(intercepts, 0, n_classes * sizeof *intercepts);
    double sum = 0;
    for (size_t i = 0; i < p->n; i++) {
        /* From here on the row of z holds the derivatives of its loss. */
        double *row = ev->z + i * n_classes;
        if (p->s[i] <= 0) {
            memset(row, 0, n_classes * sizeof *row);
            continue;
        }
        double given = row[p->y[i]];
        sum += p->s[i] * (softmax_normalise(row, n_classes) - given);
        row[p->y[i]] -= 1;
        for (size_t k = 0; k < n_classes; k++) {
            row[k] *= p->s[i];
            intercepts[k] += row[k];
        }
    }
    double norm = 0;
    for (size_t j = 0; j < n_weights; j++) {
        norm += theta[j] * theta[j];
        gradient[j] = theta[j];
    }
    *objective = sum + norm / (2 * p->c);
    return sit_matrix_dgemm(true, false, n_classes, p->d, p->n, 1, ev->z, p->x,
                            1 / p->c, gradient, err);
}

enum sit_status softmax_fit(const struct softmax_problem *p,
                            const struct fit_watch *watch, double *theta,
                            struct fit_result *result, struct sit_error *err)
{
    size_t n_theta = softmax_dim(p), n_scores;
    struct evaluation ev = {.problem = p};
    double *zeros = NULL, *gradient = NULL;
    enum sit_status status = SIT_OK;
    if (sit_mul_size(p->n, p->n_classes, &n_scores))
        ev.z = sit_malloc_array(n_scores, sizeof *ev.z);
    zeros = sit_calloc(n_theta, sizeof *zeros);
    gradient = sit_malloc_array(n_theta, sizeof *gradient);
    if (ev.z == NULL || zeros == NULL || gradient == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    double objective;
    status = evaluate(&ev, zeros, &objective, gradient, err);
    if (status != SIT_OK)
        goto done;
    double scale = 1;
    for (size_t j = 0; j < n_theta; j++)
        scale = fmax(scale, fabs(gradient[j]));
    status = lbfgs_minimise(evaluate, &ev, n_theta, p->tolerance * scale, MAX_STEPS,
                            watch, theta, result, err);
done:
    free(ev.z);
    free(zeros);
    free(gradient);
    return status;
}
