/*
 * Telling a held key from one that is pressed again and again, from the times of its
 * arrivals alone, so that a key leant upon labels one face and not a hundred.
 *
 * A keyboard sends the first repeat 200 to 700 ms after the press and then one about
 * every 30 ms (the Linux console every 92 ms); nobody types the same key faster than
 * every 100 ms.
 */
#ifndef SITTER_TUI_HELD_KEY_H
#define SITTER_TUI_HELD_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SIT_HELD_KEY_REPEAT_MS = 100,    /* arrivals closer than this are repeats */
    SIT_HELD_KEY_FIRST_MIN_MS = 150, /* where the first repeat may come after a press */
    SIT_HELD_KEY_FIRST_MAX_MS = 1000,
};

enum sit_held_verdict {
    SIT_HELD_PRESSED,   /* act on the key */
    SIT_HELD_REPEATED,  /* drop it */
    SIT_HELD_TAKE_BACK, /* drop it; the press accepted last was the first repeat */
};

/** Zero-initialise. */
struct sit_held_key {
    uint32_t key; /* 0: none yet */
    int64_t last_ms;
    size_t n_repeats; /* dropped since the press accepted last */
    bool suspect;     /* that press may have been a repeat, and it did something */
    bool dropped;     /* that press was dropped */
    bool after_drop;  /* the press before it was */
};

/** A key arrived. `guarded`: it decides something; other keys are always
 * SIT_HELD_PRESSED. */
enum sit_held_verdict sit_held_key_feed(struct sit_held_key *held, uint32_t key,
                                        bool guarded, int64_t at_ms);

/** The press accepted last changed nothing: there is nothing to take back. */
void sit_held_key_failed(struct sit_held_key *held);

/** The press accepted last came too early and was dropped: it has not decided anything.
 */
void sit_held_key_dropped(struct sit_held_key *held);

/**
 * The arrival time of key i (0 based) of n that were read together at now_ms, the
 * program having been busy since busy_since_ms: taken to have come evenly over that
 * time.
 */
int64_t sit_held_key_arrival_ms(int64_t busy_since_ms, int64_t now_ms, size_t i,
                                size_t n);

#endif
