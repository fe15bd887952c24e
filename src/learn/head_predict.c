/*
 * From rows to probabilities: blocks of rows through the head's scores, on the caller's
 * thread or on a pool's. The scores are the kind's.
 */
#include <math.h>
#include <stdatomic.h>

#include "head_internal.h"
#include "mlp_predict.h"
#include "softmax.h"
#include "standardise.h"

enum {
    PREDICTION_ROWS = MLP_CHUNK_ROWS,
    TASK_ROWS = 43 * PREDICTION_ROWS, /* of a pool's task */
};

void head_probabilities(const struct sit_head *head, double *z, float *p)
{
    size_t n_outputs = head_n_outputs(head->n_classes);
    for (size_t k = 0; k < n_outputs; k++)
        z[k] /= head->temperature;
    if (n_outputs == 1) {
        double e = exp(-fabs(z[0])), larger = 1 / (1 + e), smaller = e / (1 + e);
        p[0] = (float)(z[0] > 0 ? smaller : larger);
        p[1] = (float)(z[0] > 0 ? larger : smaller);
        return;
    }
    softmax_normalise(z, n_outputs);
    for (size_t k = 0; k < n_outputs; k++)
        p[k] = (float)z[k];
}

static bool all_finite(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* A block of at most PREDICTION_ROWS rows, counted from `first` in errors. Rows are
 * looked at for bad features before their scores or, where those would show them, only
 * if they do: looking costs as much as scoring. */
static enum sit_status predict_block(const struct sit_head *head, const float *x,
                                     size_t first, size_t n, float *p,
                                     struct sit_error *err)
{
    double z[PREDICTION_ROWS * SIT_HEAD_MAX_CLASSES];
    size_t n_outputs = head_n_outputs(head->n_classes), row, column;
    bool shows = head->ops->scores_show_bad_features;
    if (!shows && !standardise_find_bad(x, n, head->d, &row, &column))
        return standardise_bad("features", first + row, column, err);
    enum sit_status status = head->ops->scores(head, x, n, z, err);
    if (status != SIT_OK)
        return status;
    if (shows && !all_finite(z, n * n_outputs) &&
        !standardise_find_bad(x, n, head->d, &row, &column))
        return standardise_bad("features", first + row, column, err);
    for (size_t i = 0; i < n; i++) {
        float *out = p + i * head->n_classes;
        head_probabilities(head, z + i * n_outputs, out);
        for (size_t k = 0; k < head->n_classes; k++)
            if (!isfinite(out[k]))
                return sit_error_set(err, SIT_E_NUMERIC,
                                     "the head gives no finite probability for row %zu "
                                     "(counted from 0)",
                                     first + i);
    }
    return SIT_OK;
}

static enum sit_status predict_rows(const struct sit_head *head, const float *x,
                                    size_t first, size_t end, float *p,
                                    struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    while (status == SIT_OK && first < end) {
        size_t n = end - first < PREDICTION_ROWS ? end - first : PREDICTION_ROWS;
        status = predict_block(head, x + first * head->d, first, n,
                               p + first * head->n_classes, err);
        first += n;
    }
    return status;
}

static enum sit_status check_dim(const struct sit_head *head, size_t d,
                                 struct sit_error *err)
{
    if (d == head->d)
        return SIT_OK;
    return sit_error_set(err, SIT_E_ARG,
                         "the features have %zu columns, the head was trained on %zu",
                         d, head->d);
}

enum sit_status sit_head_predict(const struct sit_head *head, const float *x, size_t n,
                                 size_t d, float *p, struct sit_error *err)
{
    enum sit_status status = check_dim(head, d, err);
    return status == SIT_OK ? predict_rows(head, x, 0, n, p, err) : status;
}

struct prediction {
    const struct sit_head *head;
    const float *x;
    size_t n;
    float *p;
    atomic_bool failed;
};

static void predict_task(void *context, size_t task, size_t worker)
{
    struct prediction *prediction = context;
    size_t first = task * TASK_ROWS, left = prediction->n - first;
    (void)worker;
    if (predict_rows(prediction->head, prediction->x, first,
                     first + (left < TASK_ROWS ? left : TASK_ROWS), prediction->p,
                     NULL) != SIT_OK)
        atomic_store(&prediction->failed, true);
}

enum sit_status sit_head_predict_on(const struct sit_head *head, struct sit_pool *pool,
                                    const float *x, size_t n, size_t d, float *p,
                                    struct sit_error *err)
{
    struct prediction prediction = {.head = head, .x = x, .n = n, .p = p};
    enum sit_status status = check_dim(head, d, err);
    if (status != SIT_OK)
        return status;
    sit_pool_run(pool, predict_task, &prediction, (n + TASK_ROWS - 1) / TASK_ROWS);
    /* Once more in order: the error is that of the first bad row. */
    if (atomic_load(&prediction.failed))
        return predict_rows(head, x, 0, n, p, err);
    return SIT_OK;
}
