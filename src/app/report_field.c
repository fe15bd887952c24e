/*
 * Fields: what is known of a face or its source, as numbered values in the order that a
 * table shows them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_group.h"
#include "sitter/alloc.h"

const char REPORT_FIELDS[] =
    "class, split, source, year, decade, keyword, artist, label (who gave it), or a "
    "further column of the metadata";

static const char *const OWN_FIELDS[] = {"class",  "split",   "source", "year",
                                         "decade", "keyword", "artist", "label"};

bool report_field_is_own(const char *name)
{
    for (size_t i = 0; i < sizeof OWN_FIELDS / sizeof OWN_FIELDS[0]; i++)
        if (strcmp(name, OWN_FIELDS[i]) == 0)
            return true;
    return false;
}

void report_field_release(struct report_field *field)
{
    free(field->labels);
    free(field->x);
    free(field->class_index);
    free(field->values.first);
    free(field->values.value);
    *field = (struct report_field){0};
}

static size_t n_units(const struct report_data *data, const struct report_field *field)
{
    return field->of_faces ? data->report->n_faces : data->report->n_sources;
}

/* Room for n_values labels and n values over the units. */
static enum sit_status allocate(const struct report_data *data,
                                struct report_field *field, size_t n_values, size_t n,
                                struct sit_error *err)
{
    field->labels = sit_calloc(n_values, sizeof *field->labels);
    field->x = sit_calloc(n_values, sizeof *field->x);
    field->class_index = sit_calloc(n_values, sizeof *field->class_index);
    field->values.first = sit_calloc(n_units(data, field) + 1,
                                     sizeof *field->values.first);
    field->values.value = sit_malloc_array(n, sizeof *field->values.value);
    if (field->labels == NULL || field->x == NULL || field->class_index == NULL ||
        field->values.first == NULL || field->values.value == NULL)
        return sit_error_nomem(err);
    for (size_t v = 0; v < n_values; v++) {
        field->x[v] = NAN;
        field->class_index[v] = SIT_NO_CLASS;
    }
    return SIT_OK;
}

/* A value to be ranked: by frequency, or by the number itself. */
struct ranked {
    const char *text;
    int64_t order; /* descending */
    uint32_t number;
};

static int by_order(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->order != y->order)
        return x->order > y->order ? -1 : 1;
    int text = x->text != NULL && y->text != NULL ? strcmp(x->text, y->text) : 0;
    return text != 0 ? text : (x->number > y->number) - (x->number < y->number);
}

/*
 * One value a unit: number[unit] or UINT32_MAX, of `names` by frequency, or of years
 * in their order
 */

static enum sit_status make_single(const struct report_data *data,
                                   struct report_field *field, const uint32_t *number,
                                   struct ranked *ranked, size_t n_names,
                                   struct sit_error *err)
{
    size_t n = n_units(data, field);
    uint32_t *rank = sit_malloc_array(n_names, sizeof *rank);
    enum sit_status status = allocate(data, field, n_names + 1, n, err);
    if (status == SIT_OK && rank == NULL)
        status = sit_error_nomem(err);
    if (status == SIT_OK) {
        if (n_names > 1)
            qsort(ranked, n_names, sizeof *ranked, by_order);
        for (size_t v = 0; v < n_names; v++) {
            rank[ranked[v].number] = (uint32_t)v;
            field->labels[v] = ranked[v].text;
        }
        field->labels[n_names] = "unknown";
        for (size_t i = 0; i < n; i++) {
            bool known = number[i] != UINT32_MAX;
            field->values.value[i] = known ? rank[number[i]] : (uint32_t)n_names;
            field->values.first[i + 1] = (uint32_t)i + 1;
            field->has_unknown = field->has_unknown || !known;
        }
        field->n_values = n_names + field->has_unknown;
    }
    free(rank);
    return status;
}

static enum sit_status make_names(const struct report_data *data,
                                  struct report_field *field,
                                  const struct report_names *names,
                                  const uint32_t *number, struct sit_error *err)
{
    struct ranked *ranked = sit_calloc(names->n, sizeof *ranked);
    if (ranked == NULL)
        return sit_error_nomem(err);
    for (size_t v = 0; v < names->n; v++)
        ranked[v] = (struct ranked){names->items[v], 0, (uint32_t)v};
    for (size_t i = 0; i < n_units(data, field); i++)
        if (number[i] != UINT32_MAX)
            ranked[number[i]].order++;
    enum sit_status status = make_single(data, field, number, ranked, names->n, err);
    free(ranked);
    return status;
}

/* Years or decades: any integers that fit a date, in their order. */
static enum sit_status make_years(const struct report_data *data,
                                  struct report_field *field, bool decades,
                                  struct sit_error *err)
{
    const struct sit_report *report = data->report;
    struct report_names names = {0};
    uint32_t *number = sit_malloc_array(report->n_sources, sizeof *number);
    enum sit_status status = number != NULL ? SIT_OK : sit_error_nomem(err);
    for (size_t s = 0; status == SIT_OK && s < report->n_sources; s++) {
        int year = decades ? report->sources[s].decade : report->sources[s].year;
        char text[24];
        snprintf(text, sizeof text, decades ? "%ds" : "%d", year);
        number[s] = UINT32_MAX;
        if (year != 0)
            status = report_names_add(&names, report->texts, text, &number[s], err);
    }
    struct ranked *ranked = sit_calloc(names.n, sizeof *ranked);
    if (status == SIT_OK && ranked == NULL)
        status = sit_error_nomem(err);
    for (size_t v = 0; status == SIT_OK && v < names.n; v++)
        ranked[v] = (struct ranked){names.items[v], -atoll(names.items[v]),
                                    (uint32_t)v};
    if (status == SIT_OK)
        status = make_single(data, field, number, ranked, names.n, err);
    for (size_t v = 0; status == SIT_OK && v < names.n; v++)
        field->x[v] = atof(field->labels[v]) + (decades ? 4.5 : 0);
    free(ranked);
    free(number);
    report_names_release(&names);
    return status;
}

/*
 * Keywords: the most frequent ones, several a source
 */

static enum sit_status make_keywords(const struct report_data *data,
                                     struct report_field *field, struct sit_error *err)
{
    const struct report_values *all = &data->keywords;
    size_t n_names = data->keyword_names.n, n_sources = data->report->n_sources;
    size_t most = data->options->n_keywords, least = data->options->n_keyword_posters;
    struct ranked *ranked = sit_calloc(n_names, sizeof *ranked);
    uint32_t *rank = sit_malloc_array(n_names, sizeof *rank);
    enum sit_status status = allocate(data, field, n_names, all->n, err);
    if (status == SIT_OK && (ranked == NULL || rank == NULL))
        status = sit_error_nomem(err);
    if (status == SIT_OK) {
        for (size_t v = 0; v < n_names; v++) {
            ranked[v] = (struct ranked){data->keyword_names.items[v], 0, (uint32_t)v};
            rank[v] = UINT32_MAX;
        }
        for (size_t i = 0; i < all->n; i++)
            ranked[all->value[i]].order++;
        if (n_names > 1)
            qsort(ranked, n_names, sizeof *ranked, by_order);
        for (size_t v = 0; v < n_names && v < most; v++) {
            if (ranked[v].order < (int64_t)least)
                break;
            rank[ranked[v].number] = (uint32_t)v;
            field->labels[field->n_values++] = ranked[v].text;
        }
        struct report_values *values = &field->values;
        for (size_t s = 0; s < n_sources; s++) {
            for (uint32_t i = all->first[s]; i < all->first[s + 1]; i++)
                if (rank[all->value[i]] != UINT32_MAX)
                    values->value[values->n++] = rank[all->value[i]];
            values->first[s + 1] = (uint32_t)values->n;
        }
    }
    free(ranked);
    free(rank);
    return status;
}

/*
 * Fields of faces, with few values in a fixed order
 */

static enum sit_status make_of_faces(const struct report_data *data,
                                     struct report_field *field, struct sit_error *err)
{
    const struct sit_report *report = data->report;
    size_t n_classes = report->classes.n, n_annotators = report->method.n_annotators;
    size_t n_values = 3 + n_classes + n_annotators;
    field->of_faces = true;
    enum sit_status status = allocate(data, field, n_values, report->n_faces, err);
    if (status != SIT_OK)
        return status;
    bool by_split = strcmp(field->name, "split") == 0;
    size_t n_named = by_split ? 2 : field->is_class ? n_classes : n_annotators + 1;
    for (size_t v = 0; v < n_named; v++) {
        if (by_split)
            field->labels[v] = sit_split_name((enum sit_split)v);
        else if (field->is_class)
            field->labels[v] = report->classes.items[v].name;
        else
            field->labels[v] = v < n_annotators ? report->method.annotators[v].name
                                                : "prediction";
        if (field->is_class)
            field->class_index[v] = (sit_class_index)v;
    }
    field->labels[n_named] = "unknown";
    for (size_t i = 0; i < report->n_faces; i++) {
        const struct sit_report_face *face = &report->faces[i];
        size_t value = face->split;
        if (field->is_class)
            value = face->class_index >= 0 ? (size_t)face->class_index : n_named;
        else if (!by_split && face->label != SIT_NO_CLASS)
            value = face->annotator >= 0 ? (size_t)face->annotator : n_named;
        else if (!by_split)
            value = face->predicted != SIT_NO_CLASS ? n_annotators : n_named;
        field->values.value[i] = (uint32_t)value;
        field->values.first[i + 1] = (uint32_t)i + 1;
        field->has_unknown = field->has_unknown || value == n_named;
    }
    field->n_values = n_named + field->has_unknown;
    return SIT_OK;
}

static enum sit_status make_sources(const struct report_data *data,
                                    struct report_field *field, struct sit_error *err)
{
    size_t n = data->report->n_sources;
    enum sit_status status = allocate(data, field, n, n, err);
    for (size_t s = 0; status == SIT_OK && s < n; s++) {
        field->labels[s] = data->report->sources[s].name;
        field->values.value[s] = (uint32_t)s;
        field->values.first[s + 1] = (uint32_t)s + 1;
    }
    field->n_values = n;
    return status;
}

static enum sit_status make_of_metadata(const struct report_data *data,
                                        struct report_field *field,
                                        struct sit_error *err)
{
    for (size_t i = 0; i < data->n_fields; i++)
        if (strcmp(data->fields[i].name, field->name) == 0 && data->fields[i].found)
            return make_names(data, field, &data->fields[i].names,
                              data->fields[i].value, err);
    struct sit_buf known = {0};
    for (size_t i = 0; i < data->field_names.n; i++)
        sit_buf_appendf(&known, "%s%s", i > 0 ? ", " : "; the metadata has ",
                        data->field_names.items[i]);
    enum sit_status status = sit_error_set(
        err, SIT_E_ARG, "no field '%s': it is one of %s%s", field->name, REPORT_FIELDS,
        sit_buf_text(&known));
    sit_buf_release(&known);
    return status;
}

enum sit_status report_field_make(const struct report_data *data, const char *name,
                                  struct report_field *out, struct sit_error *err)
{
    struct report_field field = {.name = name, .is_class = strcmp(name, "class") == 0};
    enum sit_status status;
    if (strcmp(name, "year") == 0 || strcmp(name, "decade") == 0)
        status = make_years(data, &field, name[0] == 'd', err);
    else if (strcmp(name, "keyword") == 0)
        status = make_keywords(data, &field, err);
    else if (strcmp(name, "artist") == 0)
        status = make_names(data, &field, &data->artist_names, data->artist, err);
    else if (strcmp(name, "source") == 0)
        status = make_sources(data, &field, err);
    else if (report_field_is_own(name))
        status = make_of_faces(data, &field, err);
    else
        status = make_of_metadata(data, &field, err);
    if (status != SIT_OK) {
        report_field_release(&field);
        return status;
    }
    *out = field;
    return SIT_OK;
}
