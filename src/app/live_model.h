/*
 * Private to app: the live model in a thread of its own, with a connection of its own.
 * A session tells it what changes; what it finds out is copied out. None of the calls
 * waits for the thread's work, but for live_model_free().
 */
#ifndef SITTER_LIVE_MODEL_H
#define SITTER_LIVE_MODEL_H

#include "live_learner.h"

struct live_model;

struct live_model_options {
    const char *path;     /* of the project */
    const char *features; /* NULL: the newest set */
    const struct sit_class_list *classes;
    uint64_t seed;
    enum sit_queue queue;
    int wake_fd; /* a byte is written whenever there is something new; -1: none */
};

/* Start on copies of the table and of who may be chosen (NULL: nobody). SIT_E_NOMEM,
 * SIT_E_IO where there can be no thread. */
enum sit_status live_model_new(const struct live_model_options *options,
                               const struct sit_face_table *table,
                               const uint8_t *is_candidate, struct live_model **out,
                               struct sit_error *err);
void live_model_free(struct live_model *model);

/* A face's label or candidacy is another. Sent off by live_model_send(). */
struct live_change {
    uint32_t index;
    sit_class_index label;
    uint8_t is_candidate;
};
/* n changes, or (table not NULL) more faces before that, or another queue. */
void live_model_send(struct live_model *model, const struct sit_face_table *table,
                     const struct live_change *changes, size_t n);
void live_model_set_queue(struct live_model *model, enum sit_queue queue);
/* The faces that the screen shows or will show. */
void live_model_want(struct live_model *model, const uint32_t *indices, size_t n);

/* The state, and the ranking where a new one is there since the last call (*n_ranked
 * SIZE_MAX otherwise). Returns whether anything is new. */
bool live_model_take(struct live_model *model, struct sit_live_state *state,
                     struct queue_entry ranked[QUEUE_N_RANKED], size_t *n_ranked);
/* Whether it is still at what it was told. Where it rests, a byte was written. */
bool live_model_is_busy(struct live_model *model);
/* What the newest head says of a face, out of sample on those it was fitted to;
 * *is_current (may be NULL): all labels sent are in it. */
struct live_prediction live_model_predicted(struct live_model *model, size_t index,
                                            bool *is_current);

#endif
