/*
 * Passes over the feature or Gram matrix, in float, or in double through x itself.
 */
#include <string.h>

#include "newton_parts.h"
#include "sitter/matrix.h"

/* Up to so many outputs one by one: BLAS's products with narrow matrices are slower. */
enum { MAX_SINGLE = 4 };

static void to_float(const double *from, size_t n, float *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (float)from[i];
}

static void to_double(const float *from, size_t n, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (double)from[i];
}

/* out (k, transposed ? q : n) = in (k, transposed ? n : q) M or M', M (n, q) */
static enum sit_status pass_float(const struct newton_space *space, bool transposed,
                                  size_t q, const double *in, double *out,
                                  struct sit_error *err)
{
    const struct newton_problem *p = space->problem;
    size_t k = p->n_outputs, n_in = transposed ? p->n : q,
           n_out = transposed ? q : p->n;
    to_float(in, k * n_in, space->in);
    enum sit_status status = SIT_OK;
    if (k > MAX_SINGLE)
        status = sit_matrix_sgemm(false, !transposed, k, n_out, n_in, 1, space->in,
                                  p->matrix, 0, space->out, err);
    for (size_t i = 0; k <= MAX_SINGLE && status == SIT_OK && i < k; i++) {
        const float *from = space->in + i * n_in;
        float *to = space->out + i * n_out;
        status = p->in_gram ? sit_matrix_ssymv(p->n, p->matrix, from, to, err)
                            : sit_matrix_sgemv(transposed, p->n, q, 1, p->matrix, from,
                                               0, to, err);
    }
    if (status == SIT_OK)
        to_double(space->out, k * n_out, out);
    return status;
}

/* The same with x (n, d) in double. */
static enum sit_status pass_double(const struct newton_space *space, bool transposed,
                                   const double *in, double *out, struct sit_error *err)
{
    const struct newton_problem *p = space->problem;
    size_t k = p->n_outputs;
    size_t n_in = transposed ? p->n : p->d, n_out = transposed ? p->d : p->n;
    if (k > MAX_SINGLE)
        return sit_matrix_dgemm(false, !transposed, k, n_out, n_in, 1, in, p->x, 0, out,
                                err);
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < k; i++)
        status = sit_matrix_dgemv(transposed, p->n, p->d, 1, p->x, in + i * n_in, 0,
                                  out + i * n_out, err);
    return status;
}

enum sit_status newton_space_weights(const struct newton_space *space,
                                     const double *coef, struct sit_error *err)
{
    return pass_double(space, true, coef, space->w, err);
}

enum sit_status newton_space_score(const struct newton_space *space, const double *coef,
                                   double *score, struct sit_error *err)
{
    const struct newton_problem *p = space->problem;
    if (!space->exact)
        return pass_float(space, false, newton_dim(p), coef, score, err);
    if (!p->in_gram)
        return pass_double(space, false, coef, score, err);
    enum sit_status status = newton_space_weights(space, coef, err);
    if (status == SIT_OK)
        status = pass_double(space, false, space->w, score, err);
    return status;
}

enum sit_status newton_space_pull(const struct newton_space *space, const double *t,
                                  double *coef, double *image, struct sit_error *err)
{
    const struct newton_problem *p = space->problem;
    if (p->in_gram) {
        memcpy(coef, t, p->n_outputs * p->n * sizeof *coef);
        return newton_space_score(space, t, image, err);
    }
    if (space->exact)
        return pass_double(space, true, t, coef, err);
    return pass_float(space, true, p->d, t, coef, err);
}
