/*
 * Which training rows are kept aside to decide when training stops.
 */
#include <math.h>
#include <stdlib.h>

#include "mlp_train.h"
#include "sitter/alloc.h"

static size_t count_sources(const struct sit_dataset *data, size_t n_folds,
                            uint32_t *fold)
{
    size_t n = n_folds;
    while (n >= 2 && sit_folds_assign(data->y, data->group, data->n, data->n_classes, n,
                                      fold, NULL) == SIT_E_ARG)
        n--;
    return n < 2 ? 1 : n;
}

/* Of how many classes the fold holds rows, or all of the rows. */
static void count_classes(const struct sit_dataset *data, const uint32_t *fold,
                          uint32_t f, size_t *n_with, size_t *n_only)
{
    size_t inside[SIT_HEAD_MAX_CLASSES] = {0}, outside[SIT_HEAD_MAX_CLASSES] = {0};
    for (size_t i = 0; i < data->n; i++)
        (fold[i] == f ? inside : outside)[data->y[i]]++;
    *n_with = *n_only = 0;
    for (size_t k = 0; k < data->n_classes; k++) {
        *n_with += inside[k] > 0;
        *n_only += outside[k] == 0;
    }
}

/* From the seed's fold on, the first that has most classes and takes none away. */
static bool choose_fold(const struct sit_dataset *data, const uint32_t *fold,
                        size_t n_folds, uint64_t seed, uint32_t *chosen)
{
    size_t most = 0;
    for (size_t i = 0; i < n_folds; i++) {
        uint32_t f = (uint32_t)((seed + i) % n_folds);
        size_t n_with, n_only;
        count_classes(data, fold, f, &n_with, &n_only);
        if (n_only == 0 && n_with > most) {
            most = n_with;
            *chosen = f;
        }
    }
    return most > 0;
}

enum sit_status mlp_stop_choose(const struct sit_dataset *data, double share,
                                uint64_t seed, uint8_t *is_stop, struct sit_error *err)
{
    size_t n_folds = (size_t)fmax(2, round(1 / share));
    uint32_t *fold = sit_malloc_array(data->n, sizeof *fold), chosen = 0;
    if (fold == NULL)
        return sit_error_nomem(err);
    enum sit_status status = sit_folds_assign(data->y, data->group, data->n,
                                              data->n_classes, n_folds, fold, NULL);
    if (status == SIT_E_ARG)
        status = sit_error_set(
            err, SIT_E_ARG,
            "early stopping on %g of the training rows needs %zu sources, they are of "
            "%zu: faces of one source stay together",
            share, n_folds, count_sources(data, n_folds, fold));
    else if (status != SIT_OK)
        status = sit_error_nomem(err);
    else if (!choose_fold(data, fold, n_folds, seed, &chosen))
        status = sit_error_set(
            err, SIT_E_ARG,
            "early stopping on %g of the training rows would leave a "
            "class without any: each needs a second source",
            share);
    for (size_t i = 0; status == SIT_OK && i < data->n; i++)
        is_stop[i] = fold[i] == chosen;
    free(fold);
    return status;
}
