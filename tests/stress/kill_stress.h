/*
 * The activities during which the program is killed. Each makes a project of its own,
 * plays one round at a time until the program is dead, and checks the file.
 */
#ifndef SITTER_KILL_STRESS_H
#define SITTER_KILL_STRESS_H

#include "kill_moment.h"

/** Keys on a screen. */
enum kill_screen { KILL_ON_LABEL, KILL_ON_GRID, KILL_ON_REVIEW, KILL_ON_ADJUDICATION };

struct screen_stress;
struct screen_stress *screen_stress_new(enum kill_screen which);
void screen_stress_free(struct screen_stress *stress);
/** Exactly one kill. */
void screen_stress_round(struct screen_stress *stress, struct sit_rng *rng,
                         struct kill_tally *tally);

/** Keys from a script: what is in the file is a beginning of it. */
struct script_stress;
struct script_stress *script_stress_new(struct sit_rng *rng);
void script_stress_free(struct script_stress *stress);
void script_stress_round(struct script_stress *stress, struct sit_rng *rng,
                         struct kill_tally *tally);

/** A merge of two copies: all or nothing, and the same in the end. */
struct merge_stress;
struct merge_stress *merge_stress_new(void);
void merge_stress_free(struct merge_stress *stress);
void merge_stress_round(struct merge_stress *stress, struct sit_rng *rng,
                        struct kill_tally *tally);
/** Kill at every stride-th call, merge again, compare; returns how many kills. */
size_t merge_stress_sweep(struct merge_stress *stress, size_t stride,
                          struct kill_tally *tally);

/** Take back what was decided since there were `depth_before` decisions, in a fresh
 * process, and do it again: the states are those of before and after. Where `leave`
 * is false it is taken back once more. */
void stress_check_undo(const char *db, const char *annotator, size_t depth_before,
                       const char *state_before, bool leave);

#endif
