/*
 * Training one perceptron from a seed.
 */
#ifndef SITTER_MLP_TRAIN_H
#define SITTER_MLP_TRAIN_H

#include "mlp.h"

/** What a training works on. Borrowed. */
struct mlp_task {
    const struct mlp_shape *shape;
    const struct mlp_rows *rows;
    const uint8_t *is_stop; /* by row: kept aside for early stopping; or NULL */
    const struct mlp_rows *held_out; /* only watched; or NULL */
    const struct sit_head_options *options;
    uint64_t seed; /* instead of the options' */
};

/**
 * Train params (mlp_n_params). The same task gives the same bits. SIT_E_NUMERIC where
 * loss or weights are no longer finite; SIT_E_CANCELLED; SIT_E_NOMEM.
 */
enum sit_status mlp_train(const struct mlp_task *task,
                          const struct sit_progress *progress, float *params,
                          struct sit_head_restart *result, struct sit_error *err);

/**
 * Choose the rows of early stopping: one of about 1 / share stratified folds grouped by
 * source, which one by the seed; is_stop (n) is 1 for them. Every class stays among the
 * others. SIT_E_ARG: too few sources, or no such fold.
 */
enum sit_status mlp_stop_choose(const struct sit_dataset *data, double share,
                                uint64_t seed, uint8_t *is_stop, struct sit_error *err);

#endif
