/*
 * One walk for scores, losses and gradient: a block's features are still in the cache
 * when its residuals are known.
 */
#include "logistic_loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "softmax.h"

double logistic_residual(double *z, size_t n_outputs, uint8_t y)
{
    if (n_outputs == 1) {
        double score = z[0], e = exp(-fabs(score));
        double p = score >= 0 ? 1 / (1 + e) : e / (1 + e);
        z[0] = y != 0 ? p - 1 : p;
        return fmax(y != 0 ? -score : score, 0) + log1p(e);
    }
    double given = z[y];
    double loss = softmax_normalise(z, n_outputs) - given;
    z[y] -= 1;
    return loss;
}

enum sit_status logistic_loss_init(struct logistic_loss *loss, struct row_walk *walk,
                                   const struct logistic_target *target,
                                   struct sit_error *err)
{
    size_t d = walk->data->d, n_outputs = logistic_target_n_outputs(target);
    size_t n_scratch = sit_pool_n_threads(walk->pool) * ROW_WALK_MAX_BLOCK * n_outputs;
    *loss = (struct logistic_loss){.walk = walk,
                                   .target = target,
                                   .kernels = row_kernels_best(),
                                   .sum_stride = 1 + n_outputs * (1 + row_padded(d))};
    loss->sums = sit_malloc_array(ROW_WALK_N_SHARES,
                                  loss->sum_stride * sizeof *loss->sums);
    loss->scratch = sit_malloc_array(n_scratch, sizeof *loss->scratch);
    if (loss->sums != NULL && loss->scratch != NULL &&
        folded_weights_init(&loss->folded, n_outputs, d))
        return SIT_OK;
    logistic_loss_release(loss);
    return sit_error_nomem(err);
}

void logistic_loss_release(struct logistic_loss *loss)
{
    free(loss->sums);
    free(loss->scratch);
    folded_weights_release(&loss->folded);
    *loss = (struct logistic_loss){0};
}

static void add_block(void *context, size_t share, size_t worker, size_t first,
                      size_t n, const float *x)
{
    const struct logistic_loss *loss = context;
    const struct logistic_target *target = loss->target;
    const uint8_t *y = loss->walk->data->y + first;
    size_t n_outputs = logistic_target_n_outputs(target), d = loss->walk->data->d;
    double *z = loss->scratch + worker * ROW_WALK_MAX_BLOCK * n_outputs;
    double *sums = loss->sums + share * loss->sum_stride, block_loss = 0;
    loss->kernels->scores(x, n, d, loss->folded.v, loss->folded.bias, n_outputs, z);
    for (size_t i = 0; i < n; i++) {
        double *row = z + i * n_outputs;
        if (!row_takes_part(&target->mask, first + i)) {
            memset(row, 0, n_outputs * sizeof *row);
            continue;
        }
        double weight = target->class_weight[y[i]];
        block_loss += weight * logistic_residual(row, n_outputs, target->number[y[i]]);
        for (size_t k = 0; k < n_outputs; k++) {
            row[k] *= weight;
            sums[1 + k] += row[k];
        }
    }
    sums[0] += block_loss;
    loss->kernels->add_gradient(x, n, d, z, n_outputs, sums + 1 + n_outputs);
}

enum sit_status logistic_loss_evaluate(struct logistic_loss *loss, const double *w,
                                       double *objective, double *gradient,
                                       struct sit_error *err)
{
    const struct logistic_target *target = loss->target;
    size_t d = loss->walk->data->d, padded = row_padded(d);
    size_t n_outputs = logistic_target_n_outputs(target);
    folded_weights_set(&loss->folded, n_outputs, d, w, target->mean, target->deviation);
    memset(loss->sums, 0, ROW_WALK_N_SHARES * loss->sum_stride * sizeof *loss->sums);
    enum sit_status status = row_walk_run(loss->walk, add_block, loss, err);
    if (status != SIT_OK)
        return status;
    double *total = loss->sums;
    for (size_t s = 1; s < ROW_WALK_N_SHARES; s++)
        for (size_t i = 0; i < loss->sum_stride; i++)
            total[i] += loss->sums[s * loss->sum_stride + i];
    double norm = 0;
    for (size_t k = 0; k < n_outputs; k++) {
        const double *raw = total + 1 + n_outputs + k * padded;
        const double *from = w + k * (d + 1);
        double *to = gradient + k * (d + 1), residual = total[1 + k];
        for (size_t j = 0; j < d; j++) {
            norm += from[j] * from[j];
            to[j] = (raw[j] - target->mean[j] * residual) / target->deviation[j] +
                    from[j] / target->c;
        }
        to[d] = residual;
    }
    *objective = total[0] + norm / (2 * target->c);
    return SIT_OK;
}

double logistic_gradient_at_zero(const struct logistic_target *target, size_t d,
                                 const struct column_moments *moments,
                                 size_t n_all_classes)
{
    double largest = 0, share = 1 / (double)target->n_classes;
    for (size_t k = 0; k < n_all_classes; k++)
        for (size_t j = 0; j <= d; j++) {
            double sum = 0, own = 0;
            for (size_t l = 0; l < n_all_classes; l++) {
                double value = target->class_weight[l] *
                               (j < d ? moments->class_sums[l * d + j] /
                                            moments->deviation[j]
                                      : (double)moments->class_counts[l]);
                sum += value;
                own += l == k ? value : 0;
            }
            largest = fmax(largest, fabs(share * sum - own));
        }
    return largest;
}
