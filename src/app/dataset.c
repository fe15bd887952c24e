/*
 * From labels and feature vectors to matrices, split into train and test.
 */
#include "dataset.h"

#include <stdlib.h>
#include <string.h>

#include "pixel_set.h"
#include "sitter/alloc.h"

enum { FEW_AMONG = 8 };

struct loader {
    struct labelled_faces *faces;
    const struct sit_face_table *table;
    const sit_class_index *classes;
    size_t n_classes;
    bool no_memory;
};

void labelled_rows_release(struct labelled_rows *rows)
{
    free(rows->x);
    free(rows->y);
    free(rows->group);
    free(rows->face_id);
    free(rows->confirmed);
    *rows = (struct labelled_rows){0};
}

void labelled_faces_release(struct labelled_faces *faces)
{
    labelled_rows_release(&faces->rows[SIT_TRAIN]);
    labelled_rows_release(&faces->rows[SIT_TEST]);
}

static size_t output_of(const struct loader *loader, sit_class_index label)
{
    for (size_t k = 0; k < loader->n_classes; k++)
        if (loader->classes[k] == label)
            return k;
    return SIZE_MAX;
}

static bool allocate_rows(struct labelled_rows *rows, size_t n, size_t d,
                          bool in_memory)
{
    size_t n_floats;
    if (!sit_mul_size(n, d, &n_floats))
        return false;
    *rows = (struct labelled_rows){.d = d, .capacity = n};
    if (in_memory)
        rows->x = sit_malloc_array(n_floats, sizeof *rows->x);
    rows->y = sit_calloc(n, sizeof *rows->y);
    rows->group = sit_calloc(n, sizeof *rows->group);
    rows->face_id = sit_calloc(n, sizeof *rows->face_id);
    rows->confirmed = sit_calloc(n, sizeof *rows->confirmed);
    return (rows->x != NULL || !in_memory) && rows->y != NULL && rows->group != NULL &&
           rows->face_id != NULL && rows->confirmed != NULL;
}

static bool is_wanted(const void *context, int64_t face_id)
{
    const struct loader *loader = context;
    size_t i = sit_face_table_find(loader->table, face_id);
    return i != SIZE_MAX && output_of(loader, loader->table->label[i]) != SIZE_MAX;
}

static bool take_vector(void *context, int64_t face_id, const float *vector)
{
    struct loader *loader = context;
    if (!is_wanted(loader, face_id))
        return true;
    size_t i = sit_face_table_find(loader->table, face_id);
    size_t output = output_of(loader, loader->table->label[i]);
    struct labelled_rows *rows = &loader->faces->rows[loader->table->split[i]];
    if (rows->n == rows->capacity)
        return true; /* labelled by somebody since the table was read */
    if (rows->x != NULL)
        memcpy(rows->x + rows->n * rows->d, vector, rows->d * sizeof *vector);
    rows->y[rows->n] = (uint8_t)output;
    rows->group[rows->n] = loader->table->source[i];
    rows->face_id[rows->n] = face_id;
    rows->confirmed[rows->n] = loader->table->confirmed[i];
    rows->n++;
    return true;
}

/* Few among many: each vector is looked up rather than all of them read. */
static enum sit_status look_up(struct sit_project *project, int64_t set_id, size_t dim,
                               struct loader *loader, struct sit_error *err)
{
    float *vector = sit_malloc_array(dim, sizeof *vector);
    enum sit_status status = vector != NULL ? SIT_OK : sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < loader->table->n; i++) {
        int64_t face_id = loader->table->id[i];
        if (output_of(loader, loader->table->label[i]) == SIZE_MAX)
            continue;
        status = sit_project_feature(project, set_id, face_id, dim, vector, err);
        if (status == SIT_OK)
            take_vector(loader, face_id, vector);
        else if (status == SIT_E_NOT_FOUND)
            status = SIT_OK; /* it has none */
    }
    free(vector);
    return status;
}

/* The vectors of labelled faces, however they are quicker to get. */
static enum sit_status load_vectors(struct sit_project *project, int64_t set_id,
                                    size_t dim, struct loader *loader,
                                    struct sit_error *err)
{
    bool few = loader->faces->n_labelled < loader->table->n / FEW_AMONG;
    bool stored = false;
    enum sit_status status = SIT_OK;
    if (few)
        status = feature_set_is_stored(project, set_id, &stored, err);
    if (status == SIT_OK && few && stored)
        return look_up(project, set_id, dim, loader, err);
    if (status == SIT_OK)
        status = feature_walk(project, set_id, dim, 0, is_wanted, take_vector, loader,
                              err);
    return status;
}

/* Sources with rows on both sides. */
static bool find_leak(struct labelled_faces *faces, size_t n_sources)
{
    uint8_t *sides = sit_calloc(n_sources, 1);
    if (sides == NULL)
        return false;
    for (size_t split = 0; split < 2; split++)
        for (size_t i = 0; i < faces->rows[split].n; i++)
            sides[faces->rows[split].group[i]] |= (uint8_t)(1u << split);
    struct sit_leak leak = {.n_test_faces = faces->rows[SIT_TEST].n};
    for (size_t i = 0; i < n_sources; i++) {
        leak.n_sources += sides[i] != 0;
        leak.n_sources_on_both_sides += sides[i] == 3;
    }
    for (size_t i = 0; i < faces->rows[SIT_TEST].n; i++)
        leak.n_test_faces_affected += sides[faces->rows[SIT_TEST].group[i]] == 3;
    free(sides);
    faces->leak = leak;
    return true;
}

size_t classes_to_train_on(const struct sit_class_list *list, bool with_other,
                           sit_class_index classes[SIT_PROJECT_MAX_CLASSES])
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        if (with_other || !list->items[i].excluded)
            classes[n++] = (sit_class_index)i;
    return n;
}

enum sit_status labelled_faces_load(struct sit_project *project, int64_t set_id,
                                    size_t dim, const sit_class_index *classes,
                                    size_t n_classes, struct labelled_faces *out,
                                    struct sit_error *err)
{
    return labelled_faces_load_within(project, set_id, dim, classes, n_classes,
                                      SIZE_MAX, out, err);
}

enum sit_status labelled_faces_load_within(struct sit_project *project, int64_t set_id,
                                           size_t dim, const sit_class_index *classes,
                                           size_t n_classes, size_t max_bytes,
                                           struct labelled_faces *out,
                                           struct sit_error *err)
{
    struct sit_face_table table = {0};
    struct labelled_faces faces = {0};
    enum sit_status status = sit_face_table_load(project, 0, &table, err);
    if (status != SIT_OK)
        return status;
    struct loader loader = {
        .faces = &faces, .table = &table, .classes = classes, .n_classes = n_classes};
    size_t n[2] = {0, 0};
    for (size_t i = 0; i < table.n; i++)
        if (output_of(&loader, table.label[i]) != SIZE_MAX)
            n[table.split[i]]++;
    faces.n_labelled = n[0] + n[1];
    faces.last_event_id = table.last_event_id;
    bool in_memory = faces.n_labelled <= max_bytes / sizeof(float) / dim;
    if (!allocate_rows(&faces.rows[0], n[0], dim, in_memory) ||
        !allocate_rows(&faces.rows[1], n[1], dim, in_memory))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = load_vectors(project, set_id, dim, &loader, err);
    if (status == SIT_OK && !find_leak(&faces, table.n_sources))
        status = sit_error_nomem(err);
    sit_face_table_release(&table);
    if (status != SIT_OK) {
        labelled_faces_release(&faces);
        return status;
    }
    *out = faces;
    return SIT_OK;
}

struct sit_dataset labelled_rows_dataset(const struct labelled_rows *rows,
                                         size_t n_classes)
{
    return (struct sit_dataset){.x = rows->x,
                                .y = rows->y,
                                .group = rows->group,
                                .n = rows->n,
                                .d = rows->d,
                                .n_classes = n_classes};
}

static void copy_rows(const struct labelled_rows *from, struct labelled_rows *to)
{
    memcpy(to->x + to->n * to->d, from->x, from->n * from->d * sizeof *to->x);
    memcpy(to->y + to->n, from->y, from->n * sizeof *to->y);
    memcpy(to->group + to->n, from->group, from->n * sizeof *to->group);
    memcpy(to->face_id + to->n, from->face_id, from->n * sizeof *to->face_id);
    memcpy(to->confirmed + to->n, from->confirmed, from->n * sizeof *to->confirmed);
    to->n += from->n;
}

enum sit_status labelled_rows_join(const struct labelled_rows *a,
                                   const struct labelled_rows *b,
                                   struct labelled_rows *out, struct sit_error *err)
{
    struct labelled_rows rows = {0};
    if (!allocate_rows(&rows, a->n + b->n, a->d, true)) {
        labelled_rows_release(&rows);
        return sit_error_nomem(err);
    }
    copy_rows(a, &rows);
    copy_rows(b, &rows);
    *out = rows;
    return SIT_OK;
}

size_t labelled_rows_n_groups(const struct labelled_rows *rows)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (rows->group[i] > largest)
            largest = rows->group[i];
    uint8_t *seen = sit_calloc((size_t)largest + 1, 1);
    size_t n = 0;
    for (size_t i = 0; seen != NULL && i < rows->n; i++) {
        n += seen[rows->group[i]] == 0;
        seen[rows->group[i]] = 1;
    }
    free(seen);
    return n;
}
