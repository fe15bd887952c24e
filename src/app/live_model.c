/*
 * The live model as a session sees it: sending labels to its thread, taking out what it
 * says.
 */
#include "live_model.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live_model_parts.h"
#include "sitter/alloc.h"
#include "sitter/thread.h"

static void answers_release(struct live_answers *answers)
{
    free(answers->class_index);
    free(answers->p);
    free(answers->fit);
    *answers = (struct live_answers){0};
}

/* Room for n faces; new ones have no answer. */
static bool answers_grow(struct live_answers *answers, size_t n)
{
    sit_class_index *class_index = sit_realloc_array(answers->class_index, n,
                                                     sizeof *class_index);
    answers->class_index = class_index != NULL ? class_index : answers->class_index;
    float *p = sit_realloc_array(answers->p, n, sizeof *p);
    answers->p = p != NULL ? p : answers->p;
    uint32_t *fit = sit_realloc_array(answers->fit, n, sizeof *fit);
    answers->fit = fit != NULL ? fit : answers->fit;
    if (class_index == NULL || p == NULL || fit == NULL)
        return false;
    memset(fit + answers->n, 0, (n - answers->n) * sizeof *fit);
    answers->n = n;
    return true;
}

static void release(struct live_model *model)
{
    live_faces_release(&model->first);
    live_faces_release(&model->grown);
    answers_release(&model->answers);
    free(model->changes);
    free(model->path);
    free(model->features);
    free(model);
}

static bool init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool ok = pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return ok;
}

enum sit_status live_model_new(const struct live_model_options *options,
                               const struct sit_face_table *table,
                               const uint8_t *is_candidate, struct live_model **out,
                               struct sit_error *err)
{
    struct live_model *model = sit_calloc(1, sizeof *model);
    if (model == NULL)
        return sit_error_nomem(err);
    model->classes = *options->classes;
    model->seed = options->seed;
    model->queue = options->queue;
    model->wake_fd = options->wake_fd;
    model->state = (struct sit_live_state){.phase = SIT_LIVE_LOADING, .high = 1};
    model->is_new = true;
    model->path = sit_strdup(options->path);
    if (options->features != NULL)
        model->features = sit_strdup(options->features);
    bool ok = model->path != NULL &&
              (options->features == NULL) == (model->features == NULL) &&
              answers_grow(&model->answers, table->n);
    enum sit_status status = ok ? live_faces_copy(table, is_candidate, &model->first,
                                                  err)
                                : sit_error_nomem(err);
    if (status == SIT_OK && pthread_mutex_init(&model->mutex, NULL) != 0)
        status = sit_error_nomem(err);
    if (status != SIT_OK) {
        release(model);
        return status;
    }
    if (!init_condition(&model->work)) {
        pthread_mutex_destroy(&model->mutex);
        release(model);
        return sit_error_nomem(err);
    }
    model->has_thread = sit_thread_start(&model->thread, live_model_run, model);
    if (!model->has_thread) {
        live_model_free(model);
        return sit_error_set(err, SIT_E_IO, "cannot start a thread for the live model");
    }
    *out = model;
    return SIT_OK;
}

void live_model_free(struct live_model *model)
{
    if (model == NULL)
        return;
    if (model->has_thread) {
        pthread_mutex_lock(&model->mutex);
        model->stop = true;
        pthread_cond_signal(&model->work);
        pthread_mutex_unlock(&model->mutex);
        pthread_join(model->thread, NULL);
    }
    pthread_cond_destroy(&model->work);
    pthread_mutex_destroy(&model->mutex);
    release(model);
}

static bool add_changes(struct live_model *model, const struct live_change *changes,
                        size_t n)
{
    void *grown = model->changes;
    if (!sit_grow_array(&grown, &model->change_capacity, model->n_changes + n,
                        sizeof *model->changes))
        return false;
    model->changes = grown;
    memcpy(model->changes + model->n_changes, changes, n * sizeof *changes);
    model->n_changes += n;
    return true;
}

void live_model_send(struct live_model *model, const struct sit_face_table *table,
                     const struct live_change *changes, size_t n)
{
    struct live_faces faces = {0};
    bool ok = table == NULL || live_faces_copy(table, NULL, &faces, NULL) == SIT_OK;
    pthread_mutex_lock(&model->mutex);
    if (ok && table != NULL)
        ok = answers_grow(&model->answers, table->n);
    if (ok && table != NULL) {
        live_faces_release(&model->grown);
        model->grown = faces;
        faces = (struct live_faces){0};
    }
    if (ok && n > 0)
        ok = add_changes(model, changes, n);
    model->lost_changes |= !ok;
    model->sent++;
    clock_gettime(CLOCK_MONOTONIC, &model->sent_at);
    pthread_cond_signal(&model->work);
    pthread_mutex_unlock(&model->mutex);
    live_faces_release(&faces);
}

void live_model_set_queue(struct live_model *model, enum sit_queue queue)
{
    pthread_mutex_lock(&model->mutex);
    model->queue = queue;
    model->new_queue = true;
    pthread_cond_signal(&model->work);
    pthread_mutex_unlock(&model->mutex);
}

void live_model_want(struct live_model *model, const uint32_t *indices, size_t n)
{
    if (n > LIVE_MAX_WANTED)
        n = LIVE_MAX_WANTED;
    pthread_mutex_lock(&model->mutex);
    if (n != model->n_wanted || memcmp(indices, model->wanted, n * sizeof *indices)) {
        memcpy(model->wanted, indices, n * sizeof *indices);
        model->n_wanted = n;
        model->new_wanted = true;
        pthread_cond_signal(&model->work);
    }
    pthread_mutex_unlock(&model->mutex);
}

bool live_model_take(struct live_model *model, struct sit_live_state *state,
                     struct queue_entry ranked[QUEUE_N_RANKED], size_t *n_ranked)
{
    pthread_mutex_lock(&model->mutex);
    bool is_new = model->is_new;
    *n_ranked = SIZE_MAX;
    if (is_new)
        *state = model->state;
    if (model->new_ranking) {
        memcpy(ranked, model->ranked, model->n_ranked * sizeof *ranked);
        *n_ranked = model->n_ranked;
    }
    model->is_new = model->new_ranking = false;
    pthread_mutex_unlock(&model->mutex);
    return is_new;
}

bool live_model_is_busy(struct live_model *model)
{
    pthread_mutex_lock(&model->mutex);
    bool rests = model->rests && model->rests_after == model->sent &&
                 !model->new_wanted && !model->new_queue;
    bool works = model->state.phase != SIT_LIVE_FAILED &&
                 model->state.phase != SIT_LIVE_OFF;
    pthread_mutex_unlock(&model->mutex);
    return works && !rests;
}

struct live_prediction live_model_predicted(struct live_model *model, size_t index,
                                            bool *is_current)
{
    struct live_prediction says = {.class_index = SIT_NO_CLASS};
    pthread_mutex_lock(&model->mutex);
    const struct live_answers *answers = &model->answers;
    bool is_ready = model->state.phase == SIT_LIVE_READY;
    if (is_ready && index < answers->n && answers->fit[index] == model->fit)
        says = (struct live_prediction){answers->class_index[index], answers->p[index]};
    if (is_current != NULL)
        *is_current = !is_ready || model->fitted == model->sent;
    pthread_mutex_unlock(&model->mutex);
    return says;
}
