/*
 * What versions 2 and 3 added to the schema of version 1 (schema_1.h), as they were
 * released, for the test that such files still open.
 */
#ifndef SITTER_SCHEMA_3_H
#define SITTER_SCHEMA_3_H

static const char SCHEMA_2_ADDS[] =
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

static const char SCHEMA_3_ADDS[] =
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

#endif
