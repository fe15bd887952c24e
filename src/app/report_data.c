/*
 * Reading the collection for a report, in one walk.
 */
#include "report_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/collection.h"

static struct sit_report_source *last_source(struct report_data *data)
{
    return &data->report->sources[data->report->n_sources - 1];
}

/* Sources are in the order of their ids until the posters without faces follow. */
static size_t find_source(const struct report_data *data, int64_t id)
{
    size_t low = 0, high = data->report->n_sources;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t there = data->report->sources[middle].id;
        if (there != 0 && there < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < data->report->n_sources && data->report->sources[low].id == id
               ? low
               : SIZE_MAX;
}

static size_t find_face(const struct report_data *data, int64_t id)
{
    size_t low = 0, high = data->report->n_faces;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (data->report->faces[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < data->report->n_faces && data->report->faces[low].id == id ? low
                                                                            : SIZE_MAX;
}

/*
 * Annotators, sources, posters
 */

static enum sit_status take_annotator(void *context, int64_t id, const char *name,
                                      bool is_person, struct sit_error *err)
{
    struct report_data *data = context;
    struct sit_report_method *method = &data->report->method;
    size_t capacity = data->annotator_capacity;
    void *annotators = method->annotators, *ids = data->annotator_ids;
    if (!sit_grow_array(&annotators, &capacity, method->n_annotators + 1,
                        sizeof *method->annotators))
        return sit_error_nomem(err);
    method->annotators = annotators;
    capacity = data->annotator_capacity;
    if (!sit_grow_array(&ids, &capacity, method->n_annotators + 1,
                        sizeof *data->annotator_ids))
        return sit_error_nomem(err);
    data->annotator_ids = ids;
    data->annotator_capacity = capacity;
    char *copy = sit_strdup(name);
    if (copy == NULL)
        return sit_error_nomem(err);
    data->annotator_ids[method->n_annotators] = id;
    method->annotators[method->n_annotators++] = (struct sit_report_annotator){
        .name = copy, .is_person = is_person};
    return SIT_OK;
}

static enum sit_status grow_sources(struct report_data *data, struct sit_error *err)
{
    struct sit_report *report = data->report;
    size_t need = report->n_sources + 1, capacity = data->source_capacity;
    void *sources = report->sources, *artist = data->artist,
         *first = data->keywords.first;
    if (report->n_sources >= UINT32_MAX - 1)
        return sit_error_set(err, SIT_E_LIMIT, "too many sources for a report");
    if (need <= capacity && sources != NULL)
        return SIT_OK;
    if (!sit_grow_array(&sources, &capacity, need, sizeof *report->sources))
        return sit_error_nomem(err);
    report->sources = sources;
    size_t wanted = capacity;
    artist = sit_realloc_array(artist, wanted, sizeof *data->artist);
    if (artist == NULL)
        return sit_error_nomem(err);
    data->artist = artist;
    first = sit_realloc_array(first, wanted + 1, sizeof *data->keywords.first);
    if (first == NULL)
        return sit_error_nomem(err);
    data->keywords.first = first;
    for (size_t i = 0; i < data->n_fields; i++) {
        void *value = sit_realloc_array(data->fields[i].value, wanted,
                                        sizeof *data->fields[i].value);
        if (value == NULL)
            return sit_error_nomem(err);
        data->fields[i].value = value;
    }
    data->source_capacity = capacity;
    return SIT_OK;
}

static enum sit_status add_source(struct report_data *data,
                                  const struct sit_collection_source *row,
                                  struct sit_error *err)
{
    enum sit_status status = grow_sources(data, err);
    if (status != SIT_OK)
        return status;
    struct sit_report *report = data->report;
    size_t s = report->n_sources++;
    struct sit_report_source *source = last_source(data);
    *source = (struct sit_report_source){.id = row->id,
                                         .year = row->year,
                                         .decade = row->decade,
                                         .split_given = row->split_given};
    data->artist[s] = UINT32_MAX;
    for (size_t i = 0; i < data->n_fields; i++)
        data->fields[i].value[s] = UINT32_MAX;
    status = report_texts_keep(report->texts, row->name, &source->name, err);
    if (status == SIT_OK)
        status = report_texts_keep(report->texts, row->title, &source->title, err);
    if (status == SIT_OK)
        status = report_texts_keep(report->texts, row->year_text, &source->year_text,
                                   err);
    if (status == SIT_OK && row->artist != NULL && row->artist[0] != '\0')
        status = report_names_add(&data->artist_names, report->texts, row->artist,
                                  &data->artist[s], err);
    return status;
}

static enum sit_status take_source(void *context,
                                   const struct sit_collection_source *row,
                                   struct sit_error *err)
{
    return add_source(context, row, err);
}

/* A searched poster without faces is no source; but metadata may have made one of its
 * name, and then it is the same poster. Which is settled after the walk. */
struct reading {
    struct report_data *data;
    char **faceless; /* names of posters without a source */
    size_t n_faceless, faceless_capacity;
    size_t keyword_source; /* whose keywords are being read */
};

static enum sit_status take_poster(void *context,
                                   const struct sit_collection_poster *row,
                                   struct sit_error *err)
{
    struct reading *reading = context;
    reading->data->report->n_posters_searched++;
    if (row->source_id != 0)
        return SIT_OK;
    void *names = reading->faceless;
    if (!sit_grow_array(&names, &reading->faceless_capacity, reading->n_faceless + 1,
                        sizeof *reading->faceless))
        return sit_error_nomem(err);
    reading->faceless = names;
    char *copy = sit_strdup(row->name);
    if (copy == NULL)
        return sit_error_nomem(err);
    reading->faceless[reading->n_faceless++] = copy;
    return SIT_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Add the searched posters that no source is named like. */
static enum sit_status add_faceless(struct reading *reading, struct sit_error *err)
{
    struct report_data *data = reading->data;
    struct sit_report *report = data->report;
    if (reading->n_faceless == 0)
        return SIT_OK;
    bool *known = sit_calloc(reading->n_faceless, sizeof *known);
    if (known == NULL)
        return sit_error_nomem(err);
    qsort(reading->faceless, reading->n_faceless, sizeof *reading->faceless,
          compare_names);
    for (size_t s = 0; s < report->n_sources; s++) {
        char **found = bsearch(&report->sources[s].name, reading->faceless,
                               reading->n_faceless, sizeof *reading->faceless,
                               compare_names);
        if (found != NULL)
            known[found - reading->faceless] = true;
    }
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < reading->n_faceless; i++) {
        struct sit_collection_source row = {.name = reading->faceless[i]};
        if (!known[i])
            status = add_source(data, &row, err);
    }
    free(known);
    return status;
}

/*
 * Keywords and fields
 */

/* Close the lists of the sources up to s. */
static void close_keywords(struct reading *reading, size_t s)
{
    struct report_data *data = reading->data;
    while (reading->keyword_source < s)
        data->keywords.first[++reading->keyword_source] = (uint32_t)data->keywords.n;
}

static enum sit_status take_keyword(void *context, int64_t source_id,
                                    const char *keyword, struct sit_error *err)
{
    struct reading *reading = context;
    struct report_data *data = reading->data;
    struct report_values *keywords = &data->keywords;
    size_t s = find_source(data, source_id);
    if (s == SIZE_MAX || s < reading->keyword_source || keyword[0] == '\0')
        return SIT_OK;
    close_keywords(reading, s);
    uint32_t number;
    enum sit_status status = report_names_add(&data->keyword_names, data->report->texts,
                                              keyword, &number, err);
    if (status != SIT_OK)
        return status;
    for (size_t i = keywords->first[s]; i < keywords->n; i++)
        if (keywords->value[i] == number)
            return SIT_OK; /* given twice */
    void *value = keywords->value;
    if (keywords->n >= UINT32_MAX - 1 ||
        !sit_grow_array(&value, &keywords->capacity, keywords->n + 1,
                        sizeof *keywords->value))
        return sit_error_nomem(err);
    keywords->value = value;
    keywords->value[keywords->n++] = number;
    return SIT_OK;
}

static enum sit_status take_field(void *context, int64_t source_id, const char *name,
                                  const char *value, struct sit_error *err)
{
    struct reading *reading = context;
    struct report_data *data = reading->data;
    uint32_t number;
    enum sit_status status = report_names_add(&data->field_names, data->report->texts,
                                              name, &number, err);
    for (size_t i = 0; status == SIT_OK && i < data->n_fields; i++) {
        struct report_data_field *field = &data->fields[i];
        size_t s = strcmp(field->name, name) == 0 ? find_source(data, source_id)
                                                  : SIZE_MAX;
        if (s == SIZE_MAX)
            continue;
        field->found = true;
        if (value[0] != '\0')
            status = report_names_add(&field->names, data->report->texts, value,
                                      &field->value[s], err);
    }
    return status;
}

/*
 * Faces, labels, predictions
 */

static enum sit_status take_face(void *context, const struct sit_collection_face *row,
                                 struct sit_error *err)
{
    struct reading *reading = context;
    struct report_data *data = reading->data;
    struct sit_report *report = data->report;
    void *faces = report->faces;
    size_t s = find_source(data, row->source_id);
    if (s == SIZE_MAX)
        return sit_error_set(err, SIT_E_FORMAT,
                             "the project is damaged: a face has no source");
    if (report->n_faces >= UINT32_MAX - 1 ||
        !sit_grow_array(&faces, &data->face_capacity, report->n_faces + 1,
                        sizeof *report->faces))
        return sit_error_nomem(err);
    report->faces = faces;
    struct sit_report_face *face = &report->faces[report->n_faces++];
    *face = (struct sit_report_face){.id = row->id,
                                     .source = (uint32_t)s,
                                     .split = (uint8_t)row->split,
                                     .label = SIT_NO_CLASS,
                                     .predicted = SIT_NO_CLASS,
                                     .class_index = SIT_NO_CLASS,
                                     .p = NAN,
                                     .p_share = NAN,
                                     .annotator = -1};
    report->sources[s].n_faces++;
    return report_texts_keep(report->texts, row->name, &face->name, err);
}

static enum sit_status take_label(void *context, const struct sit_collection_label *row,
                                  struct sit_error *err)
{
    struct reading *reading = context;
    struct report_data *data = reading->data;
    (void)err;
    size_t i = find_face(data, row->face_id);
    if (i == SIZE_MAX || row->class_index < 0 ||
        (size_t)row->class_index >= data->report->classes.n)
        return SIT_OK;
    struct sit_report_face *face = &data->report->faces[i];
    face->label = row->class_index;
    face->random = row->random;
    for (size_t a = 0; a < data->report->method.n_annotators; a++)
        if (data->annotator_ids[a] == row->annotator_id && a <= INT16_MAX)
            face->annotator = (int16_t)a;
    return SIT_OK;
}

static enum sit_status take_prediction(void *context, int64_t face_id, size_t n,
                                       const sit_class_index *classes, const double *p,
                                       struct sit_error *err)
{
    struct reading *reading = context;
    struct report_data *data = reading->data;
    size_t n_classes = data->report->classes.n, i = find_face(data, face_id);
    if (data->p == NULL) {
        data->p = sit_calloc(data->report->n_faces, n_classes * sizeof *data->p);
        if (data->p == NULL)
            return sit_error_nomem(err);
        for (size_t j = 0; j < data->report->n_faces; j++)
            data->p[j * n_classes] = NAN;
    }
    if (i == SIZE_MAX)
        return SIT_OK;
    float *row = data->p + i * n_classes;
    row[0] = 0;
    for (size_t k = 0; k < n; k++)
        if (classes[k] >= 0 && (size_t)classes[k] < n_classes)
            row[classes[k]] = isfinite(p[k]) && p[k] > 0 ? (float)fmin(p[k], 1) : 0;
    return SIT_OK;
}

/* report->by_source: the faces of each source one after the other. */
static enum sit_status order_by_source(struct sit_report *report, struct sit_error *err)
{
    report->by_source = sit_malloc_array(report->n_faces, sizeof *report->by_source);
    uint32_t *next = sit_malloc_array(report->n_sources, sizeof *next);
    if (report->by_source == NULL || next == NULL) {
        free(next);
        return sit_error_nomem(err);
    }
    uint32_t n = 0;
    for (size_t s = 0; s < report->n_sources; s++) {
        report->sources[s].first_face = next[s] = n;
        n += report->sources[s].n_faces;
    }
    for (size_t i = 0; i < report->n_faces; i++)
        report->by_source[next[report->faces[i].source]++] = (uint32_t)i;
    free(next);
    return SIT_OK;
}

/* Whether every source has all its faces on one side. */
static bool sources_are_whole(const struct sit_report *report)
{
    for (size_t s = 0; s < report->n_sources; s++) {
        const struct sit_report_source *source = &report->sources[s];
        for (uint32_t j = 1; j < source->n_faces; j++)
            if (report->faces[report->by_source[source->first_face + j]].split !=
                report->faces[report->by_source[source->first_face]].split)
                return false;
    }
    return true;
}

/* Labels of test faces, and those of a split that is labelled whole. */
static void find_random(struct report_data *data)
{
    struct sit_report *report = data->report;
    size_t n[2] = {0, 0}, n_labelled[2] = {0, 0};
    for (size_t i = 0; i < report->n_faces; i++) {
        n[report->faces[i].split]++;
        n_labelled[report->faces[i].split] += report->faces[i].label != SIT_NO_CLASS;
    }
    for (size_t s = 0; s < 2; s++)
        data->split_whole[s] = n_labelled[s] == n[s];
    data->counted = data->split_whole[0] && data->split_whole[1] && report->n_faces > 0;
    data->n_labelled = n_labelled[0] + n_labelled[1];
    data->by_source = sources_are_whole(report);
    for (size_t i = 0; i < report->n_faces; i++) {
        struct sit_report_face *face = &report->faces[i];
        face->random = face->label != SIT_NO_CLASS &&
                       (face->random || face->split == SIT_TEST ||
                        data->split_whole[face->split]);
        data->n_random += face->random;
    }
}

/* Sources come straight to the data, the rest through the reading: two visits in one
 * transaction would be two snapshots, so one visitor serves both. */
static enum sit_status take_source_row(void *context,
                                       const struct sit_collection_source *row,
                                       struct sit_error *err)
{
    struct reading *reading = context;
    return take_source(reading->data, row, err);
}

static enum sit_status take_annotator_row(void *context, int64_t id, const char *name,
                                          bool is_person, struct sit_error *err)
{
    struct reading *reading = context;
    return take_annotator(reading->data, id, name, is_person, err);
}

enum sit_status report_data_load(struct sit_project *project, struct report_data *data,
                                 struct sit_error *err)
{
    struct reading reading = {.data = data};
    struct sit_collection_visitor visitor = {.context = &reading,
                                             .annotator = take_annotator_row,
                                             .source = take_source_row,
                                             .poster = take_poster,
                                             .keyword = take_keyword,
                                             .field = take_field,
                                             .face = take_face,
                                             .label = take_label,
                                             .prediction = take_prediction,
                                             .model_id = data->loaded.model.id};
    data->keywords.first = sit_calloc(1, sizeof *data->keywords.first);
    if (data->keywords.first == NULL)
        return sit_error_nomem(err);
    data->keywords.first[0] = 0;
    enum sit_status status = sit_project_read_collection(project, &visitor, err);
    if (status == SIT_OK)
        status = add_faceless(&reading, err);
    if (status == SIT_OK)
        close_keywords(&reading, data->report->n_sources);
    if (status == SIT_OK)
        status = order_by_source(data->report, err);
    for (size_t i = 0; i < reading.n_faceless; i++)
        free(reading.faceless[i]);
    free(reading.faceless);
    data->has_predictions = data->p != NULL;
    if (status == SIT_OK)
        find_random(data);
    return status;
}

void report_data_release(struct report_data *data)
{
    loaded_model_release(&data->loaded);
    free(data->p);
    report_names_release(&data->keyword_names);
    free(data->keywords.first);
    free(data->keywords.value);
    report_names_release(&data->artist_names);
    free(data->artist);
    report_names_release(&data->field_names);
    for (size_t i = 0; i < data->n_fields; i++) {
        report_names_release(&data->fields[i].names);
        free(data->fields[i].value);
    }
    free(data->annotator_ids);
}

bool report_is_person(const struct report_data *data, sit_class_index class_index)
{
    return class_index >= 0 && !data->report->classes.items[class_index].excluded;
}

const float *report_face_p(const struct report_data *data, size_t face)
{
    const float *p = data->p != NULL ? data->p + face * data->report->classes.n : NULL;
    return p != NULL && isfinite(p[0]) ? p : NULL;
}

void report_data_settle(struct report_data *data)
{
    struct sit_report *report = data->report;
    size_t n_classes = report->classes.n;
    for (size_t i = 0; i < report->n_faces; i++) {
        struct sit_report_face *face = &report->faces[i];
        const float *p = report_face_p(data, i);
        if (p != NULL) {
            size_t best = sit_argmax(p, n_classes);
            face->predicted = (sit_class_index)best;
            face->p = p[best];
            face->p_share = p[report->share_class];
        } else {
            data->n_without_p++;
        }
        face->class_index = face->label != SIT_NO_CLASS ? face->label : face->predicted;
    }
}
