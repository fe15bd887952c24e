/*
 * The multilayer perceptron's passes. Rows come scaled; epochs, batches and the choice
 * of settings are mlp_train.c's.
 */
#include "mlp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/matrix.h"
#include "softmax.h"

static const double clip = 1e-7;

size_t mlp_n_params(const struct mlp_shape *shape)
{
    size_t total = 0;
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t n;
        if (shape->sizes[l] == SIZE_MAX ||
            !sit_mul_size(shape->sizes[l] + 1, shape->sizes[l + 1], &n) ||
            n > SIZE_MAX - total)
            return SIZE_MAX;
        total += n;
    }
    return total;
}

enum sit_status mlp_workspace_init(struct mlp_workspace *ws,
                                   const struct mlp_shape *shape, size_t max_rows,
                                   bool for_training, struct sit_error *err)
{
    *ws = (struct mlp_workspace){.max_rows = max_rows};
    size_t width = 0, n;
    for (size_t l = 0; l < shape->n_layers; l++)
        width += shape->sizes[l + 1];
    if (!sit_mul_size(width, max_rows, &n))
        return sit_error_nomem(err);
    ws->memory = sit_calloc(n, (for_training ? 3 : 1) * sizeof *ws->memory);
    if (ws->memory == NULL)
        return sit_error_nomem(err);
    float *at = ws->memory;
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t n_layer = max_rows * shape->sizes[l + 1];
        ws->outputs[l] = at, at += n_layer;
        if (for_training) {
            ws->deltas[l] = at, at += n_layer;
            ws->masks[l] = at, at += n_layer;
        }
    }
    return SIT_OK;
}

void mlp_workspace_release(struct mlp_workspace *ws)
{
    free(ws->memory);
    *ws = (struct mlp_workspace){0};
}

void mlp_init_params(const struct mlp_shape *shape, struct sit_rng *rng, float *params)
{
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t n_in = shape->sizes[l], n_out = shape->sizes[l + 1];
        double limit = sqrt(6 / ((double)n_in + (double)n_out));
        for (size_t i = 0; i < n_in * n_out; i++)
            *params++ = (float)sit_rng_range(rng, -limit, limit);
        for (size_t j = 0; j < n_out; j++)
            *params++ = 0;
    }
}

/* out (n) = ReLU(out), times mask where there is dropout. */
static void activate(float *out, size_t n, struct sit_rng *rng, double rate,
                     float *mask)
{
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] > 0 ? out[i] : 0;
    if (mask == NULL)
        return;
    float keep = rng != NULL ? (float)(1 / (1 - rate)) : 1;
    for (size_t i = 0; i < n; i++) {
        mask[i] = rng != NULL && sit_rng_uniform(rng) < rate ? 0 : keep;
        out[i] *= mask[i];
    }
}

enum sit_status mlp_forward(const struct mlp_shape *shape, const float *params,
                            const float *x, size_t n, struct sit_rng *rng, double rate,
                            struct mlp_workspace *ws, struct sit_error *err)
{
    const float *in = x;
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t n_in = shape->sizes[l], n_out = shape->sizes[l + 1];
        const float *biases = params + n_in * n_out;
        float *out = ws->outputs[l];
        for (size_t i = 0; i < n; i++)
            memcpy(out + i * n_out, biases, n_out * sizeof *out);
        enum sit_status status = sit_matrix_sgemm(false, false, n, n_out, n_in, 1, in,
                                                  params, 1, out, err);
        if (status != SIT_OK)
            return status;
        if (l + 1 < shape->n_layers)
            activate(out, n * n_out, rng, rate, ws->masks[l]);
        params = biases + n_out;
        in = out;
    }
    return SIT_OK;
}

/* Probabilities p (n_classes) of one row's scores z: one score for two classes. */
static void row_probabilities(const float *z, size_t n_outputs, double *p)
{
    if (n_outputs == 1) {
        p[0] = 1 / (1 + exp((double)z[0]));
        p[1] = 1 / (1 + exp(-(double)z[0]));
        return;
    }
    for (size_t k = 0; k < n_outputs; k++)
        p[k] = (double)z[k];
    softmax_normalise(p, n_outputs);
}

void mlp_probabilities(const struct mlp_shape *shape, size_t n,
                       const struct mlp_workspace *ws, float *p)
{
    size_t n_outputs = shape->sizes[shape->n_layers];
    size_t n_classes = n_outputs == 1 ? 2 : n_outputs;
    const float *z = ws->outputs[shape->n_layers - 1];
    for (size_t i = 0; i < n; i++) {
        double row[SIT_HEAD_MAX_CLASSES];
        row_probabilities(z + i * n_outputs, n_outputs, row);
        for (size_t k = 0; k < n_classes; k++)
            p[i * n_classes + k] = (float)row[k];
    }
}

/* Mean loss, and its derivatives in the scores (n, n_outputs). */
static double output_delta(const float *z, const uint8_t *y, size_t n, size_t n_outputs,
                           float *delta)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double p[SIT_HEAD_MAX_CLASSES];
        row_probabilities(z + i * n_outputs, n_outputs, p);
        double given = p[y[i]];
        double clipped = given < clip ? clip : given > 1 - clip ? 1 - clip : given;
        sum -= log(clipped); /* not finite where the scores are not */
        bool inside = given >= clip && given <= 1 - clip;
        for (size_t k = 0; k < n_outputs; k++) {
            size_t of_class = n_outputs == 1 ? 1 : k;
            double target = y[i] == of_class ? 1 : 0;
            delta[i * n_outputs + k] = inside
                                           ? (float)((p[of_class] - target) / (double)n)
                                           : 0;
        }
    }
    return sum / (double)n;
}

enum sit_status mlp_backward(const struct mlp_shape *shape, const float *params,
                             const float *x, const uint8_t *y, size_t n,
                             struct mlp_workspace *ws, double *loss, float *gradient,
                             struct sit_error *err)
{
    size_t last = shape->n_layers - 1, offset = mlp_n_params(shape);
    *loss = output_delta(ws->outputs[last], y, n, shape->sizes[last + 1],
                         ws->deltas[last]);
    for (size_t l = shape->n_layers; l-- > 0;) {
        size_t n_in = shape->sizes[l], n_out = shape->sizes[l + 1];
        offset -= (n_in + 1) * n_out;
        const float *in = l == 0 ? x : ws->outputs[l - 1];
        const float *delta = ws->deltas[l];
        enum sit_status status = sit_matrix_sgemm(true, false, n_in, n_out, n, 1, in,
                                                  delta, 0, gradient + offset, err);
        if (status != SIT_OK)
            return status;
        float *biases = gradient + offset + n_in * n_out;
        memset(biases, 0, n_out * sizeof *biases);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n_out; j++)
                biases[j] += delta[i * n_out + j];
        if (l == 0)
            break;
        status = sit_matrix_sgemm(false, true, n, n_in, n_out, 1, delta,
                                  params + offset, 0, ws->deltas[l - 1], err);
        if (status != SIT_OK)
            return status;
        /* An output above 0 passed both ReLU and dropout. */
        for (size_t i = 0; i < n * n_in; i++)
            ws->deltas[l - 1][i] *= in[i] > 0 ? ws->masks[l - 1][i] : 0;
    }
    return SIT_OK;
}
