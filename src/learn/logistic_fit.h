/*
 * One logistic fit: the matrix it works on, row weights, and the fit itself.
 */
#ifndef SITTER_LOGISTIC_FIT_H
#define SITTER_LOGISTIC_FIT_H

#include "fit_watch.h"
#include "sitter/head.h"

/** Standardised features in float, or their Gram matrix where that is less work. */
struct logistic_matrix {
    float *values; /* (n, n) x x', both triangles, or (n, d) x */
    bool in_gram;
};

/**
 * Of x (n, d), for as many Cholesky factors as n_factors: the space where they cost
 * less; x itself for none. SIT_E_NOMEM, SIT_E_LIMIT.
 */
enum sit_status logistic_matrix_init(struct logistic_matrix *matrix, const double *x,
                                     size_t n, size_t d, size_t n_factors,
                                     struct sit_error *err);
void logistic_matrix_release(struct logistic_matrix *matrix);

/** Weights s (n) of rows of classes y: 1, or n / (K n_k) with K the classes present. */
void logistic_row_weights(const uint8_t *y, size_t n, bool balanced, double *s);

/** Rows of a fit. Borrowed. */
struct logistic_rows {
    const double *x;  /* (n, d) standardised */
    const uint8_t *y; /* (n) below n_classes */
    const double *s;  /* (n) weights > 0 */
    size_t n, d, n_classes;
};

/**
 * The optimum into w (head_n_outputs(), d + 1), intercept last. SIT_E_NOT_CONVERGED and
 * newton_fit()'s.
 */
enum sit_status logistic_fit_rows(const struct logistic_rows *rows,
                                  const struct logistic_matrix *matrix, double c,
                                  const struct fit_watch *watch, double *w,
                                  struct fit_result *result, struct sit_error *err);

/**
 * The optimum for all rows of data, whose standardised features are x, into
 * w, as logistic_fit_rows().
 */
enum sit_status logistic_fit(const struct sit_dataset *data, const double *x,
                             const struct logistic_matrix *matrix, double c,
                             bool balanced, const struct fit_watch *watch, double *w,
                             struct fit_result *result, struct sit_error *err);

#endif
