/*
 * The thread of background work, and what it tells the screen.
 */
#include "background.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/thread.h"

struct sit_background {
    int wake_fd;
    pthread_t thread;
    bool is_running; /* the thread is to be joined; the screen's thread only */
    sit_background_fn *work;
    void *context;
    pthread_mutex_t mutex; /* guards the rest */
    bool cancel;
    struct sit_background_news news;
};

static void wake(const struct sit_background *background)
{
    ssize_t n = write(background->wake_fd, "j", 1);
    (void)n; /* a full pipe wakes as well */
}

static bool report(void *context, size_t done, size_t total, const char *text)
{
    struct sit_background *background = context;
    pthread_mutex_lock(&background->mutex);
    bool go_on = !background->cancel;
    struct sit_background_news *news = &background->news;
    news->has_progress = true;
    news->done = done;
    news->total = total;
    snprintf(news->text, sizeof news->text, "%s", text != NULL ? text : "");
    pthread_mutex_unlock(&background->mutex);
    wake(background);
    return go_on;
}

static void *run(void *context)
{
    struct sit_background *background = context;
    struct sit_progress progress = {.report = report, .context = background};
    struct sit_error err = {0};
    enum sit_status status = background->work(background->context, &progress, &err);
    pthread_mutex_lock(&background->mutex);
    background->news.has_ended = true;
    background->news.status = status;
    background->news.err = err;
    pthread_mutex_unlock(&background->mutex);
    wake(background);
    return NULL;
}

enum sit_status sit_background_new(int wake_fd, struct sit_background **out,
                                   struct sit_error *err)
{
    struct sit_background *background = sit_calloc(1, sizeof *background);
    if (background == NULL)
        return sit_error_nomem(err);
    if (pthread_mutex_init(&background->mutex, NULL) != 0) {
        free(background);
        return sit_error_nomem(err);
    }
    background->wake_fd = wake_fd;
    *out = background;
    return SIT_OK;
}

void sit_background_free(struct sit_background *background)
{
    if (background == NULL)
        return;
    if (background->is_running) {
        sit_background_cancel(background);
        pthread_join(background->thread, NULL);
    }
    pthread_mutex_destroy(&background->mutex);
    free(background);
}

enum sit_status sit_background_start(struct sit_background *background,
                                     sit_background_fn *work, void *context,
                                     struct sit_error *err)
{
    if (background->is_running)
        return sit_error_set(err, SIT_E_BUSY,
                             "other work is still running; wait for its end");
    background->work = work;
    background->context = context;
    background->cancel = false;
    background->news = (struct sit_background_news){0};
    if (!sit_thread_start(&background->thread, run, background))
        return sit_error_set(err, SIT_E_NOMEM, "cannot start a thread");
    background->is_running = true;
    return SIT_OK;
}

bool sit_background_is_running(const struct sit_background *background)
{
    return background->is_running;
}

void sit_background_cancel(struct sit_background *background)
{
    pthread_mutex_lock(&background->mutex);
    background->cancel = true;
    pthread_mutex_unlock(&background->mutex);
}

void sit_background_take(struct sit_background *background,
                         struct sit_background_news *news)
{
    pthread_mutex_lock(&background->mutex);
    *news = background->news;
    background->news = (struct sit_background_news){0};
    pthread_mutex_unlock(&background->mutex);
    if (news->has_ended) {
        pthread_join(background->thread, NULL);
        background->is_running = false;
    }
}
