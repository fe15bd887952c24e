/*
 * The queries behind filters: a fixed statement a fact, its values bound.
 */
#include "sitter/face_query.h"

#include "db.h"

/* Faces by their source go through the index face_source, which holds their ids: a
 * source is looked at once, however many faces it has. ?3 is a face or 0 for all. */
#define OF_SOURCES(condition)                                                          \
    "SELECT id FROM face WHERE source_id IN (SELECT id FROM source WHERE " condition   \
    ") AND (?3 = 0 OR id = ?3)"
#define OF_KEYWORDS(condition)                                                         \
    "SELECT id FROM face WHERE source_id IN (SELECT source_id FROM source_keyword "    \
    "WHERE " condition ") AND (?3 = 0 OR id = ?3)"
#define OF_NAMES(condition)                                                            \
    "SELECT id FROM face WHERE " condition " AND (?3 = 0 OR id = ?3)"                  \
    " UNION SELECT face_id FROM face_alias WHERE " condition                           \
    " AND (?3 = 0 OR face_id = ?3)"
#define CONTAINS(column) "instr(lower(" column "), lower(?1)) > 0"
#define IS(column)       column " = ?1 COLLATE NOCASE"

static const char *const queries[SIT_N_FACE_FACTS] = {
    [SIT_FACT_NAME_CONTAINS] = OF_NAMES(CONTAINS("name")),
    [SIT_FACT_NAME_IS] = OF_NAMES(IS("name")),
    [SIT_FACT_SOURCE_CONTAINS] = OF_SOURCES(CONTAINS("name")),
    [SIT_FACT_SOURCE_IS] = OF_SOURCES(IS("name")),
    [SIT_FACT_TITLE_CONTAINS] = OF_SOURCES(CONTAINS("title")),
    [SIT_FACT_TITLE_IS] = OF_SOURCES(IS("title")),
    [SIT_FACT_ARTIST_CONTAINS] = OF_SOURCES(CONTAINS("artist")),
    [SIT_FACT_ARTIST_IS] = OF_SOURCES(IS("artist")),
    [SIT_FACT_KEYWORD_CONTAINS] = OF_KEYWORDS(CONTAINS("keyword")),
    [SIT_FACT_KEYWORD_IS] = OF_KEYWORDS(IS("keyword")),
    [SIT_FACT_ABOUT_CONTAINS] = OF_SOURCES(CONTAINS("description")),
    [SIT_FACT_YEAR_IS] = OF_SOURCES("year = ?2"),
    [SIT_FACT_YEAR_BELOW] = OF_SOURCES("year < ?2"),
    [SIT_FACT_YEAR_ABOVE] = OF_SOURCES("year > ?2"),
    [SIT_FACT_DECADE_IS] = OF_SOURCES("decade = ?2"),
    [SIT_FACT_DECADE_BELOW] = OF_SOURCES("decade < ?2"),
    [SIT_FACT_DECADE_ABOVE] = OF_SOURCES("decade > ?2"),
    [SIT_FACT_ANNOTATOR_IS] =
        "SELECT DISTINCT face_id FROM label_now WHERE class_id IS NOT NULL AND"
        " annotator_id IN (SELECT id FROM annotator WHERE " IS(
            "name") ")"
                    " AND (?3 = 0 OR face_id = ?3)",
    [SIT_FACT_COMMENTED] = "SELECT DISTINCT face_id FROM v_remark"
                           " WHERE kind = 'comment' AND (?3 = 0 OR face_id = ?3)",
    [SIT_FACT_COMMENT_CONTAINS] =
        "SELECT DISTINCT face_id FROM v_remark WHERE kind = 'comment'"
        " AND " CONTAINS("text") " AND (?3 = 0 OR face_id = ?3)",
};

enum sit_status sit_project_query_faces(struct sit_project *project,
                                        enum sit_face_fact fact, const char *text,
                                        int64_t number, int64_t face_id,
                                        sit_face_query_fn *visit, void *context,
                                        struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(project, queries[fact], err);
    /* Not every statement has all three; binding to one that is missing does nothing.
     */
    db_bind_text(stmt, 1, text);
    sqlite3_bind_int64(stmt, 2, number);
    sqlite3_bind_int64(stmt, 3, face_id);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        if (!visit(context, sqlite3_column_int64(stmt, 0))) {
            sqlite3_reset(stmt);
            return SIT_OK;
        }
    }
}

enum sit_status sit_project_query_predictions(struct sit_project *project,
                                              int64_t model_id,
                                              sit_face_prediction_fn *visit,
                                              void *context, struct sit_error *err)
{
    /* SQLite gives the other columns of the row that has the maximum. */
    sqlite3_stmt *stmt = db_prepare(project,
                                    "SELECT face_id, class_id, max(p) FROM prediction"
                                    " WHERE model_id = ? GROUP BY face_id",
                                    err);
    sqlite3_bind_int64(stmt, 1, model_id);
    for (;;) {
        bool row;
        enum sit_status status = db_step(project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        if (!visit(context, sqlite3_column_int64(stmt, 0), db_class_index(stmt, 1),
                   sqlite3_column_double(stmt, 2))) {
            sqlite3_reset(stmt);
            return SIT_OK;
        }
    }
}
