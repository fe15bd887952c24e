/*
 * The first look at many rows, in one walk: that they are finite, the columns' means
 * and deviations, sums by class, and a copy of chosen rows.
 */
#ifndef SITTER_COLUMN_MOMENTS_H
#define SITTER_COLUMN_MOMENTS_H

#include "row_walk.h"

/** Rows that take part: those of other folds than held_out; all where fold is NULL. */
struct row_mask {
    const uint32_t *fold; /* (n) or NULL */
    uint32_t held_out;
};

static inline bool row_takes_part(const struct row_mask *mask, size_t i)
{
    return mask->fold == NULL || mask->fold[i] != mask->held_out;
}

struct column_moments {
    double *mean, *deviation; /* (d); the caller's */
    double *class_sums;       /* (n_classes, d) of x - mean; the caller's */
    size_t class_counts[SIT_HEAD_MAX_CLASSES];
};

/** Fill *moments from the rows that take part, and copy the chosen ones. SIT_E_NUMERIC
 * naming the first row and column that is not finite, SIT_E_NOMEM; reading's. */
enum sit_status column_moments_find(struct row_walk *walk, const struct row_mask *mask,
                                    struct column_moments *moments,
                                    const struct row_choice *choice,
                                    struct sit_error *err);

#endif
