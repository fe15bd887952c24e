/*
 * Importing metadata: CSV rows onto sources. Reading records is csv_read.c's, years are
 * year.c's; export is metadata_export.c's.
 */
#include "sitter/metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv_read.h"
#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/text.h"
#include "sitter/year.h"

enum { OTHER = SIT_METADATA_N_COLUMNS, PROGRESS_ROWS = 500 };

static const char *const NAMES[SIT_METADATA_N_COLUMNS] = {
    "id", "title", "artist", "year", "keywords", "description"};

const char *sit_metadata_column_name(enum sit_metadata_column column)
{
    return NAMES[column];
}

/* A name seen, and the line it was seen on. */
struct seen_row {
    char *name;
    size_t line;
};

struct importer {
    struct sit_project *project;
    const struct sit_metadata_options *options;
    const struct sit_notes *notes;
    const struct sit_progress *progress;
    struct sit_metadata_result result;
    size_t n_columns;
    int *meaning; /* (n_columns) enum sit_metadata_column or OTHER */
    char **names; /* (n_columns) of the further columns */
    bool has[SIT_METADATA_N_COLUMNS];
    struct seen_row *rows;
    size_t n_rows, row_capacity;

    /* The row being written: the facts, and what they borrow. */
    const struct csv_record *record;
    struct sit_source_facts facts;
    const char **keywords;
    size_t keyword_capacity;
    char *keyword_text;
    struct sit_source_field *fields;
    size_t field_capacity;
    size_t n_faces;
    bool changed, fresh;
};

/*
 * Header
 */

static int find_meaning(const struct importer *importer, const char *header)
{
    for (int c = 0; c < SIT_METADATA_N_COLUMNS; c++) {
        const char *wanted = importer->options->columns[c];
        if (wanted != NULL ? strcmp(header, wanted) == 0
                           : strcasecmp(header, NAMES[c]) == 0)
            return c;
    }
    if (importer->options->columns[SIT_METADATA_ID] == NULL &&
        !importer->has[SIT_METADATA_ID] && strcasecmp(header, "source") == 0)
        return SIT_METADATA_ID;
    return OTHER;
}

static enum sit_status check_names(const struct importer *importer,
                                   const struct csv_record *record,
                                   struct sit_error *err)
{
    for (size_t i = 0; i < importer->n_columns; i++) {
        if (importer->meaning[i] == SIT_METADATA_KEYWORDS)
            continue;
        for (size_t j = 0; j < i; j++) {
            bool twice = importer->meaning[i] != OTHER
                             ? importer->meaning[i] == importer->meaning[j]
                             : importer->meaning[j] == OTHER &&
                                   strcmp(importer->names[i], importer->names[j]) == 0;
            if (twice)
                return sit_error_set(err, SIT_E_FORMAT,
                                     "'%s': column '%s' is there twice", record->name,
                                     record->fields[i]);
        }
    }
    for (int c = 0; c < SIT_METADATA_N_COLUMNS; c++)
        if (!importer->has[c] && importer->options->columns[c] != NULL)
            return sit_error_set(err, SIT_E_FORMAT, "'%s': there is no column '%s'",
                                 record->name, importer->options->columns[c]);
    if (!importer->has[SIT_METADATA_ID])
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': there is no column 'id' that names the source "
                             "(--id COLUMN tells which it is)%s",
                             record->name, csv_separator_hint(record));
    return SIT_OK;
}

static enum sit_status check_text(const struct csv_record *record,
                                  struct sit_error *err)
{
    for (size_t i = 0; i < record->n_fields; i++)
        if (!sit_utf8_valid(record->fields[i], strlen(record->fields[i])))
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s', line %zu: field %zu is not UTF-8", record->name,
                                 record->line, i + 1);
    return SIT_OK;
}

static enum sit_status take_header(void *context, const struct csv_record *record,
                                   struct sit_error *err)
{
    struct importer *importer = context;
    enum sit_status status = check_text(record, err);
    if (status != SIT_OK)
        return status;
    importer->meaning = sit_calloc(record->n_fields, sizeof *importer->meaning);
    importer->names = sit_calloc(record->n_fields, sizeof *importer->names);
    if (importer->meaning == NULL || importer->names == NULL)
        return sit_error_nomem(err);
    importer->n_columns = record->n_fields;
    for (size_t i = 0; i < record->n_fields; i++) {
        int meaning = find_meaning(importer, record->fields[i]);
        importer->meaning[i] = meaning;
        if (meaning != OTHER) {
            importer->has[meaning] = true;
            continue;
        }
        char numbered[32];
        snprintf(numbered, sizeof numbered, "column %zu", i + 1);
        importer->names[i] = sit_strdup(record->fields[i][0] != '\0' ? record->fields[i]
                                                                     : numbered);
        if (importer->names[i] == NULL)
            return sit_error_nomem(err);
    }
    return check_names(importer, record, err);
}

/*
 * Rows
 */

static const char *cell(const struct importer *importer, int column)
{
    for (size_t i = 0; i < importer->n_columns; i++)
        if (importer->meaning[i] == column)
            return importer->record->fields[i];
    return NULL;
}

/* NULL for an empty cell. */
static const char *known(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static void take_year(struct importer *importer, const char *source)
{
    const char *text = cell(importer, SIT_METADATA_YEAR);
    struct sit_metadata_result *result = &importer->result;
    struct sit_source_facts *facts = &importer->facts;
    struct sit_year year;
    sit_year_parse(text, &year);
    facts->year_text = known(text);
    facts->year = year.year;
    facts->decade = year.decade;
    facts->year_approx = year.approx;
    result->n_year_unknown += year.kind == SIT_YEAR_UNKNOWN;
    result->n_decades += year.kind == SIT_YEAR_DECADE;
    if (year.kind != SIT_YEAR_NOT_UNDERSTOOD)
        return;
    result->n_not_understood++;
    if (result->n_not_understood <= SIT_METADATA_MAX_NOTES)
        sit_note(importer->notes,
                 "line %zu, source '%s': the year '%.60s' is not understood and stays "
                 "unknown",
                 importer->record->line, source, text);
}

static bool add_keyword(struct importer *importer, const char *keyword)
{
    struct sit_source_facts *facts = &importer->facts;
    for (size_t i = 0; i < facts->n_keywords; i++)
        if (strcmp(importer->keywords[i], keyword) == 0)
            return true;
    void *keywords = (void *)importer->keywords;
    if (!sit_grow_array(&keywords, &importer->keyword_capacity, facts->n_keywords + 1,
                        sizeof *importer->keywords))
        return false;
    importer->keywords = keywords;
    importer->keywords[facts->n_keywords++] = keyword;
    return true;
}

/* Keywords of all such columns, divided at ';', without blanks around them. */
static bool take_keywords(struct importer *importer)
{
    struct sit_buf all = {0};
    const struct csv_record *record = importer->record;
    for (size_t i = 0; i < importer->n_columns; i++)
        if (importer->meaning[i] == SIT_METADATA_KEYWORDS) {
            sit_buf_append_text(&all, record->fields[i]);
            sit_buf_append_char(&all, ';');
        }
    free(importer->keyword_text);
    importer->keyword_text = all.failed ? NULL : sit_buf_take(&all);
    sit_buf_release(&all);
    if (importer->keyword_text == NULL)
        return false;
    importer->facts.n_keywords = 0;
    char *rest = importer->keyword_text;
    for (char *word; (word = strsep(&rest, ";")) != NULL;) {
        word += strspn(word, " \t\r\n");
        size_t length = strlen(word);
        while (length > 0 && strchr(" \t\r\n", word[length - 1]) != NULL)
            word[--length] = '\0';
        if (length > 0 && !add_keyword(importer, word))
            return false;
    }
    importer->facts.keywords = importer->keywords;
    return true;
}

/* Put one further column over what is there; an empty cell takes it away. */
static bool put_field(struct importer *importer, const char *name, const char *value)
{
    struct sit_source_facts *facts = &importer->facts;
    size_t at = 0;
    while (at < facts->n_fields && strcmp(importer->fields[at].name, name) != 0)
        at++;
    if (known(value) == NULL) {
        if (at < facts->n_fields)
            importer->fields[at] = importer->fields[--facts->n_fields];
        return true;
    }
    if (at == facts->n_fields) {
        void *fields = importer->fields;
        if (!sit_grow_array(&fields, &importer->field_capacity, facts->n_fields + 1,
                            sizeof *importer->fields))
            return false;
        importer->fields = fields;
        facts->n_fields++;
    }
    importer->fields[at] = (struct sit_source_field){name, value};
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_fields(const struct sit_source_facts *a,
                        const struct sit_source_facts *b)
{
    size_t n_found = 0;
    for (size_t i = 0; i < a->n_fields; i++)
        for (size_t j = 0; j < b->n_fields; j++)
            n_found += strcmp(a->fields[i].name, b->fields[j].name) == 0 &&
                       strcmp(a->fields[i].value, b->fields[j].value) == 0;
    return a->n_fields == b->n_fields && n_found == a->n_fields;
}

static bool same_facts(const struct sit_source_facts *a,
                       const struct sit_source_facts *b)
{
    bool same = same_text(a->title, b->title) && same_text(a->artist, b->artist) &&
                same_text(a->year_text, b->year_text) &&
                same_text(a->description, b->description) && a->year == b->year &&
                a->decade == b->decade && a->year_approx == b->year_approx &&
                a->n_keywords == b->n_keywords && same_fields(a, b);
    for (size_t i = 0; same && i < a->n_keywords; i++)
        same = strcmp(a->keywords[i], b->keywords[i]) == 0;
    return same;
}

static bool is_empty(const struct sit_source_facts *facts)
{
    static const struct sit_source_facts nothing;
    return same_facts(facts, &nothing);
}

/* The known facts with the row's columns over them, written where that differs. */
static enum sit_status update_source(void *context, const struct sit_source_row *row,
                                     struct sit_error *err)
{
    struct importer *importer = context;
    struct sit_source_facts *facts = &importer->facts;
    *facts = row->facts;
    importer->n_faces = row->n_faces;
    facts->n_fields = 0;
    for (size_t i = 0; i < row->facts.n_fields; i++)
        if (!put_field(importer, row->facts.fields[i].name, row->facts.fields[i].value))
            return sit_error_nomem(err);
    if (importer->has[SIT_METADATA_TITLE])
        facts->title = known(cell(importer, SIT_METADATA_TITLE));
    if (importer->has[SIT_METADATA_ARTIST])
        facts->artist = known(cell(importer, SIT_METADATA_ARTIST));
    if (importer->has[SIT_METADATA_DESCRIPTION])
        facts->description = known(cell(importer, SIT_METADATA_DESCRIPTION));
    if (importer->has[SIT_METADATA_YEAR])
        take_year(importer, row->name);
    if (importer->has[SIT_METADATA_KEYWORDS] && !take_keywords(importer))
        return sit_error_nomem(err);
    for (size_t i = 0; i < importer->n_columns; i++)
        if (importer->meaning[i] == OTHER &&
            !put_field(importer, importer->names[i], importer->record->fields[i]))
            return sit_error_nomem(err);
    facts->fields = importer->fields;
    importer->fresh = is_empty(&row->facts);
    importer->changed = !same_facts(facts, &row->facts);
    if (!importer->changed)
        return SIT_OK;
    return sit_project_set_source_facts(importer->project, row->name, facts, err);
}

static enum sit_status remember_row(struct importer *importer, const char *source,
                                    struct sit_error *err)
{
    void *rows = importer->rows;
    if (!sit_grow_array(&rows, &importer->row_capacity, importer->n_rows + 1,
                        sizeof *importer->rows))
        return sit_error_nomem(err);
    importer->rows = rows;
    char *name = sit_strdup(source);
    if (name == NULL)
        return sit_error_nomem(err);
    importer->rows[importer->n_rows++] = (struct seen_row){name,
                                                           importer->record->line};
    return SIT_OK;
}

static enum sit_status take_record(void *context, const struct csv_record *record,
                                   struct sit_error *err)
{
    struct importer *importer = context;
    struct sit_metadata_result *result = &importer->result;
    importer->record = record;
    if (importer->n_rows % PROGRESS_ROWS == 0 &&
        !sit_progress_report(importer->progress, importer->n_rows, 0, NULL))
        return sit_error_set(err, SIT_E_CANCELLED, "interrupted: nothing is imported");
    enum sit_status status = check_text(record, err);
    const char *source = cell(importer, SIT_METADATA_ID);
    if (status == SIT_OK && source[0] == '\0')
        status = sit_error_set(err, SIT_E_FORMAT, "'%s', line %zu: the id is empty",
                               record->name, record->line);
    if (status == SIT_OK)
        status = remember_row(importer, source, err);
    if (status == SIT_OK)
        status = sit_project_add_empty_source(importer->project, source, err);
    if (status == SIT_OK)
        status = sit_project_sources(importer->project, source, update_source, importer,
                                     err);
    if (status != SIT_OK)
        return status;
    result->n_rows++;
    result->n_without_faces += importer->n_faces == 0;
    if (!importer->changed)
        result->n_unchanged++;
    else if (importer->fresh)
        result->n_new++;
    else
        result->n_changed++;
    return SIT_OK;
}

static int compare_rows(const void *a, const void *b)
{
    const struct seen_row *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static enum sit_status check_rows_once(struct importer *importer, const char *path,
                                       struct sit_error *err)
{
    if (importer->n_rows > 0)
        qsort(importer->rows, importer->n_rows, sizeof *importer->rows, compare_rows);
    for (size_t i = 1; i < importer->n_rows; i++)
        if (strcmp(importer->rows[i - 1].name, importer->rows[i].name) == 0)
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s': source '%s' is on line %zu and again on line "
                                 "%zu",
                                 path, importer->rows[i].name,
                                 importer->rows[i - 1].line, importer->rows[i].line);
    return SIT_OK;
}

static void release(struct importer *importer)
{
    for (size_t i = 0; importer->names != NULL && i < importer->n_columns; i++)
        free(importer->names[i]);
    for (size_t i = 0; i < importer->n_rows; i++)
        free(importer->rows[i].name);
    free(importer->names);
    free(importer->meaning);
    free(importer->rows);
    free((void *)importer->keywords);
    free(importer->keyword_text);
    free(importer->fields);
}

enum sit_status sit_metadata_import(struct sit_project *project, const char *path,
                                    const struct sit_metadata_options *options,
                                    const struct sit_notes *notes,
                                    const struct sit_progress *progress,
                                    struct sit_metadata_result *out,
                                    struct sit_error *err)
{
    struct importer importer = {
        .project = project, .options = options, .notes = notes, .progress = progress};
    struct sit_buf bytes = {0};
    enum sit_status status = sit_file_read(path, SIT_METADATA_MAX_FILE_BYTES, &bytes,
                                           err);
    if (status != SIT_OK)
        goto done;
    status = sit_project_begin(project, err);
    if (status != SIT_OK)
        goto done;
    status = csv_read(sit_buf_text(&bytes), bytes.n_bytes, path, take_header,
                      take_record, &importer, err);
    if (status == SIT_OK)
        status = check_rows_once(&importer, path, err);
    if (status == SIT_OK)
        status = sit_project_commit(project, err);
    if (status != SIT_OK) {
        sit_project_rollback(project);
        goto done;
    }
    if (importer.result.n_not_understood > SIT_METADATA_MAX_NOTES)
        sit_note(notes, "%zu further years are not understood",
                 importer.result.n_not_understood - SIT_METADATA_MAX_NOTES);
    sit_progress_report(progress, importer.n_rows, importer.n_rows, NULL);
    *out = importer.result;
done:
    release(&importer);
    sit_buf_release(&bytes);
    return status;
}
