/*
 * What to label next, by the live model: rankings of the pool for each queue, and the
 * clusters that the spread queue begins with.
 */
#include <stdlib.h>
#include <string.h>

#include "live_learner.h"
#include "sitter/alloc.h"
#include "sitter/spread.h"

enum { N_CLUSTERS = 20, MAX_CLUSTERED = 4096, FEWEST_PER_CLUSTER = 3 };

struct ranked {
    double score; /* the least comes first */
    uint32_t face;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;
    if (one->score != other->score)
        return one->score < other->score ? -1 : 1;
    return one->face < other->face ? -1 : one->face > other->face;
}

/* The first of n into out[used ...]; returns how many are there then. */
static size_t take_first(struct ranked *ranked, size_t n, enum queue_how how,
                         struct queue_entry *out, size_t used)
{
    qsort(ranked, n, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < n && used < QUEUE_N_RANKED; i++)
        out[used++] = (struct queue_entry){ranked[i].face, (uint8_t)how};
    return used;
}

/* The most probable class's lead over the next. */
static double margin(const float *p, size_t n_classes)
{
    float first = 0, second = 0;
    for (size_t k = 0; k < n_classes; k++) {
        if (p[k] > first) {
            second = first;
            first = p[k];
        } else if (p[k] > second) {
            second = p[k];
        }
    }
    return (double)first - (double)second;
}

/* The head's output with the fewest labels. */
static size_t rarest_output(const struct live_learner *learner)
{
    size_t counts[SIT_PROJECT_MAX_CLASSES] = {0}, rarest = 0;
    for (size_t i = 0; i < learner->faces.n; i++)
        if (learner->faces.label[i] >= 0 && learner->faces.split[i] == SIT_TRAIN)
            counts[learner->faces.label[i]]++;
    for (size_t k = 1; k < learner->n_classes; k++)
        if (counts[learner->classes[k]] < counts[learner->classes[rarest]])
            rarest = k;
    return rarest;
}

static size_t rank_by_head(const struct live_learner *learner, enum sit_queue queue,
                           struct queue_entry *out, size_t used)
{
    size_t n = learner->n_predicted, k = learner->n_classes;
    if (!learner->is_fitted || n == 0)
        return used;
    struct ranked *ranked = sit_malloc_array(n, sizeof *ranked);
    if (ranked == NULL) /* the queue does with what it has */
        return used;
    bool is_least = queue == SIT_QUEUE_LEAST;
    size_t rarest = is_least ? rarest_output(learner) : 0;
    for (size_t i = 0; i < n; i++) {
        const float *p = learner->pool_p + i * k;
        ranked[i] = (struct ranked){is_least ? -(double)p[rarest] : margin(p, k),
                                    learner->pool.face[i]};
    }
    used = take_first(ranked, n, is_least ? QUEUE_BY_LEAST : QUEUE_BY_UNCERTAIN, out,
                      used);
    free(ranked);
    return used;
}

/* Of each cluster without a label, the largest first, its most typical face. */
static size_t rank_by_cluster(const struct live_learner *learner,
                              struct queue_entry *out)
{
    size_t n_faces[N_CLUSTERS] = {0}, n_labels[N_CLUSTERS] = {0}, n = 0;
    uint32_t typical[N_CLUSTERS];
    float most[N_CLUSTERS];
    for (size_t c = 0; c < N_CLUSTERS; c++)
        most[c] = -1;
    for (size_t i = 0; i < learner->n_clustered; i++) {
        uint32_t c = learner->cluster[i], face = learner->cluster_face[i];
        n_faces[c]++;
        n_labels[c] += learner->faces.label[face] != SIT_NO_CLASS;
        if (learner->faces.is_candidate[face] &&
            learner->faces.label[face] == SIT_NO_CLASS &&
            learner->typicality[i] > most[c]) {
            most[c] = learner->typicality[i];
            typical[c] = face;
        }
    }
    struct ranked ranked[N_CLUSTERS];
    for (size_t c = 0; c < learner->n_clusters; c++)
        if (n_labels[c] == 0 && most[c] >= 0)
            ranked[n++] = (struct ranked){-(double)n_faces[c], typical[c]};
    return take_first(ranked, n, QUEUE_BY_SPREAD, out, 0);
}

size_t live_learner_rank(const struct live_learner *learner, enum sit_queue queue,
                         struct queue_entry out[QUEUE_N_RANKED])
{
    if (queue == SIT_QUEUE_GIVEN || queue == SIT_QUEUE_RANDOM)
        return 0;
    size_t used = queue == SIT_QUEUE_SPREAD ? rank_by_cluster(learner, out) : 0;
    return rank_by_head(learner, queue, out, used);
}

bool live_learner_needs_clusters(const struct live_learner *learner,
                                 enum sit_queue queue)
{
    return queue == SIT_QUEUE_SPREAD && learner->n_clusters == 0 &&
           learner->pool.n + learner->rows.n >= 2 * FEWEST_PER_CLUSTER;
}

/* The rows and part of the pool, which is in random order, prepared. */
static enum sit_status gather(const struct live_learner *learner, size_t n,
                              uint32_t *face, float *x, struct sit_error *err)
{
    size_t d = learner->dim, n_rows = learner->rows.n < n ? learner->rows.n : n;
    memcpy(face, learner->rows.face, n_rows * sizeof *face);
    memcpy(x, learner->rows.x, n_rows * d * sizeof *x);
    if (n > n_rows) {
        memcpy(face + n_rows, learner->pool.face, (n - n_rows) * sizeof *face);
        memcpy(x + n_rows * d, learner->pool.x, (n - n_rows) * d * sizeof *x);
    }
    return sit_spread_prepare(x, n, d, err);
}

enum sit_status live_learner_cluster(struct live_learner *learner,
                                     const struct sit_progress *progress,
                                     struct sit_error *err)
{
    size_t n = learner->rows.n + learner->pool.n, d = learner->dim;
    if (n > MAX_CLUSTERED)
        n = MAX_CLUSTERED;
    size_t k = n / FEWEST_PER_CLUSTER < N_CLUSTERS ? n / FEWEST_PER_CLUSTER
                                                   : N_CLUSTERS;
    uint32_t *face = sit_malloc_array(n, sizeof *face);
    uint32_t *cluster = sit_malloc_array(n, sizeof *cluster);
    float *typicality = sit_malloc_array(n, sizeof *typicality);
    float *x = sit_malloc_array(n, d * sizeof *x);
    float *centre = sit_malloc_array(N_CLUSTERS, d * sizeof *centre);
    enum sit_status status = SIT_OK;
    if (face == NULL || cluster == NULL || typicality == NULL || x == NULL ||
        centre == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = gather(learner, n, face, x, err);
    if (status == SIT_OK)
        status = sit_kmeans(x, n, d, k, learner->seed, progress, cluster, centre, err);
    if (status == SIT_OK)
        status = sit_typicality(x, n, d, cluster, centre, k, progress, typicality, err);
    free(x);
    free(centre);
    if (status != SIT_OK) {
        free(face);
        free(cluster);
        free(typicality);
        return status;
    }
    free(learner->cluster_face);
    free(learner->cluster);
    free(learner->typicality);
    learner->cluster_face = face;
    learner->cluster = cluster;
    learner->typicality = typicality;
    learner->n_clustered = n;
    learner->n_clusters = k;
    return SIT_OK;
}
