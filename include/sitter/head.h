/*
 * Heads: the small classifiers on top of features. One interface over logistic
 * regression (binary and softmax), the multilayer perceptron and Fisherfaces; training,
 * prediction, out-of-fold probabilities, and the bytes a head is stored as. Takes
 * matrices, never a database. Formulas: methods.md, "Logistic head" and "MLP head".
 */
#ifndef SITTER_HEAD_H
#define SITTER_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "sitter/dense.h"
#include "sitter/pool.h"
#include "sitter/progress.h"
#include "sitter/status.h"

enum {
    SIT_HEAD_MAX_CLASSES = 16,
    SIT_HEAD_MAX_HIDDEN = 8,
    SIT_HEAD_MAX_RESTARTS = 64,
    SIT_HEAD_N_CV_C = 10
};

enum sit_head_kind {
    SIT_HEAD_LOGISTIC = 1,
    SIT_HEAD_MLP = 2,
    SIT_HEAD_FISHER = 3, /* Fisherfaces; for pixels, at most 4,096 training rows */
};

/** "logistic", "mlp", "fisher"; NULL for no kind. */
const char *sit_head_kind_name(enum sit_head_kind kind);
/** The kind of that name; false where there is none. */
bool sit_head_kind_find(const char *name, enum sit_head_kind *kind);

/** How an MLP's weights follow the gradient; betas and epsilons are fixed. */
enum sit_head_optimiser { SIT_HEAD_RMSPROP, SIT_HEAD_ADAM, SIT_HEAD_ADAMW };

/** "rmsprop", "adam", "adamw"; NULL for none. */
const char *sit_head_optimiser_name(enum sit_head_optimiser optimiser);
/** The optimiser of that name; false where there is none. */
bool sit_head_optimiser_find(const char *name, enum sit_head_optimiser *optimiser);

/** How to train. Start from sit_head_options_init(). */
struct sit_head_options {
    enum sit_head_kind kind;
    uint64_t seed;    /* MLP: initial weights, shuffling, dropout */
    size_t n_threads; /* of large logistic fits; 0: one for each processor */

    bool balanced; /* class weights n / (K n_k) */

    /* logistic */
    double c; /* inverse penalty > 0; 0: chosen by cross-validation */

    /* MLP, defaults as Keras 2.0.6 trained the article's, but for the scaling */
    size_t n_hidden;                    /* 2 */
    size_t hidden[SIT_HEAD_MAX_HIDDEN]; /* 256, 64 */
    size_t n_epochs;                    /* 100; at most, with early stopping */
    size_t batch_size;                  /* 10; more than there are rows: all of them */
    double dropout;                     /* 0.5 */
    enum sit_head_optimiser optimiser;  /* RMSprop */
    double learning_rate;               /* 1e-3 */
    double weight_decay;                /* AdamW's, decoupled: 0.01 */
    bool raw_inputs;                    /* do not standardise the features */
    double early_stop;                  /* share of the training rows, by source, that
                                           decides when to stop; 0: none, all epochs */
    size_t patience;                    /* 10: epochs without a lower loss on that share
                                           before training ends with the best weights */
    size_t n_restarts; /* 1: heads of the seeds seed, seed + 1, ... whose
                          probabilities are averaged */
};

void sit_head_options_init(struct sit_head_options *options, enum sit_head_kind kind);

/**
 * Labelled rows. x (n, d) row-major float32, NOT yet standardised; y (n) class indices
 * below n_classes, every class present; group (n) source of each row, for folds (rows
 * of one group never straddle a fold). Borrowed.
 */
struct sit_dataset {
    const float *x;
    const uint8_t *y;
    const uint32_t *group;
    size_t n, d, n_classes;
};

/** One tried C of a cross-validation. */
struct sit_head_cv_point {
    double c;
    double mean_log_loss; /* mean over the folds */
    double
        se_log_loss; /* standard error of that mean: sample deviation / sqrt(folds) */
};

/** One of an MLP's restarts. */
struct sit_head_restart {
    size_t n_epochs;   /* run */
    size_t best_epoch; /* whose weights are kept, from 1; without early stopping the
                          last */
    double loss;       /* mean training loss of that epoch */
    size_t n_stop;     /* rows kept aside for early stopping */
    double stop_loss;  /* their mean log-loss after that epoch; NAN without any */
};

/** What training found out. */
struct sit_head_report {
    double c;            /* the C used; NAN for an MLP */
    double objective;    /* logistic: sum_i s_i loss_i + |w|^2 / (2C); MLP: the kept
                            epoch's mean loss, averaged over the restarts */
    size_t n_iterations; /* Newton or L-BFGS steps, or epochs of the longest restart */
    bool converged;
    size_t n_restarts; /* 0 unless it is an MLP */
    struct sit_head_restart restart[SIT_HEAD_MAX_RESTARTS];
    size_t n_cv; /* 0 unless C was chosen by cross-validation */
    struct sit_head_cv_point cv[SIT_HEAD_N_CV_C];
};

/** A trained head with its standardisation. Opaque. */
struct sit_head;

/**
 * Train. Held-out rows are only watched (their accuracy is in the progress text of the
 * MLP); pass NULL for none. Progress texts: "epoch 12, loss 0.3100, held-out 0.914",
 * "C 0.00464, log-loss 0.352"; where an MLP has restarts they may come from other
 * threads, one at a time. *out is written only on success; *report may be NULL.
 * SIT_E_ARG: no rows, one class, a class without rows, too few sources for early
 * stopping, bad options (message says which); SIT_E_NUMERIC: non-finite features (row
 * and column named) or a loss that diverged; SIT_E_NOT_CONVERGED, SIT_E_CANCELLED,
 * SIT_E_NOMEM. Same data, options and seed: the same head to the bit on the same
 * machine.
 */
enum sit_status sit_head_train(const struct sit_dataset *data,
                               const struct sit_dataset *held_out,
                               const struct sit_head_options *options,
                               const struct sit_progress *progress,
                               struct sit_head **out, struct sit_head_report *report,
                               struct sit_error *err);

/** Rows that are read as they are needed, any number of times from the beginning. */
struct sit_row_source {
    /** Rows first ... first + n - 1 into x (n, d). `first` is 0 or follows the row that
     * was read last. Called by one thread at a time, but not always by the same. */
    enum sit_status (*read)(void *context, size_t first, size_t n, float *x,
                            struct sit_error *err);
    void *context;
};

/**
 * Train without ever having all rows in memory: data->x is NULL, the rows come from the
 * source, some twenty times over. For logistic heads only: SIT_E_UNSUPPORTED otherwise.
 * As sit_head_train(), whose head it is but for rounding; also whatever reading
 * returns.
 */
enum sit_status
sit_head_train_read(const struct sit_dataset *data, const struct sit_row_source *source,
                    const struct sit_head_options *options,
                    const struct sit_progress *progress, struct sit_head **out,
                    struct sit_head_report *report, struct sit_error *err);

void sit_head_free(struct sit_head *head);

enum sit_head_kind sit_head_get_kind(const struct sit_head *head);
size_t sit_head_dim(const struct sit_head *head);
size_t sit_head_n_classes(const struct sit_head *head);

/** What scores are divided by before the sigmoid or softmax (1 unless calibrated). It
 * moves probabilities, never the most probable class. SIT_E_ARG unless it is above 0.
 */
double sit_head_temperature(const struct sit_head *head);
enum sit_status sit_head_set_temperature(struct sit_head *head, double temperature,
                                         struct sit_error *err);

/**
 * Probabilities of n rows x (n, d), not standardised, into p (n, n_classes), rows
 * summing to 1. SIT_E_ARG where d is not the head's; SIT_E_NUMERIC; SIT_E_NOMEM.
 * Thread-safe on one head.
 */
enum sit_status sit_head_predict(const struct sit_head *head, const float *x, size_t n,
                                 size_t d, float *p, struct sit_error *err);

/** The same on all threads of a pool, for many rows; the same probabilities. */
enum sit_status sit_head_predict_on(const struct sit_head *head, struct sit_pool *pool,
                                    const float *x, size_t n, size_t d, float *p,
                                    struct sit_error *err);

/**
 * Out-of-fold probabilities: stratified folds grouped by source; each row is predicted
 * by a head that saw no row of its source. With options->c 0 C is chosen once, on all
 * rows. p (n, n_classes). SIT_E_ARG where there are fewer sources than folds.
 */
enum sit_status sit_head_out_of_fold(const struct sit_dataset *data,
                                     const struct sit_head_options *options,
                                     size_t n_folds,
                                     const struct sit_progress *progress, float *p,
                                     struct sit_error *err);

/** The same for a logistic head on rows from a source, as sit_head_train_read(). */
enum sit_status sit_head_out_of_fold_read(const struct sit_dataset *data,
                                          const struct sit_row_source *source,
                                          const struct sit_head_options *options,
                                          size_t n_folds,
                                          const struct sit_progress *progress, float *p,
                                          struct sit_error *err);

/**
 * Stratified folds grouped by source, as scikit-learn's StratifiedGroupKFold without
 * shuffling: fold[n], each below n_folds. SIT_E_ARG: fewer groups than folds.
 */
enum sit_status sit_folds_assign(const uint8_t *y, const uint32_t *group, size_t n,
                                 size_t n_classes, size_t n_folds, uint32_t *fold,
                                 struct sit_error *err);

/**
 * A head of given weights: an MLP on unscaled features. n_classes outputs (softmax), or
 * for two classes one (sigmoid: the probability of class 1). Copied. SIT_E_ARG: no
 * layers, another number of outputs, sizes beyond the limits; SIT_E_NOMEM.
 */
enum sit_status sit_head_from_layers(const struct sit_dense_net *net, size_t n_classes,
                                     struct sit_head **out, struct sit_error *err);

/**
 * Dense layers that give a head's probabilities from unscaled features: its scaling and
 * temperature are worked into them, in float32. SIT_E_NUMERIC: they do not fit;
 * SIT_E_UNSUPPORTED: the head averages several networks.
 */
enum sit_status sit_head_get_layers(const struct sit_head *head,
                                    struct sit_dense_net *out, struct sit_error *err);

/** Append the head as bytes (own format, versioned, little-endian, with a checksum). */
enum sit_status sit_head_serialise(const struct sit_head *head, struct sit_buf *out,
                                   struct sit_error *err);

/** Read such bytes back; nothing in them is trusted. `name` is for errors. */
enum sit_status sit_head_parse(const void *bytes, size_t n_bytes, const char *name,
                               struct sit_head **out, struct sit_error *err);

#endif
