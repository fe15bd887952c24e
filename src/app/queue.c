/*
 * The queue: open faces, the plan of those that come next, the history of those shown.
 * Every choice is a function of the seed, the turn and what is open, so that a plan
 * made anew differs only by what has changed.
 */
#include "queue.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

static void release_sets(struct queue *queue)
{
    index_set_release(&queue->open);
    index_set_release(&queue->skipped);
    index_set_release(&queue->mixed[SIT_TRAIN]);
    index_set_release(&queue->mixed[SIT_TEST]);
    free(queue->split);
    free(queue->place);
    free(queue->at);
    queue->split = NULL;
    queue->place = queue->at = NULL;
}

void queue_release(struct queue *queue)
{
    release_sets(queue);
    free(queue->retests);
    *queue = (struct queue){0};
}

/* A random order, and the open faces by it. */
static bool mix(struct queue *queue)
{
    size_t n = queue->n;
    if (queue->place != NULL)
        return true;
    queue->place = sit_malloc_array(n, sizeof *queue->place);
    queue->at = sit_malloc_array(n, sizeof *queue->at);
    if (queue->place == NULL || queue->at == NULL ||
        !index_set_init(&queue->mixed[SIT_TRAIN], n) ||
        !index_set_init(&queue->mixed[SIT_TEST], n)) {
        free(queue->place);
        free(queue->at);
        queue->place = queue->at = NULL;
        index_set_release(&queue->mixed[SIT_TRAIN]);
        return false;
    }
    struct sit_rng rng;
    sit_rng_init(&rng, queue->seed);
    for (size_t i = 0; i < n; i++) {
        size_t j = (size_t)sit_rng_below(&rng, i + 1);
        queue->at[i] = queue->at[j];
        queue->at[j] = (uint32_t)i;
    }
    for (size_t p = 0; p < n; p++) {
        size_t i = queue->at[p];
        queue->place[i] = (uint32_t)p;
        if (index_set_has(&queue->open, i) && !index_set_has(&queue->skipped, i))
            index_set_put(&queue->mixed[queue->split[i]], p, true);
    }
    return true;
}

static enum sit_status prepare(struct queue *queue, const uint8_t *split, size_t n,
                               struct sit_error *err)
{
    queue->split = sit_malloc_array(n, sizeof *split);
    queue->n = n;
    bool ok = n < UINT32_MAX && queue->split != NULL &&
              index_set_init(&queue->open, n) && index_set_init(&queue->skipped, n);
    if (ok && n > 0)
        memcpy(queue->split, split, n * sizeof *split);
    if (ok && queue->kind != SIT_QUEUE_GIVEN)
        ok = mix(queue);
    return ok ? SIT_OK : sit_error_nomem(err);
}

enum sit_status queue_init(struct queue *queue, const uint8_t *split, size_t n,
                           enum sit_queue kind, uint64_t seed, struct sit_error *err)
{
    *queue = (struct queue){.kind = kind, .seed = seed};
    enum sit_status status = prepare(queue, split, n, err);
    if (status != SIT_OK)
        queue_release(queue);
    return status;
}

enum sit_status queue_grow(struct queue *queue, const uint8_t *split, size_t n,
                           struct sit_error *err)
{
    struct queue grown = *queue;
    memset(grown.mixed, 0, sizeof grown.mixed);
    grown.open = grown.skipped = (struct index_set){0};
    grown.place = grown.at = NULL;
    grown.split = NULL;
    enum sit_status status = prepare(&grown, split, n, err);
    if (status != SIT_OK) {
        release_sets(&grown);
        return status;
    }
    release_sets(queue);
    *queue = grown;
    return SIT_OK;
}

/* Faces that may be chosen by place or by the model. */
static bool is_choosable(const struct queue *queue, size_t i)
{
    return index_set_has(&queue->open, i) && !index_set_has(&queue->skipped, i);
}

bool queue_is_away(const struct queue *queue, size_t i)
{
    for (size_t k = 0; k < queue->n_away; k++)
        if (queue->away[k] == i)
            return !queue->uses_away;
    return false;
}

bool queue_set_away(struct queue *queue, const uint32_t *away, size_t n)
{
    if (n > QUEUE_MAX_AWAY)
        n = QUEUE_MAX_AWAY;
    if (n == queue->n_away &&
        (n == 0 || memcmp(away, queue->away, n * sizeof *away) == 0))
        return false;
    if (n > 0)
        memcpy(queue->away, away, n * sizeof *away);
    queue->n_away = n;
    queue->has_company = true;
    return true;
}

static void file_by_place(struct queue *queue, size_t i)
{
    if (queue->place != NULL)
        index_set_put(&queue->mixed[queue->split[i]], queue->place[i],
                      is_choosable(queue, i));
}

void queue_set_open(struct queue *queue, size_t i, bool open)
{
    if (index_set_has(&queue->open, i) == open)
        return;
    index_set_put(&queue->open, i, open);
    if (!open)
        index_set_put(&queue->skipped, i, false);
    file_by_place(queue, i);
}

static void take_back_skips(struct queue *queue)
{
    for (size_t i = index_set_next(&queue->skipped, 0); i != SIZE_MAX;
         i = index_set_next(&queue->skipped, i + 1)) {
        index_set_put(&queue->skipped, i, false);
        file_by_place(queue, i);
    }
}

size_t queue_n_left(const struct queue *queue)
{
    return queue->open.count;
}

struct queue_entry queue_current(const struct queue *queue)
{
    if (queue->n_history == 0)
        return (struct queue_entry){.index = UINT32_MAX};
    return queue->history[queue->at_history];
}

/*
 * Choosing
 */

/* Faces that are not to be chosen: where others are, and those that come anyway: the
 * current one, those planned, those that the history leads on to. */
static bool is_taken(const struct queue *queue, size_t i)
{
    if (queue_current(queue).index == i || queue_is_away(queue, i))
        return true;
    for (size_t k = 0; k < queue->n_plan; k++)
        if (queue->plan[k].index == i)
            return true;
    if (queue->kind != SIT_QUEUE_GIVEN)
        for (size_t k = queue->at_history + 1; k < queue->n_history; k++)
            if (queue->history[k].index == i)
                return true;
    return false;
}

static bool choose_retest(struct queue *queue, uint64_t turn, struct queue_entry *out)
{
    if (turn < queue->retest_turn)
        return false;
    while (queue->first_retest < queue->n_retests) {
        struct queue_retest retest = queue->retests[queue->first_retest];
        if (retest.due_turn > turn || is_taken(queue, retest.index))
            return false;
        queue->first_retest++;
        if (index_set_has(&queue->open, retest.index) || queue->wants_retest == NULL ||
            !queue->wants_retest(queue->retest_context, retest.index))
            continue;
        *out = (struct queue_entry){retest.index, QUEUE_BY_RETEST};
        queue->retest_turn = turn + QUEUE_RETEST_GAP;
        return true;
    }
    return false;
}

static bool choose_given(const struct queue *queue, struct queue_entry *out)
{
    size_t from = queue->anchor;
    for (size_t k = queue->n_plan; k-- > 0;)
        if (queue->plan[k].how != QUEUE_BY_RETEST) {
            from = queue->plan[k].index;
            break;
        }
    size_t first = SIZE_MAX;
    for (size_t i = from;;) {
        i = index_set_next(&queue->open, i + 1);
        if (i == SIZE_MAX)
            i = index_set_next(&queue->open, 0);
        if (i == SIZE_MAX || i == first)
            return false;
        if (first == SIZE_MAX)
            first = i;
        if (!is_taken(queue, i)) {
            *out = (struct queue_entry){(uint32_t)i, QUEUE_BY_GIVEN};
            return true;
        }
    }
}

/* The place of the first in the random order; SIZE_MAX: there is none. */
static size_t first_mixed(const struct queue *queue, enum sit_split split)
{
    size_t p = index_set_next(&queue->mixed[split], 0);
    while (p != SIZE_MAX && is_taken(queue, queue->at[p]))
        p = index_set_next(&queue->mixed[split], p + 1);
    return p;
}

static bool choose_ranked(const struct queue *queue, struct queue_entry *out)
{
    for (size_t k = 0; k < queue->n_ranked; k++) {
        uint32_t i = queue->ranked[k].index;
        if (i < queue->n && queue->split[i] == SIT_TRAIN && is_choosable(queue, i) &&
            !is_taken(queue, i)) {
            *out = queue->ranked[k];
            return true;
        }
    }
    return false;
}

/* Test faces at their share of what is left, always at random; of the train faces a
 * random share, and else what the model ranks first. */
static bool choose_mixed(const struct queue *queue, uint64_t turn,
                         struct queue_entry *out)
{
    size_t train = first_mixed(queue, SIT_TRAIN), test = first_mixed(queue, SIT_TEST);
    if (train == SIZE_MAX && test == SIZE_MAX)
        return false;
    size_t place = train < test ? train : test;
    if (queue->kind != SIT_QUEUE_RANDOM && train != SIZE_MAX) {
        struct sit_rng rng;
        sit_rng_init(&rng, queue->seed + (turn + 1) * 0x9e3779b97f4a7c15u);
        double n_train = (double)queue->mixed[SIT_TRAIN].count;
        double n_test = test != SIZE_MAX ? (double)queue->mixed[SIT_TEST].count : 0;
        bool is_test = sit_rng_uniform(&rng) * (n_train + n_test) < n_test;
        bool is_random = sit_rng_uniform(&rng) < QUEUE_RANDOM_SHARE;
        if (!is_test && !is_random && choose_ranked(queue, out))
            return true;
        place = is_test ? test : train;
    }
    *out = (struct queue_entry){queue->at[place], QUEUE_BY_RANDOM};
    return true;
}

static bool choose(struct queue *queue, uint64_t turn, struct queue_entry *out)
{
    if (choose_retest(queue, turn, out))
        return true;
    return queue->kind == SIT_QUEUE_GIVEN ? choose_given(queue, out)
                                          : choose_mixed(queue, turn, out);
}

/*
 * The plan
 */

static bool still_comes(const struct queue *queue, struct queue_entry entry)
{
    if (entry.index == queue_current(queue).index)
        return false;
    if (entry.how == QUEUE_BY_RETEST)
        return !index_set_has(&queue->open, entry.index);
    return is_choosable(queue, entry.index) && !queue_is_away(queue, entry.index);
}

/* Fill the plan. Of the old one its first face stays, all of it where `keep` says so,
 * and retests at their turns. */
static void fill(struct queue *queue, bool keep_first, bool keep)
{
    struct queue_entry old[QUEUE_N_PLAN];
    size_t n_old = queue->n_plan, n_kept = 0;
    bool kept[QUEUE_N_PLAN] = {false};
    memcpy(old, queue->plan, sizeof old);
    /* Those that stay must not be chosen again: they stand in the plan meanwhile. */
    for (size_t k = 0; k < n_old; k++) {
        kept[k] = (keep || (k == 0 && keep_first) || old[k].how == QUEUE_BY_RETEST) &&
                  still_comes(queue, old[k]);
        n_kept += kept[k];
    }
    queue->n_plan = 0;
    for (size_t k = 0; k < n_old; k++)
        if (kept[k])
            queue->plan[queue->n_plan++] = old[k];
    struct queue_entry filled[QUEUE_N_PLAN];
    size_t n = 0;
    for (size_t k = 0; k < QUEUE_N_PLAN && n < QUEUE_N_PLAN; k++) {
        if (k < n_old && kept[k]) {
            filled[n++] = old[k];
            n_kept--;
        } else if (n + n_kept < QUEUE_N_PLAN &&
                   choose(queue, queue->turn + n, &filled[n])) {
            queue->plan[queue->n_plan++] = filled[n];
            n++;
        }
    }
    memcpy(queue->plan, filled, n * sizeof *filled);
    queue->n_plan = n;
}

static void settle(struct queue *queue, bool keep_first, bool keep)
{
    bool is_given = queue->kind == SIT_QUEUE_GIVEN;
    struct queue_entry next;
    queue->uses_away = false;
    /* The given order is what it is, but that others have been told what comes next. */
    bool is_told = !is_given ||
                   (queue->has_company && queue->plan_anchor == queue->anchor);
    fill(queue, keep_first && is_told, keep && !is_given);
    queue->plan_anchor = queue->anchor;
    if (!queue_peek(queue, 0, &next) && queue->skipped.count > 0) {
        take_back_skips(queue);
        fill(queue, true, true);
    }
    if (!queue_peek(queue, 0, &next) && queue->n_away > 0) {
        queue->uses_away = true;
        fill(queue, true, true);
    }
}

void queue_settle(struct queue *queue)
{
    settle(queue, true, true);
}

void queue_set_ranking(struct queue *queue, const struct queue_entry *ranked, size_t n)
{
    queue->n_ranked = n < QUEUE_N_RANKED ? n : QUEUE_N_RANKED;
    if (queue->n_ranked > 0)
        memcpy(queue->ranked, ranked, queue->n_ranked * sizeof *ranked);
    settle(queue, true, queue->kind == SIT_QUEUE_RANDOM);
}

enum sit_status queue_set_kind(struct queue *queue, enum sit_queue kind,
                               struct sit_error *err)
{
    if (kind != SIT_QUEUE_GIVEN && !mix(queue))
        return sit_error_nomem(err);
    queue->kind = kind;
    queue->n_ranked = 0;
    take_back_skips(queue);
    if (queue->n_history > 0)
        queue->anchor = queue_current(queue).index;
    settle(queue, false, false);
    return SIT_OK;
}

void queue_add_retest(struct queue *queue, size_t i)
{
    if (queue->first_retest > 0 && queue->n_retests == queue->retest_capacity) {
        size_t n = queue->n_retests - queue->first_retest;
        memmove(queue->retests, queue->retests + queue->first_retest,
                n * sizeof *queue->retests);
        queue->first_retest = 0;
        queue->n_retests = n;
    }
    void *grown = queue->retests;
    if (!sit_grow_array(&grown, &queue->retest_capacity, queue->n_retests + 1,
                        sizeof *queue->retests))
        return;
    queue->retests = grown;
    queue->retests[queue->n_retests++] = (struct queue_retest){
        (uint32_t)i, queue->turn + QUEUE_RETEST_AFTER};
}

/*
 * Going on and back
 */

/* The k-th open face that the history leads on to; SIZE_MAX: there are fewer. */
static size_t find_ahead(const struct queue *queue, size_t k)
{
    if (queue->kind == SIT_QUEUE_GIVEN)
        return SIZE_MAX;
    for (size_t h = queue->at_history + 1; h < queue->n_history; h++) {
        uint32_t i = queue->history[h].index;
        if (i != queue_current(queue).index && is_choosable(queue, i) &&
            !queue_is_away(queue, i) && k-- == 0)
            return h;
    }
    return SIZE_MAX;
}

bool queue_peek(const struct queue *queue, size_t k, struct queue_entry *out)
{
    size_t n_ahead = 0;
    for (size_t h; (h = find_ahead(queue, n_ahead)) != SIZE_MAX; n_ahead++)
        if (n_ahead == k) {
            *out = queue->history[h];
            return true;
        }
    if (k - n_ahead >= queue->n_plan)
        return false;
    *out = queue->plan[k - n_ahead];
    return true;
}

/* Put an entry into the history at place h; the oldest ones give way. */
static size_t insert(struct queue *queue, size_t h, struct queue_entry entry)
{
    if (queue->n_history == QUEUE_N_HISTORY) {
        size_t n_lost = QUEUE_N_HISTORY / 2;
        if (h < n_lost) /* the current face is an old one: those after it are lost */
            queue->n_history = h;
        else {
            memmove(queue->history, queue->history + n_lost,
                    (queue->n_history - n_lost) * sizeof *queue->history);
            queue->n_history -= n_lost;
            h -= n_lost;
        }
    }
    memmove(queue->history + h + 1, queue->history + h,
            (queue->n_history - h) * sizeof *queue->history);
    queue->history[h] = entry;
    queue->n_history++;
    return h;
}

void queue_take(struct queue *queue)
{
    size_t h = find_ahead(queue, 0);
    if (h != SIZE_MAX) {
        queue->at_history = h;
    } else {
        struct queue_entry entry = queue->plan[0];
        queue->n_plan--;
        memmove(queue->plan, queue->plan + 1, queue->n_plan * sizeof *queue->plan);
        queue->turn++;
        if (entry.how != QUEUE_BY_RETEST)
            queue->anchor = queue->plan_anchor = entry.index;
        queue->at_history = insert(queue, queue->n_history, entry);
    }
    queue_settle(queue);
}

void queue_set_answered(struct queue *queue)
{
    struct queue_entry *current = &queue->history[queue->at_history];
    if (queue->n_history > 0 && current->how == QUEUE_BY_RETEST)
        current->how = QUEUE_BY_PERSON;
}

void queue_skip(struct queue *queue)
{
    size_t i = queue_current(queue).index;
    if (queue->kind == SIT_QUEUE_GIVEN || !index_set_has(&queue->open, i))
        return;
    index_set_put(&queue->skipped, i, true);
    file_by_place(queue, i);
}

void queue_visit(struct queue *queue, size_t i, enum queue_how how)
{
    struct queue_entry entry = {(uint32_t)i, (uint8_t)how};
    size_t at = queue->at_history;
    if (queue->n_history == 0)
        queue->at_history = insert(queue, 0, entry);
    else if (at > 0 && queue->history[at - 1].index == i)
        queue->at_history = at - 1;
    else if (queue->history[at].index != i) {
        /* A face that is left open waits ahead. */
        bool waits = is_choosable(queue, queue->history[at].index);
        queue->at_history = insert(queue, waits ? at : at + 1, entry);
    }
    queue->anchor = i;
    queue_settle(queue);
}

bool queue_look_back(const struct queue *queue, long by, struct queue_entry *out)
{
    size_t at = queue->at_history, last = queue->n_history - 1;
    size_t distance = by < 0 ? 0 - (size_t)by : (size_t)by;
    if (by < 0)
        at = distance < at ? at - distance : 0;
    else
        at = distance < last - at ? at + distance : last;
    *out = queue->history[at];
    return at != queue->at_history;
}

void queue_go_back(struct queue *queue, long by)
{
    size_t at = queue->at_history, last = queue->n_history - 1;
    size_t distance = by < 0 ? 0 - (size_t)by : (size_t)by;
    if (by < 0)
        queue->at_history = distance < at ? at - distance : 0;
    else
        queue->at_history = distance < last - at ? at + distance : last;
    queue->anchor = queue_current(queue).index;
    queue_settle(queue);
}
