/*
 * The walk over the whole collection: a handful of statements, each in the order of a
 * key, in one read transaction.
 */
#include "sitter/collection.h"

#include <stdlib.h>

#include "face_votes.h"
#include "sitter/alloc.h"

typedef const struct sit_collection_visitor visitor;

/* Read the row that the statement stands on and pass it on. */
typedef enum sit_status row_fn(visitor *visit, sqlite3_stmt *stmt,
                               struct sit_error *err);

static const char *text_of(sqlite3_stmt *stmt, int column)
{
    return (const char *)sqlite3_column_text(stmt, column);
}

static enum sit_status each_row(struct sit_project *project, sqlite3_stmt *stmt,
                                visitor *visit, row_fn *pass, struct sit_error *err)
{
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        status = pass(visit, stmt, err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
    }
}

static enum sit_status pass_annotator(visitor *visit, sqlite3_stmt *stmt,
                                      struct sit_error *err)
{
    const char *name = text_of(stmt, 1);
    if (name == NULL)
        return sit_error_nomem(err);
    return visit->annotator(visit->context, sqlite3_column_int64(stmt, 0), name,
                            sqlite3_column_int(stmt, 2) != 0, err);
}

static enum sit_status pass_source(visitor *visit, sqlite3_stmt *stmt,
                                   struct sit_error *err)
{
    struct sit_collection_source row = {.id = sqlite3_column_int64(stmt, 0),
                                        .name = text_of(stmt, 1),
                                        .title = text_of(stmt, 2),
                                        .artist = text_of(stmt, 3),
                                        .year_text = text_of(stmt, 4),
                                        .year = sqlite3_column_int(stmt, 5),
                                        .decade = sqlite3_column_int(stmt, 6),
                                        .split_given = sqlite3_column_int(stmt, 7) !=
                                                       0};
    if (row.name == NULL)
        return sit_error_nomem(err);
    return visit->source(visit->context, &row, err);
}

static enum sit_status pass_poster(visitor *visit, sqlite3_stmt *stmt,
                                   struct sit_error *err)
{
    struct sit_collection_poster row = {.source_id = sqlite3_column_int64(stmt, 0),
                                        .name = text_of(stmt, 1)};
    if (row.name == NULL)
        return sit_error_nomem(err);
    return visit->poster(visit->context, &row, err);
}

static enum sit_status pass_keyword(visitor *visit, sqlite3_stmt *stmt,
                                    struct sit_error *err)
{
    const char *keyword = text_of(stmt, 1);
    if (keyword == NULL)
        return sit_error_nomem(err);
    return visit->keyword(visit->context, sqlite3_column_int64(stmt, 0), keyword, err);
}

static enum sit_status pass_field(visitor *visit, sqlite3_stmt *stmt,
                                  struct sit_error *err)
{
    const char *name = text_of(stmt, 1), *value = text_of(stmt, 2);
    if (name == NULL || value == NULL)
        return sit_error_nomem(err);
    return visit->field(visit->context, sqlite3_column_int64(stmt, 0), name, value,
                        err);
}

static enum sit_status pass_face(visitor *visit, sqlite3_stmt *stmt,
                                 struct sit_error *err)
{
    struct sit_collection_face row = {
        .id = sqlite3_column_int64(stmt, 0),
        .source_id = sqlite3_column_int64(stmt, 1),
        .split = sqlite3_column_int(stmt, 2) != 0 ? SIT_TEST : SIT_TRAIN,
        .name = text_of(stmt, 3)};
    if (row.name == NULL)
        return sit_error_nomem(err);
    return visit->face(visit->context, &row, err);
}

/* A face's probabilities are rows one after the other: passed on when the next face
 * begins. */
static enum sit_status read_predictions(struct sit_project *project, visitor *visit,
                                        struct sit_error *err)
{
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES];
    double p[SIT_PROJECT_MAX_CLASSES];
    size_t n = 0;
    int64_t face_id = 0;
    sqlite3_stmt *stmt = db_prepare(project,
                                    "SELECT face_id, class_id, p FROM prediction"
                                    " WHERE model_id = ? ORDER BY face_id, class_id",
                                    err);
    sqlite3_bind_int64(stmt, 1, visit->model_id);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK)
            return status;
        int64_t id = row ? sqlite3_column_int64(stmt, 0) : 0;
        if (n > 0 && id != face_id) {
            status = visit->prediction(visit->context, face_id, n, classes, p, err);
            n = 0;
        }
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
        if (!row)
            return SIT_OK;
        face_id = id;
        if (n < SIT_PROJECT_MAX_CLASSES) {
            classes[n] = db_class_index(stmt, 1);
            p[n++] = sqlite3_column_double(stmt, 2);
        }
    }
}

/*
 * Labels
 */

/* Events of faces that were drawn at random, ascending. */
struct random_events {
    int64_t *ids;
    size_t n, capacity;
};

static enum sit_status read_random(struct sit_project *project,
                                   struct random_events *events, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT id FROM event WHERE queue = 'random' OR restores IN"
        " (SELECT id FROM event WHERE queue = 'random') ORDER BY id",
        err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        void *ids = events->ids;
        if (!sit_grow_array(&ids, &events->capacity, events->n + 1,
                            sizeof *events->ids)) {
            sqlite3_reset(stmt);
            return sit_error_nomem(err);
        }
        events->ids = ids;
        events->ids[events->n++] = sqlite3_column_int64(stmt, 0);
    }
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool is_random(const struct random_events *events, int64_t id)
{
    return events->n > 0 &&
           bsearch(&id, events->ids, events->n, sizeof id, compare_ids) != NULL;
}

/* What the votes on a face come to, as training takes it. */
static struct sit_collection_label resolve(const struct face_votes *votes,
                                           int64_t face_id,
                                           const struct random_events *events)
{
    struct sit_face_state state = face_votes_resolve(votes->items, votes->n, 0, 0);
    struct sit_collection_label label = {.face_id = face_id,
                                         .class_index = state.label};
    for (size_t i = 0; i < votes->n; i++) {
        const struct face_vote *vote = &votes->items[i];
        if (vote->event_id == state.event_id)
            label.annotator_id = vote->annotator_id;
        label.random = label.random || (vote->class_index != SIT_NO_CLASS &&
                                        is_random(events, vote->event_id));
    }
    return label;
}

static enum sit_status read_labels(struct sit_project *project, visitor *visit,
                                   struct sit_error *err)
{
    struct random_events events = {0};
    struct face_votes votes = {0};
    enum sit_status status = read_random(project, &events, err);
    if (status == SIT_OK)
        status = face_votes_begin(&votes, project, INT64_MIN, false, err);
    while (status == SIT_OK && votes.has_row) {
        int64_t face_id = votes.row_face_id;
        status = face_votes_read(&votes, face_id, err);
        if (status != SIT_OK)
            break;
        struct sit_collection_label label = resolve(&votes, face_id, &events);
        if (label.class_index != SIT_NO_CLASS)
            status = visit->label(visit->context, &label, err);
    }
    face_votes_release(&votes);
    free(events.ids);
    return status;
}

static enum sit_status read_sources(struct sit_project *project, visitor *visit,
                                    struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (visit->source != NULL)
        status = each_row(
            project,
            db_prepare(project,
                       "SELECT id, name, title, artist, year_text, year,"
                       " decade, split_index IS NULL FROM source ORDER BY id",
                       err),
            visit, pass_source, err);
    if (status == SIT_OK && visit->poster != NULL)
        status = each_row(project,
                          db_prepare(project,
                                     "SELECT source_id, name FROM poster ORDER BY name",
                                     err),
                          visit, pass_poster, err);
    if (status == SIT_OK && visit->keyword != NULL)
        status = each_row(project,
                          db_prepare(project,
                                     "SELECT source_id, keyword FROM source_keyword"
                                     " ORDER BY source_id, position",
                                     err),
                          visit, pass_keyword, err);
    if (status == SIT_OK && visit->field != NULL)
        status = each_row(project,
                          db_prepare(project,
                                     "SELECT source_id, name, value FROM source_field"
                                     " ORDER BY source_id, name",
                                     err),
                          visit, pass_field, err);
    return status;
}

static enum sit_status read_faces(struct sit_project *project, visitor *visit,
                                  struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (visit->face != NULL)
        status = each_row(project,
                          db_prepare(project,
                                     "SELECT id, source_id, split = 'test', name"
                                     " FROM face ORDER BY id",
                                     err),
                          visit, pass_face, err);
    if (status == SIT_OK && visit->label != NULL)
        status = read_labels(project, visit, err);
    if (status == SIT_OK && visit->prediction != NULL && visit->model_id != 0)
        status = read_predictions(project, visit, err);
    return status;
}

enum sit_status sit_project_read_collection(struct sit_project *project, visitor *visit,
                                            struct sit_error *err)
{
    enum sit_status status = db_exec(project, "BEGIN", err); /* one snapshot */
    if (status == SIT_OK && visit->annotator != NULL)
        status = each_row(
            project,
            db_prepare(project, "SELECT id, name, is_person FROM annotator ORDER BY id",
                       err),
            visit, pass_annotator, err);
    if (status == SIT_OK)
        status = read_sources(project, visit, err);
    if (status == SIT_OK)
        status = read_faces(project, visit, err);
    sit_project_rollback(project);
    return status;
}
