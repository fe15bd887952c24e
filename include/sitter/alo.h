/*
 * Approximate leave-one-out: what a logistic head would say of each of its training
 * rows had it not seen the row, or nothing of the row's source, from the one fit there
 * is. Source: Rad and Maleki 2020; methods.md, "Logistic head".
 */
#ifndef SITTER_ALO_H
#define SITTER_ALO_H

#include "sitter/head.h"

/** What is left out at a time. */
enum sit_alo_unit {
    SIT_ALO_ROW,    /* each row by itself */
    SIT_ALO_SOURCE, /* all rows of a source: what new sources would see */
};

/**
 * Out-of-sample probabilities p (n, n_classes) of the rows that `head` was trained on.
 *
 * head   logistic, at the optimum for just these rows, this c and `balanced`; c and the
 *        standardisation stay as they are when a row is left out
 * data   (n, d), as in training; data->group is read for SIT_ALO_SOURCE only
 *
 * One Newton step from the fit: exact where the left out rows change the head little; a
 * class that all but vanishes with a source is where it is furthest off. SIT_E_ARG:
 * another kind of head, other sizes, a class without rows; SIT_E_LIMIT where outputs x
 * min(n, d) exceed 8192; SIT_E_NUMERIC, SIT_E_NOMEM.
 * O(k^2 min(n, d)^2 n + k^3 min(n, d)^3), k = 1 for two classes, else the classes.
 */
enum sit_status sit_alo(const struct sit_head *head, const struct sit_dataset *data,
                        double c, bool balanced, enum sit_alo_unit unit, float *p,
                        struct sit_error *err);

#endif
