/*
 * Fisherfaces as a kind of head. Scores and bytes are linear_head.c's, on the features
 * as they are; the fit is fisher.c's. There is nothing to choose.
 */
#include <math.h>

#include "fisher.h"
#include "linear_head.h"

static enum sit_status check_options(const struct sit_head_options *options,
                                     struct sit_error *err)
{
    (void)options;
    (void)err;
    return SIT_OK;
}

static enum sit_status train(struct sit_head *head, const struct sit_dataset *data,
                             const struct sit_dataset *held_out,
                             const struct sit_head_options *options,
                             const struct sit_progress *progress,
                             struct sit_head_report *report, struct sit_error *err)
{
    (void)held_out;
    (void)options;
    struct linear_body *body = NULL;
    enum sit_status status = linear_body_new(head, &body, err);
    if (status == SIT_OK)
        status = fisher_fit(data, progress, body->w, err);
    if (status == SIT_OK)
        *report = (struct sit_head_report){
            .c = NAN, .objective = NAN, .n_iterations = 1, .converged = true};
    return status;
}

const struct head_ops fisher_head_ops = {
    .kind = SIT_HEAD_FISHER,
    .name = "fisher",
    .check_options = check_options,
    .train = train,
    .finish = linear_finish,
    .free_body = linear_body_free,
    .scores = linear_scores,
    .scores_show_bad_features = true,
    .append = linear_append,
    .parse = linear_parse,
};
