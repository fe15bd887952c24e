/*
 * Private to app: in which order faces come: which are open, what comes next, why it
 * was chosen. Keeps a plan of the next faces, so that their pictures can be made ahead,
 * and a history of those shown. Knows no project and no model: rankings are given to
 * it. Rules: docs/queues.md.
 */
#ifndef SITTER_QUEUE_H
#define SITTER_QUEUE_H

#include "index_set.h"
#include "sitter/rng.h"
#include "sitter/session.h"

enum {
    QUEUE_N_PLAN = 12,       /* faces known ahead */
    QUEUE_N_HISTORY = 1024,  /* faces shown that the arrows go back to */
    QUEUE_N_RANKED = 256,    /* faces that the model names at a time */
    QUEUE_RETEST_AFTER = 30, /* labels between a face and its retest */
    QUEUE_RETEST_GAP = 10,   /* faces from one retest to the next, at least */
    QUEUE_MAX_AWAY = 64,     /* faces where others are */
};
#define QUEUE_RANDOM_SHARE 0.15

/* Why a face is where it is. */
enum queue_how {
    QUEUE_BY_GIVEN = SIT_QUEUE_GIVEN,
    QUEUE_BY_RANDOM = SIT_QUEUE_RANDOM,
    QUEUE_BY_UNCERTAIN = SIT_QUEUE_UNCERTAIN,
    QUEUE_BY_SPREAD = SIT_QUEUE_SPREAD,
    QUEUE_BY_LEAST = SIT_QUEUE_LEAST,
    QUEUE_BY_PERSON, /* somebody went there */
    QUEUE_BY_RETEST,
};

struct queue_entry {
    uint32_t index;
    uint8_t how; /* enum queue_how */
};

/* A face that is to come again, after a number of turns. */
struct queue_retest {
    uint32_t index;
    uint64_t due_turn;
};

/* Whether a face that is due has not been tested again already. */
typedef bool queue_retest_fn(void *context, size_t index);

struct queue {
    size_t n;
    uint8_t *split; /* (n) */
    enum sit_queue kind;
    uint64_t seed;

    struct index_set open;     /* still to label */
    struct index_set skipped;  /* those of them that come when no other is left */
    struct index_set mixed[2]; /* the others of a split, by their place */
    uint32_t *place, *at;      /* (n) a random order and its inverse; NULL: not yet */

    uint32_t away[QUEUE_MAX_AWAY]; /* where others are: not as long as there are more */
    size_t n_away;
    bool has_company; /* there have been others */
    bool uses_away;   /* there are no more: the plan may hold them */

    struct queue_entry ranked[QUEUE_N_RANKED]; /* the model's choice, best first */
    size_t n_ranked;

    struct queue_entry plan[QUEUE_N_PLAN];
    size_t n_plan;
    uint64_t turn;                /* of plan[0] */
    size_t anchor;                /* where the given order goes on from */
    size_t plan_anchor;           /* where it did when the plan was made */
    uint64_t retest_turn;         /* the first at which another retest may come */
    struct queue_retest *retests; /* first in, first out */
    size_t first_retest, n_retests, retest_capacity;
    queue_retest_fn *wants_retest;
    void *retest_context;

    struct queue_entry history[QUEUE_N_HISTORY];
    size_t n_history, at_history; /* history[at_history] is the current face */
};

/* For n faces, none of them open yet; the split is copied. */
enum sit_status queue_init(struct queue *queue, const uint8_t *split, size_t n,
                           enum sit_queue kind, uint64_t seed, struct sit_error *err);
void queue_release(struct queue *queue);

/* More faces have come. None of all is open then. */
enum sit_status queue_grow(struct queue *queue, const uint8_t *split, size_t n,
                           struct sit_error *err);

/* Change the order. The plan is made anew. */
enum sit_status queue_set_kind(struct queue *queue, enum sit_queue kind,
                               struct sit_error *err);

/* Whether face `i` may be offered; to be followed by queue_settle() before the next
 * question. */
void queue_set_open(struct queue *queue, size_t i, bool open);
/* Faces that are not chosen as long as there are others; as queue_set_open(). False
 * where it was told the same before. */
bool queue_set_away(struct queue *queue, const uint32_t *away, size_t n);
/* Whether it is one of those, and has not become one to choose. */
bool queue_is_away(const struct queue *queue, size_t i);
/* Bring the plan in line with what is open and how it is ranked: the face that comes
 * next stays where it can. */
void queue_settle(struct queue *queue);

/* How the model ranks open faces of the train split; the rest of the plan follows. */
void queue_set_ranking(struct queue *queue, const struct queue_entry *ranked, size_t n);

/* Face `i` has been labelled and is to come again. Short of memory it is forgotten. */
void queue_add_retest(struct queue *queue, size_t i);

/* The face that comes next (k 0), after that (1), ...; false where there is none. The
 * current one never is. */
bool queue_peek(const struct queue *queue, size_t k, struct queue_entry *out);
/* Go to the next; there is one. */
void queue_take(struct queue *queue);
/* The current face has been labelled: a retest of it is over. */
void queue_set_answered(struct queue *queue);
/* The current face stays open, but others come first. */
void queue_skip(struct queue *queue);

/* Face `i` is the current one: a person went there, or it is where a session begins. */
void queue_visit(struct queue *queue, size_t i, enum queue_how how);
/* Where `by` faces back or on in the history lead. False where that is nowhere. */
bool queue_look_back(const struct queue *queue, long by, struct queue_entry *out);
void queue_go_back(struct queue *queue, long by);

/* The current face's. */
struct queue_entry queue_current(const struct queue *queue);

/* Faces still to label. */
size_t queue_n_left(const struct queue *queue);

#endif
