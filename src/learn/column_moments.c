/*
 * Means and deviations from one walk. Sums are taken of differences from the first row
 * that takes part: a constant column then has a deviation of exactly 0, and large means
 * cost no digits.
 */
#include "column_moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "row_kernels.h"
#include "sitter/alloc.h"
#include "standardise.h"

/* What a share adds up. */
struct share_sums {
    double *squares;    /* (padded) */
    double *class_sums; /* (n_classes, padded) */
    size_t counts[SIT_HEAD_MAX_CLASSES];
    size_t bad_row; /* SIZE_MAX: none */
    size_t bad_column;
};

struct search {
    const struct row_walk *walk;
    const struct row_mask *mask;
    const struct row_choice *choice;
    const struct row_kernels *kernels;
    float *shift; /* (d) */
    size_t padded;
    struct share_sums shares[ROW_WALK_N_SHARES];
    double *memory;
};

static void add_block(void *context, size_t share, size_t worker, size_t first,
                      size_t n, const float *x)
{
    struct search *search = context;
    const struct sit_dataset *data = search->walk->data;
    struct share_sums *sums = &search->shares[share];
    size_t d = data->d;
    (void)worker;
    if (sums->bad_row == SIZE_MAX &&
        !standardise_find_bad(x, n, d, &sums->bad_row, &sums->bad_column))
        sums->bad_row += first;
    for (size_t i = 0; i < n; i++) {
        if (!row_takes_part(search->mask, first + i))
            continue;
        size_t k = data->y[first + i];
        search->kernels->add_moments(x + i * d, d, search->shift,
                                     sums->class_sums + k * search->padded,
                                     sums->squares);
        sums->counts[k]++;
    }
    if (search->choice != NULL)
        row_choice_copy(search->choice, first, n, d, x);
}

static enum sit_status prepare(struct search *search, struct sit_error *err)
{
    const struct sit_dataset *data = search->walk->data;
    size_t n_values, per_share = (data->n_classes + 1) * search->padded;
    if (sit_mul_size(per_share, ROW_WALK_N_SHARES, &n_values))
        search->memory = sit_calloc(n_values, sizeof *search->memory);
    search->shift = sit_malloc_array(data->d, sizeof *search->shift);
    if (search->memory == NULL || search->shift == NULL)
        return sit_error_nomem(err);
    for (size_t s = 0; s < ROW_WALK_N_SHARES; s++) {
        search->shares[s].squares = search->memory + s * per_share;
        search->shares[s].class_sums = search->shares[s].squares + search->padded;
        search->shares[s].bad_row = SIZE_MAX;
    }
    size_t first = 0;
    while (first + 1 < data->n && !row_takes_part(search->mask, first))
        first++;
    if (data->x != NULL) {
        memcpy(search->shift, data->x + first * data->d, data->d * sizeof *data->x);
        return SIT_OK;
    }
    /* Any row near the others does; row 0 is the one that can be read at once. */
    const struct sit_row_source *source = search->walk->source;
    return source->read(source->context, 0, 1, search->shift, err);
}

static enum sit_status check(const struct search *search, struct sit_error *err)
{
    for (size_t s = 0; s < ROW_WALK_N_SHARES; s++)
        if (search->shares[s].bad_row != SIZE_MAX)
            return standardise_bad("training rows", search->shares[s].bad_row,
                                   search->shares[s].bad_column, err);
    return SIT_OK;
}

/* Add the shares up and turn sums of differences into moments. */
static void finish(const struct search *search, struct column_moments *moments)
{
    const struct sit_dataset *data = search->walk->data;
    size_t d = data->d, n = 0;
    memset(moments->class_counts, 0, sizeof moments->class_counts);
    for (size_t j = 0; j < d; j++)
        moments->mean[j] = moments->deviation[j] = 0;
    memset(moments->class_sums, 0, data->n_classes * d * sizeof *moments->class_sums);
    for (size_t s = 0; s < ROW_WALK_N_SHARES; s++) {
        const struct share_sums *sums = &search->shares[s];
        for (size_t k = 0; k < data->n_classes; k++) {
            moments->class_counts[k] += sums->counts[k];
            n += sums->counts[k];
            for (size_t j = 0; j < d; j++)
                moments->class_sums[k * d + j] +=
                    sums->class_sums[k * search->padded + j];
        }
        for (size_t j = 0; j < d; j++)
            moments->deviation[j] += sums->squares[j];
    }
    for (size_t j = 0; j < d; j++) {
        double sum = 0;
        for (size_t k = 0; k < data->n_classes; k++)
            sum += moments->class_sums[k * d + j];
        double mean = sum / (double)n;
        double variance = moments->deviation[j] / (double)n - mean * mean;
        for (size_t k = 0; k < data->n_classes; k++)
            moments->class_sums[k * d + j] -= (double)moments->class_counts[k] * mean;
        moments->mean[j] = mean + (double)search->shift[j];
        moments->deviation[j] = variance > 0 ? sqrt(variance) : 1;
    }
}

enum sit_status column_moments_find(struct row_walk *walk, const struct row_mask *mask,
                                    struct column_moments *moments,
                                    const struct row_choice *choice,
                                    struct sit_error *err)
{
    struct search *search = sit_calloc(1, sizeof *search);
    if (search == NULL)
        return sit_error_nomem(err);
    *search = (struct search){.walk = walk,
                              .mask = mask,
                              .choice = choice,
                              .kernels = row_kernels_best(),
                              .padded = row_padded(walk->data->d)};
    enum sit_status status = prepare(search, err);
    if (status == SIT_OK)
        status = row_walk_run(walk, add_block, search, err);
    if (status == SIT_OK)
        status = check(search, err);
    if (status == SIT_OK)
        finish(search, moments);
    free(search->memory);
    free(search->shift);
    free(search);
    return status;
}
