/*
 * Choosing faces. A random face is one with a small number, where each face's number
 * comes from its id and the seed: so a face that one group drew is likely drawn by the
 * others that it is in, and fewer faces have to be embedded.
 */
#include "page_faces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/rng.h"

float page_face_sureness(const struct sit_report_face *face)
{
    if (face->class_index == SIT_NO_CLASS || face->predicted == SIT_NO_CLASS)
        return NAN;
    return face->class_index == face->predicted ? face->p : 1 - face->p;
}

uint32_t page_predicted_classes(const struct sit_report *report)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < report->n_faces; i++)
        if (report->faces[i].predicted >= 0)
            bits |= (uint32_t)1 << report->faces[i].predicted;
    return bits;
}

bool page_face_disagrees(const struct sit_report_face *face, uint32_t predicted_classes)
{
    return face->label >= 0 && face->predicted >= 0 && face->label != face->predicted &&
           (predicted_classes >> face->label & 1) != 0;
}

static uint64_t draw(const struct sit_report_face *face, uint64_t seed)
{
    struct sit_rng rng;
    sit_rng_init(&rng, seed ^ ((uint64_t)face->id * 0x9e3779b97f4a7c15u));
    return sit_rng_next(&rng);
}

/* The k least keys seen, ascending; equal ones by face. */
struct least {
    size_t n, most;
    double keys[PAGE_MAX_PER_GROUP];
    uint32_t faces[PAGE_MAX_PER_GROUP];
};

static void least_add(struct least *least, double key, uint32_t face)
{
    if (least->n == least->most && !(key < least->keys[least->n - 1]))
        return;
    size_t at = least->n < least->most ? least->n++ : least->n - 1;
    for (; at > 0 && least->keys[at - 1] > key; at--) {
        least->keys[at] = least->keys[at - 1];
        least->faces[at] = least->faces[at - 1];
    }
    least->keys[at] = key;
    least->faces[at] = face;
}

static bool contains(const uint32_t *faces, size_t n, uint32_t face)
{
    for (size_t i = 0; i < n; i++)
        if (faces[i] == face)
            return true;
    return false;
}

/* What one pass over a row's faces of a class finds. */
struct finder {
    struct page_group group;
    struct least sure, unsure, random;
};

static void finder_init(struct finder *finder, size_t table, size_t row,
                        sit_class_index class_index)
{
    *finder = (struct finder){.group = {.table = (uint32_t)table,
                                        .row = (uint32_t)row,
                                        .class_index = class_index},
                              .sure = {.most = PAGE_MAX_PER_KIND},
                              .unsure = {.most = PAGE_MAX_PER_KIND},
                              .random = {.most = PAGE_MAX_PER_GROUP}};
}

static void finder_add(struct finder *finder, const struct sit_report *report,
                       uint32_t face, const double *draws)
{
    float sure = page_face_sureness(&report->faces[face]);
    finder->group.n_faces++;
    if (isfinite(sure)) {
        least_add(&finder->sure, -(double)sure, face);
        least_add(&finder->unsure, sure, face);
    }
    least_add(&finder->random, draws[face], face);
}

static void finder_finish(struct finder *finder)
{
    struct page_group *group = &finder->group;
    group->n_sure = (uint8_t)finder->sure.n;
    memcpy(group->sure, finder->sure.faces, finder->sure.n * sizeof(uint32_t));
    for (size_t i = 0; i < finder->unsure.n; i++)
        if (!contains(group->sure, group->n_sure, finder->unsure.faces[i]))
            group->unsure[group->n_unsure++] = finder->unsure.faces[i];
    for (size_t i = 0; i < finder->random.n; i++)
        if (!contains(group->sure, group->n_sure, finder->random.faces[i]) &&
            !contains(group->unsure, group->n_unsure, finder->random.faces[i]))
            group->random[group->n_random++] = finder->random.faces[i];
}

static bool add_group(struct page_faces *out, struct finder *finder)
{
    if (finder->group.n_faces == 0)
        return true;
    finder_finish(finder);
    if (!sit_grow_array((void **)&out->groups, &out->capacity, out->n_groups + 1,
                        sizeof(*out->groups)))
        return false;
    out->groups[out->n_groups++] = finder->group;
    return true;
}

/* Faces are looked at class by class where they are what is counted; where posters are,
 * all of a row's faces are one group. */
static bool add_row(const struct sit_report *report, size_t t, size_t r,
                    const double *draws, struct finder *finders, struct page_faces *out)
{
    const struct sit_report_table *table = &report->tables[t];
    const struct sit_report_row *row = &table->rows[r];
    bool by_class = table->unit != NULL && strcmp(table->unit, "face") == 0;
    size_t n_finders = by_class ? report->classes.n + 1 : 1;
    for (size_t k = 0; k < n_finders; k++)
        finder_init(&finders[k], t, r, (sit_class_index)((int)k - 1));
    for (size_t i = 0; i < row->n_faces; i++) {
        uint32_t face = row->faces[i];
        sit_class_index c = report->faces[face].class_index;
        finder_add(&finders[by_class && c >= 0 ? (size_t)c + 1 : 0], report, face,
                   draws);
    }
    bool ok = true;
    for (size_t k = 0; ok && k < n_finders; k++)
        ok = add_group(out, &finders[k]);
    return ok;
}

size_t page_faces_of_group(const struct page_faces *faces,
                           const struct page_group *group, uint32_t *out,
                           size_t starts[3])
{
    size_t most = faces->n_per_group, third = most / 3, n = 0;
    bool all = group->n_faces <= most;
    starts[0] = n;
    for (size_t i = 0; i < group->n_sure && (all || i < third) && n < most; i++)
        out[n++] = group->sure[i];
    starts[1] = n;
    for (size_t i = 0; i < group->n_unsure && (all || i < third) && n < most; i++)
        out[n++] = group->unsure[i];
    starts[2] = n;
    for (size_t i = 0; i < group->n_random && n < most; i++)
        out[n++] = group->random[i];
    return n;
}

/* Faces shown with n_per_group each, once each, counted into marks; *n_tiles is how
 * often. */
static size_t mark_shown(const struct page_faces *faces, size_t n_sheet, uint8_t *marks,
                         size_t n_faces, size_t *n_tiles)
{
    memset(marks, 0, n_faces);
    *n_tiles = n_sheet;
    for (size_t i = 0; i < n_sheet; i++)
        marks[faces->sheet[i]] = 1;
    for (size_t i = 0; i < faces->n_groups; i++) {
        uint32_t shown[PAGE_MAX_PER_GROUP];
        size_t starts[3];
        size_t n = page_faces_of_group(faces, &faces->groups[i], shown, starts);
        *n_tiles += n;
        for (size_t k = 0; k < n; k++)
            marks[shown[k]] = 1;
    }
    size_t n_shown = 0;
    for (size_t i = 0; i < n_faces; i++)
        n_shown += marks[i];
    return n_shown;
}

/* Fewer faces a group until the page is small enough. */
static enum sit_status limit(const struct sit_report *report,
                             const struct sit_report_page_options *options,
                             struct page_faces *out, struct sit_error *err)
{
    static const uint8_t steps[] = {24, 18, 12, 9, 6, 3, 0};
    size_t n_classes = report->classes.n, n_tiles;
    size_t most = options->n_max_faces > 0 ? options->n_max_faces : SIT_PAGE_MAX_FACES;
    size_t wanted = options->n_per_group > 0 ? options->n_per_group
                                             : SIT_PAGE_PER_GROUP;
    uint8_t *marks = sit_calloc(report->n_faces, 1);
    if (marks == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < sizeof steps; i++) {
        out->n_per_group = steps[i];
        if (steps[i] > wanted)
            continue;
        out->n_shown = mark_shown(out, out->sheet_start[n_classes], marks,
                                  report->n_faces, &n_tiles);
        if (out->n_shown <= most && n_tiles <= SIT_PAGE_MAX_TILES)
            break;
    }
    out->shown = sit_malloc_array(out->n_shown, sizeof(uint32_t));
    if (out->shown != NULL) {
        size_t n = 0;
        for (size_t i = 0; i < report->n_faces; i++)
            if (marks[i])
                out->shown[n++] = (uint32_t)i;
    }
    free(marks);
    return out->shown != NULL ? SIT_OK : sit_error_nomem(err);
}

static enum sit_status find_groups(const struct sit_report *report, uint64_t seed,
                                   struct page_faces *out, struct sit_error *err)
{
    double *draws = sit_malloc_array(report->n_faces, sizeof(double));
    struct finder *finders = sit_calloc(SIT_PROJECT_MAX_CLASSES + 1,
                                        sizeof(struct finder));
    bool ok = draws != NULL && finders != NULL;
    for (size_t i = 0; ok && i < report->n_faces; i++)
        draws[i] = (double)(draw(&report->faces[i], seed) >> 11);
    for (size_t t = 0; ok && t < report->n_tables; t++)
        for (size_t r = 0; ok && r < report->tables[t].n_rows && r < PAGE_MAX_ROWS; r++)
            ok = add_row(report, t, r, draws, finders, out);
    free(draws);
    free(finders);
    return ok ? SIT_OK : sit_error_nomem(err);
}

enum sit_status page_faces_choose(const struct sit_report *report,
                                  const struct sit_report_page_options *options,
                                  struct page_faces *out, struct sit_error *err)
{
    enum { SHEET_PER_CLASS = 96 };
    *out = (struct page_faces){.predicted_classes = page_predicted_classes(report)};
    size_t most = options->n_max_faces > 0 ? options->n_max_faces : SIT_PAGE_MAX_FACES;
    size_t per_class = most / 2 / (report->classes.n > 0 ? report->classes.n : 1);
    per_class = per_class < SHEET_PER_CLASS ? per_class : SHEET_PER_CLASS;
    enum sit_status status = find_groups(report, options->seed, out, err);
    if (status == SIT_OK)
        status = page_faces_sheet(report, per_class, &out->sheet, out->sheet_start,
                                  err);
    if (status == SIT_OK)
        status = limit(report, options, out, err);
    if (status != SIT_OK)
        page_faces_release(out);
    return status;
}

void page_faces_release(struct page_faces *faces)
{
    free(faces->groups);
    free(faces->sheet);
    free(faces->shown);
    *faces = (struct page_faces){0};
}

static int compare_places(const struct page_group *group, size_t table, size_t row,
                          sit_class_index class_index)
{
    if (group->table != table)
        return group->table < table ? -1 : 1;
    if (group->row != row)
        return group->row < row ? -1 : 1;
    return (group->class_index > class_index) - (group->class_index < class_index);
}

const struct page_group *page_faces_group(const struct page_faces *faces, size_t table,
                                          size_t row, sit_class_index class_index)
{
    size_t low = 0, high = faces->n_groups;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_places(&faces->groups[middle], table, row, class_index);
        if (order == 0)
            return &faces->groups[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

size_t page_faces_number(const struct page_faces *faces, uint32_t face)
{
    size_t low = 0, high = faces->n_shown;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (faces->shown[middle] <= face)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/*
 * The contact sheet
 */

struct ranked {
    float sure; /* NAN last */
    uint32_t face;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    float sx = isfinite(x->sure) ? x->sure : -1, sy = isfinite(y->sure) ? y->sure : -1;
    if (sx != sy)
        return sx > sy ? -1 : 1;
    return (x->face > y->face) - (x->face < y->face);
}

enum sit_status page_faces_sheet(const struct sit_report *report, size_t n_most,
                                 uint32_t **out,
                                 size_t starts[SIT_PROJECT_MAX_CLASSES + 1],
                                 struct sit_error *err)
{
    size_t n_classes = report->classes.n, n_out = 0;
    struct ranked *ranked = sit_malloc_array(report->n_faces, sizeof(struct ranked));
    uint32_t *faces = sit_malloc_array(n_most * n_classes, sizeof(uint32_t));
    if (ranked == NULL || faces == NULL) {
        free(ranked);
        free(faces);
        return sit_error_nomem(err);
    }
    for (size_t c = 0; c < n_classes; c++) {
        size_t n = 0;
        starts[c] = n_out;
        for (size_t i = 0; i < report->n_faces; i++)
            if (report->faces[i].class_index == (sit_class_index)c)
                ranked[n++] = (struct ranked){page_face_sureness(&report->faces[i]),
                                              (uint32_t)i};
        qsort(ranked, n, sizeof(*ranked), compare_ranked);
        size_t n_shown = n < n_most ? n : n_most;
        for (size_t k = 0; k < n_shown; k++) {
            size_t at = n_shown < 2 ? 0 : k * (n - 1) / (n_shown - 1);
            faces[n_out++] = ranked[at].face;
        }
    }
    starts[n_classes] = n_out;
    free(ranked);
    *out = faces;
    return SIT_OK;
}
