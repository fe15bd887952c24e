/*
 * The screens. Each call takes over the terminal until the user quits, and leaves it as
 * it was found on every way out.
 */
#ifndef SITTER_TUI_H
#define SITTER_TUI_H

#include "sitter/review.h"
#include "sitter/session.h"

/**
 * The labelling screen, on stdin and stdout (both a terminal). The session is borrowed;
 * pictures are read by worker threads through connections of their own. With
 * begins_in_grid it begins with a page of faces instead of one.
 * SIT_E_UNSUPPORTED: no terminal; SIT_E_IO: it went away (all decisions are committed).
 */
enum sit_status sit_tui_label(struct sit_session *session, bool begins_in_grid,
                              struct sit_error *err);

/** The review screen, or that of adjudication, as the review was opened. Computes the
 * list of that kind first, in the background; options (of all lists; NULL: the
 * defaults) without annotator and retraining, which the screen knows itself. */
enum sit_status sit_tui_review(struct sit_review *review, enum sit_review_kind kind,
                               const struct sit_review_options *options,
                               struct sit_error *err);

/** Keys for a screen without a terminal. */
struct sit_tui_script {
    const char *text; /* docs/labelling.md, "Scripts" */
    size_t n_bytes;
    size_t n_cols, n_rows;  /* of the screen that is dumped */
    struct sit_buf *screen; /* the screen at the end is appended; NULL: none */
};

/** What the keys did. */
struct sit_tui_script_result {
    size_t n_keys;                 /* that were obeyed */
    size_t n_labelled, n_accepted; /* accepted ones are labelled too */
    size_t n_confirmed, n_skipped, n_undone, n_redone;
};

/**
 * Obey a script on the labelling or the review screen: each key as if its face had been
 * seen for a while; whatever a key begins in the background is waited for. At the first
 * key that fails, or that does nothing but complain, it stops with the screen's own
 * words and the number of the key; *result counts what was done before, which is saved.
 * SIT_E_ARG: it is no script (nothing is done then).
 */
enum sit_status sit_tui_label_script(struct sit_session *session,
                                     const struct sit_tui_script *script,
                                     struct sit_tui_script_result *result,
                                     struct sit_error *err);
enum sit_status sit_tui_review_script(struct sit_review *review,
                                      enum sit_review_kind kind,
                                      const struct sit_review_options *options,
                                      const struct sit_tui_script *script,
                                      struct sit_tui_script_result *result,
                                      struct sit_error *err);

/**
 * Take the keys of the configuration file at `path` (docs/keys.md) for all screens that
 * open afterwards. SIT_E_FORMAT names the line; SIT_E_NOT_FOUND or SIT_E_IO. The keys
 * stay as they were where it fails.
 */
enum sit_status sit_tui_load_keys(const char *path, struct sit_error *err);

/** Append the keys of all screens as they are now, in the form of that file. */
void sit_tui_print_keys(struct sit_buf *out);

/** SIT_E_ARG where a project's class keys, which win, leave help or quit no key. */
enum sit_status sit_tui_check_keys(const struct sit_class_list *classes,
                                   struct sit_error *err);

/** The curses in use, for diagnosis: "ncurses 6.4.20221231". */
const char *sit_tui_curses_version(void);

#endif
