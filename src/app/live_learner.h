/*
 * Private to app: what the live model knows and learns, without its thread: the
 * labelled faces a head is fitted to, a random pool of faces to choose from, faces that
 * a screen wants to know about, and what the head makes of them. Features come from a
 * reader, a face at a time, and never more of them are held than the limits below say.
 * Owned by one thread. Methods: docs/queues.md.
 */
#ifndef SITTER_LIVE_LEARNER_H
#define SITTER_LIVE_LEARNER_H

#include "queue.h"
#include "sitter/interval.h"
#include "sitter/live_head.h"
#include "stop_rule.h"

enum {
    LIVE_MAX_ROWS = 2000,  /* labels that a head is fitted to */
    LIVE_MAX_POOL = 16384, /* faces to choose from */
    LIVE_MAX_VALUES =
        1 << 23, /* feature values in either: fewer rows of long vectors */
    LIVE_MAX_WANTED = 272,
    LIVE_RARE = 16, /* rows that a class keeps when there are too many */
};
/* C times the features: the same variance of a score before any label, however many
 * features there are (docs/queues.md). */
#define LIVE_SCORE_VARIANCE 10.0

/* A face's features into x (dim); *found false where it has none. */
struct live_reader {
    enum sit_status (*read)(void *context, size_t index, float *x, bool *found,
                            struct sit_error *err);
    void *context;
};

/* Faces as the learner sees them; all columns are the learner's own. */
struct live_faces {
    size_t n;
    int64_t *id;
    uint32_t *source;
    uint8_t *split;
    sit_class_index *label;
    uint8_t *is_candidate; /* may be chosen: open, and it matches the filter */
};
/* A copy; is_candidate may be NULL (none). */
enum sit_status live_faces_copy(const struct sit_face_table *table,
                                const uint8_t *is_candidate, struct live_faces *out,
                                struct sit_error *err);
void live_faces_release(struct live_faces *faces);

struct live_prediction {
    sit_class_index class_index; /* SIT_NO_CLASS: none */
    float p;
};

/* Rows of features by face, with what is predicted of them. */
struct live_rows {
    size_t n, capacity;
    uint32_t *face;
    float *x; /* (capacity, dim) */
};

struct live_learner {
    struct live_reader reader;
    size_t dim, n_project_classes;
    double c;
    bool is_trained_on[SIT_PROJECT_MAX_CLASSES];
    uint64_t seed;
    struct live_faces faces;
    int32_t *where;          /* (faces.n) row + 1, or -(place in the pool + 1), or 0 */
    uint8_t *lacks_features; /* (faces.n) known to have none */

    size_t max_rows, max_pool;
    struct live_rows rows; /* what the head is fitted to; row r is the head's row r */
    struct live_rows pool; /* unlabelled train faces */
    struct live_rows wanted;
    struct live_prediction *of_pool, of_wanted[LIVE_MAX_WANTED];
    struct live_prediction *of_rows; /* (max_rows) out of sample */
    float *pool_p;                   /* (max_pool, n_outputs) */
    uint8_t *last_round;             /* (max_pool) project class at the last round */
    size_t n_predicted;              /* first faces of the pool that are up to date */
    uint32_t *order; /* faces in the order in which the pool takes them */
    size_t n_ordered, cursor;

    struct sit_live_head *head; /* NULL: too few classes */
    bool must_rebuild, is_fitted, rows_changed;
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES]; /* of the head's outputs */
    size_t n_classes;
    size_t n_fitted; /* rows of the last fit */

    struct stop_rule stop;
    bool has_accuracy;
    size_t n_judged, n_right;
    struct sit_interval interval;

    uint32_t *cluster_face; /* faces that were clustered */
    uint32_t *cluster;
    float *typicality;
    size_t n_clustered, n_clusters;
};

/* Takes the faces over, also where it fails. Nothing is read yet. */
enum sit_status live_learner_init(struct live_learner *learner,
                                  struct live_faces *faces, size_t dim,
                                  const struct sit_class_list *classes, uint64_t seed,
                                  const struct live_reader *reader,
                                  struct sit_error *err);
void live_learner_release(struct live_learner *learner);

/* Read the features of the labelled faces, or of as many as are fitted. */
enum sit_status live_learner_load(struct live_learner *learner,
                                  const struct sit_progress *progress,
                                  struct sit_error *err);

/* More faces: a copy that has the old ones first; it is taken over. */
enum sit_status live_learner_grow(struct live_learner *learner,
                                  struct live_faces *faces, struct sit_error *err);

/* A face's label or candidacy as it is now. */
enum sit_status live_learner_set_face(struct live_learner *learner, size_t i,
                                      sit_class_index label, bool is_candidate,
                                      struct sit_error *err);

/* Take up to n_most more faces into the pool; *n_taken 0: it is complete. */
enum sit_status live_learner_fill_pool(struct live_learner *learner, size_t n_most,
                                       size_t *n_taken, struct sit_error *err);
/* The faces that a screen wants to know about. */
enum sit_status live_learner_want(struct live_learner *learner, const uint32_t *indices,
                                  size_t n, struct sit_error *err);

/* Fit where labels have changed, and predict; afterwards is_fitted says whether there
 * is a head. Also looks whether labelling may stop. */
enum sit_status live_learner_fit(struct live_learner *learner,
                                 const struct sit_progress *progress,
                                 struct sit_error *err);
/* Predict what has come into the pool, or is wanted, since. */
enum sit_status live_learner_predict(struct live_learner *learner,
                                     struct sit_error *err);
/* Whether that takes so long that it had better wait for a pause. */
bool live_learner_is_slow_to_judge(const struct live_learner *learner);
/* Leave out source by source, or row by row where that takes too long: accuracy and
 * of_rows. */
enum sit_status live_learner_judge(struct live_learner *learner, struct sit_error *err);

/* Whether ranking for `queue` would be better with clusters; make them. */
bool live_learner_needs_clusters(const struct live_learner *learner,
                                 enum sit_queue queue);
enum sit_status live_learner_cluster(struct live_learner *learner,
                                     const struct sit_progress *progress,
                                     struct sit_error *err);

/* Candidates for a queue, best first; returns how many. */
size_t live_learner_rank(const struct live_learner *learner, enum sit_queue queue,
                         struct queue_entry out[QUEUE_N_RANKED]);

/*
 * Between the files that make it up
 */

/* The head's output for a project class; SIZE_MAX: it has none. */
size_t live_learner_output_of(const struct live_learner *learner,
                              sit_class_index label);
/* Row r to the head, where it has an output for its label. */
enum sit_status live_learner_add_to_head(struct live_learner *learner, size_t r,
                                         struct sit_error *err);
/* Rows of a project class. */
size_t live_learner_count_rows(const struct live_learner *learner,
                               sit_class_index label);

#endif
