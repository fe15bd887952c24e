/*
 * Clusters and their typical rows. Distances come from products of blocks of rows:
 * |x - c|^2 = |x|^2 - 2 x.c + |c|^2.
 */
#include "sitter/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/matrix.h"
#include "sitter/rng.h"
#include "standardise.h"

enum { BLOCK_ROWS = 256, MAX_ROUNDS = 50, MAX_JUDGED = 512 };

static double squared_length(const float *x, size_t d)
{
    double sum = 0;
    for (size_t j = 0; j < d; j++)
        sum += (double)x[j] * (double)x[j];
    return sum;
}

static double squared_distance(const float *a, const float *b, size_t d)
{
    double sum = 0;
    for (size_t j = 0; j < d; j++) {
        double difference = (double)a[j] - (double)b[j];
        sum += difference * difference;
    }
    return sum;
}

enum sit_status sit_spread_prepare(float *x, size_t n, size_t d, struct sit_error *err)
{
    struct standardisation scaling = {0};
    enum sit_status status = standardise_check(x, n, d, "the features", err);
    if (status != SIT_OK || n == 0)
        return status;
    if (!standardisation_init(&scaling, d)) {
        standardisation_release(&scaling);
        return sit_error_nomem(err);
    }
    standardise_fit(x, n, d, scaling.mean, scaling.deviation);
    standardise_apply_float(x, n, d, scaling.mean, scaling.deviation, x);
    standardisation_release(&scaling);
    for (size_t i = 0; i < n; i++) {
        double length = sqrt(squared_length(x + i * d, d));
        for (size_t j = 0; length > 0 && j < d; j++)
            x[i * d + j] = (float)((double)x[i * d + j] / length);
    }
    return SIT_OK;
}

struct kmeans {
    const float *x;
    size_t n, d, k;
    const struct sit_progress *progress;
    double *nearest; /* (n) squared distance to the nearest centre */
    double *norm;    /* (k) squared lengths of the centres */
    double *sum;     /* (k, d) */
    size_t *count;   /* (k) */
    float *product;  /* (BLOCK_ROWS, k) */
};

/* The first centres: rows, each drawn by its squared distance to those before. */
static void seed_centres(struct kmeans *w, uint64_t seed, float *centre)
{
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    for (size_t i = 0; i < w->n; i++)
        w->nearest[i] = HUGE_VAL;
    size_t row = (size_t)sit_rng_below(&rng, w->n);
    for (size_t c = 0; c < w->k; c++) {
        memcpy(centre + c * w->d, w->x + row * w->d, w->d * sizeof *centre);
        double total = 0;
        for (size_t i = 0; i < w->n; i++) {
            double squared = squared_distance(w->x + i * w->d, centre + c * w->d, w->d);
            if (squared < w->nearest[i])
                w->nearest[i] = squared;
            total += w->nearest[i];
        }
        double left = sit_rng_uniform(&rng) * total;
        for (row = 0; row + 1 < w->n && left >= w->nearest[row]; row++)
            left -= w->nearest[row];
    }
}

/* Each row to its nearest centre; *n_moved rows changed. */
static enum sit_status assign(struct kmeans *w, const float *centre, uint32_t *cluster,
                              size_t *n_moved, struct sit_error *err)
{
    size_t k = w->k;
    *n_moved = 0;
    for (size_t c = 0; c < k; c++)
        w->norm[c] = squared_length(centre + c * w->d, w->d);
    for (size_t from = 0; from < w->n; from += BLOCK_ROWS) {
        size_t rows = w->n - from < BLOCK_ROWS ? w->n - from : BLOCK_ROWS;
        enum sit_status status = sit_matrix_sgemm(false, true, rows, k, w->d, 1,
                                                  w->x + from * w->d, centre, 0,
                                                  w->product, err);
        if (status != SIT_OK)
            return status;
        for (size_t r = 0; r < rows; r++) {
            size_t best = 0;
            double least = HUGE_VAL;
            for (size_t c = 0; c < k; c++) {
                double apart = w->norm[c] - 2 * (double)w->product[r * k + c];
                if (apart < least) {
                    least = apart;
                    best = c;
                }
            }
            *n_moved += cluster[from + r] != best;
            cluster[from + r] = (uint32_t)best;
        }
    }
    return SIT_OK;
}

/* Centres to the means of their rows; one without rows stays. */
static void move_centres(struct kmeans *w, const uint32_t *cluster, float *centre)
{
    size_t d = w->d;
    memset(w->sum, 0, w->k * d * sizeof *w->sum);
    memset(w->count, 0, w->k * sizeof *w->count);
    for (size_t i = 0; i < w->n; i++) {
        double *sum = w->sum + cluster[i] * d;
        w->count[cluster[i]]++;
        for (size_t j = 0; j < d; j++)
            sum[j] += (double)w->x[i * d + j];
    }
    for (size_t c = 0; c < w->k; c++)
        for (size_t j = 0; w->count[c] > 0 && j < d; j++)
            centre[c * d + j] = (float)(w->sum[c * d + j] / (double)w->count[c]);
}

enum sit_status sit_kmeans(const float *x, size_t n, size_t d, size_t k, uint64_t seed,
                           const struct sit_progress *progress, uint32_t *cluster,
                           float *centre, struct sit_error *err)
{
    if (n == 0 || d == 0 || k == 0 || k > n)
        return sit_error_set(err, SIT_E_ARG, "%zu clusters of %zu rows", k, n);
    struct kmeans w = {.x = x, .n = n, .d = d, .k = k, .progress = progress};
    w.nearest = sit_malloc_array(n, sizeof *w.nearest);
    w.norm = sit_malloc_array(k, sizeof *w.norm);
    w.sum = sit_malloc_array(k, d * sizeof *w.sum);
    w.count = sit_malloc_array(k, sizeof *w.count);
    w.product = sit_malloc_array(k, BLOCK_ROWS * sizeof *w.product);
    enum sit_status status = SIT_OK;
    if (w.nearest == NULL || w.norm == NULL || w.sum == NULL || w.count == NULL ||
        w.product == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    seed_centres(&w, seed, centre);
    for (size_t i = 0; i < n; i++)
        cluster[i] = UINT32_MAX;
    size_t n_moved = 1;
    for (size_t round = 0; round < MAX_ROUNDS && n_moved > 0; round++) {
        if (!sit_progress_report(progress, round, MAX_ROUNDS, NULL))
            status = sit_error_set(err, SIT_E_CANCELLED, "cancelled");
        if (status == SIT_OK)
            status = assign(&w, centre, cluster, &n_moved, err);
        if (status != SIT_OK)
            goto done;
        move_centres(&w, cluster, centre);
    }
done:
    free(w.nearest);
    free(w.norm);
    free(w.sum);
    free(w.count);
    free(w.product);
    return status;
}

struct judged {
    uint32_t row;
    double apart; /* squared distance to the centre */
};

static int compare_judged(const void *a, const void *b)
{
    const struct judged *one = a, *other = b;
    if (one->apart != other->apart)
        return one->apart < other->apart ? -1 : 1;
    return one->row < other->row ? -1 : one->row > other->row;
}

static int compare_doubles(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return one < other ? -1 : one > other;
}

/* What judging a cluster takes. */
struct judging {
    float *rows;    /* (MAX_JUDGED, d) */
    float *product; /* (MAX_JUDGED, MAX_JUDGED) of the rows */
    double *apart;  /* (MAX_JUDGED) */
};

/* The `m` rows judged, by their distances to each other. */
static enum sit_status judge(struct judging *w, const float *x, size_t d,
                             const struct judged *judged, size_t m, float *typicality,
                             struct sit_error *err)
{
    for (size_t a = 0; a < m; a++)
        memcpy(w->rows + a * d, x + judged[a].row * d, d * sizeof *x);
    enum sit_status status = sit_matrix_sgemm(false, true, m, m, d, 1, w->rows, w->rows,
                                              0, w->product, err);
    for (size_t a = 0; status == SIT_OK && a < m; a++) {
        size_t n_others = 0, n_near;
        double sum = 0;
        for (size_t b = 0; b < m; b++) {
            double squared = (double)w->product[a * m + a] +
                             (double)w->product[b * m + b] -
                             2 * (double)w->product[a * m + b];
            if (b != a)
                w->apart[n_others++] = squared > 0 ? squared : 0;
        }
        qsort(w->apart, n_others, sizeof *w->apart, compare_doubles);
        n_near = n_others < SIT_SPREAD_N_NEIGHBOURS ? n_others
                                                    : SIT_SPREAD_N_NEIGHBOURS;
        for (size_t b = 0; b < n_near; b++)
            sum += sqrt(w->apart[b]);
        /* Rows that coincide are as typical as can be. */
        if (n_near > 0)
            typicality[judged[a].row] = (float)(1 / (sum / (double)n_near + 1e-9));
    }
    return status;
}

enum sit_status sit_typicality(const float *x, size_t n, size_t d,
                               const uint32_t *cluster, const float *centre, size_t k,
                               const struct sit_progress *progress, float *typicality,
                               struct sit_error *err)
{
    struct judged *judged = sit_malloc_array(n, sizeof *judged);
    struct judging w = {
        .rows = sit_malloc_array(d, MAX_JUDGED * sizeof *w.rows),
        .product = sit_malloc_array(MAX_JUDGED, MAX_JUDGED * sizeof *w.product),
        .apart = sit_malloc_array(MAX_JUDGED, sizeof *w.apart)};
    enum sit_status status = SIT_OK;
    if (judged == NULL || w.rows == NULL || w.product == NULL || w.apart == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    memset(typicality, 0, n * sizeof *typicality);
    for (size_t c = 0; c < k; c++) {
        size_t m = 0;
        if (!sit_progress_report(progress, c, k, NULL)) {
            status = sit_error_set(err, SIT_E_CANCELLED, "cancelled");
            goto done;
        }
        for (size_t i = 0; i < n; i++)
            if (cluster[i] == c)
                judged[m++] = (struct judged){
                    (uint32_t)i, squared_distance(x + i * d, centre + c * d, d)};
        qsort(judged, m, sizeof *judged, compare_judged);
        status = judge(&w, x, d, judged, m < MAX_JUDGED ? m : MAX_JUDGED, typicality,
                       err);
        if (status != SIT_OK)
            goto done;
    }
done:
    free(judged);
    free(w.rows);
    free(w.product);
    free(w.apart);
    return status;
}
