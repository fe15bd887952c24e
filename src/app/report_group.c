/*
 * The groups that one field or two make: sorted keys, and the faces behind each.
 */
#include "report_group.h"

#include <stdlib.h>

#include "sitter/alloc.h"

/* One unit (source or face) in one cell. */
struct entry {
    uint64_t key; /* a, then b */
    uint32_t unit;
};

struct entries {
    struct entry *items;
    size_t n, capacity;
};

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The values of a unit: of a face where units are faces, by its source where the field
 * is the source's. */
static void values_of(const struct report_data *data, const struct report_field *field,
                      bool units_are_faces, size_t unit, const uint32_t **values,
                      size_t *n)
{
    static const uint32_t one = 0;
    *values = &one;
    *n = 1;
    if (field == NULL)
        return;
    if (units_are_faces && !field->of_faces)
        unit = data->report->faces[unit].source;
    *values = field->values.value + field->values.first[unit];
    *n = field->values.first[unit + 1] - field->values.first[unit];
}

static enum sit_status list_entries(const struct report_data *data,
                                    const struct report_field *a,
                                    const struct report_field *b, bool of_faces,
                                    struct entries *out, struct sit_error *err)
{
    size_t n_units = of_faces ? data->report->n_faces : data->report->n_sources;
    for (size_t unit = 0; unit < n_units; unit++) {
        const uint32_t *of_a, *of_b;
        size_t n_a, n_b;
        values_of(data, a, of_faces, unit, &of_a, &n_a);
        values_of(data, b, of_faces, unit, &of_b, &n_b);
        void *items = out->items;
        if (!sit_grow_array(&items, &out->capacity, out->n + n_a * n_b,
                            sizeof *out->items))
            return sit_error_nomem(err);
        out->items = items;
        for (size_t i = 0; i < n_a; i++)
            for (size_t j = 0; j < n_b; j++)
                out->items[out->n++] = (struct entry){(uint64_t)of_a[i] << 32 | of_b[j],
                                                      (uint32_t)unit};
    }
    return SIT_OK;
}

static bool is_sorted(const struct entries *entries)
{
    for (size_t i = 1; i < entries->n; i++)
        if (by_key(&entries->items[i - 1], &entries->items[i]) > 0)
            return false;
    return true;
}

/* The faces of a cell whose units are sources. */
static enum sit_status faces_of_sources(const struct sit_report *report,
                                        const struct entry *entries, size_t n,
                                        struct report_cell *cell, struct sit_error *err)
{
    bool ascending = true;
    for (size_t i = 0; i < n; i++)
        cell->n_faces += report->sources[entries[i].unit].n_faces;
    cell->n_sources = n;
    cell->faces = sit_malloc_array(cell->n_faces, sizeof *cell->faces);
    if (cell->faces == NULL)
        return sit_error_nomem(err);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        const struct sit_report_source *source = &report->sources[entries[i].unit];
        for (uint32_t j = 0; j < source->n_faces; j++) {
            cell->faces[m] = report->by_source[source->first_face + j];
            ascending = ascending && (m == 0 || cell->faces[m - 1] < cell->faces[m]);
            m++;
        }
    }
    if (!ascending)
        qsort(cell->faces, m, sizeof *cell->faces, by_number);
    return SIT_OK;
}

static enum sit_status take_faces(const struct sit_report *report,
                                  const struct entry *entries, size_t n,
                                  struct report_cell *cell, struct sit_error *err)
{
    uint32_t *sources = sit_malloc_array(n, sizeof *sources);
    cell->faces = sit_malloc_array(n, sizeof *cell->faces);
    if (cell->faces == NULL || sources == NULL) {
        free(sources);
        return sit_error_nomem(err);
    }
    for (size_t i = 0; i < n; i++) {
        cell->faces[i] = entries[i].unit;
        sources[i] = report->faces[entries[i].unit].source;
    }
    cell->n_faces = n;
    qsort(sources, n, sizeof *sources, by_number);
    for (size_t i = 0; i < n; i++)
        cell->n_sources += i == 0 || sources[i] != sources[i - 1];
    free(sources);
    return SIT_OK;
}

static enum sit_status split_cells(const struct sit_report *report,
                                   const struct entries *entries, bool of_faces,
                                   struct report_cells *cells, struct sit_error *err)
{
    size_t n_cells = 0;
    for (size_t i = 0; i < entries->n; i++)
        n_cells += i == 0 || entries->items[i].key != entries->items[i - 1].key;
    cells->items = sit_calloc(n_cells, sizeof *cells->items);
    if (cells->items == NULL)
        return sit_error_nomem(err);
    enum sit_status status = SIT_OK;
    for (size_t i = 0, end; status == SIT_OK && i < entries->n; i = end) {
        uint64_t key = entries->items[i].key;
        for (end = i + 1; end < entries->n && entries->items[end].key == key; end++)
            ;
        struct report_cell *cell = &cells->items[cells->n++];
        cell->a = (uint32_t)(key >> 32);
        cell->b = (uint32_t)(key & UINT32_MAX);
        status = of_faces
                     ? take_faces(report, entries->items + i, end - i, cell, err)
                     : faces_of_sources(report, entries->items + i, end - i, cell, err);
    }
    return status;
}

void report_cells_release(struct report_cells *cells)
{
    for (size_t i = 0; i < cells->n; i++)
        free(cells->items[i].faces);
    free(cells->items);
    *cells = (struct report_cells){0};
}

enum sit_status report_cells_make(const struct report_data *data,
                                  const struct report_field *a,
                                  const struct report_field *b,
                                  struct report_cells *out, struct sit_error *err)
{
    struct entries entries = {0};
    struct report_cells cells = {0};
    bool of_faces = a->of_faces || (b != NULL && b->of_faces);
    enum sit_status status = list_entries(data, a, b, of_faces, &entries, err);
    if (status == SIT_OK && !is_sorted(&entries))
        qsort(entries.items, entries.n, sizeof *entries.items, by_key);
    if (status == SIT_OK)
        status = split_cells(data->report, &entries, of_faces, &cells, err);
    free(entries.items);
    if (status != SIT_OK) {
        report_cells_release(&cells);
        return status;
    }
    *out = cells;
    return SIT_OK;
}
