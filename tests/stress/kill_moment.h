/*
 * When a process is killed: by the clock, at a random microsecond, or by a call, inside
 * a write of its own (disk_calls.c).
 */
#ifndef SITTER_KILL_MOMENT_H
#define SITTER_KILL_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sitter/rng.h"

struct kill_plan {
    bool by_call;
    size_t at_key;     /* by clock: armed when this key is sent; 0: at the start */
    uint64_t delay_us; /* and strikes so much later */
    size_t call;       /* by call: which one */
    bool half;         /* after half of its bytes */
};

/** What was hit. */
struct kill_tally {
    size_t n_kills, n_by_call;
    size_t n_in_key;     /* a key had been sent and not answered */
    size_t n_in_log;     /* while a transaction was being written */
    size_t n_in_file;    /* while a checkpoint was */
    size_t n_unseen;     /* committed, but not shown yet */
    size_t n_units;      /* decisions acknowledged */
    size_t n_batches;    /* of them batches */
    size_t n_whole;      /* commands: killed after the commit, before the end */
    size_t n_not_at_all; /* commands: killed before it */
};

struct kill_plan kill_make_plan(struct sit_rng *rng, size_t max_key,
                                uint64_t max_delay_us, size_t max_call);

/** Programs started from here on are killed by their calls, where the plan says so;
 * `db` has the folder for the report. */
void kill_arm_calls(const struct kill_plan *plan, const char *db);
void kill_disarm_calls(void);

/** Kill the process after so many microseconds; 0 at once. */
void kill_arm_clock(pid_t pid, uint64_t delay_us);
void kill_disarm_clock(void);

/** Run `program --db DB --quiet ARGUMENTS` (parted by blanks) under a plan. True where
 * it was killed; an end by itself must be exit code 0. */
bool kill_run(const struct kill_plan *plan, const char *db, const char *arguments);

/** How many calls such a command makes in all. */
size_t kill_count_calls(const char *db, const char *arguments);

/** After a kill and before anybody opens the project: count what it hit. */
void kill_count_moment(const struct kill_plan *plan, const char *db,
                       struct kill_tally *tally);

#endif
