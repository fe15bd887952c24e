/*
 * The project: one SQLite file with faces, sources, classes, annotators, every
 * labelling event, feature sets, models and predictions. Typed queries only; SQL and
 * sqlite3.h stay behind this header. Schema: docs/schema.md.
 *
 * A struct sit_project is one connection and belongs to one thread at a time. Several
 * connections, also of other processes, may read and write the same file at once: a
 * write waits up to SIT_PROJECT_BUSY_MS, then fails with SIT_E_BUSY.
 *
 * All functions that touch the file may return SIT_E_IO (also: disk full), SIT_E_FORMAT
 * (damaged), SIT_E_BUSY, SIT_E_NOMEM; only further ones are listed at each.
 */
#ifndef SITTER_PROJECT_H
#define SITTER_PROJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "sitter/file.h"
#include "sitter/status.h"

struct sit_project;

enum {
    SIT_PROJECT_BUSY_MS = 10000,       /* commands wait so long for another writer */
    SIT_PROJECT_SCREEN_BUSY_MS = 3000, /* screens: a person is waiting */
    SIT_PROJECT_MAX_CLASSES = 16,
};

/** A class by its position in the project's list (0 based); -1 is "no label". */
typedef int8_t sit_class_index;
enum { SIT_NO_CLASS = -1 };

struct sit_class {
    char key[8];   /* what is typed: one printable character as UTF-8, "m" */
    char name[64]; /* "male" */
    bool excluded; /* not trained on unless asked (--with-other) */
};

struct sit_class_list {
    size_t n;
    struct sit_class items[SIT_PROJECT_MAX_CLASSES];
};

/** male m, female f, other o (excluded). */
void sit_class_list_default(struct sit_class_list *list);

/** Add one from "KEY:NAME[:exclude]". SIT_E_ARG names what is wrong (key taken, a key
 * the screens use themselves, too many, an empty name). */
enum sit_status sit_class_list_add(struct sit_class_list *list, const char *text,
                                   struct sit_error *err);

/** The position of a key or a name (names without regard to ASCII case), or
 * SIT_NO_CLASS. */
sit_class_index sit_class_list_find(const struct sit_class_list *list,
                                    const char *text);

enum sit_split { SIT_TRAIN = 0, SIT_TEST = 1 };
/** "train", "test". */
const char *sit_split_name(enum sit_split split);

enum sit_split_unit { SIT_SPLIT_BY_SOURCE = 0, SIT_SPLIT_BY_FACE = 1 };

/*
 * Opening
 */

/** Make a new project file; SIT_E_EXISTS where something is there already. Either the
 * whole file appears or none. */
enum sit_status sit_project_create(const char *path,
                                   const struct sit_class_list *classes,
                                   struct sit_error *err);

enum sit_project_mode { SIT_PROJECT_READ, SIT_PROJECT_WRITE };

/**
 * Open an existing project; older schemas are migrated, for reading too where the file
 * can be written.
 * SIT_E_NOT_FOUND; SIT_E_FORMAT: no sitter project, or damaged; SIT_E_UNSUPPORTED: made
 * by a newer sitter; SIT_E_IO: read-only and opened for writing. The file is untouched
 * on every one of these.
 */
enum sit_status sit_project_open(const char *path, enum sit_project_mode mode,
                                 struct sit_project **out, struct sit_error *err);

/** Close; NULL is fine. */
void sit_project_close(struct sit_project *project);

const char *sit_project_path(const struct sit_project *project);

/** Changes whenever another connection has committed something. */
enum sit_status sit_project_data_version(struct sit_project *project, int64_t *version,
                                         struct sit_error *err);

/** SQLite's integrity check and foreign keys; *report is "ok" or what is wrong. */
enum sit_status sit_project_check(struct sit_project *project, struct sit_buf *report,
                                  struct sit_error *err);

/** A consistent copy (SQLite's online backup) while others go on writing. Refuses an
 * existing file: SIT_E_EXISTS. Nothing is left behind on failure. */
enum sit_status sit_project_backup(struct sit_project *project, const char *path,
                                   struct sit_error *err);

/** Move what the write-ahead log holds into the file, as far as nobody is disturbed.
 * The screens call it when idle, so that no key has to wait for it. */
void sit_project_checkpoint(struct sit_project *project);
/** Whether writes may checkpoint by themselves (the default) or only the call above. */
void sit_project_set_auto_checkpoint(struct sit_project *project, bool automatic);

/** Writing takes place between these; begin waits for other writers. Not nested. */
enum sit_status sit_project_begin(struct sit_project *project, struct sit_error *err);
enum sit_status sit_project_commit(struct sit_project *project, struct sit_error *err);
/** Undo all since begin; harmless outside a transaction. */
void sit_project_rollback(struct sit_project *project);

/** A transaction of what may be lost with the machine's power: its commit waits for no
 * device. For what is decided, sit_project_begin(). sit_project_end_unsynced() must
 * follow, also where the transaction has failed; it rolls back what is not committed.
 */
enum sit_status sit_project_begin_unsynced(struct sit_project *project,
                                           struct sit_error *err);
void sit_project_end_unsynced(struct sit_project *project);

/** How long a write waits for another process. */
void sit_project_set_busy_ms(struct sit_project *project, int busy_ms);

/** The version of the linked SQLite. */
const char *sit_project_sqlite_version(void);

/*
 * Classes, annotators, settings
 */

enum sit_status sit_project_classes(struct sit_project *project,
                                    struct sit_class_list *out, struct sit_error *err);

/** The annotator's id, made where new (then inside a transaction). "import" and "demo"
 * are no persons: their labels count only where no person has labelled. */
enum sit_status sit_project_annotator(struct sit_project *project, const char *name,
                                      int64_t *id, struct sit_error *err);

/** A seat: the face an annotator is looking at and the one that comes next. Of others
 * than annotator_id, taken from since_ms to until_ms: up to `max` faces, the newest
 * seats first; *n of them. */
enum sit_status sit_project_seats(struct sit_project *project, int64_t annotator_id,
                                  int64_t since_ms, int64_t until_ms, int64_t *face_ids,
                                  size_t max, size_t *n, struct sit_error *err);
/** Inside a transaction; next_face_id 0: none. In place of the annotator's last. */
enum sit_status sit_project_take_seat(struct sit_project *project, int64_t annotator_id,
                                      int64_t face_id, int64_t next_face_id,
                                      int64_t at_ms, struct sit_error *err);
enum sit_status sit_project_free_seat(struct sit_project *project, int64_t annotator_id,
                                      struct sit_error *err);

/** An annotator with what they have done so far. */
struct sit_annotator {
    int64_t id;
    const char *name; /* hostile; borrowed */
    bool is_person;
    size_t n_labels;        /* faces that have a label of theirs now */
    size_t n_adjudications; /* faces on which an adjudication of theirs stands */
};
typedef enum sit_status sit_annotator_fn(void *context,
                                         const struct sit_annotator *annotator,
                                         struct sit_error *err);
/** Each annotator by id; an error of the visitor ends the walk and is returned. */
enum sit_status sit_project_annotators(struct sit_project *project,
                                       sit_annotator_fn *visit, void *context,
                                       struct sit_error *err);

/** What a person says of a face now. */
struct sit_rating {
    int64_t face_id;
    uint32_t source; /* a number of the face's source */
    int64_t annotator_id;
    sit_class_index class_index;
    bool blind;    /* given without seeing others' labels */
    int64_t clock; /* of the event that gave it: the smaller the earlier */
};
typedef enum sit_status sit_rating_fn(void *context, const struct sit_rating *rating,
                                      struct sit_error *err);
/** Every label in force of every person, adjudications apart, by face; an error of the
 * visitor ends the walk and is returned. */
enum sit_status sit_project_ratings(struct sit_project *project, sit_rating_fn *visit,
                                    void *context, struct sit_error *err);

/** What somebody, or a file, says of a face now. */
struct sit_standing_label {
    int64_t face_id;
    int64_t annotator_id;
    const char *annotator; /* hostile; borrowed */
    bool is_person;
    bool adjudicates; /* an adjudication, apart from the annotator's own label */
    sit_class_index class_index;
    bool confirmed;
    int64_t clock; /* the smaller the earlier */
};
typedef enum sit_status sit_standing_label_fn(void *context,
                                              const struct sit_standing_label *label,
                                              struct sit_error *err);
/** Every label in force by face, or with face_id not 0 those of one face; an error of
 * the visitor ends the walk and is returned. */
enum sit_status sit_project_standing_labels(struct sit_project *project,
                                            int64_t face_id,
                                            sit_standing_label_fn *visit, void *context,
                                            struct sit_error *err);

/** A setting's value appended to *value; SIT_E_NOT_FOUND where unset. */
enum sit_status sit_project_setting(struct sit_project *project, const char *key,
                                    struct sit_buf *value, struct sit_error *err);
enum sit_status sit_project_set_setting(struct sit_project *project, const char *key,
                                        const char *value, struct sit_error *err);

/** Parts of the collection, as shares of 0 to 1 kept among the settings. Which faces
 * belong to one follows from their pictures alone: the same in every copy. */
enum sit_share {
    SIT_SHARE_OVERLAP, /* "overlap": every annotator labels them, unseen by the others
                        */
    SIT_SHARE_RETEST,  /* "retest": shown once more to who has labelled them */
};
/** 0 where unset. */
enum sit_status sit_project_share(struct sit_project *project, enum sit_share which,
                                  double *share, struct sit_error *err);
/** Inside a transaction. SIT_E_ARG: not within 0 to 1. */
enum sit_status sit_project_set_share(struct sit_project *project, enum sit_share which,
                                      double share, struct sit_error *err);
/** Whether the face with that picture belongs to a share. A larger share holds all of a
 * smaller one. */
bool sit_share_has(enum sit_share which, double share,
                   const uint8_t sha256[SIT_SHA256_BYTES]);

/*
 * Faces and sources
 */

/*
 * Whose label: every annotator has one of their own on a face, or none.
 *
 * The RESOLVED label (annotator id 0) is the newest adjudication in force; else what
 * most persons say, one vote each, and where they tie none, the face is DISPUTED; else
 * the newest label of a file or the demo.
 *
 * An annotator SEES their own label; else, on a face of the overlap share, none, so
 * that they judge by themselves; else the resolved label.
 */
enum sit_face_flag {
    SIT_FACE_OVERLAP = 1,
    SIT_FACE_RETEST = 2,
    SIT_FACE_DISPUTED = 4,
    SIT_FACE_BOOKMARKED = 8, /* by this annotator; with id 0 by anybody */
    SIT_FACE_OTHERS = 16,    /* another person has labelled it; with id 0 any person */
    SIT_FACE_OWN = 32,       /* the label is the annotator's own */
    SIT_FACE_ADJUDICATED = 64,
};

/** What one face looks like to an annotator (or, with id 0, resolved). */
struct sit_face_state {
    sit_class_index label;
    bool confirmed;   /* somebody whose label counts here confirmed it in review */
    uint8_t flags;    /* enum sit_face_flag */
    int64_t event_id; /* that gave the label, the newest of several voters; 0 none */
};
enum sit_status sit_project_face_state(struct sit_project *project, int64_t face_id,
                                       int64_t annotator_id, struct sit_face_state *out,
                                       struct sit_error *err);

/** The whole collection, compact, in the order of import (by id). */
struct sit_face_table {
    size_t n;
    int64_t *id;      /* (n) ascending */
    uint32_t *source; /* (n) index of the source, 0 .. n_sources - 1, by source id */
    uint8_t *split;   /* (n) enum sit_split */
    sit_class_index *label; /* (n) as the annotator sees it, or resolved */
    uint8_t *confirmed;     /* (n) 1 where that label was confirmed in review */
    uint8_t *flags;         /* (n) enum sit_face_flag */
    size_t n_sources;
    size_t n_disputed;
    int64_t last_event_id; /* the newest event that is accounted for */
};

/** As annotator_id sees it; 0: resolved, as training and reports take it. */
enum sit_status sit_face_table_load(struct sit_project *project, int64_t annotator_id,
                                    struct sit_face_table *out, struct sit_error *err);
void sit_face_table_release(struct sit_face_table *table);
/** The index of a face id, or SIZE_MAX. */
size_t sit_face_table_find(const struct sit_face_table *table, int64_t face_id);

/** Everything about one face that a screen shows. Text as it is in the file: hostile.
 */
struct sit_face_detail {
    int64_t face_id;
    char *name;
    char *source;
    enum sit_split split;
    size_t width_px, height_px;
    char *title, *artist, *year, *keywords,
        *description;      /* NULL where unknown; keywords joined by "; " */
    sit_class_index label; /* as the annotator sees it, or resolved */
    bool confirmed;
    uint8_t flags;   /* enum sit_face_flag */
    char *annotator; /* who gave the label, the newest of several; NULL without one */
    int64_t labelled_at_ms;
    char *comment; /* the annotator's own; NULL where there is none, or with id 0 */
};

/** As annotator_id sees the face; 0: resolved. SIT_E_NOT_FOUND. Replaces what *out
 * holds (zero-initialise first). */
enum sit_status sit_project_face_detail(struct sit_project *project, int64_t face_id,
                                        int64_t annotator_id,
                                        struct sit_face_detail *out,
                                        struct sit_error *err);
void sit_face_detail_release(struct sit_face_detail *detail);

/** Append the stored picture file of a face to *bytes. SIT_E_NOT_FOUND. */
enum sit_status sit_project_face_picture(struct sit_project *project, int64_t face_id,
                                         struct sit_buf *bytes, struct sit_error *err);

/** The face of that exact name (or the name of a duplicate of it). SIT_E_NOT_FOUND. */
enum sit_status sit_project_find_face(struct sit_project *project, const char *name,
                                      int64_t *face_id, struct sit_error *err);

/** The next face after `after_id`, wrapping around, whose name contains `text` (without
 * regard to ASCII case). SIT_E_NOT_FOUND. */
enum sit_status sit_project_search_face(struct sit_project *project, const char *text,
                                        int64_t after_id, bool backwards,
                                        int64_t *face_id, struct sit_error *err);

/** A further column of a source's metadata. */
struct sit_source_field {
    const char *name, *value;
};

/** What is known about a source; NULL is unknown. Borrowed. */
struct sit_source_facts {
    const char *title, *artist, *year_text, *description;
    int year;         /* 0 where unknown */
    int decade;       /* 1950 for 1950 to 1959, also where the year is unknown; 0 */
    bool year_approx; /* "ca." */
    const char *const *keywords;
    size_t n_keywords;
    const struct sit_source_field *fields; /* names are unlike each other */
    size_t n_fields;
};

/** The source's id, made where new, inside a transaction. `split` of a new source:
 * counted (every 4th is test) where `counted`, else as given. */
enum sit_status sit_project_add_source(struct sit_project *project, const char *name,
                                       bool counted, enum sit_split split, int64_t *id,
                                       enum sit_split *split_out,
                                       struct sit_error *err);

/** Make a source that metadata tells of before any face has come, inside a transaction;
 * one that is there is fine. Its split is settled when its first face comes. */
enum sit_status sit_project_add_empty_source(struct sit_project *project,
                                             const char *name, struct sit_error *err);

/** Set the facts of a source (all of them), inside a transaction. SIT_E_NOT_FOUND. */
enum sit_status sit_project_set_source_facts(struct sit_project *project,
                                             const char *source,
                                             const struct sit_source_facts *facts,
                                             struct sit_error *err);

/** A source on its way through sit_project_sources(). Borrowed. */
struct sit_source_row {
    int64_t id;
    const char *name;
    size_t n_faces;
    struct sit_source_facts facts; /* fields in order of their names */
};

/** Called for each source; an error ends the walk and is returned. */
typedef enum sit_status sit_source_fn(void *context, const struct sit_source_row *row,
                                      struct sit_error *err);

/** Each source by name; with name not NULL only that one (none is no error). */
enum sit_status sit_project_sources(struct sit_project *project, const char *name,
                                    sit_source_fn *visit, void *context,
                                    struct sit_error *err);

struct sit_new_face {
    const char *name;
    int64_t source_id;
    enum sit_split split;
    size_t width_px, height_px;
    uint8_t sha256[SIT_SHA256_BYTES]; /* of the picture file */
    const char *format;               /* "jpeg", "png", "other" */
    const void *bytes;
    size_t n_bytes;
};

/** Inside a transaction. SIT_E_EXISTS where the name or the content is there already.
 */
enum sit_status sit_project_add_face(struct sit_project *project,
                                     const struct sit_new_face *face, int64_t *id,
                                     struct sit_error *err);

/** The face with that picture file. SIT_E_NOT_FOUND. */
enum sit_status sit_project_find_content(struct sit_project *project,
                                         const uint8_t sha256[SIT_SHA256_BYTES],
                                         int64_t *face_id, struct sit_error *err);

/** Remember another name of a face, inside a transaction; known ones are fine. */
enum sit_status sit_project_add_alias(struct sit_project *project, const char *name,
                                      int64_t face_id, struct sit_error *err);

/** Called for every name of a face and every name of its duplicates; false ends. */
typedef bool sit_face_name_fn(void *context, const char *name, int64_t face_id);
enum sit_status sit_project_face_names(struct sit_project *project,
                                       sit_face_name_fn *visit, void *context,
                                       struct sit_error *err);

/** The digests of all stored picture files, sorted by byte; (*n) rows of
 * SIT_SHA256_BYTES. The caller frees *digests. */
enum sit_status sit_project_contents(struct sit_project *project, uint8_t **digests,
                                     size_t *n, struct sit_error *err);

/** The resolved label of one face; SIT_NO_CLASS where it has none. */
enum sit_status sit_project_face_label(struct sit_project *project, int64_t face_id,
                                       sit_class_index *label, struct sit_error *err);

/** How many faces have been counted for --split-unit face so far. */
enum sit_status sit_project_count_faces(struct sit_project *project, size_t *n,
                                        struct sit_error *err);

/*
 * Posters: what faces were cut from by detection
 */

struct sit_new_poster {
    const char *name;                 /* also the source's name */
    const char *path;                 /* as the file was found */
    uint8_t sha256[SIT_SHA256_BYTES]; /* of the file */
    size_t n_bytes;
    size_t width_px, height_px;
    size_t n_faces;
    int64_t source_id;      /* 0 where it has no faces */
    const char *parameters; /* JSON: how faces were looked for */
    const void *thumbnail;  /* a JPEG, or NULL */
    size_t n_thumbnail_bytes;
};

/** Note that a poster has been searched, inside a transaction. SIT_E_EXISTS where the
 * name is there already. */
enum sit_status sit_project_add_poster(struct sit_project *project,
                                       const struct sit_new_poster *poster, int64_t *id,
                                       struct sit_error *err);

/** A face's place on its poster, in pixels of the poster file: pixel i covers i to
 * i + 1. */
struct sit_poster_box {
    double left, top, width, height;
    double score;
    const char *landmarks; /* JSON [[x, y], ...], or NULL */
};

/** Inside a transaction. SIT_E_EXISTS where the face has a box already. */
enum sit_status sit_project_add_poster_box(struct sit_project *project, int64_t face_id,
                                           int64_t poster_id, size_t face_index,
                                           const struct sit_poster_box *box,
                                           struct sit_error *err);

/** The file digest of the poster of that name; *parameters (may be NULL) gets its
 * parameters appended. SIT_E_NOT_FOUND. */
enum sit_status sit_project_find_poster(struct sit_project *project, const char *name,
                                        uint8_t sha256[SIT_SHA256_BYTES],
                                        struct sit_buf *parameters,
                                        struct sit_error *err);

/** The name of a poster with that file appended to *name. SIT_E_NOT_FOUND. */
enum sit_status sit_project_find_poster_content(struct sit_project *project,
                                                const uint8_t sha256[SIT_SHA256_BYTES],
                                                struct sit_buf *name,
                                                struct sit_error *err);

/** The digests of all posters' files, sorted by byte, as sit_project_contents(). */
enum sit_status sit_project_poster_contents(struct sit_project *project,
                                            uint8_t **digests, size_t *n,
                                            struct sit_error *err);

/** Where a face comes from, for a screen. */
struct sit_face_context {
    size_t width_px, height_px; /* of the poster */
    struct sit_poster_box box;  /* landmarks NULL */
};

/** The thumbnail of a face's poster appended to *thumbnail, and the face's place.
 * SIT_E_NOT_FOUND where there is no poster of the face. */
enum sit_status sit_project_face_context(struct sit_project *project, int64_t face_id,
                                         struct sit_face_context *out,
                                         struct sit_buf *thumbnail,
                                         struct sit_error *err);

/*
 * Labelling events: append-only
 */

enum sit_event_kind {
    SIT_EVENT_LABEL,
    SIT_EVENT_CONFIRM,
    SIT_EVENT_UNDO,
    SIT_EVENT_REDO
};

enum sit_event_origin {
    SIT_ORIGIN_SCREEN, /* the labelling screen */
    SIT_ORIGIN_REVIEW,
    SIT_ORIGIN_IMPORT, /* folders and label files */
    SIT_ORIGIN_DEMO,
    SIT_ORIGIN_GRID,       /* many faces at once */
    SIT_ORIGIN_ADJUDICATE, /* the adjudication screen */
    SIT_ORIGIN_SCRIPT,     /* the screens' driver */
};
const char *sit_event_origin_name(enum sit_event_origin origin);

struct sit_event {
    int64_t id; /* 0 for a new one */
    int64_t face_id;
    int64_t annotator_id;
    enum sit_event_kind kind;
    enum sit_event_origin origin;
    sit_class_index class_index; /* the annotator's own label after this event */
    bool confirmed;              /* whether that label is confirmed after this event */
    bool adjudicates;            /* it decides for all, and is a label apart */
    bool blind;                  /* given without seeing others' labels */
    int64_t at_ms;               /* since 1970, UTC */
    int64_t spent_ms;            /* from the face being shown to the key; -1 unknown */
    sit_class_index suggested;   /* SIT_NO_CLASS where nothing was suggested */
    double suggested_p;
    bool suggestion_visible;
    int64_t batch;  /* events of one batch are undone together; 0: on its own */
    int64_t undoes; /* the event that an undo or redo takes back; 0 otherwise */
    /* The annotator's label event in force after an undo, a redo or the confirmation of
     * a label of their own; 0 none. */
    int64_t restores;
    int64_t clock; /* 0 for a new one: later than all there are */
    /* Why it was decided (enum-like text, "suspect"), and how the face was chosen
     * ("random"); NULL unknown. Borrowed. */
    const char *reason, *queue;
};

/** Append inside a transaction; *id is the new event's. */
enum sit_status sit_project_append_event(struct sit_project *project,
                                         const struct sit_event *event, int64_t *id,
                                         struct sit_error *err);

/** The clock that the next event or remark gets. */
enum sit_status sit_project_next_clock(struct sit_project *project, int64_t *clock,
                                       struct sit_error *err);
/** The newest event's id; 0 where there is none. */
enum sit_status sit_project_last_event(struct sit_project *project, int64_t *id,
                                       struct sit_error *err);

/** Called for each event in order; false ends the walk (no error). */
typedef bool sit_event_fn(void *context, const struct sit_event *event);

/** Events with id > after_id; of one annotator, or of all with annotator_id 0; of one
 * face, or of all with face_id 0. All come in the order of arrival (by id), those of an
 * annotator or a face in the order of decision (by clock, then uid), which differ where
 * copies were merged. */
enum sit_status sit_project_events(struct sit_project *project, int64_t after_id,
                                   int64_t annotator_id, int64_t face_id,
                                   sit_event_fn *visit, void *context,
                                   struct sit_error *err);

/** A number for a new batch of events; inside the transaction that appends them. */
enum sit_status sit_project_new_batch(struct sit_project *project, int64_t *batch,
                                      struct sit_error *err);

/*
 * Remarks: append-only as well; the newest of a face, an annotator and a kind counts
 */

enum sit_remark_kind { SIT_REMARK_COMMENT, SIT_REMARK_BOOKMARK };

struct sit_remark {
    int64_t face_id;
    int64_t annotator_id;
    enum sit_remark_kind kind;
    int64_t at_ms;
    const char *text;      /* of a bookmark "1"; "" takes the remark away. Hostile */
    const char *annotator; /* their name; not needed for adding */
    const char *face;      /* its name; likewise */
};

/** Append inside a transaction. */
enum sit_status sit_project_add_remark(struct sit_project *project,
                                       const struct sit_remark *remark,
                                       struct sit_error *err);

typedef enum sit_status sit_remark_fn(void *context, const struct sit_remark *remark,
                                      struct sit_error *err);

/** The remarks on one face that count and have text, everybody's, oldest first. */
enum sit_status sit_project_face_remarks(struct sit_project *project, int64_t face_id,
                                         sit_remark_fn *visit, void *context,
                                         struct sit_error *err);
/** The same over all faces, by face. */
enum sit_status sit_project_remarks(struct sit_project *project, sit_remark_fn *visit,
                                    void *context, struct sit_error *err);

/** The last n events' faces' names for the screen, newest first. */
struct sit_recent_event {
    int64_t event_id, face_id;
    enum sit_event_kind kind;
    sit_class_index class_index;
    char *name; /* owned */
};
enum sit_status sit_project_recent_events(struct sit_project *project,
                                          int64_t annotator_id, size_t n,
                                          struct sit_recent_event *out, size_t *n_out,
                                          struct sit_error *err);
void sit_recent_events_release(struct sit_recent_event *events, size_t n);

/*
 * Feature sets
 */

struct sit_feature_set {
    int64_t id;
    char name[64];
    size_t dim;
    char model[32];   /* "npy", "hog", "vggface" */
    char *provenance; /* JSON text */
    size_t n_faces;
    bool complete; /* false: being made, or left off */
    int64_t created_at_ms;
};

/** All complete sets, by id. The caller releases. */
enum sit_status sit_project_feature_sets(struct sit_project *project,
                                         struct sit_feature_set **out, size_t *n,
                                         struct sit_error *err);
void sit_feature_sets_release(struct sit_feature_set *sets, size_t n);
/** Those that are being made or were left off, by id. */
enum sit_status sit_project_unfinished_feature_sets(struct sit_project *project,
                                                    struct sit_feature_set **out,
                                                    size_t *n, struct sit_error *err);

/** A complete one by name; with name NULL the newest that is stored: of a set whose
 * model is "pixels" nothing is (every face counts as having its vector).
 * SIT_E_NOT_FOUND. Release with n = 1 of the above or free(provenance). */
enum sit_status sit_project_feature_set(struct sit_project *project, const char *name,
                                        struct sit_feature_set *out,
                                        struct sit_error *err);

/** The same by name, complete or not. */
enum sit_status sit_project_any_feature_set(struct sit_project *project,
                                            const char *name,
                                            struct sit_feature_set *out,
                                            struct sit_error *err);

/** A new set that nobody sees until it is finished; one of that name is taken up again
 * where model, provenance and dim agree, and replaced where it is unfinished and empty,
 * else SIT_E_EXISTS. Makes its own transaction. */
enum sit_status sit_project_begin_feature_set(struct sit_project *project,
                                              const char *name, size_t dim,
                                              const char *model, const char *provenance,
                                              int64_t *id, struct sit_error *err);
enum sit_status sit_project_finish_feature_set(struct sit_project *project, int64_t id,
                                               struct sit_error *err);
/** Remove a set, with the models and predictions made from it. Own transaction. */
enum sit_status sit_project_remove_feature_set(struct sit_project *project, int64_t id,
                                               struct sit_error *err);

/** Store one vector (dim floats), inside a transaction; replaces an old one. */
enum sit_status sit_project_put_feature(struct sit_project *project, int64_t set_id,
                                        int64_t face_id, const float *vector,
                                        size_t dim, struct sit_error *err);

/** Faces that have no vector in the set, by id. *ids is the caller's to free. */
enum sit_status sit_project_faces_without_feature(struct sit_project *project,
                                                  int64_t set_id, int64_t **ids,
                                                  size_t *n, struct sit_error *err);

/** Called for each vector by face id; `vector` is dim floats, borrowed. */
typedef bool sit_feature_fn(void *context, int64_t face_id, const float *vector);

/** Walk a set, faces with id > after_id. SIT_E_FORMAT where a vector's size is wrong.
 */
enum sit_status sit_project_features(struct sit_project *project, int64_t set_id,
                                     size_t dim, int64_t after_id,
                                     sit_feature_fn *visit, void *context,
                                     struct sit_error *err);

struct sit_feature_row {
    int64_t face_id;
    const char *name;    /* of the face; borrowed, as the vector is */
    const float *vector; /* dim floats */
    size_t n_rows;       /* of the whole set, the same in each row */
};
/** Anything but SIT_OK ends the walk, which returns it. */
typedef enum sit_status sit_feature_row_fn(void *context,
                                           const struct sit_feature_row *row,
                                           struct sit_error *err);

/** Walk a whole set by face id, as it was at one moment. */
enum sit_status sit_project_feature_rows(struct sit_project *project, int64_t set_id,
                                         size_t dim, sit_feature_row_fn *visit,
                                         void *context, struct sit_error *err);

/** The vector of one face into out (dim). SIT_E_NOT_FOUND. */
enum sit_status sit_project_feature(struct sit_project *project, int64_t set_id,
                                    int64_t face_id, size_t dim, float *out,
                                    struct sit_error *err);

/*
 * Models and predictions
 */

struct sit_model {
    int64_t id;
    char head[16]; /* "logistic", "mlp" */
    int64_t feature_set_id;
    char features[64]; /* the set's name */
    size_t n_classes;
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES]; /* of output 0, 1, ... */
    char *options; /* JSON text: how it was trained */
    char *report;  /* JSON text: what training found out */
    int64_t created_at_ms;
};

/** Store a model with its bytes; inside a transaction. */
enum sit_status sit_project_add_model(struct sit_project *project,
                                      const struct sit_model *model, const void *bytes,
                                      size_t n_bytes, int64_t *id,
                                      struct sit_error *err);
/** id 0: the newest. SIT_E_NOT_FOUND. */
enum sit_status sit_project_model(struct sit_project *project, int64_t id,
                                  struct sit_model *out, struct sit_error *err);
enum sit_status sit_project_models(struct sit_project *project, struct sit_model **out,
                                   size_t *n, struct sit_error *err);
void sit_models_release(struct sit_model *models, size_t n);
enum sit_status sit_project_model_bytes(struct sit_project *project, int64_t id,
                                        struct sit_buf *bytes, struct sit_error *err);
/** With its predictions; own transaction. SIT_E_NOT_FOUND. */
enum sit_status sit_project_remove_model(struct sit_project *project, int64_t id,
                                         struct sit_error *err);

/** Store p[n_classes] of one face, inside a transaction; replaces old ones. */
enum sit_status sit_project_put_prediction(struct sit_project *project,
                                           const struct sit_model *model,
                                           int64_t face_id, const float *p,
                                           struct sit_error *err);
enum sit_status sit_project_count_predictions(struct sit_project *project,
                                              int64_t model_id, size_t *n_faces,
                                              struct sit_error *err);

/** The newest model that has predicted anything; 0 where none has. */
enum sit_status sit_project_predicting_model(struct sit_project *project, int64_t *id,
                                             struct sit_error *err);

/*
 * Walking everything, for exports
 */

struct sit_export_row {
    int64_t face_id;
    const char *name, *source;
    enum sit_split split;
    sit_class_index label;
    const char *annotator; /* NULL without a label */
    int64_t labelled_at_ms;
    size_t n_p; /* 0 where there is no prediction */
    sit_class_index p_class[SIT_PROJECT_MAX_CLASSES];
    double p[SIT_PROJECT_MAX_CLASSES];
};
typedef enum sit_status sit_export_fn(void *context, const struct sit_export_row *row,
                                      struct sit_error *err);

/** Each face by id, with the predictions of model_id (0: of the newest model that has
 * any). Stops at the visitor's first error and returns it. One consistent snapshot. */
enum sit_status sit_project_walk(struct sit_project *project, int64_t model_id,
                                 sit_export_fn *visit, void *context,
                                 struct sit_error *err);

#endif
