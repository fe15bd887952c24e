/*
 * Pages of faces that are decided on together: in which order they come, which are on a
 * page, what is marked, and labelling a page in one batch. Knows labels and features,
 * no screen. One thread.
 *
 * A page is a window of the order. Faces that are labelled stay in their window, so
 * that one can turn back to them; an undo leads to the page of its first face. What is
 * suggested on a page stays as it was when the page was turned to: nothing changes
 * between a look and a key.
 *
 * Unlabelled test faces come in the given order and by source only, without a
 * suggestion: by class or by similarity they would come among others of a kind, and the
 * labels that a head is tested on would depend on it.
 */
#ifndef SITTER_PAGE_H
#define SITTER_PAGE_H

#include "sitter/progress.h"
#include "sitter/session.h"

enum { SIT_PAGE_MAX_FACES = 96 };

enum sit_page_order {
    SIT_PAGE_PREDICTED = 0, /* by class, surest pages first; on a page the least sure */
    SIT_PAGE_SIMILAR, /* to a face, by features; each next to one that is like it */
    SIT_PAGE_SOURCE,
    SIT_PAGE_GIVEN,
    SIT_N_PAGE_ORDERS,
};
/** "predicted", "similar", "source", "given". */
const char *sit_page_order_name(enum sit_page_order order);

/** Which faces come. */
enum sit_page_scope {
    SIT_PAGE_UNLABELLED = 0,
    SIT_PAGE_LABELLED,
    SIT_PAGE_ALL,
    SIT_N_PAGE_SCOPES,
};
/** "unlabelled", "labelled", "all". */
const char *sit_page_scope_name(enum sit_page_scope scope);

/** What a page asks of its owner; `index` is a row of the table of faces. */
struct sit_page_owner {
    void *context;
    /** None: class_index SIT_NO_CLASS. May be NULL. */
    struct sit_suggestion (*suggest)(void *context, size_t index);
    /** Whether the face is wanted at all. May be NULL. */
    bool (*matches)(void *context, size_t index);
    /** Whether somebody else is at it: no work for this page. May be NULL. */
    bool (*is_others)(void *context, size_t index);
};

struct sit_page_face {
    size_t index; /* in the table */
    int64_t face_id;
    sit_class_index label;            /* now */
    struct sit_suggestion suggestion; /* none on an unlabelled test face */
    bool is_test;
    bool marked;             /* not as suggested */
    sit_class_index instead; /* of a marked one: what it is; SIT_NO_CLASS: not told */
};

/** Borrowed; valid until the next call. */
struct sit_page_view {
    const struct sit_page_face *faces;
    size_t n;           /* on this page */
    size_t page;        /* 0 based */
    size_t n_pages;     /* 0: nothing to show */
    size_t n_in_order;  /* faces on all pages */
    int64_t serial;     /* another one whenever other faces are on the page */
    int64_t revision;   /* another one also whenever more is suggested for them */
    size_t n_suggested; /* unlabelled and with a suggestion */
    size_t n_marked;
    enum sit_page_order order;
    enum sit_page_scope scope;
};

struct sit_page;

/** Opens on borrowed labels; `owner` is copied. Begins with the first page of the
 * unlabelled faces, of size 1, in order of SIT_PAGE_GIVEN. */
enum sit_status sit_page_open(struct sit_labels *labels,
                              const struct sit_page_owner *owner, struct sit_page **out,
                              struct sit_error *err);
void sit_page_free(struct sit_page *page);
const struct sit_page_view *sit_page_get_view(const struct sit_page *page);

/** Faces a page, 1 to SIT_PAGE_MAX_FACES; the first face of the page stays on it. */
void sit_page_set_size(struct sit_page *page, size_t size);

/**
 * Another order or scope, or the same anew; goes to the first page. `like` is the face
 * that SIT_PAGE_SIMILAR begins with. SIT_E_NOT_FOUND: nothing is suggested, or there
 * are no features; all stays as it was then.
 */
enum sit_status sit_page_arrange(struct sit_page *page, enum sit_page_order order,
                                 enum sit_page_scope scope, size_t like,
                                 struct sit_error *err);

/**
 * Sorting by similarity in three steps, since it reads all features: the middle one may
 * be another thread's, on a project of its own. The page can be used meanwhile.
 * sit_page_arrange() takes all of them at once.
 */
struct sit_page_sorting;
enum sit_status sit_page_sorting_begin(const struct sit_page *page,
                                       enum sit_page_scope scope, size_t like,
                                       struct sit_page_sorting **out,
                                       struct sit_error *err);
/** Numbers to be read: what the time goes by. */
size_t sit_page_sorting_values(const struct sit_page_sorting *sorting);
enum sit_status sit_page_sorting_run(struct sit_page_sorting *sorting,
                                     struct sit_project *project,
                                     const struct sit_progress *progress,
                                     struct sit_error *err);
/** Arrange the page by one that has run; goes to the first page. */
enum sit_status sit_page_sorting_end(struct sit_page *page,
                                     const struct sit_page_sorting *sorting,
                                     struct sit_error *err);
void sit_page_sorting_free(struct sit_page_sorting *sorting);

/**
 * There are newer suggestions: what comes after this page is arranged anew. On it they
 * are for faces that had none only, and for the room that is left in the predicted
 * order.
 */
enum sit_status sit_page_renew(struct sit_page *page, struct sit_error *err);

/** The faces of page number `page`, or fewer at the end; for making pictures ahead. */
size_t sit_page_peek(const struct sit_page *page, size_t number,
                     struct sit_page_face *faces);

/** Turn to a page, at most the last. Marks go. */
void sit_page_go(struct sit_page *page, size_t number);
/** To the page with that face; false where it is on none. */
bool sit_page_go_to_face(struct sit_page *page, size_t index);

/** Mark face `at` of the page, or change what it is instead. */
void sit_page_mark(struct sit_page *page, size_t at, bool marked,
                   sit_class_index instead);

/** Label the faces of the page whose `chosen` (n) is true; the page stays. Marks on
 * them go. `spent_ms` on all of them; -1 unknown. */
enum sit_status sit_page_label(struct sit_page *page, const bool *chosen,
                               sit_class_index class_index, int64_t spent_ms,
                               struct sit_error *err);

/**
 * Label the unlabelled faces as suggested and the marked ones with what they are
 * instead, in one batch; marked ones without stay as they are. Then goes to the next
 * page with an unlabelled face, *n_labelled and *n_left (both may be NULL) tell of this
 * one. SIT_E_NOT_FOUND: nothing to label.
 */
enum sit_status sit_page_accept(struct sit_page *page, int64_t spent_ms,
                                size_t *n_labelled, size_t *n_left,
                                struct sit_error *err);

/** To the next page with an unlabelled face, as after sit_page_accept(); stays where
 * this one has some. */
void sit_page_go_on(struct sit_page *page);

/** Undo and redo, by this annotator; goes to the page of the first face concerned. */
enum sit_status sit_page_undo(struct sit_page *page, struct sit_undo_result *result,
                              struct sit_error *err);
enum sit_status sit_page_redo(struct sit_page *page, struct sit_undo_result *result,
                              struct sit_error *err);

/** Labels have been written elsewhere. */
void sit_page_update(struct sit_page *page);

#endif
