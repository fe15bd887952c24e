/*
 * How fast pictures reach the terminal, learned from how long it takes to answer after
 * one, and what follows: how coarse the next one is. Pure: told the time, sends
 * nothing.
 */
#ifndef SITTER_TUI_LINE_SPEED_H
#define SITTER_TUI_LINE_SPEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/term.h"

/** From sharp (0) to coarse. */
enum { SIT_N_QUALITIES = 4, SIT_QUALITY_SHARP = 0 };

struct sit_quality {
    size_t n_colours;  /* sixel */
    size_t coarseness; /* as struct sit_picture_format has it */
};
extern const struct sit_quality sit_qualities[SIT_N_QUALITIES];

/** A picture should be there after so many milliseconds; without keys for so long it is
 * sharpened. */
enum { SIT_LINE_PATIENCE_MS = 150, SIT_LINE_IDLE_MS = 400 };

/** Zero-initialised it is a fast line that cannot be asked. */
struct sit_line_speed {
    double bytes_per_ms; /* 0: not known */
    int64_t latency_ms;  /* of a question and its answer alone */
    bool can_ask;
    bool is_remote;  /* slow until it is known */
    bool is_waiting; /* for an answer, to: */
    size_t asked_bytes;
    int64_t asked_at_ms;
};

/** `latency_ms` is what the probe's answers took. */
void sit_line_speed_init(struct sit_line_speed *line, bool can_ask, bool is_remote,
                         int64_t latency_ms);

/** A picture of n_bytes is sent now. True where a question is to follow it (CSI 5 n).
 */
bool sit_line_speed_ask(struct sit_line_speed *line, size_t n_bytes, int64_t now_ms);

/** The answer has come. */
void sit_line_speed_answer(struct sit_line_speed *line, int64_t now_ms);

/** The quality for pictures of so many pixels altogether, sent now: an answer that is
 * due counts for what it is late. */
size_t sit_line_speed_quality(const struct sit_line_speed *line,
                              enum sit_graphics graphics, size_t n_px, int64_t now_ms);

/** The bytes that the line takes in so many milliseconds; at least 512. */
size_t sit_line_speed_bytes(const struct sit_line_speed *line, int64_t ms);

#endif
