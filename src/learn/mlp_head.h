/*
 * What the multilayer perceptron keeps as a kind of head.
 */
#ifndef SITTER_MLP_HEAD_H
#define SITTER_MLP_HEAD_H

#include "head_internal.h"
#include "mlp.h"
#include "standardise.h"

struct mlp_body {
    struct standardisation scaling;
    struct mlp_shape shape;
    float *params; /* mlp_n_params(shape) */
};

/** head->body (NULL on entry) with its arrays, parameters 0, no scaling. SIT_E_ARG:
 * sizes beyond the limits. */
enum sit_status mlp_body_new(struct sit_head *head, size_t n_hidden,
                             const size_t *hidden, struct mlp_body **out,
                             struct sit_error *err);

#endif
