/*
 * Passes over the feature or Gram matrix, in float, or in double through x itself.
 */
#include <string.h>

#include "newton_parts.h"
#include "sitter/matrix.h"

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
    enum sit_status status;
    if (k > 1)
        status = sit_matrix_sgemm(false, !transposed, k, n_out, n_in, 1, space->in,
                                  p->matrix, 0, space->out, err);
    else if (p->in_gram)
        status = sit_matrix_ssymv(p->n, p->matrix, space->in, space->out, err);
    else
        status = sit_matrix_sgemv(transposed, p->n, q, 1, p->matrix, space->in, 0,
                                  space->out, err);
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
    if (k == 1)
        return sit_matrix_dgemv(transposed, p->n, p->d, 1, p->x, in, 0, out, err);
    return sit_matrix_dgemm(false, !transposed, k, transposed ? p->d : p->n,
                            transposed ? p->n : p->d, 1, in, p->x, 0, out, err);
}

enum sit_status newton_space_score(const struct newton_space *space, const double *coef,
                                   double *score, struct sit_error *err)
{
    const struct newton_problem *p = space->problem;
    if (!space->exact)
        return pass_float(space, false, newton_dim(p), coef, score, err);
    if (!p->in_gram)
        return pass_double(space, false, coef, score, err);
    enum sit_status status = pass_double(space, true, coef, space->w, err);
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
