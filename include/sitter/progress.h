/*
 * How long work tells where it is and learns that it should stop.
 */
#ifndef SITTER_PROGRESS_H
#define SITTER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Called with work done so far and in all (total 0: unknown) and a short text
 * ("epoch 12, loss 0.31, held-out 0.91"; may be NULL). Return false to cancel. */
typedef bool sit_progress_fn(void *context, size_t done, size_t total,
                             const char *text);

/** Borrowed by the function it is passed to; a NULL pointer or NULL `report` is fine.
 */
struct sit_progress {
    sit_progress_fn *report;
    void *context;
};

/** Report; true to go on, false where the caller must return SIT_E_CANCELLED. */
bool sit_progress_report(const struct sit_progress *progress, size_t done, size_t total,
                         const char *text);

/** Milliseconds of a clock that only goes forward. */
int64_t sit_clock_ms(void);

/** Microseconds of the same clock. */
int64_t sit_clock_us(void);

/** Milliseconds since 1970-01-01 UTC. */
int64_t sit_time_ms(void);

/** "2026-03-01T12:00:00Z" of milliseconds since 1970, into 32 bytes. */
void sit_time_format(int64_t time_ms, char out[32]);

/** Read ISO 8601: "2026-03-01", or with " 12:00", "T12:00:00", fractions of a second,
 * and "Z" or an offset ("+09:00"); without one it is UTC. False for anything else. */
bool sit_time_parse(const char *text, int64_t *time_ms);

#endif
