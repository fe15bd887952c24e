/*
 * The user's categories: a CSV file of lemmas, and the sums of the phrases it lists.
 */
#include "mine_categories.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv_read.h"
#include "mine_phrases.h"
#include "mine_tally.h"
#include "sitter/alloc.h"
#include "sitter/file.h"

enum { MAX_FILE_BYTES = 16 << 20, MAX_CATEGORIES = 1000 };

struct entry {
    char *lemma; /* lower case */
    size_t category, line;
};

struct lister {
    size_t lemma_column, category_column;
    struct entry *entries;
    size_t n, capacity;
    struct sit_mine_rows categories; /* the first is "" */
};

static enum sit_status read_header(void *context, const struct csv_record *record,
                                   struct sit_error *err)
{
    struct lister *lister = context;
    lister->lemma_column = lister->category_column = SIZE_MAX;
    for (size_t i = 0; i < record->n_fields; i++) {
        if (strcasecmp(record->fields[i], "lemma") == 0)
            lister->lemma_column = i;
        else if (strcasecmp(record->fields[i], "category") == 0)
            lister->category_column = i;
    }
    if (lister->lemma_column == SIZE_MAX || lister->category_column == SIZE_MAX)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s': the first line must name the columns lemma and "
                             "category",
                             record->name);
    return SIT_OK;
}

/* The row of a category, made where new. */
static enum sit_status find_row(struct sit_mine_rows *rows, const char *text,
                                size_t *row, struct sit_error *err)
{
    for (*row = 0; *row < rows->n; ++*row)
        if (strcmp(rows->items[*row].text, text) == 0)
            return SIT_OK;
    if (rows->n > MAX_CATEGORIES)
        return sit_error_set(err, SIT_E_LIMIT, "more than %d categories",
                             MAX_CATEGORIES);
    return mine_rows_add(rows, text, err);
}

static enum sit_status read_entry(void *context, const struct csv_record *record,
                                  struct sit_error *err)
{
    struct lister *lister = context;
    struct sit_buf lemma = {0};
    void *entries = lister->entries;
    const char *category = record->fields[lister->category_column];
    mine_append_lower(&lemma, record->fields[lister->lemma_column]);
    if (lemma.failed || !sit_grow_array(&entries, &lister->capacity, lister->n + 1,
                                        sizeof *lister->entries)) {
        sit_buf_release(&lemma);
        return sit_error_nomem(err);
    }
    lister->entries = entries;
    if (lemma.n_bytes == 0 || category[0] == '\0') {
        sit_buf_release(&lemma);
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s', line %zu: a lemma and a category are needed",
                             record->name, record->line);
    }
    struct entry *entry = &lister->entries[lister->n++];
    *entry = (struct entry){.lemma = sit_buf_take(&lemma), .line = record->line};
    return find_row(&lister->categories, category, &entry->category, err);
}

static int by_lemma(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = strcmp(a->lemma, b->lemma);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static enum sit_status sort_entries(struct lister *lister, const char *path,
                                    struct sit_error *err)
{
    if (lister->n > 0)
        qsort(lister->entries, lister->n, sizeof *lister->entries, by_lemma);
    for (size_t i = 1; i < lister->n; i++) {
        const struct entry *a = &lister->entries[i - 1], *b = &lister->entries[i];
        if (strcmp(a->lemma, b->lemma) == 0 && a->category != b->category)
            return sit_error_set(err, SIT_E_FORMAT,
                                 "'%s': '%s' is on line %zu and, in another category, "
                                 "on line %zu",
                                 path, a->lemma, a->line, b->line);
    }
    return SIT_OK;
}

static const struct entry *find_entry(const struct lister *lister, const char *lemma)
{
    size_t low = 0, high = lister->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(lister->entries[middle].lemma, lemma);
        if (order == 0)
            return &lister->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static size_t category_of(const struct lister *lister, const char *phrase)
{
    const char *at = phrase;
    while (at != NULL) {
        const struct entry *entry = find_entry(lister, at);
        if (entry != NULL)
            return entry->category;
        at = strchr(at, ' ');
        at = at != NULL ? at + 1 : NULL;
    }
    return 0;
}

/* Sum the phrases, then put the rows in order and the phrases' indices with them. */
static enum sit_status sum_up(const struct lister *lister,
                              struct sit_mine_rows *phrases, struct sit_mine_rows *rows,
                              struct sit_error *err)
{
    size_t *place = sit_calloc(rows->n, sizeof *place);
    if (place == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < phrases->n; i++) {
        struct sit_mine_row *phrase = &phrases->items[i];
        phrase->category = category_of(lister, phrase->text);
        struct sit_mine_row *row = &rows->items[phrase->category];
        for (size_t g = 0; g < SIT_PROJECT_MAX_CLASSES; g++)
            row->counts[g] += phrase->counts[g];
        row->total += phrase->total;
    }
    for (size_t c = 0; c < rows->n; c++)
        rows->items[c].category = c;
    mine_rows_sort(rows);
    for (size_t c = 0; c < rows->n; c++) {
        place[rows->items[c].category] = c;
        rows->items[c].category = SIZE_MAX;
    }
    for (size_t i = 0; i < phrases->n; i++)
        phrases->items[i].category = place[phrases->items[i].category];
    free(place);
    return SIT_OK;
}

enum sit_status mine_categorise(const char *path, struct sit_mine_rows *phrases,
                                struct sit_mine_rows *categories, struct sit_error *err)
{
    struct lister lister = {0};
    struct sit_buf file = {0};
    enum sit_status status = mine_rows_add(&lister.categories, "", err);
    if (status == SIT_OK)
        status = sit_file_read(path, MAX_FILE_BYTES, &file, err);
    if (status == SIT_OK)
        status = csv_read(sit_buf_text(&file), file.n_bytes, path, read_header,
                          read_entry, &lister, err);
    if (status == SIT_OK)
        status = sort_entries(&lister, path, err);
    if (status == SIT_OK)
        status = sum_up(&lister, phrases, &lister.categories, err);
    if (status == SIT_OK) {
        *categories = lister.categories;
        lister.categories = (struct sit_mine_rows){0};
    }
    for (size_t i = 0; i < lister.n; i++)
        free(lister.entries[i].lemma);
    free(lister.entries);
    mine_rows_release(&lister.categories);
    sit_buf_release(&file);
    return status;
}
