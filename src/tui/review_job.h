/*
 * What the review screen computes in the background: its list.
 */
#ifndef SITTER_TUI_REVIEW_JOB_H
#define SITTER_TUI_REVIEW_JOB_H

#include "background.h"
#include "sitter/review.h"

/** What to compute, and what came of it. */
struct sit_review_job {
    const char *path; /* of the project; borrowed */
    enum sit_review_kind kind;
    struct sit_review_options options;
    struct sit_review_list list; /* the owner's to release, once the work has ended */
};

/** A sit_background_fn; the context is the job. */
enum sit_status sit_review_job_run(void *context, const struct sit_progress *progress,
                                   struct sit_error *err);

#endif
