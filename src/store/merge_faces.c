/*
 * What two copies of a project have in common: classes by key, annotators by name,
 * faces by picture; and bringing over a face that only the other has.
 */
#include "merge_map.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sitter/alloc.h"

enum { MAX_NOTED = 5 };

void merge_map_release(struct merge_map *map)
{
    free(map->items);
    *map = (struct merge_map){0};
}

bool merge_map_push(struct merge_map *map, int64_t from, int64_t into)
{
    void *items = map->items;
    if (!sit_grow_array(&items, &map->capacity, map->n + 1, sizeof *map->items))
        return false;
    map->items = items;
    map->items[map->n++] = (struct merge_pair){from, into};
    return true;
}

struct merge_pair *merge_map_find(const struct merge_map *map, int64_t from)
{
    size_t low = 0, high = map->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map->items[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < map->n && map->items[low].from == from ? &map->items[low] : NULL;
}

enum sit_status merge_damaged(const struct merge *merge, const char *what,
                              struct sit_error *err)
{
    return sit_error_set(err, SIT_E_FORMAT, "'%s' is damaged: %s", merge->from->path,
                         what);
}

/*
 * Classes
 */

static enum sit_status add_class(struct merge *merge, struct sit_class_list *list,
                                 const struct sit_class *item, struct sit_error *err)
{
    if (list->n == SIT_PROJECT_MAX_CLASSES)
        return sit_error_set(err, SIT_E_LIMIT,
                             "'%s' has a class '%s' more, and %d are the most",
                             merge->from->path, item->name, SIT_PROJECT_MAX_CLASSES);
    sqlite3_stmt *stmt = db_prepare(
        merge->into, "INSERT INTO class (id, key, name, excluded) VALUES (?, ?, ?, ?)",
        err);
    sqlite3_bind_int64(stmt, 1, (int64_t)list->n + 1);
    db_bind_text(stmt, 2, item->key);
    db_bind_text(stmt, 3, item->name);
    sqlite3_bind_int(stmt, 4, item->excluded);
    enum sit_status status = db_run(merge->into, stmt, err);
    if (status != SIT_OK)
        return status;
    list->items[list->n++] = *item;
    merge->counts->n_classes_new++;
    sit_note(merge->notes, "class '%s' (%s) came from '%s'", item->name, item->key,
             merge->from->path);
    return SIT_OK;
}

static enum sit_status match_class(struct merge *merge, struct sit_class_list *list,
                                   const struct sit_class *item, int64_t *id,
                                   struct sit_error *err)
{
    size_t at = 0;
    while (at < list->n && strcmp(list->items[at].key, item->key) != 0)
        at++;
    for (size_t i = 0; i < list->n; i++) {
        bool same_name = strcasecmp(list->items[i].name, item->name) == 0;
        if (same_name != (i == at))
            return sit_error_set(
                err, SIT_E_ARG,
                "classes differ: '%s' is %s here, and '%s' is %s in '%s'",
                list->items[i].key, list->items[i].name, item->key, item->name,
                merge->from->path);
    }
    *id = (int64_t)at + 1;
    return at < list->n ? SIT_OK : add_class(merge, list, item, err);
}

static enum sit_status match_classes(struct merge *merge, struct sit_error *err)
{
    struct sit_class_list into, from;
    enum sit_status status = sit_project_classes(merge->into, &into, err);
    if (status == SIT_OK)
        status = sit_project_classes(merge->from, &from, err);
    for (size_t i = 0; status == SIT_OK && i < from.n; i++)
        status = match_class(merge, &into, &from.items[i], &merge->class_ids[i + 1],
                             err);
    return status;
}

/*
 * Annotators
 */

enum sit_status merge_annotator(struct merge *merge, int64_t from_id, int64_t *into_id,
                                struct sit_error *err)
{
    struct merge_pair *pair = merge_map_find(&merge->annotators, from_id);
    if (pair == NULL)
        return merge_damaged(merge, "an event has no annotator", err);
    if (pair->into == 0) {
        sqlite3_stmt *stmt = db_prepare(merge->from,
                                        "SELECT name FROM annotator WHERE id = ?", err);
        sqlite3_bind_int64(stmt, 1, from_id);
        bool row;
        int64_t before;
        enum sit_status status = db_number(
            merge->into, "SELECT count(*) FROM annotator", &before, err);
        if (status == SIT_OK)
            status = db_step(merge->from, stmt, &row, err);
        if (status != SIT_OK)
            return status;
        const char *name = row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
        status = name != NULL
                     ? sit_project_annotator(merge->into, name, &pair->into, err)
                     : sit_error_nomem(err);
        sqlite3_reset(stmt);
        int64_t after = before;
        if (status == SIT_OK)
            status = db_number(merge->into, "SELECT count(*) FROM annotator", &after,
                               err);
        if (status != SIT_OK)
            return status;
        merge->counts->n_annotators_new += after > before;
    }
    *into_id = pair->into;
    return SIT_OK;
}

/* All ids that a query of `from` gives, in order, translated to 0 for now. */
static enum sit_status read_ids(struct merge *merge, const char *sql,
                                struct merge_map *map, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(merge->from, sql, err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(merge->from, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        if (!merge_map_push(map, sqlite3_column_int64(stmt, 0), 0)) {
            sqlite3_reset(stmt);
            return sit_error_nomem(err);
        }
    }
}

/*
 * Faces
 */

static enum sit_status find_common(struct merge *merge, const uint8_t *digest,
                                   int64_t *id, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(merge->into, "SELECT id FROM face WHERE sha256 = ?",
                                    err);
    sqlite3_bind_blob(stmt, 1, digest, SIT_SHA256_BYTES, SQLITE_STATIC);
    bool row;
    enum sit_status status = db_step(merge->into, stmt, &row, err);
    *id = 0;
    if (status == SIT_OK && row) {
        *id = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    return status;
}

static enum sit_status match_faces(struct merge *merge, size_t *n_common,
                                   struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(merge->from,
                                    "SELECT id, sha256 FROM face ORDER BY id", err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(merge->from, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        int64_t id = 0;
        const uint8_t *digest = sqlite3_column_blob(stmt, 1);
        if (digest == NULL || sqlite3_column_bytes(stmt, 1) != SIT_SHA256_BYTES)
            status = merge_damaged(merge, "a face has no digest of its picture", err);
        else
            status = find_common(merge, digest, &id, err);
        if (status == SIT_OK &&
            !merge_map_push(&merge->faces, sqlite3_column_int64(stmt, 0), id))
            status = sit_error_nomem(err);
        if (status != SIT_OK) {
            sqlite3_reset(stmt);
            return status;
        }
        *n_common += id != 0;
    }
}

static enum sit_status take_facts(void *context, const struct sit_source_row *row,
                                  struct sit_error *err)
{
    return sit_project_set_source_facts(context, row->name, &row->facts, err);
}

/* The source of a face on its way, made where it is new, and the split that the face
 * gets: that of the source as it is here, unless its split was a matter of the face. */
static enum sit_status bring_source(struct merge *merge, const char *name,
                                    enum sit_split source_split, enum sit_split *split,
                                    int64_t *id, struct sit_error *err)
{
    enum sit_split found = source_split;
    int64_t before, after;
    enum sit_status status = db_number(merge->into, "SELECT count(*) FROM source",
                                       &before, err);
    if (status == SIT_OK)
        status = sit_project_add_source(merge->into, name, false, source_split, id,
                                        &found, err);
    if (status == SIT_OK)
        status = db_number(merge->into, "SELECT count(*) FROM source", &after, err);
    if (status != SIT_OK)
        return status;
    if (*split == source_split)
        *split = found;
    if (after == before)
        return SIT_OK;
    merge->counts->n_sources_new++;
    return sit_project_sources(merge->from, name, take_facts, merge->into, err);
}

/* A name that is free here: another picture may have the face's own. */
static enum sit_status choose_name(struct merge *merge, const char *name,
                                   const uint8_t *digest, struct sit_buf *out,
                                   struct sit_error *err)
{
    int64_t id;
    struct sit_error unused;
    sit_buf_append_text(out, name);
    enum sit_status status = sit_project_find_face(merge->into, name, &id, &unused);
    if (status == SIT_OK) {
        char hex[SIT_SHA256_HEX_BYTES];
        sit_sha256_hex(digest, hex);
        sit_buf_appendf(out, "~%.8s", hex);
        sit_note(merge->notes,
                 "'%s' of '%s' is another picture than '%s' here: it is called '%s'",
                 name, merge->from->path, name, sit_buf_text(out));
    } else if (status != SIT_E_NOT_FOUND) {
        return sit_error_set(err, status, "%s", unused.message);
    }
    return out->failed ? sit_error_nomem(err) : SIT_OK;
}

static enum sit_status bring_row(struct merge *merge, sqlite3_stmt *stmt, int64_t *id,
                                 struct sit_error *err)
{
    const char *name = (const char *)sqlite3_column_text(stmt, 0);
    const char *source = (const char *)sqlite3_column_text(stmt, 1);
    const uint8_t *digest = sqlite3_column_blob(stmt, 6);
    struct sit_new_face face = {
        .split = db_column_split(stmt, 2),
        .width_px = (size_t)sqlite3_column_int64(stmt, 4),
        .height_px = (size_t)sqlite3_column_int64(stmt, 5),
        .format = (const char *)sqlite3_column_text(stmt, 7),
        .bytes = sqlite3_column_blob(stmt, 8),
        .n_bytes = (size_t)sqlite3_column_bytes(stmt, 8),
    };
    if (name == NULL || source == NULL || face.format == NULL || digest == NULL ||
        sqlite3_column_bytes(stmt, 6) != SIT_SHA256_BYTES)
        return merge_damaged(merge, "a face is incomplete", err);
    memcpy(face.sha256, digest, SIT_SHA256_BYTES);
    uint8_t actual[SIT_SHA256_BYTES];
    sit_sha256(face.bytes, face.n_bytes, actual);
    if (memcmp(actual, face.sha256, sizeof actual) != 0)
        return merge_damaged(merge, "a picture is not what its digest says", err);
    struct sit_buf own_name = {0};
    enum sit_status status = bring_source(merge, source, db_column_split(stmt, 3),
                                          &face.split, &face.source_id, err);
    if (status == SIT_OK)
        status = choose_name(merge, name, digest, &own_name, err);
    face.name = sit_buf_text(&own_name);
    if (status == SIT_OK)
        status = sit_project_add_face(merge->into, &face, id, err);
    if (status == SIT_OK && merge->n_noted++ < MAX_NOTED)
        sit_note(merge->notes, "face '%s' came from '%s'", face.name,
                 merge->from->path);
    sit_buf_release(&own_name);
    return status;
}

enum sit_status merge_face(struct merge *merge, int64_t from_id, int64_t *into_id,
                           struct sit_error *err)
{
    struct merge_pair *pair = merge_map_find(&merge->faces, from_id);
    if (pair == NULL)
        return merge_damaged(merge, "an event has no face", err);
    if (pair->into == 0) {
        sqlite3_stmt *stmt = db_prepare(
            merge->from,
            "SELECT f.name, s.name, f.split, s.split, f.width_px, f.height_px,"
            " f.sha256, p.format, p.bytes FROM face AS f"
            " JOIN source AS s ON s.id = f.source_id"
            " JOIN face_picture AS p ON p.face_id = f.id WHERE f.id = ?",
            err);
        sqlite3_bind_int64(stmt, 1, from_id);
        bool row;
        enum sit_status status = db_step(merge->from, stmt, &row, err);
        if (status != SIT_OK)
            return status;
        if (!row)
            return merge_damaged(merge, "a face has no picture or no source", err);
        status = bring_row(merge, stmt, &pair->into, err);
        sqlite3_reset(stmt);
        if (status != SIT_OK) {
            pair->into = 0;
            return status;
        }
        merge->counts->n_faces_new++;
    }
    *into_id = pair->into;
    return SIT_OK;
}

enum sit_status merge_read_maps(struct merge *merge, bool force, struct sit_error *err)
{
    size_t n_common = 0;
    enum sit_status status = match_faces(merge, &n_common, err);
    if (status == SIT_OK && n_common == 0 && !force)
        status = sit_error_set(err, SIT_E_ARG,
                               "'%s' has no face in common with '%s': a copy of "
                               "another project (--force merges all the same)",
                               merge->from->path, merge->into->path);
    if (status == SIT_OK)
        status = match_classes(merge, err);
    if (status == SIT_OK)
        status = read_ids(merge, "SELECT id FROM annotator ORDER BY id",
                          &merge->annotators, err);
    merge->counts->n_faces_common += n_common;
    return status;
}
