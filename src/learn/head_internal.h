/*
 * What a trained head is made of, for the files of this folder that build, store and
 * use one.
 */
#ifndef SITTER_HEAD_INTERNAL_H
#define SITTER_HEAD_INTERNAL_H

#include "mlp.h"
#include "sitter/head.h"

struct sit_head {
    enum sit_head_kind kind;
    size_t d, n_classes;
    double *mean;      /* (d) */
    double *deviation; /* (d), none 0 */
    double *w; /* logistic: (head_n_outputs(), d + 1), intercept last in each row */
    struct mlp_shape shape; /* MLP */
    float *params;          /* MLP: mlp_n_params(shape) */
};

enum {
    HEAD_MAX_DIM = 1 << 20,
    HEAD_MAX_LAYER = 1 << 16,
    HEAD_MAX_PARAMS = 1 << 28,
};

/** Outputs before the sigmoid or softmax: one for two classes, else one a class. */
size_t head_n_outputs(size_t n_classes);

/** A zeroed head with all its arrays (deviation 1); the sizes are within the limits
 * above or the answer is SIT_E_ARG. hidden is only read for an MLP. */
enum sit_status head_new(enum sit_head_kind kind, size_t d, size_t n_classes,
                         size_t n_hidden, const size_t *hidden, struct sit_head **out,
                         struct sit_error *err);

/** Rows and labels as sit_head_train() demands them. `what` names them in errors. */
enum sit_status head_check_dataset(const struct sit_dataset *data, const char *what,
                                   struct sit_error *err);

enum sit_status head_check_options(const struct sit_head_options *options,
                                   struct sit_error *err);

#endif
