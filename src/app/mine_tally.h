/*
 * Private to app: counting texts by group.
 */
#ifndef SITTER_APP_MINE_TALLY_H
#define SITTER_APP_MINE_TALLY_H

#include "sitter/mine.h"

/* What was seen, in any order. Zero-initialise. */
struct mine_tally {
    struct mine_seen {
        char *text;
        size_t group;
    } * items;
    size_t n, capacity;
};

enum sit_status mine_tally_add(struct mine_tally *tally, size_t group, const char *text,
                               struct sit_error *err);
/* Into rows, the most frequent first, then by text; without log-odds. The tally is
 * sorted by it. */
enum sit_status mine_tally_rows(struct mine_tally *tally, struct sit_mine_rows *rows,
                                struct sit_error *err);
void mine_tally_release(struct mine_tally *tally);

/* One more row, counts 0. */
enum sit_status mine_rows_add(struct sit_mine_rows *rows, const char *text,
                              struct sit_error *err);
/* The most frequent first, then by text. */
void mine_rows_sort(struct sit_mine_rows *rows);
void mine_rows_release(struct sit_mine_rows *rows);
/* Fill in log-odds, first group against second; prior 0: as many as there are rows. */
enum sit_status mine_rows_compare(struct sit_mine_rows *rows, size_t n_groups,
                                  double prior, struct sit_error *err);

#endif
