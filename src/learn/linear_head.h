/*
 * Heads whose scores are linear in the standardised features: their body, and those
 * functions of the table of kinds that they share.
 */
#ifndef SITTER_LINEAR_HEAD_H
#define SITTER_LINEAR_HEAD_H

#include "folded_weights.h"
#include "head_internal.h"
#include "standardise.h"

struct linear_body {
    struct standardisation scaling;
    double *w; /* (head_n_outputs(), d + 1), intercept last in each row */
    struct folded_weights folded; /* of both, set by linear_finish() */
};

/** head->body (NULL on entry), no scaling, weights 0. */
enum sit_status linear_body_new(struct sit_head *head, struct linear_body **out,
                                struct sit_error *err);

/* As in struct head_ops. */
void linear_body_free(void *body);
void linear_finish(struct sit_head *head);
enum sit_status linear_scores(const struct sit_head *head, const float *x, size_t n,
                              double *z, struct sit_error *err);
void linear_append(const struct sit_head *head, struct sit_buf *out);
enum sit_status linear_parse(struct head_reader *reader, struct sit_head *head,
                             struct sit_error *err);

#endif
