/*
 * Filters on a project: what the file knows becomes one bit a face, what changes with
 * every key is looked up in the table of faces each time.
 */
#include "sitter/filter.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/face_query.h"

/* A term about labels, flags or predictions. */
struct live_term {
    struct sit_filter_term term;
    sit_class_index class_index; /* of LABEL and PREDICTED */
    enum sit_split split;
};

struct prediction {
    float p;
    sit_class_index class_index;
};

struct sit_filter {
    struct sit_filter_terms terms;
    size_t n_live;
    struct live_term live[SIT_FILTER_MAX_TERMS];
    size_t n_faces;
    uint64_t *bits;                 /* all terms that the file answers; NULL: none */
    struct prediction *predictions; /* (n_faces) stored ones; NULL: not asked for */
};

static bool is_live(enum sit_filter_field field)
{
    switch (field) {
    case SIT_FILTER_LABEL:
    case SIT_FILTER_PREDICTED:
    case SIT_FILTER_P:
    case SIT_FILTER_SPLIT:
    case SIT_FILTER_BOOKMARKED:
    case SIT_FILTER_DISPUTED: return true;
    default: return false;
    }
}

static bool is_of_prediction(enum sit_filter_field field)
{
    return field == SIT_FILTER_PREDICTED || field == SIT_FILTER_P;
}

/*
 * What the file answers
 */

/* The fact a term is about; *negated where it is the contrary. */
static enum sit_face_fact fact_of(const struct sit_filter_term *term, bool *negated)
{
    bool contains = term->op == SIT_FILTER_CONTAINS;
    enum sit_face_fact first = SIT_FACT_YEAR_IS;
    *negated = term->negated;
    switch (term->field) {
    case SIT_FILTER_NAME: return contains ? SIT_FACT_NAME_CONTAINS : SIT_FACT_NAME_IS;
    case SIT_FILTER_SOURCE:
        return contains ? SIT_FACT_SOURCE_CONTAINS : SIT_FACT_SOURCE_IS;
    case SIT_FILTER_TITLE:
        return contains ? SIT_FACT_TITLE_CONTAINS : SIT_FACT_TITLE_IS;
    case SIT_FILTER_ARTIST:
        return contains ? SIT_FACT_ARTIST_CONTAINS : SIT_FACT_ARTIST_IS;
    case SIT_FILTER_KEYWORD:
        return contains ? SIT_FACT_KEYWORD_CONTAINS : SIT_FACT_KEYWORD_IS;
    case SIT_FILTER_ABOUT: return SIT_FACT_ABOUT_CONTAINS;
    case SIT_FILTER_ANNOTATOR: return SIT_FACT_ANNOTATOR_IS;
    case SIT_FILTER_COMMENTED: return SIT_FACT_COMMENTED;
    case SIT_FILTER_COMMENT: return SIT_FACT_COMMENT_CONTAINS;
    case SIT_FILTER_DECADE: first = SIT_FACT_DECADE_IS; break;
    default: break;
    }
    switch (term->op) {
    case SIT_FILTER_BELOW: return first + 1;
    case SIT_FILTER_ABOVE: return first + 2;
    default: return first;
    }
}

/* Years are whole numbers: at most 1974 is below 1975, which leaves unknown ones out.
 */
static int64_t bound_of(const struct sit_filter_term *term, enum sit_filter_op *op)
{
    int64_t year = (int64_t)term->number;
    int64_t step = term->field == SIT_FILTER_DECADE ? 10 : 1;
    *op = term->op;
    if (term->op == SIT_FILTER_AT_MOST) {
        *op = SIT_FILTER_BELOW;
        return year + step;
    }
    if (term->op == SIT_FILTER_AT_LEAST) {
        *op = SIT_FILTER_ABOVE;
        return year - step;
    }
    return year;
}

struct marking {
    const struct sit_face_table *table;
    uint64_t *bits;
};

static bool mark(void *context, int64_t face_id)
{
    struct marking *marking = context;
    size_t i = sit_face_table_find(marking->table, face_id);
    if (i != SIZE_MAX)
        marking->bits[i / 64] |= (uint64_t)1 << (i % 64);
    return true;
}

/* Mark the faces (or the one) for which the fact of a term holds, negated or not. */
static enum sit_status ask(struct sit_project *project,
                           const struct sit_face_table *table,
                           const struct sit_filter_term *term, int64_t face_id,
                           uint64_t *bits, bool *negated, struct sit_error *err)
{
    struct sit_filter_term simple = *term;
    int64_t number = bound_of(term, &simple.op);
    enum sit_face_fact fact = fact_of(&simple, negated);
    struct marking marking = {.table = table, .bits = bits};
    return sit_project_query_faces(project, fact, term->text, number, face_id, mark,
                                   &marking, err);
}

/* All terms that the file answers, on all faces. */
static enum sit_status ask_all(const struct sit_filter_terms *terms,
                               struct sit_project *project,
                               const struct sit_face_table *table, uint64_t *out,
                               struct sit_error *err)
{
    size_t n_words = table->n / 64 + 1;
    uint64_t *bits = sit_calloc(n_words, sizeof *bits);
    if (bits == NULL)
        return sit_error_nomem(err);
    memset(out, 0xff, n_words * sizeof *out);
    enum sit_status status = SIT_OK;
    for (size_t t = 0; t < terms->n && status == SIT_OK; t++) {
        bool negated;
        if (is_live(terms->items[t].field))
            continue;
        memset(bits, 0, n_words * sizeof *bits);
        status = ask(project, table, &terms->items[t], 0, bits, &negated, err);
        for (size_t w = 0; w < n_words; w++)
            out[w] &= negated ? ~bits[w] : bits[w];
    }
    free(bits);
    return status;
}

/* The same on one face. */
static enum sit_status ask_one(struct sit_filter *filter, struct sit_project *project,
                               const struct sit_face_table *table, size_t index,
                               struct sit_error *err)
{
    bool all = true;
    uint64_t *bits = sit_calloc(filter->n_faces / 64 + 1, sizeof *bits);
    uint64_t bit = (uint64_t)1 << (index % 64);
    enum sit_status status = bits != NULL ? SIT_OK : sit_error_nomem(err);
    for (size_t t = 0; t < filter->terms.n && status == SIT_OK && all; t++) {
        bool negated;
        if (is_live(filter->terms.items[t].field))
            continue;
        bits[index / 64] = 0;
        status = ask(project, table, &filter->terms.items[t], table->id[index], bits,
                     &negated, err);
        all = ((bits[index / 64] & bit) != 0) != negated;
    }
    free(bits);
    if (status != SIT_OK)
        return status;
    filter->bits[index / 64] = (filter->bits[index / 64] & ~bit) | (all ? bit : 0);
    return SIT_OK;
}

struct keeping {
    const struct sit_face_table *table;
    struct prediction *predictions;
};

static bool keep(void *context, int64_t face_id, sit_class_index class_index, double p)
{
    struct keeping *keeping = context;
    size_t i = sit_face_table_find(keeping->table, face_id);
    if (i != SIZE_MAX)
        keeping->predictions[i] = (struct prediction){(float)p, class_index};
    return true;
}

static enum sit_status load_predictions(struct sit_project *project,
                                        const struct sit_face_table *table,
                                        struct prediction *out, struct sit_error *err)
{
    int64_t model_id;
    for (size_t i = 0; i < table->n; i++)
        out[i] = (struct prediction){0.0F, SIT_NO_CLASS};
    enum sit_status status = sit_project_predicting_model(project, &model_id, err);
    if (status != SIT_OK || model_id == 0)
        return status;
    struct keeping keeping = {.table = table, .predictions = out};
    return sit_project_query_predictions(project, model_id, keep, &keeping, err);
}

/*
 * Making
 */

static enum sit_status wrong(const struct sit_filter_term *term, struct sit_error *err,
                             const char *allowed)
{
    return sit_error_set(
        err, SIT_E_ARG, "filter, character %zu: no %s '%s' (%s)", term->position,
        term->field == SIT_FILTER_SPLIT ? "split" : "class", term->text, allowed);
}

static enum sit_status settle_class(const struct sit_class_list *classes,
                                    struct live_term *live, struct sit_error *err)
{
    live->class_index = sit_class_list_find(classes, live->term.text);
    if (live->class_index != SIT_NO_CLASS || strcmp(live->term.text, "none") == 0)
        return SIT_OK;
    struct sit_buf names = {0};
    for (size_t i = 0; i < classes->n; i++)
        sit_buf_appendf(&names, "%s %s, ", classes->items[i].key,
                        classes->items[i].name);
    sit_buf_append_text(&names, "none");
    enum sit_status status = wrong(&live->term, err, sit_buf_text(&names));
    sit_buf_release(&names);
    return status;
}

static enum sit_status settle(const struct sit_class_list *classes,
                              struct live_term *live, struct sit_error *err)
{
    switch (live->term.field) {
    case SIT_FILTER_LABEL:
    case SIT_FILTER_PREDICTED: return settle_class(classes, live, err);
    case SIT_FILTER_SPLIT:
        live->split = strcmp(live->term.text, "test") == 0 ? SIT_TEST : SIT_TRAIN;
        if (strcmp(live->term.text, sit_split_name(live->split)) != 0)
            return wrong(&live->term, err, "train, test");
        return SIT_OK;
    default: return SIT_OK;
    }
}

static bool asks_the_file(const struct sit_filter_terms *terms)
{
    for (size_t t = 0; t < terms->n; t++) {
        if (!is_live(terms->items[t].field))
            return true;
    }
    return false;
}

static enum sit_status settle_all(struct sit_filter *filter,
                                  struct sit_project *project, struct sit_error *err)
{
    struct sit_class_list classes;
    enum sit_status status = sit_project_classes(project, &classes, err);
    for (size_t t = 0; t < filter->terms.n && status == SIT_OK; t++) {
        if (!is_live(filter->terms.items[t].field))
            continue;
        struct live_term *live = &filter->live[filter->n_live++];
        live->term = filter->terms.items[t];
        status = settle(&classes, live, err);
    }
    return status;
}

enum sit_status sit_filter_new(struct sit_project *project,
                               const struct sit_face_table *table,
                               const struct sit_filter_terms *terms,
                               struct sit_filter **out, struct sit_error *err)
{
    struct sit_filter *filter = sit_calloc(1, sizeof *filter);
    if (filter == NULL)
        return sit_error_nomem(err);
    filter->terms = *terms;
    filter->n_faces = table->n;
    enum sit_status status = settle_all(filter, project, err);
    if (status == SIT_OK && asks_the_file(terms)) {
        filter->bits = sit_calloc(table->n / 64 + 1, sizeof *filter->bits);
        status = filter->bits != NULL ? SIT_OK : sit_error_nomem(err);
    }
    if (status == SIT_OK && sit_filter_needs_prediction(filter)) {
        filter->predictions = sit_calloc(table->n, sizeof *filter->predictions);
        status = filter->predictions != NULL ? SIT_OK : sit_error_nomem(err);
    }
    if (status == SIT_OK && filter->bits != NULL)
        status = ask_all(terms, project, table, filter->bits, err);
    if (status == SIT_OK && filter->predictions != NULL)
        status = load_predictions(project, table, filter->predictions, err);
    if (status != SIT_OK) {
        sit_filter_free(filter);
        return status;
    }
    *out = filter;
    return SIT_OK;
}

void sit_filter_free(struct sit_filter *filter)
{
    if (filter == NULL)
        return;
    free(filter->bits);
    free(filter->predictions);
    free(filter);
}

enum sit_status sit_filter_renew(struct sit_filter *filter, struct sit_project *project,
                                 const struct sit_face_table *table, size_t face_index,
                                 struct sit_error *err)
{
    if (face_index != SIZE_MAX && face_index < filter->n_faces &&
        table->n == filter->n_faces)
        return filter->bits != NULL ? ask_one(filter, project, table, face_index, err)
                                    : SIT_OK;
    struct sit_filter *fresh;
    enum sit_status status = sit_filter_new(project, table, &filter->terms, &fresh,
                                            err);
    if (status != SIT_OK)
        return status;
    struct sit_filter old = *filter;
    *filter = *fresh;
    *fresh = old;
    sit_filter_free(fresh);
    return SIT_OK;
}

/*
 * Matching
 */

bool sit_filter_needs_prediction(const struct sit_filter *filter)
{
    for (size_t t = 0; t < filter->n_live; t++) {
        if (is_of_prediction(filter->live[t].term.field))
            return true;
    }
    return false;
}

static bool compare(double value, const struct sit_filter_term *term)
{
    switch (term->op) {
    case SIT_FILTER_BELOW: return value < term->number;
    case SIT_FILTER_ABOVE: return value > term->number;
    case SIT_FILTER_AT_MOST: return value <= term->number;
    case SIT_FILTER_AT_LEAST: return value >= term->number;
    default: return false;
    }
}

/* A face as the live terms see it. */
struct seen {
    sit_class_index label, predicted;
    double p;
    enum sit_split split;
    uint8_t flags;
};

static bool holds(const struct live_term *live, const struct seen *seen)
{
    switch (live->term.field) {
    case SIT_FILTER_LABEL: return seen->label == live->class_index;
    case SIT_FILTER_PREDICTED: return seen->predicted == live->class_index;
    case SIT_FILTER_P:
        return seen->predicted != SIT_NO_CLASS && compare(seen->p, &live->term);
    case SIT_FILTER_SPLIT: return seen->split == live->split;
    case SIT_FILTER_BOOKMARKED: return (seen->flags & SIT_FACE_BOOKMARKED) != 0;
    default: return (seen->flags & SIT_FACE_DISPUTED) != 0;
    }
}

bool sit_filter_matches(const struct sit_filter *filter,
                        const struct sit_face_table *table, size_t index,
                        sit_class_index predicted, double p)
{
    if (index >= table->n || index >= filter->n_faces)
        return false;
    if (filter->bits != NULL && (filter->bits[index / 64] >> (index % 64) & 1) == 0)
        return false;
    struct seen seen = {.label = table->label[index],
                        .predicted = predicted,
                        .p = p,
                        .split = table->split[index] == SIT_TEST ? SIT_TEST : SIT_TRAIN,
                        .flags = table->flags[index]};
    if (predicted == SIT_NO_CLASS && filter->predictions != NULL) {
        seen.predicted = filter->predictions[index].class_index;
        seen.p = (double)filter->predictions[index].p;
    }
    bool unseen = seen.split == SIT_TEST && seen.label == SIT_NO_CLASS;
    for (size_t t = 0; t < filter->n_live; t++) {
        const struct live_term *live = &filter->live[t];
        if (unseen && is_of_prediction(live->term.field))
            return false;
        if (holds(live, &seen) == live->term.negated)
            return false;
    }
    return true;
}

size_t sit_filter_count(const struct sit_filter *filter,
                        const struct sit_face_table *table)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n; i++)
        n += sit_filter_matches(filter, table, i, SIT_NO_CLASS, 0.0) ? 1 : 0;
    return n;
}
