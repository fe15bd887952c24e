/*
 * Choosing C by cross-validation: stratified folds grouped by source, mean log-loss,
 * the simplest C within one standard error of the best.
 */
#ifndef SITTER_LOGISTIC_CV_H
#define SITTER_LOGISTIC_CV_H

#include "logistic_fit.h"

/** The number of factors that cross-validation makes, about. */
enum { LOGISTIC_CV_FACTORS = 100 };

/**
 * On checked data whose standardised features are x, and `matrix` of it; points are
 * SIT_HEAD_N_CV_C; the folds run side by side on all cores, and the result does not
 * depend on how many. SIT_E_ARG
 * where there are too few sources; SIT_E_CANCELLED.
 */
enum sit_status logistic_cross_validate(const struct sit_dataset *data, const double *x,
                                        const struct logistic_matrix *matrix,
                                        bool balanced,
                                        const struct sit_progress *progress, double *c,
                                        struct sit_head_cv_point *points,
                                        struct sit_error *err);

#endif
