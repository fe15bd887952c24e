/*
 * Sources: what faces come from, with their split and what metadata says of them.
 */
#include "db.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

/* The split of a source whose first face is coming. */
static enum sit_status settle_split(struct sit_project *project, bool counted,
                                    enum sit_split *split, int64_t *index,
                                    struct sit_error *err)
{
    *index = -1;
    if (!counted)
        return SIT_OK;
    enum sit_status status = db_number(
        project, "SELECT coalesce(max(split_index) + 1, 0) FROM source", index, err);
    if (status == SIT_OK)
        *split = *index % 4 == 0 ? SIT_TEST : SIT_TRAIN;
    return status;
}

/* A source that only metadata has told of so far gets its split now. */
static enum sit_status settle_empty(struct sit_project *project, int64_t id,
                                    bool counted, enum sit_split split,
                                    enum sit_split *split_out, struct sit_error *err)
{
    int64_t index;
    enum sit_status status = settle_split(project, counted, &split, &index, err);
    if (status != SIT_OK)
        return status;
    sqlite3_stmt *stmt = db_prepare(
        project, "UPDATE source SET split = ?, split_index = ? WHERE id = ?", err);
    db_bind_text(stmt, 1, sit_split_name(split));
    if (counted)
        sqlite3_bind_int64(stmt, 2, index);
    sqlite3_bind_int64(stmt, 3, id);
    status = db_run(project, stmt, err);
    if (status == SIT_OK)
        *split_out = split;
    return status;
}

static enum sit_status insert_source(struct sit_project *project, const char *name,
                                     enum sit_split split, int64_t index, int64_t *id,
                                     struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "INSERT INTO source (name, split, split_index) VALUES (?, ?, ?)", err);
    db_bind_text(stmt, 1, name);
    db_bind_text(stmt, 2, sit_split_name(split));
    if (index >= 0)
        sqlite3_bind_int64(stmt, 3, index);
    enum sit_status status = db_run(project, stmt, err);
    if (status == SIT_OK)
        *id = sqlite3_last_insert_rowid(project->db);
    return status;
}

enum sit_status sit_project_add_source(struct sit_project *project, const char *name,
                                       bool counted, enum sit_split split, int64_t *id,
                                       enum sit_split *split_out, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT id, split, split_index IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM face WHERE source_id = source.id) FROM source WHERE name = ?",
        err);
    db_bind_text(stmt, 1, name);
    bool row;
    enum sit_status status = db_step(project, stmt, &row, err);
    if (status != SIT_OK)
        return status;
    if (row) {
        int64_t found = sqlite3_column_int64(stmt, 0);
        enum sit_split found_split = db_column_split(stmt, 1);
        bool empty = sqlite3_column_int(stmt, 2) != 0;
        sqlite3_reset(stmt);
        if (empty)
            status = settle_empty(project, found, counted, split, &found_split, err);
        if (status == SIT_OK) {
            *id = found;
            *split_out = found_split;
        }
        return status;
    }
    int64_t index;
    status = settle_split(project, counted, &split, &index, err);
    if (status == SIT_OK)
        status = insert_source(project, name, split, index, id, err);
    if (status == SIT_OK)
        *split_out = split;
    return status;
}

enum sit_status sit_project_add_empty_source(struct sit_project *project,
                                             const char *name, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT INTO source (name, split)"
        " VALUES (?, 'train') ON CONFLICT (name) DO NOTHING",
        err);
    db_bind_text(stmt, 1, name);
    return db_run(project, stmt, err);
}

/*
 * Facts
 */

static enum sit_status set_keywords(struct sit_project *project, int64_t source_id,
                                    const struct sit_source_facts *facts,
                                    struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "DELETE FROM source_keyword WHERE source_id = ?", err);
    sqlite3_bind_int64(stmt, 1, source_id);
    enum sit_status status = db_run(project, stmt, err);
    for (size_t i = 0; status == SIT_OK && i < facts->n_keywords; i++) {
        stmt = db_prepare(project,
                          "INSERT INTO source_keyword (source_id, position, keyword) "
                          "VALUES (?, ?, ?)",
                          err);
        sqlite3_bind_int64(stmt, 1, source_id);
        sqlite3_bind_int64(stmt, 2, (int64_t)i);
        db_bind_text(stmt, 3, facts->keywords[i]);
        status = db_run(project, stmt, err);
    }
    return status;
}

static enum sit_status set_fields(struct sit_project *project, int64_t source_id,
                                  const struct sit_source_facts *facts,
                                  struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project, "DELETE FROM source_field WHERE source_id = ?", err);
    sqlite3_bind_int64(stmt, 1, source_id);
    enum sit_status status = db_run(project, stmt, err);
    for (size_t i = 0; status == SIT_OK && i < facts->n_fields; i++) {
        stmt = db_prepare(
            project,
            "INSERT INTO source_field (source_id, name, value) VALUES (?, ?, ?)", err);
        sqlite3_bind_int64(stmt, 1, source_id);
        db_bind_text(stmt, 2, facts->fields[i].name);
        db_bind_text(stmt, 3, facts->fields[i].value);
        status = db_run(project, stmt, err);
    }
    return status;
}

enum sit_status sit_project_set_source_facts(struct sit_project *project,
                                             const char *source,
                                             const struct sit_source_facts *facts,
                                             struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, "SELECT id FROM source WHERE name = ?",
                                    err);
    db_bind_text(stmt, 1, source);
    int64_t id = 0;
    enum sit_status status = db_find_id(project, stmt, &id, "such source", err);
    if (status != SIT_OK)
        return status;
    stmt = db_prepare(
        project,
        "UPDATE source SET title = ?, artist = ?, year = ?, year_text = ?,"
        " description = ?, decade = ?, year_approx = ? WHERE id = ?",
        err);
    db_bind_text(stmt, 1, facts->title);
    db_bind_text(stmt, 2, facts->artist);
    if (facts->year != 0)
        sqlite3_bind_int(stmt, 3, facts->year);
    db_bind_text(stmt, 4, facts->year_text);
    db_bind_text(stmt, 5, facts->description);
    if (facts->decade != 0)
        sqlite3_bind_int(stmt, 6, facts->decade);
    sqlite3_bind_int(stmt, 7, facts->year_approx);
    sqlite3_bind_int64(stmt, 8, id);
    status = db_run(project, stmt, err);
    if (status == SIT_OK)
        status = set_keywords(project, id, facts, err);
    if (status == SIT_OK)
        status = set_fields(project, id, facts, err);
    return status;
}

/*
 * Reading them
 */

/* Texts of the source being visited, one after the other. */
struct texts {
    char **items;
    size_t n, capacity;
};

static void texts_reset(struct texts *texts)
{
    for (size_t i = 0; i < texts->n; i++)
        free(texts->items[i]);
    texts->n = 0;
}

static enum sit_status texts_add(struct texts *texts, sqlite3_stmt *stmt, int column,
                                 struct sit_error *err)
{
    void *items = texts->items;
    if (!sit_grow_array(&items, &texts->capacity, texts->n + 1, sizeof *texts->items))
        return sit_error_nomem(err);
    texts->items = items;
    char *copy;
    if (!db_copy_text(stmt, column, &copy))
        return sit_error_nomem(err);
    if (copy == NULL)
        copy = sit_strdup("");
    if (copy == NULL)
        return sit_error_nomem(err);
    texts->items[texts->n++] = copy;
    return SIT_OK;
}

/* Collect the columns of every row of a statement about one source. */
static enum sit_status collect(struct sit_project *project, sqlite3_stmt *stmt,
                               int64_t source_id, int n_columns, struct texts *texts,
                               struct sit_error *err)
{
    enum sit_status status;
    bool row;
    sqlite3_bind_int64(stmt, 1, source_id);
    while ((status = db_step(project, stmt, &row, err)) == SIT_OK && row)
        for (int c = 0; c < n_columns; c++) {
            status = texts_add(texts, stmt, c, err);
            if (status != SIT_OK) {
                sqlite3_reset(stmt);
                return status;
            }
        }
    return status;
}

struct walker {
    struct sit_project *project;
    struct texts keywords, pairs;
    struct sit_source_field *fields;
    size_t field_capacity;
    sit_source_fn *visit;
    void *context;
};

static enum sit_status collect_lists(struct walker *walker, int64_t id,
                                     struct sit_source_facts *facts,
                                     struct sit_error *err)
{
    struct sit_project *project = walker->project;
    texts_reset(&walker->keywords);
    texts_reset(&walker->pairs);
    enum sit_status status = collect(
        project,
        db_prepare(project,
                   "SELECT keyword FROM source_keyword WHERE source_id = ?"
                   " ORDER BY position",
                   err),
        id, 1, &walker->keywords, err);
    if (status == SIT_OK)
        status = collect(
            project,
            db_prepare(project,
                       "SELECT name, value FROM source_field WHERE source_id = ?"
                       " ORDER BY name",
                       err),
            id, 2, &walker->pairs, err);
    if (status != SIT_OK)
        return status;
    facts->keywords = (const char *const *)walker->keywords.items;
    facts->n_keywords = walker->keywords.n;
    facts->n_fields = walker->pairs.n / 2;
    void *fields = walker->fields;
    if (!sit_grow_array(&fields, &walker->field_capacity, facts->n_fields,
                        sizeof *walker->fields))
        return sit_error_nomem(err);
    walker->fields = fields;
    for (size_t i = 0; i < facts->n_fields; i++)
        walker->fields[i] = (struct sit_source_field){walker->pairs.items[2 * i],
                                                      walker->pairs.items[2 * i + 1]};
    facts->fields = walker->fields;
    return SIT_OK;
}

#define ROW_COLUMNS                                                                    \
    "SELECT id, name, (SELECT count(*) FROM face WHERE source_id = source.id),"        \
    " title, artist, year_text, description, year, decade, year_approx FROM source "

static enum sit_status visit_source(struct walker *walker, sqlite3_stmt *stmt,
                                    struct sit_error *err)
{
    struct sit_source_row row = {
        .id = sqlite3_column_int64(stmt, 0),
        .name = (const char *)sqlite3_column_text(stmt, 1),
        .n_faces = (size_t)sqlite3_column_int64(stmt, 2),
        .facts = {.title = (const char *)sqlite3_column_text(stmt, 3),
                  .artist = (const char *)sqlite3_column_text(stmt, 4),
                  .year_text = (const char *)sqlite3_column_text(stmt, 5),
                  .description = (const char *)sqlite3_column_text(stmt, 6),
                  .year = sqlite3_column_int(stmt, 7),
                  .decade = sqlite3_column_int(stmt, 8),
                  .year_approx = sqlite3_column_int(stmt, 9) != 0}};
    if (row.name == NULL)
        return sit_error_nomem(err);
    enum sit_status status = collect_lists(walker, row.id, &row.facts, err);
    return status == SIT_OK ? walker->visit(walker->context, &row, err) : status;
}

enum sit_status sit_project_sources(struct sit_project *project, const char *name,
                                    sit_source_fn *visit, void *context,
                                    struct sit_error *err)
{
    struct walker walker = {.project = project, .visit = visit, .context = context};
    sqlite3_stmt *stmt = name != NULL
                             ? db_prepare(project, ROW_COLUMNS "WHERE name = ?", err)
                             : db_prepare(project, ROW_COLUMNS "ORDER BY name", err);
    if (name != NULL)
        db_bind_text(stmt, 1, name);
    enum sit_status status;
    bool row;
    while ((status = db_step(project, stmt, &row, err)) == SIT_OK && row) {
        status = visit_source(&walker, stmt, err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            break;
        }
    }
    texts_reset(&walker.keywords);
    texts_reset(&walker.pairs);
    free(walker.keywords.items);
    free(walker.pairs.items);
    free(walker.fields);
    return status;
}
