/*
 * The Hessian of a stratified sample, X' D X + I / C with the intercept as a last
 * column of ones, factored. Where all outputs together are too many, the parts between
 * two of their coordinates are left out. Products are in float: they need not be exact.
 */
#include "logistic_hessian.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/matrix.h"
#include "sitter/rng.h"
#include "softmax.h"

enum {
    N_LANES = 4, /* sums apart, whatever the number of threads */
    CHUNK_ROWS = 256,
    MAX_SIDE = 2400, /* of the matrix of all coordinates */
    MAX_TRIES = 12,
};

/* How many rows of each class: in proportion, but none hardly at all. */
static void divide_sample(struct logistic_hessian *hessian, const size_t *counts,
                          size_t n_classes, size_t n_all, size_t n_wanted,
                          size_t *wanted)
{
    hessian->n = 0;
    for (size_t k = 0; k < n_classes; k++) {
        size_t least = n_wanted / (2 * n_classes);
        wanted[k] = (size_t)((double)n_wanted * (double)counts[k] / (double)n_all);
        wanted[k] = wanted[k] > least ? wanted[k] : least;
        wanted[k] = wanted[k] < counts[k] ? wanted[k] : counts[k];
        hessian->n += wanted[k];
        hessian->class_weight[k] = wanted[k] > 0
                                       ? hessian->target->class_weight[k] *
                                             (double)counts[k] / (double)wanted[k]
                                       : 0;
    }
}

/* Each row with the probability that leaves just as many as are wanted. */
static void choose_rows(struct logistic_hessian *hessian,
                        const struct sit_dataset *data, size_t *left, size_t *wanted)
{
    struct sit_rng rng;
    size_t n = 0;
    sit_rng_init(&rng, 1);
    for (size_t i = 0; i < data->n; i++) {
        size_t k = data->y[i];
        if (!row_takes_part(&hessian->target->mask, i))
            continue;
        if (sit_rng_below(&rng, left[k]--) < wanted[k]) {
            wanted[k]--;
            hessian->rows[n] = i;
            hessian->y[n++] = (uint8_t)k;
        }
    }
}

/* Helmert's contrasts. */
static void set_basis(struct logistic_hessian *hessian)
{
    hessian->n_free = hessian->n_outputs > 1 ? hessian->n_outputs - 1 : 1;
    if (hessian->n_outputs == 1)
        hessian->basis[0][0] = 1;
    for (size_t a = 0; hessian->n_outputs > 1 && a < hessian->n_free; a++) {
        double size = sqrt((double)((a + 1) * (a + 2)));
        for (size_t k = 0; k <= a; k++)
            hessian->basis[k][a] = 1 / size;
        hessian->basis[a + 1][a] = -(double)(a + 1) / size;
    }
}

static bool allocate(struct logistic_hessian *hessian)
{
    size_t d1 = hessian->d + 1, n_products, n_factor, n_x;
    if (!sit_mul_size(d1, d1, &n_products) ||
        !sit_mul_size(hessian->side, hessian->side, &n_factor) ||
        !sit_mul_size(hessian->n, hessian->d, &n_x))
        return false;
    hessian->x = sit_malloc_array(n_x, sizeof *hessian->x);
    hessian->y = sit_malloc_array(hessian->n, sizeof *hessian->y);
    hessian->rows = sit_malloc_array(hessian->n, sizeof *hessian->rows);
    hessian->p = sit_malloc_array(hessian->n, hessian->n_outputs * sizeof *hessian->p);
    hessian->scaled = sit_malloc_array(N_LANES * 2 * CHUNK_ROWS,
                                       d1 * sizeof *hessian->scaled);
    hessian->products = sit_malloc_array(n_products,
                                         N_LANES * sizeof *hessian->products);
    hessian->factor = sit_malloc_array(n_factor,
                                       hessian->n_blocks * sizeof *hessian->factor);
    hessian->coordinates = sit_malloc_array(hessian->n_free,
                                            d1 * sizeof *hessian->coordinates);
    return hessian->coordinates != NULL && hessian->x != NULL && hessian->y != NULL &&
           hessian->rows != NULL && hessian->p != NULL && hessian->scaled != NULL &&
           hessian->products != NULL && hessian->factor != NULL &&
           folded_weights_init(&hessian->folded, hessian->n_outputs, hessian->d);
}

enum sit_status logistic_hessian_init(struct logistic_hessian *hessian,
                                      const struct sit_dataset *data,
                                      const struct logistic_target *target,
                                      size_t n_rows, struct sit_pool *pool,
                                      struct sit_error *err)
{
    size_t counts[SIT_HEAD_MAX_CLASSES] = {0}, wanted[SIT_HEAD_MAX_CLASSES], n = 0;
    *hessian = (struct logistic_hessian){
        .pool = pool,
        .target = target,
        .kernels = row_kernels_best(),
        .d = data->d,
        .n_outputs = logistic_target_n_outputs(target)};
    for (size_t i = 0; i < data->n; i++)
        if (row_takes_part(&target->mask, i)) {
            counts[data->y[i]]++;
            n++;
        }
    divide_sample(hessian, counts, data->n_classes, n, n_rows, wanted);
    set_basis(hessian);
    bool whole = hessian->n_free * (data->d + 1) <= MAX_SIDE;
    hessian->n_blocks = whole ? 1 : hessian->n_free;
    hessian->side = whole ? hessian->n_free * (data->d + 1) : data->d + 1;
    if (!allocate(hessian)) {
        logistic_hessian_release(hessian);
        return sit_error_nomem(err);
    }
    choose_rows(hessian, data, counts, wanted);
    return SIT_OK;
}

void logistic_hessian_release(struct logistic_hessian *hessian)
{
    free(hessian->x);
    free(hessian->y);
    free(hessian->rows);
    free(hessian->p);
    free(hessian->scaled);
    free(hessian->products);
    free(hessian->factor);
    free(hessian->coordinates);
    folded_weights_release(&hessian->folded);
    *hessian = (struct logistic_hessian){0};
}

static void find_probabilities(void *context, size_t task, size_t worker)
{
    struct logistic_hessian *hessian = context;
    size_t first = task * CHUNK_ROWS, n_outputs = hessian->n_outputs;
    size_t n = hessian->n - first < CHUNK_ROWS ? hessian->n - first : CHUNK_ROWS;
    double *p = hessian->p + first * n_outputs;
    (void)worker;
    hessian->kernels->scores(hessian->x + first * hessian->d, n, hessian->d,
                             hessian->folded.v, hessian->folded.bias, n_outputs, p);
    for (size_t i = 0; i < n; i++) {
        if (n_outputs == 1)
            p[i] = 1 / (1 + exp(-p[i]));
        else
            softmax_normalise(p + i * n_outputs, n_outputs);
    }
}

/* The product X' D X of two coordinates k >= l, in lanes. */
struct product {
    struct logistic_hessian *hessian;
    size_t k, l;
};

/* Row i's entry of D. */
static double curvature(const struct product *product, size_t i)
{
    const struct logistic_hessian *hessian = product->hessian;
    const double *p = hessian->p + i * hessian->n_outputs;
    double weight = hessian->class_weight[hessian->y[i]], both = 0, k = 0, l = 0;
    if (hessian->n_outputs == 1)
        return weight * p[0] * (1 - p[0]);
    for (size_t o = 0; o < hessian->n_outputs; o++) {
        double at_k = hessian->basis[o][product->k],
               at_l = hessian->basis[o][product->l];
        both += p[o] * at_k * at_l;
        k += p[o] * at_k;
        l += p[o] * at_l;
    }
    return weight * (both - k * l);
}

/* Standardised rows with a one at the end, times a factor of each row. */
static void scale_row(const struct logistic_hessian *hessian, size_t i, double factor,
                      float *out)
{
    const float *x = hessian->x + i * hessian->d;
    const double *mean = hessian->target->mean;
    const double *deviation = hessian->target->deviation;
    for (size_t j = 0; j < hessian->d; j++)
        out[j] = (float)(((double)x[j] - mean[j]) / deviation[j] * factor);
    out[hessian->d] = (float)factor;
}

/* One lane: every N_LANES-th chunk. Sizes are within BLAS's limits, see MAX_DIM. */
static void add_lane(void *context, size_t lane, size_t worker)
{
    const struct product *product = context;
    struct logistic_hessian *hessian = product->hessian;
    size_t d1 = hessian->d + 1;
    float *sum = hessian->products + lane * d1 * d1;
    float *left = hessian->scaled + lane * 2 * CHUNK_ROWS * d1;
    float *right = left + CHUNK_ROWS * d1;
    bool same = product->k == product->l;
    (void)worker;
    memset(sum, 0, d1 * d1 * sizeof *sum);
    for (size_t first = lane * CHUNK_ROWS; first < hessian->n;
         first += N_LANES * CHUNK_ROWS) {
        size_t n = hessian->n - first < CHUNK_ROWS ? hessian->n - first : CHUNK_ROWS;
        for (size_t i = 0; i < n; i++) {
            double h = curvature(product, first + i);
            scale_row(hessian, first + i, same ? sqrt(fmax(h, 0)) : 1, left + i * d1);
            if (!same)
                scale_row(hessian, first + i, h, right + i * d1);
        }
        if (same)
            sit_matrix_ssyrk(true, d1, n, 1, left, 1, sum, NULL);
        else
            sit_matrix_sgemm(true, false, d1, d1, n, 1, left, right, 1, sum, NULL);
    }
}

/* The sum of the lanes goes to the pair's place in the matrix. */
static void place_product(const struct product *product)
{
    struct logistic_hessian *hessian = product->hessian;
    size_t d1 = hessian->d + 1, side = hessian->side;
    double *to = hessian->n_blocks > 1
                     ? hessian->factor + product->k * side * side
                     : hessian->factor + product->k * d1 * side + product->l * d1;
    for (size_t a = 0; a < d1; a++)
        for (size_t b = 0; b < (product->k == product->l ? a + 1 : d1); b++) {
            double sum = 0;
            for (size_t lane = 0; lane < N_LANES; lane++)
                sum += (double)hessian->products[lane * d1 * d1 + a * d1 + b];
            to[a * side + b] = sum;
        }
}

static void build_products(struct logistic_hessian *hessian)
{
    for (size_t k = 0; k < hessian->n_free; k++)
        for (size_t l = hessian->n_blocks > 1 ? k : 0; l <= k; l++) {
            struct product product = {hessian, k, l};
            sit_pool_run(hessian->pool, add_lane, &product, N_LANES);
            place_product(&product);
        }
}

/* The penalty, and `extra` of the mean diagonal against what rounding leaves
 * indefinite. */
static enum sit_status factor_block(struct logistic_hessian *hessian, size_t block,
                                    double *diagonal, double extra,
                                    struct sit_error *err)
{
    size_t side = hessian->side, d1 = hessian->d + 1;
    double *a = hessian->factor + block * side * side, mean = 0;
    for (size_t i = 0; i < side; i++)
        mean += diagonal[i] / (double)side;
    for (size_t i = 0; i < side; i++) {
        bool intercept = i % d1 == hessian->d;
        a[i * side + i] = diagonal[i] + extra * mean +
                          (intercept ? 0 : 1 / hessian->target->c);
    }
    return sit_matrix_cholesky(side, a, err);
}

/* A factorisation overwrites the lower triangle: the upper one keeps a copy. */
static enum sit_status factor(struct logistic_hessian *hessian, size_t block,
                              struct sit_error *err)
{
    size_t side = hessian->side;
    double *a = hessian->factor + block * side * side;
    double *diagonal = sit_malloc_array(side, sizeof *diagonal);
    if (diagonal == NULL)
        return sit_error_nomem(err);
    sit_matrix_mirror_lower(side, a);
    for (size_t i = 0; i < side; i++)
        diagonal[i] = a[i * side + i];
    enum sit_status status = SIT_E_NUMERIC;
    double extra = 1e-9;
    for (size_t k = 0; k < MAX_TRIES && status == SIT_E_NUMERIC; k++, extra *= 10) {
        for (size_t i = 0; i < side; i++)
            for (size_t j = 0; j < i; j++)
                a[i * side + j] = a[j * side + i];
        status = factor_block(hessian, block, diagonal, extra, err);
    }
    free(diagonal);
    return status;
}

enum sit_status logistic_hessian_build(struct logistic_hessian *hessian,
                                       const double *w, struct sit_error *err)
{
    const struct logistic_target *target = hessian->target;
    folded_weights_set(&hessian->folded, hessian->n_outputs, hessian->d, w,
                       target->mean, target->deviation);
    sit_pool_run(hessian->pool, find_probabilities, hessian,
                 (hessian->n + CHUNK_ROWS - 1) / CHUNK_ROWS);
    build_products(hessian);
    enum sit_status status = SIT_OK;
    for (size_t block = 0; status == SIT_OK && block < hessian->n_blocks; block++)
        status = factor(hessian, block, err);
    return status;
}

/* b (rows, d + 1) = basis' a, or basis a. */
static void change_basis(const struct logistic_hessian *hessian, bool to_free,
                         const double *from, double *to)
{
    size_t d1 = hessian->d + 1, n_outputs = hessian->n_outputs,
           n_free = hessian->n_free;
    memset(to, 0, (to_free ? n_free : n_outputs) * d1 * sizeof *to);
    for (size_t k = 0; k < n_outputs; k++)
        for (size_t a = 0; a < n_free; a++) {
            double factor = hessian->basis[k][a];
            const double *source = from + (to_free ? k : a) * d1;
            double *target = to + (to_free ? a : k) * d1;
            for (size_t j = 0; j < d1; j++)
                target[j] += factor * source[j];
        }
}

enum sit_status logistic_hessian_solve(const struct logistic_hessian *hessian,
                                       double *direction, struct sit_error *err)
{
    size_t side = hessian->side;
    double *coordinates = hessian->coordinates;
    enum sit_status status = SIT_OK;
    change_basis(hessian, true, direction, coordinates);
    for (size_t block = 0; status == SIT_OK && block < hessian->n_blocks; block++)
        status = sit_matrix_cholesky_solve(side, hessian->factor + block * side * side,
                                           1, coordinates + block * side, err);
    if (status == SIT_OK)
        change_basis(hessian, false, coordinates, direction);
    return status;
}
