/*
 * Sorting faces for pages. Similarity walks over the stored features once and keeps
 * those of a bounded pool, so that memory does not grow with the project.
 */
#include "page_order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/matrix.h"

enum { POOL = 600 }; /* ten pages; their chain costs POOL^2 products of features */

/* What is sorted: a face and up to two numbers, compared in turn. */
struct keyed {
    size_t index;
    int32_t group;
    double value;
};

static int compare(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void sort_keyed(struct keyed *keyed, size_t *indexes, size_t n)
{
    qsort(keyed, n, sizeof *keyed, compare);
    for (size_t i = 0; i < n; i++)
        indexes[i] = keyed[i].index;
}

bool page_order_by_class(size_t *indexes, size_t n,
                         const struct sit_suggestion *suggestions)
{
    struct keyed *keyed = sit_malloc_array(n, sizeof *keyed);
    if (keyed == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct sit_suggestion *suggestion = &suggestions[indexes[i]];
        keyed[i] = (struct keyed){indexes[i], suggestion->class_index, -suggestion->p};
    }
    sort_keyed(keyed, indexes, n);
    free(keyed);
    return true;
}

bool page_order_by_source(size_t *indexes, size_t n, const struct sit_face_table *table)
{
    struct keyed *keyed = sit_malloc_array(n, sizeof *keyed);
    if (keyed == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        keyed[i] = (struct keyed){indexes[i], 0, (double)table->source[indexes[i]]};
    sort_keyed(keyed, indexes, n);
    free(keyed);
    return true;
}

/*
 * Similarity
 */

struct pool {
    const struct sit_face_table *table;
    size_t dim;
    float *like;        /* (dim) of length 1 */
    double *similarity; /* (table rows) -INFINITY: no features */
    const bool *wanted; /* (table rows) */
    /* The most similar ones, a heap with the least similar at its root: */
    size_t n;
    size_t *members; /* (POOL) */
    size_t *rows;    /* (POOL) where each has its features */
    float *features; /* (POOL, dim) of length 1 */
};

static bool normalise(const float *from, size_t dim, float *to)
{
    double sum = 0.0;
    for (size_t i = 0; i < dim; i++)
        sum += (double)from[i] * (double)from[i];
    if (!(sum > 0.0) || !isfinite(sum))
        return false;
    float scale = (float)(1.0 / sqrt(sum));
    for (size_t i = 0; i < dim; i++)
        to[i] = from[i] * scale;
    return true;
}

static double similarity(const float *a, const float *b, size_t dim)
{
    double sum = 0.0;
    for (size_t i = 0; i < dim; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static bool is_less(const struct pool *pool, size_t i, size_t k)
{
    double x = pool->similarity[pool->members[i]];
    double y = pool->similarity[pool->members[k]];
    return x < y || (x == y && pool->members[i] > pool->members[k]);
}

static void swap(struct pool *pool, size_t i, size_t k)
{
    size_t member = pool->members[i], row = pool->rows[i];
    pool->members[i] = pool->members[k];
    pool->rows[i] = pool->rows[k];
    pool->members[k] = member;
    pool->rows[k] = row;
}

static void sift_up(struct pool *pool, size_t i)
{
    for (; i > 0 && is_less(pool, i, (i - 1) / 2); i = (i - 1) / 2)
        swap(pool, i, (i - 1) / 2);
}

static void sift_down(struct pool *pool, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < pool->n; k++)
            least = is_less(pool, k, least) ? k : least;
        if (least == i)
            return;
        swap(pool, i, least);
        i = least;
    }
}

static bool visit(void *context, int64_t face_id, const float *vector)
{
    struct pool *pool = context;
    size_t index = sit_face_table_find(pool->table, face_id);
    if (index == SIZE_MAX || !pool->wanted[index])
        return true;
    bool is_full = pool->n == POOL;
    size_t row = is_full ? pool->rows[0] : pool->n;
    double length_2 = similarity(vector, vector, pool->dim);
    if (!(length_2 > 0.0) || !isfinite(length_2))
        return true;
    pool->similarity[index] = similarity(vector, pool->like, pool->dim) /
                              sqrt(length_2);
    if (is_full && pool->similarity[index] <= pool->similarity[pool->members[0]])
        return true;
    normalise(vector, pool->dim, pool->features + row * pool->dim);
    size_t at = is_full ? 0 : pool->n++;
    pool->members[at] = index;
    pool->rows[at] = row;
    if (is_full)
        sift_down(pool, 0);
    else
        sift_up(pool, at);
    return true;
}

/* Members as a chain from `like` on: each is followed by the nearest that is left. */
static enum sit_status chain(const struct pool *pool, size_t *out,
                             struct sit_error *err)
{
    size_t n = pool->n;
    float *products = sit_malloc_array(n, n * sizeof *products);
    bool *used = sit_calloc(n, sizeof *used);
    enum sit_status status = products != NULL && used != NULL ? SIT_OK
                                                              : sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_matrix_sgemm(false, true, n, n, pool->dim, 1.0f, pool->features,
                                  pool->features, 0.0f, products, err);
    size_t last = SIZE_MAX; /* a row of features */
    for (size_t k = 0; status == SIT_OK && k < n; k++) {
        size_t best = SIZE_MAX;
        double best_similarity = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            size_t row = pool->rows[i];
            double s = last == SIZE_MAX ? pool->similarity[pool->members[i]]
                                        : (double)products[last * n + row];
            if (!used[i] && (best == SIZE_MAX || s > best_similarity)) {
                best = i;
                best_similarity = s;
            }
        }
        used[best] = true;
        last = pool->rows[best];
        out[k] = pool->members[best];
    }
    free(used);
    free(products);
    return status;
}

static enum sit_status walk(struct pool *pool, struct sit_project *project,
                            int64_t set_id, size_t like, struct sit_error *err)
{
    size_t n_rows = pool->table->n;
    pool->like = sit_malloc_array(pool->dim, sizeof *pool->like);
    pool->similarity = sit_malloc_array(n_rows, sizeof *pool->similarity);
    pool->members = sit_malloc_array(POOL, sizeof *pool->members);
    pool->rows = sit_malloc_array(POOL, sizeof *pool->rows);
    pool->features = sit_malloc_array(pool->dim, POOL * sizeof *pool->features);
    if (pool->like == NULL || pool->similarity == NULL || pool->members == NULL ||
        pool->rows == NULL || pool->features == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n_rows; i++)
        pool->similarity[i] = -INFINITY;
    enum sit_status status = sit_project_feature(project, set_id, pool->table->id[like],
                                                 pool->dim, pool->like, err);
    if (status == SIT_OK && !normalise(pool->like, pool->dim, pool->like))
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "the features of this face are all zero");
    if (status == SIT_OK)
        status = sit_project_features(project, set_id, pool->dim, 0, visit, pool, err);
    return status;
}

static void release(struct pool *pool)
{
    free(pool->like);
    free(pool->similarity);
    free(pool->members);
    free(pool->rows);
    free(pool->features);
}

/* The chain first, then the rest. */
static enum sit_status arrange(const struct pool *pool, bool *wanted, size_t *indexes,
                               size_t n, struct sit_error *err)
{
    size_t *in_chain = sit_malloc_array(n, sizeof *in_chain);
    struct keyed *rest = sit_malloc_array(n, sizeof *rest);
    enum sit_status status = in_chain != NULL && rest != NULL ? SIT_OK
                                                              : sit_error_nomem(err);
    if (status == SIT_OK)
        status = chain(pool, in_chain, err);
    if (status == SIT_OK) {
        size_t n_rest = 0;
        for (size_t i = 0; i < pool->n; i++)
            wanted[in_chain[i]] = false;
        for (size_t i = 0; i < n; i++) {
            if (wanted[indexes[i]])
                rest[n_rest++] = (struct keyed){indexes[i], 0,
                                                -pool->similarity[indexes[i]]};
        }
        memcpy(indexes, in_chain, pool->n * sizeof *indexes);
        sort_keyed(rest, indexes + pool->n, n_rest);
    }
    free(rest);
    free(in_chain);
    return status;
}

enum sit_status page_order_by_similarity(size_t *indexes, size_t n, size_t like,
                                         struct sit_labels *labels,
                                         struct sit_error *err)
{
    struct sit_feature_set set = {0};
    struct pool pool = {.table = sit_labels_table(labels)};
    if (n == 0)
        return SIT_OK;
    enum sit_status status = sit_project_feature_set(sit_labels_project(labels), NULL,
                                                     &set, err);
    if (status != SIT_OK)
        return status;
    bool *wanted = sit_calloc(pool.table->n, sizeof *wanted);
    if (wanted == NULL)
        status = sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < n; i++)
        wanted[indexes[i]] = true;
    pool.wanted = wanted;
    pool.dim = set.dim;
    if (status == SIT_OK)
        status = walk(&pool, sit_labels_project(labels), set.id, like, err);
    if (status == SIT_OK)
        status = arrange(&pool, wanted, indexes, n, err);
    release(&pool);
    free(wanted);
    free(set.provenance);
    return status;
}
