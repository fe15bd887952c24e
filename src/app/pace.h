/*
 * Private to app: how fast somebody labels, over their last decisions. Pauses do not
 * count.
 */
#ifndef SITTER_PACE_H
#define SITTER_PACE_H

#include <stddef.h>
#include <stdint.h>

enum { PACE_N_DECISIONS = 20, PACE_FEWEST = 5, PACE_PAUSE_MS = 60000 };

struct pace {
    int64_t last_ms;                  /* of the last decision */
    size_t n;                         /* decisions so far */
    size_t n_gaps;                    /* gaps so far that were no pauses */
    int64_t gap_ms[PACE_N_DECISIONS]; /* of the last ones, a ring */
};

/* A decision at a time of a clock that only goes forward. */
void pace_note(struct pace *pace, int64_t now_ms);
/* Mean milliseconds from decision to decision; 0: too few to tell. */
double pace_gap_ms(const struct pace *pace);

#endif
