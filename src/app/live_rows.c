/*
 * Which faces the live model holds features of: labelled ones as rows, in step with the
 * live head, a random pool of unlabelled ones, and those that a screen wants.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "live_learner.h"
#include "sitter/alloc.h"

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

size_t live_learner_output_of(const struct live_learner *learner, sit_class_index label)
{
    for (size_t k = 0; k < learner->n_classes; k++)
        if (learner->classes[k] == label)
            return k;
    return SIZE_MAX;
}

enum sit_status live_learner_add_to_head(struct live_learner *learner, size_t r,
                                         struct sit_error *err)
{
    size_t output = live_learner_output_of(learner,
                                           learner->faces.label[learner->rows.face[r]]);
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
    status = live_learner_add_to_head(learner, learner->rows.n - 1, err);
    if (status != SIT_OK) {
        learner->rows.n--;
        learner->where[i] = 0;
    }
    return status;
}

size_t live_learner_count_rows(const struct live_learner *learner,
                               sit_class_index label)
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
    size_t output = live_learner_output_of(learner,
                                           learner->faces.label[learner->rows.face[r]]);
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
