/*
 * The computation of the review list in a thread of its own: one at a time, with
 * progress that the screen can read and a way to stop it.
 */
#ifndef SITTER_TUI_REVIEW_JOB_H
#define SITTER_TUI_REVIEW_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/review.h"

struct sit_review_job;

/** A byte is written to wake_fd (not blocking) for news. `path` is borrowed. */
enum sit_status sit_review_job_new(const char *path, int wake_fd,
                                   struct sit_review_job **out, struct sit_error *err);
/** Cancels what is running and waits for it. NULL is fine. */
void sit_review_job_free(struct sit_review_job *job);

/** What to compute: the list of suspects, or that of mistakes, then perhaps after
 * training anew. */
struct sit_review_work_order {
    int64_t model_id;
    enum sit_review_kind kind;
    bool retrain; /* kind SIT_REVIEW_MISTAKES only */
};

/** Begin; nothing must be running. SIT_E_NOMEM: no thread to be had. */
enum sit_status sit_review_job_start(struct sit_review_job *job,
                                     const struct sit_review_work_order *order,
                                     struct sit_error *err);

/** What there is to know since the last call. */
struct sit_review_news {
    bool has_progress;
    size_t done, total;
    char text[128];
    bool has_ended;
    enum sit_status status;
    struct sit_error err;
    struct sit_review_list list; /* the caller's to release, where status is SIT_OK */
};
void sit_review_job_take(struct sit_review_job *job, struct sit_review_news *news);

#endif
