/*
 * What is known about the sources: title, artist, year, keywords, description and any
 * further columns, from CSV and back.
 */
#ifndef SITTER_METADATA_H
#define SITTER_METADATA_H

#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"

enum sit_metadata_column {
    SIT_METADATA_ID,
    SIT_METADATA_TITLE,
    SIT_METADATA_ARTIST,
    SIT_METADATA_YEAR,
    SIT_METADATA_KEYWORDS, /* may be there more than once */
    SIT_METADATA_DESCRIPTION,
    SIT_METADATA_N_COLUMNS
};
/** "id", "title", ... */
const char *sit_metadata_column_name(enum sit_metadata_column column);

struct sit_metadata_options {
    /** The columns' names in the file; NULL: as above ("source" also for the id),
     * without regard to ASCII case. */
    const char *columns[SIT_METADATA_N_COLUMNS];
};

struct sit_metadata_result {
    size_t n_rows;
    size_t n_new;     /* sources that had no metadata */
    size_t n_changed; /* that had other metadata */
    size_t n_unchanged;
    size_t n_without_faces; /* sources of the file that have no face (yet) */
    size_t n_year_unknown;  /* empty, "n.d." */
    size_t n_decades;       /* decade only */
    size_t
        n_not_understood; /* years; each is noted, the first SIT_METADATA_MAX_NOTES */
};

enum { SIT_METADATA_MAX_NOTES = 20, SIT_METADATA_MAX_FILE_BYTES = 1 << 30 };

/**
 * Import a CSV file (RFC 4180, UTF-8 with or without byte order mark), one row a
 * source. Columns the file has replace what is known, an empty cell is "unknown";
 * columns it does not have stay. Rows for sources that no face comes from are kept. All
 * or nothing. SIT_E_FORMAT: malformed, not UTF-8, no id column, a source twice, a
 * column twice.
 */
enum sit_status sit_metadata_import(struct sit_project *project, const char *path,
                                    const struct sit_metadata_options *options,
                                    const struct sit_notes *notes,
                                    const struct sit_progress *progress,
                                    struct sit_metadata_result *out,
                                    struct sit_error *err);

/** Append every source's metadata as CSV that sit_metadata_import() gives back exactly:
 * id, title, artist, year (as it was written), keywords, description, further columns
 * by name. *n_sources may be NULL. */
enum sit_status sit_metadata_export(struct sit_project *project, struct sit_buf *out,
                                    size_t *n_sources, struct sit_error *err);

#endif
