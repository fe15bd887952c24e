/*
 * The pace of labelling: a ring of the last gaps between decisions.
 */
#include "pace.h"

void pace_note(struct pace *pace, int64_t now_ms)
{
    int64_t gap_ms = now_ms - pace->last_ms;
    if (pace->n > 0 && gap_ms <= PACE_PAUSE_MS)
        pace->gap_ms[pace->n_gaps++ % PACE_N_DECISIONS] = gap_ms;
    pace->last_ms = now_ms;
    pace->n++;
}

double pace_gap_ms(const struct pace *pace)
{
    size_t n = pace->n_gaps < PACE_N_DECISIONS ? pace->n_gaps : PACE_N_DECISIONS;
    if (n < PACE_FEWEST)
        return 0;
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += pace->gap_ms[i];
    /* Keys of a script may all come within a millisecond. */
    return sum > 0 ? (double)sum / (double)n : 1.0 / (double)n;
}
