/*
 * The preconditioner: for each output its own diagonal block of the Hessian,
 * X'DX + 1/c with the intercept, as a Cholesky factor in float, or in double where
 * float has been found wanting.
 *
 * Gram space: with F = (c D)^1/2 and B = I + F K F, whose eigenvalues are not below 1,
 * the block's inverse applied to (X'r, t) is (X'u, beta) with
 *     u = c F B^-1 F^-1 r - beta F B^-1 F 1,  sum(c r - u) = c t.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "newton_parts.h"
#include "sitter/alloc.h"
#include "sitter/matrix.h"
#include "sitter/pool.h"

enum { MAX_BLOCK_FLOATS = 1 << 26, HESSIAN_ROWS = 256, MAX_TRIES = 12 };

/* With a pool, work is cut into so many parts, whatever the number of threads: results
 * then do not depend on it. Below so many multiplications it is not worth waking them.
 */
enum { N_PARTS = 2 };
static const double least_parallel = 2e7;

static size_t n_parts(const struct newton_factor *factor,
                      const struct newton_problem *p)
{
    double side = (double)factor->side, work = (double)p->n * side * side;
    return factor->pool != NULL && work > least_parallel ? N_PARTS : 1;
}

/* Rows of part k of n_parts */
static size_t part_begin(size_t n, size_t k, size_t n_all)
{
    return n / n_all * k + (k < n % n_all ? k : n % n_all);
}

static void run_parts(const struct newton_factor *factor, sit_pool_fn *fn,
                      void *context, size_t n_all)
{
    if (n_all > 1)
        sit_pool_run(factor->pool, fn, context, n_all);
    else
        fn(context, 0, 0);
}

bool newton_factor_init(struct newton_factor *factor, const struct newton_problem *p)
{
    *factor = (struct newton_factor){.n_blocks = p->n_outputs};
    factor->side = p->in_gram ? p->n : p->d + 1;
    size_t n_square, n_floats, n_rhs = factor->side > p->n ? factor->side : p->n;
    if (!sit_mul_size(factor->side, factor->side, &n_square))
        return false;
    if (!sit_mul_size(n_square, p->n_outputs, &n_floats) || n_floats > MAX_BLOCK_FLOATS)
        factor->n_blocks = 1;
    factor->rhs = sit_malloc_array(n_rhs, p->n_outputs * sizeof *factor->rhs);
    factor->narrow = sit_malloc_array(n_rhs, p->n_outputs * sizeof *factor->narrow);
    factor->scale = sit_malloc_array(p->n, factor->n_blocks * sizeof *factor->scale);
    factor->ones = sit_malloc_array(p->n, factor->n_blocks * sizeof *factor->ones);
    bool ok = factor->rhs != NULL && factor->narrow != NULL && factor->scale != NULL &&
              factor->ones != NULL;
    if (!ok)
        newton_factor_release(factor);
    return ok;
}

void newton_factor_release(struct newton_factor *factor)
{
    free(factor->blocks);
    free(factor->wide_blocks);
    free(factor->wide_gram);
    free(factor->scale);
    free(factor->ones);
    free(factor->rhs);
    free(factor->narrow);
    free(factor->scaled);
    free(factor->second);
    *factor = (struct newton_factor){0};
}

/* What is only needed in one of the two precisions. */
static enum sit_status allocate_blocks(struct newton_factor *factor,
                                       const struct newton_problem *p,
                                       struct sit_error *err)
{
    size_t side = factor->side, n = side * side;
    if (!factor->wide && factor->blocks == NULL)
        factor->blocks = sit_malloc_array(factor->n_blocks, n * sizeof(float));
    if (factor->wide && factor->wide_blocks == NULL)
        factor->wide_blocks = sit_malloc_array(factor->n_blocks, n * sizeof(double));
    if (!p->in_gram && factor->scaled == NULL)
        factor->scaled = sit_malloc_array(side,
                                          N_PARTS * HESSIAN_ROWS * sizeof(double));
    size_t value_bytes = factor->wide ? sizeof(double) : sizeof(float);
    if (!p->in_gram && n_parts(factor, p) > 1 && factor->second_bytes < value_bytes) {
        free(factor->second);
        factor->second = sit_malloc_array(n, (N_PARTS - 1) * value_bytes);
        factor->second_bytes = factor->second != NULL ? value_bytes : 0;
        if (factor->second == NULL)
            return sit_error_nomem(err);
    }
    if ((factor->wide ? (void *)factor->wide_blocks : (void *)factor->blocks) == NULL ||
        (!p->in_gram && factor->scaled == NULL))
        return sit_error_nomem(err);
    if (!factor->wide || !p->in_gram || factor->wide_gram != NULL)
        return SIT_OK;
    factor->wide_gram = sit_malloc_array(n, sizeof *factor->wide_gram);
    if (factor->wide_gram == NULL)
        return sit_error_nomem(err);
    return sit_matrix_dsyrk(false, p->n, p->d, 1, p->x, 0, factor->wide_gram, err);
}

/* Second derivative of row i's loss in output k's score; one for all outputs where they
 * share a block. */
static double curvature(const struct newton_factor *factor,
                        const struct newton_problem *p, const struct newton_loss *loss,
                        size_t k, size_t i)
{
    if (p->n_outputs == 1)
        return loss->p[i];
    if (factor->n_blocks > 1) {
        double share = loss->p[k * p->n + i];
        return p->s[i] * share * (1 - share);
    }
    double rest = 1;
    for (size_t l = 0; l < p->n_outputs; l++)
        rest -= loss->p[l * p->n + i] * loss->p[l * p->n + i];
    return p->s[i] * fmax(rest, 0) / (double)(p->n_outputs - 1);
}

/* rhs (n_rhs, side) in place */
static enum sit_status solve_block(struct newton_factor *factor, size_t block,
                                   size_t n_rhs, struct sit_error *err)
{
    size_t side = factor->side, n = n_rhs * side, at = block * side * side;
    if (factor->wide)
        return sit_matrix_cholesky_solve(side, factor->wide_blocks + at, n_rhs,
                                         factor->rhs, err);
    for (size_t i = 0; i < n; i++)
        factor->narrow[i] = (float)factor->rhs[i];
    enum sit_status status = sit_matrix_scholesky_solve(side, factor->blocks + at,
                                                        n_rhs, factor->narrow, err);
    for (size_t i = 0; i < n; i++)
        factor->rhs[i] = (double)factor->narrow[i];
    return status;
}

/* Cholesky, with `jitter` of the largest entry on the diagonal: more and more of it
 * where rounding stands in the way. */
static enum sit_status factorise(struct newton_factor *factor, size_t block,
                                 double *jitter, struct sit_error *err)
{
    size_t side = factor->side, at = block * side * side;
    double largest = 0;
    for (size_t i = 0; i < side; i++) {
        size_t ii = at + i * side + i;
        largest = fmax(largest, factor->wide ? factor->wide_blocks[ii]
                                             : (double)factor->blocks[ii]);
    }
    if (!isfinite(largest))
        return sit_error_set(err, SIT_E_LIMIT,
                             "the features are too large for a logistic fit");
    for (size_t i = 0; i<side && * jitter> 0; i++) {
        size_t ii = at + i * side + i;
        if (factor->wide)
            factor->wide_blocks[ii] += *jitter * largest;
        else
            factor->blocks[ii] += (float)(*jitter * largest);
    }
    *jitter = *jitter > 0 ? 10 * *jitter : factor->wide ? 1e-15 : 1e-7;
    return factor->wide ? sit_matrix_cholesky(side, factor->wide_blocks + at, err)
                        : sit_matrix_scholesky(side, factor->blocks + at, err);
}

/* The lower triangle of I + F K F */
static void build_gram_block(struct newton_factor *factor,
                             const struct newton_problem *p, size_t block)
{
    size_t n = p->n, at = block * n * n;
    const double *scale = factor->scale + block * n;
    for (size_t i = 0; factor->wide && i < n; i++) {
        const double *from = factor->wide_gram + i * n;
        double *to = factor->wide_blocks + at + i * n;
        for (size_t j = 0; j <= i; j++)
            to[j] = scale[i] * scale[j] * from[j];
        to[i] += 1;
    }
    if (factor->wide)
        return;
    for (size_t j = 0; j < n; j++)
        factor->narrow[j] = (float)scale[j];
    for (size_t i = 0; i < n; i++) {
        const float *from = p->matrix + i * n;
        float *to = factor->blocks + at + i * n, own = factor->narrow[i];
        for (size_t j = 0; j <= i; j++)
            to[j] = own * factor->narrow[j] * from[j];
        to[i] += 1;
    }
}

/* The lower triangle of sum_i D_i (x_i, 1)(x_i, 1)' in parts, each of its own rows. */
struct hessian {
    struct newton_factor *factor;
    const struct newton_problem *p;
    size_t block, n_parts;
    float *narrow[N_PARTS];
    double *wide[N_PARTS];
    enum sit_status status[N_PARTS];
};

/* Rows times D^1/2 into `to`, (n_rows, side) */
static void scale_rows(const struct hessian *hessian, size_t first, size_t n_rows,
                       void *to)
{
    const struct newton_factor *factor = hessian->factor;
    size_t d = hessian->p->d, side = factor->side;
    for (size_t i = 0; i < n_rows; i++) {
        double root = factor->scale[hessian->block * hessian->p->n + first + i];
        if (factor->wide) {
            double *row = (double *)to + i * side;
            const double *from = hessian->p->x + (first + i) * d;
            for (size_t j = 0; j < d; j++)
                row[j] = root * from[j];
            row[d] = root;
        } else {
            float *row = (float *)to + i * side, narrow = (float)root;
            const float *from = hessian->p->matrix + (first + i) * d;
            for (size_t j = 0; j < d; j++)
                row[j] = narrow * from[j];
            row[d] = narrow;
        }
    }
}

static void add_part(void *context, size_t part, size_t worker)
{
    struct hessian *hessian = context;
    const struct newton_factor *factor = hessian->factor;
    size_t side = factor->side, n = hessian->p->n;
    size_t begin = part_begin(n, part, hessian->n_parts), done = begin;
    size_t end = part_begin(n, part + 1, hessian->n_parts);
    void *scaled = (double *)factor->scaled + part * HESSIAN_ROWS * side;
    enum sit_status status = SIT_OK;
    (void)worker;
    while (done < end && status == SIT_OK) {
        size_t n_now = end - done < HESSIAN_ROWS ? end - done : HESSIAN_ROWS;
        scale_rows(hessian, done, n_now, scaled);
        int keep = done > begin;
        if (factor->wide)
            status = sit_matrix_dsyrk(true, side, n_now, 1, scaled, keep,
                                      hessian->wide[part], NULL);
        else
            status = sit_matrix_ssyrk(true, side, n_now, 1, scaled, (float)keep,
                                      hessian->narrow[part], NULL);
        done += n_now;
    }
    hessian->status[part] = status;
}

/* The lower triangle of sum_i D_i (x_i, 1)(x_i, 1)' + I / c; scale is D^1/2. */
static enum sit_status build_feature_block(struct newton_factor *factor,
                                           const struct newton_problem *p, double c,
                                           size_t block, struct sit_error *err)
{
    size_t side = factor->side, n = side * side;
    struct hessian hessian = {
        .factor = factor, .p = p, .block = block, .n_parts = n_parts(factor, p)};
    if (factor->wide) {
        hessian.wide[0] = factor->wide_blocks + block * n;
        hessian.wide[1] = factor->second;
    } else {
        hessian.narrow[0] = factor->blocks + block * n;
        hessian.narrow[1] = factor->second;
    }
    run_parts(factor, add_part, &hessian, hessian.n_parts);
    for (size_t part = 0; part < hessian.n_parts; part++)
        if (hessian.status[part] != SIT_OK)
            return sit_error_set(err, hessian.status[part],
                                 "a matrix of %zu x %zu is too large", side, side);
    for (size_t i = 0; hessian.n_parts > 1 && i < side; i++)
        for (size_t j = i * side; j <= i * side + i; j++) {
            if (factor->wide)
                hessian.wide[0][j] += hessian.wide[1][j];
            else
                hessian.narrow[0][j] += hessian.narrow[1][j];
        }
    for (size_t j = 0; j < p->d; j++) {
        if (factor->wide)
            hessian.wide[0][j * side + j] += 1 / c;
        else
            hessian.narrow[0][j * side + j] += (float)(1 / c);
    }
    return SIT_OK;
}

static enum sit_status make_block(struct newton_factor *factor,
                                  const struct newton_problem *p, double c,
                                  size_t block, struct sit_error *err)
{
    double jitter = 0;
    enum sit_status status = SIT_E_NUMERIC;
    for (int tries = 0; status == SIT_E_NUMERIC && tries < MAX_TRIES; tries++) {
        status = SIT_OK;
        if (p->in_gram)
            build_gram_block(factor, p, block);
        else
            status = build_feature_block(factor, p, c, block, err);
        if (tries > 0)
            factor->bent = true;
        if (status == SIT_OK)
            status = factorise(factor, block, &jitter, err);
    }
    return status;
}

enum sit_status newton_factor_make(struct newton_factor *factor,
                                   const struct newton_problem *p,
                                   const struct newton_loss *loss, double c,
                                   struct sit_error *err)
{
    factor->c = 0;
    factor->bent = false;
    enum sit_status status = allocate_blocks(factor, p, err);
    for (size_t k = 0; status == SIT_OK && k < factor->n_blocks; k++) {
        double *scale = factor->scale + k * p->n;
        /* A floor, so that one can divide by it: next to I nothing of it is left. */
        for (size_t i = 0; i < p->n; i++)
            scale[i] = sqrt((p->in_gram ? c : 1) *
                            fmax(curvature(factor, p, loss, k, i), 1e-14 * p->s[i]));
        status = make_block(factor, p, c, k, err);
        if (status != SIT_OK || !p->in_gram)
            continue;
        memcpy(factor->rhs, scale, p->n * sizeof *factor->rhs);
        status = solve_block(factor, k, 1, err);
        for (size_t i = 0; i < p->n; i++)
            factor->ones[k * p->n + i] = scale[i] * factor->rhs[i];
    }
    if (status == SIT_OK)
        factor->c = c;
    return status;
}

/* Outputs [block, block + n_outputs), which share a block */
static enum sit_status solve_gram(struct newton_factor *factor,
                                  const struct newton_problem *p,
                                  const struct newton_vector *r, size_t block,
                                  size_t n_outputs, struct newton_vector *out,
                                  struct sit_error *err)
{
    size_t n = p->n;
    const double *scale = factor->scale + block * n, *ones = factor->ones + block * n;
    double c = factor->c, sum_ones = 0;
    for (size_t l = 0; l < n_outputs; l++)
        for (size_t i = 0; i < n; i++)
            factor->rhs[l * n + i] = c * r->coef[(block + l) * n + i] / scale[i];
    enum sit_status status = solve_block(factor, block, n_outputs, err);
    for (size_t i = 0; i < n; i++)
        sum_ones += ones[i];
    for (size_t l = 0; status == SIT_OK && l < n_outputs; l++) {
        size_t k = block + l;
        const double *coef = r->coef + k * n, *rhs = factor->rhs + l * n;
        double *to = out->coef + k * n, sum = 0;
        for (size_t i = 0; i < n; i++) {
            to[i] = scale[i] * rhs[i];
            sum += c * coef[i] - to[i];
        }
        out->b[k] = (c * r->b[k] - sum) / sum_ones;
        for (size_t i = 0; i < n; i++)
            to[i] -= out->b[k] * ones[i];
    }
    return status;
}

static enum sit_status solve_features(struct newton_factor *factor,
                                      const struct newton_problem *p,
                                      const struct newton_vector *r, size_t block,
                                      size_t n_outputs, struct newton_vector *out,
                                      struct sit_error *err)
{
    size_t d = p->d, side = factor->side;
    for (size_t l = 0; l < n_outputs; l++) {
        memcpy(factor->rhs + l * side, r->coef + (block + l) * d,
               d * sizeof *factor->rhs);
        factor->rhs[l * side + d] = r->b[block + l];
    }
    enum sit_status status = solve_block(factor, block, n_outputs, err);
    for (size_t l = 0; status == SIT_OK && l < n_outputs; l++) {
        memcpy(out->coef + (block + l) * d, factor->rhs + l * side,
               d * sizeof *factor->rhs);
        out->b[block + l] = factor->rhs[l * side + d];
    }
    return status;
}

/* Adding the same to all outputs changes no probability: that part is taken out. */
static void centre_outputs(double *values, size_t n_outputs, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double mean = 0;
        for (size_t k = 0; k < n_outputs; k++)
            mean += values[k * n + j];
        mean /= (double)n_outputs;
        for (size_t k = 0; k < n_outputs; k++)
            values[k * n + j] -= mean;
    }
}

enum sit_status newton_factor_solve(struct newton_factor *factor,
                                    const struct newton_problem *p,
                                    const struct newton_vector *r,
                                    struct newton_vector *out, struct sit_error *err)
{
    size_t n_outputs = p->n_outputs / factor->n_blocks;
    enum sit_status status = SIT_OK;
    for (size_t k = 0; status == SIT_OK && k < factor->n_blocks; k++)
        status = p->in_gram ? solve_gram(factor, p, r, k, n_outputs, out, err)
                            : solve_features(factor, p, r, k, n_outputs, out, err);
    if (status == SIT_OK && p->n_outputs > 1) {
        centre_outputs(out->coef, p->n_outputs, newton_dim(p));
        centre_outputs(out->b, p->n_outputs, 1);
    }
    return status;
}

/* Gram space: 1 - D q is the diagonal of B^-1, but for the intercept's part. */
static void finish_gram_leverage(const struct newton_factor *factor, size_t n,
                                 double *q)
{
    double sum_ones = 0;
    for (size_t i = 0; i < n; i++)
        sum_ones += factor->ones[i];
    for (size_t i = 0; i < n; i++) {
        double squared = factor->scale[i] * factor->scale[i];
        double intercept = factor->ones[i] / squared;
        q[i] = factor->c * ((1 - q[i]) / squared + intercept * intercept / sum_ones);
    }
}

enum { LEVERAGE_ROWS = 192 };

struct leverage {
    const struct newton_factor *factor;
    const struct newton_problem *p;
    size_t n_parts;
    float *rows; /* (n_parts, LEVERAGE_ROWS, side) */
    double *q;   /* (n) */
};

/* Squared lengths of the factor's inverse times rows (x_i, 1), or of unit rows. */
static void measure_part(void *context, size_t part, size_t worker)
{
    struct leverage *leverage = context;
    const struct newton_problem *p = leverage->p;
    size_t d = p->d, side = leverage->factor->side;
    float *rows = leverage->rows + part * LEVERAGE_ROWS * side;
    size_t done = part_begin(p->n, part, leverage->n_parts);
    size_t end = part_begin(p->n, part + 1, leverage->n_parts);
    (void)worker;
    for (size_t n_now; done < end; done += n_now) {
        n_now = end - done < LEVERAGE_ROWS ? end - done : LEVERAGE_ROWS;
        if (p->in_gram)
            memset(rows, 0, n_now * side * sizeof *rows);
        for (size_t i = 0; i < n_now; i++) {
            if (!p->in_gram)
                memcpy(rows + i * side, p->matrix + (done + i) * d, d * sizeof *rows);
            rows[i * side + (p->in_gram ? done + i : d)] = 1;
        }
        /* It only fails at sizes at which the factor would have. */
        sit_matrix_strsm(side, leverage->factor->blocks, n_now, rows, NULL);
        for (size_t i = 0; i < n_now; i++) {
            const float *row = rows + i * side;
            float sums[8] = {0}; /* several, for vector registers */
            for (size_t j = 0; j < side / 8 * 8; j += 8)
                for (size_t l = 0; l < 8; l++)
                    sums[l] += row[j + l] * row[j + l];
            double sum = 0;
            for (size_t j = side / 8 * 8; j < side; j++)
                sum += (double)(row[j] * row[j]);
            for (size_t l = 0; l < 8; l++)
                sum += (double)sums[l];
            leverage->q[done + i] = sum;
        }
    }
}

enum sit_status newton_factor_leverage(const struct newton_factor *factor,
                                       const struct newton_problem *p, double *q,
                                       struct sit_error *err)
{
    struct leverage leverage = {
        .factor = factor, .p = p, .n_parts = n_parts(factor, p), .q = q};
    if (factor->wide || factor->bent)
        return sit_error_set(err, SIT_E_NUMERIC, "float cannot tell the leverages");
    leverage.rows = sit_malloc_array(N_PARTS * LEVERAGE_ROWS,
                                     factor->side * sizeof *leverage.rows);
    if (leverage.rows == NULL)
        return sit_error_nomem(err);
    run_parts(factor, measure_part, &leverage, leverage.n_parts);
    free(leverage.rows);
    if (p->in_gram)
        finish_gram_leverage(factor, p->n, q);
    return SIT_OK;
}

size_t newton_factor_worth(const struct newton_factor *factor,
                           const struct newton_problem *p)
{
    double n = (double)p->n, q = (double)newton_dim(p), k = (double)p->n_outputs;
    double make = (double)factor->n_blocks *
                  (q * q * q / 3 + (p->in_gram ? 0 : n * q * q));
    double iterate = k * (4 * n * q + 2 * q * q);
    /* Level 3 of BLAS is about ten times as fast as level 2. */
    double worth = make / (10 * iterate);
    return worth < 3 ? 3 : worth > 16 ? 16 : (size_t)worth;
}
