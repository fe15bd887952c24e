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

/* Operations that leaving out by source may take: about a third of a second. */
#define MAX_JUDGE_OPERATIONS 1e9

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
 * Rows
 */

static bool is_row_label(const struct live_learner *learner, sit_class_index label)
{
    return label >= 0 && (size_t)label < learner->n_project_classes &&
           learner->is_trained_on[label];
}

/* The rank of a face when there are more labels than rows: the same for good. */
static uint64_t draw(const struct live_learner *learner, size_t i)
{
    struct sit_rng rng;
    sit_rng_init(&rng, learner->seed ^ ((uint64_t)learner->faces.id[i] << 20));
    return sit_rng_next(&rng);
}

/* The head's output for a project class; SIZE_MAX: it has none. */
static size_t output_of(const struct live_learner *learner, sit_class_index label)
{
    for (size_t k = 0; k < learner->n_classes; k++)
        if (learner->classes[k] == label)
            return k;
    return SIZE_MAX;
}

static enum sit_status add_to_head(struct live_learner *learner, size_t r,
                                   struct sit_error *err)
{
    size_t output = output_of(learner, learner->faces.label[learner->rows.face[r]]);
    if (learner->head == NULL || output == SIZE_MAX) {
        learner->must_rebuild = true;
        return SIT_OK;
    }
    return sit_live_head_add(learner->head, learner->rows.x + r * learner->dim,
                             (uint8_t)output, err);
}

/* Room for one more row. */
static bool rows_grow(struct live_rows *rows, size_t dim, size_t most)
{
    if (rows->n < rows->capacity)
        return true;
    size_t n = rows->capacity > 0 ? 2 * rows->capacity : 64;
    n = n < most ? n : most;
    uint32_t *face = sit_realloc_array(rows->face, n, sizeof *face);
    rows->face = face != NULL ? face : rows->face;
    float *x = sit_realloc_array(rows->x, n, dim * sizeof *x);
    rows->x = x != NULL ? x : rows->x;
    if (face == NULL || x == NULL)
        return false;
    rows->capacity = n;
    return true;
}

static bool are_finite(const float *x, size_t n)
{
    for (size_t j = 0; j < n; j++)
        if (!isfinite(x[j]))
            return false;
    return true;
}

/* Read a face's features behind the last of `rows`; *found false: it has none. */
static enum sit_status read_row(struct live_learner *learner, struct live_rows *rows,
                                size_t most, size_t i, bool *found,
                                struct sit_error *err)
{
    *found = false;
    if (learner->lacks_features[i])
        return SIT_OK;
    if (!rows_grow(rows, learner->dim, most))
        return sit_error_nomem(err);
    float *x = rows->x + rows->n * learner->dim;
    enum sit_status status = learner->reader.read(learner->reader.context, i, x, found,
                                                  err);
    if (status != SIT_OK)
        return status;
    if (*found && are_finite(x, learner->dim))
        rows->face[rows->n++] = (uint32_t)i;
    else
        *found = false;
    learner->lacks_features[i] = !*found;
    return SIT_OK;
}

static enum sit_status add_row(struct live_learner *learner, size_t i,
                               struct sit_error *err)
{
    bool found;
    enum sit_status status = read_row(learner, &learner->rows, learner->max_rows, i,
                                      &found, err);
    if (status != SIT_OK || !found)
        return status;
    learner->where[i] = (int32_t)learner->rows.n;
    learner->of_rows[learner->rows.n - 1].class_index = SIT_NO_CLASS;
    learner->rows_changed = true;
    status = add_to_head(learner, learner->rows.n - 1, err);
    if (status != SIT_OK) {
        learner->rows.n--;
        learner->where[i] = 0;
    }
    return status;
}

static size_t count_rows(const struct live_learner *learner, sit_class_index label)
{
    size_t n = 0;
    for (size_t r = 0; r < learner->rows.n; r++)
        n += learner->faces.label[learner->rows.face[r]] == label;
    return n;
}

/* The last row takes the place of row r, as in the live head. */
static enum sit_status remove_row(struct live_learner *learner, size_t r,
                                  struct sit_error *err)
{
    struct live_rows *rows = &learner->rows;
    enum sit_status status = SIT_OK;
    if (learner->head != NULL && !learner->must_rebuild)
        status = sit_live_head_remove(learner->head, r, err);
    if (status != SIT_OK)
        return status;
    size_t last = --rows->n, d = learner->dim;
    learner->where[rows->face[r]] = 0;
    if (r != last) {
        rows->face[r] = rows->face[last];
        memcpy(rows->x + r * d, rows->x + last * d, d * sizeof *rows->x);
        learner->of_rows[r] = learner->of_rows[last];
        learner->where[rows->face[r]] = (int32_t)r + 1;
    }
    learner->rows_changed = true;
    return SIT_OK;
}

/* With all rows taken: the row that gives way to face i, by lot; rare classes keep
 * theirs. SIZE_MAX: the face stays out. */
static size_t find_way(const struct live_learner *learner, size_t i)
{
    size_t counts[SIT_PROJECT_MAX_CLASSES] = {0}, worst = SIZE_MAX;
    uint64_t largest = 0;
    for (size_t r = 0; r < learner->rows.n; r++)
        counts[learner->faces.label[learner->rows.face[r]]]++;
    for (size_t r = 0; r < learner->rows.n; r++) {
        size_t face = learner->rows.face[r];
        uint64_t lot = draw(learner, face);
        if (counts[learner->faces.label[face]] > LIVE_RARE && lot >= largest) {
            largest = lot;
            worst = r;
        }
    }
    bool is_rare = counts[learner->faces.label[i]] < LIVE_RARE;
    return is_rare || draw(learner, i) < largest ? worst : SIZE_MAX;
}

/* A face that has come to have a label that is trained on. */
static enum sit_status take_label(struct live_learner *learner, size_t i,
                                  struct sit_error *err)
{
    if (learner->rows.n == learner->max_rows) {
        size_t r = find_way(learner, i);
        enum sit_status status = r != SIZE_MAX ? remove_row(learner, r, err) : SIT_OK;
        if (status != SIT_OK || r == SIZE_MAX)
            return status;
    }
    return add_row(learner, i, err);
}

static enum sit_status relabel(struct live_learner *learner, size_t r,
                               struct sit_error *err)
{
    size_t output = output_of(learner, learner->faces.label[learner->rows.face[r]]);
    learner->rows_changed = true;
    learner->of_rows[r].class_index = SIT_NO_CLASS;
    if (learner->head == NULL || output == SIZE_MAX)
        learner->must_rebuild = true;
    if (learner->must_rebuild)
        return SIT_OK;
    return sit_live_head_relabel(learner->head, r, (uint8_t)output, err);
}

/* Out of the pool; the last face takes its place. */
static void leave_pool(struct live_learner *learner, size_t i)
{
    struct live_rows *pool = &learner->pool;
    if (learner->where[i] >= 0)
        return;
    size_t place = (size_t)-learner->where[i] - 1, last = --pool->n, d = learner->dim;
    size_t k = learner->n_classes;
    learner->where[i] = 0;
    if (place != last) {
        pool->face[place] = pool->face[last];
        memcpy(pool->x + place * d, pool->x + last * d, d * sizeof *pool->x);
        learner->of_pool[place] = learner->of_pool[last];
        learner->last_round[place] = learner->last_round[last];
        if (learner->pool_p != NULL)
            memcpy(learner->pool_p + place * k, learner->pool_p + last * k,
                   k * sizeof *learner->pool_p);
        learner->where[pool->face[place]] = -(int32_t)place - 1;
    }
    /* The last face may not have been predicted yet: then nor is this place. */
    if (last >= learner->n_predicted && place < learner->n_predicted)
        learner->n_predicted = place;
    else if (learner->n_predicted > pool->n)
        learner->n_predicted = pool->n;
}

enum sit_status live_learner_set_face(struct live_learner *learner, size_t i,
                                      sit_class_index label, bool is_candidate,
                                      struct sit_error *err)
{
    struct live_faces *faces = &learner->faces;
    sit_class_index before = faces->label[i];
    if (is_candidate && !faces->is_candidate[i] && learner->where[i] == 0)
        learner->cursor = 0; /* the pool has passed it by */
    faces->is_candidate[i] = is_candidate;
    faces->label[i] = label;
    if (!is_candidate || label != SIT_NO_CLASS)
        leave_pool(learner, i);
    if (before == label || faces->split[i] != SIT_TRAIN)
        return SIT_OK;
    bool is_row = learner->where[i] > 0;
    if (is_row && !is_row_label(learner, label))
        return remove_row(learner, (size_t)learner->where[i] - 1, err);
    if (is_row)
        return relabel(learner, (size_t)learner->where[i] - 1, err);
    return is_row_label(learner, label) ? take_label(learner, i, err) : SIT_OK;
}

struct lot {
    uint64_t lot;
    uint32_t face;
};

static int compare_lots(const void *a, const void *b)
{
    const struct lot *one = a, *other = b;
    if (one->lot != other->lot)
        return one->lot < other->lot ? -1 : 1;
    return one->face < other->face ? -1 : one->face > other->face;
}

enum sit_status live_learner_load(struct live_learner *learner,
                                  const struct sit_progress *progress,
                                  struct sit_error *err)
{
    const struct live_faces *faces = &learner->faces;
    size_t n = 0, of_class[SIT_PROJECT_MAX_CLASSES] = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; i < faces->n; i++)
        n += faces->split[i] == SIT_TRAIN && is_row_label(learner, faces->label[i]);
    struct lot *lots = sit_malloc_array(n, sizeof *lots);
    if (lots == NULL)
        return sit_error_nomem(err);
    n = 0;
    for (size_t i = 0; i < faces->n; i++)
        if (faces->split[i] == SIT_TRAIN && is_row_label(learner, faces->label[i]))
            lots[n++] = (struct lot){draw(learner, i), (uint32_t)i};
    qsort(lots, n, sizeof *lots, compare_lots);
    /* First a few of each class, then whatever the lots say. */
    for (int only_rare = 1; only_rare >= 0; only_rare--)
        for (size_t k = 0; k < n && learner->rows.n < learner->max_rows; k++) {
            size_t i = lots[k].face;
            if (learner->where[i] != 0 ||
                (only_rare && of_class[faces->label[i]] == LIVE_RARE))
                continue;
            if (!sit_progress_report(progress, k, n, NULL))
                status = sit_error_set(err, SIT_E_CANCELLED, "cancelled");
            if (status == SIT_OK)
                status = add_row(learner, i, err);
            if (status != SIT_OK)
                goto done;
            of_class[faces->label[i]] += learner->where[i] != 0;
        }
done:
    free(lots);
    return status;
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
        if (learner->is_trained_on[k] && count_rows(learner, (sit_class_index)k) > 0)
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
        status = add_to_head(learner, r, err);
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
        if (count_rows(learner, learner->classes[k]) == 0)
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

/* Out-of-sample probabilities p (rows, n_classes) of the rows. */
static enum sit_status leave_out(struct live_learner *learner, const uint8_t *y,
                                 const uint32_t *group, float *p, struct sit_error *err)
{
    size_t n = learner->rows.n, d = learner->dim, k = learner->n_classes;
    double outputs = k == 2 ? 1 : (double)k, side = (double)(n < d ? n : d);
    double operations = outputs * outputs * side * side * (double)n +
                        outputs * outputs * outputs * side * side * side;
    if (operations > MAX_JUDGE_OPERATIONS)
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
        y[r] = (uint8_t)output_of(learner, learner->faces.label[face]);
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

/*
 * The pool and what screens want
 */

/* All faces in a random order. */
static enum sit_status order_faces(struct live_learner *learner, struct sit_error *err)
{
    size_t n = learner->faces.n;
    struct sit_rng rng;
    if (learner->order != NULL)
        return SIT_OK;
    learner->order = sit_malloc_array(n, sizeof *learner->order);
    if (learner->order == NULL)
        return sit_error_nomem(err);
    sit_rng_init(&rng, learner->seed + 1);
    for (size_t i = 0; i < n; i++) {
        size_t j = (size_t)sit_rng_below(&rng, i + 1);
        learner->order[i] = learner->order[j];
        learner->order[j] = (uint32_t)i;
    }
    learner->n_ordered = n;
    learner->cursor = 0;
    return SIT_OK;
}

enum sit_status live_learner_fill_pool(struct live_learner *learner, size_t n_most,
                                       size_t *n_taken, struct sit_error *err)
{
    *n_taken = 0;
    enum sit_status status = order_faces(learner, err);
    while (status == SIT_OK && *n_taken < n_most &&
           learner->pool.n < learner->max_pool &&
           learner->cursor < learner->n_ordered) {
        size_t i = learner->order[learner->cursor++];
        bool found;
        if (!learner->faces.is_candidate[i] || learner->where[i] != 0 ||
            learner->faces.split[i] != SIT_TRAIN ||
            learner->faces.label[i] != SIT_NO_CLASS)
            continue;
        status = read_row(learner, &learner->pool, learner->max_pool, i, &found, err);
        if (status == SIT_OK && found) {
            size_t place = learner->pool.n - 1;
            learner->where[i] = -(int32_t)place - 1;
            learner->of_pool[place].class_index = SIT_NO_CLASS;
            learner->last_round[place] = UINT8_MAX;
            ++*n_taken;
        }
    }
    return status;
}

enum sit_status live_learner_want(struct live_learner *learner, const uint32_t *indices,
                                  size_t n, struct sit_error *err)
{
    struct live_rows *wanted = &learner->wanted;
    enum sit_status status = SIT_OK;
    wanted->capacity = LIVE_MAX_WANTED;
    wanted->n = 0;
    for (size_t k = 0; status == SIT_OK && k < n && k < LIVE_MAX_WANTED; k++) {
        bool found;
        size_t i = indices[k];
        /* Those in the pool are predicted anyway, rows out of sample. */
        if (i >= learner->faces.n || learner->where[i] != 0)
            continue;
        status = read_row(learner, wanted, LIVE_MAX_WANTED, i, &found, err);
    }
    return status;
}
