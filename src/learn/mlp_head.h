/*
 * What the multilayer perceptron keeps as a kind of head, and its training.
 */
#ifndef SITTER_MLP_HEAD_H
#define SITTER_MLP_HEAD_H

#include "head_internal.h"
#include "mlp.h"
#include "mlp_predict.h"
#include "standardise.h"

/** One perceptron, or several of one shape whose probabilities are averaged. */
struct mlp_body {
    struct standardisation scaling;
    struct mlp_shape shape;
    size_t n_members;
    float *params;                    /* (n_members, mlp_n_params(shape)) */
    struct mlp_predictor *predictors; /* (n_members) */
};

/** head->body (NULL on entry) of one member with its arrays, parameters 0, no scaling.
 * SIT_E_ARG: sizes beyond the limits. */
enum sit_status mlp_body_new(struct sit_head *head, size_t n_hidden,
                             const size_t *hidden, struct mlp_body **out,
                             struct sit_error *err);

/** The same with several members. */
enum sit_status mlp_body_new_members(struct sit_head *head, size_t n_hidden,
                                     const size_t *hidden, size_t n_members,
                                     struct mlp_body **out, struct sit_error *err);

/** Train scaling and members of a new body. */
enum sit_status mlp_body_train(struct mlp_body *body, const struct sit_dataset *data,
                               const struct sit_dataset *held_out,
                               const struct sit_head_options *options,
                               const struct sit_progress *progress,
                               struct sit_head_report *report, struct sit_error *err);

#endif
