/*
 * A logistic head that follows the labels: rows come and change one by one, each fit
 * starts from the last one's solution and factor. For a screen that learns between two
 * keys. Its fits are those of sit_head_train() for the same standardisation.
 *
 * The standardisation is that of the rows at its last renewal: at the first fit, and
 * whenever the rows have become a tenth more or fewer since. In between it stands
 * still, so that a label moves probabilities only by what it says.
 */
#ifndef SITTER_LIVE_HEAD_H
#define SITTER_LIVE_HEAD_H

#include "sitter/head.h"

struct sit_live_head;

/** c > 0, fixed. SIT_E_ARG: sizes as for sit_head_train(); SIT_E_NOMEM. */
enum sit_status sit_live_head_new(size_t d, size_t n_classes, double c, bool balanced,
                                  struct sit_live_head **out, struct sit_error *err);
void sit_live_head_free(struct sit_live_head *live);

/** Rows so far. */
size_t sit_live_head_n_rows(const struct sit_live_head *live);

/** Add a row x (d), copied; it has the next index. SIT_E_NUMERIC: not finite;
 * SIT_E_ARG: no such class; SIT_E_NOMEM. */
enum sit_status sit_live_head_add(struct sit_live_head *live, const float *x, uint8_t y,
                                  struct sit_error *err);

/** Give row `index` another class. SIT_E_ARG. */
enum sit_status sit_live_head_relabel(struct sit_live_head *live, size_t index,
                                      uint8_t y, struct sit_error *err);

/** Take row `index` out; the last row takes its index. SIT_E_ARG. */
enum sit_status sit_live_head_remove(struct sit_live_head *live, size_t index,
                                     struct sit_error *err);

/** Standardise anew at the next fit, whatever has changed. */
void sit_live_head_renew(struct sit_live_head *live);

/** Fit to the rows as they are; *report may be NULL. Every class needs a row. The last
 * fit stays where this fails. As sit_head_train(). */
enum sit_status sit_live_head_fit(struct sit_live_head *live,
                                  const struct sit_progress *progress,
                                  struct sit_head_report *report,
                                  struct sit_error *err);

/** Leave-one-out probabilities p (rows, n_classes) of the rows of the last fit, in its
 * order, approximated as by sit_alo(). SIT_E_ARG: rows have changed since, or there is
 * no fit; and sit_alo()'s. */
enum sit_status sit_live_head_leave_one_out(struct sit_live_head *live, float *p,
                                            struct sit_error *err);

/** Probabilities p (n, n_classes) of rows x (n, d) by the last fit; in float: within
 * 1e-6 of sit_head_predict()'s. SIT_E_ARG: no fit; SIT_E_NUMERIC, SIT_E_NOMEM. */
enum sit_status sit_live_head_predict(const struct sit_live_head *live, const float *x,
                                      size_t n, float *p, struct sit_error *err);

/** The last fit as a head of its own. SIT_E_ARG: no fit. */
enum sit_status sit_live_head_copy(const struct sit_live_head *live,
                                   struct sit_head **out, struct sit_error *err);

#endif
