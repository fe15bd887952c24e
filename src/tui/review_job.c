/*
 * Computing the review list.
 */
#include "review_job.h"

enum sit_status sit_review_job_run(void *context, const struct sit_progress *progress,
                                   struct sit_error *err)
{
    struct sit_review_job *job = context;
    if (job->kind == SIT_REVIEW_SUSPECTS)
        return sit_review_compute_suspects(job->path, job->model_id, progress,
                                           &job->list, err);
    return sit_review_compute(job->path, job->model_id, job->retrain, progress,
                              &job->list, err);
}
