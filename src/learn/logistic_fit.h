/*
 * One logistic fit on part of the rows: what training and cross-validation share.
 */
#ifndef SITTER_LOGISTIC_FIT_H
#define SITTER_LOGISTIC_FIT_H

#include "fit_watch.h"
#include "sitter/head.h"

/** Rows with their standardised features, and the Gram matrix where n < d. */
struct logistic_data {
    const struct sit_dataset *rows;
    const double *x; /* (n, d); borrowed */
    double *gram;    /* (n, n) or NULL; owned */
};

enum sit_status logistic_data_init(struct logistic_data *data,
                                   const struct sit_dataset *rows, const double *x,
                                   struct sit_error *err);
void logistic_data_release(struct logistic_data *data);

/** The rows of one fit. Classes that have none there take no part; the others are
 * numbered anew. */
struct logistic_subset {
    double *s;  /* (n) row weights, 0 for rows left out */
    uint8_t *y; /* (n) new class numbers; 0 for classes that take no part */
    size_t n_classes;
    bool present[SIT_HEAD_MAX_CLASSES]; /* by old class number */
};

enum sit_status logistic_subset_init(struct logistic_subset *subset, size_t n,
                                     struct sit_error *err);
void logistic_subset_release(struct logistic_subset *subset);

/** All rows whose fold is not held_out; fold NULL: all rows. */
void logistic_subset_select(struct logistic_subset *subset,
                            const struct sit_dataset *rows, const uint32_t *fold,
                            uint32_t held_out, bool balanced);

/** Doubles that hold any fit's theta. */
size_t logistic_theta_size(const struct logistic_data *data);

/** Fit from theta (zeros, or a solution of the same subset); two classes or more. */
enum sit_status logistic_fit(const struct logistic_data *data,
                             const struct logistic_subset *subset, double c,
                             double tolerance, const struct fit_watch *watch,
                             double *theta, struct fit_result *result,
                             struct sit_error *err);

/** p (n, subset->n_classes) of all rows at theta. */
enum sit_status logistic_probabilities(const struct logistic_data *data,
                                       const struct logistic_subset *subset,
                                       const double *theta, double *p,
                                       struct sit_error *err);

/** theta as rows of (d + 1), intercept last: one for two classes, else one a class. */
enum sit_status logistic_weights(const struct logistic_data *data,
                                 const struct logistic_subset *subset,
                                 const double *theta, double *w, struct sit_error *err);

#endif
