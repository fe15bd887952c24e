/*
 * The live model's labelled rows and its head: which labels are fitted, in step with
 * the live head; fitting, predicting, leaving out.
 */
#include "live_learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/alo.h"
#include "sitter/interval.h"
#include "sitter/metrics.h"

/* Operations that leaving out by source may take, half a second, and those that no
 * label need wait for. */
#define MAX_JUDGE_OPERATIONS 1e10
#define FEW_JUDGE_OPERATIONS 6e7

enum sit_status live_faces_copy(const struct sit_face_table *table,
                                const uint8_t *is_candidate, struct live_faces *out,
                                struct sit_error *err)
{
    size_t n = table->n;
    struct live_faces faces = {.n = n};
    faces.id = sit_malloc_array(n, sizeof *faces.id);
    faces.source = sit_malloc_array(n, sizeof *faces.source);
    faces.split = sit_malloc_array(n, sizeof *faces.split);
    faces.label = sit_malloc_array(n, sizeof *faces.label);
    faces.is_candidate = sit_calloc(n, sizeof *faces.is_candidate);
    if (faces.id == NULL || faces.source == NULL || faces.split == NULL ||
        faces.label == NULL || faces.is_candidate == NULL) {
        live_faces_release(&faces);
        return sit_error_nomem(err);
    }
    if (n > 0) {
        memcpy(faces.id, table->id, n * sizeof *faces.id);
        memcpy(faces.source, table->source, n * sizeof *faces.source);
        memcpy(faces.split, table->split, n * sizeof *faces.split);
        memcpy(faces.label, table->label, n * sizeof *faces.label);
        if (is_candidate != NULL)
            memcpy(faces.is_candidate, is_candidate, n * sizeof *faces.is_candidate);
    }
    *out = faces;
    return SIT_OK;
}

void live_faces_release(struct live_faces *faces)
{
    free(faces->id);
    free(faces->source);
    free(faces->split);
    free(faces->label);
    free(faces->is_candidate);
    *faces = (struct live_faces){0};
}

static void rows_release(struct live_rows *rows)
{
    free(rows->face);
    free(rows->x);
    *rows = (struct live_rows){0};
}

void live_learner_release(struct live_learner *learner)
{
    sit_live_head_free(learner->head);
    live_faces_release(&learner->faces);
    rows_release(&learner->rows);
    rows_release(&learner->pool);
    rows_release(&learner->wanted);
    free(learner->where);
    free(learner->lacks_features);
    free(learner->of_pool);
    free(learner->of_rows);
    free(learner->pool_p);
    free(learner->last_round);
    free(learner->order);
    free(learner->cluster_face);
    free(learner->cluster);
    free(learner->typicality);
    *learner = (struct live_learner){0};
}

static size_t rows_that_fit(size_t most, size_t dim)
{
    size_t n = LIVE_MAX_VALUES / dim;
    if (n < 4 * SIT_PROJECT_MAX_CLASSES)
        n = 4 * SIT_PROJECT_MAX_CLASSES;
    return n < most ? n : most;
}

enum sit_status live_learner_init(struct live_learner *learner,
                                  struct live_faces *faces, size_t dim,
                                  const struct sit_class_list *classes, uint64_t seed,
                                  const struct live_reader *reader,
                                  struct sit_error *err)
{
    *learner = (struct live_learner){.reader = *reader,
                                     .dim = dim,
                                     .c = LIVE_SCORE_VARIANCE / (double)dim,
                                     .n_project_classes = classes->n,
                                     .seed = seed,
                                     .faces = *faces,
                                     .max_rows = rows_that_fit(LIVE_MAX_ROWS, dim),
                                     .max_pool = rows_that_fit(LIVE_MAX_POOL, dim)};
    *faces = (struct live_faces){0};
    for (size_t k = 0; k < classes->n; k++)
        learner->is_trained_on[k] = !classes->items[k].excluded;
    size_t n = learner->faces.n;
    learner->where = sit_calloc(n, sizeof *learner->where);
    learner->lacks_features = sit_calloc(n, sizeof *learner->lacks_features);
    learner->of_rows = sit_calloc(learner->max_rows, sizeof *learner->of_rows);
    learner->of_pool = sit_calloc(learner->max_pool, sizeof *learner->of_pool);
    learner->last_round = sit_calloc(learner->max_pool, sizeof *learner->last_round);
    learner->wanted.face = sit_malloc_array(LIVE_MAX_WANTED,
                                            sizeof *learner->wanted.face);
    learner->wanted.x = sit_malloc_array(dim, LIVE_MAX_WANTED * sizeof(float));
    if (learner->where == NULL || learner->lacks_features == NULL ||
        learner->of_rows == NULL || learner->of_pool == NULL ||
        learner->last_round == NULL || learner->wanted.face == NULL ||
        learner->wanted.x == NULL) {
        live_learner_release(learner);
        return sit_error_nomem(err);
    }
    return SIT_OK;
}

enum sit_status live_learner_grow(struct live_learner *learner,
                                  struct live_faces *faces, struct sit_error *err)
{
    size_t old = learner->faces.n, n = faces->n;
    int32_t *where = sit_realloc_array(learner->where, n, sizeof *where);
    if (where != NULL)
        learner->where = where;
    uint8_t *lacks = sit_realloc_array(learner->lacks_features, n, sizeof *lacks);
    if (lacks != NULL)
        learner->lacks_features = lacks;
    if (where == NULL || lacks == NULL) {
        live_faces_release(faces);
        return sit_error_nomem(err);
    }
    memset(where + old, 0, (n - old) * sizeof *where);
    memset(lacks + old, 0, (n - old) * sizeof *lacks);
    /* Labels and candidates come one by one, those of new faces too. */
    memcpy(faces->label, learner->faces.label, old * sizeof *faces->label);
    memcpy(faces->is_candidate, learner->faces.is_candidate, old);
    for (size_t i = old; i < n; i++)
        faces->label[i] = SIT_NO_CLASS;
    memset(faces->is_candidate + old, 0, n - old);
    live_faces_release(&learner->faces);
    learner->faces = *faces;
    *faces = (struct live_faces){0};
    free(learner->order);
    learner->order = NULL;
    return SIT_OK;
}

/*
 * Fitting
 */

/* A head for the classes that have rows; none where they are fewer than two. */
static enum sit_status rebuild(struct live_learner *learner, struct sit_error *err)
{
    sit_live_head_free(learner->head);
    learner->head = NULL;
    learner->is_fitted = false;
    learner->n_classes = 0;
    for (size_t k = 0; k < learner->n_project_classes; k++)
        if (learner->is_trained_on[k] &&
            live_learner_count_rows(learner, (sit_class_index)k) > 0)
            learner->classes[learner->n_classes++] = (sit_class_index)k;
    learner->n_predicted = 0;
    learner->stop = (struct stop_rule){0};
    learner->has_accuracy = false;
    free(learner->pool_p);
    learner->pool_p = NULL;
    if (learner->n_classes < 2)
        return SIT_OK;
    learner->pool_p = sit_malloc_array(learner->max_pool,
                                       learner->n_classes * sizeof *learner->pool_p);
    if (learner->pool_p == NULL)
        return sit_error_nomem(err);
    enum sit_status status = sit_live_head_new(learner->dim, learner->n_classes,
                                               learner->c, false, &learner->head, err);
    for (size_t r = 0; status == SIT_OK && r < learner->rows.n; r++)
        status = live_learner_add_to_head(learner, r, err);
    return status;
}

static struct live_prediction most_likely(const struct live_learner *learner,
                                          const float *p)
{
    size_t k = sit_argmax(p, learner->n_classes);
    return (struct live_prediction){learner->classes[k], p[k]};
}

enum sit_status live_learner_predict(struct live_learner *learner,
                                     struct sit_error *err)
{
    size_t k = learner->n_classes, from = learner->n_predicted;
    struct live_rows *pool = &learner->pool, *wanted = &learner->wanted;
    if (!learner->is_fitted)
        return SIT_OK;
    enum sit_status status = SIT_OK;
    if (pool->n > from)
        status = sit_live_head_predict(learner->head, pool->x + from * learner->dim,
                                       pool->n - from, learner->pool_p + from * k, err);
    if (status != SIT_OK)
        return status;
    for (size_t i = from; i < pool->n; i++)
        learner->of_pool[i] = most_likely(learner, learner->pool_p + i * k);
    learner->n_predicted = pool->n;
    float *p = sit_malloc_array(LIVE_MAX_WANTED, k * sizeof *p);
    if (p == NULL)
        return sit_error_nomem(err);
    if (wanted->n > 0)
        status = sit_live_head_predict(learner->head, wanted->x, wanted->n, p, err);
    for (size_t i = 0; status == SIT_OK && i < wanted->n; i++)
        learner->of_wanted[i] = most_likely(learner, p + i * k);
    free(p);
    return status;
}

/* What the pool was predicted as at the last round beside what it is now. */
static enum sit_status look_whether_to_stop(struct live_learner *learner,
                                            struct sit_error *err)
{
    size_t n_pool = learner->pool.n, n = 0;
    if (!stop_rule_is_due(&learner->stop, learner->n_fitted))
        return SIT_OK;
    uint8_t *both = sit_malloc_array(n_pool, 2 * sizeof *both);
    if (both == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n_pool; i++) {
        uint8_t now = (uint8_t)learner->of_pool[i].class_index;
        if (learner->stop.n_labels > 0 && learner->last_round[i] != UINT8_MAX) {
            both[n] = learner->last_round[i];
            both[n_pool + n++] = now;
        }
        learner->last_round[i] = now;
    }
    stop_rule_round(&learner->stop, learner->n_fitted, both, both + n_pool, n,
                    learner->n_project_classes);
    free(both);
    return SIT_OK;
}

enum sit_status live_learner_fit(struct live_learner *learner,
                                 const struct sit_progress *progress,
                                 struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (!learner->rows_changed)
        return live_learner_predict(learner, err);
    for (size_t k = 0; k < learner->n_classes; k++)
        if (live_learner_count_rows(learner, learner->classes[k]) == 0)
            learner->must_rebuild = true;
    if (learner->must_rebuild || learner->head == NULL)
        status = rebuild(learner, err);
    if (status != SIT_OK)
        return status;
    learner->must_rebuild = false;
    if (learner->head != NULL)
        status = sit_live_head_fit(learner->head, progress, NULL, err);
    if (status != SIT_OK)
        return status;
    learner->rows_changed = false;
    learner->n_fitted = learner->rows.n;
    learner->is_fitted = learner->head != NULL;
    learner->n_predicted = 0;
    status = live_learner_predict(learner, err);
    if (status == SIT_OK && learner->is_fitted)
        status = look_whether_to_stop(learner, err);
    return status;
}

/* What leaving out by source takes, about. */
static double judge_operations(const struct live_learner *learner)
{
    size_t n = learner->rows.n, d = learner->dim, k = learner->n_classes;
    double outputs = k == 2 ? 1 : (double)k, side = (double)(n < d ? n : d);
    return outputs * outputs * side * side * ((double)n + outputs * side);
}

bool live_learner_is_slow_to_judge(const struct live_learner *learner)
{
    return judge_operations(learner) > FEW_JUDGE_OPERATIONS;
}

/* Out-of-sample probabilities p (rows, n_classes) of the rows. */
static enum sit_status leave_out(struct live_learner *learner, const uint8_t *y,
                                 const uint32_t *group, float *p, struct sit_error *err)
{
    size_t n = learner->rows.n, d = learner->dim, k = learner->n_classes;
    if (judge_operations(learner) > MAX_JUDGE_OPERATIONS)
        return sit_live_head_leave_one_out(learner->head, p, err);
    struct sit_head *head = NULL;
    struct sit_dataset data = {
        .x = learner->rows.x, .y = y, .group = group, .n = n, .d = d, .n_classes = k};
    enum sit_status status = sit_live_head_copy(learner->head, &head, err);
    if (status == SIT_OK)
        status = sit_alo(head, &data, learner->c, false, SIT_ALO_SOURCE, p, err);
    sit_head_free(head);
    return status;
}

enum sit_status live_learner_judge(struct live_learner *learner, struct sit_error *err)
{
    size_t n = learner->rows.n, k = learner->n_classes;
    if (!learner->is_fitted || learner->rows_changed)
        return SIT_OK;
    float *p = sit_malloc_array(n, k * sizeof *p);
    uint8_t *y = sit_malloc_array(n, sizeof *y);
    uint32_t *group = sit_malloc_array(n, sizeof *group);
    enum sit_status status = SIT_OK;
    if (p == NULL || y == NULL || group == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    for (size_t r = 0; r < n; r++) {
        size_t face = learner->rows.face[r];
        y[r] = (uint8_t)live_learner_output_of(learner, learner->faces.label[face]);
        group[r] = learner->faces.source[face];
    }
    status = leave_out(learner, y, group, p, err);
    /* A class may be of one source: without it there is nothing to say. */
    learner->has_accuracy = status == SIT_OK;
    if (status == SIT_E_NUMERIC || status == SIT_E_LIMIT)
        status = SIT_OK;
    learner->n_judged = n;
    learner->n_right = 0;
    for (size_t r = 0; learner->has_accuracy && r < n; r++) {
        learner->of_rows[r] = most_likely(learner, p + r * k);
        learner->n_right += sit_argmax(p + r * k, k) == y[r];
    }
    learner->interval = sit_wilson(learner->n_right, n);
done:
    free(p);
    free(y);
    free(group);
    return status;
}
