/*
 * Private to app: what the live model's two sides share: one mutex guards an inbox
 * (what the session sends) and an outbox (what the thread has found out).
 */
#ifndef SITTER_LIVE_MODEL_PARTS_H
#define SITTER_LIVE_MODEL_PARTS_H

#include <pthread.h>
#include <time.h>

#include "live_model.h"

/* What the newest head says, by face. */
struct live_answers {
    size_t n;
    sit_class_index *class_index;
    float *p;
    uint32_t *fit; /* the fit that says so; older ones do not count */
};

struct live_model {
    char *path, *features;
    struct sit_class_list classes;
    uint64_t seed;
    int wake_fd;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex;
    pthread_cond_t work;

    /* Inbox */
    bool stop;
    struct live_faces first, grown; /* n 0: none */
    struct live_change *changes;
    size_t n_changes, change_capacity;
    bool lost_changes; /* there was no memory for them */
    uint32_t wanted[LIVE_MAX_WANTED];
    size_t n_wanted;
    bool new_wanted;
    enum sit_queue queue;
    bool new_queue;
    uint64_t sent;           /* changes so far */
    struct timespec sent_at; /* the newest of them */

    /* Outbox */
    bool is_new, new_ranking;
    struct sit_live_state state;
    struct queue_entry ranked[QUEUE_N_RANKED];
    size_t n_ranked;
    struct live_answers answers;
    uint32_t fit, judged_fit; /* newest; the one whose rows were left out */
    uint64_t fitted;          /* changes that it knows of */
    bool rests;               /* the thread waits, having done all there was */
    uint64_t rests_after;     /* changes */
};

/* The thread; its argument is the live model. */
void *live_model_run(void *model);

#endif
