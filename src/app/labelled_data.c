/*
 * The project as a source of rows, and the choice between it and memory.
 */
#include "labelled_data.h"

#include "pixel_set.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

/* A walk over the set that keeps the vectors of the rows. */
struct reading {
    const struct labelled_rows *rows;
    size_t next, end; /* rows */
    float *x;         /* (end - next, d) */
};

static bool take_vector(void *context, int64_t face_id, const float *vector)
{
    struct reading *reading = context;
    size_t d = reading->rows->d;
    if (face_id < reading->rows->face_id[reading->next])
        return true;
    if (face_id > reading->rows->face_id[reading->next])
        return false; /* one is gone */
    memcpy(reading->x, vector, d * sizeof *vector);
    reading->x += d;
    return ++reading->next < reading->end;
}

/* Rows are in the order of their faces. */
static enum sit_status read_rows(void *context, size_t first, size_t n, float *x,
                                 struct sit_error *err)
{
    const struct labelled_data *data = context;
    const struct labelled_rows *rows = data->rows;
    struct reading reading = {rows, first, first + n, x};
    if (n == 0)
        return SIT_OK;
    enum sit_status status = feature_walk(data->project, data->set_id, rows->d,
                                          rows->face_id[first] - 1, NULL, take_vector,
                                          &reading, err);
    if (status == SIT_OK && reading.next < reading.end)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "'%s': features were removed while they were read",
                               sit_project_path(data->project));
    return status;
}

/* The source keeps only to what `data` says. */
static struct sit_row_source source_of(const struct labelled_data *data)
{
    return (struct sit_row_source){read_rows, (void *)(uintptr_t)data};
}

enum sit_status labelled_data_train(
    const struct labelled_data *data, const struct labelled_data *held_out,
    const struct sit_head_options *options, const struct sit_progress *progress,
    struct sit_head **out, struct sit_head_report *report, struct sit_error *err)
{
    struct sit_dataset train = labelled_rows_dataset(data->rows, data->n_classes);
    struct sit_row_source source = source_of(data);
    if (train.x == NULL)
        return sit_head_train_read(&train, &source, options, progress, out, report,
                                   err);
    if (held_out == NULL || held_out->rows->n == 0)
        return sit_head_train(&train, NULL, options, progress, out, report, err);
    struct sit_dataset watched = labelled_rows_dataset(held_out->rows,
                                                       held_out->n_classes);
    return sit_head_train(&train, &watched, options, progress, out, report, err);
}

enum sit_status labelled_data_out_of_fold(const struct labelled_data *data,
                                          const struct sit_head_options *options,
                                          size_t n_folds,
                                          const struct sit_progress *progress, float *p,
                                          struct sit_error *err)
{
    struct sit_dataset rows = labelled_rows_dataset(data->rows, data->n_classes);
    struct sit_row_source source = source_of(data);
    if (rows.x != NULL)
        return sit_head_out_of_fold(&rows, options, n_folds, progress, p, err);
    return sit_head_out_of_fold_read(&rows, &source, options, n_folds, progress, p,
                                     err);
}

enum sit_status labelled_data_predict(const struct labelled_data *data,
                                      const struct sit_head *head, float *p,
                                      struct sit_error *err)
{
    enum { BLOCK_ROWS = 4096 };
    const struct labelled_rows *rows = data->rows;
    if (rows->x != NULL)
        return sit_head_predict(head, rows->x, rows->n, rows->d, p, err);
    float *x = sit_malloc_array(BLOCK_ROWS, rows->d * sizeof *x);
    enum sit_status status = x != NULL ? SIT_OK : sit_error_nomem(err);
    for (size_t first = 0; status == SIT_OK && first < rows->n; first += BLOCK_ROWS) {
        size_t n = rows->n - first < BLOCK_ROWS ? rows->n - first : BLOCK_ROWS;
        status = read_rows((void *)(uintptr_t)data, first, n, x, err);
        if (status == SIT_OK)
            status = sit_head_predict(head, x, n, rows->d, p + first * data->n_classes,
                                      err);
    }
    free(x);
    return status;
}
