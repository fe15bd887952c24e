/*
 * Leaving out rows approximately. For the rows g of a unit, with G = X_g H^-1 X_g' at
 * the optimum of all rows, l' and D the first and second derivatives of their losses,
 * one Newton step of the objective without them moves their scores by
 *     (I - G D)^-1 G l' = G l' + G Q (I - Q'G Q)^-1 Q'G l',    D = Q Q'.
 * The features are taken as they are, or, where there are fewer rows than features, as
 * the rows of the Gram matrix's Cholesky factor: the same inner products in n columns.
 */
#include "sitter/alo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "head_internal.h"
#include "logistic.h"
#include "logistic_fit.h"
#include "sitter/alloc.h"
#include "sitter/matrix.h"
#include "softmax.h"
#include "standardise.h"

enum { MAX_SIDE = 8192, CHUNK = 256 };

struct alo {
    const struct sit_head *head;
    const struct sit_dataset *data;
    double c;
    size_t k;      /* outputs */
    size_t q;      /* columns, the last of ones */
    size_t side;   /* k q */
    double *x;     /* (n, q) */
    double *z;     /* (n, k) */
    double *g;     /* (n, k) first derivatives */
    double *root;  /* (n, k, k) Q of each row */
    double *s;     /* (n) */
    double *h;     /* (side, side) Hessian, then its factor */
    size_t *order; /* (n) rows, those of a unit together */
    double *right; /* (CHUNK or the largest unit's rows x k, side) */
    double *small; /* (rows x k, rows x k) twice, and three vectors, of a unit */
    size_t largest;
};

static void release(struct alo *alo)
{
    free(alo->x);
    free(alo->z);
    free(alo->g);
    free(alo->root);
    free(alo->s);
    free(alo->h);
    free(alo->order);
    free(alo->right);
    free(alo->small);
}

/* x (n, d) standardised becomes rows of the factor of its Gram matrix, (n, n). */
static enum sit_status reduce(const double *x, size_t n, size_t d, double *gram,
                              struct sit_error *err)
{
    double jitter = 1e-12;
    enum sit_status status = SIT_E_NUMERIC;
    for (; status == SIT_E_NUMERIC && jitter < 1e-6; jitter *= 10) {
        double trace = 0;
        status = sit_matrix_dsyrk(false, n, d, 1, x, 0, gram, err);
        if (status != SIT_OK)
            return status;
        for (size_t i = 0; i < n; i++)
            trace += gram[i * n + i];
        for (size_t i = 0; i < n; i++)
            gram[i * n + i] += jitter * trace / (double)n + 1e-300;
        status = sit_matrix_cholesky(n, gram, err);
    }
    for (size_t i = 0; status == SIT_OK && i < n; i++)
        memset(gram + i * n + i + 1, 0, (n - i - 1) * sizeof *gram);
    return status;
}

static enum sit_status find_columns(struct alo *alo, struct sit_error *err)
{
    size_t n = alo->data->n, d = alo->data->d, width = alo->q - 1, n_x, n_gram;
    double *x = NULL, *gram = NULL;
    enum sit_status status = SIT_E_NOMEM;
    if (sit_mul_size(n, d, &n_x) && sit_mul_size(n, n, &n_gram)) {
        x = sit_malloc_array(n_x, sizeof *x);
        alo->x = sit_malloc_array(n, alo->q * sizeof *alo->x);
        if (width < d)
            gram = sit_malloc_array(n_gram, sizeof *gram);
    }
    if (x == NULL || alo->x == NULL || (width < d && gram == NULL)) {
        status = sit_error_nomem(err);
        goto done;
    }
    logistic_standardise(alo->head, alo->data->x, n, x);
    status = width < d ? reduce(x, n, d, gram, err) : SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        memcpy(alo->x + i * alo->q, (width < d ? gram : x) + i * width,
               width * sizeof *x);
        alo->x[i * alo->q + width] = 1;
    }
done:
    free(x);
    free(gram);
    return status;
}

/* First derivatives and roots of the second, of row i. */
static void derive(struct alo *alo, size_t i)
{
    size_t k = alo->k, given = alo->data->y[i];
    double *g = alo->g + i * k, *root = alo->root + i * k * k, s = alo->s[i];
    if (k == 1) {
        double z = alo->z[i], small = 1 / (1 + exp(fabs(z)));
        double wrong = (z > 0) == (given != 0) ? small : 1 - small;
        g[0] = s * (given ? -wrong : wrong);
        root[0] = sqrt(s * small * (1 - small));
        return;
    }
    double p[SIT_HEAD_MAX_CLASSES], others = 0;
    memcpy(p, alo->z + i * k, k * sizeof *p);
    softmax_normalise(p, k);
    for (size_t a = 0; a < k; a++) {
        g[a] = s * p[a];
        if (a != given)
            others += p[a];
        for (size_t b = 0; b < k; b++)
            root[a * k + b] = sqrt(s) * ((a == b ? sqrt(p[a]) : 0) - p[a] * sqrt(p[b]));
    }
    g[given] = -s * others;
}

/* (Q Q') of row i, entry (a, b) */
static double curvature(const struct alo *alo, size_t i, size_t a, size_t b)
{
    const double *root = alo->root + i * alo->k * alo->k;
    double sum = 0;
    for (size_t l = 0; l < alo->k; l++)
        sum += root[a * alo->k + l] * root[b * alo->k + l];
    return sum;
}

/* Lower triangle of the Hessian of all weights, output by output, and its factor. */
static enum sit_status factorise(struct alo *alo, struct sit_error *err)
{
    size_t n = alo->data->n, k = alo->k, q = alo->q, side = alo->side;
    enum sit_status status = SIT_OK;
    double *scaled = sit_malloc_array(n, q * sizeof *scaled);
    double *block = sit_malloc_array(q, q * sizeof *block);
    if (scaled == NULL || block == NULL)
        status = sit_error_nomem(err);
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; status == SIT_OK && b <= a; b++) {
            for (size_t i = 0; i < n; i++) {
                double weight = curvature(alo, i, a, b);
                for (size_t j = 0; j < q; j++)
                    scaled[i * q + j] = weight * alo->x[i * q + j];
            }
            status = sit_matrix_dgemm(true, false, q, q, n, 1, alo->x, scaled, 0, block,
                                      err);
            for (size_t j = 0; j < q; j++)
                memcpy(alo->h + (a * q + j) * side + b * q, block + j * q,
                       q * sizeof *block);
            /* Intercepts that all move together change nothing: any curvature will do,
             * but there must be some. */
            if (k > 1)
                alo->h[(a * q + q - 1) * side + b * q + q - 1] += (double)n / (double)k;
        }
    for (size_t j = 0; j < side; j++)
        if (j % q < q - 1)
            alo->h[j * side + j] += 1 / alo->c;
    free(scaled);
    free(block);
    return status == SIT_OK ? sit_matrix_cholesky(side, alo->h, err) : status;
}

/* The rows of one unit, `right` being their rows (x k) times the factor's inverse. */
static enum sit_status leave_out(const struct alo *alo, const size_t *rows, size_t m,
                                 const double *right, float *p, struct sit_error *err)
{
    size_t k = alo->k, mk = m * k;
    double *big = alo->small, *inner = big + mk * mk, *gl = inner + mk * mk;
    double *qgl = gl + mk, *moved = qgl + mk;
    enum sit_status status = sit_matrix_dsyrk(false, mk, alo->side, 1, right, 0, big,
                                              err);
    if (status != SIT_OK)
        return status;
    sit_matrix_mirror_lower(mk, big);
    for (size_t a = 0; a < mk; a++) {
        gl[a] = 0;
        for (size_t b = 0; b < mk; b++)
            gl[a] += big[a * mk + b] * alo->g[rows[b / k] * k + b % k];
    }
    /* G Q in place of G, then inner = I - Q'(G Q). */
    for (size_t a = 0; a < mk; a++)
        for (size_t r = 0; r < m; r++) {
            const double *root = alo->root + rows[r] * k * k;
            double row[SIT_HEAD_MAX_CLASSES], *at = big + a * mk + r * k;
            for (size_t b = 0; b < k; b++) {
                row[b] = 0;
                for (size_t l = 0; l < k; l++)
                    row[b] += at[l] * root[l * k + b];
            }
            memcpy(at, row, k * sizeof *row);
        }
    for (size_t a = 0; a < mk; a++) {
        const double *root = alo->root + rows[a / k] * k * k;
        qgl[a] = 0;
        for (size_t l = 0; l < k; l++)
            qgl[a] += root[l * k + a % k] * gl[a - a % k + l];
        for (size_t b = 0; b < mk; b++) {
            double sum = a == b ? 1 + 1e-12 : 0;
            for (size_t l = 0; l < k; l++)
                sum -= root[l * k + a % k] * big[(a - a % k + l) * mk + b];
            inner[a * mk + b] = sum;
        }
    }
    status = sit_matrix_cholesky(mk, inner, err);
    if (status == SIT_OK)
        status = sit_matrix_cholesky_solve(mk, inner, 1, qgl, err);
    for (size_t a = 0; status == SIT_OK && a < mk; a++) {
        moved[a] = alo->z[rows[a / k] * k + a % k] + gl[a];
        for (size_t b = 0; b < mk; b++)
            moved[a] += big[a * mk + b] * qgl[b];
    }
    for (size_t r = 0; status == SIT_OK && r < m; r++)
        head_probabilities(alo->head, moved + r * k,
                           p + rows[r] * alo->head->n_classes);
    return status;
}

/* Ends of the units within `order`; equal groups stand together there. */
static size_t unit_end(const struct alo *alo, size_t begin, enum sit_alo_unit unit)
{
    const uint32_t *group = alo->data->group;
    size_t end = begin + 1;
    while (unit == SIT_ALO_SOURCE && end < alo->data->n &&
           group[alo->order[end]] == group[alo->order[begin]])
        end++;
    return end;
}

static enum sit_status leave_out_all(const struct alo *alo, enum sit_alo_unit unit,
                                     float *p, struct sit_error *err)
{
    size_t n = alo->data->n, k = alo->k;
    enum sit_status status = SIT_OK;
    for (size_t begin = 0; status == SIT_OK && begin < n;) {
        /* As many units at once as there is room for: long rows, few solves. */
        size_t end = unit_end(alo, begin, unit);
        while (end < n && unit_end(alo, end, unit) - begin <= CHUNK / k)
            end = unit_end(alo, end, unit);
        memset(alo->right, 0, (end - begin) * k * alo->side * sizeof *alo->right);
        for (size_t r = begin; r < end; r++)
            for (size_t a = 0; a < k; a++)
                memcpy(alo->right + ((r - begin) * k + a) * alo->side + a * alo->q,
                       alo->x + alo->order[r] * alo->q, alo->q * sizeof *alo->x);
        status = sit_matrix_dtrsm(alo->side, alo->h, (end - begin) * k, alo->right,
                                  err);
        for (size_t at = begin; status == SIT_OK && at < end;) {
            size_t next = unit_end(alo, at, unit);
            status = leave_out(alo, alo->order + at, next - at,
                               alo->right + (at - begin) * k * alo->side, p, err);
            at = next;
        }
        begin = end;
    }
    return status;
}

static int by_group(const void *a, const void *b, void *context)
{
    const uint32_t *group = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    if (group[i] != group[j])
        return group[i] < group[j] ? -1 : 1;
    return (i > j) - (i < j);
}

static enum sit_status prepare(struct alo *alo, enum sit_alo_unit unit, bool balanced,
                               struct sit_error *err)
{
    size_t n = alo->data->n, k = alo->k, n_h, n_small;
    alo->z = sit_malloc_array(n, k * sizeof *alo->z);
    alo->g = sit_malloc_array(n, k * sizeof *alo->g);
    alo->root = sit_malloc_array(n, k * k * sizeof *alo->root);
    alo->s = sit_malloc_array(n, sizeof *alo->s);
    alo->order = sit_malloc_array(n, sizeof *alo->order);
    if (!sit_mul_size(alo->side, alo->side, &n_h) || alo->z == NULL || alo->g == NULL ||
        alo->root == NULL || alo->s == NULL || alo->order == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n; i++)
        alo->order[i] = i;
    if (unit == SIT_ALO_SOURCE)
        qsort_r(alo->order, n, sizeof *alo->order, by_group,
                (void *)(uintptr_t)alo->data->group);
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = unit_end(alo, begin, unit);
        alo->largest = end - begin > alo->largest ? end - begin : alo->largest;
    }
    size_t mk = alo->largest * k, n_right = mk > CHUNK ? mk : CHUNK;
    alo->h = sit_malloc_array(n_h, sizeof *alo->h);
    if (n_right <= SIZE_MAX / alo->side)
        alo->right = sit_malloc_array(n_right * alo->side, sizeof *alo->right);
    if (sit_mul_size(2 * mk + 3, mk, &n_small))
        alo->small = sit_malloc_array(n_small, sizeof *alo->small);
    if (alo->h == NULL || alo->right == NULL || alo->small == NULL)
        return sit_error_nomem(err);
    logistic_row_weights(alo->data->y, n, balanced, alo->s);
    return SIT_OK;
}

static enum sit_status check(const struct sit_head *head,
                             const struct sit_dataset *data, double c,
                             struct sit_error *err)
{
    if (head->ops->kind != SIT_HEAD_LOGISTIC)
        return sit_error_set(err, SIT_E_ARG,
                             "leave-one-out is approximated for logistic heads only, "
                             "not for %s",
                             head->ops->name);
    if (head->d != data->d || head->n_classes != data->n_classes)
        return sit_error_set(err, SIT_E_ARG,
                             "leave-one-out: features or classes differ in number from "
                             "the head's");
    if (!isfinite(c) || c <= 0)
        return sit_error_set(err, SIT_E_ARG, "C is %g, must be above 0", c);
    enum sit_status status = head_check_dataset(data, SIT_HEAD_LOGISTIC,
                                                "training rows", err);
    return status == SIT_OK
               ? standardise_check(data->x, data->n, data->d, "training rows", err)
               : status;
}

enum sit_status sit_alo(const struct sit_head *head, const struct sit_dataset *data,
                        double c, bool balanced, enum sit_alo_unit unit, float *p,
                        struct sit_error *err)
{
    struct alo alo = {.head = head, .data = data, .c = c};
    float *found = NULL;
    enum sit_status status = check(head, data, c, err);
    if (status != SIT_OK)
        return status;
    alo.k = head_n_outputs(head->n_classes);
    alo.q = (data->n < data->d ? data->n : data->d) + 1;
    alo.side = alo.k * alo.q;
    if (alo.side > MAX_SIDE + alo.k)
        return sit_error_set(err, SIT_E_LIMIT,
                             "%zu outputs on %zu dimensions are too many to leave rows "
                             "out approximately; fold models serve",
                             alo.k, alo.q - 1);
    status = prepare(&alo, unit, balanced, err);
    if (status == SIT_OK)
        status = find_columns(&alo, err);
    if (status == SIT_OK)
        status = head->ops->scores(head, data->x, data->n, alo.z, err);
    for (size_t i = 0; status == SIT_OK && i < data->n; i++)
        derive(&alo, i);
    if (status == SIT_OK)
        status = factorise(&alo, err);
    if (status != SIT_OK)
        goto done;
    found = sit_malloc_array(data->n, data->n_classes * sizeof *found);
    status = found == NULL ? sit_error_nomem(err)
                           : leave_out_all(&alo, unit, found, err);
    if (status == SIT_OK)
        memcpy(p, found, data->n * data->n_classes * sizeof *p);
done:
    free(found);
    release(&alo);
    return status;
}
