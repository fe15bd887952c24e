/*
 * The rules for held keys. Pure: times come in with the keys.
 */
#include "held_key.h"

enum sit_held_verdict sit_held_key_feed(struct sit_held_key *held, uint32_t key,
                                        bool guarded, int64_t at_ms)
{
    if (!guarded || key != held->key) {
        *held = (struct sit_held_key){.key = guarded ? key : 0, .last_ms = at_ms};
        return SIT_HELD_PRESSED;
    }
    int64_t gap_ms = at_ms - held->last_ms;
    held->last_ms = at_ms;
    if (gap_ms < SIT_HELD_KEY_REPEAT_MS) {
        held->n_repeats++;
        /* A real press is not followed by repeats at once; one may be a bouncing key.
         */
        if (held->n_repeats == 2 && held->suspect) {
            held->suspect = false;
            return SIT_HELD_TAKE_BACK;
        }
        return SIT_HELD_REPEATED;
    }
    /* After a run of repeats even a short gap is suspect: a stall on the line. */
    held->suspect = gap_ms <= SIT_HELD_KEY_FIRST_MAX_MS &&
                    (gap_ms >= SIT_HELD_KEY_FIRST_MIN_MS || held->n_repeats >= 2);
    held->n_repeats = 0;
    held->after_drop = held->dropped;
    held->dropped = false;
    return SIT_HELD_PRESSED;
}

void sit_held_key_failed(struct sit_held_key *held)
{
    held->suspect = false;
}

void sit_held_key_dropped(struct sit_held_key *held)
{
    held->suspect = false;
    held->dropped = true;
}

int64_t sit_held_key_arrival_ms(int64_t busy_since_ms, int64_t now_ms, size_t i,
                                size_t n)
{
    if (n == 0 || busy_since_ms >= now_ms)
        return now_ms;
    return busy_since_ms + (now_ms - busy_since_ms) * (int64_t)(i + 1) / (int64_t)n;
}
