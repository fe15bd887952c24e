/*
 * The logistic losses: values, first derivatives, second derivatives times a vector.
 */
#include <math.h>
#include <string.h>

#include "newton_parts.h"

/* log(1 + exp(-t)) without overflow. */
static double softplus_of_minus(double t)
{
    return log1p(exp(-fabs(t))) + (t > 0 ? 0 : -t);
}

/* log(sum(exp)) over the outputs of row i at z + t dz. */
static double log_sum_exp(const struct newton_problem *p, const double *z,
                          const double *dz, double t, size_t i)
{
    double max = -INFINITY, sum = 0;
    for (size_t k = 0; k < p->n_outputs; k++)
        max = fmax(max, z[k * p->n + i] + t * dz[k * p->n + i]);
    for (size_t k = 0; k < p->n_outputs; k++)
        sum += exp(z[k * p->n + i] + t * dz[k * p->n + i] - max);
    return max + log(sum);
}

double newton_loss_along(const struct newton_problem *p, const double *z,
                         const double *dz, double t)
{
    double sum = 0;
    if (p->n_outputs == 1) {
        for (size_t i = 0; i < p->n; i++) {
            double score = z[i] + t * dz[i];
            sum += p->s[i] * softplus_of_minus(p->y[i] ? score : -score);
        }
        return sum;
    }
    for (size_t i = 0; i < p->n; i++) {
        size_t given = p->y[i] * p->n + i;
        sum += p->s[i] * (log_sum_exp(p, z, dz, t, i) - z[given] - t * dz[given]);
    }
    return sum;
}

double newton_loss_total(const struct newton_problem *p, const double *z)
{
    return newton_loss_along(p, z, z, 0);
}

static void derive_binary(const struct newton_problem *p, const double *z,
                          struct newton_loss *loss)
{
    for (size_t i = 0; i < p->n; i++) {
        double e = exp(-fabs(z[i]));
        double p_small = e / (1 + e); /* of the less likely class */
        double wrong = (z[i] > 0) == (p->y[i] != 0) ? p_small : 1 - p_small;
        loss->g[i] = p->s[i] * (p->y[i] ? -wrong : wrong);
        loss->p[i] = p->s[i] * p_small * (1 - p_small);
    }
}

void newton_loss_derive(const struct newton_problem *p, const double *z,
                        struct newton_loss *loss)
{
    if (p->n_outputs == 1) {
        derive_binary(p, z, loss);
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        double total = log_sum_exp(p, z, z, 0, i), others = 0;
        for (size_t k = 0; k < p->n_outputs; k++) {
            double share = exp(z[k * p->n + i] - total);
            loss->p[k * p->n + i] = share;
            loss->g[k * p->n + i] = p->s[i] * share;
            if (k != p->y[i])
                others += share;
        }
        /* Not p - 1, which loses all digits where p is nearly 1. */
        loss->g[p->y[i] * p->n + i] = -p->s[i] * others;
    }
}

void newton_loss_curve(const struct newton_problem *p, const struct newton_loss *loss,
                       const double *v, double *t)
{
    if (p->n_outputs == 1) {
        for (size_t i = 0; i < p->n; i++)
            t[i] = loss->p[i] * v[i];
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        double mean = 0;
        for (size_t k = 0; k < p->n_outputs; k++)
            mean += loss->p[k * p->n + i] * v[k * p->n + i];
        for (size_t k = 0; k < p->n_outputs; k++)
            t[k * p->n + i] = p->s[i] * loss->p[k * p->n + i] *
                              (v[k * p->n + i] - mean);
    }
}
