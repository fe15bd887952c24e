/*
 * The review screen: what keys do and what it looks like, also while the list is being
 * computed. Pure; see screen.h.
 */
#ifndef SITTER_TUI_REVIEW_SCREEN_H
#define SITTER_TUI_REVIEW_SCREEN_H

#include "screen.h"

/** An item of the list beside the face. */
struct sit_review_row {
    struct sit_review_item item; /* without what is hidden */
    enum sit_review_state state;
    const char *name; /* NULL: not known */
};

/** What is drawn: the review's view and the rows around its position. */
struct sit_review_screen_view {
    const struct sit_review_view *review;
    const struct sit_review_row *rows;
    size_t first_row; /* position of rows[0] */
    size_t n_rows;
};

enum sit_review_work { SIT_WORK_NONE, SIT_WORK_COMPUTING, SIT_WORK_RETRAINING };

/** Zero-initialise. */
struct sit_review_screen {
    struct sit_screen base;
    enum sit_review_work work;
    char problem[SIT_ERROR_MESSAGE_BYTES]; /* why there is no list; "" otherwise */
    bool has_old_score;
    size_t old_n_test, old_n_test_correct; /* before retraining */
};

void sit_review_screen_step(struct sit_review_screen *screen,
                            const struct sit_review_screen_view *view,
                            const struct sit_ui_event *event,
                            struct sit_effect *effect);
void sit_review_screen_done(struct sit_review_screen *screen,
                            const struct sit_review_screen_view *view,
                            const struct sit_effect *effect,
                            const struct sit_effect_result *result);

/** Background work has begun, goes on, has ended (`view` with the new list in place).
 */
void sit_review_screen_started(struct sit_review_screen *screen,
                               const struct sit_review_screen_view *view, bool retrain);
void sit_review_screen_progress(struct sit_review_screen *screen, size_t done,
                                size_t total, const char *text);
void sit_review_screen_computed(struct sit_review_screen *screen,
                                const struct sit_review_screen_view *view,
                                enum sit_status status, const char *message);

/** The keys: those of an adjudication are others. */
const struct sit_keymap *sit_review_screen_keymap(const struct sit_review_view *view);

/** What a list has: "misclassified faces". */
const char *sit_review_list_words(const struct sit_review_view *view);

void sit_review_screen_draw(const struct sit_review_screen *screen,
                            const struct sit_review_screen_view *view,
                            const struct sit_screen_metrics *metrics,
                            struct sit_grid *grid);

#endif
