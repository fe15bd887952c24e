/*
 * Sorting faces by similarity. It walks over the stored features once and keeps those
 * of a bounded pool, so that memory does not grow with the project. What is sorted is a
 * copy of ids: the thread that reads touches nothing of the page.
 */
#include "page_sorting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/matrix.h"

enum {
    POOL = 600, /* ten pages; their chain costs POOL^2 products of features */
    REPORT_EVERY = 1024,
};

struct pool {
    const struct sit_page_sorting *sorting;
    size_t dim;
    float *like;        /* (dim) of length 1 */
    double *similarity; /* (sorting->n) -INFINITY: no features */
    size_t next;        /* the walk has come to this face */
    /* The most similar ones, a heap with the least similar at its root: */
    size_t n;
    size_t *members; /* (POOL) */
    size_t *rows;    /* (POOL) where each has its features */
    float *features; /* (POOL, dim) of length 1 */
    const struct sit_progress *progress;
    bool cancelled;
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

static void keep(struct pool *pool, size_t face, const float *vector)
{
    bool is_full = pool->n == POOL;
    size_t row = is_full ? pool->rows[0] : pool->n;
    double length_2 = similarity(vector, vector, pool->dim);
    if (!(length_2 > 0.0) || !isfinite(length_2))
        return;
    pool->similarity[face] = similarity(vector, pool->like, pool->dim) / sqrt(length_2);
    if (is_full && pool->similarity[face] <= pool->similarity[pool->members[0]])
        return;
    normalise(vector, pool->dim, pool->features + row * pool->dim);
    size_t at = is_full ? 0 : pool->n++;
    pool->members[at] = face;
    pool->rows[at] = row;
    if (is_full)
        sift_down(pool, 0);
    else
        sift_up(pool, at);
}

/* Both the walk and the ids ascend. */
static bool visit(void *context, int64_t face_id, const float *vector)
{
    struct pool *pool = context;
    const struct sit_page_sorting *sorting = pool->sorting;
    while (pool->next < sorting->n && sorting->ids[pool->next] < face_id) {
        if (pool->next++ % REPORT_EVERY == 0 &&
            !sit_progress_report(pool->progress, pool->next, sorting->n, NULL)) {
            pool->cancelled = true;
            return false;
        }
    }
    if (pool->next == sorting->n)
        return false;
    if (sorting->ids[pool->next] == face_id)
        keep(pool, pool->next, vector);
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
                            struct sit_error *err)
{
    const struct sit_page_sorting *sorting = pool->sorting;
    pool->like = sit_malloc_array(pool->dim, sizeof *pool->like);
    pool->similarity = sit_malloc_array(sorting->n, sizeof *pool->similarity);
    pool->members = sit_malloc_array(POOL, sizeof *pool->members);
    pool->rows = sit_malloc_array(POOL, sizeof *pool->rows);
    pool->features = sit_malloc_array(pool->dim, POOL * sizeof *pool->features);
    if (pool->like == NULL || pool->similarity == NULL || pool->members == NULL ||
        pool->rows == NULL || pool->features == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < sorting->n; i++)
        pool->similarity[i] = -INFINITY;
    enum sit_status status = sit_project_feature(
        project, sorting->set_id, sorting->like_id, pool->dim, pool->like, err);
    if (status == SIT_OK && !normalise(pool->like, pool->dim, pool->like))
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "the features of this face are all zero");
    if (status == SIT_OK)
        status = sit_project_features(project, sorting->set_id, pool->dim, 0, visit,
                                      pool, err);
    if (status == SIT_OK && pool->cancelled)
        status = sit_error_set(err, SIT_E_CANCELLED, "stopped");
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

struct ranked {
    size_t face;
    double similarity;
};

static int more_similar_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->similarity != y->similarity)
        return x->similarity > y->similarity ? -1 : 1;
    return x->face < y->face ? -1 : x->face > y->face;
}

/* The chain first, then the rest. */
static enum sit_status arrange(const struct pool *pool,
                               struct sit_page_sorting *sorting, struct sit_error *err)
{
    size_t n = sorting->n, n_rest = 0;
    size_t *in_chain = sit_malloc_array(n, sizeof *in_chain);
    struct ranked *rest = sit_malloc_array(n, sizeof *rest);
    int64_t *sorted = sit_malloc_array(n, sizeof *sorted);
    bool *taken = sit_calloc(n, sizeof *taken);
    enum sit_status status = SIT_OK;
    if (in_chain == NULL || rest == NULL || sorted == NULL || taken == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = chain(pool, in_chain, err);
    if (status != SIT_OK)
        goto done;
    for (size_t i = 0; i < pool->n; i++) {
        taken[in_chain[i]] = true;
        sorted[i] = sorting->ids[in_chain[i]];
    }
    for (size_t i = 0; i < n; i++) {
        if (!taken[i])
            rest[n_rest++] = (struct ranked){i, pool->similarity[i]};
    }
    qsort(rest, n_rest, sizeof *rest, more_similar_first);
    for (size_t i = 0; i < n_rest; i++)
        sorted[pool->n + i] = sorting->ids[rest[i].face];
    free(sorting->sorted);
    sorting->sorted = sorted;
    sorted = NULL;
done:
    free(taken);
    free(sorted);
    free(rest);
    free(in_chain);
    return status;
}

enum sit_status sit_page_sorting_run(struct sit_page_sorting *sorting,
                                     struct sit_project *project,
                                     const struct sit_progress *progress,
                                     struct sit_error *err)
{
    if (sorting->n == 0)
        return SIT_OK;
    struct pool pool = {.sorting = sorting, .dim = sorting->dim, .progress = progress};
    enum sit_status status = walk(&pool, project, err);
    if (status == SIT_OK)
        status = arrange(&pool, sorting, err);
    release(&pool);
    return status;
}

size_t sit_page_sorting_values(const struct sit_page_sorting *sorting)
{
    return sorting->n * sorting->dim;
}

void sit_page_sorting_free(struct sit_page_sorting *sorting)
{
    if (sorting == NULL)
        return;
    free(sorting->ids);
    free(sorting->sorted);
    free(sorting);
}
