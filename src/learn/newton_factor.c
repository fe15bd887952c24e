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

enum { MAX_BLOCK_FLOATS = 1 << 26, HESSIAN_ROWS = 256, MAX_TRIES = 12 };

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
        factor->scaled = sit_malloc_array(side, HESSIAN_ROWS * sizeof(double));
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

static void scale_rows(const struct newton_factor *factor,
                       const struct newton_problem *p, size_t block, size_t first,
                       size_t n_rows)
{
    size_t d = p->d, side = factor->side;
    for (size_t i = 0; i < n_rows; i++) {
        double root = factor->scale[block * p->n + first + i];
        if (factor->wide) {
            double *to = (double *)factor->scaled + i * side;
            const double *from = p->x + (first + i) * d;
            for (size_t j = 0; j < d; j++)
                to[j] = root * from[j];
            to[d] = root;
        } else {
            float *to = (float *)factor->scaled + i * side, narrow = (float)root;
            const float *from = p->matrix + (first + i) * d;
            for (size_t j = 0; j < d; j++)
                to[j] = narrow * from[j];
            to[d] = narrow;
        }
    }
}

/* The lower triangle of sum_i D_i (x_i, 1)(x_i, 1)' + I / c; scale is D^1/2. */
static enum sit_status build_feature_block(struct newton_factor *factor,
                                           const struct newton_problem *p, double c,
                                           size_t block, struct sit_error *err)
{
    size_t side = factor->side, at = block * side * side;
    enum sit_status status = SIT_OK;
    for (size_t done = 0; done < p->n && status == SIT_OK;) {
        size_t n_now = p->n - done < HESSIAN_ROWS ? p->n - done : HESSIAN_ROWS;
        scale_rows(factor, p, block, done, n_now);
        if (factor->wide)
            status = sit_matrix_dsyrk(true, side, n_now, 1, factor->scaled,
                                      done == 0 ? 0 : 1, factor->wide_blocks + at, err);
        else
            status = sit_matrix_ssyrk(true, side, n_now, 1, factor->scaled,
                                      done == 0 ? 0 : 1, factor->blocks + at, err);
        done += n_now;
    }
    for (size_t j = 0; j < p->d; j++) {
        size_t jj = at + j * side + j;
        if (factor->wide)
            factor->wide_blocks[jj] += 1 / c;
        else
            factor->blocks[jj] += (float)(1 / c);
    }
    return status;
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
