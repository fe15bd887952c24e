/*
 * Counting: what was seen is collected, sorted and run through once.
 */
#include "mine_tally.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

enum sit_status mine_tally_add(struct mine_tally *tally, size_t group, const char *text,
                               struct sit_error *err)
{
    void *items = tally->items;
    if (!sit_grow_array(&items, &tally->capacity, tally->n + 1, sizeof *tally->items))
        return sit_error_nomem(err);
    tally->items = items;
    char *copy = sit_strdup(text);
    if (copy == NULL)
        return sit_error_nomem(err);
    tally->items[tally->n++] = (struct mine_seen){copy, group};
    return SIT_OK;
}

void mine_tally_release(struct mine_tally *tally)
{
    for (size_t i = 0; i < tally->n; i++)
        free(tally->items[i].text);
    free(tally->items);
    *tally = (struct mine_tally){0};
}

static int by_text(const void *left, const void *right)
{
    const struct mine_seen *a = left, *b = right;
    return strcmp(a->text, b->text);
}

static int by_total(const void *left, const void *right)
{
    const struct sit_mine_row *a = left, *b = right;
    if (a->total != b->total)
        return a->total < b->total ? 1 : -1;
    return strcmp(a->text, b->text);
}

enum sit_status mine_rows_add(struct sit_mine_rows *rows, const char *text,
                              struct sit_error *err)
{
    void *items = rows->items;
    if (!sit_grow_array(&items, &rows->capacity, rows->n + 1, sizeof *rows->items))
        return sit_error_nomem(err);
    rows->items = items;
    char *copy = sit_strdup(text);
    if (copy == NULL)
        return sit_error_nomem(err);
    rows->items[rows->n++] = (struct sit_mine_row){
        .text = copy, .category = SIZE_MAX, .odds = {NAN, NAN, NAN, NAN, NAN, false}};
    return SIT_OK;
}

void mine_rows_sort(struct sit_mine_rows *rows)
{
    if (rows->n > 0)
        qsort(rows->items, rows->n, sizeof *rows->items, by_total);
}

void mine_rows_release(struct sit_mine_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        free(rows->items[i].text);
    free(rows->items);
    *rows = (struct sit_mine_rows){0};
}

enum sit_status mine_tally_rows(struct mine_tally *tally, struct sit_mine_rows *rows,
                                struct sit_error *err)
{
    struct sit_mine_rows made = {0};
    if (tally->n > 0)
        qsort(tally->items, tally->n, sizeof *tally->items, by_text);
    for (size_t i = 0; i < tally->n; i++) {
        const struct mine_seen *seen = &tally->items[i];
        if (i == 0 || strcmp(seen->text, seen[-1].text) != 0) {
            enum sit_status status = mine_rows_add(&made, seen->text, err);
            if (status != SIT_OK) {
                mine_rows_release(&made);
                return status;
            }
        }
        made.items[made.n - 1].counts[seen->group]++;
        made.items[made.n - 1].total++;
    }
    mine_rows_sort(&made);
    *rows = made;
    return SIT_OK;
}

enum sit_status mine_rows_compare(struct sit_mine_rows *rows, size_t n_groups,
                                  double prior, struct sit_error *err)
{
    size_t n = rows->n;
    rows->prior = prior > 0 ? prior : (double)n;
    if (n_groups < 2 || n == 0)
        return SIT_OK;
    enum sit_status status = SIT_OK;
    size_t *counts = sit_malloc_array(n, 2 * sizeof *counts);
    struct sit_log_odds *odds = sit_malloc_array(n, sizeof *odds);
    if (counts == NULL || odds == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    for (size_t i = 0; i < n; i++) {
        counts[i] = rows->items[i].counts[0];
        counts[n + i] = rows->items[i].counts[1];
    }
    status = sit_log_odds(counts, counts + n, n, rows->prior, odds, err);
    for (size_t i = 0; i < n && status == SIT_OK; i++)
        rows->items[i].odds = odds[i];
done:
    free(counts);
    free(odds);
    return status;
}
