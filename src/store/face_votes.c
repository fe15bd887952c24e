/*
 * Whose label counts on a face: adjudications, then the persons' majority, then files.
 * The view v_label says the same in SQL; a test compares the two.
 */
#include "face_votes.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

/*
 * Reading
 */

static enum sit_status read_others(struct face_votes *votes, struct sit_error *err)
{
    sqlite3_stmt *stmt = db_prepare(
        votes->project, "SELECT id FROM annotator WHERE NOT is_person", err);
    for (;;) {
        bool row;
        enum sit_status status = db_step(votes->project, stmt, &row, err);
        if (status != SIT_OK || !row)
            return status;
        void *ids = votes->other_ids;
        if (!sit_grow_array(&ids, &votes->others_capacity, votes->n_others + 1,
                            sizeof *votes->other_ids)) {
            sqlite3_reset(stmt);
            return sit_error_nomem(err);
        }
        votes->other_ids = ids;
        votes->other_ids[votes->n_others++] = sqlite3_column_int64(stmt, 0);
    }
}

static enum sit_status step(struct face_votes *votes, struct sit_error *err)
{
    enum sit_status status = db_step(votes->project, votes->stmt, &votes->has_row, err);
    if (status == SIT_OK && votes->has_row)
        votes->row_face_id = sqlite3_column_int64(votes->stmt, 0);
    return status;
}

#define VOTE_COLUMNS                                                                   \
    "SELECT face_id, annotator_id, adjudicates, class_id, confirmed, event_id, clock"  \
    " FROM label_now "

enum sit_status face_votes_begin(struct face_votes *votes, struct sit_project *project,
                                 int64_t face_id, bool one, struct sit_error *err)
{
    *votes = (struct face_votes){.project = project};
    enum sit_status status = read_others(votes, err);
    if (status != SIT_OK)
        return status;
    votes->stmt = db_prepare(project,
                             one ? VOTE_COLUMNS "WHERE face_id = ?"
                                 : VOTE_COLUMNS "WHERE face_id >= ? ORDER BY face_id",
                             err);
    sqlite3_bind_int64(votes->stmt, 1, face_id);
    return step(votes, err);
}

void face_votes_release(struct face_votes *votes)
{
    if (votes->has_row)
        sqlite3_reset(votes->stmt);
    free(votes->items);
    free(votes->other_ids);
    *votes = (struct face_votes){0};
}

static bool is_person(const struct face_votes *votes, int64_t annotator_id)
{
    for (size_t i = 0; i < votes->n_others; i++)
        if (votes->other_ids[i] == annotator_id)
            return false;
    return true;
}

static bool take_row(struct face_votes *votes)
{
    void *items = votes->items;
    if (!sit_grow_array(&items, &votes->capacity, votes->n + 1, sizeof *votes->items))
        return false;
    votes->items = items;
    struct face_vote *vote = &votes->items[votes->n++];
    *vote = (struct face_vote){
        .annotator_id = sqlite3_column_int64(votes->stmt, 1),
        .adjudicates = sqlite3_column_int(votes->stmt, 2) != 0,
        .class_index = db_class_index(votes->stmt, 3),
        .confirmed = sqlite3_column_int(votes->stmt, 4) != 0,
        .event_id = sqlite3_column_int64(votes->stmt, 5),
        .clock = sqlite3_column_int64(votes->stmt, 6),
    };
    vote->is_person = is_person(votes, vote->annotator_id);
    return true;
}

static bool has_equal_clocks(const struct face_votes *votes)
{
    for (size_t i = 1; i < votes->n; i++)
        for (size_t j = 0; j < i; j++)
            if (votes->items[i].clock == votes->items[j].clock)
                return true;
    return false;
}

static enum sit_status read_uids(struct face_votes *votes, struct sit_error *err)
{
    for (size_t i = 0; i < votes->n; i++) {
        struct face_vote *vote = &votes->items[i];
        sqlite3_stmt *stmt = db_prepare(votes->project,
                                        "SELECT uid FROM event WHERE id = ?", err);
        sqlite3_bind_int64(stmt, 1, vote->event_id);
        bool row;
        enum sit_status status = db_step(votes->project, stmt, &row, err);
        if (status != SIT_OK)
            return status;
        if (!row)
            continue;
        if (sqlite3_column_bytes(stmt, 0) == sizeof vote->uid)
            memcpy(vote->uid, sqlite3_column_blob(stmt, 0), sizeof vote->uid);
        sqlite3_reset(stmt);
    }
    return SIT_OK;
}

enum sit_status face_votes_read(struct face_votes *votes, int64_t face_id,
                                struct sit_error *err)
{
    votes->n = 0;
    while (votes->has_row && votes->row_face_id <= face_id) {
        if (votes->row_face_id == face_id && !take_row(votes))
            return sit_error_nomem(err);
        enum sit_status status = step(votes, err);
        if (status != SIT_OK)
            return status;
    }
    if (votes->n > 1 && has_equal_clocks(votes))
        return read_uids(votes, err);
    return SIT_OK;
}

/*
 * Resolving
 */

static bool is_newer(const struct face_vote *vote, const struct face_vote *than)
{
    if (than == NULL || vote->clock != than->clock)
        return than == NULL || vote->clock > than->clock;
    return memcmp(vote->uid, than->uid, sizeof vote->uid) > 0;
}

/* The newest vote that is an adjudication or, of another kind, from no person. */
static const struct face_vote *find_newest(const struct face_vote *items, size_t n,
                                           bool adjudicates)
{
    const struct face_vote *newest = NULL;
    for (size_t i = 0; i < n; i++)
        if (items[i].class_index != SIT_NO_CLASS &&
            items[i].adjudicates == adjudicates &&
            (adjudicates || !items[i].is_person) && is_newer(&items[i], newest))
            newest = &items[i];
    return newest;
}

/* The newest vote for what most persons say; *disputed where no class has most. */
static const struct face_vote *find_majority(const struct face_vote *items, size_t n,
                                             bool *disputed)
{
    size_t n_votes[SIT_PROJECT_MAX_CLASSES] = {0}, most = 0, n_with_most = 0;
    const struct face_vote *newest[SIT_PROJECT_MAX_CLASSES] = {NULL};
    for (size_t i = 0; i < n; i++) {
        sit_class_index c = items[i].class_index;
        if (c == SIT_NO_CLASS || items[i].adjudicates || !items[i].is_person)
            continue;
        n_votes[c]++;
        if (is_newer(&items[i], newest[c]))
            newest[c] = &items[i];
    }
    const struct face_vote *winner = NULL;
    for (size_t c = 0; c < SIT_PROJECT_MAX_CLASSES; c++) {
        n_with_most = n_votes[c] > most ? 1 : n_with_most + (n_votes[c] == most);
        if (n_votes[c] > most) {
            most = n_votes[c];
            winner = newest[c];
        }
    }
    *disputed = most > 0 && n_with_most > 1;
    return winner;
}

static const struct face_vote *resolve_all(const struct face_vote *items, size_t n,
                                           uint8_t *flags)
{
    if (n == 1) { /* nearly every face */
        if (items->class_index == SIT_NO_CLASS)
            return NULL;
        *flags |= items->adjudicates ? SIT_FACE_ADJUDICATED : 0;
        return items;
    }
    const struct face_vote *winner = find_newest(items, n, true);
    if (winner != NULL) {
        *flags |= SIT_FACE_ADJUDICATED;
        return winner;
    }
    bool disputed;
    winner = find_majority(items, n, &disputed);
    if (disputed) {
        *flags |= SIT_FACE_DISPUTED;
        return NULL;
    }
    return winner != NULL ? winner : find_newest(items, n, false);
}

struct sit_face_state face_votes_resolve(const struct face_vote *items, size_t n,
                                         int64_t annotator_id, uint8_t flags)
{
    struct sit_face_state state = {.label = SIT_NO_CLASS};
    const struct face_vote *own = NULL;
    for (size_t i = 0; i < n; i++) {
        bool is_own = items[i].annotator_id == annotator_id;
        if (items[i].class_index == SIT_NO_CLASS)
            continue;
        if (is_own && !items[i].adjudicates)
            own = &items[i];
        if (!is_own && items[i].is_person)
            flags |= SIT_FACE_OTHERS;
    }
    const struct face_vote *winner = n > 0 ? resolve_all(items, n, &flags) : NULL;
    if (own != NULL) {
        winner = own;
        flags |= SIT_FACE_OWN;
    } else if (annotator_id != 0 && (flags & SIT_FACE_OVERLAP) != 0) {
        winner = NULL;
    }
    state.flags = flags;
    if (winner == NULL)
        return state;
    state.label = winner->class_index;
    state.event_id = winner->event_id;
    state.confirmed = winner->confirmed;
    for (size_t i = 0; own == NULL && i < n; i++)
        state.confirmed |= items[i].class_index == winner->class_index &&
                           items[i].confirmed;
    return state;
}
