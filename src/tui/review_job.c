/*
 * The thread that computes the review list.
 */
#include "review_job.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/thread.h"

struct sit_review_job {
    const char *path;
    int wake_fd;
    pthread_t thread;
    bool is_running; /* the thread is to be joined; the screen's thread only */
    struct sit_review_work_order order;
    pthread_mutex_t mutex; /* guards the rest */
    bool cancel;
    struct sit_review_news news;
};

static void wake(const struct sit_review_job *job)
{
    ssize_t n = write(job->wake_fd, "j", 1);
    (void)n; /* a full pipe wakes as well */
}

static bool report(void *context, size_t done, size_t total, const char *text)
{
    struct sit_review_job *job = context;
    pthread_mutex_lock(&job->mutex);
    bool go_on = !job->cancel;
    job->news.has_progress = true;
    job->news.done = done;
    job->news.total = total;
    snprintf(job->news.text, sizeof job->news.text, "%s", text != NULL ? text : "");
    pthread_mutex_unlock(&job->mutex);
    wake(job);
    return go_on;
}

static void *compute(void *context)
{
    struct sit_review_job *job = context;
    struct sit_progress progress = {.report = report, .context = job};
    struct sit_review_list list = {0};
    struct sit_error err = {0};
    enum sit_status status = job->order.kind == SIT_REVIEW_SUSPECTS
                                 ? sit_review_compute_suspects(job->path,
                                                               job->order.model_id,
                                                               &progress, &list, &err)
                                 : sit_review_compute(job->path, job->order.model_id,
                                                      job->order.retrain, &progress,
                                                      &list, &err);
    pthread_mutex_lock(&job->mutex);
    job->news.has_ended = true;
    job->news.status = status;
    job->news.err = err;
    job->news.list = list;
    pthread_mutex_unlock(&job->mutex);
    wake(job);
    return NULL;
}

enum sit_status sit_review_job_new(const char *path, int wake_fd,
                                   struct sit_review_job **out, struct sit_error *err)
{
    struct sit_review_job *job = sit_calloc(1, sizeof *job);
    if (job == NULL)
        return sit_error_nomem(err);
    if (pthread_mutex_init(&job->mutex, NULL) != 0) {
        free(job);
        return sit_error_nomem(err);
    }
    job->path = path;
    job->wake_fd = wake_fd;
    *out = job;
    return SIT_OK;
}

void sit_review_job_free(struct sit_review_job *job)
{
    if (job == NULL)
        return;
    if (job->is_running) {
        pthread_mutex_lock(&job->mutex);
        job->cancel = true;
        pthread_mutex_unlock(&job->mutex);
        pthread_join(job->thread, NULL);
    }
    sit_review_list_release(&job->news.list);
    pthread_mutex_destroy(&job->mutex);
    free(job);
}

enum sit_status sit_review_job_start(struct sit_review_job *job,
                                     const struct sit_review_work_order *order,
                                     struct sit_error *err)
{
    job->order = *order;
    if (!sit_thread_start(&job->thread, compute, job))
        return sit_error_set(err, SIT_E_NOMEM, "cannot start a thread");
    job->is_running = true;
    return SIT_OK;
}

void sit_review_job_take(struct sit_review_job *job, struct sit_review_news *news)
{
    pthread_mutex_lock(&job->mutex);
    *news = job->news;
    job->news = (struct sit_review_news){0};
    pthread_mutex_unlock(&job->mutex);
    if (news->has_ended) {
        pthread_join(job->thread, NULL);
        job->is_running = false;
    }
}
