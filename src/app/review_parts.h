/*
 * Private to app: the inside of a review, which review.c (what is shown) and
 * review_decide.c (what is decided) share.
 */
#ifndef SITTER_APP_REVIEW_PARTS_H
#define SITTER_APP_REVIEW_PARTS_H

#include "sitter/filter.h"
#include "sitter/review.h"

struct sit_review {
    struct sit_labels *labels;
    char *annotator;
    struct sit_review_list lists[SIT_REVIEW_N_KINDS];
    size_t *shown; /* (view.n_shown) indices into the shown list's items, those of the
                      scope */
    struct sit_filter *filter; /* NULL: none */
    char *filter_text;
    struct sit_face_detail detail;
    struct sit_review_item item; /* the current one without what is hidden */
    struct sit_review_say says[SIT_REVIEW_MAX_SAYS];
    struct sit_review_outcome outcome;
    struct sit_review_view view;
};

/* Item i of those shown, with all that is known; NULL where there is none. */
struct sit_review_item *review_raw_item(const struct sit_review *review, size_t i);
enum sit_review_state review_item_state(const struct sit_review *review,
                                        const struct sit_review_item *item);

/* Make position the current one and renew what the view shows. */
enum sit_status review_show(struct sit_review *review, size_t position,
                            struct sit_error *err);

/* The next undecided item after the current one, wrapping around, or the current one.
 */
size_t review_next_open(const struct sit_review *review);

/* Nothing was decided just now. */
void review_forget_outcome(struct sit_review *review);

#endif
