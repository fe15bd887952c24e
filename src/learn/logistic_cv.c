/*
 * Cross-validation over C. Each fold gathers its part of the one matrix and follows the
 * path of C, every fit starting from the last one's solution and preconditioner. How a
 * fit is made is newton.c's, the division into folds folds.c's.
 */
#include "logistic_cv.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "head_internal.h"
#include "newton.h"
#include "sitter/alloc.h"
#include "sitter/matrix.h"
#include "sitter/pool.h"
#include "softmax.h"

enum { N_FOLDS = 5 };

/* Fold fits only have to rank values of C: relative to the objective. */
static const double cv_decrement = 1e-6;

struct cv {
    const struct sit_dataset *data;
    const double *x;
    const struct logistic_matrix *matrix;
    bool balanced;
    uint32_t *fold; /* (n) */
    double losses[N_FOLDS][SIT_HEAD_N_CV_C];
    enum sit_status status[N_FOLDS];
    struct sit_error error[N_FOLDS];

    pthread_mutex_t mutex; /* of what follows */
    const struct sit_progress *progress;
    char text[80]; /* of the fit that was done last; under the mutex, as n_done is */
    size_t n_done;
    bool cancelled;
};

/* One fold's share: rows to train on, rows held out. */
struct fold_rows {
    size_t n, n_held, dim;
    size_t n_classes; /* among the rows to train on; the others are numbered anew */
    uint8_t number[SIT_HEAD_MAX_CLASSES];
    bool present[SIT_HEAD_MAX_CLASSES];
    size_t *rows, *held; /* (n), (n_held) */
    float *matrix;       /* (n, dim) */
    float *held_matrix; /* (n_held, dim): their products with what the weights are of */
    uint8_t *y;         /* (n) numbered anew */
    double *s;          /* (n) */
    float *coef;        /* (n_classes, dim) */
    float *held_z;      /* (n_classes, n_held) */
};

static void fold_rows_release(struct fold_rows *part)
{
    free(part->rows);
    free(part->held);
    free(part->matrix);
    free(part->held_matrix);
    free(part->y);
    free(part->s);
    free(part->coef);
    free(part->held_z);
}

static void divide(const struct cv *cv, uint32_t held_out, struct fold_rows *part)
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0};
    for (size_t i = 0; i < cv->data->n; i++) {
        if (cv->fold[i] == held_out) {
            part->held[part->n_held++] = i;
        } else {
            part->rows[part->n++] = i;
            counts[cv->data->y[i]]++;
        }
    }
    for (size_t k = 0; k < SIT_HEAD_MAX_CLASSES; k++) {
        part->present[k] = counts[k] > 0;
        if (part->present[k])
            part->number[k] = (uint8_t)part->n_classes++;
    }
}

/* Rows of the matrix; in Gram space only the columns of rows to train on. */
static void gather(const struct cv *cv, const struct fold_rows *part,
                   const size_t *rows, size_t n_rows, float *to)
{
    size_t d = cv->data->d, n = cv->data->n;
    for (size_t i = 0; i < n_rows; i++, to += part->dim) {
        if (cv->matrix->in_gram) {
            const float *from = cv->matrix->values + rows[i] * n;
            for (size_t j = 0; j < part->n; j++)
                to[j] = from[part->rows[j]];
        } else {
            memcpy(to, cv->matrix->values + rows[i] * d, d * sizeof *to);
        }
    }
}

static enum sit_status fold_rows_init(const struct cv *cv, uint32_t held_out,
                                      struct fold_rows *part, struct sit_error *err)
{
    size_t n = cv->data->n;
    *part = (struct fold_rows){.rows = sit_malloc_array(n, sizeof *part->rows),
                               .held = sit_malloc_array(n, sizeof *part->held)};
    if (part->rows == NULL || part->held == NULL)
        return sit_error_nomem(err);
    divide(cv, held_out, part);
    part->dim = cv->matrix->in_gram ? part->n : cv->data->d;
    size_t row_bytes = part->dim * sizeof(float), k = part->n_classes;
    part->matrix = sit_malloc_array(part->n, row_bytes);
    part->held_matrix = sit_malloc_array(part->n_held, row_bytes);
    part->y = sit_calloc(part->n, sizeof *part->y);
    part->s = sit_calloc(part->n, sizeof *part->s);
    part->coef = sit_malloc_array(k, row_bytes);
    part->held_z = sit_malloc_array(part->n_held, k * sizeof *part->held_z);
    if (part->matrix == NULL || part->held_matrix == NULL || part->y == NULL ||
        part->s == NULL || part->coef == NULL || part->held_z == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < part->n; i++)
        part->y[i] = part->number[cv->data->y[part->rows[i]]];
    logistic_row_weights(part->y, part->n, cv->balanced, part->s);
    gather(cv, part, part->rows, part->n, part->matrix);
    gather(cv, part, part->held, part->n_held, part->held_matrix);
    return SIT_OK;
}

/* Mean loss of the held-out rows, whose scores are in held_z without intercepts b,
 * where the fit has seen their class; the others would cost the same whatever C is. NAN
 * where there are none. */
static double held_out_loss(const struct cv *cv, const struct fold_rows *part,
                            const double *b)
{
    size_t n_outputs = head_n_outputs(part->n_classes), n_seen = 0;
    double sum = 0;
    for (size_t i = 0; i < part->n_held; i++) {
        size_t given = cv->data->y[part->held[i]];
        if (!part->present[given])
            continue;
        double z[SIT_HEAD_MAX_CLASSES] = {0};
        for (size_t k = 0; k < n_outputs; k++)
            z[k] = (double)part->held_z[k * part->n_held + i] + b[k];
        if (n_outputs == 1) {
            z[1] = z[0];
            z[0] = 0;
        }
        softmax_normalise(z, part->n_classes);
        sum -= log(fmin(fmax(z[part->number[given]], 1e-15), 1 - 1e-15));
        n_seen++;
    }
    return n_seen > 0 ? sum / (double)n_seen : NAN;
}

static enum sit_status judge(const struct cv *cv, struct fold_rows *part,
                             struct newton *solver, double *loss, struct sit_error *err)
{
    size_t n_outputs = head_n_outputs(part->n_classes);
    const double *coef = newton_coefficients(solver);
    for (size_t j = 0; j < n_outputs * part->dim; j++)
        part->coef[j] = (float)coef[j];
    enum sit_status status = sit_matrix_sgemm(false, true, n_outputs, part->n_held,
                                              part->dim, 1, part->coef,
                                              part->held_matrix, 0, part->held_z, err);
    if (status == SIT_OK)
        *loss = held_out_loss(cv, part, newton_intercepts(solver));
    return status;
}

/* Where float is not enough: one fit from zero, in double. */
static enum sit_status judge_in_double(const struct cv *cv, struct fold_rows *part,
                                       double c, double *loss, struct sit_error *err)
{
    size_t d = cv->data->d, n_outputs = head_n_outputs(part->n_classes), n_x;
    struct logistic_matrix matrix = {0};
    struct fit_result result;
    struct fit_watch quiet = {.total = 1};
    double *x = NULL, *w = NULL, b[SIT_HEAD_MAX_CLASSES];
    enum sit_status status = SIT_E_NOMEM;
    if (sit_mul_size(part->n, d, &n_x))
        x = sit_malloc_array(n_x, sizeof *x);
    w = sit_malloc_array(d + 1, n_outputs * sizeof *w);
    if (x == NULL || w == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    for (size_t i = 0; i < part->n; i++)
        memcpy(x + i * d, cv->x + part->rows[i] * d, d * sizeof *x);
    struct logistic_rows rows = {x, part->y, part->s, part->n, d, part->n_classes};
    status = logistic_matrix_init(&matrix, x, part->n, d, 0, err);
    if (status == SIT_OK)
        status = logistic_fit_rows(&rows, &matrix, c, &quiet, w, &result, err);
    if (status != SIT_OK)
        goto done;
    for (size_t k = 0; k < n_outputs; k++) {
        b[k] = w[k * (d + 1) + d];
        for (size_t i = 0; i < part->n_held; i++) {
            const double *row = cv->x + part->held[i] * d;
            double z = 0;
            for (size_t j = 0; j < d; j++)
                z += w[k * (d + 1) + j] * row[j];
            part->held_z[k * part->n_held + i] = (float)z;
        }
    }
    *loss = held_out_loss(cv, part, b);
done:
    logistic_matrix_release(&matrix);
    free(x);
    free(w);
    return status;
}

static double c_of(size_t i)
{
    return pow(10, -4 + 8 * (double)i / (SIT_HEAD_N_CV_C - 1));
}

/* Holding the mutex: tell where it is; false where the user wants to stop. */
static bool tell(struct cv *cv)
{
    cv->cancelled = cv->cancelled ||
                    !sit_progress_report(cv->progress, cv->n_done,
                                         (size_t)N_FOLDS * SIT_HEAD_N_CV_C, cv->text);
    return !cv->cancelled;
}

/* A sit_progress_fn for the steps of one fit: who stops must not wait for a whole one.
 */
static bool ask(void *context, size_t done, size_t total, const char *text)
{
    struct cv *cv = context;
    (void)done, (void)total, (void)text;
    pthread_mutex_lock(&cv->mutex);
    bool go_on = tell(cv);
    pthread_mutex_unlock(&cv->mutex);
    return go_on;
}

/* Count a fit and tell of it; false where the user wants to stop. */
static bool report(struct cv *cv, double c, double loss)
{
    pthread_mutex_lock(&cv->mutex);
    snprintf(cv->text, sizeof cv->text, "C %.3g, log-loss %.3f", c, loss);
    cv->n_done++;
    bool go_on = tell(cv);
    pthread_mutex_unlock(&cv->mutex);
    return go_on;
}

static enum sit_status follow_path(struct cv *cv, uint32_t held_out,
                                   struct fold_rows *part, struct sit_error *err)
{
    struct newton_problem problem = {.matrix = part->matrix,
                                     .in_gram = cv->matrix->in_gram,
                                     .y = part->y,
                                     .s = part->s,
                                     .n = part->n,
                                     .d = cv->data->d,
                                     .n_outputs = head_n_outputs(part->n_classes)};
    struct newton *solver = NULL;
    struct sit_progress asking = {.report = ask, .context = cv};
    struct fit_watch watch = {.progress = &asking, .total = 1};
    enum sit_status status = newton_new(&problem, &solver, err);
    for (size_t i = 0; status == SIT_OK && i < SIT_HEAD_N_CV_C; i++) {
        struct newton_goal goal = {.c = c_of(i), .decrement = cv_decrement};
        struct fit_result result;
        double *loss = &cv->losses[held_out][i];
        status = newton_fit(solver, &goal, &watch, &result, err);
        if (status == SIT_OK)
            status = judge(cv, part, solver, loss, err);
        else if (status == SIT_E_NOT_CONVERGED)
            status = judge_in_double(cv, part, goal.c, loss, err);
        if (status == SIT_OK && !report(cv, goal.c, *loss))
            status = sit_error_set(err, SIT_E_CANCELLED, "interrupted");
    }
    newton_free(solver);
    return status;
}

static void try_fold(void *context, size_t task, size_t worker)
{
    struct cv *cv = context;
    struct fold_rows part;
    struct sit_error *err = &cv->error[task];
    (void)worker;
    for (size_t i = 0; i < SIT_HEAD_N_CV_C; i++)
        cv->losses[task][i] = NAN;
    cv->status[task] = fold_rows_init(cv, (uint32_t)task, &part, err);
    /* Where one class is left there is nothing to learn about C. */
    if (cv->status[task] == SIT_OK && part.n_classes > 1)
        cv->status[task] = follow_path(cv, (uint32_t)task, &part, err);
    fold_rows_release(&part);
}

/* Mean and standard error over the folds that told something. */
static enum sit_status summarise(const struct cv *cv, size_t i,
                                 struct sit_head_cv_point *out, struct sit_error *err)
{
    double sum = 0, squares = 0;
    size_t n = 0;
    for (size_t f = 0; f < N_FOLDS; f++)
        if (isfinite(cv->losses[f][i])) {
            sum += cv->losses[f][i];
            n++;
        }
    if (n < 2)
        return sit_error_set(err, SIT_E_ARG,
                             "cannot choose C by cross-validation: the classes come "
                             "from too few sources");
    double mean = sum / (double)n;
    for (size_t f = 0; f < N_FOLDS; f++)
        if (isfinite(cv->losses[f][i]))
            squares += (cv->losses[f][i] - mean) * (cv->losses[f][i] - mean);
    *out = (struct sit_head_cv_point){.c = c_of(i),
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

static enum sit_status run_folds(struct cv *cv, struct sit_error *err)
{
    struct sit_pool *pool = NULL;
    enum sit_status status = sit_pool_new(0, &pool, err);
    if (status != SIT_OK)
        return status;
    sit_pool_run(pool, try_fold, cv, N_FOLDS);
    sit_pool_free(pool);
    for (size_t f = 0; f < N_FOLDS; f++)
        if (cv->status[f] != SIT_OK) {
            if (err != NULL)
                *err = cv->error[f];
            return cv->status[f];
        }
    return SIT_OK;
}

enum sit_status logistic_cross_validate(const struct sit_dataset *data, const double *x,
                                        const struct logistic_matrix *matrix,
                                        bool balanced,
                                        const struct sit_progress *progress, double *c,
                                        struct sit_head_cv_point *points,
                                        struct sit_error *err)
{
    struct cv cv = {.data = data,
                    .x = x,
                    .matrix = matrix,
                    .balanced = balanced,
                    .progress = progress};
    cv.fold = sit_malloc_array(data->n, sizeof *cv.fold);
    if (cv.fold == NULL)
        return sit_error_nomem(err);
    pthread_mutex_init(&cv.mutex, NULL);
    enum sit_status status = sit_folds_assign(data->y, data->group, data->n,
                                              data->n_classes, N_FOLDS, cv.fold, err);
    if (status != SIT_OK)
        sit_error_prefix(err, "cannot choose C by cross-validation");
    if (status == SIT_OK)
        status = run_folds(&cv, err);
    for (size_t i = 0; status == SIT_OK && i < SIT_HEAD_N_CV_C; i++)
        status = summarise(&cv, i, &points[i], err);
    if (status == SIT_OK)
        *c = simplest(points, SIT_HEAD_N_CV_C);
    pthread_mutex_destroy(&cv.mutex);
    free(cv.fold);
    return status;
}
