/*
 * Linear discriminant analysis by whitening the rows within their classes and taking
 * the directions in which the class means then lie. Singular values and vectors come
 * from the eigenproblem of the smaller product, which is exact enough for a threshold
 * of 1e-4. Which features go in is fisher.c's affair.
 */
#include "discriminant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/head.h"
#include "sitter/matrix.h"

static const double rank_tolerance = 1e-4;

/* What the analysis works with; all owned. */
struct room {
    double *means;     /* (K, m) */
    double *centre;    /* (m) mean of the class means, weighted by share */
    double *deviation; /* (m) within the classes */
    double *scatter;   /* (m, m), then eigenvectors by row */
    double *values;    /* (max(m, K)) */
    double *whiten;    /* (rank, m): from features to whitened directions */
    double *between;   /* (K, rank): class means, whitened */
    double *axes;      /* (K, K) */
    double *direction; /* (rank) */
    double share[SIT_HEAD_MAX_CLASSES];
};

static void release(struct room *room)
{
    free(room->means);
    free(room->centre);
    free(room->deviation);
    free(room->scatter);
    free(room->values);
    free(room->whiten);
    free(room->between);
    free(room->axes);
    free(room->direction);
}

static bool allocate(struct room *room, size_t m, size_t n_classes)
{
    room->means = sit_calloc(n_classes, m * sizeof *room->means);
    room->centre = sit_calloc(m, sizeof *room->centre);
    room->deviation = sit_calloc(m, sizeof *room->deviation);
    room->scatter = sit_malloc_array(m, m * sizeof *room->scatter);
    room->values = sit_malloc_array(m + n_classes, sizeof *room->values);
    room->whiten = sit_malloc_array(m, m * sizeof *room->whiten);
    room->between = sit_malloc_array(n_classes, m * sizeof *room->between);
    room->axes = sit_malloc_array(n_classes, n_classes * sizeof *room->axes);
    room->direction = sit_malloc_array(m, sizeof *room->direction);
    return room->means != NULL && room->centre != NULL && room->deviation != NULL &&
           room->scatter != NULL && room->values != NULL && room->whiten != NULL &&
           room->between != NULL && room->axes != NULL && room->direction != NULL;
}

static void find_means(const double *x, const uint8_t *y, size_t n, size_t m,
                       size_t n_classes, struct room *room)
{
    for (size_t i = 0; i < n; i++) {
        room->share[y[i]] += 1;
        for (size_t j = 0; j < m; j++)
            room->means[y[i] * m + j] += x[i * m + j];
    }
    for (size_t k = 0; k < n_classes; k++) {
        for (size_t j = 0; j < m; j++)
            room->means[k * m + j] /= room->share[k];
        room->share[k] /= (double)n;
        for (size_t j = 0; j < m; j++)
            room->centre[j] += room->share[k] * room->means[k * m + j];
    }
}

/* Rows less their class's mean, over the deviation, times 1 / sqrt(n - K): their
 * scatter. z (n, m) is scratch. */
static enum sit_status find_scatter(const double *x, const uint8_t *y, size_t n,
                                    size_t m, size_t n_classes, struct room *room,
                                    double *z, struct sit_error *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++) {
            double centred = x[i * m + j] - room->means[y[i] * m + j];
            z[i * m + j] = centred;
            room->deviation[j] += centred * centred;
        }
    for (size_t j = 0; j < m; j++) {
        room->deviation[j] = sqrt(room->deviation[j] / (double)n);
        if (!(room->deviation[j] > 0))
            room->deviation[j] = 1;
    }
    double scale = sqrt(1 / (double)(n - n_classes));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            z[i * m + j] *= scale / room->deviation[j];
    return sit_matrix_dsyrk(true, m, n, 1, z, 0, room->scatter, err);
}

/* The whitening directions, those with a singular value above the threshold. */
static size_t find_whitening(size_t m, struct room *room)
{
    size_t rank = 0;
    for (size_t e = m; e-- > 0;) {
        double singular = sqrt(fmax(room->values[e], 0));
        if (!(singular > rank_tolerance))
            break; /* ascending: the rest is smaller */
        const double *vector = room->scatter + e * m;
        for (size_t j = 0; j < m; j++)
            room->whiten[rank * m + j] = vector[j] / room->deviation[j] / singular;
        rank++;
    }
    return rank;
}

/* Class means as rows of `between` (K, rank): whitened, weighted by sqrt(n share /
 * (K - 1)). */
static enum sit_status find_between(size_t n, size_t m, size_t n_classes, size_t rank,
                                    struct room *room, double *shifted,
                                    struct sit_error *err)
{
    for (size_t k = 0; k < n_classes; k++) {
        double weight = sqrt((double)n * room->share[k] / (double)(n_classes - 1));
        for (size_t j = 0; j < m; j++)
            shifted[k * m + j] = weight * (room->means[k * m + j] - room->centre[j]);
    }
    enum sit_status status = sit_matrix_dgemm(false, true, n_classes, rank, m, 1,
                                              shifted, room->whiten, 0, room->between,
                                              err);
    if (status == SIT_OK)
        status = sit_matrix_dsyrk(false, n_classes, rank, 1, room->between, 0,
                                  room->axes, err);
    if (status == SIT_OK)
        status = sit_matrix_eigen(n_classes, room->axes, room->values, err);
    return status;
}

/* Add one discriminant axis (m) to the scores: each class's mean along it, times it. */
static void add_axis(const double *axis, size_t m, size_t n_classes,
                     const struct room *room, double *coef, double *intercept)
{
    double centre = 0;
    for (size_t j = 0; j < m; j++)
        centre += room->centre[j] * axis[j];
    for (size_t k = 0; k < n_classes; k++) {
        double along = -centre;
        for (size_t j = 0; j < m; j++)
            along += room->means[k * m + j] * axis[j];
        for (size_t j = 0; j < m; j++)
            coef[k * m + j] += along * axis[j];
        intercept[k] -= along * along / 2 + along * centre;
    }
}

static void find_scores(size_t m, size_t n_classes, size_t rank, struct room *room,
                        double *coef, double *intercept)
{
    memset(coef, 0, n_classes * m * sizeof *coef);
    for (size_t k = 0; k < n_classes; k++)
        intercept[k] = log(room->share[k]);
    double largest = sqrt(fmax(room->values[n_classes - 1], 0));
    for (size_t e = n_classes; e-- > 0;) {
        double singular = sqrt(fmax(room->values[e], 0));
        if (!(singular > rank_tolerance * largest))
            break;
        /* The right singular vector of `between`, then back to features. */
        for (size_t r = 0; r < rank; r++) {
            double sum = 0;
            for (size_t k = 0; k < n_classes; k++)
                sum += room->axes[e * n_classes + k] * room->between[k * rank + r];
            room->direction[r] = sum / singular;
        }
        double *axis = room->deviation; /* done with */
        memset(axis, 0, m * sizeof *axis);
        for (size_t r = 0; r < rank; r++)
            for (size_t j = 0; j < m; j++)
                axis[j] += room->direction[r] * room->whiten[r * m + j];
        add_axis(axis, m, n_classes, room, coef, intercept);
    }
}

enum sit_status discriminant_fit(const double *x, const uint8_t *y, size_t n, size_t m,
                                 size_t n_classes, double *coef, double *intercept,
                                 struct sit_error *err)
{
    if (n <= n_classes)
        return sit_error_set(err, SIT_E_ARG,
                             "discriminant analysis needs more rows than classes, "
                             "there are %zu and %zu",
                             n, n_classes);
    struct room room = {0};
    enum sit_status status = SIT_OK;
    size_t rank = 0, n_z;
    double *z = NULL;
    if (sit_mul_size(n > n_classes ? n : n_classes, m, &n_z))
        z = sit_malloc_array(n_z, sizeof *z);
    if (z == NULL || !allocate(&room, m, n_classes)) {
        status = sit_error_nomem(err);
        goto done;
    }
    find_means(x, y, n, m, n_classes, &room);
    status = find_scatter(x, y, n, m, n_classes, &room, z, err);
    if (status == SIT_OK)
        status = sit_matrix_eigen(m, room.scatter, room.values, err);
    if (status != SIT_OK)
        goto done;
    rank = find_whitening(m, &room);
    if (rank == 0) {
        status = sit_error_set(err, SIT_E_ARG,
                               "within each class all rows are alike: nothing to "
                               "compare the differences between classes with");
        goto done;
    }
    status = find_between(n, m, n_classes, rank, &room, z, err);
    if (status == SIT_OK)
        find_scores(m, n_classes, rank, &room, coef, intercept);
done:
    free(z);
    release(&room);
    return status;
}
