/*
 * The live model's thread. The learner belongs to it alone. Work is done in steps, the
 * most urgent first: labels, what is on the screen, rankings, the pool, and accuracy.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "live_model_parts.h"
#include "sitter/thread.h"

enum {
    POOL_STEP = 256,
    POOL_TO_PREDICT = 1024,
    POOL_SLACK = 64, /* faces that may leave it before others come */
    FRAME_MS = 10,   /* from a label until the next face is on the screen */
    PAUSE_MS = 400,  /* without a label: time for what takes long */
};

/* The thread's own. */
struct live_work {
    struct live_model *model;
    struct sit_project *project;
    struct sit_feature_set set;
    struct live_learner learner;
    struct live_change *changes; /* taken from the inbox */
    size_t n_changes, change_capacity;
    uint32_t wanted[LIVE_MAX_WANTED];
    size_t n_wanted;
    enum sit_queue queue;
    uint64_t taken; /* changes so far */
    bool must_fit, must_want, must_rank, must_judge, pool_is_full;
    bool is_pause;        /* nobody has labelled for a while */
    size_t n_unpredicted; /* of the pool, since the last prediction */
    bool to_finish;       /* it was told to stop */
};

static void wake(const struct live_model *model)
{
    if (model->wake_fd < 0)
        return;
    ssize_t n = write(model->wake_fd, "l", 1);
    (void)n; /* a full pipe wakes as well */
}

static enum sit_status read_features(void *context, size_t index, float *x, bool *found,
                                     struct sit_error *err)
{
    struct live_work *work = context;
    enum sit_status status = sit_project_feature(work->project, work->set.id,
                                                 work->learner.faces.id[index],
                                                 work->set.dim, x, err);
    *found = status == SIT_OK;
    return status == SIT_E_NOT_FOUND ? SIT_OK : status;
}

static bool go_on(void *context, size_t done, size_t total, const char *text)
{
    struct live_work *work = context;
    (void)done, (void)total, (void)text;
    pthread_mutex_lock(&work->model->mutex);
    bool stop = work->model->stop;
    pthread_mutex_unlock(&work->model->mutex);
    return !stop;
}

static void set_phase(struct live_model *model, enum sit_live_phase phase,
                      const char *problem)
{
    pthread_mutex_lock(&model->mutex);
    model->state.phase = phase;
    snprintf(model->state.problem, sizeof model->state.problem, "%.159s", problem);
    model->is_new = true;
    pthread_mutex_unlock(&model->mutex);
    wake(model);
}

/* The feature set; *off: there is none, and none was asked for. */
static enum sit_status find_features(struct live_work *work, bool *off,
                                     struct sit_error *err)
{
    struct live_model *model = work->model;
    enum sit_status status = sit_project_open(model->path, SIT_PROJECT_READ,
                                              &work->project, err);
    if (status == SIT_OK)
        status = sit_project_feature_set(work->project, model->features, &work->set,
                                         err);
    *off = status == SIT_E_NOT_FOUND && model->features == NULL;
    if (status != SIT_OK)
        return status;
    if (strcmp(work->set.model, "pixels") == 0)
        return sit_error_set(err, SIT_E_UNSUPPORTED,
                             "the live model needs stored features, '%s' has none",
                             work->set.name);
    pthread_mutex_lock(&model->mutex);
    memcpy(model->state.features, work->set.name, sizeof model->state.features);
    pthread_mutex_unlock(&model->mutex);
    return SIT_OK;
}

/* Take what the session has sent. */
static enum sit_status take_inbox(struct live_work *work, struct sit_error *err)
{
    struct live_model *model = work->model;
    struct live_faces grown;
    pthread_mutex_lock(&model->mutex);
    struct live_change *changes = model->changes;
    size_t n = model->n_changes, capacity = model->change_capacity;
    model->changes = work->changes; /* they take turns */
    model->change_capacity = work->change_capacity;
    model->n_changes = 0;
    grown = model->grown;
    model->grown = (struct live_faces){0};
    bool lost = model->lost_changes;
    if (model->new_wanted) {
        memcpy(work->wanted, model->wanted, model->n_wanted * sizeof *work->wanted);
        work->n_wanted = model->n_wanted;
        work->must_want = true;
    }
    work->must_rank |= model->new_queue;
    work->queue = model->queue;
    work->to_finish = model->stop;
    work->must_fit |= model->sent != work->taken;
    work->taken = model->sent;
    model->new_wanted = model->new_queue = false;
    pthread_mutex_unlock(&model->mutex);
    work->changes = changes;
    work->change_capacity = capacity;
    work->n_changes = n;
    enum sit_status status = lost ? sit_error_nomem(err) : SIT_OK;
    if (grown.n > 0 && status == SIT_OK)
        status = live_learner_grow(&work->learner, &grown, err);
    live_faces_release(&grown);
    for (size_t i = 0; status == SIT_OK && i < n; i++)
        status = live_learner_set_face(&work->learner, changes[i].index,
                                       changes[i].label, changes[i].is_candidate != 0,
                                       err);
    const struct live_learner *learner = &work->learner;
    if (n > 0 && learner->pool.n + POOL_SLACK < learner->max_pool)
        work->pool_is_full = false;
    return status;
}

static void answer(struct live_model *model, uint32_t face, struct live_prediction says)
{
    model->answers.class_index[face] = says.class_index;
    model->answers.p[face] = says.p;
    model->answers.fit[face] = model->fit;
}

/* Let the session have what the learner knows now. */
static void publish(struct live_work *work, bool new_fit)
{
    struct live_model *model = work->model;
    const struct live_learner *learner = &work->learner;
    struct queue_entry ranked[QUEUE_N_RANKED];
    size_t n_ranked = 0;
    if (work->must_rank)
        n_ranked = live_learner_rank(learner, work->queue, ranked);
    pthread_mutex_lock(&model->mutex);
    if (new_fit) {
        model->fit++;
        model->fitted = work->taken;
    }
    if (learner->is_fitted) {
        for (size_t i = 0; i < learner->n_predicted; i++)
            answer(model, learner->pool.face[i], learner->of_pool[i]);
        for (size_t i = 0; i < learner->wanted.n; i++)
            answer(model, learner->wanted.face[i], learner->of_wanted[i]);
        for (size_t r = 0; r < learner->rows.n; r++)
            answer(model, learner->rows.face[r], learner->of_rows[r]);
    }
    struct sit_live_state *state = &model->state;
    state->phase = learner->is_fitted ? SIT_LIVE_READY : SIT_LIVE_WAITING;
    state->n_labels = learner->rows.n;
    bool has_accuracy = learner->is_fitted && learner->has_accuracy;
    state->accuracy = has_accuracy
                          ? (double)learner->n_right / (double)learner->n_judged
                          : 0;
    state->low = has_accuracy ? learner->interval.low : 0;
    state->high = has_accuracy ? learner->interval.high : 1;
    state->can_stop = learner->is_fitted && learner->stop.can_stop;
    if (work->must_rank) {
        memcpy(model->ranked, ranked, n_ranked * sizeof *ranked);
        model->n_ranked = n_ranked;
        model->new_ranking = true;
        work->must_rank = false;
    }
    model->is_new = true;
    pthread_mutex_unlock(&model->mutex);
    wake(model);
}

static enum sit_status fit(struct live_work *work, const struct sit_progress *progress,
                           struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (work->must_want)
        status = live_learner_want(&work->learner, work->wanted, work->n_wanted, err);
    work->must_want = false;
    if (status == SIT_OK)
        status = live_learner_fit(&work->learner, progress, err);
    if (status != SIT_OK)
        return status;
    work->must_fit = false;
    work->must_rank = work->must_judge = true;
    work->n_unpredicted = 0;
    publish(work, true);
    return SIT_OK;
}

static enum sit_status fill_pool(struct live_work *work, struct sit_error *err)
{
    size_t n_taken;
    enum sit_status status = live_learner_fill_pool(&work->learner, POOL_STEP, &n_taken,
                                                    err);
    if (status != SIT_OK)
        return status;
    work->n_unpredicted += n_taken;
    work->pool_is_full = n_taken < POOL_STEP;
    if (work->n_unpredicted == 0 ||
        (work->n_unpredicted < POOL_TO_PREDICT && !work->pool_is_full))
        return SIT_OK;
    work->n_unpredicted = 0;
    work->must_rank = true;
    status = live_learner_predict(&work->learner, err);
    if (status == SIT_OK)
        publish(work, false);
    return status;
}

/* The most urgent thing there is to do; *idle where there is none. */
static enum sit_status do_next(struct live_work *work,
                               const struct sit_progress *progress, bool *idle,
                               struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    *idle = false;
    if (work->must_fit)
        return fit(work, progress, err);
    if (work->must_want) {
        work->must_want = false;
        status = live_learner_want(&work->learner, work->wanted, work->n_wanted, err);
        if (status == SIT_OK)
            status = live_learner_predict(&work->learner, err);
        if (status == SIT_OK)
            publish(work, false);
        return status;
    }
    if (work->must_rank) {
        publish(work, false);
        return SIT_OK;
    }
    if (!work->pool_is_full)
        return fill_pool(work, err);
    if (live_learner_needs_clusters(&work->learner, work->queue)) {
        status = live_learner_cluster(&work->learner, progress, err);
        work->must_rank = true;
        return status;
    }
    if (work->must_judge &&
        (work->is_pause || !live_learner_is_slow_to_judge(&work->learner))) {
        work->must_judge = false;
        status = live_learner_judge(&work->learner, err);
        if (status == SIT_OK)
            publish(work, false);
        return status;
    }
    *idle = true;
    return SIT_OK;
}

static bool has_mail(const struct live_work *work)
{
    const struct live_model *model = work->model;
    return model->stop || model->sent != work->taken || model->new_wanted ||
           model->new_queue;
}

static struct timespec after(struct timespec at, long ms)
{
    enum { NS_A_SECOND = 1000000000 };
    at.tv_nsec += ms * 1000000L;
    at.tv_sec += at.tv_nsec / NS_A_SECOND;
    at.tv_nsec %= NS_A_SECOND;
    return at;
}

/* The key that labelled shows the next face first: what is learnt from it would take
 * the processor from that frame. */
static void let_frame_go(struct live_work *work)
{
    struct live_model *model = work->model;
    pthread_mutex_lock(&model->mutex);
    bool over = false;
    while (!model->stop && model->sent != work->taken && !over) {
        struct timespec until = after(model->sent_at, FRAME_MS);
        over = pthread_cond_timedwait(&model->work, &model->mutex, &until) == ETIMEDOUT;
    }
    pthread_mutex_unlock(&model->mutex);
}

/* Until there is something to do; what is left for a pause begins after a while. */
static void wait_for_work(struct live_work *work)
{
    struct live_model *model = work->model;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec until = after(now, PAUSE_MS);
    work->is_pause = false;
    pthread_mutex_lock(&model->mutex);
    /* What is put off to a pause is not waited for. */
    model->rests = true;
    model->rests_after = work->taken;
    wake(model);
    while (!has_mail(work) && !work->is_pause)
        if (!work->must_judge)
            pthread_cond_wait(&model->work, &model->mutex);
        else
            work->is_pause = pthread_cond_timedwait(&model->work, &model->mutex,
                                                    &until) == ETIMEDOUT;
    model->rests = false;
    pthread_mutex_unlock(&model->mutex);
}

static enum sit_status follow(struct live_work *work,
                              const struct sit_progress *progress,
                              struct sit_error *err)
{
    for (;;) {
        bool idle;
        let_frame_go(work);
        enum sit_status status = take_inbox(work, err);
        if (status == SIT_OK && !work->to_finish)
            status = do_next(work, progress, &idle, err);
        if (status != SIT_OK || work->to_finish)
            return status;
        if (idle)
            wait_for_work(work);
    }
}

void *live_model_run(void *context)
{
    struct live_model *model = context;
    struct live_work work = {.model = model, .must_fit = true, .must_rank = true};
    const struct sit_progress progress = {.report = go_on, .context = &work};
    const struct live_reader reader = {.read = read_features, .context = &work};
    struct sit_error err = {0};
    bool off = false;
    sit_thread_give_way();
    enum sit_status status = find_features(&work, &off, &err);
    if (status == SIT_OK)
        status = live_learner_init(&work.learner, &model->first, work.set.dim,
                                   &model->classes, model->seed, &reader, &err);
    if (status == SIT_OK)
        status = live_learner_load(&work.learner, &progress, &err);
    if (status == SIT_OK)
        status = follow(&work, &progress, &err);
    if (status != SIT_OK && status != SIT_E_CANCELLED)
        set_phase(model, off ? SIT_LIVE_OFF : SIT_LIVE_FAILED, off ? "" : err.message);
    live_learner_release(&work.learner);
    free(work.changes);
    free(work.set.provenance);
    sit_project_close(work.project);
    return NULL;
}
