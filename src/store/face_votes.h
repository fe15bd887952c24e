/*
 * Private to the store: the labels that annotators have on a face, and what follows
 * from them for everybody (resolved) or for one annotator.
 */
#ifndef SITTER_STORE_FACE_VOTES_H
#define SITTER_STORE_FACE_VOTES_H

#include "db.h"

enum { DB_UID_BYTES = 16 };

/* A row of label_now. */
struct face_vote {
    int64_t annotator_id, clock, event_id;
    sit_class_index class_index;
    bool confirmed, adjudicates, is_person;
    uint8_t uid[DB_UID_BYTES]; /* read only where two clocks of a face are the same */
};

/* A walk over label_now in the order of faces, beside a walk over the faces. */
struct face_votes {
    struct sit_project *project;
    sqlite3_stmt *stmt;
    bool has_row;
    int64_t row_face_id;
    struct face_vote *items; /* of the face last asked for */
    size_t n, capacity;
    int64_t *other_ids; /* annotators who are no persons */
    size_t n_others, others_capacity;
};

/* Begin at face_id; with `one` only that face's. Release also after an error. */
enum sit_status face_votes_begin(struct face_votes *votes, struct sit_project *project,
                                 int64_t face_id, bool one, struct sit_error *err);
/* Read those of the next face; ids ascend from call to call. */
enum sit_status face_votes_read(struct face_votes *votes, int64_t face_id,
                                struct sit_error *err);
void face_votes_release(struct face_votes *votes);

/* What the face looks like to the annotator; 0: resolved. `flags` has what is known
 * without the labels (shares, bookmarks). Pure. */
struct sit_face_state face_votes_resolve(const struct face_vote *items, size_t n,
                                         int64_t annotator_id, uint8_t flags);

#endif
