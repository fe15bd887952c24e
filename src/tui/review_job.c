/*
 * Computing the review list.
 */
#include "review_job.h"

enum sit_status sit_review_job_run(void *context, const struct sit_progress *progress,
                                   struct sit_error *err)
{
    struct sit_review_job *job = context;
    return sit_review_compute(job->path, job->kind, &job->options, progress, &job->list,
                              err);
}
