/*
 * Private to app: phrases summed by the categories of a user's file.
 */
#ifndef SITTER_APP_MINE_CATEGORIES_H
#define SITTER_APP_MINE_CATEGORIES_H

#include "sitter/mine.h"

/* Read the file (columns lemma and category, in any order among others) and sum the
 * phrases; each phrase's category is then a row of *categories, the most frequent
 * first,
 * "" being those that the file does not list. The longest end of a phrase decides: the
 * whole, then without its first word, and so on to its last. SIT_E_FORMAT, also where a
 * lemma has two categories; SIT_E_LIMIT. */
enum sit_status mine_categorise(const char *path, struct sit_mine_rows *phrases,
                                struct sit_mine_rows *categories,
                                struct sit_error *err);

#endif
