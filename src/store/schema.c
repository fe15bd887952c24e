/*
 * The schema and its migrations, numbered; documented for researchers in
 * docs/schema.md. A step once released is never changed: a new one is added.
 */
#include "db.h"

#include <stdio.h>

static const char STEP_1[] =
    "CREATE TABLE setting ("
    "  key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE class ("
    "  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 16),"
    "  key TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE,"
    "  excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1)));"

    "CREATE TABLE annotator (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"

    "CREATE TABLE source ("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    "  split TEXT NOT NULL CHECK (split IN ('train', 'test')),"
    "  split_index INTEGER UNIQUE,"
    "  title TEXT, artist TEXT, year INTEGER, year_text TEXT, description TEXT);"
    "CREATE TABLE source_keyword ("
    "  source_id INTEGER NOT NULL REFERENCES source (id),"
    "  position INTEGER NOT NULL, keyword TEXT NOT NULL,"
    "  PRIMARY KEY (source_id, position)) WITHOUT ROWID;"
    "CREATE INDEX source_keyword_keyword ON source_keyword (keyword);"
    "CREATE TABLE source_field ("
    "  source_id INTEGER NOT NULL REFERENCES source (id),"
    "  name TEXT NOT NULL, value TEXT NOT NULL,"
    "  PRIMARY KEY (source_id, name)) WITHOUT ROWID;"

    "CREATE TABLE face ("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    "  source_id INTEGER NOT NULL REFERENCES source (id),"
    "  split TEXT NOT NULL CHECK (split IN ('train', 'test')),"
    "  width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,"
    "  sha256 BLOB NOT NULL UNIQUE, added_at_ms INTEGER NOT NULL);"
    "CREATE INDEX face_source ON face (source_id);"
    /* Apart from face, so that walking the collection does not read the pictures. */
    "CREATE TABLE face_picture ("
    "  face_id INTEGER PRIMARY KEY REFERENCES face (id),"
    "  format TEXT NOT NULL, bytes BLOB NOT NULL);"
    "CREATE TABLE face_alias ("
    "  name TEXT PRIMARY KEY, face_id INTEGER NOT NULL REFERENCES face (id))"
    "  WITHOUT ROWID;"

    "CREATE TABLE event ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  uid BLOB NOT NULL UNIQUE DEFAULT (randomblob(16)),"
    "  face_id INTEGER NOT NULL REFERENCES face (id),"
    "  annotator_id INTEGER NOT NULL REFERENCES annotator (id),"
    "  kind TEXT NOT NULL CHECK (kind IN ('label', 'confirm', 'undo', 'redo')),"
    "  origin TEXT NOT NULL,"
    "  class_id INTEGER REFERENCES class (id),"
    "  confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),"
    "  at_ms INTEGER NOT NULL, spent_ms INTEGER,"
    "  suggested_class_id INTEGER REFERENCES class (id), suggested_p REAL,"
    "  suggestion_visible INTEGER NOT NULL DEFAULT 0,"
    "  batch INTEGER,"
    "  undoes INTEGER REFERENCES event (id),"
    "  restores INTEGER REFERENCES event (id));"
    "CREATE INDEX event_face ON event (face_id, id, class_id, confirmed);"
    "CREATE INDEX event_annotator ON event (annotator_id, id);"
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event"
    "  BEGIN SELECT raise(ABORT, 'events are append-only'); END;"
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event"
    "  BEGIN SELECT raise(ABORT, 'events are append-only'); END;"

    "CREATE TABLE feature_set ("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    "  dim INTEGER NOT NULL CHECK (dim > 0), model TEXT NOT NULL,"
    "  provenance TEXT NOT NULL, complete INTEGER NOT NULL DEFAULT 0,"
    "  created_at_ms INTEGER NOT NULL);"
    "CREATE TABLE feature ("
    "  set_id INTEGER NOT NULL REFERENCES feature_set (id),"
    "  face_id INTEGER NOT NULL REFERENCES face (id),"
    "  vector BLOB NOT NULL,"
    "  PRIMARY KEY (set_id, face_id));"

    "CREATE TABLE model ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  head TEXT NOT NULL,"
    "  feature_set_id INTEGER NOT NULL REFERENCES feature_set (id),"
    "  options TEXT NOT NULL, report TEXT NOT NULL,"
    "  bytes BLOB NOT NULL, created_at_ms INTEGER NOT NULL);"
    "CREATE TABLE model_class ("
    "  model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,"
    "  output INTEGER NOT NULL, class_id INTEGER NOT NULL REFERENCES class (id),"
    "  PRIMARY KEY (model_id, output)) WITHOUT ROWID;"
    "CREATE TABLE prediction ("
    "  model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,"
    "  face_id INTEGER NOT NULL REFERENCES face (id),"
    "  class_id INTEGER NOT NULL REFERENCES class (id),"
    "  p REAL NOT NULL,"
    "  PRIMARY KEY (model_id, face_id, class_id)) WITHOUT ROWID;"

    /* The current label: the class after a face's newest event; who gave it is told by
     * the label event itself. */
    "CREATE VIEW v_label AS"
    "  SELECT e.face_id, e.class_id, c.key AS class_key, c.name AS class_name,"
    "    a.name AS annotator, g.at_ms AS labelled_at_ms, e.id AS event_id,"
    "    e.confirmed"
    "  FROM (SELECT face_id, max(id) AS id FROM event GROUP BY face_id) AS newest"
    "  JOIN event AS e ON e.id = newest.id"
    "  JOIN event AS g ON g.id = coalesce(e.restores, e.id)"
    "  JOIN class AS c ON c.id = e.class_id"
    "  JOIN annotator AS a ON a.id = g.annotator_id;"
    "CREATE VIEW v_face AS"
    "  SELECT f.id AS face_id, f.name AS face, s.name AS source, f.split,"
    "    l.class_key AS label, l.class_name AS label_name, l.annotator,"
    "    l.labelled_at_ms, s.title, s.artist, s.year, s.description,"
    "    f.width_px, f.height_px"
    "  FROM face AS f JOIN source AS s ON s.id = f.source_id"
    "  LEFT JOIN v_label AS l ON l.face_id = f.id;"
    "CREATE VIEW v_prediction AS"
    "  SELECT p.model_id, p.face_id, f.name AS face, c.key AS class_key,"
    "    c.name AS class_name, max(p.p) AS p"
    "  FROM prediction AS p JOIN face AS f ON f.id = p.face_id"
    "  JOIN class AS c ON c.id = p.class_id"
    "  GROUP BY p.model_id, p.face_id;";

/* Posters that have been searched for faces. One without faces is no source: sources
 * are what faces come from, and what the split counts. */
static const char STEP_2[] =
    "CREATE TABLE poster ("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, path TEXT NOT NULL,"
    "  source_id INTEGER UNIQUE REFERENCES source (id),"
    "  sha256 BLOB NOT NULL, n_bytes INTEGER NOT NULL,"
    "  width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,"
    "  n_faces INTEGER NOT NULL, parameters TEXT NOT NULL,"
    "  searched_at_ms INTEGER NOT NULL);"
    "CREATE INDEX poster_sha256 ON poster (sha256);"
    "CREATE TABLE poster_thumbnail ("
    "  poster_id INTEGER PRIMARY KEY REFERENCES poster (id), bytes BLOB NOT NULL);"
    "CREATE TABLE face_box ("
    "  face_id INTEGER PRIMARY KEY REFERENCES face (id),"
    "  poster_id INTEGER NOT NULL REFERENCES poster (id),"
    "  face_index INTEGER NOT NULL,"
    "  left_px REAL NOT NULL, top_px REAL NOT NULL,"
    "  width_px REAL NOT NULL, height_px REAL NOT NULL,"
    "  score REAL NOT NULL, landmarks TEXT,"
    "  UNIQUE (poster_id, face_index));";

/* Decades, and views that researchers query: each figure from a person's label where
 * there is one, else from the newest predictions. */
static const char STEP_3[] =
    "ALTER TABLE source ADD COLUMN decade INTEGER;"
    "ALTER TABLE source ADD COLUMN year_approx INTEGER NOT NULL DEFAULT 0"
    "  CHECK (year_approx IN (0, 1));"
    "UPDATE source SET decade = year / 10 * 10 WHERE year IS NOT NULL;"

    "DROP VIEW v_face;"
    "CREATE VIEW v_face AS"
    "  SELECT f.id AS face_id, f.name AS face, s.name AS source, f.split,"
    "    l.class_key AS label, l.class_name AS label_name, l.annotator,"
    "    l.labelled_at_ms, p.class_key AS prediction, p.class_name AS prediction_name,"
    "    p.p, coalesce(l.class_key, p.class_key) AS class,"
    "    coalesce(l.class_name, p.class_name) AS class_name,"
    "    CASE WHEN l.class_key IS NOT NULL THEN 'label'"
    "      WHEN p.class_key IS NOT NULL THEN 'prediction' END AS class_from,"
    "    s.title, s.artist, s.year, s.decade, s.description, f.width_px, f.height_px"
    "  FROM face AS f JOIN source AS s ON s.id = f.source_id"
    "  LEFT JOIN v_label AS l ON l.face_id = f.id"
    "  LEFT JOIN v_prediction AS p ON p.face_id = f.id AND p.model_id ="
    "    (SELECT max(id) FROM model WHERE EXISTS"
    "      (SELECT 1 FROM prediction WHERE model_id = model.id));"
    "CREATE VIEW v_source AS"
    "  SELECT s.id AS source_id, s.name AS source, s.split, s.title, s.artist, s.year,"
    "    s.year_text, s.year_approx, s.decade, s.description,"
    "    (SELECT group_concat(keyword, '; ') FROM (SELECT keyword FROM source_keyword"
    "      WHERE source_id = s.id ORDER BY position)) AS keywords,"
    "    (SELECT count(*) FROM face WHERE source_id = s.id) AS faces"
    "  FROM source AS s;"
    "CREATE VIEW v_keyword AS"
    "  SELECT k.keyword, s.id AS source_id, s.name AS source, s.year, s.decade"
    "  FROM source_keyword AS k JOIN source AS s ON s.id = k.source_id;"
    "CREATE VIEW v_decade AS"
    "  SELECT decade, count(*) AS sources, sum(faces > 0) AS sources_with_faces,"
    "    sum(faces) AS faces FROM v_source GROUP BY decade;";

static const char *const STEPS[] = {STEP_1, STEP_2, STEP_3};
enum { N_STEPS = sizeof STEPS / sizeof STEPS[0] };

int db_schema_version(void)
{
    return N_STEPS;
}

enum sit_status db_run_migrations(struct sit_project *project, const char *const *steps,
                                  int n_steps, int from, struct sit_error *err)
{
    enum sit_status status = db_exec(project, "BEGIN IMMEDIATE", err);
    if (status != SIT_OK)
        return status;
    /* Another process may have done it while this one waited. */
    int64_t version = from;
    status = db_number(project, "PRAGMA user_version", &version, err);
    for (int i = (int)version; status == SIT_OK && i < n_steps; i++)
        status = db_exec(project, steps[i], err);
    if (status == SIT_OK) {
        char text[64];
        snprintf(text, sizeof text, "PRAGMA user_version = %d", n_steps);
        status = db_exec(project, text, err);
    }
    if (status == SIT_OK)
        status = db_exec(project, "COMMIT", err);
    if (status != SIT_OK)
        sit_project_rollback(project);
    return status;
}

enum sit_status db_migrate(struct sit_project *project, int from, struct sit_error *err)
{
    return db_run_migrations(project, STEPS, N_STEPS, from, err);
}
