/*
 * Labelling events: appended, walked, the newest for the screen.
 */
#include "db.h"

#include <stdlib.h>
#include <string.h>

static const char *const KINDS[] = {"label", "confirm", "undo", "redo"};
static const char *const ORIGINS[] = {"screen", "review",     "import", "demo",
                                      "grid",   "adjudicate", "script"};
enum { N_KINDS = 4, N_ORIGINS = 7 };

const char *sit_event_origin_name(enum sit_event_origin origin)
{
    return ORIGINS[origin];
}

static int read_name(sqlite3_stmt *stmt, int column, const char *const *names, int n)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    for (int i = 0; text != NULL && i < n; i++)
        if (strcmp(text, names[i]) == 0)
            return i;
    return 0;
}

static void bind_id(sqlite3_stmt *stmt, int column, int64_t id)
{
    if (id != 0)
        sqlite3_bind_int64(stmt, column, id);
    else
        sqlite3_bind_null(stmt, column);
}

enum sit_status sit_project_append_event(struct sit_project *project,
                                         const struct sit_event *event, int64_t *id,
                                         struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "INSERT INTO event (face_id, annotator_id, kind, origin, class_id, at_ms,"
        " spent_ms, suggested_class_id, suggested_p, suggestion_visible, batch, undoes,"
        " restores, confirmed, reason, queue, adjudicates, blind, clock) VALUES (?, ?, "
        "?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " coalesce(?, " DB_NEXT_CLOCK "))",
        err);
    sqlite3_bind_int64(stmt, 1, event->face_id);
    sqlite3_bind_int64(stmt, 2, event->annotator_id);
    db_bind_text(stmt, 3, KINDS[event->kind]);
    db_bind_text(stmt, 4, ORIGINS[event->origin]);
    db_bind_class(stmt, 5, event->class_index);
    sqlite3_bind_int64(stmt, 6, event->at_ms);
    if (event->spent_ms >= 0)
        sqlite3_bind_int64(stmt, 7, event->spent_ms);
    db_bind_class(stmt, 8, event->suggested);
    if (event->suggested != SIT_NO_CLASS)
        sqlite3_bind_double(stmt, 9, event->suggested_p);
    sqlite3_bind_int(stmt, 10, event->suggestion_visible);
    bind_id(stmt, 11, event->batch);
    bind_id(stmt, 12, event->undoes);
    bind_id(stmt, 13, event->restores);
    sqlite3_bind_int(stmt, 14, event->confirmed);
    db_bind_text(stmt, 15, event->reason);
    db_bind_text(stmt, 16, event->queue);
    sqlite3_bind_int(stmt, 17, event->adjudicates);
    sqlite3_bind_int(stmt, 18, event->blind);
    bind_id(stmt, 19, event->clock);
    enum sit_status status = db_run(project, stmt, err);
    if (status == SIT_OK)
        *id = sqlite3_last_insert_rowid(project->db);
    return status;
}

static struct sit_event read_event(sqlite3_stmt *stmt)
{
    return (struct sit_event){
        .id = sqlite3_column_int64(stmt, 0),
        .face_id = sqlite3_column_int64(stmt, 1),
        .annotator_id = sqlite3_column_int64(stmt, 2),
        .kind = (enum sit_event_kind)read_name(stmt, 3, KINDS, N_KINDS),
        .origin = (enum sit_event_origin)read_name(stmt, 4, ORIGINS, N_ORIGINS),
        .class_index = db_class_index(stmt, 5),
        .at_ms = sqlite3_column_int64(stmt, 6),
        .spent_ms = sqlite3_column_type(stmt, 7) == SQLITE_NULL
                        ? -1
                        : sqlite3_column_int64(stmt, 7),
        .suggested = db_class_index(stmt, 8),
        .suggested_p = sqlite3_column_double(stmt, 9),
        .suggestion_visible = sqlite3_column_int(stmt, 10) != 0,
        .batch = sqlite3_column_int64(stmt, 11),
        .undoes = sqlite3_column_int64(stmt, 12),
        .restores = sqlite3_column_int64(stmt, 13),
        .confirmed = sqlite3_column_int(stmt, 14) != 0,
        .reason = (const char *)sqlite3_column_text(stmt, 15),
        .queue = (const char *)sqlite3_column_text(stmt, 16),
        .adjudicates = sqlite3_column_int(stmt, 17) != 0,
        .blind = sqlite3_column_int(stmt, 18) != 0,
        .clock = sqlite3_column_int64(stmt, 19),
    };
}

#define EVENT_COLUMNS                                                                  \
    "SELECT id, face_id, annotator_id, kind, origin, class_id, at_ms, spent_ms,"       \
    " suggested_class_id, suggested_p, suggestion_visible, batch, undoes, restores,"   \
    " confirmed, reason, queue, adjudicates, blind, clock FROM event "

enum sit_status sit_project_events(struct sit_project *project, int64_t after_id,
                                   int64_t annotator_id, int64_t face_id,
                                   sit_event_fn *visit, void *context,
                                   struct sit_error *err)
{
    /* One query each, so that each uses the index made for it. */
    const char *sql = face_id != 0 ? EVENT_COLUMNS
                          "WHERE face_id = ?2 AND id > ?1 ORDER BY clock, uid"
                      : annotator_id != 0 ? EVENT_COLUMNS
                          "WHERE annotator_id = ?2 AND id > ?1 ORDER BY clock, uid"
                                          : EVENT_COLUMNS "WHERE id > ?1 ORDER BY id";
    sqlite3_stmt *stmt = db_prepare(project, sql, err);
    sqlite3_bind_int64(stmt, 1, after_id);
    if (face_id != 0 || annotator_id != 0)
        sqlite3_bind_int64(stmt, 2, face_id != 0 ? face_id : annotator_id);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        struct sit_event event = read_event(stmt);
        if (annotator_id != 0 && event.annotator_id != annotator_id)
            continue;
        if (!visit(context, &event)) {
            sqlite3_reset(stmt);
            return SIT_OK;
        }
    }
}

enum sit_status sit_project_next_clock(struct sit_project *project, int64_t *clock,
                                       struct sit_error *err)
{
    return db_number(project, "SELECT " DB_NEXT_CLOCK, clock, err);
}

enum sit_status sit_project_last_event(struct sit_project *project, int64_t *id,
                                       struct sit_error *err)
{
    return db_number(project, "SELECT coalesce(max(id), 0) FROM event", id, err);
}

enum sit_status sit_project_new_batch(struct sit_project *project, int64_t *batch,
                                      struct sit_error *err)
{
    /* The number that the batch's first event gets: no other batch can have it. */
    return db_number(project,
                     "SELECT 1 + coalesce((SELECT seq FROM sqlite_sequence"
                     " WHERE name = 'event'), 0)",
                     batch, err);
}

void sit_recent_events_release(struct sit_recent_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(events[i].name);
}

enum sit_status sit_project_recent_events(struct sit_project *project,
                                          int64_t annotator_id, size_t n,
                                          struct sit_recent_event *out, size_t *n_out,
                                          struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        project,
        "SELECT e.id, e.face_id, e.kind, e.class_id, f.name FROM event AS e"
        " JOIN face AS f ON f.id = e.face_id"
        " WHERE e.annotator_id = ? ORDER BY e.clock DESC, e.uid DESC LIMIT ?",
        err);
    sqlite3_bind_int64(stmt, 1, annotator_id);
    sqlite3_bind_int64(stmt, 2, (int64_t)n);
    size_t used = 0;
    enum sit_status status = SIT_OK;
    for (bool row = true; status == SIT_OK;) {
        status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            break;
        struct sit_recent_event *item = &out[used];
        *item = (struct sit_recent_event){
            .event_id = sqlite3_column_int64(stmt, 0),
            .face_id = sqlite3_column_int64(stmt, 1),
            .kind = (enum sit_event_kind)read_name(stmt, 2, KINDS, N_KINDS),
            .class_index = db_class_index(stmt, 3),
        };
        if (!db_copy_text(stmt, 4, &item->name)) {
            sqlite3_reset(stmt);
            status = sit_error_nomem(err);
            break;
        }
        used++;
    }
    if (status != SIT_OK) {
        sit_recent_events_release(out, used);
        return status;
    }
    *n_out = used;
    return SIT_OK;
}
