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

/* Several annotators. An event tells its annotator's own label, and label_now keeps the
 * newest of each: by clock, then by uid, so that copies of a project that were labelled
 * apart agree when they are joined, in whatever order their events arrive. */
static const char STEP_4[] =
    "DROP TRIGGER event_no_update;"
    "DROP TRIGGER event_no_delete;"
    "ALTER TABLE event ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE event ADD COLUMN reason TEXT;"
    "ALTER TABLE event ADD COLUMN queue TEXT;"
    "ALTER TABLE event ADD COLUMN adjudicates INTEGER NOT NULL DEFAULT 0"
    "  CHECK (adjudicates IN (0, 1));"
    "ALTER TABLE event ADD COLUMN blind INTEGER NOT NULL DEFAULT 0"
    "  CHECK (blind IN (0, 1));"
    "UPDATE event SET clock = id;"
    /* What was confirmed may have been somebody else's label; now the confirmation is
     * its annotator's label. */
    "UPDATE event SET restores = NULL WHERE kind = 'confirm' AND annotator_id IS NOT"
    "  (SELECT annotator_id FROM event AS g WHERE g.id = event.restores);"
    /* An undo or redo brought back the label that the face had had, whoever gave it;
     * now it is what the same annotator had decided before. */
    "CREATE TEMP TABLE own_state AS"
    "  WITH RECURSIVE chain (id, at) AS ("
    "    SELECT id, id FROM event WHERE kind IN ('undo', 'redo')"
    "    UNION ALL"
    "    SELECT c.id, (SELECT max(p.id) FROM event AS p WHERE p.face_id = e.face_id"
    "        AND p.annotator_id = e.annotator_id AND p.id < min(e.undoes, e.id))"
    "      FROM chain AS c JOIN event AS e ON e.id = c.at"
    "      WHERE e.kind IN ('undo', 'redo'))"
    "  SELECT c.id, e.class_id, coalesce(e.confirmed, 0) AS confirmed,"
    "    coalesce(e.restores, e.id) AS restores"
    "  FROM chain AS c LEFT JOIN event AS e ON e.id = c.at"
    "  WHERE c.at IS NULL OR e.kind NOT IN ('undo', 'redo');"
    "UPDATE event SET class_id = s.class_id, confirmed = s.confirmed,"
    "    restores = s.restores"
    "  FROM temp.own_state AS s WHERE s.id = event.id;"
    "DROP TABLE temp.own_state;"
    "DROP INDEX event_face;"
    "CREATE INDEX event_face ON event (face_id, clock, uid);"
    "DROP INDEX event_annotator;"
    "CREATE INDEX event_annotator ON event (annotator_id, clock, uid);"
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event"
    "  BEGIN SELECT raise(ABORT, 'events are append-only'); END;"
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event"
    "  BEGIN SELECT raise(ABORT, 'events are append-only'); END;"

    "ALTER TABLE annotator ADD COLUMN is_person INTEGER NOT NULL DEFAULT 1"
    "  CHECK (is_person IN (0, 1));"
    "UPDATE annotator SET is_person = 0 WHERE name IN ('import', 'demo');"

    "CREATE TABLE label_now ("
    "  face_id INTEGER NOT NULL REFERENCES face (id),"
    "  annotator_id INTEGER NOT NULL REFERENCES annotator (id),"
    "  adjudicates INTEGER NOT NULL,"
    "  class_id INTEGER REFERENCES class (id), confirmed INTEGER NOT NULL,"
    "  event_id INTEGER NOT NULL REFERENCES event (id), clock INTEGER NOT NULL,"
    "  PRIMARY KEY (face_id, annotator_id, adjudicates)) WITHOUT ROWID;"
    "INSERT INTO label_now"
    "  SELECT face_id, annotator_id, 0, class_id, confirmed, id, id FROM"
    "    (SELECT face_id, annotator_id, class_id, confirmed, max(id) AS id FROM event"
    "      GROUP BY face_id, annotator_id);"
    "CREATE TRIGGER event_label_now AFTER INSERT ON event BEGIN"
    "  INSERT INTO label_now (face_id, annotator_id, adjudicates, class_id, confirmed,"
    "      event_id, clock)"
    "    VALUES (new.face_id, new.annotator_id, new.adjudicates, new.class_id,"
    "      new.confirmed, new.id, new.clock)"
    "    ON CONFLICT (face_id, annotator_id, adjudicates) DO UPDATE SET"
    "      class_id = excluded.class_id, confirmed = excluded.confirmed,"
    "      event_id = excluded.event_id, clock = excluded.clock"
    "    WHERE excluded.clock > label_now.clock OR (excluded.clock = label_now.clock"
    "      AND new.uid > (SELECT uid FROM event WHERE id = label_now.event_id));"
    "END;"

    "CREATE TABLE remark ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  uid BLOB NOT NULL UNIQUE DEFAULT (randomblob(16)),"
    "  clock INTEGER NOT NULL,"
    "  face_id INTEGER NOT NULL REFERENCES face (id),"
    "  annotator_id INTEGER NOT NULL REFERENCES annotator (id),"
    "  at_ms INTEGER NOT NULL,"
    "  kind TEXT NOT NULL CHECK (kind IN ('comment', 'bookmark')),"
    "  text TEXT NOT NULL);"
    "CREATE INDEX remark_face ON remark (face_id, annotator_id, kind, clock, uid);"
    "CREATE INDEX remark_annotator ON remark (annotator_id, clock);"
    /* All that a walk of the collection needs, on a fifth of the pages. */
    "CREATE INDEX face_walk ON face (id, source_id, split);"
    "CREATE TABLE seat ("
    "  annotator_id INTEGER PRIMARY KEY REFERENCES annotator (id),"
    "  face_id INTEGER NOT NULL REFERENCES face (id),"
    "  next_face_id INTEGER REFERENCES face (id), at_ms INTEGER NOT NULL);"
    "CREATE TRIGGER remark_no_update BEFORE UPDATE ON remark"
    "  BEGIN SELECT raise(ABORT, 'remarks are append-only'); END;"
    "CREATE TRIGGER remark_no_delete BEFORE DELETE ON remark"
    "  BEGIN SELECT raise(ABORT, 'remarks are append-only'); END;"

    /* The labels of a face by whose word counts more: adjudications (2), persons (1),
     * files and the demo (0). Persons vote; of the others the newest counts. Nearly all
     * faces have one label, and need none of it. */
    "CREATE VIEW v_tally AS"
    "  WITH vote AS ("
    "    SELECT n.face_id, n.class_id, n.confirmed, n.event_id, n.annotator_id,"
    "      CASE WHEN n.adjudicates THEN 2 ELSE a.is_person END AS level,"
    "      printf('%016x', n.clock) || hex(e.uid) AS place"
    "    FROM label_now AS n JOIN annotator AS a ON a.id = n.annotator_id"
    "    JOIN event AS e ON e.id = n.event_id"
    "    WHERE n.class_id IS NOT NULL AND n.face_id IN"
    "      (SELECT face_id FROM label_now WHERE class_id IS NOT NULL"
    "        GROUP BY face_id HAVING count(*) > 1))"
    "  SELECT face_id, level, class_id, max(place) AS place, event_id, annotator_id,"
    "    CASE level WHEN 1 THEN count(*) ELSE 1 END AS votes,"
    "    sum(confirmed) > 0 AS confirmed"
    "  FROM vote GROUP BY face_id, level, class_id;"
    "CREATE VIEW v_winner AS"
    "  SELECT n.face_id, CASE WHEN n.adjudicates THEN 2 ELSE a.is_person END AS level,"
    "    n.class_id, n.event_id, n.annotator_id, 1 AS votes, n.confirmed, 0 AS disputed"
    "  FROM label_now AS n JOIN annotator AS a ON a.id = n.annotator_id"
    "  WHERE n.class_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM label_now AS o"
    "    WHERE o.face_id = n.face_id AND o.class_id IS NOT NULL"
    "    AND (o.annotator_id, o.adjudicates) <> (n.annotator_id, n.adjudicates))"
    "  UNION ALL"
    "  SELECT face_id, level, class_id, event_id, annotator_id, votes, confirmed,"
    "    coalesce(level = 1 AND next_level = 1 AND next_votes = votes, 0) FROM ("
    "    SELECT face_id, level, class_id, event_id, annotator_id, votes,"
    "      max(confirmed) OVER (PARTITION BY face_id, class_id) AS confirmed,"
    "      row_number() OVER ranked AS rank, lead(level) OVER ranked AS next_level,"
    "      lead(votes) OVER ranked AS next_votes FROM v_tally"
    "    WINDOW ranked AS (PARTITION BY face_id"
    "      ORDER BY level DESC, votes DESC, place DESC))"
    "  WHERE rank = 1;"
    "DROP VIEW v_label;"
    "CREATE VIEW v_label AS"
    "  SELECT w.face_id, w.class_id, c.key AS class_key, c.name AS class_name,"
    "    a.name AS annotator, g.at_ms AS labelled_at_ms, w.event_id, w.confirmed,"
    "    w.votes, w.level = 2 AS adjudicated"
    "  FROM v_winner AS w JOIN event AS e ON e.id = w.event_id"
    "  JOIN event AS g ON g.id = coalesce(e.restores, e.id)"
    "  JOIN class AS c ON c.id = w.class_id"
    "  JOIN annotator AS a ON a.id = w.annotator_id"
    "  WHERE NOT w.disputed;"
    "CREATE VIEW v_annotator_label AS"
    "  SELECT n.face_id, f.name AS face, a.name AS annotator, a.is_person,"
    "    n.adjudicates, c.key AS class_key, c.name AS class_name, n.confirmed,"
    "    g.at_ms AS labelled_at_ms, n.event_id"
    "  FROM label_now AS n JOIN face AS f ON f.id = n.face_id"
    "  JOIN annotator AS a ON a.id = n.annotator_id"
    "  JOIN class AS c ON c.id = n.class_id"
    "  JOIN event AS e ON e.id = n.event_id"
    "  JOIN event AS g ON g.id = coalesce(e.restores, e.id);"
    "CREATE VIEW v_disputed AS"
    "  SELECT w.face_id, f.name AS face, s.name AS source, f.split,"
    "    (SELECT count(*) FROM label_now AS n JOIN annotator AS a"
    "        ON a.id = n.annotator_id AND a.is_person WHERE n.face_id = w.face_id"
    "        AND n.class_id IS NOT NULL AND NOT n.adjudicates) AS labels,"
    "    (SELECT group_concat(annotator || ': ' || class_key, '; ') FROM"
    "      (SELECT a.name AS annotator, c.key AS class_key FROM label_now AS n"
    "        JOIN annotator AS a ON a.id = n.annotator_id AND a.is_person"
    "        JOIN class AS c ON c.id = n.class_id WHERE n.face_id = w.face_id"
    "        AND NOT n.adjudicates ORDER BY a.name)) AS votes"
    "  FROM v_winner AS w JOIN face AS f ON f.id = w.face_id"
    "  JOIN source AS s ON s.id = f.source_id WHERE w.disputed;"
    "CREATE VIEW v_remark AS"
    "  SELECT r.face_id, f.name AS face, a.name AS annotator, r.kind, r.text, r.at_ms"
    "  FROM remark AS r JOIN face AS f ON f.id = r.face_id"
    "  JOIN annotator AS a ON a.id = r.annotator_id"
    "  WHERE r.text <> '' AND NOT EXISTS (SELECT 1 FROM remark AS n"
    "    WHERE n.face_id = r.face_id AND n.annotator_id = r.annotator_id"
    "    AND n.kind = r.kind AND (n.clock, n.uid) > (r.clock, r.uid));";

static const char *const STEPS[] = {STEP_1, STEP_2, STEP_3, STEP_4};
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
